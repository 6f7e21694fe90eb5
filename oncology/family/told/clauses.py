"""What one sentence tells: each group of cancers with its people and their ages."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.dating import Dating
from oncology.family.told.groups import Group, find_groups
from oncology.family.told.marks import AGE, CLOSE, OPEN, Mark
from oncology.family.told.onset import ONSET, age_of, introduced
from oncology.family.told.owners import Owners
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, Who, refines, who_of


class Statement(Struct, frozen=True, gc=False):
    """A group told of people, by their places; `ages`: the places of the ages of each person.

    `is_forward`: the cancer stands before the people. No people: it is told of nobody named, and
    its ages stand under -1.
    """

    group: Group
    people: tuple[int, ...]
    ages: dict[int, list[int]]
    is_forward: bool


class Clause:
    """The marks of one sentence, with its groups and its people.

    `earlier`: the cancers told last before it. `is_note`: it stands in the record of a relative.
    """

    def __init__(
        self,
        marks: list[Mark],
        under_heading: bool = False,
        earlier: Group | None = None,
        is_note: bool = False,
    ) -> None:
        self.marks = marks
        self.people = [place for place, mark in enumerate(marks) if mark.is_a(PERSON)]
        self._earlier = earlier
        self._groups = find_groups(marks, under_heading, is_note, earlier is not None)
        self._dating = Dating(marks, self._groups, self.people)

    def statements(self) -> list[Statement]:
        """Each group with the people it is told of, in order; then what is told by "too"."""
        owners = Owners(self.marks, self._groups, self.people)
        found = []
        for group in self._groups:
            people, is_forward = self._included(group, *owners.of(group))
            ages = self._dating.of(group, people, is_forward)
            found.append(Statement(group, people, ages, is_forward))
        return found + self._likewise(found)

    def _likewise(self, found: list[Statement]) -> list[Statement]:
        """`…, mom's sister had it at 47`, `…, her brother at 45`: as the one before."""
        told = {person for each in found for person in each.people}
        told |= self._told_again(found, told)
        more: list[Statement] = []
        for person in self.people:
            earlier = [each.group for each in found if each.group.last < person]
            before = earlier[-1] if earlier else self._earlier
            if person in told or before is None:
                continue
            if earlier and person == self.people[0] and not _says_same(self.marks[person:]):
                continue
            statement = self._as_before(person, before, bool(more))
            more += [statement] if statement is not None else []
        return more

    def _included(
        self, group: Group, people: tuple[int, ...], is_forward: bool
    ) -> tuple[tuple[int, ...], bool]:
        """`Several relatives with breast cancer incl. aunt (40)`: those who are named."""
        if not people or group.denied:
            return people, is_forward
        start, told = max(people[-1], group.last), who_of(self.marks[people[0]])
        closer = [p for p in self.people if p > start and refines(who_of(self.marks[p]), told)]
        if told.is_plural and len(closer) > 1 and self._are_aged(closer):
            # "Aunts on both sides with breast cancer: maternal aunt at 50, paternal aunt at 58".
            return tuple(closer), True
        if told.path is not None:
            return people, is_forward
        end = min((e.first for e in self._groups if e.first > start), default=len(self.marks))
        place = next((p for p in range(start, end) if self.marks[p].is_a("including")), end)
        named = [p for p in self.people if place < p < end and who_of(self.marks[p]).is_blood]
        return (tuple(named), True) if named else (people, is_forward)

    def _are_aged(self, people: list[int]) -> bool:
        """Whether an age stands behind each of these people, and no cancer between them."""
        after = [self.marks[p + 1 : self._dating.end(p)] for p in people]
        cancers = any(m.is_a(SITE) for m in self.marks[people[0] : people[-1]])
        return not cancers and all(any(m.is_a(AGE) for m in each) for each in after)

    def _told_again(self, found: list[Statement], told: set[int]) -> set[int]:
        """`Sister and brother both had colon cancer, sister at 40, brother at 46`: the same two.

        Their ages go to those named first; the places of those named again.
        """
        again: set[int] = set()
        for person in self.people:
            who = who_of(self.marks[person])
            for each in found if person not in told and who.is_blood else ():
                same = [
                    place
                    for place in each.people
                    if len(each.people) > 1
                    and place < person
                    and not each.ages.get(place)
                    and _is_alike(who_of(self.marks[place]), who)
                ]
                end = self._dating.end(person)
                ages = self._dating.told(range(person + 1, end), False, each.group)
                ages = ages or self._said_to_be(person) or self._bracketed(person, each.group)
                if same and ages and not any(m.is_a(SITE) for m in self.marks[person:end]):
                    each.ages[same[0]] = ages
                    again.add(person)
        return again

    def _said_to_be(self, person: int) -> list[int]:
        """`…, aunt was 60, cousin was 42`: the age behind "was"."""
        following = self.marks[person + 1 : person + 3]
        said = len(following) == 2 and following[0].text == "was" and following[1].is_a(AGE)
        return [person + 2] if said else []

    def _bracketed(self, person: int, group: Group) -> list[int]:
        """`Both parents had colon ca (mother 70, father 66)`: the age behind each."""
        opening = next((p for p in range(person, group.last, -1) if self.marks[p].is_a(OPEN)), 0)
        closed = any(m.is_a(CLOSE) for m in self.marks[opening:person])
        aged = self.marks[person + 1 : person + 2]
        told = opening > 0 and not closed and bool(aged) and aged[0].is_a(AGE)
        return [person + 1] if told else []

    def _as_before(self, person: int, before: Group, goes_on: bool) -> Statement | None:
        """The cancers told before, of this person; None when something else is told of them.

        `goes_on`: they were told of another one in this sentence.
        """
        end = self._dating.end(person)
        said = self.marks[person + 1 : end]
        same = _says_same(said)
        if any(mark.is_a("disease", "benign", "well", SITE, "gene", "carried") for mark in said):
            return None
        if any(mark.is_a("denied") for mark in said) and not (same and _opens_same(said)):
            return None
        if before.denied and not any(mark.is_a("everyone") for mark in said):
            # "No known cancer. Father cardiac death, PGF same".
            return None
        same = same or self._led_by_same(person)
        ages = self._dating.told(range(person + 1, end), goes_on, before)
        ages = ages or self._wide_behind(person, end)
        is_far = before is self._earlier and not goes_on
        if not same and (not ages or before.denied or is_far):
            return None
        group = Group(person, end - 1, before.sites, before.shared)
        ages = ages or self._dating.told(range(person + 1, end), True, group)
        if any(mark.is_a("died") for mark in said):
            ages = [place for place in ages if introduced(self.marks, place) == ONSET]
        return Statement(group, (person,), {person: ages}, False)

    def _wide_behind(self, person: int, end: int) -> list[int]:
        """`sister with breast cancer at 38 and an aunt in her 40s`: the age of the aunt's."""
        joined = any(m.is_a("and") for m in self.marks[max(0, person - 2) : person])
        following = self.marks[person + 1 : end]
        told = len(following) > 0 and following[0].is_a(AGE) and age_of(following[0]).is_wide
        return [person + 1] if joined and told and len(following) == 1 else []

    def _led_by_same(self, person: int) -> bool:
        """`…, as did maternal grandmother`, `no breast ca other than MGM`."""
        return any(m.is_a("same-before", "except") for m in self.marks[max(0, person - 2) : person])


def _is_alike(one: Who, other: Who) -> bool:
    """Whether the one may be the other named again: `mom's sister`, later `aunt`."""
    alike = one.path == other.path or refines(one, other)
    return alike and one.sex == other.sex and max(one.count, other.count) < 2


def _opens_same(said: list[Mark]) -> bool:
    """Whether "too" stands before what is denied: `mother too, not tested`; not `neg for same`."""
    first = next(mark for mark in said if mark.is_a("denied", "same", "same-before"))
    return not first.is_a("denied")


def _says_same(said: list[Mark]) -> bool:
    for place, mark in enumerate(said):
        if mark.is_a("same-before") and any(m.is_a(AGE) for m in said[place + 1 : place + 2]):
            # "Uncle same in late 50s".
            return True
        after = said[place + 1] if place + 1 < len(said) else None
        if mark.text.endswith("same") and after and not after.means and after.text.isalpha():
            # "Had the same pattern of cough".
            continue
        if mark.is_a("same") and (mark.text != "it" or (place and said[place - 1].is_a("with"))):
            return True
        if mark.is_a("everyone") and place and said[place - 1].is_a("with"):
            return True
    return False
