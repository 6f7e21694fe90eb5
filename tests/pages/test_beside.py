"""What pages show beside the judged chart: specimens, methods, laboratories, performance status."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from oncology.reading.decode import read_records
from smartapp.beside import Beside, Made, read_beside
from smartapp.opened import EarlierCards, ShownCard
from smartapp.pages.timeline import events
from tests.pages.opened_charts import LUNG, FixtureCharts, opened_bundle, opened_story
from tests.support.hook_calls import chart

ME = {"reference": "Patient/p1"}
LOINC = "http://loinc.org"


def beside(*resources: dict[str, Any]) -> Beside:
    """What is read of these resources and a patient."""
    patient = {"resourceType": "Patient", "id": "p1"}
    entries = [{"resource": each} for each in (patient, *resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return read_beside(read_records(json.dumps(bundle).encode()), "p1")


def observation(identifier: str, code: str = "69548-6", **more: Any) -> dict[str, Any]:
    """A final Observation of this patient."""
    return {
        "resourceType": "Observation",
        "id": identifier,
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": ME,
        **more,
    }


SPECIMEN = {
    "resourceType": "Specimen",
    "id": "s1",
    "subject": ME,
    "type": {"coding": [{"display": "Lung biopsy"}]},
    "collection": {"collectedPeriod": {"start": "2026-11-02T08:00:00Z"}},
}


def test_a_result_says_on_what_how_and_where_it_was_made() -> None:
    """Specimen by its resource, method by its words, laboratory by the report it stands in."""
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "subject": ME,
        "performer": [{"reference": "Organization/o"}, {"display": "North Laboratory"}],
        "result": [{"reference": "Observation/o1"}],
    }
    made = observation(
        "o1",
        specimen={"reference": "Specimen/s1"},
        method={"text": "Massively parallel sequencing"},
    )
    found = beside(made, SPECIMEN, report)
    expected = Made("Lung biopsy", "Massively parallel sequencing", "North Laboratory")
    assert found.tests == {"Observation/o1": expected}


def test_a_specimen_that_did_not_come_goes_by_its_display() -> None:
    """A reference that leads nowhere still says what the sender wrote beside it."""
    stated = {"reference": "Specimen/elsewhere", "display": "Pleural fluid"}
    assert beside(observation("o1", specimen=stated)).tests == {
        "Observation/o1": Made("Pleural fluid")
    }


@pytest.mark.parametrize(
    "performer", [{"display": "North Laboratory"}, [{"actor": {"display": "North Laboratory"}}]]
)
def test_a_report_of_another_release_is_read(performer: object) -> None:
    """DSTU2 names one performer, STU3 wraps each: the report counts as before."""
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r1",
        "status": "final",
        "performer": performer,
        "result": [{"reference": "Observation/o1"}],
    }
    found = beside(observation("o1"), report)
    assert "DiagnosticReport/r1" in {each.reference for each in found.held}


def test_specimens_and_procedures_stand_in_the_timeline() -> None:
    """With their day; what was not done is no event."""
    bundle = chart(LUNG)
    procedure = {
        "resourceType": "Procedure",
        "id": "bronchoscopy",
        "status": "completed",
        "code": {"text": "Bronchoscopy with biopsy"},
        "subject": {"reference": f"Patient/{LUNG}"},
        "performedDateTime": "2026-11-02",
    }
    undone = {**procedure, "id": "undone", "status": "not-done", "code": {"text": "Lobectomy"}}
    bundle["entry"] += [{"resource": procedure}, {"resource": undone}]
    shown = {each.text: each.when for each in events(opened_bundle(bundle, LUNG))}
    assert shown["Procedure: Bronchoscopy with biopsy"] == "2 Nov 2026"
    assert shown["Specimen from lung obtained by biopsy"] == "2 Nov 2026"
    assert "Procedure: Lobectomy" not in shown


def test_the_newest_performance_status_is_shown() -> None:
    """ECOG as a number, Karnofsky as a quantity; one entered in error is none."""
    found = beside(
        observation("old", "89247-1", valueInteger=0, effectiveDateTime="2026-05-01"),
        observation("new", "89243-0", valueQuantity={"value": 80}, effectiveDateTime="2026-06-01"),
        observation(
            "wrong",
            "89247-1",
            valueInteger=4,
            effectiveDateTime="2026-07-01",
            status="entered-in-error",
        ),
    )
    assert found.performance is not None
    assert (found.performance.text, found.performance.reference) == (
        "Karnofsky 80",
        "Observation/new",
    )


def test_what_is_another_patient_s_is_left_out() -> None:
    """A resource of somebody else among the answers is shown nowhere."""
    other = {"subject": {"reference": "Patient/p2"}}
    found = beside({**observation("o1", "89247-1", valueInteger=1), **other}, {**SPECIMEN, **other})
    assert found == Beside()


def test_the_newest_day_of_each_type() -> None:
    """As the page about the data tells it."""
    newest = opened_story(LUNG).beside.newest
    assert newest["ServiceRequest"].words() == "3 Nov 2026"
    assert "Patient" not in newest


def test_earlier_cards_stand_in_the_timeline(charts: FixtureCharts, client: FlaskClient) -> None:
    """What was shown and what became of it; a record that cannot be read is said to be so."""
    card = ShownCard(
        datetime(2026, 11, 10, 9, tzinfo=UTC), "Non-small cell lung cancer", "accepted"
    )
    charts.shown[LUNG] = EarlierCards((card,))
    page = client.get(f"/l/{LUNG}/timeline").text
    assert "Card shown: Non-small cell lung cancer, accepted" in page
    assert "10 Nov 2026" in page
    charts.shown[LUNG] = EarlierCards(problem="Earlier cards could not be read now.")
    assert "Earlier cards could not be read now." in client.get(f"/l/{LUNG}/timeline").text
    del charts.shown[LUNG]
