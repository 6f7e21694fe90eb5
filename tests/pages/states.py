"""Charts in the states a page must bear: gaps, focus, slim banner, other colours, hostile text."""

from __future__ import annotations

import copy
from typing import Any

from msgspec.structs import replace

from oncocue.folders import guidance_folder
from oncology.orders.load import load_order_rules
from oncology.reading.records import Reach
from smartapp.opened import Focus, Loaded, OpenedChart, Patient, Reading, Style, User
from smartapp.order_cards import finding_behind
from tests.family.builders import BREAST, PATIENT, SNOMED, relative, years
from tests.pages.opened_charts import FAMILY, LUNG, guidance, judged, opened_bundle, opened_story
from tests.support.hook_calls import chart

SCRIPT = "<script>window.hacked = true</script>"
_KEPT = {"resourceType", "id", "system", "code", "reference", "status", "fullUrl", "gender", "type"}


def unread(launch: str = "unread") -> OpenedChart:
    """A chart of which parts were refused, cut off, timed out and not granted."""
    bundle = chart(LUNG)
    bundle["entry"] = [
        entry
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] != "FamilyMemberHistory"
    ]
    loaded = (
        Loaded("Condition", Reading.READ, 3),
        Loaded("Observation", Reading.PARTIAL, 200, "laboratory", "The EHR stopped after 200."),
        Loaded("FamilyMemberHistory", Reading.REFUSED, words="The EHR answered 403."),
        Loaded("ServiceRequest", Reading.TIMED_OUT, words="No answer within 10 s."),
        Loaded("DocumentReference", Reading.NOT_GRANTED),
    )
    opened = opened_bundle(bundle, launch, loaded=loaded)
    lacking = {each.resource_type: Reach.LACKING for each in loaded if each.count == 0}
    read = replace(opened.chart, reach=lacking)
    return replace(opened, chart=read, findings=judged(read))


def focused(launch: str = "focused") -> OpenedChart:
    """Opened from the biomarker card, in an EHR that shows its own banner and colours."""
    return opened_story(
        LUNG,
        launch=launch,
        focus=Focus(guidance="nsclc-biomarkers"),
        need_patient_banner=False,
        style=Style(colors={"color_highlight": "#5b2a86", "color_background": "#ffffff"}),
    )


def outdated(launch: str = "outdated") -> OpenedChart:
    """Opened from a card whose question the chart has answered since."""
    return opened_story(LUNG, launch=launch, focus=Focus(topic="TRIALSEARCH"))


def writing(launch: str = "writing") -> OpenedChart:
    """An EHR that takes draft orders."""
    return opened_story(LUNG, launch=launch, may_write=True)


def nameless(launch: str = "nameless") -> OpenedChart:
    """An EHR that says next to nothing of patient and user."""
    opened = opened_story(FAMILY, launch=launch)
    return replace(opened, patient=Patient(id="x"), user=User(), site="")


def hostile(story: str, launch: str) -> OpenedChart:
    """A story with a script element in every text of every resource."""
    bundle = chart(story)
    return opened_bundle(_poisoned(copy.deepcopy(bundle)), launch)


def _poisoned(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _poisoned(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_poisoned(each, key) for each in value]
    if isinstance(value, str) and key not in _KEPT and not key.endswith(("Date", "DateTime")):
        return value if key in ("issued", "authoredOn", "url", "unit") else f"{value}{SCRIPT}"
    return value


def ordered(launch: str = "ordered") -> OpenedChart:
    """Opened from the card of an order: a drug whose test has no result on file."""
    opened = opened_story(LUNG, launch=launch, focus=Focus(topic="EGFRNSCLC"))
    rules = load_order_rules(guidance_folder(), guidance())
    finding = finding_behind(opened.focus, opened.chart, guidance(), rules, opened.today)
    assert finding is not None
    return replace(opened, findings=(finding, *opened.findings))


def blended(launch: str = "blended") -> OpenedChart:
    """A family with everything that can be drawn: adoption, twins, related parents, a finding."""
    concern = {
        "resourceType": "Condition",
        "id": "related",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": SNOMED, "code": "842009"}]},
        "verificationStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                    "code": "confirmed",
                }
            ]
        },
    }
    finding = {"coding": [{"system": SNOMED, "code": "412734009"}]}
    resources = (
        PATIENT,
        concern,
        relative("mother", "MTH", (BREAST, 44), finding, deceasedAge=years(58)),
        relative("father", "FTH", deceasedBoolean=False, ageAge=years(70)),
        relative("twin", "ITWINSIS", (BREAST, 41)),
        relative("other-twin", "TWINBRO"),
        relative("brother", "BRO", status="health-unknown", note=[{"text": "Adopted out."}]),
        relative("adoptive-mother", "ADOPTM"),
        relative("adoptive-father", "ADOPTF", deceasedBoolean=True),
        relative("adopted", "DAUADOPT"),
        relative("son", "SON", ageAge=years(9)),
        relative("cousin", "COUSN", (BREAST, 38)),
    )
    entry = [{"resource": each} for each in resources]
    return opened_bundle({"resourceType": "Bundle", "type": "collection", "entry": entry}, launch)
