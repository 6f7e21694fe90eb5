"""Launching in a real browser: in a frame of another site, by hand, two patients side by side."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect

from tests.smartapp.conftest import LUNG, OTHER
from tests.smartapp.sandbox_launches import Hospital, running_hospital

pytestmark = pytest.mark.chromium

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
]
THIRD_PARTY_BLOCKED = {"profile": {"cookie_controls_mode": 1, "block_third_party_cookies": True}}
ALL_BLOCKED = {"profile": {"default_content_setting_values": {"cookies": 2}}}
CONTROL = """
<script>
document.cookie = "plain=1; SameSite=None; Secure";
document.cookie = "own=1; SameSite=None; Secure; Partitioned";
document.title = document.cookie;
</script>
"""


@pytest.fixture(scope="module")
def hospital() -> Iterator[Hospital]:
    """The sandbox EHR and the app, on two sites: localhost and 127.0.0.1."""
    with running_hospital() as running:
        yield running


@contextmanager
def browser_with(
    playwright: Playwright, folder: Path, preferences: dict[str, Any]
) -> Iterator[BrowserContext]:
    """A fresh profile with these preferences."""
    (folder / "Default").mkdir(parents=True)
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=str(CHROMIUM), args=ARGUMENTS
    )
    yield context
    context.close()


@pytest.fixture
def blocking(playwright: Playwright, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser that blocks third-party cookies."""
    with browser_with(playwright, tmp_path / "profile", THIRD_PARTY_BLOCKED) as context:
        yield context


def framed(page: Page, hospital: Hospital, *addresses: str) -> list[Frame]:
    """A page of the EHR with these addresses in frames; the frames."""
    page.goto(hospital.page_with_frames(*addresses))
    found = [page.frame(name=f"f{number}") for number in range(len(addresses))]
    assert all(found)
    return [each for each in found if each is not None]


def test_third_party_cookies_are_blocked_here(blocking: BrowserContext, hospital: Hospital) -> None:
    """The control: in this browser a plain third-party cookie is lost, a partitioned one kept."""
    page = blocking.new_page()
    blocking.route(
        f"{hospital.service}/control",
        lambda route: route.fulfill(body=CONTROL, content_type="text/html"),
    )
    [frame] = framed(page, hospital, f"{hospital.service}/control")

    frame.wait_for_function("document.title !== ''")
    assert frame.title() == "own=1"


@pytest.mark.conformance("smart-app", 5, 45)
def test_a_launch_in_a_frame_with_third_party_cookies_blocked(
    blocking: BrowserContext, hospital: Hospital
) -> None:
    """The EHR's page embeds the app of another site: launch, sign in, read, all in the frame."""
    page = blocking.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.text} {message.location['url']}"))
    [frame] = framed(page, hospital, hospital.service + hospital.link("", LUNG))

    expect(frame.get_by_role("heading", level=1)).to_be_visible()
    frame.wait_for_url("**/l/*/summary")
    expect(frame.locator(".patient-name")).to_contain_text("Testcase")
    frame.get_by_role("link", name="Biomarkers").first.click()
    frame.wait_for_url("**/l/*/biomarkers")
    frame.get_by_role("button", name="Close this chart").click()
    expect(frame.get_by_role("heading", name="This chart is closed")).to_be_visible()
    assert not [each for each in said if not each.endswith("/favicon.ico")]


@pytest.mark.conformance("smart-app", 5)
def test_two_patients_side_by_side_stay_apart(blocking: BrowserContext, hospital: Hospital) -> None:
    """Two frames of one page, one browser: each shows its own patient, whatever is clicked."""
    page = blocking.new_page()
    links = [hospital.service + hospital.link("", story) for story in (LUNG, OTHER)]
    # Both begin at once, in a browser that has no cookie yet.
    one, two = framed(page, hospital, *links)
    for frame in (one, two):
        frame.wait_for_url("**/l/*/summary")
    names = [frame.locator(".patient-name").inner_text() for frame in (one, two)]
    assert names[0] != names[1]
    for _ in range(2):
        for frame, name in ((one, names[0]), (two, names[1])):
            for label in ("Family", "Biomarkers", "Summary"):
                frame.get_by_role("link", name=label).first.click()
                frame.wait_for_url(f"**/{label.lower()}")
                assert frame.locator(".patient-name").inner_text() == name
    one.get_by_role("button", name="Close this chart").click()
    expect(one.get_by_role("heading", name="This chart is closed")).to_be_visible()
    two.get_by_role("button", name="Read the chart again").click()
    two.wait_for_url("**/summary")
    assert two.locator(".patient-name").inner_text() == names[1]


def test_a_launch_id_taken_to_another_site_s_frame_opens_nothing(
    blocking: BrowserContext, hospital: Hospital
) -> None:
    """Opened at the top, the partition is another: no cookie, no chart."""
    page = blocking.new_page()
    [frame] = framed(page, hospital, hospital.service + hospital.link("", LUNG))
    frame.wait_for_url("**/l/*/summary")

    other = blocking.new_page()
    other.goto(frame.url)

    expect(other.get_by_role("heading", name="This page is closed")).to_be_visible()


@pytest.mark.conformance("smart-app", 4)
def test_a_launch_by_hand(blocking: BrowserContext, hospital: Hospital) -> None:
    """launch.html, the EHR, the patient, the chart."""
    page = blocking.new_page()
    page.goto(f"{hospital.service}/launch.html")
    page.get_by_role("link", name=hospital.base(""), exact=True).click()
    page.get_by_label("Patient", exact=True).select_option(LUNG)
    page.get_by_role("button").first.click()

    page.wait_for_url("**/l/*/summary")
    expect(page.locator(".patient-name")).to_contain_text("Testcase")


def test_a_page_of_a_stranger_may_not_embed_the_app(
    blocking: BrowserContext, hospital: Hospital
) -> None:
    """frame-ancestors: an origin that is not registered sees nothing of the chart."""
    page = blocking.new_page()
    link = hospital.service + hospital.link("", LUNG)
    address = hospital.page_with_frames(link).replace("//localhost", "//stranger.localhost")

    page.goto(address)
    frame = page.frame(name="f0")
    assert frame is not None
    frame.wait_for_url("chrome-error://**")
    assert "Testcase" not in frame.content()


def test_without_any_cookie_the_page_says_what_to_do(
    playwright: Playwright, hospital: Hospital, tmp_path: Path
) -> None:
    """A browser that keeps none at all: a readable page with a way out."""
    with browser_with(playwright, tmp_path / "none", ALL_BLOCKED) as context:
        page = context.new_page()
        [frame] = framed(page, hospital, hospital.service + hospital.link("", LUNG))

        heading = frame.get_by_role("heading", name="The browser did not keep our cookie")
        expect(heading).to_be_visible()
        way_out = frame.get_by_role("link", name="Open OncoCue in a new window")
        expect(way_out).to_have_attribute("target", "_blank")


@pytest.mark.parametrize("width", [380, 768, 1280])
def test_the_pages_around_a_launch_are_accessible_at_any_width(
    playwright: Playwright, hospital: Hospital, width: int
) -> None:
    """axe finds nothing, nothing scrolls sideways, with everything unfolded."""
    browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    # axe is put into the page as a script, which the page's own policy would rightly refuse.
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(hospital.service + hospital.link("", LUNG))
    page.wait_for_url("**/summary")
    chart = page.url.removesuffix("summary")
    pages = [
        f"{hospital.service}/launch.html",
        f"{hospital.service}/launch?iss=https://evil.example&launch=x",
        f"{hospital.service}/callback?state=x&code=y",
        f"{hospital.service}{hospital.link('standard+configuration-down')}",
        f"{hospital.service}{hospital.link('standard+no-patient')}",
        f"{chart}diagnostics",
    ]
    for address in pages:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        found = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    browser.close()
