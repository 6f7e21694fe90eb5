"""Stains and scores are read as laboratories send them, and never believed beyond that."""

from __future__ import annotations

import pytest

from tests.chart.builders import (
    POSITIVE,
    Resource,
    chart_of,
    flag,
    loinc,
    observed,
    result_of,
    share,
)

# -- receptors ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "outcome", "text"),
    [
        (share(90), "positive", "90 %"),
        (share(5), "positive", "low positive, 5 %"),
        (share(10), "positive", "low positive, 10 %"),
        (share(1, comparator="<"), "negative", "<1 %"),
        (share(1, comparator="<="), "unknown", "<=1 %"),
        (share(0, comparator=">"), "unknown", ">0 %"),
        (share(90, comparator=">"), "positive", ">90 %"),
        (share(140), "unknown", "not understood"),
        ({"valueString": "90 %"}, "positive", "90 %"),
        ({"valueString": ">95%"}, "positive", ">95 %"),
        ({"valueString": "1-10%"}, "positive", "low positive, 1-10 %"),
        ({"valueString": "about 90%, strong"}, "unknown", "not understood"),
        ({"valueRange": {"low": {"value": 20}, "high": {"value": 30}}}, "positive", "20-30 %"),
        ({"valueRange": {"low": {"value": 0}, "high": {"value": 5}}}, "unknown", "0-5 %"),
        ({"valueCodeableConcept": POSITIVE, **share(0)}, "unknown", "not understood"),
        ({"valueQuantity": {"value": 0.9, "code": "1"}}, "unknown", "not understood"),
        (flag("POS"), "positive", "positive"),
        ({}, "unknown", "not understood"),
    ],
)
def test_er_is_positive_at_one_per_cent_however_the_share_is_sent(
    value: Resource, outcome: str, text: str
) -> None:
    """ASCO/CAP 2020: ER positive from 1 %, low positive to 10 %; what may be either is unknown."""
    result = result_of(observed("85329-1", **value))
    assert (result.outcome.value, result.text) == (outcome, text)


def test_low_positive_is_a_word_for_er_alone() -> None:
    """PR at 5 % is positive."""
    assert result_of(observed("85325-9", **share(5))).text == "5 %"


@pytest.mark.parametrize(
    ("code", "value", "outcome", "text", "leans"),
    [
        ("85319-2", {"valueCodeableConcept": loinc("LA6111-4")}, "negative", "IHC 0", ""),
        ("85319-2", {"valueString": "1+"}, "negative", "IHC 1+", ""),
        (
            "85319-2",
            {"valueString": "IHC 2+"},
            "indeterminate",
            "IHC 2+, equivocal without ISH",
            "",
        ),
        ("85319-2", {"valueInteger": 3}, "positive", "IHC 3+", ""),
        (
            "85319-2",
            {"valueQuantity": {"value": 2}},
            "indeterminate",
            "IHC 2+, equivocal without ISH",
            "",
        ),
        ("85318-4", {"valueString": "Not amplified"}, "negative", "negative", ""),
        (
            *("85318-4", {"valueString": "less than 1.8"}),
            *("indeterminate", "ISH ratio <1.8, no verdict", "negative"),
        ),
        (
            *("85318-4", {"valueString": "greater than 2.2"}),
            *("indeterminate", "ISH ratio >2.2, no verdict", "positive"),
        ),
        (
            *("49683-6", {"valueQuantity": {"value": 3.1}}),
            *("indeterminate", "ISH ratio 3.1, no verdict", "positive"),
        ),
        ("49683-6", {"valueQuantity": {"value": 3.1}, **flag("POS")}, "positive", "positive", ""),
        (
            "49683-6",
            {"valueRatio": {"numerator": {"value": 24}, "denominator": {"value": 20}}},
            *("indeterminate", "ISH ratio 1.20, no verdict", "negative"),
        ),
        ("74860-8", {"valueQuantity": {"value": 8}}, "indeterminate", "indeterminate", ""),
    ],
)
def test_her2_is_read_by_score_or_by_the_laboratorys_verdict(
    code: str, value: Resource, outcome: str, text: str, leans: str
) -> None:
    """A ratio without a copy number or a verdict is indeterminate and says which way it points."""
    result = result_of(observed(code, **value))
    assert (result.outcome.value, result.text, result.leans) == (outcome, text, leans)


# -- scores -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "more", "text"),
    [
        ("83052-1", share(60), "60 % (22C3)"),
        ("83053-9", share(60), "TPS 60 %"),
        ("83055-4", {"valueString": "TPS <1%"}, "TPS <1 % (28-8)"),
        ("83057-0", {"valueQuantity": {"value": 5, "unit": "% IC"}}, "IC 5 % (SP142)"),
        ("85147-7", {"valueQuantity": {"value": 20, "unit": "CPS"}}, "CPS 20 (22C3)"),
        (
            "85147-7",
            {
                "component": [
                    {"code": {"text": "Combined positive score"}, "valueQuantity": {"value": 12}}
                ]
            },
            "CPS 12 (22C3)",
        ),
        (
            "83053-9",
            {**share(50), "method": {"text": "SP263 assay"}},
            "TPS 50 % (SP263)",
        ),
    ],
)
def test_pd_l1_keeps_its_clone_and_kind_of_score(code: str, more: Resource, text: str) -> None:
    """Scores of other clones and kinds are not comparable, so each says which it is."""
    result = result_of(observed(code, **more))
    assert (result.outcome.value, result.text) == ("reported", text)


@pytest.mark.parametrize(
    ("quantity", "outcome"),
    [
        ({"value": 12, "code": "1/1000000{Base}"}, "positive"),
        ({"value": 25, "code": "1/1000000", "unit": "Mutations/Megabase"}, "positive"),
        ({"value": 25, "unit": "somatic variants per megabase of sequenced DNA"}, "positive"),
        ({"value": 4, "unit": "mut/Mb"}, "negative"),
        ({"value": 10, "comparator": "<", "unit": "mut/Mb"}, "negative"),
        ({"value": 5, "comparator": ">", "unit": "mut/Mb"}, "indeterminate"),
        ({"value": 250}, "indeterminate"),
        ({"value": 12, "unit": "mutations"}, "indeterminate"),
    ],
)
def test_tmb_is_high_only_by_its_unit(quantity: Resource, outcome: str) -> None:
    """Ten mutations a megabase; a number without that unit says nothing."""
    assert result_of(observed("94076-7", valueQuantity=quantity)).outcome.value == outcome


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ({"valueCodeableConcept": {"text": "MSI-H"}}, "positive"),
        ({"valueCodeableConcept": loinc("LA14122-8", "Stable")}, "negative"),
        ({"valueString": "Microsatellite stable"}, "negative"),
        (share(35), "indeterminate"),
        ({**share(35), **flag("H")}, "positive"),
        ({**share(2), **flag("N")}, "negative"),
    ],
)
def test_msi_needs_a_verdict(value: Resource, outcome: str) -> None:
    """A share of unstable loci has no common cut-off."""
    assert result_of(observed("81695-9", **value)).outcome.value == outcome


# -- mismatch repair proteins -------------------------------------------------------------


def _stain(protein: str, text: str, number: int = 0) -> Resource:
    code = {"text": f"{protein} protein expression by IHC"}
    return observed(code, f"stain-{protein}-{number}", valueString=text)


@pytest.mark.parametrize(
    ("stains", "outcome", "text"),
    [
        ({"MLH1": "Loss of nuclear expression", "PMS2": "lost"}, "positive", "MLH1 and PMS2 lost"),
        ({"MSH6": "Absent", "MLH1": "Intact"}, "positive", "MSH6 lost"),
        (
            dict.fromkeys(("MLH1", "MSH2", "MSH6", "PMS2"), "Intact nuclear expression"),
            *("negative", "mismatch repair proteins intact"),
        ),
        (
            dict.fromkeys(("MLH1", "MSH2", "MSH6", "PMS2"), "No loss of expression"),
            *("negative", "mismatch repair proteins intact"),
        ),
        (
            {"MLH1": "retained", "MSH2": "retained", "MSH6": "patchy", "PMS2": "retained"},
            *("indeterminate", "MSH6 not clear"),
        ),
        ({"MLH1": "intact"}, "indeterminate", "only MLH1 reported, intact"),
        ({"MLH1": "see report"}, "unknown", "not understood"),
    ],
)
def test_four_stains_give_one_answer(stains: dict[str, str], outcome: str, text: str) -> None:
    """Four intact is proficient, any clear loss deficient, mixed or patchy neither."""
    result = result_of(*[_stain(name, value) for name, value in stains.items()])
    assert result.biomarkers == ("MSI",)
    assert (result.outcome.value, result.text) == (outcome, text)


@pytest.mark.parametrize(
    "observation",
    [
        observed(
            {"text": "Mismatch repair proteins"},
            valueString="Loss of MLH1 and PMS2; MSH2 and MSH6 intact",
        ),
        observed(
            {"text": "Mismatch repair proteins by immunohistochemistry"},
            component=[
                {"code": {"text": "MLH1"}, "valueCodeableConcept": {"text": "Loss"}},
                {"code": {"text": "PMS2"}, "valueString": "loss of expression"},
                {"code": {"text": "MSH2"}, "valueString": "Intact"},
            ],
        ),
    ],
    ids=["in words", "in components"],
)
def test_stains_may_come_in_one_observation(observation: Resource) -> None:
    """The proteins of one Observation are read from its text or its components."""
    assert result_of(observation).text == "MLH1 and PMS2 lost"


@pytest.mark.parametrize(
    "text", ["MLH1 promoter methylation", "MLH1 gene mutation analysis", "MSH2 germline test"]
)
def test_other_tests_of_these_genes_are_no_stains(text: str) -> None:
    """Methylation and sequence say nothing of the proteins."""
    chart = chart_of(observed({"text": text}, valueString="absent"))
    assert [each.biomarkers for each in chart.results if "methylation" not in text] == []
    assert all(each.biomarkers == ("MLH1 methylation",) for each in chart.results)


def test_a_stain_on_two_days_is_two_answers() -> None:
    """Each specimen has its own four stains."""
    first = _stain("MLH1", "lost")
    second = {**_stain("MSH2", "intact"), "effectiveDateTime": "2026-11-01"}
    assert [each.text for each in chart_of(first, second).results] == [
        "only MSH2 reported, intact",
        "MLH1 lost",
    ]
