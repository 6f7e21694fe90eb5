"""From a card's link in the EHR's frame to a draft order in the EHR's list, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.pages.opened_charts import FAMILY, LUNG
from tests.smartapp.sandbox_launches import Hospital, running_hospital

pytestmark = pytest.mark.chromium

BREAST = "breast-triple-negative-metastatic"


@pytest.fixture(scope="module")
def hospital() -> Iterator[Hospital]:
    """The sandbox EHR and the app, on two sites: localhost and 127.0.0.1."""
    with running_hospital() as running:
        yield running


@pytest.fixture
def ehr_page(browser: Browser) -> Iterator[Page]:
    """A page of the EHR; a word on the console fails the test."""
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    said: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert not [each for each in said if "favicon" not in each and "404" not in each]


def followed(page: Page, hospital: Hospital, story: str, topic: str) -> Frame:
    """The app in the EHR's frame, opened by the link of a card of this topic."""
    link = hospital.link("", story, app_context=json.dumps({"card": "1", "topic": topic}))
    page.goto(hospital.page_with_frames(hospital.service + link))
    frame = page.frame(name="f0")
    assert frame is not None
    frame.wait_for_url("**/l/*/summary")
    return frame


def test_from_the_card_to_the_order_list(ehr_page: Page, hospital: Hospital) -> None:
    """The card's finding comes first; its order is read, sent, and stands in the EHR as a draft."""
    frame = followed(ehr_page, hospital, LUNG, "BIOMARKERNSCLC")
    first = frame.get_by_role("article").first
    expect(first).to_contain_text("From the card you opened")
    first.get_by_role("link", name="Draft order: lung NGS panel, tissue").click()
    expect(frame.locator(".sending")).to_contain_text("Must cover: ALK, ROS1")
    frame.get_by_role("button", name="Send to the record as a draft").click()
    expect(frame.get_by_text("It still needs a signature in the EHR.")).to_be_visible()

    ehr_page.goto(f"{hospital.ehr}/patients/{LUNG}")
    row = ehr_page.get_by_role("row", name="Lung NGS panel, tissue")
    expect(row).to_contain_text("draft")


def test_the_same_walk_by_keyboard_alone(ehr_page: Page, hospital: Hospital) -> None:
    """From the EHR's page into the frame, to the draft, to sending it: Tab and Enter."""
    frame = followed(ehr_page, hospital, BREAST, "BIOMARKERBREAST")
    _tab_to(ehr_page, frame, "Draft order: breast cancer NGS panel")
    ehr_page.keyboard.press("Enter")
    expect(frame.locator(".sending")).to_contain_text("Must cover")
    _tab_to(ehr_page, frame, "Send to the record as a draft")
    ehr_page.keyboard.press("Enter")
    expect(frame.get_by_text("It still needs a signature in the EHR.")).to_be_visible()
    ehr_page.goto(f"{hospital.ehr}/patients/{BREAST}")
    expect(ehr_page.get_by_role("row", name="Breast cancer NGS panel")).to_contain_text("draft")


def _tab_to(page: Page, frame: Frame, words: str) -> None:
    """Press Tab until this link or button of the frame has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if frame.evaluate("(document.activeElement?.textContent ?? '').trim()") == words:
            return
    raise AssertionError(f"{words!r} is not reached by keyboard")


def test_a_letter_is_copied_inside_the_frame(ehr_page: Page, hospital: Hospital) -> None:
    """Where the frame may not use the clipboard the modern way, the older one serves."""
    frame = followed(ehr_page, hospital, FAMILY, "GENREFBROV")
    frame.get_by_role("link", name="Letter: referral to cancer genetics").first.click()
    frame.get_by_role("button", name="Copy text").click()
    expect(frame.locator("#said")).to_have_text("Copied.")
    frame.get_by_text("Text, to copy or change").click()
    field = frame.get_by_label("Plain text of this draft")
    copied = field.input_value()
    field.fill("")
    field.press("Control+v")
    assert field.input_value() == copied


def test_rows_fill_one_by_one_while_a_slow_chart_is_read(
    ehr_page: Page, hospital: Hospital
) -> None:
    """What was read stands there before the rest has come; then the whole summary does."""
    link = hospital.service + hospital.link("standard+slow", LUNG)
    ehr_page.goto(hospital.page_with_frames(link), wait_until="commit")
    frame = ehr_page.frame_locator("iframe")
    rows = frame.locator(".steps li")
    expect(rows.first).to_contain_text("Patient", timeout=20_000)
    first = rows.count()
    expect(frame.get_by_role("heading", name="Reading the chart")).to_be_visible()
    expect(rows.nth(first)).to_be_visible(timeout=20_000)
    expect(frame.get_by_role("heading", name="To decide now")).to_be_visible(timeout=30_000)


def test_without_scripts_the_summary_comes_by_itself(browser: Browser, hospital: Hospital) -> None:
    """The way onward is in the page."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(hospital.service + hospital.link("", BREAST))
    expect(page.get_by_role("heading", name="To decide now")).to_be_visible(timeout=20_000)
    context.close()
