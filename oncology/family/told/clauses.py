"""What one sentence tells: each group of cancers with its people and their ages."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.dating import Dating
from oncology.family.told.groups import Group, find_groups
from oncology.family.told.marks import Mark
from oncology.family.told.onset import ONSET, introduced
from oncology.family.told.owners import Owners
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON


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
            people, is_forward = owners.of(group)
            ages = self._dating.of(group, people, is_forward)
            found.append(Statement(group, people, ages, is_forward))
        return found + self._likewise(found)

    def _likewise(self, found: list[Statement]) -> list[Statement]:
        """`…, mom's sister had it at 47`, `…, her brother at 45`: as the one before."""
        told = {person for each in found for person in each.people}
        more: list[Statement] = []
        for person in self.people:
            earlier = [each.group for each in found if each.group.last < person]
            before = earlier[-1] if earlier else self._earlier
            if person in told or before is None:
                continue
            if earlier and person == self.people[0] and not _says_same(self.marks[person:]):
                continue
            statement = self._as_before(person, before)
            more += [statement] if statement is not None else []
        return more

    def _as_before(self, person: int, before: Group) -> Statement | None:
        """The cancers told before, of this person; None when something else is told of them."""
        end = self._dating.end(person)
        said = self.marks[person + 1 : end]
        same = _says_same(said)
        if any(mark.is_a("disease", "well", SITE, "gene") for mark in said):
            return None
        if any(mark.is_a("denied") for mark in said) and not same:
            return None
        same = same or self._led_by_same(person)
        ages = self._dating.told(range(person + 1, end), False, before)
        if not same and (not ages or before.denied or before is self._earlier):
            return None
        group = Group(person, end - 1, before.sites, before.shared)
        ages = ages or self._dating.told(range(person + 1, end), True, group)
        if any(mark.is_a("died") for mark in said):
            ages = [place for place in ages if introduced(self.marks, place) == ONSET]
        return Statement(group, (person,), {person: ages}, False)

    def _led_by_same(self, person: int) -> bool:
        """`…, as did maternal grandmother`, `no breast ca other than MGM`."""
        return any(m.is_a("same-before", "except") for m in self.marks[max(0, person - 2) : person])


def _says_same(said: list[Mark]) -> bool:
    for place, mark in enumerate(said):
        if mark.is_a("same") and (mark.text != "it" or (place and said[place - 1].is_a("with"))):
            return True
        if mark.is_a("everyone") and place and said[place - 1].is_a("with"):
            return True
    return False
