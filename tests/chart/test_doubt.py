"""What is not certain is told as such: status, conflicts, results in words, unknown codes."""

from __future__ import annotations

import pytest

from tests.chart.builders import (
    NEGATIVE,
    POSITIVE,
    SNOMED,
    Resource,
    chart_of,
    concept,
    flag,
    loinc,
    observed,
    outcomes,
    region,
    report,
    result_of,
    share,
)

# -- status and doubt ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"status": "preliminary", "valueCodeableConcept": POSITIVE}, "pending"),
        ({"status": "registered"}, "pending"),
        ({"status": "cancelled"}, "failed"),
        ({"status": "corrected", "valueCodeableConcept": NEGATIVE}, "negative"),
        ({"status": "unknown", "valueCodeableConcept": NEGATIVE}, "unknown"),
        ({"valueString": "QNS"}, "failed"),
        ({"valueString": "Insufficient tissue"}, "failed"),
        ({"valueString": "No call"}, "indeterminate"),
        ({"valueCodeableConcept": concept(SNOMED, "125154007")}, "failed"),
        ({"dataAbsentReason": concept("http://x.test", "not-performed")}, "failed"),
        ({"dataAbsentReason": concept("http://x.test", "error")}, "failed"),
        ({"dataAbsentReason": concept("http://x.test", "masked")}, "unknown"),
        ({"dataAbsentReason": concept("http://x.test", "unknown")}, "unknown"),
        ({"valueCodeableConcept": concept(SNOMED, "260373001")}, "positive"),
        ({"valueCodeableConcept": concept(SNOMED, "260415000", "Not detected")}, "negative"),
        ({"valueCodeableConcept": concept(SNOMED, "260415000", "Detected")}, "unknown"),
        ({"valueCodeableConcept": NEGATIVE, **flag("POS")}, "unknown"),
        ({"valueCodeableConcept": loinc("LA6576-8", "Her2low")}, "unknown"),
    ],
)
def test_status_and_doubt_come_before_the_value(more: Resource, outcome: str) -> None:
    """Not final, not done, withheld, or in conflict with itself: never positive or negative."""
    assert result_of(observed("78205-2", **more)).outcome.value == outcome


def test_a_result_beside_one_of_the_same_test_that_cannot_be_read_is_in_doubt() -> None:
    """The other may say the contrary; a test of something else is left as it is."""
    microsatellites, receptor = "81695-9", "85337-4"
    good = observed(microsatellites, id="a", valueCodeableConcept=loinc("LA26203-2"))
    assert outcomes(chart_of(good)) == {"MSI": "positive"}
    for other, outcome in ((microsatellites, "unknown"), (receptor, "positive")):
        broken = observed(other, id="b", status=7)
        assert outcomes(chart_of(good, broken)) == {"MSI": outcome}


def test_a_code_with_the_display_of_another_test_is_not_used() -> None:
    """ER by code, PR by display: neither."""
    chart = chart_of(
        observed(loinc("85337-4", "Progesterone receptor Ag"), valueCodeableConcept=POSITIVE)
    )
    assert outcomes(chart) == {"ER": "unknown"}
    assert "different tests" in chart.notes[0].problem


def test_an_unreadable_result_is_doubt_about_its_own_marker_alone() -> None:
    """An ER result that cannot be read does not hide HER2."""
    chart = chart_of(observed("85329-1", "er", valueQuantity={"value": "ninety"}))
    assert chart.hides("Observation", about=frozenset({"ER"}))
    assert not chart.hides("Observation", about=frozenset({"HER2"}))
    assert chart.hides("Observation")


@pytest.mark.parametrize(
    "component",
    [
        {"code": loinc("48018-6"), "valueCodeableConcept": {}},
        {"code": loinc("48018-6"), "valueCodeableConcept": {"text": "see report"}},
        {"code": {}, "valueCodeableConcept": {"text": "EGFR"}},
    ],
)
@pytest.mark.parametrize("code", ["69548-6", "53041-0"])
def test_a_gene_that_cannot_be_read_may_be_any_gene(code: str, component: Resource) -> None:
    """No gene counts as untested while a variant or a region does not say which it is about."""
    chart = chart_of(observed(code, component=[component]))
    assert chart.hides("Observation", about=frozenset({"KRAS", "variant"}))
    assert not chart.hides("Observation", about=frozenset({"PD-L1"}))


# -- results in words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "resource",
    [
        report(conclusion="EGFR L858R detected"),
        {**report(), "presentedForm": [{"title": "NGS.pdf"}]},
        {**report(conclusion="EGFR L858R mutation detected."), "code": {"text": "Pathology"}},
        observed({"text": "EGFR mutation"}, valueString="L858R detected"),
        observed(loinc("85147-0", "PD-L1 by clone 22C3"), **share(60)),
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "type": loinc("51969-4"),
            "subject": {"reference": "Patient/p"},
            "date": "2026-10-02T10:00:00Z",
        },
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "status": "current",
            "subject": {"reference": "Patient/p"},
            "content": [{"attachment": {"title": "Comprehensive genomic profiling.pdf"}}],
        },
    ],
)
def test_a_result_in_words_is_a_possible_result(resource: Resource) -> None:
    """Text and documents never make a result; they are named for somebody to read."""
    chart = chart_of(resource)
    assert chart.results == ()
    assert [(each.text, each.has_results) for each in chart.reports] == [
        ("possible result on file: check the report", False)
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("ER STATUS", ("ER",)),
        ("ER/PR by IHC", ("ER", "PR")),
        ("PgR stain", ("PR",)),
        ("NTRK fusion", ("NTRK1", "NTRK2", "NTRK3")),
    ],
)
def test_the_name_of_a_test_says_what_it_may_be_a_result_of(
    name: str, names: tuple[str, ...]
) -> None:
    """A laboratory's short names count beside a word for a stain."""
    chart = chart_of(observed({"text": name}, valueString="see note"))
    assert [each.names for each in chart.reports] == [names]


@pytest.mark.parametrize("name", ["ER visit", "PR interval", "Seen in ER"])
def test_an_emergency_room_is_no_receptor(name: str) -> None:
    """ER and PR alone are words of other trades."""
    assert chart_of(observed({"text": name}, valueString="see note")).reports == ()


def test_a_cancelled_result_in_words_does_not_hide_the_next() -> None:
    """The same words on a valid Observation are a possible result still."""
    words = {"text": "EGFR mutation"}
    cancelled = {**observed(words, valueString="L858R"), "id": "a", "status": "cancelled"}
    chart = chart_of(cancelled, {**observed(words, valueString="L858R"), "id": "b"})
    assert [each.reference for each in chart.reports] == ["Observation/b"]


def test_words_on_a_problem_leave_the_same_words_on_a_result_alone() -> None:
    """What says nothing as a diagnosis may say something as a result."""
    words = {"text": "BRCA1 gene mutation"}
    problem = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "code": words,
    }
    chart = chart_of(problem, {**observed(words, valueString="detected"), "id": "b"})
    assert [each.reference for each in chart.reports] == ["Observation/b"]


@pytest.mark.parametrize(
    "resource",
    [
        observed({"text": "Glucose"}, valueString="positive"),
        observed({"text": "eGFR 60 mL/min/1.73m2"}),
        observed(loinc("32996-1", "HER2 Ag [Mass/volume] in Serum")),
        observed({"text": "Mother: BRCA1 mutation"}),
        {**report(conclusion="No fracture."), "code": {"text": "X-ray"}},
        {**report(conclusion="EGFR mutation"), "status": "entered-in-error"},
    ],
)
def test_other_words_are_no_hint(resource: Resource) -> None:
    """Kidney function, serum proteins, relatives and other reports stay silent."""
    assert chart_of(resource).reports == ()


def test_the_print_of_a_coded_report_is_not_a_second_report() -> None:
    """A document of the day of a report with results is left out."""
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "type": loinc("51969-4"),
        "subject": {"reference": "Patient/p"},
        "date": "2026-10-02T10:00:00Z",
    }
    chart = chart_of(report("region"), region("KRAS"), document)
    assert [each.reference for each in chart.reports] == ["DiagnosticReport/report"]


# -- diagnoses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "is_noted"),
    [
        ({"text": "Recurrent breast cancer"}, True),
        (concept("http://x.test", "1", "Malignant neoplasm of the lung"), True),
        (concept("http://x.test", "1", "Suspected lung cancer"), False),
        (concept("http://x.test", "1", "Family history of breast cancer"), False),
        (concept("http://x.test", "1", "Carcinoma in situ of prostate"), False),
        (concept("http://x.test", "1", "Neoplasm of prostate"), False),
        (concept("http://x.test", "1", "Asthma"), False),
        (concept("urn:oid:2.16.840.1.113883.6.43.1", "C50.4", "Upper-outer quadrant"), True),
        (concept("http://terminology.hl7.org/CodeSystem/icd-o-3", "C34.1"), True),
        (concept("http://terminology.hl7.org/CodeSystem/icd-o-3", "8140/3"), True),
        (concept("http://terminology.hl7.org/CodeSystem/icd-o-3", "8140/0"), False),
        (concept("http://x.test", "C34.1"), False),
    ],
)
def test_a_cancer_by_an_unknown_code_gets_a_note(code: Resource, is_noted: bool) -> None:
    """It is not used, and the reader is told; suspicion, family and benign names are not noted."""
    chart = chart_of({"resourceType": "Condition", "id": "c", "code": code})
    assert chart.diagnoses == ()
    assert any("names a cancer" in note.problem for note in chart.notes) is is_noted
