"""The pages in a real browser: axe, keyboard, widths, print, scripts off, hostile text."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from smartapp.opened import OpenedChart
from tests.pages import states
from tests.pages.opened_charts import FAMILY, LUNG, FixtureCharts
from tests.pages.test_every_story import PAGES

pytestmark = pytest.mark.chromium

WHOLE = (LUNG, FAMILY, "lung-histology-not-recorded", "diabetes-only")
# What differs in these shows on the pages that judge.
JUDGED = (
    "breast-triple-negative-metastatic",
    "two-primaries",
    "small-cell-lung-cancer",
    "deceased-patient",
    "family-history-side-open",
    "lung-egfr-progression-on-osimertinib",
)
# From WCAG's reflow to a wide panel.
WIDTHS = (320, 380, 768, 1024, 1180)
WITH_DRAFTS = ("writing", FAMILY)
OTHER = ("unread", "focused", "outdated", "ordered", "writing", "nameless", "hostile", "blended")


@pytest.fixture(scope="module", autouse=True)
def added(charts: FixtureCharts) -> dict[str, OpenedChart]:
    """Charts in states that no story has."""
    made = {
        "unread": states.unread(),
        "focused": states.focused(),
        "outdated": states.outdated(),
        "ordered": states.ordered(),
        "writing": states.writing(),
        "nameless": states.nameless(),
        "blended": states.blended(),
        "hostile": states.hostile("breast-triple-negative-metastatic", "hostile"),
        "hostile-family": states.hostile(FAMILY, "hostile-family"),
    }
    charts.added.update(made)
    return made


def all_addresses(page: Page, launch: str) -> list[str]:
    """Every page of a chart, its drafts among them."""
    page.goto(f"/l/{launch}/orders")
    links = page.locator(".drafts a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return [*(f"/l/{launch}/{each}" for each in PAGES), *links]


@pytest.mark.parametrize("launch", WHOLE + JUDGED + OTHER)
def test_no_page_breaks_a_rule_of_accessibility(page: Page, launch: str) -> None:
    """axe finds nothing, and at no width is anything wider than the window."""
    shown = ("summary", "biomarkers", "family") if launch in JUDGED else PAGES
    addresses = [f"/l/{launch}/{each}" for each in shown]
    if launch in WITH_DRAFTS:
        addresses = all_addresses(page, launch)
    for address in addresses:
        page.goto(address)
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        found = Axe().run(page).response["violations"]
        told = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found]
        assert not told, (address, told)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wide <= 0, (address, width)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_the_narrow_page_is_accessible_too(page: Page) -> None:
    """Rows that become small cards are still a table."""
    page.set_viewport_size({"width": 380, "height": 800})
    for each in ("summary", "biomarkers", "family", "data"):
        page.goto(f"/l/{LUNG}/{each}")
        found = Axe().run(page).response["violations"]
        assert not [(rule["id"], rule["nodes"][0]["html"][:160]) for rule in found], each
    page.goto(f"/l/{LUNG}/summary")
    expect(page.get_by_role("row", name="EGFR")).to_be_visible()
    expect(page.get_by_role("cell", name="9 Nov 2026").first).to_be_visible()


def test_by_keyboard_from_the_summary_to_a_fact(page: Page) -> None:
    """Skip link, menu, rule, source: each is reached and opened without a mouse."""
    page.goto(f"/l/{LUNG}/summary")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    _tab_to(page, "summary", "Rule and sources")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("^ASCO")).first).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.title").startswith("Condition/"):
            break
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/data#Condition/"))
    focused = page.locator(":focus")
    expect(focused).to_contain_text("Adenocarcinoma of lung")


def _tab_to(page: Page, tag: str, words: str = "") -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        is_tag = focused.evaluate("each => each.tagName.toLowerCase()") == tag
        if is_tag and words in focused.inner_text():
            return
    raise AssertionError(f"no {tag} is reached by keyboard")


def test_focus_is_never_under_the_banner(page: Page) -> None:
    """WCAG 2.2, 2.4.11: what has the focus is not hidden by what stays on top."""
    page.set_viewport_size({"width": 1180, "height": 500})
    page.goto(f"/l/{LUNG}/summary")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.locator(".foot").click()
    for _ in range(25):
        page.keyboard.press("Shift+Tab")
        hidden = page.evaluate(
            """() => {
              const each = document.activeElement;
              if (each === document.body || each.closest('.patient') || each.closest('.skip'))
                return false;
              const banner = document.querySelector('.patient').getBoundingClientRect();
              return each.getBoundingClientRect().bottom <= banner.bottom;
            }"""
        )
        assert not hidden


def test_the_filter_swaps_the_matrix_in_place(page: Page) -> None:
    """With scripts the filter keeps the page; the choice is marked."""
    page.goto(f"/l/{LUNG}/biomarkers")
    expect(page.get_by_role("row")).to_have_count(12)
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="Missing").click()
    expect(page.get_by_role("row")).to_have_count(7)
    expect(page.locator(".filters [aria-current]")).to_have_text("Missing")
    assert page.evaluate("window.kept")


def test_a_session_that_ended_is_shown_whole(browser: Browser, address: str) -> None:
    """A click after the session's end leads to the page that says so, not to an empty table."""
    page = browser.new_context(base_url=address).new_page()
    page.goto(f"/l/{LUNG}/biomarkers")
    page.route(
        "**/biomarkers?show=missing",
        lambda route: route.fulfill(
            status=403, content_type="text/html", body="<h1>This launch is over</h1>"
        ),
    )
    page.get_by_role("link", name="Missing").click()
    expect(page.get_by_role("heading", name="This launch is over")).to_be_visible()
    expect(page.locator("#matrix")).to_have_count(0)
    page.context.close()


def test_reading_works_without_scripts(browser: Browser, address: str) -> None:
    """Menu, filter, details and letters are there; the buttons that need a script are not."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/l/{LUNG}/summary")
    page.get_by_role("link", name="Biomarkers", exact=True).click()
    page.get_by_role("link", name="Missing").click()
    expect(page.get_by_role("row")).to_have_count(7)
    page.get_by_role("link", name="Orders and letters").first.click()
    page.get_by_role("link", name="Letter: request for coverage").click()
    expect(page.get_by_role("heading", name="Tests requested")).to_be_visible()
    expect(page.get_by_role("button", name="Copy text")).to_have_count(0)
    page.get_by_text("Text, to copy or change").click()
    page.get_by_label("Plain text of this draft").fill("My own words")
    page.get_by_role("button", name="Preview my changes").click()
    expect(page.locator(".sheet")).to_have_text("My own words")
    context.close()


def test_a_letter_is_copied_and_printed(browser: Browser, address: str) -> None:
    """Copy takes the whole text; print shows the sheet alone."""
    context = browser.new_context(
        base_url=address, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(f"/l/{FAMILY}/orders")
    page.get_by_role("link", name="Letter: referral to cancer genetics").click()
    page.get_by_role("button", name="Copy text").click()
    expect(page.get_by_role("status")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Mother; Side: maternal" in copied
    assert "PAT 9 points" in copied
    page.emulate_media(media="print")
    expect(page.locator(".sheet")).to_be_visible()
    for away in (".menu", ".patient", ".edit", ".foot"):
        expect(page.locator(away)).to_be_hidden()
    context.close()


def test_the_page_of_a_chart_prints_with_the_patient_line(page: Page) -> None:
    """On paper the menu is gone; who, as of when and the demonstration line stay."""
    page.goto(f"/l/{LUNG}/summary")
    page.emulate_media(media="print")
    expect(page.locator(".menu")).to_be_hidden()
    for kept in (".patient-name", ".as-of", ".demonstration"):
        expect(page.locator(kept)).to_be_visible()


@pytest.mark.parametrize("printed", ["summary", "timeline", "biomarkers", "family"])
def test_no_table_is_printed_with_an_empty_column(page: Page, printed: str) -> None:
    """Links to sources stay on the screen, and their column with them."""
    page.goto(f"/l/{LUNG}/{printed}")
    heads = page.locator("thead th", has_text="Source")
    assert heads.count() > 0
    expect(heads.first).to_be_visible()
    page.emulate_media(media="print")
    for head in heads.all():
        expect(head).to_be_hidden()
    for table in page.locator("table.with-sources").all():
        shown = table.locator("tr").evaluate_all(
            "rows => rows.map(row => [...row.cells].filter(c => c.offsetWidth > 0).length)"
        )
        assert len(set(shown)) == 1
    assert " ;" not in page.locator("main").inner_text()


def test_what_a_registry_says_is_printed_of_each_study_shown(page: Page) -> None:
    """Closed on the screen, open on paper; what is against a study says that it is left out."""
    page.goto("/l/lung-egfr-progression-on-osimertinib/trials")
    told = page.get_by_role("cell", name="18 Years and older", include_hidden=True)
    expect(told.nth(1)).to_be_hidden()
    page.emulate_media(media="print")
    expect(told.nth(1)).to_be_visible()
    expect(page.get_by_text("or are too far: not printed")).to_be_visible()


@pytest.mark.parametrize("launch", ["hostile", "hostile-family"])
def test_hostile_text_stays_text(page: Page, launch: str) -> None:
    """A script element in every text of a chart is shown, never run."""
    for address in all_addresses(page, launch):
        page.goto(address)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main script").count() == 0
    page.goto(f"/l/{launch}/summary")
    expect(page.locator(".patient-name")).to_contain_text(states.SCRIPT)


def test_a_card_s_link_opens_on_its_facts(page: Page) -> None:
    """The finding of the card comes first, opened, with the reason beside it."""
    page.goto("/l/focused/summary")
    first = page.get_by_role("article").first
    expect(first).to_contain_text("From the card you opened")
    expect(first.get_by_text("Adenocarcinoma of lung, 2 Nov 2026")).to_be_visible()
    expect(page.locator(".patient-name")).to_contain_text("Testcase, Flora")
    expect(page.get_by_text("MRN")).to_have_count(0)
    color = page.locator(".patient").evaluate("each => getComputedStyle(each).backgroundColor")
    assert color == "rgb(91, 42, 134)"


def test_an_order_card_s_link_opens_on_its_facts(page: Page) -> None:
    """The drugs of the rule, where the result stands, and the rule of the label."""
    page.goto("/l/ordered/summary")
    first = page.get_by_role("article").first
    expect(first).to_contain_text("From the card you opened")
    expect(first.get_by_role("heading")).to_contain_text(
        "EGFR not detected on file; the drug of the card is labelled for another result"
    )
    expect(first).to_contain_text("Osimertinib")
    expect(first.get_by_role("link", name=re.compile("FDA label of osimertinib"))).to_be_visible()


def test_a_card_that_no_longer_holds_is_said_to_be_so(page: Page) -> None:
    """What the card was about is shown with its answer of now."""
    page.goto("/l/outdated/summary")
    side = page.get_by_role("region", name="The card you opened")
    expect(side).to_contain_text("nothing to add")
    expect(side).to_contain_text("A labelled marker or an open test comes first")


def test_what_could_not_be_read_is_said_on_every_page(page: Page) -> None:
    """Each gap with its words; the family page does not take it for an empty history."""
    for each in PAGES:
        page.goto(f"/l/unread/{each}")
        gaps = page.get_by_role("region", name="4 parts of the chart could not be read")
        expect(gaps).to_contain_text("Family history: refused by the EHR. The EHR answered 403.")
    page.goto("/l/unread/family")
    expect(page.get_by_text("What it holds is unknown, not absent.")).to_be_visible()
    expect(page.get_by_text("No relative is on record")).to_have_count(0)
