"""How a relative is related: by the exact code, and by words that say it exactly."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.reading.elements import CodeableConcept
from oncology.terminology import SYSTEMS, RelationshipConcept, Terminology

# Words that make a general code doubtful: AUNT also covers an aunt by marriage.
_DOUBTING = re.compile(
    r"\b(?:step|half|adopt|foster|by marriage|in[- ]law|once removed|second)", re.I
)
_TWINS = {
    **dict.fromkeys(("TWIN", "TWINSIS", "TWINBRO"), "twin"),
    **dict.fromkeys(("FTWIN", "FTWINSIS", "FTWINBRO"), "fraternal"),
    **dict.fromkeys(("ITWIN", "ITWINSIS", "ITWINBRO"), "identical"),
}
# Relations by adoption, as the tables call them: the place in the family, and the sex if told.
_ADOPTED = {
    "adoptive mother": ("M", "female"),
    "adoptive father": ("F", "male"),
    "adoptive parent": ("P", ""),
    **dict.fromkeys(("adopted sister", "adoptive sister"), ("S", "female")),
    **dict.fromkeys(("adopted brother", "adoptive brother"), ("S", "male")),
    "adopted daughter": ("C", "female"),
    "adopted son": ("C", "male"),
    "adopted child": ("C", ""),
}


class Relation(Struct, frozen=True, gc=False):
    """A relation as recorded: `is_blood` False leaves the person out, `path` None is not known.

    `adopted`: the place of one who is related by adoption alone, empty for everyone else.
    """

    label: str
    path: str | None
    sex: str
    is_blood: bool
    twin: str = ""
    adopted: str = ""


UNKNOWN = Relation("relative", None, "", True)
NOT_BLOOD = Relation("relative", None, "", False)


def read_relation(concept: CodeableConcept | None, terminology: Terminology) -> Relation:
    """The relation a record names; unknown when it names none, or when code and words disagree.

    Adoptive, step, foster and in-law relations and the patient are told by their exact code,
    never by their place in a hierarchy.
    """
    if concept is None:
        return UNKNOWN
    coded = _coded(concept, terminology)
    said = _said(concept, terminology)
    if coded is None:
        return UNKNOWN if said is None else _relation(said)
    if coded.blood == "no":
        return _not_blood(coded)
    if said is None:
        doubtful = _DOUBTING.search(concept.text or "")
        return UNKNOWN if doubtful and not _DOUBTING.search(coded.display) else _relation(coded)
    if said.blood == "no":
        return _not_blood(said)
    if not coded.path:
        return _relation(said)
    if _refines(said.path, coded.path) and said.sex in ("", coded.sex or said.sex):
        return _relation(said, coded) if said.path != coded.path else _relation(coded)
    return _relation(coded) if _refines(coded.path, said.path) else UNKNOWN


def _coded(concept: CodeableConcept, terminology: Terminology) -> RelationshipConcept | None:
    for coding in concept.coding:
        if SYSTEMS.get(coding.system or "") == "role" and coding.code:
            known = terminology.relationships.get(coding.code)
            if known is not None:
                return known
    return None


def _said(concept: CodeableConcept, terminology: Terminology) -> RelationshipConcept | None:
    for text in (concept.text, *(coding.display for coding in concept.coding)):
        words = " ".join((text or "").lower().replace("’", "'").split())
        known = terminology.relation_words.get(words)
        if known is not None:
            return known
    return None


def _refines(closer: str, wider: str) -> bool:
    """Whether one path says the same as the other, or tells the parent that it leaves open."""
    if wider == "S" and closer in ("PC", "MC", "FC"):
        return True
    return len(closer) == len(wider) and all(
        other in (step, "P") for step, other in zip(closer, wider, strict=True)
    )


def _relation(found: RelationshipConcept, coded: RelationshipConcept | None = None) -> Relation:
    if found.blood == "no":
        return _not_blood(found)
    if not found.path:
        return UNKNOWN
    sex = found.sex or (coded.sex if coded else "")
    return Relation(found.display, found.path, sex, True, _TWINS.get(found.code, ""))


def _not_blood(found: RelationshipConcept) -> Relation:
    place, sex = _ADOPTED.get(found.display, ("", ""))
    return Relation(found.display, None, sex, False, adopted=place) if place else NOT_BLOOD
