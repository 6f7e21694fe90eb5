"""What is said of a person after the name: `(maternal)`, `on dad's side`, `by marriage`, `(f)`."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.kin import Kin
from oncology.family.told.marks import CLOSE, COLON, COMMA, DASH, OPEN, STOP, Mark
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, SIDES, UNRELATED, Who, number_of, refines, who_of

_LEADING = ("also", "on", "from", "the", "is", "was", "my", "her", "his", "their")
_ONE_EGG = ("identical", "monozygotic", "mz")
_PARENTS = ("mother", "father", "mom", "mum", "dad", "parent")
_SAME = {"same father": "F", "same mother": "M"}
_SHORTEST_NAME = 2
_MOST_MARKS = 80


class Described:
    """Takes up what stands after each person of one text."""

    def __init__(self, marks: list[Mark], kin: Kin) -> None:
        self._marks = marks
        self._kin = kin

    def found(self) -> list[Mark]:
        """The row with each person as described."""
        found: list[Mark] = []
        marks, place = self._marks, 0
        while place < len(marks):
            here = marks[place]
            place += 1
            if here.is_a(PERSON):
                before = next((who_of(each) for each in reversed(found) if each.is_a(PERSON)), None)
                while (step := self._description(here, place, before)) is not None:
                    here, place = step
                self._share_side(found, here)
            found.append(here)
        return found

    def _description(self, here: Mark, place: int, before: Who | None) -> tuple[Mark, int] | None:
        """The person with what is said of them next, and the place after it."""
        who, marks = who_of(here), self._marks
        named = place < len(marks) and _is_name(marks, place)
        start = place + named + _counted(marks, place)
        at = start
        while at < len(marks) and (marks[at].is_a(OPEN, DASH, COMMA) or marks[at].text in _LEADING):
            at += 1
        if at >= len(marks) or not who.is_blood:
            return None
        said, bracketed = marks[at], start < at and marks[start].is_a(OPEN)
        after = at + 1
        if bracketed and after < len(marks) and marks[after].is_a(CLOSE):
            after += 1
        if said.is_a(PERSON):
            made = self._by_person(who, at, start, before, named or marks[start].is_a(DASH))
        else:
            made = self._by_word(who, at, start, bracketed and after > at + 1)
        if made is None:
            return None
        return replace(here, end=marks[after - 1].end, value=made), after

    def _share_side(self, found: list[Mark], here: Mark) -> None:
        """`An aunt and an uncle on the maternal side`: the side of both."""
        side = SIDES.get((who_of(here).path or "")[:1])
        place = len(found) - 1
        while place >= 0 and found[place].is_a("own", "number") and not found[place].is_a(PERSON):
            place -= 1
        told = here.end - here.start > len(here.text)
        if not (side and told and place > 0 and found[place].is_a("and")):
            return
        if found[place - 1].is_a(PERSON) and (who_of(found[place - 1]).path or "")[:1] == "P":
            who = self._kin.on_side(who_of(found[place - 1]), side)
            found[place - 1] = replace(found[place - 1], value=who) if who else found[place - 1]

    def _by_word(self, who: Who, at: int, start: int, closed: bool) -> Who | None:
        said = self._marks[at]
        led = start < at and self._marks[at - 1].text in _LEADING
        if said.is_a("unrelated-after", "adopted") and who.path not in ("M", "F", None):
            return UNRELATED
        if said.is_a("removed"):
            side = SIDES.get((who.path or "")[:1], "")
            return replace(who, path=None, side=side, label=f"{who.label} {said.text}")
        if start < at and (half := self._half(who, said, self._marks[start].is_a(OPEN))):
            return half
        if said.is_a("side") and (at == start or self._is_of_person(at, led)):
            return self._kin.on_side(who, said.means["side"])
        if closed and said.is_a("side-before") and (who.sex or not said.is_a("sex")):
            # "Aunt (M)" tells the side, "cousin (M)" the sex.
            return self._kin.on_side(who, said.means["side-before"])
        if closed and said.text in _ONE_EGG and "twin" in self._marks[at - 2].text:
            # "Twin sister (identical)", and "mom's twin sister (identical)".
            path = who.path or ""
            return self._kin.renamed(who, path[:-1] + "I") if path.endswith("S") else who
        if closed and said.is_a("sex") and not who.sex:
            made = self._kin.renamed(replace(who, sex=said.means["sex"]), who.path or "")
            return replace(made, path=who.path)
        return who if said.is_a("side-open") and who.path is not None else None

    def _half(self, who: Who, said: Mark, bracketed: bool) -> Who | None:
        """`half-sister (same father)`, `sister (half)`."""
        parent, path = _SAME.get(said.text), who.path or ""
        if parent and path.endswith("PC"):
            return self._kin.renamed(who, path[:-2] + parent + "C")
        if bracketed and said.text == "half" and path == "S":
            return self._kin.renamed(who, "PC", f"half-{who.label}")
        return None

    def _by_person(
        self, who: Who, at: int, start: int, before: Who | None, set_off: bool
    ) -> Who | None:
        bracketed = self._marks[start].is_a(OPEN)
        closed = bracketed and at + 1 < len(self._marks) and self._marks[at + 1].is_a(CLOSE)
        said = who_of(self._marks[at])
        made: Who | None = None
        side = SIDES.get(said.path or "")
        if closed and side and len(who.path or "") > 1 and (who.path or "").startswith("P"):
            # "Grandma (mom)".
            return self._kin.on_side(who, side)
        if closed and _is_nobodys(said) and self._marks[at].text in _PARENTS:
            # "Aunt (cousin's mother)".
            return who
        dashed = self._marks[start].is_a(DASH) and at + 1 < len(self._marks)
        dashed = dashed and self._marks[at + 1].is_a(DASH, COMMA)
        if (bracketed or dashed) and self._marks[at - 1].is_a("her"):
            # "cousin (her daughter)", "cousin - her son -": whose child the cousin is.
            theirs = self._kin.of(before, said) if before and before.path else who
            made = theirs if refines(theirs, who) else who
        elif bracketed and refines(said, who):
            made = said
        elif bracketed and said.is_blood and closed:
            # "her twin (pt's aunt)", "her mom (pt's sister)": the same person, told otherwise.
            theirs = replace(who, is_owned=bool(who.owner))
            made = theirs if "P" in (said.path or "P") else replace(said, owner="own")
        elif (set_off or self._marks[at - 1].is_a(COMMA)) and said.is_owned and refines(said, who):
            # "Uncle Bob, mom's brother": set off, and told from the other end.
            made = said
        elif said.owner == "own" and self._is_set_off(start, at):
            # "Their mother, pt's mat aunt, had …".
            return said
        return replace(made, is_plural=who.is_plural, count=who.count) if made else None

    def _is_set_off(self, start: int, at: int) -> bool:
        """Whether a person told by "her" or "their" is named again between commas."""
        led = start > 1 and self._marks[start - 2].is_a("her") and self._marks[at - 1].is_a(COMMA)
        return led and at + 1 < len(self._marks) and self._marks[at + 1].is_a(COMMA)

    def _is_of_person(self, at: int, led: bool) -> bool:
        """A side before another person is theirs, before a colon a heading."""
        after = self._marks[at + 1] if at + 1 < len(self._marks) else None
        if after is not None and after.is_a(PERSON):
            return False
        return led or after is None or not after.is_a(COLON)


def _is_nobodys(who: Who) -> bool:
    return not (who.is_blood or who.is_patient or who.is_family)


def _counted(marks: list[Mark], place: int) -> int:
    """How many marks count a person before a side: `aunt x1 maternal`."""
    following = marks[place : place + 3]
    led = len(following) > 2 and following[0].text in ("x", "×") and following[2].is_a("side")
    return 2 if led and number_of(following[1]) else 0


def _is_name(marks: list[Mark], place: int) -> bool:
    """An unknown word after a person, set off by a comma, or before who that is: `Aunt Mary, …`."""
    here = marks[place]
    if here.means or not here.text.isalpha() or len(here.text) <= _SHORTEST_NAME:
        return False
    return place + 1 < len(marks) and marks[place + 1].is_a(COMMA, OPEN, DASH, PERSON)


def told_later(marks: list[Mark]) -> list[Mark]:
    """`Uncle with colon ca at 45 - dad's brother`: who that is, told after what is told of him."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        here = marks[place]
        found.append(here)
        place += 1
        if not here.is_a(OPEN, DASH, COMMA) or place >= len(marks) or not marks[place].is_a(PERSON):
            continue
        closer = who_of(marks[place])
        ends = place + 1 == len(marks) or marks[place + 1].is_a(CLOSE, STOP)
        # "Uncle with throat cancer (dad's brother, heavy drinker)".
        ends = ends or (here.is_a(OPEN) and marks[place + 1].is_a(COMMA))
        wider = _last_person(found)
        if not (closer.is_owned and ends and wider >= 0) or not _tells(found[wider:]):
            continue
        who = who_of(found[wider])
        if refines(closer, who) or (refines(who, closer) and marks[place - 1].is_a(OPEN)):
            path = closer if refines(closer, who) else who
            made = replace(path, count=who.count, is_plural=who.is_plural)
            found[wider] = replace(found[wider], value=made)
            found.pop()
            place += 1 + (place + 1 < len(marks) and marks[place + 1].is_a(CLOSE))
    return found


def sided_later(marks: list[Mark], kin: Kin) -> list[Mark]:
    """`Aunt with breast ca at 50, maternal`, `…, both on dad's side`: the side told at the end."""
    found = list(marks)
    for place, here in enumerate(marks):
        ends = place + 1 == len(marks) or marks[place + 1].is_a(CLOSE, STOP, COMMA)
        if not (here.is_a("side") and not here.is_a(PERSON) and ends and place):
            continue
        start = place
        while start > max(0, place - _MOST_MARKS) and not marks[start - 1].is_a(STOP):
            start -= 1
        people = [n for n in range(start, place) if found[n].is_a(PERSON)]
        of_two = place > 1 and marks[place - 1].is_a("and", "or") and marks[place - 2].is_a("side")
        if marks[place - 1].is_a("number") or of_two:
            # "One maternal, one paternal", "grandmothers (mat and pat)".
            continue
        if not people or not _tells(found[people[-1] : place]):
            continue
        everyone = any(mark.is_a("everyone") for mark in marks[max(start, place - 3) : place])
        for each in people if everyone else people[-1:]:
            who = who_of(found[each])
            made = kin.on_side(who, here.means["side"])
            if made is not None:
                found[each] = replace(found[each], value=made)
                found[place] = replace(here, means={"filler": ""})
    return found


def _last_person(marks: list[Mark]) -> int:
    for place in range(len(marks) - 1, -1, -1):
        if marks[place].is_a(STOP):
            return -1
        if marks[place].is_a(PERSON):
            return place
    return -1


def _tells(marks: list[Mark]) -> bool:
    return any(each.is_a(SITE, "gene") for each in marks)
