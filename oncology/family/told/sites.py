"""The cancers among the marks: an organ with its cancer word, or a cancer by its own name."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.told.marks import CLOSE, COLON, COMMA, DASH, OPEN, Mark

SITE, SPREAD = "site", "spread"
# What a second name in brackets makes more exact: `brain tumor (glioblastoma)`.
_WIDE = (None, "brain_nos", "leukaemia", "lymphoma", "other")
_UROTHELIAL = ("upper_urinary", "bladder")
_SECOND_OF_TWO = ("other", "opposite", "contralateral", "second")
_REMOVED = ("removed", "resected", "out", "taken out", "taken", "excised", "cut")
_FOR, _REASON = ("for", "due to", "because of", "2/2"), 2
_MOST_GRADES = 4
_TO_ORGAN = ("of", "in", "on", "the", "her", "his", "my")
_SHORTENED = ("ca", "carc", "adenoca", "malig")


class Site(Struct, frozen=True, gc=False):
    """A cancer named. `is_bare`: an organ alone, a cancer only where the text makes it one."""

    site: str | None
    is_bare: bool = False


def with_sites(marks: list[Mark]) -> list[Mark]:
    """The same row with one mark for each cancer; what is benign, or spread, is a plain word."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        length, made = _at(marks, place)
        if made is None:
            found.append(marks[place])
            place += 1
        else:
            found.append(made)
            place += length
    return _refined(found)


def site_of(mark: Mark) -> Site:
    """The cancer of a mark of kind `site`."""
    assert isinstance(mark.value, Site)
    return mark.value


def _at(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    """What stands here: how many marks it takes, and the one mark for them; None as it is."""
    here = marks[place]
    if here.is_a("benign-before"):
        # "cystic" and the like take what they describe with them.
        after = _after_grades(marks, place + 1)
        length, made = _at(marks, after) if after < len(marks) else (0, None)
        return (after + length - place, _word(marks, place, after + length)) if made else (1, None)
    if here.is_a("spread"):
        return _spread(marks, place)
    if here.is_a("alone"):
        end = place + 1
        end += end < len(marks) and marks[end].is_a("malignant")
        return _made(marks, place, end, Site(here.means["alone"] or None))
    if here.is_a("organ"):
        return _organ(marks, place)
    if here.is_a("malignant"):
        return _cancer(marks, place)
    return 1, None


def _organ(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    site = marks[place].means["organ"] or None
    after = _after_grades(marks, place + 1)
    if (end := _removed_for_cancer(marks, place)) and site:
        return _made(marks, place, end, Site(site))
    if _is_a_place(marks, place, after):
        return 1, Mark(marks[place].start, marks[place].end, {"filler": ""})
    if after < len(marks) and marks[after].is_a("malignant"):
        return _made(marks, place, after + 1, Site(site))
    if after < len(marks) and marks[after].is_a("alone") and after > place + 1:
        return 1, None
    if place + 1 < len(marks) and marks[place + 1].is_a("spread"):
        # "Bone mets".
        return 2, Mark(marks[place].start, marks[place + 1].end, {"grade": "", SPREAD: ""})
    if place + 1 < len(marks) and marks[place + 1].is_a("benign", "void"):
        return 2, _word(marks, place, place + 2)
    if site is None:
        return 1, None
    return _made(marks, place, place + 1, Site(site, is_bare=True))


def _is_a_place(marks: list[Mark], place: int, after: int) -> bool:
    """`51 (other breast)`, `a GIST removed from his stomach`: where a cancer was, told before."""
    if after < len(marks) and marks[after].is_a("malignant"):
        return False
    before = place - 1
    if before > 0 and marks[before].text in _SECOND_OF_TWO:
        return marks[before - 1].is_a(OPEN)
    while before > 0 and marks[before].is_a("own", "her"):
        before -= 1
    return before > 0 and marks[before].text == "from" and marks[before - 1].text in _REMOVED


def _removed_for_cancer(marks: list[Mark], place: int) -> int:
    """The end of `breast removed for cancer`; 0: something else stands here."""
    texts = [each.text for each in marks[place + 1 : place + 3]]
    if len(texts) < _REASON or texts[0] not in _REMOVED or texts[1] not in _FOR:
        return 0
    end = place + 1 + _REASON
    return end + 1 if end < len(marks) and marks[end].is_a("malignant") else 0


def _cancer(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    """`cancer`, `ca breast`, `cancer of the colon`, `cancer (breast)`."""
    after = place + 1
    if after < len(marks) and marks[after].text == "." and marks[place].text in _SHORTENED:
        # "Ca. Sigmoid": the point shortens.
        after += 1
    while after < len(marks) and (
        marks[after].text in _TO_ORGAN or (after > place + 1 and marks[after].is_a("grade"))
    ):
        after += 1
    bracketed = False
    if after == place + 1 and after < len(marks) and marks[after].is_a(OPEN, DASH, COLON):
        after, bracketed = after + 1, True
    if after < len(marks) and marks[after].is_a("organ"):
        length, made = _organ(marks, after)
        if made is not None and made.is_a(SITE) and site_of(made).is_bare:
            end = after + length
            if bracketed and _names_more(marks, end):
                return _made(marks, place, place + 1, Site(None))
            end += bracketed and end < len(marks) and marks[end].is_a(CLOSE)
            return _made(marks, place, end, Site(site_of(made).site))
        if made is not None and made.is_a("benign"):
            return after + length - place, _word(marks, place, after + length)
    return _made(marks, place, place + 1, Site(None))


def _names_more(marks: list[Mark], end: int) -> bool:
    """Whether a heading follows: `cancer: breast - mother, colon - father`."""
    return end < len(marks) and marks[end].is_a(DASH, COLON)


def _made(marks: list[Mark], place: int, end: int, site: Site) -> tuple[int, Mark]:
    if end < len(marks) and marks[end].is_a("void"):
        return end + 1 - place, _word(marks, place, end + 1)
    if end + 1 < len(marks) and marks[end].is_a(COMMA, OPEN, DASH) and _is_benign(marks, end + 1):
        return end + 2 - place, _word(marks, place, end + 2)
    start, last = marks[place].start, marks[end - 1].end
    return end - place, Mark(start, last, {SITE: ""}, marks[place].text, site)


def _is_benign(marks: list[Mark], place: int) -> bool:
    """`ovarian tumor, benign`, and not `…, benign breast lump`."""
    after = marks[place + 1] if place + 1 < len(marks) else None
    ends = after is None or after.is_a(COMMA, CLOSE) or after.text in (".", ";", "\n")
    return marks[place].is_a("benign-before") and ends


def _word(marks: list[Mark], place: int, end: int) -> Mark:
    return Mark(marks[place].start, marks[end - 1].end, {"disease": "", "benign": ""})


def _spread(marks: list[Mark], place: int) -> tuple[int, Mark]:
    """`mets to liver and bone`: where it spread to is no cancer of its own."""
    end = place + 1
    while end < len(marks) and (
        marks[end].is_a("organ")
        or marks[end].text in ("the", "to")
        or (marks[end].is_a("and", COMMA) and end + 1 < len(marks) and _is_bare(marks, end + 1))
    ):
        end += 1
    return end - place, Mark(marks[place].start, marks[end - 1].end, {"grade": "", SPREAD: ""})


def _is_bare(marks: list[Mark], place: int) -> bool:
    after = _after_grades(marks, place + 1)
    followed = after < len(marks) and marks[after].is_a("malignant")
    return marks[place].is_a("organ") and not followed


def _after_grades(marks: list[Mark], place: int) -> int:
    end = place
    while end < len(marks) and end - place < _MOST_GRADES and marks[end].is_a("grade"):
        end += 1
    return end


def _is_its_tissue(mark: Mark, known: str | None) -> bool:
    """`ureter ca (TCC)`: the tissue of the cancer named before the bracket."""
    return site_of(mark).site == "urothelial" and known in _UROTHELIAL


def _refined(marks: list[Mark]) -> list[Mark]:
    """`brain tumor (glioblastoma)` and `thyroid cancer (medullary)` are one cancer each."""
    found: list[Mark] = []
    for here in marks:
        before = found[-2:]
        if len(before) == 2 and before[0].is_a(SITE) and before[1].is_a(OPEN, DASH, COMMA):
            known = site_of(before[0]).site
            if here.is_a(SITE) and before[1].is_a(OPEN) and _is_its_tissue(here, known):
                found[-1] = Mark(before[1].start, here.end, {"grade": ""})
                continue
            if here.is_a(SITE) and before[1].is_a(OPEN) and known in _WIDE:
                named = Site(site_of(here).site)
                found[-2] = replace(here, start=before[0].start, value=named)
                found[-1] = Mark(before[1].start, here.end, {"grade": ""})
                continue
            if here.text == "medullary" and known == "thyroid":
                found[-2] = replace(before[0], value=Site("thyroid_mtc"))
        found.append(here)
    return found
