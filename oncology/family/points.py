"""A tool's points: per relative, on each line, and in words."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.completions import completions
from oncology.family.paths import MATERNAL, PATERNAL
from oncology.family.rule import Member, Rule
from oncology.family.verdict import Verdict


class RelativePoints(Struct, frozen=True, gc=False):
    """What one person scores: between `points.low` and `points.high`, on these lines, for what.

    `lines` is empty when the side is not known: the points count on one of the two.
    """

    place: int
    label: str
    lines: tuple[str, ...]
    points: Span
    items: tuple[str, ...]


class ToolScore(Struct, frozen=True, gc=False):
    """A tool judged on a family: the points of each person and of each line, never added up.

    `refer_at`: the score at which it refers; several when it depends on what is not known.
    """

    name: str
    refer_at: tuple[int, ...]
    answer: bool | None
    maternal: Span
    paternal: Span
    rows: tuple[RelativePoints, ...]

    @property
    def higher(self) -> Span:
        """The higher of the two lines: its least and its most."""
        low = max(self.maternal.low or 0, self.paternal.low or 0)
        return Span(low, max(self.maternal.high or 0, self.paternal.high or 0))


def score(verdict: Verdict, name: str) -> ToolScore:
    """The points of a tool, person by person; ranges where facts are not recorded."""
    rule = verdict.rule
    # Every way again, this time for the members themselves.
    members = replace(rule, counts=lambda member: member)
    rows = tuple(
        row for place in verdict.contributors for row in _row(verdict, members, place) if row.items
    )
    totals = [
        Span(
            sum(row.points.low or 0 for row in rows if line in row.lines),
            sum(row.points.high or 0 for row in rows if line in row.lines or not row.lines),
        )
        for line in (MATERNAL, PATERNAL)
    ]
    return ToolScore(name, _refer_at(verdict), verdict.answer, totals[0], totals[1], rows)


def _refer_at(verdict: Verdict) -> tuple[int, ...]:
    rule = verdict.rule
    if rule.refer_at_with is None:
        return (rule.refer_at,)
    own = {way.adds for way in verdict.ways.get(0, ())} or {None}
    return tuple(sorted({rule.refer_at_with(adds) for adds in own}))


def _row(verdict: Verdict, rule: Rule, place: int) -> list[RelativePoints]:
    """Every way the person may be, scored."""
    scores = rule.scores
    ways = completions(verdict.pedigree, place, rule)
    if scores is None or ways is None:
        return []
    scored = [scores(way.adds) if isinstance(way.adds, Member) else () for way in ways]
    sums = [sum(points for _, points in each) for each in scored]
    person = verdict.pedigree.people[place]
    items = tuple(dict.fromkeys(words for each in scored for words, _ in each))
    points = Span(min(sums), max(sums))
    return [RelativePoints(place, person.label, person.lines, points, items)]


def score_words(verdict: Verdict, name: str) -> str:
    """`PAT 7 to 8 points, referral at 8`, `FHS-7 positive`; nothing for what is no tool."""
    rule = verdict.rule
    if rule.scores is None:
        return ""
    is_without = verdict.is_unread and verdict.pedigree.is_out_of_reach
    if verdict.answer is None and is_without:
        return f"{name} cannot be run without a family history"
    if not rule.by_line:
        said = {True: "positive", False: "negative by the relatives recorded", None: "open"}
        return f"{name} {said[verdict.answer]}"
    scored = score(verdict, name)
    span = scored.higher
    points = f"{span.low}" if span.low == span.high else f"{span.low} to {span.high}"
    return f"{name} {points} points, referral at {' or '.join(map(str, scored.refer_at))}"
