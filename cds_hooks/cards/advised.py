"""Advice as cards would give it, for whoever answers it without a card."""

from __future__ import annotations

from collections.abc import Iterable

from cds_hooks.cards import biomarkers, genetics, trials
from cds_hooks.cards.candidate import Candidate
from cds_hooks.cards.draft import Draft, source_of
from cds_hooks.cards.render import advice_of, data_gaps
from oncology.chart.model import Chart
from oncology.findings import Finding, Verdict

_REASONS = {
    "biomarker-testing": biomarkers.REASONS,
    "genetic-counseling": genetics.REASONS,
    "trial-search": trials.REASONS,
}


def advised(findings: Iterable[Finding], chart: Chart) -> list[Candidate]:
    """Every advice of a chart as the card it makes; each finding is in one of them at most.

    Advice that makes no card (drug labels beside a guideline, criteria for the app alone) stands
    by itself. An order's check is left out: the order it is about is not in the chart.
    """
    gaps = data_gaps(chart)
    speaking = [each for each in findings if each.answer is Verdict.ADVISE and not each.checks]
    made = []
    for kind in _REASONS:
        of_kind = [each for each in speaking if each.kind == kind]
        cards = advice_of([each for each in of_kind if each.shows == "card"], gaps)
        spoken = {each.guidance for card in cards for each in card.findings}
        rest = [each for each in of_kind if each.guidance not in spoken]
        made += cards + [Candidate("advice", _draft(each), (each,)) for each in rest]
    return made


def _draft(finding: Finding) -> Draft:
    """As much of a card as can be answered."""
    return Draft(
        topic=finding.topic,
        summary=finding.title,
        lines=(),
        closing="",
        source=source_of(finding),
        link="",
        reasons=_REASONS[finding.kind],
    )
