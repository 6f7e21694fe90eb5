"""What a card says of results that are on file in a form nobody here can read."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from cds_hooks.profiles import load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import cards_of, judge
from oncology.guidance.load import load_guidance
from tests.chart.builders import (
    ME,
    PRESENT,
    SNOMED,
    concept,
    gene,
    observed,
    part,
    report,
    variant,
)

_GUIDANCE = load_guidance(guidance_folder())
_LUNG, _BREAST = concept(SNOMED, "254626006"), concept(SNOMED, "254837009")
_TOPICS = ("BIOMARKERNSCLC", "BIOMARKERBREAST")
_CONFIRMED = {"coding": [{"code": "active"}]}


def _card(
    *resources: dict[str, Any], code: dict[str, Any] = _LUNG, onset: str = "2026-09-01"
) -> dict[str, Any]:
    patient = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1960-01-01"}
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": ME,
        "clinicalStatus": _CONFIRMED,
        "code": code,
        "onsetDateTime": onset,
        "stage": [{"summary": {"text": "Stage IV"}}],
    }
    entries = [{"resource": each} for each in (patient, condition, *resources)]
    body = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    judged = judge(body.encode(), _GUIDANCE, date(2026, 11, 22))
    cards: list[dict[str, Any]] = cards_of(judged, _GUIDANCE, load_profiles()["standard"])
    return next(each for each in cards if each["source"]["topic"]["code"] in _TOPICS)


def _line(card: dict[str, Any], label: str) -> str:
    starts = f"- **{label}:** "
    lines = [each for each in card["detail"].splitlines() if each.startswith(starts)]
    return lines[0].removeprefix(starts) if lines else ""


def test_a_gene_with_a_result_under_an_unknown_code_is_not_called_missing() -> None:
    """The code is a laboratory's own, its name says EGFR: the others stay due, with an order."""
    card = _card(observed({"text": "EGFR gene mutation analysis"}, valueString="See comment"))
    assert "EGFR" not in _line(card, "No result on file")
    assert "ALK" in _line(card, "No result on file")
    assert _line(card, "Not read") == "EGFR: possible result, check the report (1 Oct 2026)"
    assert not _line(card, "Read first")


def test_a_failed_sample_under_an_unknown_code_leaves_the_gene_missing() -> None:
    """QNS is no result of EGFR."""
    card = _card(observed({"text": "EGFR gene mutation analysis"}, valueString="QNS"))
    assert "EGFR" in _line(card, "No result on file")


def test_a_known_test_with_a_value_that_is_not_understood_is_named() -> None:
    """ALK by FISH came with words: it is not missing, and the card says that it was not read."""
    card = _card(observed("78205-2", valueString="See scanned report"))
    assert "ALK" not in _line(card, "No result on file")
    assert _line(card, "Not read") == "ALK: not understood (1 Oct 2026)"


def test_the_headline_says_that_an_unread_report_may_hold_the_answer() -> None:
    """A panel report in words is newer than every result: read it before anything is ordered."""
    card = _card(report(conclusion="Genomic findings: EGFR L858R. MSI stable."))
    assert card["summary"] == (
        "Stage IV lung adenocarcinoma: "
        "9 biomarkers without a result; an unread report may hold them"
    )
    assert _line(card, "Read first")
    assert _line(card, "No result, asked for by drug labels only") == "NRG1, PD-L1"


@pytest.mark.parametrize(
    "failed",
    [
        report(status="cancelled"),
        report(conclusion="Quantity not sufficient."),
        report(conclusion="Insufficient tumour content", issued="2026-10-02"),
    ],
)
def test_a_panel_that_failed_is_named_with_what_else_can_be_tested(failed: dict[str, Any]) -> None:
    """Nothing is left to read in it, and nothing was found: another sample may do."""
    card = _card(failed)
    assert card["summary"] == (
        "Stage IV lung adenocarcinoma: "
        "9 biomarkers have no result, the test failed or was insufficient"
    )
    assert _line(card, "Not usable").endswith("ROS1: failed or insufficient (2 Oct 2026)")
    assert "plasma ctDNA" in _line(card, "Can be tested on")
    assert not _line(card, "Read first")
    assert "PD-L1" not in _line(card, "Not usable")


def _icd(identifier: str, code: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identifier,
        "subject": ME,
        "clinicalStatus": _CONFIRMED,
        "code": concept("http://hl7.org/fhir/sid/icd-10-cm", code),
        "onsetDateTime": "2026-09-10",
    }


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Z17.0", "ER positive (10 Sep 2026)"),
        ("Z17.411", "hormone receptor positive, HER2 negative (10 Sep 2026)"),
        ("Z15.01", ""),
    ],
)
def test_a_receptor_by_its_diagnosis_code_is_named_and_is_no_result(code: str, said: str) -> None:
    """A claim: the receptors stay due, and the reader sees what the problem list says."""
    card = _card(_icd("z", code), code=_BREAST)
    assert _line(card, "By diagnosis code, not a result") == said
    assert "ER" in _line(card, "No result on file").split(", ")


def test_a_receptor_with_a_result_is_not_told_by_its_code() -> None:
    """ER was tested: the code of ER says no more; that of HER2 does."""
    tested = observed("85337-4", valueCodeableConcept=concept(SNOMED, "10828004"))
    codes = _icd("z", "Z17.0"), _icd("y", "Z17.32")
    card = _card(*codes, tested, code=_BREAST)
    assert _line(card, "By diagnosis code, not a result") == "HER2 negative (10 Sep 2026)"


def test_a_result_on_file_outlives_a_panel_that_failed() -> None:
    """ALK was tested on its own: the failed panel takes nothing back."""
    card = _card(report(status="cancelled"), observed("78205-2", valueString="negative"))
    assert "ALK" not in _line(card, "Not usable")
    assert "ALK" in _line(card, "On file")


def test_words_that_are_no_plain_failure_are_left_to_a_reader() -> None:
    """Sentences are not judged: the report may hold a result all the same."""
    card = _card(report(conclusion="Insufficient for RNA; EGFR L858R found in DNA."))
    assert not _line(card, "Not usable")
    assert _line(card, "Read first")


def test_after_growth_on_treatment_the_card_does_not_speak_of_first_line() -> None:
    """EGFR L858R, worse on osimertinib: the reason is the resistance, not the first line."""
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    found = variant(
        gene("EGFR"), part("48005-3", valueCodeableConcept={"text": "p.Leu858Arg"}), call=PRESENT
    )
    osimertinib = {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "order",
        "subject": ME,
        "medicationCodeableConcept": concept(rxnorm, "1721560"),
        "authoredOn": "2024-02-15",
    }
    worse = observed("97509-4", valueCodeableConcept=concept(SNOMED, "271299001"))
    early = {**found, "effectiveDateTime": "2024-02-01"}
    card = _card(early, osimertinib, worse, onset="2024-01-15")
    assert "Growth on an EGFR inhibitor" in card["detail"]
    assert "First-line" not in card["detail"]


def test_a_result_that_was_read_is_not_listed_as_unread() -> None:
    """BRAF V600E may be of the colon cancer: it is open, and it was read."""
    found = variant(
        gene("BRAF"), part("48005-3", valueCodeableConcept={"text": "p.Val600Glu"}), call=PRESENT
    )
    colon = {
        "resourceType": "Condition",
        "id": "colon",
        "subject": ME,
        "clinicalStatus": _CONFIRMED,
        "code": concept(SNOMED, "363406005"),
        "onsetDateTime": "2026-09-01",
    }
    card = _card(found, colon)
    assert "BRAF" not in _line(card, "Not read")
    assert "BRAF" not in _line(card, "No result on file")
