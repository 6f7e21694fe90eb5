"""What heads a part of a comment: a side, a group of relatives, somebody's siblings."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.kin import Kin
from oncology.family.told.marks import CLOSE, COLON, DASH, POSSESSIVE, SLASH, STOP, Mark
from oncology.family.told.sites import SITE
from oncology.family.told.who import HEADING, PERSON, SIDES, Who, number_of, refines, who_of

# A colon, a number, a side, and what is told.
_COUNTED_SIDE = 4


def sides_of_parents(marks: list[Mark]) -> list[Mark]:
    """`father's: …` and `half-sister (dad's)`: a side, told by its parent."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        before = found[-1] if found else None
        ends = place + 1 == len(marks) or marks[place + 1].is_a(COLON, CLOSE)
        if here.is_a(POSSESSIVE) and ends and before is not None and before.is_a(PERSON):
            side = SIDES.get(who_of(before).path or "")
            if side:
                found[-1] = Mark(before.start, here.end, {"side": side}, "side")
                continue
        found.append(here)
    return found


def headings(marks: list[Mark]) -> list[Mark]:
    """`Paternal grandparents: GM …, GF …` heads those of that side."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        following = marks[place + 1 : place + 3]
        heads = len(following) == 2 and following[0].is_a(COLON) and following[1].is_a(PERSON)
        if _is_category(marks, place):
            found.append(Mark(here.start, here.end, {"filler": ""}, here.text))
            continue
        if heads and here.is_a(PERSON) and who_of(here).is_plural:
            side = SIDES.get((who_of(here).path or "")[:1]) or who_of(here).side
            if side and not who_of(here).is_owned:
                found.append(Mark(here.start, here.end, {"side": side}, here.text))
                continue
        found.append(here)
    return found


def heading_grandparents(marks: list[Mark]) -> list[Mark]:
    """`Mat grandparents both with cancer: GM …, GF …`: their side, and each is told of after it."""
    found = list(marks)
    for place, here in enumerate(marks):
        if not here.is_a(PERSON) or (who_of(here).path or "")[1:] != "P":
            continue
        side = SIDES.get((who_of(here).path or "")[:1])
        colon = next((n for n in range(place, len(marks)) if marks[n].is_a(COLON, STOP)), 0)
        following = marks[colon + 1] if 0 < colon < len(marks) - 1 else None
        if side and following is not None and marks[colon].is_a(COLON) and following.is_a(PERSON):
            words = marks[place + 1 : colon]
            if all(m.is_a("everyone", "with", "family") or m.is_a(SITE) for m in words):
                filler = [replace(m, means={"filler": ""}) for m in words]
                found[place:colon] = [
                    Mark(here.start, here.end, {"side": side}, here.text),
                    *filler,
                ]
    return found


def counted_sides(marks: list[Mark], kin: Kin) -> list[Mark]:
    """`Aunts: 2 maternal with …. Uncles: 1 paternal with …`: how many, and on which side."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        here, following = marks[place], marks[place + 1 : place + 5]
        place += 1
        found.append(here)
        if not here.is_a(PERSON) or not who_of(here).is_plural or len(following) < _COUNTED_SIDE:
            continue
        number = number_of(following[1]) if following[0].is_a(COLON) else 0
        side = following[2].means.get("side") if number else None
        made = kin.on_side(who_of(here), side) if side else None
        if made is not None and following[3].is_a("with", SITE, DASH):
            value = replace(made, count=number, is_plural=number > 1)
            found[-1] = replace(here, end=following[2].end, value=value)
            place += 3
    return found


def _is_category(marks: list[Mark], place: int) -> bool:
    """`Aunts/uncles - dad's sister …`: those who are named next are meant."""
    here, after = marks[place], place + 1
    if not here.is_a(PERSON) or not who_of(here).is_plural:
        return False
    while after < len(marks) and (
        marks[after].is_a(SLASH) or (marks[after].is_a(PERSON) and who_of(marks[after]).is_plural)
    ):
        after += 1
    following = marks[after : after + 2]
    named = len(following) == 2 and following[0].is_a(COLON, DASH) and following[1].is_a(PERSON)
    if not named or not who_of(following[1]).is_owned:
        return False
    group = [who_of(m) for m in marks[place:after] if m.is_a(PERSON)]
    return any(refines(who_of(following[1]), each) for each in group) or len(group) > 1


def siblings_of(marks: list[Mark], kin: Kin) -> list[Mark]:
    """`Dad's siblings: brother colon 50, sister uterine 48`: his brother, his sister."""
    found: list[Mark] = []
    owner: Who | None = None
    for place, here in enumerate(marks):
        if here.text in (".", "\n"):
            owner = None
        if here.is_a(PERSON):
            who = who_of(here)
            if owner is not None and who.path == "S" and not who.is_owned:
                found.append(replace(here, value=kin.of(owner, who)))
                continue
            if not who.is_owned or not who.is_plural:
                owner = None
            if _heads_siblings(marks, place):
                owner = replace(who, path=(who.path or "")[:-1], is_plural=False, count=0)
        found.append(here)
    return found


def _heads_siblings(marks: list[Mark], place: int) -> bool:
    who = who_of(marks[place])
    path = who.path or ""
    follows = place + 1 < len(marks) and marks[place + 1].is_a(COLON, DASH, STOP, "including")
    all_of_them = who.is_owned and who.is_plural and not who.sex
    return follows and all_of_them and len(path) > 1 and path.endswith("S")


def headed(marks: list[Mark]) -> list[Mark]:
    """Sides that stand before a colon, or before all people of a sentence, head what follows."""
    found = []
    first = True
    for place, here in enumerate(marks):
        named = here.is_a(PERSON) and not who_of(here).is_family
        first = True if here.is_a(STOP) else first and not named
        colon = place + 1 < len(marks) and marks[place + 1].is_a(COLON, DASH)
        if here.is_a("side") and not here.is_a(PERSON) and (colon or first):
            found.append(replace(here, means={HEADING: here.means["side"]}))
        else:
            found.append(here)
    return found
