"""A FHIR server over a real socket whose answers a test sets."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class FhirServer:
    """Answers by path; counts the calls and keeps the tokens it was shown."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.statuses: dict[str, int] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.delay = 0.0
        # Held back until this is set; answered only when so many have arrived together.
        self.wait_for: threading.Event | None = None
        self.meet: threading.Barrier | None = None
        self.calls: list[str] = []
        self.queries: list[str] = []
        # Statuses to answer with first, one a call, before the usual answer.
        self.first: dict[str, list[int]] = {}
        self.tokens: set[str | None] = set()
        self.base = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        self.tokens.add(request.headers.get("Authorization"))
        page = parse_qs(urlsplit(request.full_path).query).get("page", [""])[0]
        key = request.path.removeprefix("/fhir/") + (f"?page={page}" if page else "")
        self.calls.append(key)
        self.queries.append(request.query_string.decode())
        time.sleep(self.delay)
        if self.wait_for is not None:
            self.wait_for.wait(30)
        if self.meet is not None:
            self.meet.wait(15)
        body = self.answers.get(key, {"resourceType": "Bundle", "type": "searchset"})
        text = body if isinstance(body, (bytes, str)) else json.dumps(body)
        status = self.first[key].pop(0) if self.first.get(key) else self.statuses.get(key, 200)
        response = Response(text, status=status, mimetype="application/json")
        response.headers.update(self.headers.get(key, {}))
        return response(environ, start_response)


@contextmanager
def running_fhir_server() -> Iterator[FhirServer]:
    """The server on a free loopback port while the block runs."""
    fake = FhirServer()
    server = make_server("127.0.0.1", 0, fake, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    fake.base = f"http://127.0.0.1:{server.server_port}/fhir"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
