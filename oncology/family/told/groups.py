"""Groups of cancers in one sentence: named together, denied or not, sure or not."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.alone import ends_a_list, heads_people, is_all_said, stands_alone
from oncology.family.told.denials import denial, is_minus_family
from oncology.family.told.doubts import is_of_death, is_unsure
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, SLASH, Mark
from oncology.family.told.onset import AT, BARE, ONSET, introduced, is_year
from oncology.family.told.sites import SITE, site_of
from oncology.family.told.who import PERSON, who_of

_JOINS = ("and", "or", COMMA, SLASH, "grade")
# Organs that, named without another word, are hardly told for anything but cancer.
_TOLD_FLATLY = ("breast", "ovarian", "crc", "prostate", "pancreatic", "endometrial")
_CANCER = ("ca", "cancer", "carcinoma")
_EITHER = ("?", "vs", "versus")
_BEFORE_AN_AGE = (COMMA, OPEN, COLON, DASH, "onset", "at", "grade", "own", "her")


class Group(Struct, frozen=True, gc=False):
    """Cancers named together, by their first and last mark.

    `shared`: of so many at the end one age is told. `denied`: "no" or "not", else empty, and
    `denied_at` the place of the word that says so.
    `is_of_death`: named as what somebody died of, so that an age after it is that of death.
    """

    first: int
    last: int
    sites: tuple[str | None, ...]
    shared: int
    denied: str = ""
    denied_at: int = -1
    is_certain: bool = True
    is_of_death: bool = False


def find_groups(
    marks: list[Mark], under_heading: bool = False, is_note: bool = False, among: bool = False
) -> list[Group]:
    """The groups of a sentence in order; organs alone only where the text makes them cancers.

    `under_heading`: a line before has said that cancers follow; `among`: cancers of others were
    told before; `is_note`: it stands in the record of a relative.
    """
    runs = _runs(marks)
    under_heading = under_heading or is_minus_family(marks)
    taken = [
        (under_heading and not _heads_others(marks, run)) or _is_taken(marks, runs, number)
        for number, run in enumerate(runs)
    ]
    if is_note:
        taken = [
            each or is_all_said(marks, run, _is_flat(marks, run))
            for each, run in zip(taken, runs, strict=True)
        ]
    if any(taken) or among:
        taken = [
            is_taken
            or ends_a_list(marks, run)
            or stands_alone(marks, run)
            or heads_people(marks, run, _is_flat(marks, run))
            for is_taken, run in zip(taken, runs, strict=True)
        ]
    # "breast but no ovarian cancer": what is set against a cancer is one.
    for number in reversed(range(len(runs) - 1)):
        between = marks[runs[number][-1] + 1 : runs[number + 1][0]]
        if taken[number + 1] and between and all(m.is_a("but", "denied", COMMA) for m in between):
            taken[number] = True
    kept = [run for run, is_taken in zip(runs, taken, strict=True) if is_taken]
    return [_group(marks, kept, number) for number in range(len(kept))]


def _runs(marks: list[Mark]) -> list[list[int]]:
    """The places of sites that stand together: `breast and ovarian ca`, `colon, uterine ca`."""
    runs: list[list[int]] = []
    for place, here in enumerate(marks):
        if not here.is_a(SITE):
            continue
        if runs and _belong_together(marks, runs[-1][-1], place):
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _belong_together(marks: list[Mark], one: int, other: int) -> bool:
    between = marks[one + 1 : other]
    joins = (*_EITHER, "+")
    if not between or not all(mark.is_a(*_JOINS) or mark.text in joins for mark in between):
        return False
    if any(mark.is_a(COMMA) for mark in between) and between[-1].text == "+":
        # "- ovarian ca, + prostate ca".
        return False
    is_list = any(
        mark.is_a("and", "or", SLASH) or mark.text == "+" or mark.text in _EITHER[1:]
        for mark in between
    )
    if not is_list and any(mark.text == "?" for mark in between):
        return False
    # "breast ca, ovarian ca 50" are two told one after the other, "ca ovary, colon" one list.
    after_cancer = marks[one].text in _CANCER and site_of(marks[other]).is_bare
    return is_list or site_of(marks[one]).is_bare or after_cancer


def _is_taken(marks: list[Mark], runs: list[list[int]], number: int) -> bool:
    run = runs[number]
    if not all(site_of(marks[place]).is_bare for place in run):
        return True
    after = _past_brackets(marks, run[-1] + 1)
    while after < len(marks) and (
        marks[after].is_a(*_BEFORE_AN_AGE) or is_year(marks[after]) or marks[after].text == "?"
    ):
        after += 1
    if after < len(marks) and marks[after].is_a(AGE) and _is_age_of(marks, run[-1], after):
        return True
    if _is_said_flatly(marks, run):
        return True
    earlier = [place for each in runs[:number] for place in each]
    if any(is_heading(marks, place) for place in earlier):
        return True
    before = run[0] - 1
    before -= before > 0 and marks[before].is_a(COLON) and marks[before - 1].is_a("denied")
    if before > 0 and marks[before].text in ("for", "of", "hx of", "history of"):
        before -= 1
    led = before >= 0 and marks[before].is_a("denied", "unsure")
    flat = _is_flat(marks, run)
    ends = run[-1] + 1 >= len(marks) or marks[run[-1] + 1].is_a(COMMA, CLOSE, "but", "except")
    return led and (bool(earlier) or (flat and ends))


def _heads_others(marks: list[Mark], run: list[int]) -> bool:
    """`Renal: brother on dialysis`, below `Cancer: mother breast 70`."""
    after = run[-1] + 1
    heads = run[0] == 0 and after < len(marks) and marks[after].is_a(COLON)
    flat = _is_flat(marks, run)
    return heads and not flat and not heads_people(marks, run, flat)


def _past_brackets(marks: list[Mark], place: int) -> int:
    """`prostate (Gleason 9) 54`: the place after brackets that hold no age, person or cancer."""
    if place < len(marks) and marks[place].is_a(OPEN):
        for after in range(place + 1, len(marks)):
            if marks[after].is_a(AGE, PERSON, SITE):
                return place
            if marks[after].is_a(CLOSE):
                return after + 1
    return place


def _is_said_flatly(marks: list[Mark], run: list[int]) -> bool:
    """`mom and MGM: breast.`, `Breast - mother` and `ovarian: none`."""
    before, after = run[0] - 1, run[-1] + 1
    flat = _is_flat(marks, run)
    if flat and (stands_alone(marks, run) or heads_people(marks, run, flat)):
        return True
    following = marks[after : after + 2]
    opens = opens_part(marks, run[0]) or marks[before].is_a(COMMA)
    return (
        opens
        and bool(following)
        and (
            following[0].is_a("denied-after")
            or (
                len(following) == 2
                and following[0].is_a(COLON, OPEN, DASH)
                and following[1].is_a("denied-after")
            )
        )
    )


def opens_part(marks: list[Mark], place: int) -> bool:
    """Whether a mark opens its sentence, or stands behind `Fam hx:` that does."""
    headed = place == 2 and marks[0].is_a(PERSON) and who_of(marks[0]).is_family
    return place == 0 or (headed and marks[1].is_a(COLON, DASH))


def _is_flat(marks: list[Mark], run: list[int]) -> bool:
    return all(site_of(marks[place]).site in _TOLD_FLATLY for place in run)


def _is_age_of(marks: list[Mark], site: int, age: int) -> bool:
    """An age beyond a comma and a person's word is not the organ's."""
    return introduced(marks, age) in (ONSET, AT, BARE) and not any(
        mark.is_a("disease", "now", "died") for mark in marks[site + 1 : age]
    )


def is_heading(marks: list[Mark], place: int) -> bool:
    """`Cancer: …`, `Cancer - …`, `cancers (…`, `had cancer: mother breast`."""
    after = marks[place + 1] if place + 1 < len(marks) else None
    return (
        site_of(marks[place]).site is None and after is not None and after.is_a(COLON, DASH, OPEN)
    )


def _group(marks: list[Mark], runs: list[list[int]], number: int) -> Group:
    run = runs[number]
    first, last = run[0], run[-1]
    sites = tuple(dict.fromkeys(site_of(marks[place]).site for place in run))
    shared = 1
    while shared < len(run) and site_of(marks[run[-1 - shared]]).is_bare:
        shared += 1
    among = any(mark.is_a("or") or mark.text in _EITHER for mark in marks[first:last])
    if among or all(site_of(marks[place]).is_bare for place in run):
        shared = len(run)
    denied, denied_at = denial(marks, first, last)
    unsure = (among and not denied) or is_unsure(marks, first, last)
    of_death = is_of_death(marks, first)
    return Group(first, last, sites, shared, denied, denied_at, not unsure, of_death)
