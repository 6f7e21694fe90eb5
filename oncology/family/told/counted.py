"""How many people are told of: `2 sisters`, `aunts x2`, and the single ones of several."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.marks import CLOSE, COLON, COMMA, OPEN, SLASH, Mark
from oncology.family.told.sites import SITE, site_of
from oncology.family.told.who import PERSON, Who, number_of, who_of

_BY_AGE = ("eldest", "oldest", "youngest", "younger", "older", "elder", "middle")
_PATIENTS = ("my", "our", "your")
_DEFINITE = ("this", "that", "the", "same", "said", "above", "aforementioned", "above mentioned")
_ANOTHER = ("third", "3 rd", "fourth", "4 th", "remaining", "other", "another")
_BEING = ("was", "were", "is", "who", "has been")


def counted_after(here: Mark, marks: list[Mark], place: int) -> tuple[Mark, int]:
    """`x2`, `(2)`."""
    who = who_of(here)
    if place + 1 < len(marks) and marks[place].text in ("x", "×", "*", "#"):
        number = number_of(marks[place + 1])
        if number and marks[place].text == "#" and not who.is_plural:
            # "Aunt #2" is the second of them.
            return replace(here, end=marks[place + 1].end), place + 2
        if number:
            return replace(
                here, end=marks[place + 1].end, value=replace(who, count=number)
            ), place + 2
    if who.is_plural and (taken := _counted_as_heading(marks[place : place + 3])):
        number, length = taken
        return replace(here, value=replace(who, count=number)), place + length
    bracketed = place + 2 < len(marks) and marks[place].is_a(OPEN) and marks[place + 2].is_a(CLOSE)
    if bracketed and (number := number_of(marks[place + 1])):
        return replace(here, end=marks[place + 2].end, value=replace(who, count=number)), place + 3
    return here, place


def _counted_as_heading(following: list[Mark]) -> tuple[int, int] | None:
    """`sisters 2: no breast ca`, `sisters: 1, breast ca`: how many, and the marks that say so."""
    if len(following) > 1 and following[1].is_a(COLON) and number_of(following[0]):
        return number_of(following[0]), 1
    listed = len(following) > 2 and following[0].is_a(COLON) and following[2].is_a(COMMA)
    number = number_of(following[1]) if listed else 0
    return (number, 2) if number else None


def counted_before(here: Mark, found: list[Mark]) -> Mark:
    """Take up the number and the owner that stand right before."""
    who, start = who_of(here), here.start
    place = taken = len(found) - 1
    while place >= 0:
        before = found[place]
        if number := number_of(before):
            # In "3 of 5 sisters" and "3/5 sisters" the first number counts.
            who, start = replace(who, count=number), before.start
        elif before.is_a("her") and before.text not in ("she", "he", "they"):
            who, start = _owned_by(who, before), before.start
        elif before.is_a("everyone") and who.is_plural:
            who, start = replace(who, count=who.count or 2), before.start
        elif before.text == "neither" and who.path == "P":
            who = replace(who, is_plural=True)
            break
        elif before.text in _ANOTHER and not who.is_plural:
            who, start = replace(who, is_another=True), before.start
        elif before.text in _DEFINITE:
            who = replace(who, is_definite=True)
            if before.text != "the":
                start = before.start
        elif before.text == "own":
            who = replace(who, owner="own")
        elif not before.is_a("own", SLASH) and before.text != "of":
            break
        if found[place].start == start:
            taken = place - 1
        place -= 1
    del found[taken + 1 :]
    if who.owner == "own":
        who = replace(who, owner="")
    return replace(here, start=start, value=who)


def _owned_by(who: Who, before: Mark) -> Who:
    """`her sister`, `my sister`, `…, whose daughter …`."""
    if before.text == "whose":
        return replace(who, owner="their", is_owned=True, is_aside=True)
    own = "own" if before.text in _PATIENTS else before.means["her"] or "their"
    return replace(who, owner=who.owner or own)


def _is_one(mark: Mark, several: bool) -> bool:
    return mark.text in ("another", "other") or (several and mark.text in _BY_AGE)


def _is_numbered(marks: list[Mark], place: int) -> bool:
    return place > 0 and marks[place - 1].text == "#" and number_of(marks[place]) > 0


def _share_of(marks: list[Mark], place: int) -> int:
    """`Aunts x3: 2 of 3 with …`: the first number counts; 0: there is none."""
    led = place > 1 and marks[place - 1].text in ("of", "/")
    return number_of(marks[place - 2]) if led else 0


def others_of_them(marks: list[Mark]) -> list[Mark]:
    """`one aunt with …, another with …`, `2 sisters: one with …`: people of the same relation."""
    found: list[Mark] = []
    before: Who | None = None
    for place, here in enumerate(marks):
        if here.is_a(PERSON) and not (place and marks[place - 1].is_a(OPEN)):
            before = who_of(here) if who_of(here).is_blood else None
        following = next((m for m in marks[place + 1 : place + 3] if m.text not in _BEING), None)
        goes_on = following is not None and following.is_a("with", SITE, "onset", "denied")
        several = before is not None and (before.is_plural or before.count > 1)
        if several and before and _is_numbered(marks, place):
            # "Brothers x3: #1 colon ca 50; #2 healthy".
            who = replace(before, count=1, is_plural=False)
            found[-1] = Mark(found[-1].start, here.end, {PERSON: ""}, here.text, who)
            continue
        number = number_of(here) if several else 0
        listed = bool(number) and following is not None and following.is_a(CLOSE)
        number = 1 if listed else number
        denied = place > 0 and marks[place - 1].is_a("denied")
        goes_on = goes_on or listed
        if number and (share := _share_of(marks, place)):
            number = share
            del found[-2:]
        if following is not None and following.is_a(SITE) and here.text == "other":
            # "Other cancers: PGF larynx", "again in the other breast".
            within = any(m.is_a("link") for m in marks[max(0, place - 2) : place])
            goes_on = site_of(following).site is not None and not within
        if before and goes_on and not denied and (_is_one(here, several) or number):
            who = replace(before, count=number or 1, is_plural=False)
            found.append(Mark(here.start, here.end, {PERSON: ""}, here.text, who))
        else:
            found.append(here)
    return found
