"""The app in a process of the tests, and a browser that launches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_hooks.front import HookFront
from oncocue.flask_app import Parts, create_flask_app
from oncocue.settings import AppSection, HooksSection, Settings
from smartapp.opened import Charts, OpenedChart
from tests.support.hook_calls import product
from tests.support.smart_ehr import SmartEhr


@cache
def front() -> HookFront:
    """The CDS Hooks face on the tests' day, made once: it loads the guidance."""
    return HookFront(product())


def app_for(*ehrs: SmartEhr, settings: Settings | None = None, **section: Any) -> Flask:
    """The product's Flask app with these settings, else with these EHRs for development."""
    if settings is None:
        issuers = [ehr.base for ehr in ehrs]
        settings = Settings(
            hooks=HooksSection(profile="sandbox"), app=AppSection(**{"issuers": issuers, **section})
        )
    app = create_flask_app(Parts(settings, front().answers.guidance, front()))
    for ehr in ehrs:
        ehr.jwks = lambda: app.test_client().get("/.well-known/jwks.json").get_json()
    return app


@dataclass
class Browser:
    """One browser: its cookies, and where it stands."""

    client: FlaskClient

    def get(self, address: str) -> TestResponse:
        """A page of the app."""
        return self.client.get(address)

    def start(self, ehr: SmartEhr, story: str = "", **changes: Any) -> TestResponse:
        """The EHR's link; `changes` replace its parameters, None takes one away."""
        given = {"iss": ehr.base, "launch": ehr.launch(story), **changes}
        query = urlencode({k: v for k, v in given.items() if v is not None}, doseq=True)
        return self.get(f"/launch?{query}")

    def sign_in(self, started: TestResponse) -> str:
        """The EHR's answer to the request it was sent; the callback with its query."""
        assert started.status_code == 302, started.text
        answer = requests.get(started.location, allow_redirects=False, timeout=5)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def launch(self, ehr: SmartEhr, story: str = "") -> str:
        """A whole launch; the path of the opened launch."""
        finished = self.get(self.sign_in(self.start(ehr, story)))
        assert finished.status_code == 303, finished.text
        return finished.location


def browser_of(app: Flask) -> Browser:
    """A browser without cookies yet."""
    return Browser(app.test_client())


def charts_of(browser: Browser, path: str, reread: bool = False) -> OpenedChart:
    """The opened chart of a path, as a page gets it in a request of this browser."""
    app, launch = browser.client.application, path.split("/")[2]
    cookie = browser.client.get_cookie("__Host-oncocue")
    assert cookie is not None
    charts: Charts = app.extensions["smartapp"]
    with app.test_request_context(headers={"Cookie": f"{cookie.key}={cookie.value}"}):
        if reread:
            charts.reread(launch)
        return charts.open(launch)


def token_of(page: str) -> str:
    """The token a page's forms carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]
