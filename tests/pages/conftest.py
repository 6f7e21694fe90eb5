"""The pages of fixture charts: a client for reading them, and a server for the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Playwright

from cds_hooks.feedback.memory import development_memory
from oncocue.app_answers import Caller, CardAnswers
from tests.pages.opened_charts import FixtureCharts, app_of, lung_panel
from tests.sandbox.conftest import running

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def charts() -> FixtureCharts:
    """The charts that pages are read of; a test may add its own."""
    return FixtureCharts()


@pytest.fixture(scope="session")
def client(charts: FixtureCharts) -> FlaskClient:
    """The pages, without a socket."""
    return app_of(charts, codes=lung_panel).test_client()


@pytest.fixture(scope="session")
def address(charts: FixtureCharts) -> Iterator[str]:
    """The pages on a real socket, where advice can be answered."""
    answers = CardAnswers(development_memory(), lambda _: Caller("development"))
    with running(app_of(charts, codes=lung_panel, answers=answers)) as where:
        yield where


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    started = playwright.chromium.launch(
        executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
    )
    yield started
    started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page; a request elsewhere, or a word on the console, fails the test."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    said: list[str] = []
    elsewhere: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda r: None if r.url.startswith(address) else elsewhere.append(r.url))
    yield opened
    context.close()
    assert not said
    assert not elsewhere
