"""Relatives who stand inside the record of another one, which names them as parent or sibling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from oncology.chart.parts.aside import Aside
from oncology.reading.bundle import RESOURCE_DECODER
from oncology.reading.family_member_history import FamilyExtension, FamilyMemberHistory
from oncology.reading.records import Records

_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_IN_ERROR = "entered-in-error"
_TOLD = ("completed", "partial", "health-unknown")
# http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-parent, -sibling
_KIN = ("genetics-parent", "genetics-sibling")
_OF_RESULTS = "genetics-observation"
_NOT_READ = "names a relative inside it who could not be read: not used"
_NOT_NAMED = "holds a relative whom nothing in it names: not used"


def open_relatives(records: Records, aside: Aside) -> None:
    """Adds the relatives inside other relatives' records to the records, as `id#their-id`.

    A contained resource has no meaning but through what refers to it (FHIR, Contained Resources):
    one that nothing names, or that is named and cannot be read, is kept as a relative who is there.
    """
    for member in tuple(records.all(FamilyMemberHistory)):
        holds = member.contained or member.extension
        if holds and member.status != _IN_ERROR and not member.is_modified:
            _open(member, records, aside)


def _open(member: FamilyMemberHistory, records: Records, aside: Aside) -> None:
    inside = {each.id: each for each in map(_decoded, member.contained) if each is not None}
    relatives = {
        name: each for name, each in inside.items() if isinstance(each, FamilyMemberHistory)
    }
    opened: dict[str, FamilyMemberHistory] = {}
    waiting = list(_names(member))
    while waiting:
        name, is_kin = waiting.pop()
        found = relatives.get(name)
        if found is not None and name not in opened:
            opened[name] = found
            waiting += _names(found)
        elif found is None and is_kin:
            _keep(member, aside, _NOT_READ)
    if len(opened) < len(relatives):
        _keep(member, aside, _NOT_NAMED)
    for name, found in opened.items():
        records.add(
            replace(
                found,
                id=f"{member.id or ''}#{name}",
                patient=found.patient or member.patient,
                # What is inside holds as far as what is around it.
                status=found.status if member.status in _TOLD else member.status,
                contained=member.contained,
            )
        )


def _decoded(raw: msgspec.Raw) -> Any:
    try:
        return RESOURCE_DECODER.decode(raw)
    except _ERRORS:
        return None


def _names(member: FamilyMemberHistory) -> Iterator[tuple[str, bool]]:
    """The ids of what the extensions of a record name inside it, and whether as parent or
    sibling."""
    for extension in member.extension:
        url = extension.url or ""
        if not url.endswith(_OF_RESULTS):
            for name in _inside(extension):
                yield name, url.endswith(_KIN)


def _inside(extension: FamilyExtension) -> Iterator[str]:
    for each in (extension, *extension.extension):
        reference = each.value_reference.reference if each.value_reference else None
        if reference and reference.startswith("#") and len(reference) > 1:
            yield reference[1:]


def _keep(member: FamilyMemberHistory, aside: Aside, problem: str) -> None:
    reference = aside.reference_to(member)
    aside.note(reference, problem)
    aside.set_aside("FamilyMemberHistory", reference, None)
