"""The app at the sandbox EHR: every mood of a vendor, every fault, each with what the user sees."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests

from sandbox.conduct.fault import faults
from sandbox.conduct.mood import moods
from smartapp.opened import OpenedChart, Reading
from tests.smartapp.attacks import FAULTS
from tests.smartapp.sandbox_launches import FLAGSHIP, Hospital, running_hospital
from tests.support.smart_launches import Browser, charts_of


@pytest.fixture(scope="module")
def hospital() -> Iterator[Hospital]:
    """The sandbox EHR and the app."""
    with running_hospital() as running:
        yield running


def launched(hospital: Hospital, conduct: str, **context: object) -> tuple[Browser, str, str]:
    """A launch as far as it goes: the browser, the path of the chart or none, the page."""
    browser = hospital.browser()
    started = browser.get(browser.get(hospital.link(conduct, **context)).location)
    if started.status_code != 302:
        return browser, "", started.text
    answer = requests.get(started.location, allow_redirects=False, timeout=30)
    assert answer.status_code in (302, 303), answer.text
    back = answer.headers["Location"].removeprefix(hospital.service)
    finished = browser.get(back)
    if finished.status_code != 303:
        return browser, "", finished.text
    page = browser.get(finished.location)
    page = browser.get(page.location) if page.status_code == 303 else page
    return browser, finished.location, page.text


def opened(browser: Browser, path: str) -> OpenedChart:
    """The chart behind a path."""
    return charts_of(browser, path)


@pytest.mark.conformance("smart-app", 10, 22)
@pytest.mark.parametrize("mood", sorted(moods()))
def test_every_vendor_s_mood_opens_a_chart(hospital: Hospital, mood: str) -> None:
    """Launch, read, judge: the lung cancer is found, and what the EHR lacks is said."""
    browser, path, page = launched(hospital, "" if mood == "standard" else mood)

    assert path, page
    seen = opened(browser, path)
    assert [each.cancer for each in seen.chart.diagnoses] == ["nsclc"]
    lacking = {each.resource_type for each in seen.loaded if each.state is not Reading.READ}
    offered = moods()[mood].searching("FamilyMemberHistory").is_offered
    assert ("FamilyMemberHistory" in lacking) != offered


def test_every_fault_of_the_sandbox_is_in_the_table() -> None:
    """None is left out."""
    assert set(FAULTS) == set(faults())


@pytest.mark.parametrize("fault", sorted(faults()))
def test_a_fault_shows_its_page(hospital: Hospital, fault: str) -> None:
    """Either a page that says what to do, or the chart with what is missing said on it."""
    expected = FAULTS[fault]

    browser, path, page = launched(hospital, f"standard+{fault}")

    if expected.code:
        assert f"<code>{expected.code}</code>" in page
        assert "What to do" in page
        assert not path or browser.get(f"{path}summary").status_code >= 400
    else:
        assert path, page
        seen = opened(browser, path)
        lacking = {each.resource_type for each in seen.loaded if each.state is not Reading.READ}
        assert lacking == set(expected.lacking)
        for kind in expected.lacking:
            assert kind in page or "could not be read in full" in page
    assert "<script>" not in page
    assert "alert(" not in re.sub(r"&[a-z#0-9]+;", "", page) or "&lt;script" in page


def test_scripts_in_every_text_of_a_chart_do_nothing(hospital: Hospital) -> None:
    """Escaped on every page."""
    browser, path, _ = launched(hospital, "standard+scripts")

    for name in ("summary", "biomarkers", "family", "orders", "timeline", "data", "why-not"):
        page = browser.get(f"{path}{name}")
        assert page.status_code == 200
        assert not re.search(r"<script(?! src=\"/app/static/)", page.text)
        assert not re.search(r"<[^>]+\son\w+=", page.text)


@pytest.mark.parametrize("user", ["patient", "relative", "person"])
def test_people_who_are_no_care_team_see_the_plain_page(hospital: Hospital, user: str) -> None:
    """Whatever the EHR lets them launch."""
    from sandbox.smart.context import user_reference

    _, path, page = launched(hospital, "", user=user_reference(user, FLAGSHIP))

    assert not path
    assert "not-for-patients" in page


def test_a_draft_is_created_once(hospital: Hospital) -> None:
    """At the EHR, for this patient alone; the same draft again brings the same reference."""
    browser, path, _ = launched(hospital, "")
    app, launch = browser.client.application, path.split("/")[2]
    cookie = browser.client.get_cookie("__Host-oncocue")
    assert cookie is not None
    draft = {
        "resourceType": "ServiceRequest",
        "status": "draft",
        "intent": "proposal",
        "identifier": [{"system": "urn:example:drafts", "value": "one"}],
        "code": {"text": "Panel"},
        "subject": {"reference": f"Patient/{FLAGSHIP}"},
    }
    with app.test_request_context(headers={"Cookie": f"{cookie.key}={cookie.value}"}):
        charts = app.extensions["smartapp"]
        assert charts.open(launch).may_write
        sent = charts.create(launch, draft)
        again = charts.create(launch, draft)
        other = charts.create(launch, {**draft, "subject": {"reference": "Patient/other"}})
        kind = charts.create(launch, {**draft, "resourceType": "MedicationRequest"})

    assert sent.reference.startswith("ServiceRequest/")
    assert again == sent
    assert "not about the patient" in other.problem
    assert kind.problem
