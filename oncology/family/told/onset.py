"""What an age is told of: the onset of a cancer, death, today, or another illness."""

from __future__ import annotations

from oncology.family.told.ages import AgeMark
from oncology.family.told.marks import AGE, COMMA, OPEN, SLASH, Mark
from oncology.family.told.sites import SITE, SPREAD

# How an age is introduced: at death, now, of another illness, at onset, by "at" alone, or not.
DIED, NOW, DISEASE, ONSET, AT, BARE = "died", "now", "disease", "onset", "at", ""
_MOST_AFTER, _YEAR_DIGITS = 6, 4
_FOR = ("for", "due to", "2/2", "secondary to", "because of")
_SMALL = (":", "is", "was", "from", "it", "this")
_KINDS = (DIED, ONSET, DISEASE, NOW)
# An age told after these is that of another event.
_MEANS = {"well": NOW, SPREAD: DISEASE}


def introduced(marks: list[Mark], place: int) -> str:
    """What the age at this place is told of."""
    found = BARE
    after = _told_after(marks, place) or _bracketed(marks, place)
    if after and not (after == NOW and place and marks[place - 1].is_a("onset")):
        return after
    for before in range(place - 1, -1, -1):
        here = marks[before]
        if here.is_a(SITE):
            return found
        told = next((kind for kind in _KINDS if here.is_a(kind)), "")
        told = told or next((kind for each, kind in _MEANS.items() if here.is_a(each)), "")
        if told == DISEASE and _is_for_cancer(marks, place):
            return AT
        if told == DIED and _is_found_too(marks, before):
            return ONSET
        if told and (here.text != "is" or (before and marks[before - 1].is_a("her"))):
            return told
        if here.is_a("at"):
            found = AT
        elif here.is_a(COMMA) and found is BARE and before == place - 1:
            beyond = marks[before - 1] if before else None
            if beyond is None or not beyond.is_a("died", "now"):
                return found
        elif not _is_small(here) and not _is_named_place(marks, before):
            return found
    return found


def _is_named_place(marks: list[Mark], place: int) -> bool:
    """`died in Vietnam in her 40s`: a place, and what introduces the age stands before it."""
    here = marks[place]
    return not here.means and here.text.isalpha() and place > 0 and marks[place - 1].text == "in"


def _bracketed(marks: list[Mark], place: int) -> str:
    """`ovarian ca, colon polyps (50)`: the age in brackets is that of the polyps."""
    led = place > 1 and marks[place - 1].is_a(OPEN) and marks[place - 2].is_a("disease")
    return DISEASE if led else ""


def _is_found_too(marks: list[Mark], died: int) -> bool:
    """`dx and died at 59`: found in the year of death."""
    return died > 1 and marks[died - 1].is_a("and", SLASH) and marks[died - 2].is_a("onset")


def _is_small(mark: Mark) -> bool:
    """Whether a mark may stand between an age and what introduces it, as `2013` in `died 2013`."""
    small = (
        mark.is_a("own", "her", "filler", "link", "benign", "benign-before") or mark.text in _SMALL
    )
    return small or is_year(mark)


def is_year(mark: Mark) -> bool:
    """Whether a mark is a year of the calendar."""
    return len(mark.text) == _YEAR_DIGITS and mark.text.isdigit()


def _told_after(marks: list[Mark], place: int) -> str:
    """`45 when diagnosed`, `42 at dx`, `72 now`."""
    for after in range(place + 1, min(place + _MOST_AFTER, len(marks))):
        here = marks[after]
        if here.is_a("onset"):
            # "breast ca 45, dx'd …" is another statement; "45 diagnosed with" is this one.
            return ONSET if after > place + 1 or not _starts_anew(marks, after) else ""
        if here.is_a("now") and here.text in ("now", "currently", "alive", "living", "today"):
            return NOW
        if not here.is_a("at", "first") and here.text not in ("when", "at", "she", "he", "was"):
            return ""
    return ""


def _is_for_cancer(marks: list[Mark], place: int) -> bool:
    """`TAH at 40 for uterine ca`: what was done then was done for the cancer."""
    following = marks[place + 1 : place + 3]
    return len(following) == 2 and following[0].text in _FOR and following[1].is_a(SITE)


def _starts_anew(marks: list[Mark], place: int) -> bool:
    """Whether an onset word has an age of its own behind it."""
    following = marks[place + 1 : place + 3]
    return any(mark.is_a(AGE) for mark in following)


def age_of(mark: Mark) -> AgeMark:
    """The age of a mark of kind `age`."""
    assert isinstance(mark.value, AgeMark)
    return mark.value


def is_onset(marks: list[Mark], place: int, after_cancer: bool) -> bool:
    """Whether the age here can be that of a cancer: told after it, or by a word before it."""
    how = introduced(marks, place)
    if how in (DIED, NOW, DISEASE):
        return False
    return after_cancer or how in (ONSET, AT)
