"""Which ages of a sentence are those at which a cancer was found, and in whom."""

from __future__ import annotations

from oncology.family.told.groups import Group
from oncology.family.told.marks import AGE, CLOSE, COMMA, OPEN, SLASH, Mark
from oncology.family.told.onset import AT, BARE, ONSET, age_of, introduced, is_onset
from oncology.family.told.owners import TO_PEOPLE
from oncology.family.told.who import HEADING, PERSON

_MOST_WORDS, _START = 5, 7
_AGAIN = (
    "l",
    "r",
    "left",
    "right",
    "primary",
    "nd",
    "rd",
    "again",
    "contralat",
    "contra",
    "then",
    "later",
    "side",
    "one",
    "breast",
    "recurrence",
)


class Dating:
    """Finds the ages of the people of each group of a sentence, by their places."""

    def __init__(self, marks: list[Mark], groups: list[Group], people: list[int]) -> None:
        self.marks = marks
        self.groups = groups
        self.people = people

    def of(self, group: Group, people: tuple[int, ...], is_forward: bool) -> dict[int, list[int]]:
        """The ages of each person; of nobody named they stand under -1."""
        if not people:
            after = self.told(range(group.last + 1, self.end(group.last)), True, group)
            return {-1: after or self._dated_before(group)}
        return self._forwards(group, people) if is_forward else self._backwards(group, people)

    def _forwards(self, group: Group, people: tuple[int, ...]) -> dict[int, list[int]]:
        ages = {person: self._of_person(group, person, people) for person in people}
        if not any(ages.values()) and not group.denied:
            ages[people[0]] = self._dated_before(group)
        return ages

    def _backwards(self, group: Group, people: tuple[int, ...]) -> dict[int, list[int]]:
        ages: dict[int, list[int]] = {}
        for person in people:
            if any(person < each.first < group.first for each in self.groups):
                ages[person] = []
                continue
            end = min(group.first, *(p for p in (*people, group.first) if p > person))
            ages[person] = self.told(range(person + 1, end), False, group)
            ages[person] = ages[person] or self._right_before(person, group)
        own = self.told(range(group.last + 1, self.end(group.last)), True, group)
        told = ages[people[-1]]
        if any(introduced(self.marks, place) == ONSET for place in own):
            # "Mother at 70, breast ca dx 62".
            told = [place for place in told if introduced(self.marks, place) == ONSET]
        if own and not any(self._is_led(place) and not self._is_aside(place) for place in told):
            ages[people[-1]] = own
        first = self._at_the_start(people)
        if first and not any(ages.values()):
            ages[people[0]] = first
        return ages

    def _right_before(self, person: int, group: Group) -> list[int]:
        """`mum early 50s breast ca`; `mum 42 breast ca` may tell how old she is."""
        age = group.first - 1
        if age <= person or not self.marks[age].is_a(AGE) or introduced(self.marks, age) != BARE:
            return []
        between = self.marks[person + 1 : age]
        is_only = all(m.is_a(CLOSE) for m in between)
        return [age] if is_only and age_of(self.marks[age]).is_wide else []

    def _of_person(self, group: Group, person: int, people: tuple[int, ...]) -> list[int]:
        """Ages of one person of a heading cancer: before the first, after each."""
        found = []
        if person == people[0]:
            found += self.told(range(group.last + 1, person), True, group)
        else:
            back = person - 1
            while back > 0 and self.marks[back].is_a(*TO_PEOPLE):
                back -= 1
            if self.marks[back].is_a("link") and self.marks[back - 1].is_a(AGE):
                found.append(back - 1)
        following = next((p for p in people if p > person), None)
        end = self.end(person)
        places = [
            place
            for place in range(person + 1, end)
            if not (following and end == following and self._is_of_next(place, following))
        ]
        own = self.told(places, True, group)
        if own and any(age_of(self.marks[each]).is_wide for each in found):
            # "Breast <50 - mother (45)": the heading's age is what was asked for.
            return own
        return found + own

    def _is_of_next(self, place: int, following: int) -> bool:
        """`50 in aunt`: an age that stands before the person it is told of."""
        between = [m for m in self.marks[place + 1 : following] if not m.is_a(*TO_PEOPLE)]
        return len(between) == 1 and between[0].is_a("link")

    def end(self, place: int) -> int:
        """The place of the next person or group after this one."""
        starts = [p for p in self.people if p > place]
        starts += [each.first for each in self.groups if each.first > place]
        starts += [p for p in range(place + 1, len(self.marks)) if self.marks[p].is_a(HEADING)]
        return min(starts, default=len(self.marks))

    def told(self, places: range | list[int], after_cancer: bool, group: Group) -> list[int]:
        """The places of ages at onset among these; `after_cancer`: they stand behind the cancer."""
        found: list[int] = []
        for place in places:
            if not self.marks[place].is_a(AGE):
                continue
            listed = bool(found) and self._is_listed(found[-1], place)
            if not listed and not is_onset(self.marks, place, after_cancer):
                continue
            if after_cancer and group.is_of_death and introduced(self.marks, place) != ONSET:
                continue
            if after_cancer and self._is_far(group.last, place):
                continue
            if found and after_cancer and self._is_of_something_else(place):
                continue
            found.append(place)
        if len(found) > 1 and self._corrects(found[0], found[1]):
            return found[1:]
        return found

    def _corrects(self, first: int, second: int) -> bool:
        """`age 72 (dx at 71)`: the second tells when, the first how old she was at death."""
        opens = self.marks[first + 1].is_a(OPEN)
        how = introduced(self.marks, first), introduced(self.marks, second)
        return opens and how[0] != ONSET == how[1]

    def _is_listed(self, first: int, place: int) -> bool:
        """`two brothers (dx 57, 61)`: another age behind one at onset."""
        if place != first + 2 or introduced(self.marks, place) != BARE:
            return False
        after = self.marks[place + 1] if place + 1 < len(self.marks) else None
        joined = self.marks[first + 1].is_a(COMMA, "and", SLASH)
        return joined and (after is None or after.is_a(CLOSE))

    def _is_far(self, start: int, place: int) -> bool:
        between = self.marks[start + 1 : place]
        return sum(not mark.means for mark in between) > _MOST_WORDS

    def _is_of_something_else(self, age: int) -> bool:
        """`breast ca 48, chemo 50`: a second age behind a word that is not known."""
        before = self.marks[age - 1]
        return not before.means and before.text not in _AGAIN and before.text.isalpha()

    def _is_led(self, age: int) -> bool:
        """Whether the age stands behind "dx" or "at": "aged 50 diagnosed …" may be today's."""
        return self.marks[age - 1].is_a("onset", "at", OPEN)

    def _is_aside(self, age: int) -> bool:
        """Whether an age is told of another in brackets: `cousin (daughter of aunt dx 43)`."""
        opening = next((p for p in range(age, -1, -1) if self.marks[p].is_a(OPEN, CLOSE)), 0)
        return self.marks[opening].is_a(OPEN) and any(
            self.marks[p].is_a(PERSON) for p in range(opening, age)
        )

    def _at_the_start(self, people: tuple[int, ...]) -> list[int]:
        """`At 38, her sister …`."""
        if people[0] == self.people[0] and people[0] > 0:
            head = self.marks[: min(people[0], _START)]
            for place, mark in enumerate(head):
                if mark.is_a(AGE) and introduced(self.marks, place) in (AT, ONSET):
                    return [place]
        return []

    def _dated_before(self, group: Group) -> list[int]:
        """`dx at 42, breast` in the record of a relative."""
        start = max((e.last + 1 for e in self.groups if e.last < group.first), default=0)
        if any(start <= person < group.first for person in self.people):
            # "Cancer of the pancreas in her mother (dx 66) and melanoma in an uncle".
            return []
        told = self.told(range(start, group.first), False, group)
        return [place for place in told if introduced(self.marks, place) == ONSET][:1]
