"""Relatives as recorded: each FamilyMemberHistory once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from oncology.chart.parts.aside import IN_ERROR, VERSIONS, Aside
from oncology.reading.family_member_history import FamilyMemberHistory

_ONESELF = "is recorded as a relative and is the patient: not used, belongs to the own history"


def read_relatives(
    own: Sequence[FamilyMemberHistory], aside: Aside
) -> tuple[FamilyMemberHistory, ...]:
    """Those of the patient's that may be used, in the order of their ids."""
    by_reference: dict[str, list[FamilyMemberHistory]] = {}
    for member in own:
        if member.status == "entered-in-error":
            aside.refuse(member, IN_ERROR)
        elif not aside.is_modified(member, None):
            if _is_oneself(member):
                aside.note(aside.reference_to(member), _ONESELF)
            by_reference.setdefault(aside.reference_to(member), []).append(member)
    return tuple(
        member
        for reference in sorted(by_reference)
        for member in _one(reference, by_reference[reference], aside)
    )


def _one(
    reference: str, members: list[FamilyMemberHistory], aside: Aside
) -> list[FamilyMemberHistory]:
    """What to use of the records with one reference; without an id each is of its own."""
    if reference == "FamilyMemberHistory":
        return sorted(members, key=repr)
    if len(members) > 1:
        # A note that differs makes no other relative.
        plain = {_without_notes(each) for each in members}
        members = members[:1] if len(plain) == 1 else members
    if len(members) == 1 and reference not in aside.refused:
        return members[:1]
    aside.note(reference, VERSIONS)
    aside.set_aside("FamilyMemberHistory", reference, None)
    return []


def _without_notes(member: FamilyMemberHistory) -> tuple[FamilyMemberHistory, tuple[bytes, ...]]:
    plain = msgspec.structs.replace(member, note=None, contained=())
    return plain, tuple(map(bytes, member.contained))


def _is_oneself(member: FamilyMemberHistory) -> bool:
    concept = member.relationship
    return any(each.code == "ONESELF" for each in concept.coding) if concept else False
