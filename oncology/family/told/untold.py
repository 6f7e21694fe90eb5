"""People who are named without anything being told of them: in doubt, as in-laws, as tellers."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.marks import CLOSE, COLON, OPEN, POSSESSIVE, SLASH, STOP, Mark
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, UNRELATED, who_of

_TELLING = ("thinks", "believes", "says", "reports", "recalls", "states", "remembers")


def unless_doubted(marks: list[Mark]) -> list[Mark]:
    """`(pt can't recall which)`, `(not sure whether via mom or dad)`: nobody is told of there."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        end = _closing(marks, place) if marks[place].is_a(OPEN) else 0
        inside = marks[place + 1 : end]
        doubted = any(m.is_a("unsure", "side-open") for m in inside)
        doubted = doubted or (bool(inside) and inside[0].text == "not" and inside[-1].is_a(PERSON))
        # "Daughter (pt's only child)".
        doubted = doubted or (
            len(inside) > 1
            and inside[0].is_a(PERSON)
            and who_of(inside[0]).is_patient
            and all(m.is_a("filler", "own", POSSESSIVE) for m in inside[1:])
        )
        if doubted and not any(m.is_a(SITE, "age") for m in inside):
            place = end + 1
            continue
        found.append(marks[place])
        place += 1
    return found


def unless_young(marks: list[Mark]) -> list[Mark]:
    """`Died when mum was a girl`: of the mother nothing is told."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        after = marks[place + 1] if place + 1 < len(marks) else None
        led = bool(found) and found[-1].text == "when" and after is not None
        young = led and after is not None and after.text.startswith("was ")
        found.append(replace(here, means={"filler": ""}) if here.is_a(PERSON) and young else here)
    return found


def unless_named(marks: list[Mark]) -> list[Mark]:
    """`CRC in 1 FDR (brother, 42)`: the one who is named in the bracket is meant."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        following = marks[place + 1 : place + 3]
        vague = here.is_a(PERSON) and who_of(here).is_blood and who_of(here).path is None
        named = len(following) > 1 and following[0].is_a(OPEN) and following[1].is_a(PERSON)
        if vague and named and who_of(following[1]).is_blood:
            if found and (found[-1].is_a("number") or found[-1].text.isdigit()):
                found.pop()
            continue
        found.append(here)
    return found


def unless_sources(marks: list[Mark]) -> list[Mark]:
    """`Reported by pt's mother: …`: she tells, and nothing is told of her."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        before = next((m for m in reversed(found) if not m.is_a("own", "her")), None)
        after = marks[place + 1] if place + 1 < len(marks) else None
        tells = before is not None and before.is_a("source")
        tells |= after is not None and after.text in _TELLING
        tells = tells and here.is_a(PERSON) and not who_of(here).is_patient
        found.append(replace(here, means={"filler": ""}) if tells else here)
    return found


def unless_of_in_laws(marks: list[Mark]) -> list[Mark]:
    """`Husband's family: mother …, sister …`: none of them is the patient's."""
    found: list[Mark] = []
    is_theirs = False
    for place, here in enumerate(marks):
        is_theirs = is_theirs and here.text not in (".", "\n")
        if here.is_a(PERSON):
            who = who_of(here)
            heads = place + 1 < len(marks) and marks[place + 1].is_a(COLON)
            is_theirs = is_theirs and not who.is_family
            is_theirs |= heads and who.is_owned and not who.is_blood and not who.is_patient
            if is_theirs and who.is_blood:
                found.append(replace(here, value=UNRELATED))
                continue
        found.append(here)
    return found


def unless_of_each_other(marks: list[Mark]) -> list[Mark]:
    """`Cousins x3 (sisters)`, `two cousins (brother and sister)`: whose siblings they are."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        end = _closing(marks, place) if marks[place].is_a(OPEN) else 0
        inside = [mark for mark in marks[place + 1 : end] if not _is_small(mark)]
        back = len(found) - 1
        while back > 0 and (_is_small(found[back]) or found[back].text in ("x", "×")):
            back -= 1
        several = back >= 0 and found[back].is_a(PERSON) and who_of(found[back]).is_blood
        if several and inside and all(_is_sibling(mark) for mark in inside):
            several = (who_of(found[back]).path or "").endswith(("C", "SC"))
            if several and (len(inside) > 1 or who_of(inside[0]).is_plural):
                place = end + 1
                continue
        found.append(marks[place])
        place += 1
    return found


def _is_small(mark: Mark) -> bool:
    return mark.is_a("own", "and", "number", "everyone", SLASH) or mark.text.isdigit()


def _is_sibling(mark: Mark) -> bool:
    return mark.is_a(PERSON) and who_of(mark).path == "S"


def _closing(marks: list[Mark], place: int) -> int:
    """The place of the bracket that closes soon after; 0: none."""
    for after in range(place + 1, min(place + 16, len(marks))):
        if marks[after].is_a(CLOSE):
            return after
        if marks[after].is_a(STOP, OPEN):
            return 0
    return 0
