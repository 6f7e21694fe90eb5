"""Stains and scores by their own codes, and by their names when the code is a laboratory's own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.builders import Resource, chart_of, concept, flag, loinc, observed, result_of

LOCAL = "https://example.org/lab"
POSITIVE, NEGATIVE = loinc("LA6576-8", "Positive"), loinc("LA6577-6", "Negative")


def _called(name: str) -> Resource:
    return {**concept(LOCAL, "4711"), "text": name}


@pytest.mark.parametrize(
    ("name", "value", "biomarker", "outcome", "text"),
    [
        ("CLDN18, SemiQuant IHC, Manual", {"valueCodeableConcept": POSITIVE}, "CLDN18.2",
         "positive", "positive"),
        ("Claudin 18.2 by IHC", {"valueString": "Negative"}, "CLDN18.2", "negative", "negative"),
        ("Claudin 18.2", {"valueQuantity": {"value": 80, "unit": "%"}}, "CLDN18.2",
         "reported", "80 %"),
        ("MET (SP44), SemiQuant IHC, Manual", {"valueString": "3+"}, "MET", "reported", "3+"),
        ("c-MET immunohistochemistry", {"valueCodeableConcept": NEGATIVE}, "MET",
         "negative", "negative"),
        ("FOLR1, SemiQuant IHC, Manual", {"valueCodeableConcept": POSITIVE}, "FOLR1",
         "positive", "positive"),
        ("SDHB IHC", {"valueString": "Lost"}, "SDHB", "reported", "lost"),
        ("SDHB immunostain", {"valueCodeableConcept": POSITIVE}, "SDHB", "reported", "positive"),
        ("p53 IHC", {"valueString": "wild-type pattern"}, "TP53", "reported",
         "wild-type pattern"),
        ("1p/19q deletion, FISH", {"valueString": "Codeleted"}, "1p/19q", "positive", "positive"),
        ("1p/19q", {"valueString": "not codeleted"}, "1p/19q", "negative", "negative"),
        ("MLH1 promoter hypermethylation", {"valueString": "Methylated"}, "MLH1 methylation",
         "positive", "found"),
        ("MGMT promoter methylation", {"valueString": "unmethylated"}, "MGMT",
         "negative", "negative"),
        ("IgVH Somatic Hypermutation", {"valueString": "Unmutated"}, "IGHV",
         "reported", "unmutated"),
        ("HRD score", {"valueInteger": 43}, "HRD", "reported", "score 43"),
        ("Genomic instability score", {"valueQuantity": {"value": 51}}, "HRD",
         "reported", "score 51"),
    ],
)  # fmt: skip
def test_a_test_is_known_by_its_name(
    name: str, value: dict[str, Any], biomarker: str, outcome: str, text: str
) -> None:
    """A laboratory's own code with the test's plain name and a plain value is a result."""
    result = result_of(observed(_called(name), **value))
    assert (result.biomarkers, result.outcome.value, result.text) == ((biomarker,), outcome, text)


@pytest.mark.parametrize(
    "name",
    [
        "p53 antibody in serum by immunoassay",
        "Folate receptor alpha autoantibodies",
        "MLH1 promoter methylation, constitutional, blood",
        "Mother: p53 IHC",
        "MET gene amplification by FISH",
        "SDHB gene sequencing",
        "p53",
        "1p36 deletion syndrome",
    ],
)
def test_other_tests_of_the_same_name_are_none(name: str) -> None:
    """Serum, relatives, inherited changes and the gene itself are no stain of the tumour."""
    chart = chart_of(observed(_called(name), valueCodeableConcept=POSITIVE))
    assert chart.results == ()


def test_two_names_at_once_are_no_result() -> None:
    """One value for two stains does not say which it is of."""
    both = observed(_called("CLDN18.2 and FOLR1 IHC"), valueCodeableConcept=POSITIVE)
    assert chart_of(both).results == ()


def test_free_text_is_not_understood() -> None:
    """No sentence is read as positive or negative."""
    told = "strong membranous staining in most cells, consider zolbetuximab"
    result = result_of(observed(_called("Claudin 18.2 IHC"), valueString=told))
    assert result.outcome.value == "unknown"


@pytest.mark.parametrize(
    ("more", "outcome"),
    [
        ({"status": "preliminary", "valueCodeableConcept": POSITIVE}, "pending"),
        ({"status": "cancelled"}, "failed"),
        ({"valueString": "quantity not sufficient"}, "failed"),
        ({"valueString": "equivocal"}, "indeterminate"),
    ],
)
def test_a_named_test_can_be_pending_failed_or_equivocal(more: Resource, outcome: str) -> None:
    """Status and failure are read as of any result."""
    assert result_of(observed(_called("Claudin 18.2 IHC"), **more)).outcome.value == outcome


def test_a_known_code_goes_before_the_name() -> None:
    """A display that names another test does not turn a coded one into it."""
    coded = observed(loinc("85337-4", "Claudin 18.2"), valueCodeableConcept=POSITIVE)
    assert result_of(coded).biomarkers == ("ER",)


def test_an_immune_stain_study_is_what_its_words_name() -> None:
    """LOINC 55229-9 says that a stain was made; the text says of what."""
    study = {**loinc("55229-9", "Immune stain study"), "text": "Claudin 18.2"}
    assert result_of(observed(study, valueCodeableConcept=POSITIVE)).biomarkers == ("CLDN18.2",)
    bare = observed(loinc("55229-9", "Immune stain study"), valueCodeableConcept=POSITIVE)
    assert chart_of(bare).results == ()


@pytest.mark.parametrize(
    ("code", "value", "biomarker", "outcome", "text"),
    [
        ("14229-9", {"valueCodeableConcept": POSITIVE}, "TP53", "reported", "positive"),
        ("107286-7", {"valueCodeableConcept": POSITIVE}, "HRD", "positive", "positive"),
        ("97761-1", {"valueCodeableConcept": NEGATIVE}, "MLH1 methylation", "negative",
         "not found"),
        ("93800-1", {"valueCodeableConcept": loinc("LA9633-4")}, "1p/19q", "indeterminate",
         "1p deleted, 19q not on file"),
        ("93802-7", {"valueCodeableConcept": loinc("LA9634-2")}, "1p/19q", "negative",
         "19q not deleted"),
        ("93802-7", {"valueQuantity": {"value": 0.7}}, "1p/19q", "indeterminate",
         "indeterminate"),
        ("57290-9", {"valueString": "HLA-A*02:01:01G+HLA-A*03:01"}, "HLA-A", "reported",
         "A*02:01, A*03:01"),
        ("57290-9", {"valueString": "see report"}, "HLA-A", "unknown", "not understood"),
        ("78218-5", {"valueCodeableConcept": POSITIVE}, "BCL2", "positive", "positive"),
        ("77032-1", {"valueCodeableConcept": NEGATIVE}, "MYC", "indeterminate",
         "one form not found, others not excluded"),
    ],
)  # fmt: skip
def test_the_codes_of_these_tests(
    code: str, value: Resource, biomarker: str, outcome: str, text: str
) -> None:
    """Each code is read with the caution its test needs."""
    result = result_of(observed(code, **value))
    assert (result.biomarkers, result.outcome.value, result.text) == ((biomarker,), outcome, text)


@pytest.mark.parametrize(("code", "outcome"), [("H", "positive"), ("N", "negative")])
def test_an_hrd_score_with_a_flag(code: str, outcome: str) -> None:
    """The score's cut-off is the laboratory's: its flag decides (MII example: 43, H)."""
    result = result_of(observed("107286-7", valueInteger=43, **flag(code)))
    assert (result.outcome.value, result.text) == (outcome, "score 43")


def test_mismatch_repair_proteins_by_their_codes() -> None:
    """Four LOINC codes, one answer, with or without a display."""
    codes = ("81691-8", "81692-6", "81693-4", "81694-2")
    intact = [observed(code, f"s{code}", valueCodeableConcept=POSITIVE) for code in codes]
    assert result_of(*intact).text == "mismatch repair proteins intact"
    lost = observed("81693-4", valueCodeableConcept=NEGATIVE)
    assert result_of(lost).text == "MSH6 lost"


def test_the_same_code_in_another_system_is_another_test() -> None:
    """A LOINC-shaped code elsewhere means nothing here."""
    other = observed(concept(LOCAL, "107286-7"), valueCodeableConcept=POSITIVE)
    assert chart_of(other).results == ()
