"""The search for the fewest facts that settle a criterion.

A set of facts settles it when no two families that agree on them differ in the verdict. So the
set must meet every pair of families that differ: the smallest one that meets the pairs found so
far is tried, until no further pair is found. What is found is therefore never larger than need be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from itertools import product
from typing import Any

from msgspec import Struct

from oncology.family.completions import OF_A_CANCER, PREMISES, Completion, Fact
from oncology.family.hitting import smallest_hitting
from oncology.family.verdict import MOST_STATES, Verdict, in_order

Family = dict[int, Completion]
Group = list[Completion]
# The sum of a family that meets a criterion which nobody further can undo.
_MET = "met"


class Unsettled(Exception):
    """The search has grown beyond what is worth asking."""


class Pair(Struct, frozen=True, gc=False):
    """Two ways one person may be that agree on what is asked: the more telling and the less."""

    more: Completion
    less: Completion


class Step(Struct, frozen=True, gc=False):
    """Two families as far as they were followed; `before`: the step that led here."""

    high: Any
    low: Any
    place: int = -1
    pair: Pair | None = None
    before: Step | None = None


def premise_of(fact: Fact, everything: list[Fact]) -> Fact | None:
    """The open fact that must be known before this one can be asked."""
    if fact.kind not in OF_A_CANCER:
        return None
    premises = (Fact(fact.place, kind, fact.cancer) for kind in PREMISES)
    return next((each for each in premises if each in everything), None)


class Search:
    """The pairs of families found so far, and the smallest set that meets them."""

    def __init__(self, verdict: Verdict, everything: list[Fact], most_work: int) -> None:
        self.verdict = verdict
        self.everything = everything
        self.limit = verdict.work + most_work
        self.number = {fact: number for number, fact in enumerate(everything)}
        # What is the same in every family is summed up once.
        self.base = verdict.rule.start
        self.open: dict[int, Group] = {}
        self._paired: dict[tuple[int, frozenset[Fact]], list[Pair]] = {}
        self._compared: dict[tuple[int, int], int] = {}
        for place, ways in verdict.ways.items():
            if len(ways) > 1:
                self.open[place] = ways
            else:
                self.base = self._add(self.base, ways[0])
        self.owns = {
            place: frozenset(fact for way in ways for fact in way.answers)
            for place, ways in self.open.items()
        }

    def run(self) -> frozenset[Fact]:
        """The smallest settling set. Raises Unsettled when the search grows too large."""
        with_premise = [self._with_premise(fact) for fact in self.everything]
        must_meet: list[int] = []
        size = 0
        while self.verdict.work < self.limit:
            chosen = smallest_hitting(must_meet, with_premise, size)
            size = chosen.bit_count()
            more = self._further(chosen)
            if not more:
                return self._facts(chosen)
            must_meet += more
        raise Unsettled

    def _further(self, chosen: int) -> list[int]:
        """Sets of facts, apart from each other, of which the chosen must have one each.

        None when the chosen settle it, or when the published words leave it open even when all is
        known.
        """
        found: list[int] = []
        while (pair := self._differing(self._facts(chosen))) is not None:
            met, unmet = pair
            difference = self._difference(met, self._drawn_to(met, unmet))
            if not difference:
                self.verdict.is_left_to_words = True
                break
            found.append(difference)
            chosen |= difference
        return found

    def _facts(self, chosen: int) -> frozenset[Fact]:
        return frozenset(fact for fact, number in self.number.items() if chosen >> number & 1)

    def _with_premise(self, fact: Fact) -> int:
        """ "In both breasts?" can be asked only with "was it breast cancer?"."""
        premise = premise_of(fact, self.everything)
        above = 0 if premise is None else 1 << self.number[premise]
        return 1 << self.number[fact] | above

    def _difference(self, met: Family, unmet: Family) -> int:
        return sum(self._unlike(met[place], unmet[place]) for place in met)

    def _unlike(self, one: Completion, other: Completion) -> int:
        """The facts that two ways of one person answer differently."""
        known = self._compared.get((id(one), id(other)))
        if known is None:
            mine, theirs = one.answers, other.answers
            known = sum(
                1 << self.number[fact]
                for fact in mine.keys() | theirs.keys()
                if mine.get(fact) != theirs.get(fact)
            )
            self._compared[id(one), id(other)] = known
        return known

    def _differing(self, chosen: frozenset[Fact]) -> tuple[Family, Family] | None:
        """Two families that agree on the chosen facts, one meeting the criterion and one not."""
        verdict = self.verdict
        options = {place: self._pairs(place, chosen & own) for place, own in self.owns.items()}
        steps = {(self.base, self.base): Step(self.base, self.base)}
        for place in in_order(options):
            reached: dict[tuple[Any, Any], Step] = {}
            prune = verdict.rule.stays and len(options[place]) > 1
            for step in steps.values():
                for pair in options[place]:
                    high, low = self._add(step.high, pair.more), self._add(step.low, pair.less)
                    if prune:
                        # Where the lesser of two families meets it already, both do.
                        if verdict.met(low):
                            continue
                        high = _MET if high is _MET or verdict.met(high) else high
                    if (high, low) not in reached:
                        reached[high, low] = Step(high, low, place, pair, step)
            self._spend(len(reached))
            steps = reached
        last = self._apart(steps.values())
        return None if last is None else _families(last)

    def _apart(self, steps: Iterable[Step]) -> Step | None:
        """Two families that differ; those that leave no doubt before those left open by words."""
        in_doubt = None
        for step in steps:
            high = True if step.high is _MET else self.verdict.met(step.high)
            low = self.verdict.met(step.low)
            if high is True and low is False:
                return step
            if in_doubt is None and (high is None or high is not low):
                in_doubt = step
        return in_doubt

    def _pairs(self, place: int, chosen: frozenset[Fact]) -> list[Pair]:
        """For each answer to the chosen facts, the most and the least that one person may add."""
        known = self._paired.get((place, chosen))
        if known is None:
            known = self._paired[place, chosen] = self._paired_anew(self.open[place], chosen)
        return known

    def _paired_anew(self, ways: Group, chosen: frozenset[Fact]) -> list[Pair]:
        verdict, covers = self.verdict, self.verdict.rule.covers
        kept: dict[tuple[Hashable, Hashable], Pair] = {}
        for group in groups_of(ways, chosen):
            by_adds: dict[Hashable, Completion] = {}
            for way in group:
                by_adds.setdefault(way.adds, way)
            for more, less in product(verdict.most(by_adds), verdict.least(by_adds)):
                if any(covers(high, more) and covers(less, low) for high, low in kept):
                    continue
                kept = {
                    (high, low): pair
                    for (high, low), pair in kept.items()
                    if not (covers(more, high) and covers(low, less))
                }
                kept[more, less] = Pair(by_adds[more], by_adds[less])
        return list(kept.values())

    def _add(self, state: Any, way: Completion) -> Any:
        if way.adds is None or state is _MET:
            return state
        return self.verdict.rule.add(state, way.adds)

    def _spend(self, work: int) -> None:
        self.verdict.work += work
        if self.verdict.work > self.limit or work > MOST_STATES:
            raise Unsettled

    def _drawn_to(self, met: Family, unmet: Family) -> Family:
        """The second made as like the first as it can be without meeting the criterion."""
        for place in met:
            apart = self._unlike(met[place], unmet[place])
            # Only nearer in every respect: what the two agree on stays agreed.
            nearer = [
                (unlike.bit_count(), way)
                for way in self.open[place]
                if apart
                if (unlike := self._unlike(way, met[place])) != apart and not unlike & ~apart
            ]
            for _, way in sorted(nearer, key=lambda each: each[0]):
                tried = {**unmet, place: way}
                if self.verdict.met(self._sum(tried)) is False:
                    unmet = tried
                    break
        return unmet

    def _sum(self, family: Family) -> Any:
        self.verdict.work += len(family)
        state = self.base
        for way in family.values():
            state = self._add(state, way)
        return state


def _families(step: Step) -> tuple[Family, Family]:
    """The two families that led to a step."""
    met: Family = {}
    unmet: Family = {}
    while step.pair is not None and step.before is not None:
        met[step.place], unmet[step.place] = step.pair.more, step.pair.less
        step = step.before
    return met, unmet


def groups_of(ways: Group, chosen: frozenset[Fact]) -> list[Group]:
    """The ways of one person by the answers to the chosen facts."""
    own = [fact for fact in dict.fromkeys(f for w in ways for f in w.answers) if fact in chosen]
    groups: dict[tuple[Hashable, ...], Group] = {}
    for way in ways:
        groups.setdefault(tuple(way.answers.get(fact) for fact in own), []).append(way)
    return list(groups.values())
