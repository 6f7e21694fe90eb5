"""Relatives from FamilyMemberHistory: relation, side, sex, and their cancers with ages.

What is not recorded stays open: an age is an interval, a side may be unknown, a condition
known only by its text is possible, never certain.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from oncology.dates import PartialDate, Span, parse_date, years_between
from oncology.reading.ages import years_in, years_of
from oncology.reading.elements import CodeableConcept, Extension, is_empty
from oncology.reading.family_member_history import FamilyMemberCondition, FamilyMemberHistory
from oncology.terminology import SYSTEMS, RelationshipConcept, Terminology

MATERNAL, PATERNAL = "maternal", "paternal"

# Oracle Health marks each condition POSITIVE or NEGATIVE by this modifier extension; a
# negative one says that the relative does not have the condition.
_CONDITION_RESULT = "condition-result"
# FamilyMemberHistory.status: with these the relative's health is told; with health-unknown what
# is recorded holds, and without any of them it may be a mistake.
_TOLD = ("completed", "partial")
_RECORDED = (*_TOLD, "health-unknown")
_CANCERS = ("primary", "site", "recurrence", "relapse", "remission", "metastatic", "in-situ")
_FAMILY_HISTORY_OF = {
    "fh_breast": "breast",
    "fh_ovarian": "ovarian",
    "fh_colon": "crc",
    "fh_prostate": "prostate",
    "fh_melanoma": "melanoma",
    "fh_lung": "lung_nos",
}
# A person has one of each, however often they are recorded.
_ONE_OF_A_KIND = frozenset(
    f"{side}{kind}"
    for side, kind in (
        ("", "mother"),
        ("", "father"),
        ("natural ", "mother"),
        ("natural ", "father"),
        ("maternal ", "grandmother"),
        ("maternal ", "grandfather"),
        ("paternal ", "grandmother"),
        ("paternal ", "grandfather"),
    )
)
_CANCER_WORDS = ("cancer", "carcinoma", "malignan", "tumor", "tumour", "neoplasm")
_SITE_WORDS = {"breast": "breast", "ovar": "ovarian", "colon": "crc", "bowel": "crc", "rect": "crc"}


class Disease(Struct, frozen=True, gc=False):
    """A cancer of a relative. `cancer` None: a cancer whose site is not known.

    `is_certain` False: known only by its text. `is_bilateral` None: not recorded.
    """

    cancer: str | None
    age: Span
    is_certain: bool = True
    is_bilateral: bool | None = None


class Relative(Struct, frozen=True, gc=False):
    """A blood relative, or one who may be: `degree` and `side` None when not known."""

    label: str
    degree: int | None
    side: str | None
    sex: str | None
    diseases: tuple[Disease, ...]
    is_partial: bool
    reference: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The parental lines this relative counts on; empty when the side is not known."""
        if self.side == "both":
            return (MATERNAL, PATERNAL)
        return (self.side,) if self.side else ()


class Family(Struct, frozen=True, gc=False):
    """The relatives recorded, and whether there may be others that could not be read."""

    relatives: tuple[Relative, ...]
    is_read: bool
    hides_relatives: bool


def read_relatives(
    members: tuple[FamilyMemberHistory, ...], terminology: Terminology, today: PartialDate
) -> tuple[Relative, ...]:
    """Blood relatives, and those whose relation is not understood; others are left out.

    Several records of the mother, the father or one grandparent are one person.
    """
    kept: list[Relative] = []
    places: dict[str, int] = {}
    for member in members:
        relative = _read_relative(member, terminology, today)
        if relative is None:
            continue
        place = places.get(relative.label)
        if place is not None:
            kept[place] = _together(kept[place], relative)
            continue
        if relative.label in _ONE_OF_A_KIND:
            places[relative.label] = len(kept)
        kept.append(relative)
    return tuple(kept)


def _read_relative(
    member: FamilyMemberHistory, terminology: Terminology, today: PartialDate
) -> Relative | None:
    relation = _relation(member.relationship, terminology)
    if relation is not None and relation.blood == "no":
        return None
    ceiling = _oldest_possible(member, today)
    diseases = [_disease(each, ceiling, member, terminology) for each in member.condition]
    if member.status not in _TOLD or member.data_absent_reason is not None:
        # Not known is not the same as healthy.
        diseases.append(Disease(None, Span(0, ceiling), is_certain=False))
    known = relation if relation is not None and relation.degree is not None else None
    side = known.side if known else None
    return Relative(
        label=known.display if known else "relative",
        degree=known.degree if known else None,
        side=None if side in (None, "unknown") else side,
        sex=_sex(member, known),
        diseases=_recorded(diseases, member.status in _RECORDED),
        is_partial=member.status != "completed",
        reference=f"FamilyMemberHistory/{member.id}" if member.id else "FamilyMemberHistory",
    )


def _relation(
    concept: CodeableConcept | None, terminology: Terminology
) -> RelationshipConcept | None:
    for coding in concept.coding if concept else ():
        if SYSTEMS.get(coding.system or "") == "role" and coding.code:
            known = terminology.relationships.get(coding.code)
            if known is not None:
                return known
    return None


def _sex(member: FamilyMemberHistory, relation: RelationshipConcept | None) -> str | None:
    """As recorded and as the relation says; None when they contradict each other."""
    codes = [member.gender]
    if isinstance(member.sex, CodeableConcept):
        codes += [coding.code for coding in member.sex.coding]
    else:
        codes.append(member.sex)
    if relation is not None:
        codes.append(relation.sex)
    told = {code for code in codes if code in ("male", "female")}
    return told.pop() if len(told) == 1 else None


def _oldest_possible(member: FamilyMemberHistory, today: PartialDate) -> int | None:
    """No cancer was found after death, nor after today."""
    spans = [years_of(member.deceased_age), years_of(member.age_age)]
    born = parse_date(member.born_date)
    if born is not None:
        spans.append(years_between(born, parse_date(member.deceased_date) or today))
    return min((span.high for span in spans if span and span.high is not None), default=None)


def _disease(
    recorded: FamilyMemberCondition,
    ceiling: int | None,
    member: FamilyMemberHistory,
    terminology: Terminology,
) -> Disease | None:
    understood = _modifiers(recorded.modifier_extension)
    if understood is False:
        return None
    code = recorded.code
    if code is None or is_empty(code):
        return Disease(None, Span(0, ceiling), is_certain=False)
    for coding in code.coding:
        concept = terminology.condition(coding)
        if concept is None:
            continue
        cancer = _FAMILY_HISTORY_OF.get(concept.cancer, concept.cancer)
        if concept.kind == "unspecified" or concept.cancer == "fh_cancer_nos":
            return Disease(None, _age(recorded, ceiling, member))
        if concept.kind in _CANCERS or concept.cancer in _FAMILY_HISTORY_OF:
            # A histology outside this cancer does not matter here: tools count by site.
            return Disease(cancer, _age(recorded, ceiling, member), understood is True)
        return None
    return _by_text(code, _age(recorded, ceiling, member))


def _modifiers(extensions: tuple[Extension, ...]) -> bool | None:
    """True: the condition stands; False: it is denied; None: a modifier is not understood."""
    for extension in extensions:
        if not (extension.url or "").endswith(_CONDITION_RESULT):
            return None
        concept = extension.value_codeable_concept
        codes = {coding.code for coding in concept.coding} if concept else {extension.value_code}
        if "NEGATIVE" in codes:
            return False
        if "POSITIVE" not in codes:
            return None
    return True


def _by_text(code: CodeableConcept, age: Span) -> Disease | None:
    texts = [code.text or "", *(coding.display or "" for coding in code.coding)]
    words = " ".join(texts).lower()
    if not any(word in words for word in _CANCER_WORDS):
        return None
    site = next((cancer for word, cancer in _SITE_WORDS.items() if word in words), None)
    return Disease(site, age, is_certain=False)


def _age(recorded: FamilyMemberCondition, ceiling: int | None, member: FamilyMemberHistory) -> Span:
    """onsetAge, then onsetRange, then onsetPeriod with a birth date, all under the ceiling."""
    span = years_of(recorded.onset_age) or years_in(recorded.onset_range)
    if span is None and recorded.onset_period and member.born_date:
        born = parse_date(member.born_date)
        start = parse_date(recorded.onset_period.start)
        if born and start:
            span = years_between(born, start)
    span = span or _said_age(recorded.onset_string) or Span()
    return span.within(Span(0, ceiling))


_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties"
_DECADE = {word: 10 * number for number, word in enumerate(_DECADES.split(), 2)}
_YEARS = re.compile(r"[0-9]{1,3}\Z")
_BEFORE = re.compile(r"(?:before|under|younger than|<)\s*([1-9][0-9]{0,2})\Z")
_TENS = re.compile(r"(?:in (?:her|his|their|the) )?(?:(early) )?(?:([1-9])0'?s|([a-z]+ties))\Z")


def _said_age(text: str | None) -> Span | None:
    """Ages as written: 45, early 40s (40 to 43), 40s, forties, before 50, <50. None: not these."""
    said = (text or "").strip().lower()
    if _YEARS.match(said):
        return Span(int(said), int(said))
    before = _BEFORE.match(said)
    if before:
        return Span(0, int(before[1]) - 1)
    tens = _TENS.match(said)
    start = tens and (int(tens[2]) * 10 if tens[2] else _DECADE.get(tens[3]))
    if not tens or not start:
        return None
    return Span(start, start + (3 if tens[1] else 9))


def _recorded(diseases: list[Disease | None], is_recorded: bool) -> tuple[Disease, ...]:
    return tuple(
        each if is_recorded else replace(each, is_certain=False)
        for each in diseases
        if each is not None
    )


def _together(first: Relative, second: Relative) -> Relative:
    """One relative of two records of the same person; the earlier reference stands for both."""
    return replace(
        first,
        sex=first.sex if first.sex == second.sex else None,
        diseases=first.diseases + second.diseases,
        is_partial=first.is_partial or second.is_partial,
        reference=min(first.reference, second.reference),
    )
