"""Each row has cases for the states a patient can be in; what does not apply says why.

Due, resulted, pending and failed are demanded by `uncovered` (test_cases.py). Here: wrong stage,
wrong histology, in remission.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.model import PAST
from oncology.chart.read import read_chart
from oncology.guidance.artifact import Artifact, Row
from oncology.guidance.case_charts import chart_of
from oncology.guidance.case_words import WrittenCase
from oncology.guidance.cases import CaseBook, find, read_cases
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records

GUIDANCE = load_guidance(guidance_folder())
LISTS = [
    each
    for each in GUIDANCE.artifacts.values()
    if each.shape == "evidence-list" and each.status == "active" and each.active_rows
]
BOOKS = {each.id: read_cases(Path(each.path).parent / "cases.toml") for each in LISTS}
_PLACES = ("missing", "pending", "resulted", "unusable", "repeat", "unknown")
_SILENT = "does_not_apply"
ONE_GATE = "the row has no gate: it is due at every stage and in every histology of its cancer"
# Rows whose only gate cannot be shut while the artifact applies, and why.
NEVER_SHUT = dict.fromkeys(
    ("endometrial-mmr", "endometrial-p53"),
    "a histology that is no carcinoma contradicts the code of the cancer, and the list asks first",
)


def _silent_cases(book: CaseBook) -> list[WrittenCase]:
    return [case for case in book.cases if case.expect.get("answer") == _SILENT]


def _diagnoses(case: WrittenCase, book: CaseBook) -> list[tuple[str, bool]]:
    """Each diagnosis of a case: its cancer, and whether it is past."""
    body = chart_of(case, book.words, GUIDANCE.terminology)
    chart = read_chart(read_records(body), GUIDANCE.terminology)
    return [(each.cancer, each.activity in PAST) for each in chart.diagnoses]


@pytest.mark.parametrize("artifact", LISTS, ids=lambda each: each.id)
def test_a_patient_in_remission_is_silent(artifact: Artifact) -> None:
    """A past cancer of the artifact's own kind asks for no tumour test."""
    book = BOOKS[artifact.id]
    assert any((artifact.cancer, True) in _diagnoses(case, book) for case in _silent_cases(book)), (
        "write a case in remission"
    )


@pytest.mark.parametrize("artifact", LISTS, ids=lambda each: each.id)
def test_another_cancer_or_histology_is_silent(artifact: Artifact) -> None:
    """A present cancer of another kind, or the site with another histology, is not this one."""
    book = BOOKS[artifact.id]
    assert any(
        found and all(cancer != artifact.cancer and not past for cancer, past in found)
        for found in (_diagnoses(case, book) for case in _silent_cases(book))
    ), "write a case of another cancer or histology"


def _never_due(row: Row, artifact: Artifact) -> bool:
    """Whether some case is of this cancer and of an adult, and the row stands in no place."""
    book = BOOKS[artifact.id]
    for case in book.cases:
        finding = find(case, book, artifact, GUIDANCE)
        known = finding.biomarkers
        if known is None:
            continue
        if all(row.id != each.row for place in _PLACES for each in getattr(known, place)):
            return True
    return False


@pytest.mark.parametrize(
    ("artifact", "row"),
    [pytest.param(artifact, row, id=row.id) for artifact in LISTS for row in artifact.active_rows],
)
def test_a_row_with_gates_has_a_case_where_it_is_not_due(artifact: Artifact, row: Row) -> None:
    """Wrong stage, histology or line of treatment: the row is in no place of the finding."""
    if all(not gates for gates in row.when):
        assert not _never_due(row, artifact), ONE_GATE
        return
    assert _never_due(row, artifact) or row.id in NEVER_SHUT
