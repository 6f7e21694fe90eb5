"""Order rules: what a drug on the screen needs on file, as read from guidance/order-rules."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from oncology.findings import Source
from oncology.guidance.artifact import Approval, Artifact, Label, Row
from oncology.orders.products import DrugNames

KINDS = ("pharmacogenomics", "order-check")
# What a row asks of the results: the marker found, not found, reported at all, or a gene that
# works as usual.
NEEDS = ("present", "absent", "result", "normal")
URGENCIES = ("warning", "info")
DRUGS, TESTS = "drugs", "tests"


class Evidence(Struct, frozen=True):
    """A row of an evidence list and the artifact it stands in: whose results, for which cancer."""

    home: Artifact
    row: Row


class OrderRow(Struct, frozen=True):
    """One requirement: these drugs, in this cancer, need this of a biomarker.

    Of several pieces of evidence one that is as needed is enough; with `absent` none may be
    otherwise. `changes` are the protein changes the label names. With one of `unless_drugs` on
    the same screen, `unless_changes` are no conflict.
    """

    id: str
    status: str
    topic: str
    drugs: tuple[str, ...]
    needs: str
    evidence: tuple[Evidence, ...]
    changes: tuple[str, ...]
    against: tuple[str, ...]
    unless_drugs: tuple[str, ...]
    unless_changes: tuple[str, ...]
    urgency: str
    labelled_for: str
    labels: tuple[Label, ...]
    sources: tuple[str, ...]
    note: str

    @property
    def cancer(self) -> str:
        """The cancer it is about; empty for drug-gene pairs, which hold for every patient."""
        return self.evidence[0].home.cancer

    @property
    def is_of_gene(self) -> bool:
        """Whether it is a drug-gene pair: an inherited trait, valid for life."""
        return self.needs == "normal"


class OrderArtifact(Struct, frozen=True):
    """A set of order rules with one question, one version, one approval.

    `judges` is drugs, by its rows, or tests: whether one on the screen is answered already.
    `adults`: years from which it holds; 0 for all ages.
    """

    id: str
    version: str
    status: str
    judges: str
    kind: str
    topic: str
    title: str
    question: str
    review: date
    adults: int
    why: str
    limits: tuple[str, ...]
    sources: dict[str, Source]
    rows: tuple[OrderRow, ...]
    approval: Approval | None = None
    path: str = ""

    @property
    def is_approved(self) -> bool:
        """Whether a named person signed it."""
        return self.approval is not None

    @property
    def active_rows(self) -> tuple[OrderRow, ...]:
        """The rows that may reach a finding; drafts never do."""
        return tuple(row for row in self.rows if row.status == "active")


class OrderRules(Struct, frozen=True):
    """All artifacts by id, and the names drugs are known by."""

    artifacts: dict[str, OrderArtifact]
    names: DrugNames

    @property
    def active(self) -> tuple[OrderArtifact, ...]:
        """The artifacts in use."""
        return tuple(each for each in self.artifacts.values() if each.status == "active")
