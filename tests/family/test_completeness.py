"""Not met means by the relatives recorded; what is recorded as unknown is not met by nobody."""

from __future__ import annotations

import pytest

from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.family.completeness import completeness
from oncology.findings import Criterion
from oncology.reading.decode import read_records
from smartapp.pages.family import said
from tests.family.builders import PATIENT, SNOMED, TODAY, Resource, bundle, pedigree, relative
from tests.property.judging import guidance

UNKNOWN = {
    "resourceType": "Condition",
    "id": "c",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": SNOMED, "code": "407559004"}]},
}


def _criteria(*resources: Resource) -> dict[str, Criterion]:
    chart = read_chart(read_records(bundle(PATIENT, *resources)), guidance().terminology)
    findings = evaluate(chart, guidance(), TODAY.earliest, explain=True)
    return {each.id: each for finding in findings for each in finding.criteria}


@pytest.mark.parametrize(
    ("family", "words"),
    [
        ([], "no relative on record"),
        ([("MTH", {})], "1 relative on record; none on the father's side"),
        (
            [("MTH", {"status": "partial"}), ("FTH", {}), ("SIS", {"status": "health-unknown"})],
            "3 relatives on record, 1 of them in part, 1 of unknown health",
        ),
        ([("SIS", {})], "1 relative on record; none on the mother's side or the father's side"),
    ],
)
def test_the_words_count_relatives_and_name_the_side_without_any(
    family: list[tuple[str, Resource]], words: str
) -> None:
    """How many are on record, how many only in part, and which side has nobody near."""
    told = [relative(f"r{n}", code, **more) for n, (code, more) in enumerate(family)]
    assert completeness(pedigree(*told)) == words


def test_a_family_criterion_that_is_not_met_says_how_complete_the_records_are() -> None:
    """A mother recorded in part and nobody else: not met, by her alone."""
    judged = _criteria(relative("m", "MTH", status="partial"))
    for name in ("pat", "amsterdam2", "fdr-sdr-ovarian", "uspstf-2019", "cascade"):
        assert judged[name].answer == "not_met"
        told = "1 relative on record, 1 of them in part; none on the father's side"
        assert judged[name].completeness == told


def test_a_family_history_recorded_as_unknown_leaves_every_criterion_open() -> None:
    """Not one is not met, the tools cannot be run, nothing is asked, and the page says why."""
    judged = _criteria(UNKNOWN)
    for name in ("pat", "rst", "amsterdam2", "fdr-sdr-ovarian", "uspstf-2019", "cascade"):
        assert (judged[name].answer, judged[name].question) == ("cannot_tell", "")
        assert judged[name].needs == ("the family history (recorded as unknown)",)
    assert judged["pat"].text == "PAT cannot be run without a family history"
    assert "recorded as unknown" in said(pedigree(UNKNOWN))


def test_a_refuted_entry_says_nothing() -> None:
    """It was never so."""
    status = {"coding": [{"code": "refuted"}]}
    assert not pedigree({**UNKNOWN, "verificationStatus": status}).is_unknown


def test_every_criterion_that_a_mother_of_unknown_health_leaves_open_asks_for_her() -> None:
    """The tool a site chose, the tools beside it, and each criterion: the same one question."""
    judged = _criteria(relative("m", "MTH", status="health-unknown"))
    open_ones = {name: each for name, each in judged.items() if each.answer == "cannot_tell"}
    assert {"pat", "fhat", "fhs7", "manchester", "rst", "crc-3q", "hboc-any-sex"} <= set(open_ones)
    asked = {each.question for each in open_ones.values()}
    assert asked == {"Which cancers did the mother have, and at what ages?"}
