"""The published criteria and tools on one chart: met or not, by which relatives, what is open."""

from __future__ import annotations

from msgspec import Struct

from oncology.facts.panel import Panel
from oncology.family.points import RelativePoints
from oncology.findings import Because, Criterion, Finding, Source, Verdict
from oncology.guidance.criteria import asked_as
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.words import Standing, capital, listed

MET = Standing("Met", "✓", "met")
NOT_MET = Standing("Not met", "–", "absent")
CANNOT_TELL = Standing("Cannot tell", "?", "unclear")
_STANDINGS = {"met": MET, "not_met": NOT_MET, "cannot_tell": CANNOT_TELL}
_REFERRING = "genetic-counseling"
_KINDS = (_REFERRING, "family-history")


class Judged(Struct, frozen=True):
    """One criterion of one finding.

    `text` is a tool's own outcome, `PAT 9 points`; `because` the relatives and ages it looked at;
    `ask` what would settle an open one, `needs` the facts it lacks. `refers`: its finding can lead
    to a referral, and `advises`: it does.
    """

    id: str
    title: str
    question: str
    standing: Standing
    text: str
    because: tuple[Because, ...]
    needs: tuple[str, ...]
    ask: str
    guidance: str
    version: str
    sources: tuple[Source, ...]
    refers: bool
    advises: bool
    applies: bool

    @property
    def brief(self) -> str:
        """A tool's outcome, else the criterion's name."""
        return self.text or self.title


class ToolRow(Struct, frozen=True):
    """One tool: its outcome in words, and whose points made it, `Mother: 5`.

    `is_population` False: it was made for women, and the patient is a man.
    """

    id: str
    title: str
    text: str
    standing: Standing
    points: tuple[str, ...]
    is_population: bool


def judged_criteria(opened: OpenedChart, guidance: Guidance) -> tuple[Judged, ...]:
    """What leads to a referral first, then what is open, then the rest; each rule's criteria."""
    found = [
        _judged(criterion, finding, guidance)
        for finding in opened.findings
        if finding.kind in _KINDS
        for criterion in finding.criteria
    ]
    return tuple(sorted(found, key=_rank))


def _rank(each: Judged) -> tuple[bool, int, bool, bool]:
    order = (MET, CANNOT_TELL, NOT_MET).index(each.standing)
    return not each.applies, order, not each.advises, not each.refers


def _judged(criterion: Criterion, finding: Finding, guidance: Guidance) -> Judged:
    artifact = guidance.artifacts[finding.guidance]
    use = next((u for u in artifact.facts.values() if u.criterion == criterion.id), None)
    return Judged(
        id=criterion.id,
        title=criterion.title,
        question=asked_as(use, guidance.criteria) if use else artifact.question,
        standing=_STANDINGS[criterion.answer],
        text=criterion.text,
        because=criterion.because,
        needs=criterion.needs,
        ask=criterion.question,
        guidance=finding.guidance,
        version=finding.version,
        sources=finding.sources,
        refers=finding.kind == _REFERRING,
        advises=finding.answer is Verdict.ADVISE and finding.kind == _REFERRING,
        applies=finding.answer is not Verdict.DOES_NOT_APPLY,
    )


def tool_rows(panel: Panel, judged: tuple[Judged, ...]) -> tuple[ToolRow, ...]:
    """The tools of the panel that were judged, with the words of their criterion."""
    by_id = {each.id: each for each in judged}
    return tuple(
        ToolRow(
            id=tool.criterion,
            title=by_id[tool.criterion].title,
            text=by_id[tool.criterion].text,
            standing=by_id[tool.criterion].standing,
            points=tuple(_points(row) for row in tool.score.rows),
            is_population=tool.is_population,
        )
        for tool in panel.tools
        if tool.criterion in by_id
    )


def _points(row: RelativePoints) -> str:
    points = row.points
    told = f"{points.low}" if points.low == points.high else f"{points.low} to {points.high}"
    return f"{capital(row.label)}: {told} ({listed(row.items)})"
