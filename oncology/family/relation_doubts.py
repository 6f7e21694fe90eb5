"""What words beside a code say of it: related by marriage alone, or perhaps half or not by blood.

The codes of aunts, uncles, nieces and nephews are those of relatives by marriage too, and general
codes cover step, half and adoptive relatives (`relationships.csv`): exclude if the text says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from oncology.terminology import RelationshipConcept, Terminology

# Paths a relative may have; None among them: perhaps none, not being related by blood.
Paths = tuple[str | None, ...]

_OWN = r"(?:(?:my|her|his|their|the|an?|patient's|pt's) )*"
_SPOUSE = r"(?:husband|wife|spouse|partner|fianc(?:e|é|ee|ée)|boyfriend|girlfriend)"
_THEIRS = rf"{_OWN}(?:(?:late|former|first|second) |ex[- ]?)?{_SPOUSE}'?s "
_KIN = (
    r"(?:maternal|paternal|step|half|great|grand\w*|mother|mom|mum|father|dad|parent|sister|brother"
    r"|sibling|daughter|son|child|aunt|aunty|auntie|uncle|cousin|niece|nephew)"
)
_BY_MARRIAGE = re.compile(
    r"(.+?),?(?: -)? ?\(?(?:related )?(?:by|through|via) marriage(?: only)?\)?"
)
_IN_LAW = re.compile(r"(.+?),?[- ]?\(?in[- ]law\)?")
_OF_SPOUSE = re.compile(rf"{_THEIRS}(.+)")
_ON_THEIR_SIDE = re.compile(
    rf"(.+?),?(?: -)? ?\(?(?:on |from |of )?{_THEIRS}(?:side|family)(?: of the family)?\)?"
)
_SPOUSE_OF = re.compile(
    rf"{_OWN}(.+?)'?s (?:ex[- ]?)?{_SPOUSE}|{_OWN}(?:ex[- ]?)?{_SPOUSE} of {_OWN}(.+)"
)

# Words that leave it open whether, or how nearly, somebody is related by blood.
_HALF = re.compile(r"\bhalf", re.I)
_PERHAPS_NOT = re.compile(
    r"\b(?:step|adopt|foster|marriage|married (?:to|into)|in[- ]law|unrelated)"
    r"|\b(?:not?|non)[- ](?:an? )?(?:(?:by )?blood|(?:biological|genetic)(?:ly|ally)?|related)\b"
    rf"|\b{_SPOUSE}(?:'?s)? (?:side|family)|\b{_SPOUSE}'?s (?:{_KIN}|relative)"
    rf"|\b(?:of|to) {_OWN}(?:ex[- ]?)?{_SPOUSE}\b"
    rf"|\b{_KIN}(?: \w+?)?'?s {_SPOUSE}\b|\b{_SPOUSE} of\b",
    re.I,
)
_FURTHER = re.compile(r"\b(?:once removed|second)", re.I)

# A note tells of the relative only in a clause that begins with it: others tell of other people.
_CLAUSES = re.compile(r"[.;,:\n()]+| - ")
_SHE = (
    r"(?:(?:s?he|this)(?: is| was|'s)? |(?:is|was) )?(?:(?:my|the|an?|only|actually|patient's) )*"
)
_NOTED_HALF = (
    rf"{_SHE}half[- ]?(?:{{noun}}|sib(?:ling)?|blood)(?= (?:on|from|through|by|via|only|same)\b|\Z)"
)
_NOTED_NOT = "|".join(
    f"{_SHE}{each}"
    for each in (
        r"(?:{noun} )?(?:(?:related|relative|relation) )?(?:only )?(?:by|through|via) marriage\b",
        r"{noun}[- ]in[- ]law\b",
        r"(?:step|foster)[- ]?(?:{noun})?\Z",
        r"adopt(?:ed|ive)(?: {noun}\b| (?:by|into|in|at|as|from|when)\b|\Z)",
        r"(?:{noun} )?(?:not?|non)[- ](?:an? )?(?:(?:related )?by )?(?:blood|biological|genetic)"
        r"(?:ly|ally)?(?:[- ](?:relat\w+|{noun}))?\Z",
        r"(?:not |un)related(?: by blood| to (?:the )?patient)?\Z",
        rf"(?:{{noun}} )?(?:married to|{_SPOUSE} of) {_OWN}{_KIN}",
        rf"{_KIN}(?: {_KIN})?'?s (?:ex[- ]?)?{_SPOUSE}\Z",
        rf"(?:ex[- ]?)?{_SPOUSE}'?s (?:(?:maternal|paternal) )?{{noun}}\Z",
        rf"(?:{{noun}} )?(?:on|from|of|to) {_OWN}(?:ex[- ]?)?{_SPOUSE}"
        r"(?:(?:'?s)? (?:side|family)|\Z)",
        rf"(?:ex[- ]?)?{_SPOUSE}(?:'?s)? (?:side|family)(?: of the family)?\Z",
    )
)


def plain(text: str | None) -> str:
    """A relation as the tables write it: small letters, single spaces, straight apostrophes."""
    return " ".join((text or "").lower().replace("’", "'").split()).rstrip(" .")


def is_by_marriage(words: str, terminology: Terminology) -> bool:
    """Whether plain words say that somebody is related by marriage alone: `uncle's wife`.

    The wife of a parent or grandparent may be the mother or grandmother, a husband's child the
    patient's own: these are open.
    """

    def kin(named: str | None) -> RelationshipConcept | None:
        words = re.sub(rf"\A{_OWN}", "", named or "")
        known = terminology.relation_words.get(words)
        return known if known is not None and known.path else None

    for by_marriage in (_BY_MARRIAGE, _IN_LAW, _ON_THEIR_SIDE):
        if (said := by_marriage.fullmatch(words)) and kin(said[1]):
            return True
    if (said := _OF_SPOUSE.fullmatch(words)) and (whose := kin(said[1])):
        return not whose.path.startswith("C")
    if (said := _SPOUSE_OF.fullmatch(words)) and (whose := kin(said[1] or said[2])):
        return not set(whose.path) <= set("MFP")
    return False


def doubt_of(relation: RelationshipConcept, words: Iterable[str]) -> Paths | None:
    """What a coded relation may be by the words beside it; None: they leave it as it is.

    Empty: they say no more than that it is something else.
    """
    said = " / ".join(words)
    if _PERHAPS_NOT.search(said):
        return (relation.path, None)
    if _HALF.search(said) and not _HALF.search(relation.display):
        return _half(relation.path) or ()
    return () if _FURTHER.search(said) else None


def doubt_of_notes(relation: RelationshipConcept, notes: Iterable[str]) -> Paths | None:
    """What a relation may be by notes on the relative; None: nothing else.

    A note never excludes anybody. `natural sister` is told by its code.
    """
    texts = tuple(notes)
    if not texts or relation.display.startswith(("natural", "biological")):
        return None
    not_blood, half = _noted_of(relation.display.rpartition(" ")[2].rpartition("-")[2])
    for text in texts:
        clauses = [plain(each) for each in _CLAUSES.split(text)]
        if any(map(not_blood.match, clauses)):
            return (relation.path, None)
        if any(map(half.match, clauses)):
            return _half(relation.path)
    return None


@lru_cache(maxsize=128)
def _noted_of(noun: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What is looked for in notes on an `aunt`: not by blood, and half."""
    said = re.escape(noun)
    return re.compile(_NOTED_NOT.replace("{noun}", said)), re.compile(
        _NOTED_HALF.replace("{noun}", said)
    )


def _half(path: str) -> Paths | None:
    """Through a full or a half-sibling; None for a relation through no sibling."""
    return (path, path.replace("S", "PC")) if "S" in path else None
