"""Who a cancer is told of, within one sentence: it stands before its people, or after them."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.groups import Group, find_groups
from oncology.family.told.marks import (
    AGE,
    CLOSE,
    COLON,
    COMMA,
    DASH,
    OPEN,
    SLASH,
    Mark,
)
from oncology.family.told.onset import AT, ONSET, introduced, is_onset
from oncology.family.told.people import HEADING, PERSON, who_of
from oncology.family.told.sites import SITE

_BETWEEN_PEOPLE = (
    "and",
    COMMA,
    SLASH,
    "own",
    "her",
    "number",
    "everyone",
    OPEN,
    CLOSE,
    AGE,
    "at",
    "onset",
    "filler",
)
_TO_PEOPLE = ("own", "her", "number", "everyone", "filler")
_OTHERWISE = (SITE, "disease", "well", "denied", "gene", HEADING, "but", COLON)
_LEADING = (OPEN, COLON, DASH)
_MOST_WORDS = 5


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
    """The marks of one sentence, with its groups and its people."""

    def __init__(self, marks: list[Mark], under_heading: bool = False) -> None:
        self.marks = marks
        self.groups = find_groups(marks, under_heading)
        self.people = [place for place, mark in enumerate(marks) if mark.is_a(PERSON)]
        self._served: set[int] = set()
        self._is_forward_style = False
        self._owners: dict[int, tuple[tuple[int, ...], bool]] = {}

    def statements(self) -> list[Statement]:
        """Each group with the people it is told of, in order; then what is told by "too"."""
        for group in self.groups:
            people, is_forward = self._owner(group)
            if not self._owners:
                self._is_forward_style = is_forward
            self._owners[group.first] = people, is_forward
            self._served.update(people)
        found = [self._statement(group) for group in self.groups]
        return found + self._likewise(found)

    # -- whose ---------------------------------------------------------------------------------

    def _owner(self, group: Group) -> tuple[tuple[int, ...], bool]:
        before = [place for place in self.people if place < group.first]
        after = next((place for place in self.people if place > group.last), None)
        is_next = after is not None and not any(
            group.last < each.first < after for each in self.groups
        )
        if after is not None and is_next and self._is_told_of(group, before, after):
            return self._onwards(after), True
        if not before:
            return (), False
        return self._backwards(group, before), False

    def _is_told_of(self, group: Group, before: list[int], after: int) -> bool:
        """Whether the group is told of the person after it."""
        between = self.marks[group.last + 1 : after]
        near = [mark for mark in between if not mark.is_a(*_TO_PEOPLE)]
        if near and near[-1].is_a("link") and not any(m.is_a("but") for m in near):
            return self._fits(near[:-1])
        related = self._since_family(before)
        if not self._fits(near) or (related and any(mark.is_a("and") for mark in near)):
            return False
        if related:
            return self._turns_on(group, near, related[-1])
        led = any(mark.is_a("with") for mark in self.marks[: group.first])
        return not led or bool(near and near[0].is_a(*_LEADING))

    def _turns_on(self, group: Group, near: list[Mark], last: int) -> bool:
        """Whether the group is told of the next person, and not of the one before it."""
        opens = bool(near) and near[0].is_a(OPEN)
        who, opening = who_of(self.marks[last]), self.marks[group.first - 1]
        if who.is_blood and who.path is None and any(mark.is_a(OPEN) for mark in near):
            # "FDR with CRC (brother, 38)".
            return True
        if last not in self._served:
            # "HTN mother, breast ca sister": what is told of her stands before her.
            is_listed = last > 0 and self.marks[last - 1].is_a("disease")
            return is_listed and not near and not self._owners_words(group)
        if opens and self._is_forward_style:
            return opening.is_a("and", COMMA) or opening.text == "+"
        leads = self._is_forward_style or bool(near and near[0].is_a(*_LEADING))
        return leads and not self._owners_words(group)

    def _since_family(self, people: list[int]) -> list[int]:
        """Those named after the family: "pt has FHx of …" is not of the patient."""
        named = [who_of(self.marks[each]).is_family for each in people]
        return people[len(named) - named[::-1].index(True) :] if True in named else people

    def _owners_words(self, group: Group) -> bool:
        """`…, she also had ovarian ca`, `and ovarian ca`: told on of the person before."""
        place = group.first - 1
        while place >= 0 and self.marks[place].is_a("grade", "own", "denied", "her", "unsure"):
            place -= 1
        return place >= 0 and self.marks[place].is_a(
            "with", "same", "and", PERSON, OPEN, COLON, DASH
        )

    def _fits(self, between: list[Mark]) -> bool:
        words = 0
        for mark in between:
            if mark.is_a(*_OTHERWISE) and not mark.is_a(COLON, "denied-after"):
                return False
            words += not mark.means
        return words <= _MOST_WORDS

    def _backwards(self, group: Group, before: list[int]) -> tuple[int, ...]:
        nearest = before[-1]
        earlier = [each for each in self.groups if nearest < each.first < group.first]
        if earlier:
            owners, is_forward = self._owners[earlier[-1].first]
            return owners if owners and not is_forward else (nearest,)
        return tuple(self._run_back(nearest, group))

    def _run_back(self, nearest: int, group: Group) -> list[int]:
        """`mother and sister with …`, `mother, aunt and MGM all with …`."""
        ahead = self.marks[nearest + 1 : group.first]
        found = [nearest]
        is_strong = any(mark.is_a("everyone") for mark in ahead)
        for place in reversed(self.people[: self.people.index(nearest)]):
            between = self.marks[place + 1 : found[0]]
            if not all(mark.is_a(*_BETWEEN_PEOPLE) for mark in between):
                break
            if place in self._served or not self._ages_are_told(place, found[0]):
                break
            joined = any(mark.is_a("and", SLASH) for mark in between)
            colon = bool(ahead) and ahead[0].is_a(COLON)
            if not (joined or is_strong or colon):
                break
            is_strong = True
            found.insert(0, place)
        return found

    def _ages_are_told(self, start: int, end: int) -> bool:
        """Ages between two people join them only as ages at onset."""
        ages = [place for place in range(start, end) if self.marks[place].is_a(AGE)]
        return all(introduced(self.marks, place) in (ONSET, AT) for place in ages)

    def _onwards(self, first: int) -> tuple[int, ...]:
        """The people a heading cancer is told of: joined, and without another one of their own."""
        found = [first]
        for place in self.people[self.people.index(first) + 1 :]:
            between = self.marks[found[-1] + 1 : place]
            if any(mark.is_a(*_OTHERWISE) for mark in between):
                break
            if not any(mark.is_a("and", "or", COMMA, SLASH, "link") for mark in between):
                break
            if self._says_otherwise(place):
                break
            found.append(place)
        return tuple(found)

    def _says_otherwise(self, person: int) -> bool:
        """Whether something else is told of this person before the next one."""
        for place in range(person + 1, len(self.marks)):
            here = self.marks[place]
            if here.is_a(PERSON):
                return False
            if here.is_a(SITE):
                # A cancer of the next person: "…, aunt, colon ca in father".
                return not self._looks_on(place)
            if here.is_a("denied") and self.marks[place - 1].is_a(COMMA):
                # "…, no ovarian" is of the family.
                return False
            if here.is_a("disease", "well", "denied", "gene"):
                return True
        return False

    def _looks_on(self, site: int) -> bool:
        group = next((each for each in self.groups if each.first <= site <= each.last), None)
        if group is None:
            return False
        after = next((place for place in self.people if place > group.last), None)
        if after is None or any(group.last < each.first < after for each in self.groups):
            return False
        near = [m for m in self.marks[group.last + 1 : after] if not m.is_a(*_TO_PEOPLE)]
        before = self.marks[group.first - 1]
        return (
            bool(near)
            and near[-1].is_a("link", OPEN, COLON, DASH)
            and not before.is_a("with", COLON, DASH, OPEN)
        )

    # -- how old -------------------------------------------------------------------------------

    def _statement(self, group: Group) -> Statement:
        people, is_forward = self._owners[group.first]
        ages: dict[int, list[int]] = {}
        if is_forward:
            for person in people:
                ages[person] = self._of_person(group, person, people)
        elif people:
            for person in people:
                if any(person < each.first < group.first for each in self.groups):
                    ages[person] = []
                    continue
                end = min(group.first, *(p for p in (*people, group.first) if p > person))
                ages[person] = self._told(range(person + 1, end), False, group)
            own = self._told(range(group.last + 1, self._end(group.last)), True, group)
            ages[people[-1]] = ages[people[-1]] + own if not ages[people[-1]] else ages[people[-1]]
            first = self._at_the_start(people)
            if first and not any(ages.values()):
                ages[people[0]] = first
        else:
            ages[-1] = self._told(range(group.last + 1, self._end(group.last)), True, group)
        return Statement(group, people, ages, is_forward)

    def _of_person(self, group: Group, person: int, people: tuple[int, ...]) -> list[int]:
        """Ages of one person of a heading cancer: before the first, after each."""
        found = []
        if person == people[0]:
            found += self._told(range(group.last + 1, person), True, group)
        else:
            back = person - 1
            while back > 0 and self.marks[back].is_a(*_TO_PEOPLE):
                back -= 1
            if self.marks[back].is_a("link") and self.marks[back - 1].is_a(AGE):
                found.append(back - 1)
        following = next((p for p in people if p > person), None)
        end = self._end(person)
        places = [
            place
            for place in range(person + 1, end)
            if not (following and end == following and self._is_of_next(place, following))
        ]
        return found + self._told(places, True, group)

    def _is_of_next(self, place: int, following: int) -> bool:
        """`50 in aunt`: an age that stands before the person it is told of."""
        between = [m for m in self.marks[place + 1 : following] if not m.is_a(*_TO_PEOPLE)]
        return len(between) == 1 and between[0].is_a("link")

    def _end(self, place: int) -> int:
        """The place of the next person or group after this one."""
        starts = [p for p in self.people if p > place]
        starts += [each.first for each in self.groups if each.first > place]
        starts += [p for p in range(place + 1, len(self.marks)) if self.marks[p].is_a(HEADING)]
        return min(starts, default=len(self.marks))

    def _told(self, places: range | list[int], after_cancer: bool, group: Group) -> list[int]:
        found = []
        for place in places:
            if not self.marks[place].is_a(AGE) or not is_onset(self.marks, place, after_cancer):
                continue
            if after_cancer and group.is_of_death and introduced(self.marks, place) != ONSET:
                continue
            if after_cancer and self._is_far(group.last, place):
                continue
            found.append(place)
        return found

    def _is_far(self, start: int, place: int) -> bool:
        between = self.marks[start + 1 : place]
        return sum(not mark.means for mark in between) > _MOST_WORDS

    def _at_the_start(self, people: tuple[int, ...]) -> list[int]:
        """`At 38, her sister …`."""
        if people[0] == self.people[0] and people[0] > 0:
            head = self.marks[: people[0]]
            for place, mark in enumerate(head):
                if mark.is_a(AGE) and introduced(self.marks, place) in (AT, ONSET) and place < 3:
                    return [place]
        return []

    # -- told by reference -----------------------------------------------------------------------

    def _likewise(self, found: list[Statement]) -> list[Statement]:
        """`…, mom's sister had it at 47`, `…, her brother at 45`: as the one before."""
        told = {person for each in found for person in each.people}
        more: list[Statement] = []
        for number, person in enumerate(self.people):
            earlier = [each for each in found if each.group.last < person and each.people]
            if person in told or not number or not earlier:
                continue
            end = self._end(person)
            said = self.marks[person + 1 : end]
            if any(mark.is_a("disease", "well", SITE, "gene") for mark in said):
                continue
            if any(mark.is_a("denied") for mark in said) and not _says_same(said):
                continue
            before = earlier[-1]
            ages = self._told(range(person + 1, end), False, before.group)
            if not (ages or _says_same(said)) or (before.group.denied and not _says_same(said)):
                continue
            ages = ages or self._told(range(person + 1, end), True, before.group)
            group = Group(person, end - 1, before.group.sites, before.group.shared)
            more.append(Statement(group, (person,), {person: ages}, False))
        return more


def _says_same(said: list[Mark]) -> bool:
    for place, mark in enumerate(said):
        if mark.is_a("same") and (mark.text != "it" or (place and said[place - 1].is_a("with"))):
            return True
        if mark.is_a("everyone") and place and said[place - 1].is_a("with"):
            return True
    return False
