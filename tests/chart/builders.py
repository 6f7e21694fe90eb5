"""Small charts in the words of the laboratory: Observations, reports, one patient."""

from __future__ import annotations

import json
from typing import Any

from oncocue.folders import guidance_folder
from oncology.chart.model import Chart, Result
from oncology.chart.read import read_chart
from oncology.reading.decode import read_records
from oncology.terminology import load_terminology

Resource = dict[str, Any]
LOINC, SNOMED, HGNC = "http://loinc.org", "http://snomed.info/sct", "http://www.genenames.org"
GR = "http://hl7.org/fhir/uv/genomics-reporting/CodeSystem/"
ME = {"reference": "Patient/p"}
PERCENT = {"system": "http://unitsofmeasure.org", "code": "%", "unit": "%"}
PATIENT: Resource = {"resourceType": "Patient", "id": "p", "gender": "female"}
TERMINOLOGY = load_terminology(guidance_folder() / "terminology")
PRESENT, ABSENT = "LA9633-4", "LA9634-2"
SOMATIC, GERMLINE = "LA6684-0", "LA6683-2"


def concept(system: str, code: str, display: str | None = None) -> Resource:
    """One coding."""
    coding = {"system": system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def loinc(code: str, display: str | None = None) -> Resource:
    """A LOINC coding."""
    return concept(LOINC, code, display)


def part(code: str, **value: Any) -> Resource:
    """A component by LOINC code."""
    return {"code": loinc(code), **value}


def gene(symbol: str) -> Resource:
    """The gene studied, by its HGNC id."""
    ids = {name: each for each, name in TERMINOLOGY.genes.items()}
    return part("48018-6", valueCodeableConcept=concept(HGNC, ids[symbol], symbol))


def observed(code: Resource | str, identifier: str = "o", **more: Any) -> Resource:
    """A final Observation of 1 October 2026."""
    return {
        "resourceType": "Observation",
        "id": identifier,
        "status": "final",
        "code": loinc(code) if isinstance(code, str) else code,
        "subject": ME,
        "effectiveDateTime": "2026-10-01",
        **more,
    }


def variant(*components: Resource, identifier: str = "v", call: str = "", **more: Any) -> Resource:
    """A Variant; without a call it has no value."""
    value = {"valueCodeableConcept": loinc(call)} if call else {}
    return observed("69548-6", identifier, component=list(components), **value, **more)


def region(*genes: str, identifier: str = "region", **more: Any) -> Resource:
    """A region studied with these genes."""
    return observed("53041-0", identifier, component=[gene(each) for each in genes], **more)


def report(*results: str, status: str = "final", **more: Any) -> Resource:
    """A genetic analysis report that lists Observations."""
    return {
        "resourceType": "DiagnosticReport",
        "id": "report",
        "status": status,
        "code": loinc("51969-4"),
        "subject": ME,
        "effectiveDateTime": "2026-10-02",
        "result": [{"reference": f"Observation/{each}"} for each in results],
        **more,
    }


def chart_of(*resources: Resource) -> Chart:
    """The chart of one patient with these resources."""
    entries = [{"resource": each} for each in (PATIENT, *resources)]
    body = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return read_chart(read_records(json.dumps(body).encode()), TERMINOLOGY)


def result_of(*resources: Resource) -> Result:
    """The one result of a chart."""
    results = chart_of(*resources).results
    assert len(results) == 1, results
    return results[0]


def outcomes(chart: Chart) -> dict[str, str]:
    """Biomarker → outcome, the newest result of each."""
    found: dict[str, str] = {}
    for result in chart.results:
        for name in result.biomarkers:
            found.setdefault(name, result.outcome.value)
    return found


def share(value: float, **more: Any) -> Resource:
    """A percentage as Quantity."""
    return {"valueQuantity": {"value": value, **PERCENT, **more}}


def flag(code: str) -> Resource:
    """An interpretation."""
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return {"interpretation": [concept(system, code)]}


POSITIVE, NEGATIVE = concept(SNOMED, "10828004"), concept(SNOMED, "260385009")
