"""What a Condition that could not be used can be about, by what was saved of its code."""

from __future__ import annotations

from oncology.chart.diagnoses import DIAGNOSIS_KINDS, concept_of
from oncology.reading.elements import CodeableConcept
from oncology.terminology import ConditionConcept, Terminology

_IN_SITU = "in-situ"
_TRAITS = ("syndrome", "susceptibility", "finding")
# What no criterion of a family counts as a cancer or a syndrome of the patient.
_NEVER = (
    *("secondary", "secondary-lymph-node", "receptor-status", "counselled"),
    *("family-history", "family-history-absent"),
)


def is_known(code: CodeableConcept, terminology: Terminology) -> bool:
    """Whether a Condition with this code tells of a cancer or of what is near one."""
    is_rare = any(terminology.family_cancer(coding) for coding in code.coding)
    return is_rare or concept_of(code, terminology) is not None


def cancers_of(code: CodeableConcept, terminology: Terminology) -> frozenset[str]:
    """The cancers of guidance that it can be; empty when that is not known."""
    concept = concept_of(code, terminology)
    if concept is None:
        rare = map(terminology.family_cancer, code.coding)
        return frozenset(each.cancer for each in rare if each is not None)
    if concept.kind not in DIAGNOSIS_KINDS:
        return frozenset({"polyps"}) if concept.kind == "polyps" else frozenset()
    return frozenset({concept.cancer, *_held(concept, terminology)})


def sites_of(code: CodeableConcept, terminology: Terminology) -> frozenset[str] | None:
    """As what it can count in the patient's family; None when that is not known.

    Each known coding is looked at: a whole record is read by one of them, and by which one may
    depend on what was lost with it.
    """
    sites: set[str] = set()
    for coding in code.coding:
        rare, concept = terminology.family_cancer(coding), terminology.condition(coding)
        if rare is not None:
            sites.add(rare.cancer)
        if concept is None or concept.kind in _NEVER:
            continue
        if concept.kind in _TRAITS:
            sites.add(concept.cancer or concept.kind)
        elif concept.cancer and concept.kind in (*DIAGNOSIS_KINDS, _IN_SITU):
            sites |= {concept.cancer.split(":")[0], *_held(concept, terminology)}
        else:
            return None
    return frozenset(sites) if is_known(code, terminology) else None


def _held(concept: ConditionConcept, terminology: Terminology) -> set[str]:
    """The cancers of the same site, which a histology may make of it."""
    return {each.id for each in terminology.cancers.values() if each.site == concept.cancer}
