"""Organs named without a word for cancer: where they stand for one all the same."""

from __future__ import annotations

from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, SLASH, Mark
from oncology.family.told.onset import is_year
from oncology.family.told.sites import SITE
from oncology.family.told.who import HEADING, PERSON

_AFTER_A_PERSON = (
    OPEN,
    DASH,
    COLON,
    COMMA,
    CLOSE,
    AGE,
    "with",
    "same",
    "now",
    "at",
    "everyone",
    SLASH,
    "onset",
    "died",
)
_AFTER_AN_ORGAN = (COMMA, OPEN, CLOSE, "and", AGE, "died", "at", "but", DASH, "onset", SLASH)
_IN_BRACKETS = (
    AGE,
    SITE,
    *("at", "onset", "unsure", "died", "now", "grade", "sex", "same", "side", "everyone", "filler"),
)
_DOUBTING = ("?", "it", "was", "if", "is", "be", "been", "whether", "the")
_SIDES = ("s", "l", "r")
_BEHIND_A_NOTE = ("died", "now", "link", "spread")
_AROUND_A_NOTE = (
    AGE,
    "same",
    COMMA,
    OPEN,
    CLOSE,
    COLON,
    DASH,
    "with",
    "her",
    "first",
    "onset",
    "at",
    "unsure",
    "grade",
    "filler",
)


def _ends_there(marks: list[Mark], person: int) -> bool:
    """Whether only an age, or nothing, is said of the person a heading is told of."""
    following = marks[person + 1 : person + 3]
    following = following[1:] if following and following[0].is_a(OPEN) else following[:1]
    return all(
        m.is_a(AGE, COMMA, CLOSE, "onset", "at", "and", "unsure", "now", "died", "grade")
        for m in following
    )


def heads_people(marks: list[Mark], run: list[int], is_flat: bool) -> bool:
    """`Breast: mother 50, MGM 70` and `breast - mom, ovarian - aunt`."""
    before, after = run[0] - 1, run[-1] + 1
    while before >= 0 and marks[before].is_a("with", "carried"):
        # "Pos hx breast: mother at 72".
        before -= 1
    opens = before < 0 or marks[before].is_a(COMMA, COLON)
    opens = opens or (before > 0 and marks[before].is_a(DASH) and marks[before - 1].is_a(HEADING))
    while after < len(marks) and marks[after].is_a(COLON, DASH, OPEN, "link", "own", "number"):
        after += 1
    follows = after < len(marks) and marks[after].is_a(PERSON)
    if follows and not is_flat and not _ends_there(marks, after):
        # "Renal: brother on dialysis".
        return False
    if follows and [m.is_a(OPEN, "benign", "disease") for m in marks[after + 1 : after + 3]] == [
        True,
        True,
    ]:
        # "Thyroid: mother (goiter)".
        return False
    return opens and follows and after > run[-1] + 1


def stands_alone(marks: list[Mark], run: list[int]) -> bool:
    """`MGM (breast, 55), MGF (lung)`: all that is said of a person beside others with cancer."""
    before, after = run[0] - 1, run[-1] + 1
    while before > 0 and (marks[before].is_a(*_AFTER_A_PERSON) or marks[before].text == "?"):
        before -= 1
    ends = after >= len(marks) or marks[after].is_a(*_AFTER_AN_ORGAN) or marks[after].text == "?"
    if after + 1 < len(marks) and marks[after].is_a(OPEN):
        # "bowels (crohns)" is no cancer.
        ends = marks[after + 1].is_a(*_IN_BRACKETS)
    return before >= 0 and marks[before].is_a(PERSON, HEADING) and ends


def ends_a_list(marks: list[Mark], run: list[int]) -> bool:
    """`colon 50, prostate 66, and lung`: the last of several, told without an age."""
    place = run[0] - 1
    if place < 0 or not marks[place].is_a("and"):
        return False
    place -= marks[place - 1].is_a(COMMA)
    ends = run[-1] + 1 >= len(marks) or marks[run[-1] + 1].is_a(COMMA, CLOSE)
    listed = place > 1 and marks[place - 1].is_a(AGE) and marks[place - 2].is_a(SITE)
    return ends and listed


def is_all_said(marks: list[Mark], run: list[int], is_flat: bool) -> bool:
    """`Lung.`, `dx at 42, breast`, `maybe liver` in the record of the one with the cancer.

    `is_flat`: an organ that is hardly told for anything but cancer.
    """
    before, after = marks[: run[0]], marks[run[-1] + 1 :]
    led = all(mark.is_a(*_AROUND_A_NOTE) or mark.text in _DOUBTING for mark in before)
    if led and after and after[0].is_a(COMMA, OPEN):
        # "Dx at 44, breast, s/p mastectomy"; "liver, cirrhosis" is no cancer.
        return is_flat or not any(mark.is_a("disease") for mark in after)
    return led and all(
        mark.is_a(*_AROUND_A_NOTE, *_BEHIND_A_NOTE) or is_year(mark) or mark.text in _SIDES
        for mark in after
    )
