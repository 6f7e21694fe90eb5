"""The fewest facts that settle an open criterion, whatever their answers turn out to be."""

from __future__ import annotations

from oncology.family.completions import Fact
from oncology.family.search import Group, Search, Unsettled, groups_of, premise_of
from oncology.family.verdict import Verdict

# Sums made before the search is given up: a few hundredths of a second.
_MOST_WORK = 10_000

# With more there is no one question: they are named in the order of the family.
_MOST_RANKED = 8


def settling_set(verdict: Verdict, most_work: int = _MOST_WORK) -> tuple[Fact, ...]:
    """A smallest settling set, the most telling fact first.

    Empty when the criterion is settled, and when no answer about the recorded people can settle
    it. When the search would grow too large, every open fact. Where the published words may leave
    it open whatever is known, `verdict.is_left_to_words` says so, and the set settles the rest.
    """
    if verdict.answer is not None:
        return ()
    everything = open_facts(verdict)
    try:
        chosen = Search(verdict, everything, most_work).run()
    except Unsettled:
        chosen = frozenset(everything)
    return _ranked(verdict, chosen, everything)


def open_facts(verdict: Verdict) -> list[Fact]:
    """Every fact that is not recorded and that the criterion looks at, in the family's order."""
    return list(
        dict.fromkeys(
            fact for ways in verdict.ways.values() for way in ways for fact in way.answers
        )
    )


def _telling(groups: list[Group]) -> list[Group]:
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


def _ranked(verdict: Verdict, chosen: frozenset[Fact], everything: list[Fact]) -> tuple[Fact, ...]:
    """First the fact of whose answers the largest share settles the criterion alone."""
    place = {fact: number for number, fact in enumerate(everything)}
    owner = {
        fact: where for where, ways in verdict.ways.items() for way in ways for fact in way.answers
    }

    def weight(fact: Fact) -> tuple[float, int]:
        if premise_of(fact, everything) in chosen:
            return 1.0, place[fact]
        if len(chosen) == 1 or len(chosen) > _MOST_RANKED:
            return 0.0, place[fact]
        cases = _telling(groups_of(verdict.ways[owner[fact]], frozenset({fact})))
        settled = sum(_is_settled(verdict, owner[fact], case) for case in cases)
        return -settled / len(cases), place[fact]

    return tuple(sorted(chosen, key=weight))


def _is_settled(verdict: Verdict, place: int, group: Group) -> bool:
    """Whether the criterion is settled once one person is of this group."""
    return len(verdict.outcomes_with(place, [way.adds for way in group])) == 1
