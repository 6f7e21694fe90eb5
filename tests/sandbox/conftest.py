"""The sandbox EHR and the service it calls, on real sockets and on a fixed day."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

import pytest
from flask import Flask, Response, json, request
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Playwright
from werkzeug.serving import make_server

from cds_hooks.front import HookFront
from cds_hooks.routes import attach
from sandbox.app import create_app
from tests.sandbox.dance import PUBLIC, Dance
from tests.support.hook_calls import CHARTS, TODAY, product

DEAD_SERVICE = "http://127.0.0.1:9"
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@contextmanager
def running(app: WSGIApplication, host: str = "127.0.0.1") -> Iterator[str]:
    """The app on a free port while the block runs; its address."""
    server = make_server(host, 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def service() -> Iterator[str]:
    """The CDS service, with time enough on a busy machine."""
    app = Flask("cds")
    attach(app, HookFront(product(fetch_seconds=10.0)))
    with running(app) as address:
        yield address


@pytest.fixture(scope="session")
def ehr(service: str) -> Iterator[str]:
    """The sandbox EHR with all charts, beside the service."""
    with running(create_app(service, CHARTS, today=lambda: TODAY)) as address:
        yield address


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """The sandbox EHR alone: no service answers."""
    return create_app(DEAD_SERVICE, CHARTS, today=lambda: TODAY, apps=(PUBLIC,)).test_client()


@pytest.fixture
def dance(client: FlaskClient) -> Dance:
    """An app that is about to launch."""
    return Dance(client)


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium."""
    started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
    yield started
    started.close()


class ScriptedService:
    """A CDS service that answers what a test says."""

    def __init__(self) -> None:
        self.status = 200
        self.body: Any = {"cards": []}
        self.requests: list[dict[str, Any]] = []
        self.app = Flask("scripted")
        self.app.add_url_rule("/cds-services", view_func=self.discovery)
        self.app.add_url_rule("/cds-services/<name>", view_func=self.answer, methods=["POST"])
        self.hooks = {"two": "order-sign"}
        self.tokens: list[tuple[str, str]] = []

    def take_feedback(self) -> list[dict[str, Any]]:
        """Answer feedback from now on; the list that grows with what is told."""
        told: list[dict[str, Any]] = []

        def feedback(name: str) -> dict[str, Any]:
            self._remember_token()
            told.append({"service": name, **request.get_json()})
            return {}

        path = "/cds-services/<name>/feedback"
        self.app.add_url_rule(path, view_func=feedback, methods=["POST"])
        return told

    def _remember_token(self) -> None:
        self.tokens.append((request.base_url, request.headers["Authorization"].split()[1]))

    def discovery(self) -> dict[str, Any]:
        """One patient-view service, and those of other hooks."""
        self._remember_token()
        prefetch = {
            "patient": "Patient/{{context.patientId}}",
            "conditions": "Condition?patient={{context.patientId}}",
            "selected": "Task/{{context.selections}}",
        }
        one = {"id": "one", "hook": "patient-view", "title": "One", "prefetch": prefetch}
        others = [{"id": name, "hook": hook, "title": name} for name, hook in self.hooks.items()]
        return {"services": [one, *others]}

    def answer(self, name: str) -> Response:
        """The scripted answer."""
        self._remember_token()
        self.requests.append(request.get_json())
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return Response(body, status=self.status, mimetype="application/json")


@pytest.fixture(scope="session")
def two_charts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two of the charts."""
    folder = tmp_path_factory.mktemp("charts")
    for slug in ("lung-adenocarcinoma-partial-results", "diabetes-only"):
        shutil.copytree(CHARTS / slug, folder / slug)
    return folder


@pytest.fixture
def scripted(two_charts: Path) -> Iterator[tuple[ScriptedService, FlaskClient]]:
    """A scripted service and a client of a new sandbox EHR that calls it."""
    script = ScriptedService()
    with running(script.app) as address:
        yield script, create_app(address, two_charts, today=lambda: TODAY).test_client()


def write_chart(folder: Path, slug: str, resources: list[dict[str, Any]], story: str) -> None:
    """A chart folder as the loader expects it."""
    place = folder / slug
    place.mkdir(parents=True)
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    (place / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    (place / "story.md").write_text(story, encoding="utf-8")
