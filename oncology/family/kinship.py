"""Whether a parent of the patient is recorded as related by blood to the other one."""

from __future__ import annotations

import msgspec

from oncology.chart.relatives import links_of
from oncology.reading.bundle import RESOURCE_DECODER
from oncology.reading.family_member_history import FamilyMemberHistory
from oncology.reading.observation import Observation
from oncology.terminology import Terminology

KINSHIP = "kinship"
_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_NOT_RECORDED = ("entered-in-error", "cancelled")


def says_kinship(member: FamilyMemberHistory, terminology: Terminology) -> bool:
    """By an Observation of consanguinity inside the record, named by R4's genetics extension.

    Only a plain yes counts: the absence of one says nothing.
    """
    named = {each[1:] for each in links_of(member) if each.startswith("#")}
    for raw in member.contained if named else ():
        try:
            found = RESOURCE_DECODER.decode(raw)
        except _ERRORS:
            continue
        if isinstance(found, Observation) and found.id in named and _is_yes(found, terminology):
            return True
    return False


def _is_yes(observation: Observation, terminology: Terminology) -> bool:
    codings = observation.code.coding if observation.code else ()
    concepts = (terminology.condition(coding) for coding in codings)
    return (
        observation.value_boolean is True
        and observation.status not in _NOT_RECORDED
        and not observation.is_modified
        and any(each is not None and each.kind == KINSHIP for each in concepts)
    )
