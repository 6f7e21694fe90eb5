"""What an order card was about, judged again on the chart: the order itself is not in the record.

A card's link names its topic and nothing of the patient, so the rules of that topic are judged for
every drug they are about.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from oncology.chart.model import Chart
from oncology.findings import Finding, Verdict
from oncology.guidance.finding import finding_of
from oncology.guidance.library import Guidance
from oncology.orders.drafts import DraftOrder, Drafts
from oncology.orders.judge import Screen, evaluate_orders
from oncology.orders.rules import TESTS, OrderArtifact, OrderRules
from smartapp.opened import Focus

_ANSWERED = (
    "A test on the screen was answered already or on its way; which one, the link does not say"
)


def finding_behind(
    focus: Focus, chart: Chart, guidance: Guidance, rules: OrderRules, today: date
) -> Finding | None:
    """The finding of the order rules that a card of this topic spoke of; None for other cards."""
    if not focus.topics:
        return None
    topic = focus.topics[-1]
    for artifact in rules.active:
        drugs = _drugs(artifact, topic)
        if artifact.judges == TESTS and artifact.topic == topic:
            return finding_of(artifact, Verdict.NOTHING_TO_ADD, say=_ANSWERED)
        if drugs:
            drafts = Drafts((DraftOrder("", drugs=drugs),))
            found = evaluate_orders(Screen(chart, drafts, guidance, rules, today))
            mine = next((each for each in found if each.guidance == artifact.id), None)
            return _about(mine, topic) if mine else None
    return None


def _drugs(artifact: OrderArtifact, topic: str) -> tuple[str, ...]:
    """The drugs of the rows of a topic, each once; of all rows for the artifact's own topic."""
    rows = [row for row in artifact.active_rows if topic in (row.topic, artifact.topic)]
    return tuple(dict.fromkeys(drug for row in rows for drug in row.drugs))


def _about(finding: Finding, topic: str) -> Finding:
    """The finding as far as the card spoke of it."""
    checks = tuple(each for each in finding.checks if topic in (each.topic, finding.topic))
    because = tuple(dict.fromkeys(fact for each in checks for fact in each.because))
    return replace(finding, topic=topic, checks=checks, because=because)
