"""A guidance artifact: one evidence list or one decision table, as read from its TOML."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from oncology.facts.case import Answer
from oncology.findings import Orderable, Source

STRENGTHS = ("guideline-strong", "USPSTF-B", "guideline", "label", "consensus")
# Design decision 11: only these make a biomarker card; label rows are listed with it.
CARD_STRENGTHS = ("guideline-strong", "USPSTF-B", "guideline")
SETTINGS = (
    "any",
    "early",
    "resected",
    "advanced",
    "recurrent",
    "progression",
    "newly-diagnosed",
    "before-treatment",
)
KINDS = ("biomarker-testing", "genetic-counseling", "trial-search", "family-history")

# Stands, in `on_file`, for a family history that is on file or may be.
FAMILY = "family"

# Stands for the labelled change of a gene without one: no change is it.
NO_LABEL = "none"

When = tuple[tuple[str, frozenset[str]], ...]


class CriterionName(Struct, frozen=True):
    """What a criterion is called where it was published, and what it asks, numbers in braces."""

    title: str
    question: str


class FactUse(Struct, frozen=True):
    """A fact as one artifact asks it: the parameters, the question for the clinician.

    `question`: what it asks of its criterion, where that is less than the whole.
    """

    name: str
    fact: str
    answers: tuple[str, ...]
    function: Callable[..., Answer]
    parameters: dict[str, Any]
    ask: str = ""
    criterion: str = ""
    met: str = "yes"
    question: str = ""


class Label(Struct, frozen=True):
    """A dated FDA label fact linked to a row; shown behind the card, never as advice."""

    drug: str
    revised: str
    url: str


class Row(Struct, frozen=True):
    """One row of an evidence list: a biomarker, when it is due, and on what evidence.

    `when` holds alternatives: the row is due when all gates of one of them are open. A row of
    status trial-only is never asked for; a variant of its gene may prompt a trial search.
    `draft_because` says why a row is not active.
    """

    id: str
    status: str
    show: str
    biomarkers: tuple[str, ...]
    genes: dict[str, tuple[str, ...]]
    alteration: str
    origin: str
    sees: frozenset[str]
    answered_by: tuple[str, ...]
    settings: tuple[str, ...]
    when: tuple[When, ...]
    specimen: str
    strength: str
    pending_days: int
    repeat_when: str
    repeat_until: str
    labelled: tuple[str, ...]
    labels: tuple[Label, ...]
    sources: tuple[str, ...]
    order: Orderable | None
    why: str
    note: str
    draft_because: str = ""
    order_if_equivocal: Orderable | None = None

    @property
    def offers(self) -> tuple[str, ...]:
        """The names of the orders a card may offer for it."""
        return tuple(each.id for each in (self.order, self.order_if_equivocal) if each)


class Rule(Struct, frozen=True):
    """One rule of a decision table."""

    when: When
    answer: str
    say: str
    reason: str


class Approval(Struct, frozen=True):
    """Who approved an artifact, if anybody did."""

    name: str
    role: str
    date: date


class Artifact(Struct, frozen=True, dict=True):
    """What is in common, and the rows or rules of its shape."""

    id: str
    version: str
    status: str
    shape: str
    kind: str
    topic: str
    title: str
    question: str
    cancer: str
    site: str
    site_question: str
    site_explained_by: tuple[str, ...]
    names: dict[str, str]
    includes_past: bool
    on_file: tuple[str, ...]
    applies_criterion: str
    review: date
    grace_days: int
    shows: str
    why: str
    order: Orderable | None
    limits: tuple[str, ...]
    sources: dict[str, Source]
    facts: dict[str, FactUse]
    rows: tuple[Row, ...] = ()
    rules: tuple[Rule, ...] = ()
    decides: tuple[str, ...] = ()
    table: dict[tuple[str, ...], Rule] = field(default_factory=dict)
    approval: Approval | None = None
    path: str = ""

    @cached_property
    def active_rows(self) -> tuple[Row, ...]:
        """The rows that may reach a finding; drafts never do."""
        return tuple(row for row in self.rows if row.status == "active")

    @cached_property
    def labelled_changes(self) -> dict[str, list[str]]:
        """Gene → the changes drugs are labelled for here; empty list: any change counts."""
        changes: dict[str, list[str]] = {}
        for row in self.rows:
            if row.origin == "germline" or row.status == "draft":
                continue
            labelled = (NO_LABEL,) if row.status == "trial-only" else row.labelled
            for name in row.biomarkers:
                for gene in row.genes.get(name, (name,)):
                    changes.setdefault(gene, []).extend(labelled)
        return changes

    @property
    def is_approved(self) -> bool:
        """Whether a named person signed it."""
        return self.approval is not None
