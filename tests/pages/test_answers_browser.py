"""Answering advice in a real browser: keyboard, scripts off, narrow, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from smartapp.opened import User
from tests.pages.opened_charts import FixtureCharts, opened_story

pytestmark = pytest.mark.chromium

STORY = "breast-triple-negative-metastatic"


@pytest.fixture(autouse=True)
def opened(charts: FixtureCharts) -> str:
    """A chart opened by a user whom the EHR named."""
    user = User("Practitioner", "Dr Ada Example", "Practitioner/1")
    charts.added["answering"] = opened_story(STORY, launch="answering", user=user)
    return "answering"


@pytest.fixture
def plain_page(browser: Browser, address: str) -> Iterator[Page]:
    """A browser without scripts."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    yield context.new_page()
    context.close()


def first(page: Page) -> Locator:
    """The first thing to decide."""
    return page.get_by_role("article").first


def is_accessible(page: Page) -> bool:
    """Axe finds nothing."""
    found = Axe().run(page).response["violations"]
    assert not [(each["id"], each["nodes"][0]["html"][:160]) for each in found]
    return True


def test_by_keyboard_there_and_back(page: Page) -> None:
    """Tab, Enter, a reason; the focus stands on the answered advice; Undo opens it again."""
    page.goto("/l/answering/summary")
    heading = first(page).get_by_role("heading").inner_text()
    first(page).locator("summary", has_text="Not now…").focus()
    page.keyboard.press("Enter")
    assert is_accessible(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Result or specimen pending")
    page.keyboard.press("Enter")

    answered = page.locator(".decision-answered")
    expect(answered).to_be_focused()
    expect(answered).to_contain_text(heading)
    expect(answered).to_contain_text("answered by you")
    assert "breast" not in page.url
    assert is_accessible(page)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_contain_text("Undo")
    page.keyboard.press("Enter")
    expect(page.locator(".decision-answered")).to_have_count(0)
    expect(first(page).locator("summary", has_text="Not now…")).to_be_visible()


def test_without_scripts(plain_page: Page) -> None:
    """Forms alone; one of the two lists is open at a time."""
    plain_page.goto("/l/answering/summary")
    first(plain_page).locator("summary", has_text="Not now…").click()
    first(plain_page).locator("summary", has_text="Done elsewhere…").click()
    expect(first(plain_page).get_by_text("Result or specimen pending")).not_to_be_visible()
    first(plain_page).get_by_role("button", name="Already tested").click()
    expect(plain_page.locator(".decision-answered")).to_contain_text("Already tested")
    plain_page.get_by_role("button", name="Undo").click()
    expect(plain_page.locator(".decision-answered")).to_have_count(0)


def test_in_a_narrow_panel(page: Page) -> None:
    """The reasons stand under the buttons, each with what it does; nothing is cut off."""
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto("/l/answering/summary")
    first(page).locator("summary", has_text="Not now…").click()
    told = first(page).get_by_text("rests for this patient, whoever looks, 14 days")
    expect(told).to_be_visible()
    assert is_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
