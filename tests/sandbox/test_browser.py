"""The sandbox EHR in a real browser: card, draft order, dismissal, keyboard, width, axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.chromium

FLAGSHIP = "/patients/lung-adenocarcinoma-partial-results"
TWO_CARDS = "/patients/breast-triple-negative-metastatic"
# Where an app sends the browser for a standalone launch; {ehr} and {service} are filled in.
AUTHORIZE = (
    "/auth/authorize?response_type=code&client_id=oncocue&redirect_uri={service}/callback"
    "&scope=launch/patient+openid+fhirUser+patient/Patient.r+patient/Observation.rs"
    "&state=0123456789012345678901&aud={ehr}/fhir"
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
)


@pytest.fixture
def page(browser: Browser, ehr: str) -> Iterator[Page]:
    """A page on the sandbox EHR; a request elsewhere or a word on the console fails the test."""
    context = browser.new_context(base_url=ehr, viewport={"width": 1280, "height": 900})
    said: list[str] = []
    elsewhere: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda r: None if r.url.startswith(ehr) else elsewhere.append(r.url))
    yield opened
    context.close()
    assert not said
    assert not elsewhere


def test_from_the_list_to_a_card_a_draft_order_and_a_dismissal(page: Page) -> None:
    """What a first visitor does: open a patient, accept a suggestion, dismiss another card."""
    page.goto("/")
    page.get_by_role("link", name="A card with a suggestion").click()
    expect(page.get_by_role("heading", name="Stage IV lung adenocarcinoma")).to_be_visible()
    page.get_by_role("button", name="Draft order: lung NGS panel, tissue").click()

    drafts = page.get_by_role("region", name="Draft orders")
    expect(page.get_by_text("Added: Draft order: lung NGS panel, tissue")).to_be_visible()
    drafts.get_by_text("ServiceRequest as JSON").click()
    expect(drafts.get_by_text('"status": "draft"')).to_be_visible()

    page.goto("/patients/family-history-pat-met")
    page.get_by_text("Dismiss", exact=True).click()
    page.get_by_label("Reason", exact=True).select_option("Patient declined referral")
    page.get_by_role("button", name="Dismiss card").click()
    expect(page.get_by_text("Dismissed: Patient declined referral")).to_be_visible()
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_role("button", name="Draft referral: cancer genetics")).to_be_visible()


def test_a_reason_must_be_chosen_to_dismiss(page: Page) -> None:
    """The browser holds the form back."""
    page.goto(FLAGSHIP)
    page.get_by_text("Dismiss", exact=True).click()
    page.get_by_role("button", name="Dismiss card").click()
    expect(page.get_by_text("Dismissed:")).to_have_count(0)


def test_the_switches_are_links(page: Page) -> None:
    """EHR down: the clinician sees nothing, the integrator why; and back."""
    page.goto(FLAGSHIP)
    page.get_by_role("link", name="Down").click()
    expect(page.get_by_text("412 Precondition Failed").first).to_be_visible()
    page.get_by_role("link", name="Up").click()
    expect(page.get_by_role("heading", name="Stage IV lung adenocarcinoma")).to_be_visible()


def test_the_list_narrows_while_typing(page: Page) -> None:
    """The script does what the form does, without a page load."""
    page.goto("/")
    page.get_by_label("Filter by name").fill("osimertinib growth")
    expect(page.locator("[data-filter-row]:visible")).to_have_count(1)
    expect(page.get_by_role("status")).to_contain_text("1 of ")


def test_the_time_of_a_call_leads_to_what_was_sent(page: Page) -> None:
    """The folded exchange opens when a link points at it."""
    page.goto(FLAGSHIP)
    expect(page.get_by_text("prefetch.conditions").first).to_be_hidden()
    page.get_by_role("link", name="What was sent and answered").first.click()
    expect(page.get_by_text("prefetch.conditions").first).to_be_visible()


def test_everything_is_reached_with_the_keyboard(page: Page) -> None:
    """The first stop skips to the content; the suggestion is reached and pressed by keys."""
    page.goto(TWO_CARDS)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").startswith("Draft order"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("Added: Draft order")).to_be_visible()


@pytest.mark.parametrize("width", [320, 380, 480, 768, 1280])
@pytest.mark.parametrize(
    "path", ["/", FLAGSHIP, f"{FLAGSHIP}?ehr=down", f"{FLAGSHIP}/orders", "/nowhere", AUTHORIZE]
)
def test_no_page_is_wider_than_the_window(
    browser: Browser, ehr: str, service: str, path: str, width: int
) -> None:
    """A side panel is narrow: nothing scrolls sideways, also with everything unfolded."""
    page = browser.new_page(base_url=ehr, viewport={"width": width, "height": 800})
    page.goto(path.format(ehr=ehr, service=service))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize(
    "path",
    [
        *("/", FLAGSHIP, f"{FLAGSHIP}?ehr=down", f"{FLAGSHIP}?mood=epic&fault=forbidden"),
        *(TWO_CARDS, f"{TWO_CARDS}/orders", "/nowhere", AUTHORIZE),
    ],
)
def test_pages_are_accessible(browser: Browser, ehr: str, service: str, path: str) -> None:
    """axe finds nothing, with everything unfolded."""
    # axe is put into the page as a script, which the page's own policy would rightly refuse.
    context = browser.new_context(base_url=ehr, bypass_csp=True)
    page = context.new_page()
    page.goto(path.format(ehr=ehr, service=service))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


def test_pages_work_without_scripts(browser: Browser, ehr: str) -> None:
    """Accept and dismiss are plain forms."""
    context = browser.new_context(base_url=ehr, java_script_enabled=False)
    page = context.new_page()
    page.goto("/patients/colon-at-forty-four")
    page.get_by_role("button", name="Draft referral: cancer genetics").click()
    expect(page.get_by_text("Added: Draft referral")).to_be_visible()
    page.get_by_text("Dismiss", exact=True).click()
    page.get_by_label("Reason", exact=True).select_option("Patient declined referral")
    page.get_by_role("button", name="Dismiss card").click()
    expect(page.get_by_text("Dismissed: Patient declined referral")).to_be_visible()
    context.close()
