"""What makes a cancer unsure, and whether somebody is said to have died of it."""

from __future__ import annotations

from oncology.family.told.marks import AGE, CLOSE, COMMA, OPEN, Mark
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON

_NEAR = 5
# What one may be unsure of beside the cancer itself.
_REST = (
    *("age", "ages", "old", "when", "year", "date", "stage", "grade", "receptor", "receptors"),
    *("status", "details", "treatment", "side", "subtype", "who", "type", "kind", "which", "exact"),
)
_CAUSES = ("radiation", "smoking", "asbestos", "related", "due", "from", "genetic", "hereditary")


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
        if (
            _doubts(marks, place)
            and not _asks_another(marks, place)
            and not _is_of_rest(marks, place)
        ):
            # A doubt right before the next cancer is about that one.
            following = marks[place + 1 : place + 3]
            # "may have been ovarian" takes back what stands before it.
            return here.text.endswith("been") or not any(
                mark.is_a(SITE, "with", "own", "organ") for mark in following
            )
        if here.is_a(SITE, PERSON, "but"):
            break
    return False


def _asks_another(marks: list[Mark], place: int) -> bool:
    """`mid 50s, ?genetic testing done`: the sign is written to the word after it."""
    if marks[place].text != "?" or not place or place + 1 >= len(marks):
        return False
    return _opens(marks, place) and not marks[place + 1].means


def _opens(marks: list[Mark], place: int) -> bool:
    """Whether the sign stands apart from what is before it, and at what is after it."""
    if not place or place + 1 >= len(marks):
        return False
    apart = marks[place - 1].end < marks[place].start
    return apart and marks[place].end == marks[place + 1].start


def _is_of_rest(marks: list[Mark], place: int) -> bool:
    """`can't recall age`, `not sure what type`, `, prob radiation related`: the cancer is sure."""
    following = marks[place + 1 : place + 1 + _NEAR]
    for mark in following:
        if mark.is_a(SITE, PERSON, COMMA, CLOSE, AGE):
            break
        if mark.text.split(" ")[0] in _REST:
            return True
    led = place > 0 and marks[place - 1].is_a(COMMA, OPEN, AGE)
    after = following[0] if following else None
    return led and after is not None and after.text in _CAUSES


def _doubts(marks: list[Mark], place: int) -> bool:
    here = marks[place]
    if here.text == "?":
        # "Dx 62?" asks for the age, "died at 62 ?bowel ca" for the cancer.
        return not (place and marks[place - 1].is_a(AGE)) or _opens(marks, place)
    return here.is_a("unsure")


def is_of_death(marks: list[Mark], first: int) -> bool:
    """`died of`, `died at 62 from`, `d. breast ca`: nothing but small words in between."""
    unknown = 0
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if here.is_a("died"):
            return True
        if not here.means and here.text.isalpha() and not unknown:
            # "Died from metastaic breast ca".
            unknown += 1
            continue
        if here.is_a(PERSON) and place and marks[place - 1].is_a("died", "own"):
            # "Lost her sister to ovarian cancer".
            continue
        if here.text != "to" and not here.is_a(
            "link", "with", "at", "own", "her", "grade", AGE, "unsure"
        ):
            return False
    return False
