"""Servers: the service for development, and the demonstration of service and sandbox EHR."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time

_LOOPBACK = "127.0.0.1"
_SANDBOX_HOST = "localhost"
_SERVICE = "oncocue.wiring:create_dev_app"
_SANDBOX = "oncocue.sandbox_app:create_sandbox_app"
# A page of the sandbox waits for the service, which may fetch from the sandbox meanwhile.
_SERVICE_THREADS, _SANDBOX_THREADS = 16, 64
_SECONDS_TO_STOP = 5.0


class PortTaken(OSError):
    """A port is in use; the message says which and what to do."""


def serve_dev(port: int, issuers: list[str]) -> None:
    """Serve `create_dev_app` on loopback until stopped; `issuers` are EHRs to launch from.

    Raises ValueError when one of them is no FHIR base URL.
    """
    _check_free(port)
    service = f"http://{_LOOPBACK}:{port}"
    os.environ.setdefault("ONCOCUE__HOOKS__PUBLIC_URL", service)
    if issuers:
        os.environ["ONCOCUE__APP__ISSUERS"] = json.dumps(issuers)
        _check_issuers()
    print(f"OncoCue for development: {service}/cds-services", file=sys.stderr)
    for issuer in issuers:
        print(f"SMART app for {issuer}: {service}/launch.html", file=sys.stderr)
    run_server(_SERVICE, port, _SERVICE_THREADS)


def _check_issuers() -> None:
    from oncocue.smart import registered_ehrs
    from oncocue.wiring import load_settings

    registered_ehrs(load_settings())


def serve_demo(port: int) -> None:
    """Serve the service on `port` and the sandbox EHR on the next one until stopped."""
    from oncocue.sandbox_app import sandbox_issuers

    for each in (port, port + 1):
        _check_free(each)
    service = f"http://{_LOOPBACK}:{port}"
    environment = {
        **os.environ,
        "ONCOCUE__HOOKS__PUBLIC_URL": service,
        "ONCOCUE__APP__ISSUERS": json.dumps(sandbox_issuers(f"http://{_SANDBOX_HOST}:{port + 1}")),
        "ONCOCUE__APP__LABEL": "Sandbox EHR",
        "ONCOCUE_SANDBOX_SERVICE": service,
        "ONCOCUE__TRIALS__RECORDED": "true",
        "ONCOCUE__TRIALS__NEAR": "Boston, MA",
    }
    signal.signal(signal.SIGTERM, _interrupt)
    servers: list[subprocess.Popen[bytes]] = []
    try:
        for target, at, threads in (
            (_SERVICE, port, _SERVICE_THREADS),
            (_SANDBOX, port + 1, _SANDBOX_THREADS),
        ):
            call = (
                f"from oncocue.serving import run_server; run_server({target!r}, {at}, {threads})"
            )
            servers.append(subprocess.Popen([sys.executable, "-c", call], env=environment))
        if _opened(servers, port, port + 1):
            print(_welcome(port), file=sys.stderr)
        while all(server.poll() is None for server in servers):
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(servers)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _welcome(port: int) -> str:
    return (
        f"\n  OncoCue demonstration\n"
        f"  Sandbox EHR with synthetic patients:  http://{_SANDBOX_HOST}:{port + 1}/\n"
        f"  CDS Hooks service:                    http://{_LOOPBACK}:{port}/cds-services\n"
        f"  SMART app, started by hand:           http://{_LOOPBACK}:{port}/launch.html\n"
        f"  Demonstration content, not clinically approved. Ctrl-C ends it.\n"
    )


def _stop(servers: list[subprocess.Popen[bytes]]) -> None:
    """End every server: asked first, then made to."""
    for server in servers:
        server.terminate()
    for server in servers:
        try:
            server.wait(_SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def run_server(target: str, port: int, threads: int) -> None:
    """Serve a WSGI factory `module:function` on loopback until stopped."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        target,
        address=_LOOPBACK,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=threads,
        log_level=LogLevels.warning,
    ).serve()


def _check_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            raise PortTaken(f"Port {port} is in use. Choose another one with --port.") from None


def _opened(servers: list[subprocess.Popen[bytes]], *ports: int, seconds: float = 30.0) -> bool:
    """Whether all ports answer while all servers live."""
    deadline = time.monotonic() + seconds
    waiting = set(ports)
    while waiting and time.monotonic() < deadline:
        if any(server.poll() is not None for server in servers):
            return False
        waiting = {port for port in waiting if not _answers(port)}
        time.sleep(0.05)
    return not waiting


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((_LOOPBACK, port)) == 0
