"""Genetic results of relatives: whose they are, and what they tell of the relative."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.family.export.formats import FORMATS, write
from oncology.family.model import Pedigree
from oncology.family.read import read_pedigree
from oncology.reading.decode import read_records
from smartapp.pages.family import relative as row
from tests.family.builders import (
    PATIENT,
    TERMINOLOGY,
    TODAY,
    bundle,
    linked,
    observed,
    relative,
)

NEGATIVE, POSITIVE, KNOWN_BRCA1, BRCA1_FOUND = "LA6577-6", "LA6576-8", "79207-7", "21636-6"
WITHOUT = observed("o", KNOWN_BRCA1, NEGATIVE)


def _read(*resources: dict[str, Any]) -> tuple[Chart, Pedigree]:
    chart = read_chart(read_records(bundle(PATIENT, *resources)), TERMINOLOGY)
    return chart, read_pedigree(chart, TERMINOLOGY, TODAY)


@pytest.mark.parametrize("reference", ["Observation/o", "https://ehr.example/Observation/o"])
def test_a_result_linked_to_a_relative_is_the_relatives(reference: str) -> None:
    """It is not the patient's own, though the patient is its subject."""
    mother = relative("m", "MTH", **linked(reference))
    chart, family = _read(mother, observed("o", BRCA1_FOUND, POSITIVE))
    assert chart.results == ()
    (trait,) = family.relatives[0].traits
    assert (trait.name, trait.is_certain, trait.reference) == ("BRCA1", True, "Observation/o")


def test_a_result_that_no_relative_is_linked_to_stays_the_patients() -> None:
    """Another Observation of the same chart."""
    mother = relative("m", "MTH", **linked("Observation/other"))
    chart, _ = _read(
        mother,
        observed("other", BRCA1_FOUND, POSITIVE),
        observed("mine", BRCA1_FOUND, NEGATIVE),
    )
    assert [each.reference for each in chart.results] == ["Observation/mine"]


def test_the_results_of_a_linked_report_are_the_relatives() -> None:
    """Seen in an example of HL7: the extension points to a DiagnosticReport."""
    report = {
        "resourceType": "DiagnosticReport",
        "id": "d",
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"text": "BRCA1"},
        "result": [{"reference": "Observation/o"}],
    }
    mother = relative("m", "MTH", **linked("DiagnosticReport/d"))
    chart, family = _read(mother, report, observed("o", BRCA1_FOUND, POSITIVE))
    assert (chart.results, chart.reports) == ((), ())
    assert [each.name for each in family.relatives[0].traits] == ["BRCA1"]


def test_a_contained_result_is_the_relatives() -> None:
    """The Observation stands inside the relative's record."""
    inside = observed("o", BRCA1_FOUND, POSITIVE)
    mother = relative("m", "MTH", **linked("#o"), contained=[inside])
    _, family = _read(mother)
    assert [each.name for each in family.relatives[0].traits] == ["BRCA1"]


@pytest.mark.parametrize("whom", ["FamilyMemberHistory/m", "RelatedPerson/r", "Patient/q"])
def test_a_result_about_somebody_else_is_not_the_patients(whom: str) -> None:
    """Its focus says whom it is about; of a relative on record it is used."""
    result = observed("o", BRCA1_FOUND, POSITIVE, focus=[{"reference": whom}])
    chart, family = _read(relative("m", "MTH"), result)
    assert chart.results == ()
    assert [each.name for each in family.relatives[0].traits] == ["BRCA1"] * (whom[0] == "F")
    assert any(each.reference == "Observation/o" for each in chart.notes)


def test_a_result_about_the_patient_stays_the_patients() -> None:
    """Some senders name the patient as focus too, others the Condition."""
    for focus in ("Patient/p", "Condition/c"):
        result = observed("o", BRCA1_FOUND, POSITIVE, focus=[{"reference": focus}])
        assert [each.reference for each in _read(result)[0].results] == ["Observation/o"]


@pytest.mark.parametrize(
    "observation",
    [
        observed("o", "21484-1", POSITIVE),
        observed("o", BRCA1_FOUND, POSITIVE, status="entered-in-error"),
        {
            "resourceType": "Observation",
            "id": "o",
            "status": "final",
            "code": {"text": "Ashkenazi Jewish ancestry"},
            "valueBoolean": True,
        },
    ],
)
def test_what_is_no_result_tells_nothing(observation: dict[str, Any]) -> None:
    """The extension also carries ancestry; an Observation entered in error is none."""
    mother = relative("m", "MTH", **linked("Observation/o"))
    chart, family = _read(mother, observation)
    assert (family.relatives[0].traits, family.relatives[0].tests, chart.results) == ((), (), ())


def test_who_was_tested_stands_in_the_table_of_relatives() -> None:
    """A test without a finding is told; one with a finding is told once."""
    mother = relative("m", "MTH", **linked("Observation/o"))
    sister = relative("s", "SIS", **linked("Observation/p"))
    _, family = _read(mother, sister, WITHOUT, observed("p", BRCA1_FOUND, POSITIVE))
    assert [row(each, "").traits for each in family.relatives] == [
        "tested for BRCA1 (variant known in the family): negative",
        "BRCA1 variant",
    ]


@pytest.mark.parametrize("wanted", [each.id for each in FORMATS])
def test_a_test_that_no_format_carries_is_listed_with_the_file(wanted: str) -> None:
    """Who was tested without a finding is not left out in silence."""
    _, family = _read(relative("m", "MTH", **linked("Observation/o")), WITHOUT)
    file = write(wanted, family, TERMINOLOGY, date(2026, 11, 22))
    told = "(mother): tested for BRCA1 (variant known in the family): negative"
    assert any(told in each for each in file.lost)
