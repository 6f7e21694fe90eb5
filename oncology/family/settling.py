"""The fewest facts that settle an open criterion, whatever their answers turn out to be.

A set of facts settles it when no two families that agree on them differ in the verdict. So the
set must meet every pair of families that differ: the smallest one that meets the pairs found so
far is tried, until no further pair is found. What is returned is therefore never larger than
need be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from itertools import product

from oncology.family.completions import Completion, Fact
from oncology.family.verdict import Adds, Verdict

# Families put to the rule before the search is given up: a few hundredths of a second.
_MOST_WORK = 10_000

# With more there is no one question: they are named in the order of the family.
_MOST_RANKED = 8
_OF_A_CANCER = ("age", "bilateral", "histology", "menopause")

Family = dict[int, Completion]


class Unsettled(Exception):
    """The search has grown beyond what is worth asking."""


def settling_set(verdict: Verdict, most_work: int = _MOST_WORK) -> tuple[Fact, ...]:
    """A smallest settling set, the most telling fact first.

    Empty when the criterion is settled, and when no answer about the recorded people can settle
    it. When the search would grow too large, every open fact.
    """
    if verdict.answer is not None:
        return ()
    everything = _facts(verdict)
    try:
        chosen = _search(verdict, everything, most_work)
    except Unsettled:
        chosen = frozenset(everything)
    return _ranked(verdict, chosen, everything)


def _facts(verdict: Verdict) -> list[Fact]:
    found: dict[Fact, None] = {}
    for ways in verdict.ways.values():
        for way in ways:
            found.update(dict.fromkeys(way.answers))
    return list(found)


def _search(verdict: Verdict, everything: list[Fact], most_work: int) -> frozenset[Fact]:
    must_meet: list[frozenset[Fact]] = []
    while verdict.work < most_work:
        chosen = _smallest(must_meet, everything)
        pair = _differing(verdict, chosen, most_work)
        if pair is None:
            return chosen
        difference = _difference(*_drawn_together(verdict, *pair))
        if not difference:
            # The published words leave it open even when all is known.
            return chosen
        must_meet.append(difference)
    raise Unsettled


def _smallest(must_meet: list[frozenset[Fact]], everything: list[Fact]) -> frozenset[Fact]:
    """The smallest set that has a fact of each; of several the first in the family's order."""
    order = {fact: number for number, fact in enumerate(everything)}
    above = {fact: premise_of(fact, everything) for each in must_meet for fact in each}

    def meet(chosen: frozenset[Fact], room: int) -> frozenset[Fact] | None:
        missed = min((each for each in must_meet if not each & chosen), key=len, default=None)
        if missed is None:
            return chosen
        for fact in sorted(missed, key=order.__getitem__):
            # "In both breasts?" can be asked only with "was it breast cancer?".
            more = frozenset(each for each in (fact, above[fact]) if each is not None) - chosen
            found = meet(chosen | more, room - len(more)) if len(more) <= room else None
            if found is not None:
                return found
        return None

    for size in range(len(everything) + 1):
        found = meet(frozenset(), size)
        if found is not None:
            return found
    raise Unsettled


def premise_of(fact: Fact, everything: list[Fact]) -> Fact | None:
    """The open fact that must be known before this one can be asked."""
    if fact.kind not in _OF_A_CANCER:
        return None
    premises = (Fact(fact.place, kind, fact.cancer) for kind in ("site", "cancer"))
    return next((each for each in premises if each in everything), None)


def _differing(
    verdict: Verdict, chosen: frozenset[Fact], most_work: int
) -> tuple[Family, Family] | None:
    """Two families that agree on the chosen facts, one meeting the criterion and one not."""
    for held in _cases(verdict, chosen):
        if verdict.work > most_work:
            raise Unsettled
        outcomes = verdict.outcomes(frozenset(way.adds for way in ways) for ways in held.values())
        if len(outcomes) > 1 or None in outcomes:
            return _find(verdict, held, True), _find(verdict, held, False)
    return None


def _cases(verdict: Verdict, chosen: frozenset[Fact]) -> Iterator[dict[int, list[Completion]]]:
    """For every way of answering the chosen facts, the ways that each person may still be."""
    options = []
    for ways in verdict.ways.values():
        groups: dict[tuple[Hashable, ...], list[Completion]] = {}
        own = [fact for fact in dict.fromkeys(f for w in ways for f in w.answers) if fact in chosen]
        for way in ways:
            groups.setdefault(tuple(way.answers.get(fact) for fact in own), []).append(way)
        options.append(_telling(list(groups.values())))
    for each in product(*options):
        yield dict(zip(verdict.ways, each, strict=True))


def _telling(groups: list[list[Completion]]) -> list[list[Completion]]:
    """Without the groups that leave no more open than another one does."""
    sets = [frozenset(way.adds for way in group) for group in groups]
    kept = []
    for place, group in enumerate(groups):
        covered = any(
            sets[place] < other or (sets[place] == other and number < place)
            for number, other in enumerate(sets)
        )
        if not covered:
            kept.append(group)
    return kept


def _find(verdict: Verdict, held: dict[int, list[Completion]], target: bool) -> Family:
    """A family among those held that comes to `target`, one person after the other."""
    found: Family = {}
    for place, ways in held.items():
        by_adds: dict[Hashable | None, Completion] = {}
        for way in ways:
            by_adds.setdefault(way.adds, way)
        for way in by_adds.values():
            groups: list[Adds] = [frozenset({each.adds}) for each in found.values()]
            groups.append(frozenset({way.adds}))
            groups += [
                frozenset(each.adds for each in rest)
                for other, rest in held.items()
                if other not in found and other != place
            ]
            outcomes = verdict.outcomes(groups)
            if target in outcomes or None in outcomes:
                found[place] = way
                break
    return found


def _drawn_together(verdict: Verdict, met: Family, unmet: Family) -> tuple[Family, Family]:
    """Make the second as like the first as it can be without meeting the criterion."""
    for place in met:
        if met[place].answers == unmet[place].answers:
            continue
        ways = sorted(verdict.ways[place], key=lambda way: len(_unlike(way, met[place])))
        for way in ways:
            # Only nearer in every respect: what the two agree on stays agreed.
            if not _unlike(way, met[place]) < _unlike(unmet[place], met[place]):
                continue
            tried = {**unmet, place: way}
            outcome = verdict.outcomes(frozenset({each.adds}) for each in tried.values())
            if outcome == {False}:
                unmet = tried
                break
    return met, unmet


def _unlike(one: Completion, other: Completion) -> set[Fact]:
    facts = one.answers.keys() | other.answers.keys()
    return {fact for fact in facts if one.answers.get(fact) != other.answers.get(fact)}


def _difference(met: Family, unmet: Family) -> frozenset[Fact]:
    return frozenset(fact for place in met for fact in _unlike(met[place], unmet[place]))


def _ranked(verdict: Verdict, chosen: frozenset[Fact], everything: list[Fact]) -> tuple[Fact, ...]:
    """First the fact of whose answers the largest share settles the criterion alone."""
    place = {fact: number for number, fact in enumerate(everything)}

    def weight(fact: Fact) -> tuple[float, int]:
        if premise_of(fact, everything) in chosen:
            return 1.0, place[fact]
        if len(chosen) == 1 or len(chosen) > _MOST_RANKED:
            return 0.0, place[fact]
        cases = list(_cases(verdict, frozenset({fact})))
        settled = 0
        for held in cases:
            groups = [frozenset(way.adds for way in ways) for ways in held.values()]
            settled += len(verdict.outcomes(groups)) == 1
        return -settled / len(cases), place[fact]

    return tuple(sorted(chosen, key=weight))
