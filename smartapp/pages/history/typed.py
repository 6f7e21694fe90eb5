"""What was typed about one relative, as it is kept until it is written, and in words."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.dates import Span
from oncology.family.ages import said_age
from oncology.terminology import FamilyCode, Terminology
from smartapp.pages.history.relations import BY_WORDS, Relation
from smartapp.pages.words import capital

# What is known of cancer in a relative. Nothing is chosen beforehand: not known is not none.
NONE, ALL, SOME, UNKNOWN = "none", "all", "some", "unknown"
OTHER = "other"
BREAST = "breast"
_PREMENOPAUSAL = re.compile(r"(?:pre|peri)-?menopaus(?:al|e)\Z", re.I)
_NOT_KNOWN = ("", "?", "unknown", "not known")


class TypedCancer(Struct, frozen=True):
    """One cancer: a code of the terminology, or `other` with words; the age as typed."""

    code: str
    words: str = ""
    age: str = ""
    both: bool = False


class Typed(Struct, frozen=True):
    """One relative. `living`: yes, no or empty (not known). `age` as typed, empty not known.

    `id` is random: two healthy brothers are two entries. `born`: the year, empty not known.
    `ancestry` in words, as told. `related`: to the patient's other parent by blood, yes, no or
    empty (not known).
    """

    id: str
    relation: str
    health: str
    side: str = ""
    sex: str = ""
    living: str = ""
    age: str = ""
    cancers: tuple[TypedCancer, ...] = ()
    finding: str = ""
    gene: str = ""
    adopted_out: bool = False
    note: str = ""
    born: str = ""
    ancestry: str = ""
    related: str = ""

    @property
    def kin(self) -> Relation:
        """The relation chosen."""
        return BY_WORDS[self.relation]

    @property
    def name(self) -> str:
        """`Maternal aunt`."""
        return capital(self.kin.words_on(self.side))


def age_of(typed: str) -> Span | None:
    """An age as typed; any age when it is not known, None when it is no age we understand."""
    said = " ".join(typed.lower().split())
    return Span() if said in _NOT_KNOWN else said_age(said)


def is_premenopausal(typed: str) -> bool:
    """Whether the age of a breast cancer is told by the menopause alone."""
    return bool(_PREMENOPAUSAL.match(typed.strip()))


def code_of(cancer: TypedCancer, terminology: Terminology) -> FamilyCode | None:
    """The code of a cancer; None when it is in words."""
    return next((each for each in terminology.family_codes if each.code == cancer.code), None)


def findings(terminology: Terminology) -> dict[str, str]:
    """Hereditary findings that can be chosen: SNOMED CT code → what it is called."""
    known = terminology.conditions.values()
    return {
        each.code: each.display
        for each in known
        if each.system == "snomed" and each.kind in ("syndrome", "finding") and each.cancer
    }


def life_words(typed: Typed) -> str:
    """`died at 60`, `living, about 70`, `not known whether living`."""
    at = typed.age if age_of(typed.age) != Span() else ""
    born = f", born {typed.born}" if typed.born else ""
    if typed.living == "no":
        return (f"died at {at}" if at else "dead, age not known") + born
    state = "living" if typed.living == "yes" else "not known whether living"
    return (f"{state}, {at}" if at else state) + born


def other_words(typed: Typed) -> list[str]:
    """Ancestry, and whether the parents are related: what stands beside life and health."""
    told = [f"Ancestry, as told: {typed.ancestry}"] if typed.ancestry else []
    if typed.related:
        answer = "related by blood" if typed.related == "yes" else "not related by blood"
        told.append(f"{answer} to the patient's other parent".capitalize())
    return told


def health_words(typed: Typed, terminology: Terminology) -> str:
    """The cancers with their ages, and whether there may be others."""
    told = [_cancer_words(each, terminology) for each in typed.cancers]
    if typed.finding:
        told.append(findings(terminology)[typed.finding])
    if typed.gene:
        told.append(f"{typed.gene}: change found, by words alone")
    end = {
        NONE: "no cancer",
        ALL: "no other cancer",
        SOME: "perhaps other cancers",
        UNKNOWN: "not known whether there was a cancer",
    }[typed.health]
    return capital("; ".join([*told, end]))


def _cancer_words(cancer: TypedCancer, terminology: Terminology) -> str:
    code = code_of(cancer, terminology)
    name = code.name if code else f"{cancer.words}, by words alone"
    both = ", both breasts" if cancer.both else ""
    known = cancer.age if age_of(cancer.age) != Span() else ""
    return f"{name}{both}, age {known or 'not known'}"
