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
from tests.pages.opened_charts import FAMILY, LUNG, guidance, opened_bundle, opened_story
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
    return replace(opened, chart=replace(opened.chart, reach=lacking))


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
