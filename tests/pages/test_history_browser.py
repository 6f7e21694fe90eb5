"""The family-history form in a real browser: axe, keyboard, widths, scripts off, and end to end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages.opened_charts import FAMILY, FixtureCharts, opened_story
from tests.smartapp.sandbox_launches import Hospital, running_hospital

pytestmark = pytest.mark.chromium
LAUNCH = "typing"


@pytest.fixture(autouse=True)
def added(charts: FixtureCharts) -> None:
    """A chart whose EHR takes family history, with an empty draft."""
    charts.added[LAUNCH] = opened_story(FAMILY, launch=LAUNCH, may_write_family=True)
    charts.typed.clear()


def add_aunt(page: Page) -> None:
    """Type a paternal aunt with breast cancer, as a reader of the labels would."""
    page.get_by_label("Relation to the patient").select_option("Aunt")
    page.get_by_label("Through which parent").select_option("father's side")
    page.get_by_label("died").check()
    page.get_by_label("Age now, or at death").fill("60")
    page.get_by_label("The cancers below, and no other").check()
    page.get_by_label("Cancer", exact=True).first.select_option("breast cancer")
    page.get_by_label("Age when found").first.fill("early 40s")
    page.get_by_role("button", name="Add this relative").click()


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds, everything opened."""
    page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found]


@pytest.mark.parametrize("width", [380, 1280])
def test_every_state_is_accessible_and_fits(page: Page, width: int) -> None:
    """Empty, with faults, with a relative, changing one, and the review."""
    page.set_viewport_size({"width": width, "height": 900})

    def fine() -> None:
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0

    page.goto(f"/l/{LAUNCH}/history")
    fine()
    page.get_by_role("button", name="Add this relative").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose the relation.")
    expect(page.get_by_role("alert")).to_be_focused()
    fine()
    add_aunt(page)
    expect(page.locator(".typed")).to_contain_text("Paternal aunt: died at 60.")
    fine()
    page.get_by_role("button", name="Change Paternal aunt").click()
    expect(page.get_by_role("heading", name="Change: Paternal aunt")).to_be_visible()
    fine()
    page.get_by_role("link", name="Leave as it was").click()
    page.get_by_role("link", name="Review the draft").click()
    expect(page.get_by_role("button", name="Write to the record")).to_be_visible()
    fine()


def test_a_fault_leads_to_its_field(page: Page) -> None:
    """The link in the summary moves the focus to what is to be changed, also in a closed part."""
    page.goto(f"/l/{LAUNCH}/history")
    page.get_by_label("Relation to the patient").select_option("Sister")
    page.get_by_label("No cancer", exact=True).check()
    page.get_by_label("Through which parent").select_option("mother's side")
    page.get_by_role("button", name="Add this relative").click()
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Through which parent")).to_be_focused()
    described = page.get_by_label("Through which parent").get_attribute("aria-describedby") or ""
    expect(page.locator(f"#{described.split()[-1]}")).to_contain_text("no side of their own")


def test_by_keyboard_alone(page: Page) -> None:
    """A relative is typed and reviewed without a mouse."""
    page.goto(f"/l/{LAUNCH}/history")
    page.get_by_label("Relation to the patient").focus()
    page.keyboard.type("Brother")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("living", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("50s")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Year of birth")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("No cancer", exact=True)).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".typed")).to_contain_text("Brother: living, 50s. No cancer.")


def test_without_scripts_and_without_a_trace(browser: Browser, address: str) -> None:
    """The whole way works without scripts; nothing is kept in the browser or an address."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/l/{LAUNCH}/history")
    add_aunt(page)
    page.get_by_role("link", name="Review the draft").click()
    expect(page.locator(".typed")).to_contain_text("Paternal aunt: died at 60.")
    expect(page.get_by_role("button", name="Copy text")).to_have_count(0)
    for each in context.pages:
        assert "aunt" not in each.url and "early" not in each.url
    assert "aunt" not in str(context.storage_state()).lower()
    context.close()


@pytest.fixture(scope="module")
def hospital() -> Iterator[Hospital]:
    """The sandbox EHR and the app."""
    with running_hospital() as running:
        yield running


def test_from_the_form_to_the_criteria(browser: Browser, hospital: Hospital) -> None:
    """Typed, reviewed, written to the EHR; read again, the criteria use the new relative."""
    context = browser.new_context(viewport={"width": 1180, "height": 900})
    page = context.new_page()
    page.goto(hospital.service + hospital.link("", FAMILY))
    page.wait_for_url("**/l/*/summary")
    page.get_by_role("link", name="Family", exact=True).first.click()
    expect(page.get_by_role("row", name="Paternal aunt")).to_have_count(0)
    page.get_by_role("link", name="Add relatives").click()
    add_aunt(page)
    page.get_by_role("link", name="Review the draft").click()
    page.get_by_role("button", name="Write to the record").click()
    expect(page.get_by_role("status").first).to_contain_text("1 of 1 relative written")
    page.get_by_role("link", name="the family page").click()
    row = page.get_by_role("row", name="Paternal aunt").filter(has_text="died at 60")
    expect(row).to_contain_text("Breast cancer at 40–43")
    tools = page.get_by_role("region", name="Tools side by side")
    expect(tools).to_contain_text("Paternal aunt")
    stored = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert stored == [0, 0]
    context.close()
