"""The app beside the sandbox EHR in all its conducts, both on real sockets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from markupsafe import escape
from werkzeug.serving import make_server

from oncocue.settings import AppSection, HooksSection, Settings
from sandbox.app import create_app as create_sandbox
from sandbox.conduct import parse_conduct
from sandbox.conduct.fault import faults
from sandbox.conduct.mood import moods
from sandbox.smart.context import LaunchContext
from tests.support.hook_calls import CHARTS, TODAY
from tests.support.smart_launches import Browser, app_for, browser_of

DOCTOR = "Practitioner/sandbox-oncologist"
_FRAMES = "/chart-with-apps"
FLAGSHIP = "lung-adenocarcinoma-partial-results"


class Hospital:
    """A sandbox EHR and the app that is registered at it once for each conduct."""

    def __init__(self, service: str, ehr: str, host: Flask, sandbox: Flask) -> None:
        self.service, self.ehr, self.app = service, ehr, host
        self.sandbox = sandbox.extensions["sandbox"]

    def base(self, conduct: str) -> str:
        """The FHIR base of a conduct."""
        return f"{self.ehr}/sim/{conduct}/fhir" if conduct else f"{self.ehr}/fhir"

    def link(self, conduct: str, story: str = FLAGSHIP, **context: Any) -> str:
        """The path the EHR sends the browser to: launch.html with iss and launch."""
        made = LaunchContext(**{"user": DOCTOR, "patient": story, **context})
        known = parse_conduct(conduct) if conduct else None
        launch = self.sandbox.smart.ledger.launch("oncocue", made, known.slug if known else "")
        return f"/launch.html?{urlencode({'iss': self.base(conduct), 'launch': launch})}"

    def page_with_frames(self, *addresses: str) -> str:
        """A page of the EHR that shows these addresses in frames."""
        return f"{self.ehr}{_FRAMES}?{urlencode([('f', each) for each in addresses])}"

    def browser(self) -> Browser:
        """A browser without cookies."""
        return browser_of(self.app)


def _frames() -> str:
    frames = "".join(
        f'<iframe name="f{number}" src="{escape(address)}" width="420" height="700"></iframe>'
        for number, address in enumerate(request.args.getlist("f"))
    )
    return f"<!doctype html><title>EHR</title><h1>A chart in the EHR</h1>{frames}"


@contextmanager
def running_hospital() -> Iterator[Hospital]:
    """Both servers on free ports of two hosts while the block runs."""
    held: dict[str, Any] = {}

    def late(environ: Any, start_response: Any) -> Any:
        return held["app"](environ, start_response)

    service = make_server("127.0.0.1", 0, late, threaded=True)
    address = f"http://127.0.0.1:{service.server_port}"
    sandbox = create_sandbox(address, CHARTS, today=lambda: TODAY)
    sandbox.add_url_rule(_FRAMES, view_func=_frames)
    ehr = make_server("localhost", 0, sandbox, threaded=True)
    origin = f"http://localhost:{ehr.server_port}"
    conducts = ["", *(each for each in moods() if each != "standard")]
    conducts += [f"standard+{name}" for name in faults()]
    issuers = [f"{origin}/sim/{each}/fhir" if each else f"{origin}/fhir" for each in conducts]
    settings = Settings(
        hooks=HooksSection(profile="sandbox", public_url=address),
        app=AppSection(issuers=issuers),
    )
    held["app"] = app_for(settings=settings)
    threads = [
        threading.Thread(target=each.serve_forever, args=(0.02,), daemon=True)
        for each in (service, ehr)
    ]
    for thread in threads:
        thread.start()
    try:
        yield Hospital(address, origin, held["app"], sandbox)
    finally:
        for each in (service, ehr):
            each.shutdown()
        for thread in threads:
            thread.join()
