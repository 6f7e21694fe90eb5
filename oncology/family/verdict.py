"""Is a criterion met by a family of which not everything is known: yes, no, or cannot tell?

Yes when every family the record may stand for meets it, no when none does. Masking a fact only
adds families the record may stand for, so it can only open an answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from functools import cached_property
from itertools import combinations

from oncology.family.completions import Completion, Fact, completions, is_about
from oncology.family.model import Pedigree
from oncology.family.paths import degrees_between
from oncology.family.rule import LINKS, Link, Rule

Adds = frozenset[Hashable | None]
_MOST_STATES = 2_000
_MOST_LINKS = 6
_EVERYTHING = frozenset({True, False})


class Verdict:
    """A rule judged on a pedigree; what is dear is worked out when it is asked for."""

    def __init__(self, rule: Rule, pedigree: Pedigree) -> None:
        self.rule = rule
        # How many families were put to the rule, for a search that must end.
        self.work = 0
        self.pedigree = pedigree

    @cached_property
    def ways(self) -> dict[int, list[Completion]]:
        """The ways each person may be, of those who may add anything; links after the people."""
        found = {}
        for place in range(len(self.pedigree.people)):
            ways = completions(self.pedigree, place, self.rule)
            if ways is None:
                self.is_too_open = True
            elif len(ways) > 1 or ways[0].adds is not None:
                found[place] = ways
        last = len(self.pedigree.people)
        for number, (one, other, open_) in enumerate(self._links(found)):
            fact = Fact(one, "link", other)
            found[last + number] = [
                Completion({fact: linked} if open_ else {}, Link(one, other, linked))
                for linked in ((True, False) if open_ else (True,))
            ]
        return found

    is_too_open = False

    def _links(self, found: dict[int, list[Completion]]) -> list[tuple[int, int, bool]]:
        """Pairs who may be first-degree relatives by more than their paths; whether that is open.

        The record may name a parent or sibling; else a cousin may be an aunt's child or not.
        """
        if LINKS not in self.rule.asks:
            return []
        people = self.pedigree.people
        pairs = []
        for one, other in combinations(found, 2):
            first, second = people[one], people[other]
            if first.path is None or second.path is None:
                continue
            apart = self.pedigree.degrees_between(first, second)
            if 1 in apart and len(degrees_between(first.path, second.path)) > 1:
                pairs.append((one, other, len(apart) > 1))
        if sum(open_ for *_, open_ in pairs) > _MOST_LINKS:
            self.is_too_open = True
            return []
        return pairs

    @cached_property
    def answer(self) -> bool | None:
        """Met by all, by none, or None."""
        outcomes = self.outcomes(self._adds(way) for way in self.ways.values())
        verdict = outcomes.pop() if len(outcomes) == 1 else None
        if verdict is not True and self.is_too_open:
            return None
        return None if verdict is False and self.may_be_more else verdict

    @property
    def may_be_more(self) -> bool:
        """Whether relatives or own cancers may stand in what could not be read."""
        pedigree, rule = self.pedigree, self.rule
        if rule.with_patient and pedigree.hides_own:
            return True
        if rule.needs_own and 0 not in self.ways:
            return False
        coded = any(is_about(rule, site) for site in pedigree.coded)
        return coded or pedigree.hides_relatives or not pedigree.is_read

    @staticmethod
    def _adds(ways: Iterable[Completion]) -> Adds:
        return frozenset(way.adds for way in ways)

    def outcomes(self, groups: Iterable[Adds]) -> set[bool | None]:
        """What the rule may come to when each person adds one of a group."""
        rule = self.rule
        states = {rule.start}
        found: set[bool | None] = set()
        for group in sorted(groups, key=len):
            reached = {
                state if adds is None else rule.add(state, adds)
                for state in states
                for adds in group
            }
            self.work += len(reached)
            if rule.stays:
                # What is met already need not be followed further.
                states = {state for state in reached if rule.met(state) is not True}
                if len(states) < len(reached):
                    found.add(True)
            else:
                states = reached
            if len(states) > _MOST_STATES:
                return set(_EVERYTHING)
        return found | {rule.met(state) for state in states}

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
        kept = dict(self.ways)
        for place in reversed(self.contributors):
            rest = {each: ways for each, ways in kept.items() if each != place}
            if self.outcomes(self._adds(ways) for ways in rest.values()) == {True}:
                kept = rest
        last = len(self.pedigree.people)
        return tuple(place for place in kept if place < last)


def concerned(rule: Rule, pedigree: Pedigree, place: int) -> list[int]:
    """The numbers of a person's cancers that the rule is about."""
    return [
        number
        for number, cancer in enumerate(pedigree.people[place].cancers)
        if cancer.site is None or is_about(rule, cancer.site)
    ]
