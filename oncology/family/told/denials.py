"""What denies a cancer, what makes it unsure, and whether somebody is said to have died of it."""

from __future__ import annotations

from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, Mark
from oncology.family.told.people import PERSON, who_of
from oncology.family.told.sites import SITE

_MOST_WORDS = 6


def denial(marks: list[Mark], first: int, last: int) -> tuple[str, int]:
    """What denies the cancers from the first to the last mark, and where; "" and -1: nothing."""
    after = last + 1
    while after < len(marks) and marks[after].is_a(COLON, DASH, OPEN) and after - last < 3:
        after += 1
    if after < len(marks) and marks[after].is_a("denied-after") and not _denies_next(marks, after):
        return "not", after
    if [mark.text for mark in marks[last + 1 : last + 4]] == ["(", "-", ")"]:
        return "not", last + 1
    return _denied_before(marks, first)


def _denies_next(marks: list[Mark], place: int) -> bool:
    """`breast ca, no colon ca`, `mother: breast ca no ovarian ca`: the denial looks forward."""
    following = marks[place + 1 : place + 5]
    for mark in following:
        if mark.is_a(SITE, "family", "organ"):
            return True
        if mark.is_a(COMMA, CLOSE):
            return False
    return False


def _denied_before(marks: list[Mark], first: int) -> tuple[str, int]:
    words, cancers = 0, 0
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if here.is_a("denied") and not _speaks_back(marks, place):
            # "No other cancers" denies none of those told.
            others = any(mark.text == "other" for mark in marks[place + 1 : first])
            return ("", -1) if others else (here.means["denied"], place)
        if place == first - 1 and _is_minus(marks, place):
            return "no", place - 2 * marks[place].is_a(CLOSE)
        if here.is_a("but", "except", AGE, COLON, DASH, "died", "well"):
            return "", -1
        if here.is_a(SITE):
            cancers += 1
        elif here.is_a("with") and cancers:
            return "", -1
        elif here.is_a(PERSON):
            if not who_of(here).is_family and not _denied_person(marks, place):
                return "", -1
        elif here.means == {}:
            words += 1
            if words > _MOST_WORDS:
                return "", -1
    return "", -1


def _is_minus(marks: list[Mark], place: int) -> bool:
    """`+ breast ca (mom), - ovarian ca` where there is a plus, and `(-) ovarian ca`."""
    if [mark.text for mark in marks[max(0, place - 2) : place + 1]] == ["(", "-", ")"]:
        return place == 2 or not marks[place - 3].is_a(PERSON, SITE)
    opens = not place or marks[place - 1].is_a(COMMA)
    return marks[place].is_a(DASH) and opens and any(mark.text == "+" for mark in marks)


def _denied_person(marks: list[Mark], place: int) -> bool:
    """`neither parent had`, `no first-degree relatives with`, `denies mother having`."""
    before = place - 1
    while before >= 0 and (
        marks[before].is_a("own", "her", "number", "and", "or", PERSON)
        or marks[before].text == "of"
    ):
        before -= 1
    return before >= 0 and marks[before].is_a("denied")


def _speaks_back(marks: list[Mark], place: int) -> bool:
    """Whether a "negative" belongs to what stands before it: a gene, or a cancer."""
    before = marks[place - 1] if place else None
    after = marks[place + 1] if place + 1 < len(marks) else None
    if before is None:
        return False
    if before.is_a("gene"):
        return True
    ends = after is None or after.is_a(COMMA, CLOSE)
    return (
        ends and before.is_a(SITE, COLON, DASH, PERSON, OPEN) and marks[place].is_a("denied-after")
    )


def is_unsure(marks: list[Mark], first: int, last: int) -> bool:
    """Whether a word of doubt stands with the group."""
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if _doubts(marks, place):
            return True
        if here.is_a(SITE, AGE, COMMA, CLOSE, "but"):
            break
    for place in range(last + 1, len(marks)):
        here = marks[place]
        if _doubts(marks, place):
            # A doubt right before the next cancer is about that one.
            following = marks[place + 1 : place + 3]
            # "may have been ovarian" takes back what stands before it.
            return here.text.endswith("been") or not any(
                mark.is_a(SITE, "with", "own", "organ") for mark in following
            )
        if here.is_a(SITE, PERSON, "but"):
            break
    return False


def _doubts(marks: list[Mark], place: int) -> bool:
    here = marks[place]
    if here.text == "?":
        return not (place and marks[place - 1].is_a(AGE))
    return here.is_a("unsure")


def is_of_death(marks: list[Mark], first: int) -> bool:
    """`died of`, `died at 62 from`, `d. breast ca`: nothing but small words in between."""
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if here.is_a("died"):
            return True
        if not here.is_a("link", "with", "at", "own", "her", "grade", AGE, "unsure"):
            return False
    return False
