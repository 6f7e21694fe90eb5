"""Is a criterion met by a family of which not everything is known: yes, no, or cannot tell?

Yes when every family the record may stand for meets it, no when none does. Masking a fact only
adds families the record may stand for, so it can only open an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product
from typing import Any

from oncology.family.completions import Completion, Fact, completions, is_about
from oncology.family.model import Pedigree, Person
from oncology.family.paths import MATERNAL, PATERNAL, degrees_between, on_side
from oncology.family.rule import ANY_SITE, LINKS, PATHOLOGY, Link, Rule

Adds = list[Hashable | None]
# The most and the least that a person may add. Only these are followed: what lies between them is
# met no more and no less.
Bounds = tuple[Adds, Adds]
MOST_STATES = 2_000
_MOST_LINKS = 6
_EVERYTHING = frozenset({True, False})
_SIDES = (MATERNAL, PATERNAL)


class Verdict:
    """A rule judged on a pedigree; what is dear is worked out when it is asked for."""

    def __init__(self, rule: Rule, pedigree: Pedigree) -> None:
        self.rule = rule
        # How many families were put to the rule, for a search that must end.
        self.work = 0
        self.pedigree = pedigree
        self._judged: dict[Any, bool | None] = {}

    @cached_property
    def ways(self) -> dict[int, list[Completion]]:
        """The ways each person may be, of those who may add anything; links after the people."""
        found = {}
        places = self._concerned()
        if self.rule.needs_own and places[:1] != [0]:
            # Without an own cancer nobody further is looked at.
            return {}
        for place in places:
            ways = completions(self.pedigree, place, self.rule)
            if ways is None:
                self.is_too_open = True
            elif len(ways) > 1 or ways[0].adds is not None:
                found[place] = ways
            if self.rule.needs_own and not found and not self.is_too_open:
                return {}
        last = len(self.pedigree.people)
        for number, (one, other, open_) in enumerate(self._links(found)):
            fact = Fact(one, "link", other)
            found[last + number] = [
                Completion({fact: linked} if open_ else {}, Link(one, other, linked))
                for linked in ((True, False) if open_ else (True,))
            ]
        return found

    is_too_open = False
    # Found by the search for settling facts: the published words may leave it open.
    is_left_to_words = False

    def _concerned(self) -> list[int]:
        """The places of those with a cancer or trait the rule is about, or who may have one."""
        rule, places_of = self.rule, self.pedigree.places_of
        if ANY_SITE in rule.sites:
            return sorted(set().union(*places_of.values()))
        found = set(places_of.get(None, ()))
        for name in (*rule.sites, *rule.traits):
            found |= places_of.get(name, set())
        return sorted(found)

    def _links(self, found: dict[int, list[Completion]]) -> list[tuple[int, int, bool]]:
        """Pairs who may be first-degree relatives by more than their paths; whether that is open.

        The record may name a parent or sibling; else a cousin may be an aunt's child or not. What
        their sides tell once they are known is no link to ask for.
        """
        if LINKS not in self.rule.asks:
            return []
        people = self.pedigree.people
        pairs = []
        sided = {place: _sided(people[place]) for place in found}
        for one, other in combinations(found, 2):
            first, second = people[one], people[other]
            ways = [degrees_between(*each) for each in product(sided[one], sided[other])]
            if not any(1 in way and len(way) > 1 for way in ways):
                continue
            apart = self.pedigree.degrees_between(first, second)
            if 1 in apart:
                pairs.append((one, other, len(apart) > 1))
        if sum(open_ for *_, open_ in pairs) > _MOST_LINKS:
            self.is_too_open = True
            return []
        return pairs

    @cached_property
    def answer(self) -> bool | None:
        """Met by all, by none, or None."""
        outcomes = self._between(self._bounds)
        verdict = outcomes.pop() if len(outcomes) == 1 else None
        if verdict is not True and self.is_too_open:
            return None
        return None if verdict is False and self.may_be_more else verdict

    @property
    def may_be_more(self) -> bool:
        """Whether relatives or own cancers may stand in what could not be read."""
        pedigree, rule = self.pedigree, self.rule
        about = None if ANY_SITE in rule.sites else rule.sites | rule.traits
        if rule.with_patient and pedigree.hides_own(about):
            return True
        if rule.needs_own and 0 not in self.ways:
            return False
        coded = any(is_about(rule, site) for site in pedigree.coded)
        return coded or self.is_unread

    @property
    def is_unread(self) -> bool:
        """Whether relatives may stand in what could not be read, or are said not to be known.

        A tool is for a family history: with nobody on record it cannot be run.
        """
        pedigree = self.pedigree
        if pedigree.hides_relatives or not pedigree.is_read or pedigree.is_unknown:
            return True
        # One tool has points for a patient who was adopted and has a cancer that scores.
        adopted = bool(pedigree.by_adoption) and PATHOLOGY in self.rule.asks and 0 in self.ways
        return self.rule.scores is not None and pedigree.is_out_of_reach and not adopted

    def met(self, state: Any) -> bool | None:
        """The rule's word on a sum; each sum is put to it once."""
        if state not in self._judged:
            self._judged[state] = self.rule.met(state)
        return self._judged[state]

    @cached_property
    def _bounds(self) -> dict[int, Bounds]:
        """The most and the least each person may add."""
        found = {}
        for place, ways in self.ways.items():
            adds = list(dict.fromkeys(way.adds for way in ways))
            found[place] = (adds, adds) if len(adds) == 1 else (self.most(adds), self.least(adds))
        return found

    def outcomes_with(self, place: int, group: Adds) -> set[bool | None]:
        """What the rule may come to when one person adds one of a group."""
        return self._between({**self._bounds, place: (self.most(group), self.least(group))})

    def _between(self, bounds: dict[int, Bounds]) -> set[bool | None]:
        found = self._reached({place: most for place, (most, _) in bounds.items()})
        if all(most is least for most, least in bounds.values()):
            return found
        return found | self._reached({place: least for place, (_, least) in bounds.items()})

    def _reached(self, groups: dict[int, Adds]) -> set[bool | None]:
        """What the rule comes to when each person adds one of these, every one followed."""
        rule = self.rule
        states = {rule.start}
        found: set[bool | None] = set()
        for group in (groups[place] for place in in_order(groups)):
            reached = {
                state if adds is None else rule.add(state, adds)
                for state in states
                for adds in group
            }
            self.work += len(reached)
            if rule.stays and len(group) > 1:
                # What is met already need not be followed further.
                states = {state for state in reached if self.met(state) is not True}
                if len(states) < len(reached):
                    found.add(True)
            else:
                states = reached
            if len(states) > MOST_STATES:
                return set(_EVERYTHING)
        return found | {self.met(state) for state in states}

    def most(self, group: Iterable[Hashable | None]) -> Adds:
        """The additions that no other one covers."""
        return _without_covered(group, self.rule.covers)

    def least(self, group: Iterable[Hashable | None]) -> Adds:
        """The additions that cover no other one."""
        return _without_covered(group, lambda more, less: self.rule.covers(less, more))

    @cached_property
    def contributors(self) -> tuple[int, ...]:
        """The places of those who add something, or may."""
        last = len(self.pedigree.people)
        return tuple(place for place in self.ways if place < last)

    @cached_property
    def deciders(self) -> tuple[int, ...]:
        """The fewest of them, found by leaving out one after the other, who still meet it."""
        if self.answer is not True:
            return self.contributors
        kept = {place: least for place, (_, least) in self._bounds.items()}
        for place in reversed(self.contributors):
            rest = {each: group for each, group in kept.items() if each != place}
            if self._reached(rest) == {True}:
                del kept[place]
        last = len(self.pedigree.people)
        return tuple(place for place in kept if place < last)


def _sided(person: Person) -> tuple[str, ...]:
    """The paths a person may have, each on a side."""
    return tuple({on_side(path, side): None for path in person.paths for side in _SIDES})


def in_order(groups: Mapping[int, Sequence[Any]]) -> list[int]:
    """The patient first, whom alone a sum may lose by, then those with the fewest ways."""
    return sorted(groups, key=lambda place: (place > 0, len(groups[place])))


def _without_covered(group: Iterable[Hashable | None], covers: Callable[[Any, Any], bool]) -> Adds:
    """Those that none of the others covers; of two that cover each other the first."""
    kept: Adds = []
    for each in group:
        if any(covers(other, each) for other in kept):
            continue
        kept = [other for other in kept if not covers(each, other)]
        kept.append(each)
    return kept
