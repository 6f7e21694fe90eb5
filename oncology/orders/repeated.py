"""Tests on the screen that are answered already, or on their way."""

from __future__ import annotations

from collections.abc import Iterator

from oncology.chart.model import Asked
from oncology.evaluate import Evaluation
from oncology.facts.case import Case
from oncology.findings import BiomarkerEntry, Biomarkers, Finding, OrderCheck, Verdict
from oncology.guidance.evidence_list import covers, place_of
from oncology.guidance.finding import finding_of
from oncology.orders.drafts import DraftOrder, Drafts
from oncology.orders.rules import OrderArtifact, OrderRow

Placed = list[tuple[str, BiomarkerEntry]]
RESULTED, ORDERED = "resulted", "ordered"
_TESTING = frozenset({"biomarker-testing"})
# A germline panel or a referral may be right again: the earlier one may have been narrower.
_JUDGED = ("biomarkers", "tumour-panel")
_OPEN = ("missing", "unusable", "repeat", "unknown")


def judge_tests(
    artifact: OrderArtifact, drafts: Drafts, evaluation: Evaluation, of_genes: list[OrderRow]
) -> Finding:
    """Advise when every biomarker a selected test covers has a result on file, or an open order.

    What the evidence lists call due, to be repeated, unusable or unknown is never called
    answered; a test that neither a list of this patient's cancers nor a drug-gene pair
    (`of_genes`) knows is none of ours.
    """
    judged: list[tuple[OrderCheck, Placed]] = []
    for order in drafts.selected:
        if order.test is not None and order.test.means in _JUDGED:
            placed = list(_covered(order.test, evaluation))
            placed += _of_genes(order.test, evaluation, of_genes)
            judged += [(_check(artifact, order, placed), placed)] if placed else []
    if not judged:
        return finding_of(artifact, Verdict.DOES_NOT_APPLY)
    checks = tuple(check for check, _ in judged if check.state in (RESULTED, ORDERED))
    entries = [entry for _, found in judged for entry in found]
    return finding_of(
        artifact,
        Verdict.ADVISE if checks else Verdict.NOTHING_TO_ADD,
        checks=checks,
        biomarkers=_by_place(entries),
        because=tuple(dict.fromkeys(fact for each in checks for fact in each.because)),
    )


def _check(artifact: OrderArtifact, order: DraftOrder, placed: Placed) -> OrderCheck:
    """One test, by where all it covers stands."""
    places = {place for place, _ in placed}
    state = "due"
    if places == {RESULTED} and order.test and order.test.biomarkers:
        state = RESULTED
    elif places == {"pending"}:
        state = ORDERED
    return OrderCheck(
        row=artifact.id,
        topic=artifact.topic,
        drugs=(),
        orders=(order.reference,),
        known_by="",
        state=state,
        shows=tuple(dict.fromkeys(entry.show for _, entry in placed)),
        text=placed[0][1].text,
        because=tuple(dict.fromkeys(fact for _, each in placed for fact in each.because)),
    )


def _of_genes(
    test: Asked, evaluation: Evaluation, rows: list[OrderRow]
) -> Iterator[tuple[str, BiomarkerEntry]]:
    """The drug-gene pairs the test answers, each gene once."""
    seen: set[str] = set()
    for row in rows:
        for evidence in row.evidence:
            for gene in evidence.row.biomarkers:
                if gene not in seen and covers(test, evidence.row, (gene,)):
                    seen.add(gene)
                    yield place_of(Case(evaluation, evidence.home), evidence.row, gene)


def _covered(test: Asked, evaluation: Evaluation) -> Iterator[tuple[str, BiomarkerEntry]]:
    """Every biomarker of this patient's evidence lists that the test can answer, and its place."""
    cancers = {each.cancer for each in evaluation.chart.diagnoses}
    for artifact in evaluation.guidance.about(_TESTING, cancers):
        finding = evaluation.finding(artifact.id)
        if finding.answer is Verdict.DOES_NOT_APPLY or finding.biomarkers is None:
            continue
        rows = {row.id: row for row in artifact.active_rows}
        for place in (RESULTED, "pending", *_OPEN):
            for entry in getattr(finding.biomarkers, place):
                row = rows.get(entry.row)
                genes = row.genes.get(entry.biomarker, (entry.biomarker,)) if row else ()
                if row is not None and covers(test, row, genes):
                    yield place, entry


def _by_place(placed: Placed) -> Biomarkers:
    found: dict[str, list[BiomarkerEntry]] = {}
    for place, entry in placed:
        found.setdefault(place, []).append(entry)
    return Biomarkers(**{place: tuple(dict.fromkeys(entries)) for place, entries in found.items()})
