"""Single capitals for relatives: `M: breast 55; F (lung), S no ca`."""

from __future__ import annotations

from oncology.family.told.marks import (
    AGE,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    OPEN,
    POSSESSIVE,
    SLASH,
    STOP,
    Mark,
)
from oncology.family.told.sites import SITE

_BEFORE = (STOP, COMMA, COLON, DASH, OPEN, "and", SLASH, "link", "or", POSSESSIVE)
_TELLING = (
    *(SITE, AGE, COLON, DASH, "denied", "with", "well", "died", "disease", "gene", "now"),
    *("at", "onset"),
)
_LISTED = (OPEN, COMMA, "and", STOP, SLASH, CLOSE, POSSESSIVE)


def _is_number(mark: Mark) -> bool:
    return mark.is_a("number") and mark.text.isdigit()


def is_person(marks: list[Mark], place: int) -> bool:
    """Whether the letter stands where a relative does: not `54 F`, not `cousin (M)`."""
    before = marks[place - 1] if place else None
    following = marks[place + 1 : place + 3]
    if len(following) > 1 and following[0].start == marks[place].end and _is_number(following[0]):
        # "S1 br ca 50, S2 well".
        following = following[1:]
    after = following[0] if following else None
    if before is not None and not before.is_a(*_BEFORE):
        return False
    if before is not None and before.is_a(OPEN):
        return after is not None and after.is_a(AGE, SITE, COLON, DASH, COMMA, POSSESSIVE)
    if marks[place].means["letter"] in ("brother", "sister"):
        return after is not None and after.is_a(*_TELLING)
    if after is None:
        return before is not None
    if before is None and after.is_a(COMMA):
        return False
    return after.is_a(*_TELLING, *_LISTED)
