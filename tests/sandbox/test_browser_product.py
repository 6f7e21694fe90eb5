"""The whole way in a real browser: card, app, draft order, order list, and no card any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from cds_hooks.front import HookFront
from oncocue.flask_app import Parts, create_flask_app
from oncocue.settings import AppSection, HooksSection, Settings
from sandbox.app import create_app
from sandbox.conduct import Conduct, moods
from tests.sandbox.conftest import running
from tests.sandbox.test_browser import FLAGSHIP
from tests.support.hook_calls import CHARTS, TODAY, product

pytestmark = pytest.mark.chromium


@pytest.fixture(scope="module")
def ehr() -> Iterator[str]:
    """The sandbox EHR on one origin, the product on another, each knowing the other."""
    held: dict[str, Flask] = {}

    def late(environ: Any, start_response: Any) -> Any:
        return held["product"](environ, start_response)

    with running(late) as service:
        sandbox = create_app(service, CHARTS, today=lambda: TODAY)
        with running(sandbox, "localhost") as address:
            issuers = [f"{address}{Conduct(mood).prefix}/fhir" for mood in moods().values()]
            hooks = HooksSection(profile="sandbox", public_url=service)
            settings = Settings(hooks=hooks, app=AppSection(issuers=issuers))
            front = HookFront(product(public_url=service, fetch_seconds=10.0))
            held["product"] = create_flask_app(Parts(settings, front.answers.guidance, front))
            yield address


@pytest.fixture
def page(browser: Browser, ehr: str) -> Iterator[Page]:
    """A page of the EHR; a word on the console fails the test."""
    context = browser.new_context(base_url=ehr, viewport={"width": 1280, "height": 900})
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    yield context.new_page()
    context.close()
    assert not said


def test_from_a_card_to_an_order_on_file(page: Page) -> None:
    """What a clinician does, and what the services say afterwards."""
    page.goto(FLAGSHIP)
    card = page.get_by_role("heading", name="Stage IV lung adenocarcinoma")
    expect(card).to_be_visible()
    page.get_by_role("button", name="See facts and options", exact=True).click()

    app = page.frame_locator("iframe")
    app.get_by_role("link", name="Draft order: lung NGS panel, tissue").first.click()
    app.get_by_role("button", name="Send to the record as a draft").click()
    expect(app.get_by_text("Created ServiceRequest/")).to_be_visible()

    page.get_by_role("link", name="Back to the chart").click()
    expect(page.get_by_text("No card: nothing to add")).to_have_count(3)
    page.get_by_role("link", name="Order list").click()
    order = page.get_by_role("article").filter(has_text="Lung NGS panel, tissue")
    expect(order.get_by_text("draft", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign all drafts").click()
    expect(order.get_by_text("active", exact=True)).to_be_visible()


@pytest.mark.parametrize("mood", moods())
def test_the_app_opens_on_the_chart_in_every_mood(page: Page, mood: str) -> None:
    """In the frame, through that mood's discovery, tokens and searches."""
    page.goto(f"{FLAGSHIP}?mood={mood}")
    page.get_by_role("button", name="Open OncoCue here").click()
    app = page.frame_locator("iframe")
    expect(app.get_by_role("heading", name="Summary", exact=True)).to_be_visible()
    expect(app.get_by_text("Adenocarcinoma of lung").first).to_be_visible()


def test_an_order_card_opens_the_app_on_its_facts(page: Page) -> None:
    """From the card on a selected drug to the app: the gene that is missing, and its test."""
    page.goto("/patients/gastric-metastatic-nothing-tested")
    page.get_by_label("Compose an order").select_option("Capecitabine")
    page.get_by_role("button", name="Select", exact=True).click()
    selected = page.get_by_role("region", name="On the selected order")
    selected.get_by_role("button", name="See results and label text", exact=True).click()
    first = page.frame_locator("iframe").get_by_role("article").first
    expect(first).to_contain_text("From the card you opened")
    expect(first.get_by_role("heading")).to_contain_text("no DPYD result on file")
    expect(first.get_by_role("link", name="Draft order: DPYD genotype, blood")).to_be_visible()


def test_from_a_drug_to_the_test_that_is_due_before_it(browser: Browser, ehr: str) -> None:
    """order-select warns, the test it suggests joins the drafts, order-sign sees both."""
    # axe is put into the page as a script, which the page's own policy would rightly refuse.
    context = browser.new_context(base_url=ehr, bypass_csp=True)
    page = context.new_page()
    page.goto("/patients/colorectal-metastatic-without-ras")
    page.get_by_label("Compose an order").select_option("Capecitabine")
    page.get_by_role("button", name="Select", exact=True).click()
    selected = page.get_by_role("region", name="On the selected order")
    expect(selected.get_by_role("heading", name="Capecitabine: no DPYD result")).to_be_visible()
    found = Axe().run(page).response["violations"]
    selected.get_by_role("button", name="Draft order: DPYD genotype, blood").click()

    drafts = page.get_by_role("region", name="Draft orders")
    expect(drafts.get_by_text("Draft order: DPYD genotype, blood", exact=True)).to_be_visible()
    page.get_by_role("button", name="Check before signing").click()
    expect(page.get_by_role("region", name="Before signing")).to_be_visible()
    page.get_by_role("button", name="Sign 2 orders").click()
    expect(page.get_by_role("article")).to_have_count(2)
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
