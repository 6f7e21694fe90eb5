"""The side that stands right before a person: `mat aunt`, `maternal aunt and uncle`."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.kin import Kin
from oncology.family.told.marks import SLASH, STOP, Mark
from oncology.family.told.who import PERSON, SIDES, Who, who_of


def sided_before(marks: list[Mark], kin: Kin) -> list[Mark]:
    """The row with each side joined to the person after it, and to those joined with that one."""
    found: list[Mark] = []
    sided = -1
    for here in marks:
        who = who_of(here) if here.is_a(PERSON) else None
        if who is None:
            found.append(here)
            continue
        before = found[-1] if found else None
        told = (before.means.get("side") or before.means.get("side-before")) if before else None
        made = kin.on_side(who, told) if told else None
        if before is not None and made is not None:
            found[-1] = replace(here, start=before.start, value=made)
            sided = len(found) - 1
            continue
        if 0 <= sided == len(found) - 2 and before is not None and before.is_a("and", SLASH):
            # "Maternal grandmother and grandfather".
            here_too = _on_the_same(who, found[sided], kin)
            found.append(replace(here, value=here_too))
        else:
            found.append(here)
        sided = len(found) - 1 if _names_side(found[-1]) else -1
    return found


def _on_the_same(who: Who, beside: Mark, kin: Kin) -> Who:
    side = SIDES.get((who_of(beside).path or "")[:1])
    return (kin.on_side(who, side) if side else None) or who


def _names_side(mark: Mark) -> bool:
    path = who_of(mark).path or ""
    return len(path) > 1 and path[0] in SIDES and " " in mark.text


def on_that_side(marks: list[Mark]) -> list[Mark]:
    """`No others with cancer on that side`: the side of the one named last."""
    found: list[Mark] = []
    side = before = ""
    for here in marks:
        if here.is_a(PERSON):
            own = SIDES.get((who_of(here).path or "")[:1]) or who_of(here).side
            # "Mum …, her sister …, cousin on that side".
            kept = side if found and found[-1].is_a("her") else ""
            before, side = side, own or kept
        side = here.means.get("side") or side
        # "Dad …. Grandfather on the same side …".
        led = found[-2:] if found and found[-1].text == "on" else found[-1:]
        beside = bool(led) and led[0].is_a(PERSON)
        told = (side or before if beside else side) if here.is_a("side-same") else ""
        found.append(replace(here, means={"side": told}) if told else here)
    return found


def included(marks: list[Mark], kin: Kin) -> list[Mark]:
    """`Relatives on dad's side incl. aunt`: an aunt of that side."""
    found: list[Mark] = []
    side = among = ""
    for here in marks:
        who = who_of(here) if here.is_a(PERSON) else None
        if here.is_a(STOP):
            side = among = ""
        among = side if here.is_a("including") else among
        if who is not None and who.is_blood and who.path is None:
            side, among = who.side, ""
        made = kin.on_side(who, among) if who is not None and who.path and among else None
        found.append(replace(here, value=made) if made else here)
    return found
