"""What the record of an answer is made from. Never logged, never sent."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from cds_hooks.cards.candidate import Candidate
from cds_hooks.cards.card import Card
from cds_hooks.cards.render import Rendered
from cds_hooks.feedback.memory import CallMemory
from oncology.chart.model import Chart
from oncology.findings import Finding

if TYPE_CHECKING:
    from oncology.orders.drafts import Drafts


class Account(Struct, frozen=True, gc=False):
    """One answer: who was looked at by whom, what was found, which cards came of it.

    `release` is the version of the guidance as a whole; `chart` is what it was judged from, with
    `drafts`, the orders on the screen, at an order hook.
    """

    release: str
    day: date
    hook_instance: str
    memory: CallMemory
    findings: list[Finding]
    rendered: Rendered
    chart: Chart | None = None
    drafts: Drafts | None = None

    def __repr__(self) -> str:
        return "Account(…)"

    @property
    def made(self) -> list[tuple[Card, Candidate]]:
        """The cards that were shown or withheld, with what each speaks of."""
        cards = self.rendered.cards or self.rendered.withheld
        return list(zip(cards, self.rendered.spoken, strict=True))
