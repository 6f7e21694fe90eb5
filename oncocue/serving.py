"""Servers: the service for development, and the demonstration of service and sandbox EHR."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

_LOOPBACK = "127.0.0.1"
_SANDBOX_HOST = "localhost"


class PortTaken(OSError):
    """A port is in use; the message says which and what to do."""


def serve_dev(port: int) -> None:
    """Serve `create_dev_app` on loopback until stopped."""
    _check_free(port)
    print(f"OncoCue for development: http://{_LOOPBACK}:{port}/cds-services", file=sys.stderr)
    _run("oncocue.wiring:create_dev_app", port)


def serve_demo(port: int) -> None:
    """Serve the service on `port` and the sandbox EHR on the next one until stopped."""
    for each in (port, port + 1):
        _check_free(each)
    os.environ["ONCOCUE__HOOKS__PUBLIC_URL"] = f"http://{_LOOPBACK}:{port}"
    os.environ["ONCOCUE_SANDBOX_SERVICE"] = f"http://{_LOOPBACK}:{port}"
    context = multiprocessing.get_context("spawn")
    servers = [
        context.Process(target=_run, args=("oncocue.wiring:create_dev_app", port)),
        context.Process(target=_run, args=("oncocue.sandbox_app:create_sandbox_app", port + 1)),
    ]
    for server in servers:
        server.start()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _wait_until_open(port + 1)
    print(
        f"\n  OncoCue demonstration\n"
        f"  Sandbox EHR with synthetic patients:  http://{_SANDBOX_HOST}:{port + 1}/\n"
        f"  CDS Hooks service:                    http://{_LOOPBACK}:{port}/cds-services\n"
        f"  Demonstration content, not clinically approved. Ctrl-C ends it.\n",
        file=sys.stderr,
    )
    try:
        for server in servers:
            server.join()
    except KeyboardInterrupt:
        pass
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.join(timeout=5)


def _run(target: str, port: int) -> None:
    Granian(
        target,
        address=_LOOPBACK,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.warning,
    ).serve()


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            raise PortTaken(f"Port {port} is in use. Choose another one with --port.") from None


def _wait_until_open(port: int, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            probe.settimeout(0.2)
            if probe.connect_ex((_LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
