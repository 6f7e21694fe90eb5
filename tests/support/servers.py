"""The product in a process of its own, as `oncocue serve --dev` runs it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def free_port() -> int:
    """A port nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment(**settings: str) -> dict[str, str]:
    """The environment without any configuration but these settings."""
    kept = {key: value for key, value in os.environ.items() if "ONCOCUE" not in key}
    return {**kept, **settings}


@contextmanager
def running_product(settings: dict[str, str] | None = None) -> Iterator[int]:
    """The port at which the product listens while the block runs."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "oncocue", "serve", "--dev", "--port", str(port)],
        env=clean_environment(**(settings or {})),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(server, port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def wait_for(server: subprocess.Popen[bytes], port: int, seconds: float = 60.0) -> None:
    """Return when the server listens; an assertion fails when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended before it answered"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the server did not listen in time")
