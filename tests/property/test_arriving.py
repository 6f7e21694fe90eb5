"""However a chart arrives, it is the same chart."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from oncology.reading.decode import read_records, read_tolerantly
from tests.property.charts import Chart, charts, noise
from tests.property.codes import PATIENT, Resource
from tests.property.judging import bundle, chart_from, chart_of, encode, shown

_READ_TYPES = frozenset(
    [
        "Condition",
        "DiagnosticReport",
        "FamilyMemberHistory",
        "MedicationAdministration",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Procedure",
        "ServiceRequest",
    ]
)


@given(charts(), st.randoms(use_true_random=False))
def test_the_order_sent_in_does_not_matter(chart: Chart, random: Any) -> None:
    """Findings are the same, word for word, whatever order the resources come in."""
    mixed = list(chart)
    random.shuffle(mixed)
    assert shown(chart_of(mixed)) == shown(chart_of(chart))


@given(charts(), st.data())
def test_a_resource_sent_twice_counts_once(chart: Chart, data: st.DataObject) -> None:
    """Copies with the same id, as overlapping searches send them, change nothing."""
    again = data.draw(st.lists(st.sampled_from(chart), min_size=1))
    assert shown(chart_of(chart + again)) == shown(chart_of(chart))
    assert shown(chart_of(again + chart)) == shown(chart_of(chart))


@given(charts(), st.data())
def test_what_is_about_something_else_does_not_matter(chart: Chart, data: st.DataObject) -> None:
    """Vital signs, encounters, claims and local codes without meaning here change nothing."""
    more = [data.draw(noise(f"n{n}")) for n in range(data.draw(st.integers(1, 4)))]
    assert shown(chart_of(more + chart)) == shown(chart_of(chart))


def _of_another(resource: Resource) -> Resource:
    text = json.dumps(resource).replace(f'"Patient/{PATIENT}"', '"Patient/other"')
    changed: Resource = json.loads(text)
    return {**changed, "id": "other" if changed["resourceType"] == "Patient" else changed["id"]}


@given(charts(), charts())
def test_another_patient_s_resources_are_not_used(chart: Chart, other: Chart) -> None:
    """They change no finding, and each is told by a note."""
    others = [_of_another(each) for each in other]
    for number, each in enumerate(others):
        if each["resourceType"] not in ("Patient", "Medication"):
            each["id"] = f"other{number}"
    alone, together = chart_of(chart), chart_of(others + chart)
    assert shown(together) == shown(alone)
    noted = {note.reference for note in together.notes}
    for each in others:
        if each["resourceType"] in _READ_TYPES | {"Patient"}:
            assert f"{each['resourceType']}/{each['id']}" in noted


@given(charts())
def test_both_ways_of_decoding_agree(chart: Chart) -> None:
    """The fast path and the tolerant path read the same chart from a body without faults."""
    body = bundle(chart)
    assert chart_from(read_records(body)) == chart_from(read_tolerantly(body))


@given(charts())
def test_one_faulty_entry_does_not_change_how_others_are_read(chart: Chart) -> None:
    """A malformed resource of no bearing sends the body down the tolerant path, nothing more."""
    vitals = {"resourceType": "Observation", "id": "n", "code": {"text": "Pulse"}, "status": 7}
    coded = {**vitals, "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]}}
    assert shown(chart_of([*chart, coded])) == shown(chart_of(chart))


def _by_urn(chart: Chart) -> bytes:
    """A transaction whose references are the fullUrls of its entries."""
    names = {
        f"{each['resourceType']}/{each['id']}": f"urn:uuid:00000000-0000-4000-8000-{number:012}"
        for number, each in enumerate(chart)
    }

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: names.get(each, each) if name == "reference" else renamed(each)
                for name, each in value.items()
            }
        return [renamed(each) for each in value] if isinstance(value, list) else value

    entries = [
        {
            "fullUrl": url,
            "resource": renamed(each),
            "request": {"method": "POST", "url": each["resourceType"]},
        }
        for each, url in zip(chart, names.values(), strict=True)
    ]
    return encode({"resourceType": "Bundle", "type": "transaction", "entry": entries})


def _absolute(chart: Chart) -> bytes:
    """Search results whose references are absolute."""
    base = "https://ehr.example/fhir"
    text = json.dumps(chart).replace('"reference": "', f'"reference": "{base}/')
    entries = [
        {"fullUrl": f"{base}/{each['resourceType']}/{each['id']}", "resource": each}
        for each in json.loads(text.replace(f"{base}/#", "#"))
    ]
    return encode({"resourceType": "Bundle", "type": "searchset", "entry": entries})


@given(charts())
def test_every_envelope_holds_the_same_chart(chart: Chart) -> None:
    """Bundles of every type, an array and NDJSON give the same findings."""
    expected = shown(chart_of(chart))
    bodies = {
        "searchset": bundle(chart, "searchset"),
        "absolute": _absolute(chart),
        "transaction": _by_urn(chart),
        "nested": bundle([json.loads(bundle([each])) for each in copy.deepcopy(chart)]),
        "array": encode(chart),
        "NDJSON": b"\n".join(map(encode, chart)),
    }
    for name, body in bodies.items():
        assert shown(chart_from(read_records(body))) == expected, name
