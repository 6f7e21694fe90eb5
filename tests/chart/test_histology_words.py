"""The histology in the name of a diagnosis, where no code tells it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chart.builders import ME, chart_of, concept

ICD = "http://hl7.org/fhir/sid/icd-10-cm"


def _found(code: str, name: str, **more: Any) -> tuple[str, str]:
    coded = {**concept(ICD, code), "text": name}
    (diagnosis,) = chart_of(
        {"resourceType": "Condition", "id": "c", "subject": ME, "code": coded, **more}
    ).diagnoses
    return diagnosis.cancer, diagnosis.histology


@pytest.mark.parametrize(
    ("code", "name", "cancer", "histology"),
    [
        ("C34.11", "Primary adenocarcinoma of upper lobe of right lung", "nsclc", "adenocarcinoma"),
        ("C34.90", "Non-small cell lung cancer, left", "nsclc", "nsclc-nos"),
        ("C34.90", "Non-small-cell lung cancer", "nsclc", "nsclc-nos"),
        ("C34.90", "Carcinoma of lung, non\u2010small\u2010cell", "nsclc", "nsclc-nos"),
        ("C34.90", "Small cell lung cancer, extensive stage", "sclc", "small-cell"),
        ("C56.1", "Serous borderline tumour of right ovary", "ovarian:borderline", "borderline"),
        ("C25.9", "Adenocarcinoma, borderline resectable", "pancreatic", "adenocarcinoma"),
        ("C56.1", "High grade serous carcinoma of right ovary", "ovarian", "high-grade-serous"),
        ("C25.9", "Metastatic pancreatic adenocarcinoma (HCC)", "pancreatic", "adenocarcinoma"),
        ("C25.9", "Neuroendocrine tumor of pancreas", "pancreatic:neuroendocrine",
         "neuroendocrine"),
        ("C16.9", "Gastrointestinal stromal tumor of stomach", "gastric_gej",
         "gastrointestinal-stromal"),
    ],
)  # fmt: skip
def test_the_name_tells_what_a_site_code_does_not(
    code: str, name: str, cancer: str, histology: str
) -> None:
    """EHRs send the clinician's term as text, over an ICD-10-CM code that names the site."""
    assert _found(code, name) == (cancer, histology)


@pytest.mark.parametrize(
    "name",
    [
        "Lung cancer",
        "Suspected adenocarcinoma of lung",
        "Lung mass, adenocarcinoma vs small cell",
        "Carcinoma of lung without adenocarcinoma",
        "Lung cancer with small cell component",
        "Lung cancer, history of small cell carcinoma",
        "Lung mass, adenocarcinoma to be excluded",
        "Adenocarcinoma in situ of lung",
        "Lung cancer, hx Hodgkin lymphoma",
    ],
)
def test_a_name_in_doubt_tells_nothing(name: str) -> None:
    """The site stays a site: one asks."""
    assert _found("C34.11", name) == ("lung_nos", "")


def test_a_tumour_that_can_perhaps_be_resected_is_no_tumour_of_borderline_malignancy() -> None:
    """A cancer known by its code keeps its rules: the name says how far it has spread."""
    assert _found("C16.9", "Borderline resectable stomach cancer") == ("gastric_gej", "")


def test_two_histologies_in_one_name_are_unknown() -> None:
    """Adenocarcinoma and neuroendocrine carcinoma in one name: which it is is not known."""
    name = "Adenocarcinoma and neuroendocrine carcinoma of lung"
    assert _found("C34.11", name) == ("lung_nos", "unknown")


def test_a_recorded_histology_comes_before_the_name() -> None:
    """The mCODE extension is the pathologist's word."""
    url = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
    squamous = concept("http://terminology.hl7.org/CodeSystem/icd-o-3", "8070/3")
    more = {"extension": [{"url": url, "valueCodeableConcept": squamous}]}
    assert _found("C34.11", "Adenocarcinoma of lung", **more) == ("nsclc", "squamous")
