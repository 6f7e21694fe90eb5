"""A card that might be shown, with the findings it speaks of, and what decides that it may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from cds_hooks.cards.draft import Draft
from oncology.findings import Finding


class Candidate(Struct, frozen=True):
    """What might be said: advice, a question to a person, or a gap in the data."""

    kind: Literal["advice", "question", "gap"]
    draft: Draft
    findings: tuple[Finding, ...]


MayShow = Callable[[Candidate], bool]
"""Whether a candidate may be shown now: it may rest, because somebody put it aside."""


def always(_: Candidate) -> bool:
    """Everything may be shown: there is no memory."""
    return True
