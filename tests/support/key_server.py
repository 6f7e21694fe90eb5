"""Addresses of public keys over a real socket, which a test changes or breaks."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class KeyServer:
    """Gives one key set at every path; counts who asked for what."""

    def __init__(self) -> None:
        self.body: bytes = b'{"keys": []}'
        self.status = 200
        self.delay = 0.0
        self.headers: dict[str, str] = {}
        self.calls: list[str] = []
        self.base = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.calls.append(Request(environ).path)
        time.sleep(self.delay)
        response = Response(self.body, self.status, self.headers, mimetype="application/json")
        return response(environ, start_response)


@contextmanager
def running_key_server() -> Iterator[KeyServer]:
    """The server on a free loopback port while the block runs."""
    fake = KeyServer()
    server = make_server("127.0.0.1", 0, fake, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    fake.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        thread.join()
