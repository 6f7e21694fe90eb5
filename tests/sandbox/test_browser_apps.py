"""Apps opened from a chart in a real browser: in a frame, in a tab, and standalone."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_urlsafe

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, redirect, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.wrappers import Response

from sandbox.app import create_app
from sandbox.smart.clients import RegisteredApp
from tests.sandbox.conftest import running
from tests.sandbox.test_browser import FLAGSHIP
from tests.support.hook_calls import CHARTS, TODAY

pytestmark = pytest.mark.chromium

SCOPE = "openid fhirUser patient/Patient.r"


class TinyApp:
    """As little of an app as can be launched. It keeps its secrets by state: it has no cookie."""

    def __init__(self) -> None:
        self.waiting: dict[str, tuple[str, str]] = {}
        self.app = Flask("tiny")
        self.app.add_url_rule("/launch.html", view_func=self.launch)
        self.app.add_url_rule("/callback", view_func=self.callback)

    def launch(self) -> Response:
        """Off to the EHR."""
        base, launch = request.args["iss"], request.args.get("launch")
        about = requests.get(f"{base}/.well-known/smart-configuration", timeout=10).json()
        state, verifier = token_urlsafe(24), token_urlsafe(48)
        self.waiting[state] = (about["token_endpoint"], verifier)
        asked = {
            "response_type": "code",
            "client_id": "tiny",
            "redirect_uri": f"{request.host_url}callback",
            "scope": f"{'launch' if launch else 'launch/patient'} {SCOPE}",
            "state": state,
            "aud": base,
            "code_challenge": create_s256_code_challenge(verifier),
            "code_challenge_method": "S256",
            **({"launch": launch} if launch else {}),
        }
        prepared = requests.Request("GET", about["authorization_endpoint"], params=asked).prepare()
        return redirect(prepared.url or "")

    def callback(self) -> str:
        """The patient of the token."""
        if "error" in request.args:
            return f"<h1>Refused: {request.args['error']}</h1>"
        token_endpoint, verifier = self.waiting.pop(request.args["state"])
        form = {
            "grant_type": "authorization_code",
            "code": request.args["code"],
            "redirect_uri": request.base_url,
            "code_verifier": verifier,
            "client_id": "tiny",
        }
        answer = requests.post(token_endpoint, data=form, timeout=10).json()
        return f"<h1>Patient {answer['patient']}</h1><p>banner {answer['need_patient_banner']}</p>"


@pytest.fixture(scope="module")
def tiny() -> Iterator[tuple[str, str]]:
    """The EHR on one origin and the app on another: their addresses."""
    app = TinyApp()
    with running(app.app) as address:
        registered = RegisteredApp(
            "tiny", "Tiny", (f"{address}/callback",), launch_url=f"{address}/launch.html"
        )
        sandbox = create_app("http://127.0.0.1:9", CHARTS, lambda: TODAY, (registered,))
        with running(sandbox, "localhost") as ehr:
            yield ehr, address


@pytest.fixture
def page(browser: Browser, tiny: tuple[str, str]) -> Iterator[Page]:
    """A page; a word on the console fails the test: a broken policy would be one."""
    context = browser.new_context(base_url=tiny[0])
    said: list[str] = []
    context.on("console", lambda message: said.append(message.text))
    yield context.new_page()
    context.close()
    assert [words for words in said if "favicon" not in words and "404" not in words] == []


def test_an_app_opens_in_a_frame_on_the_chart(page: Page) -> None:
    """Across origins, through the EHR's authorisation inside the frame; no banner of its own."""
    page.goto(FLAGSHIP)
    page.get_by_label("App", exact=True).select_option("Tiny")
    page.get_by_role("button", name="Open the app here").click()
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading")).to_have_text(f"Patient {FLAGSHIP.rpartition('/')[2]}")
    expect(frame.get_by_text("banner False")).to_be_visible()
    expect(page.get_by_role("heading", name="Testcase, Flora")).to_be_visible()


def test_an_app_opens_in_a_tab_of_its_own(page: Page) -> None:
    """The chart stays where it is."""
    page.goto(FLAGSHIP)
    page.get_by_label("App", exact=True).select_option("Tiny")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="In a new tab").click()
    expect(opened.value.get_by_role("heading")).to_contain_text("Patient lung")
    expect(opened.value.get_by_text("banner True")).to_be_visible()
    expect(page.get_by_role("heading", name="Testcase, Flora")).to_be_visible()


@pytest.mark.parametrize("width", [380, 480, 1280])
def test_the_page_around_an_app_fits_and_is_accessible(
    browser: Browser, tiny: tuple[str, str], width: int
) -> None:
    """No wider than the window; axe finds nothing around the frame."""
    # axe is put into the page as a script, which the page's own policy would rightly refuse.
    context = browser.new_context(
        base_url=tiny[0], bypass_csp=True, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    page.goto(FLAGSHIP)
    page.get_by_role("button", name="Open the app here").click()
    page.locator("iframe").wait_for()
    found = Axe().run(page).response["violations"]
    is_wide = page.evaluate("document.documentElement.scrollWidth") > width
    context.close()
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert not is_wide


def test_a_standalone_launch_asks_whose_chart_to_open(page: Page, tiny: tuple[str, str]) -> None:
    """Sign in, choose, allow; or deny."""
    ehr, app = tiny
    page.goto(f"{app}/launch.html?iss={ehr}/fhir")
    page.get_by_label("You are").select_option("The patient")
    page.get_by_label("Patient", exact=True).select_option("diabetes-only")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading")).to_have_text("Patient diabetes-only")

    page.goto(f"{app}/launch.html?iss={ehr}/fhir")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading")).to_have_text("Refused: access_denied")
