"""What a reason means for a card: how long it rests, and for whom."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct


class RestRules(Struct, frozen=True):
    """How cards rest. Reasons are HL7 non-adherence codes, as our cards offer them.

    A factual reason holds for the patient, whoever looks; any other, or none, is personal: the
    card rests for the user who gave it. 0 days: no rest. A question is asked, and a gap told, once
    in so many days.
    """

    override_days: int = 90
    pending_days: int = 14
    question_days: int = 90
    gap_days: int = 1
    factual: frozenset[str] = frozenset(
        {
            "action-completed",
            "need-more-info",
            "patient-ineligible",
            "patient-refuses",
            "service-not-available",
        }
    )
    pending: frozenset[str] = frozenset({"need-more-info"})

    @property
    def longest(self) -> timedelta:
        """After which no card rests any more because somebody put it aside."""
        return timedelta(days=max(self.override_days, self.pending_days))

    def rest_after(self, reason: str) -> timedelta:
        """How long a card rests that was put aside for this reason."""
        return timedelta(days=self.pending_days if reason in self.pending else self.override_days)

    def is_factual(self, reason: str) -> bool:
        """Whether it is about the patient, not about who looks."""
        return reason in self.factual
