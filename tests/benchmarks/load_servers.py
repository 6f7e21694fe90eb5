"""The servers of the load benchmark: bare applications, the product, and its peers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from oncocue.database.engine import make_engine
from oncocue.database.schema import prepare
from tests.benchmarks.node_peers import node_modules
from tests.support.servers import clean_environment, free_port, wait_for
from tests.support.tokens import Signer, key_of, key_set

PATH = "/cds-services/biomarker-testing"
ES384 = Signer(key_of("EC", "P-384"))
RS384 = Signer(key_of("RSA", 2048), "RS384", "rsa")
_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_APPS = "tests.benchmarks.load_apps"
_GRANIAN = (
    *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"),
    *("--blocking-threads", "1", "--factory", "--log-level", "critical"),
    *("--host", "127.0.0.1", "--port"),
)


class Server(NamedTuple):
    """A server that is measured: its command, which the port and the rest follow, and its calls.

    `signer` signs them; `modules` is where a program for node finds its packages.
    """

    name: str
    command: tuple[str, ...]
    rest: tuple[str, ...] = ()
    signer: Signer | None = None
    path: str = PATH
    modules: Path | None = None


def _granian(name: str, target: str, signer: Signer | None = None) -> Server:
    return Server(name, _GRANIAN, (target,), signer)


PRODUCT = _granian("product", f"{_APPS}:create_open_product")
SERVERS = [
    _granian("echo", f"{_APPS}:create_echo"),
    _granian("decode only", f"{_APPS}:create_decode_only"),
    PRODUCT,
    _granian("product, RS384", "oncocue.production:create_production_app", RS384),
    _granian("product, ES384", "oncocue.production:create_production_app", ES384),
]
# As an administrator starts it; the number of workers follows the port.
SERVE = Server(
    "oncocue serve", (sys.executable, "-m", "oncocue", "serve", "--port"), ("--workers",)
)


def peers() -> list[Server]:
    """HealthChain, when `BENCH_HEALTHCHAIN` names the Python of an environment that has it.

    node-cds-hooks and cql-execution, where npm can install them.
    """
    found = []
    if python := os.environ.get("BENCH_HEALTHCHAIN"):
        command = (python, "-m", "uvicorn", "--log-level", "critical", "--port")
        apps = "tests.benchmarks.healthchain_app"
        path = "/cds/cds-services/bench"
        found += [
            Server("HealthChain, raw handler", command, (f"{apps}:raw_app",), path=path),
            Server("HealthChain, its adapter", command, (f"{apps}:adapter_app",), path=path),
        ]
    if modules := node_modules():
        for name, path in (("node-cds-hooks", "/cds-services/bench"), ("cql-execution", "/")):
            program = _HERE / f"{name.replace('-', '_')}_app.js"
            command = ("node", str(program))
            found.append(Server(name, command, path=path, modules=modules))
    return found


def write_config(folder: Path, fhir_server: str = "") -> Path:
    """A configuration with audit, metrics, one site, and a database with its tables."""
    prepare(make_engine(f"sqlite:///{folder}/oncocue.sqlite"))
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "metrics").mkdir(exist_ok=True)
    (folder / "sites" / "bench.jwks").write_bytes(key_set(ES384.public(), RS384.public()))
    (folder / "sites" / "bench.toml").write_text(
        f'name = "bench"\nissuer = "{ES384.issuer}"\njwks_file = "bench.jwks"\n'
        'profile = "sandbox"\nlifetime_seconds = 3600\n'
        + (f'fhir_servers = ["{fhir_server}"]\n' if fhir_server else "")
    )
    (folder / "oncocue.toml").write_text(
        '[hooks]\nsites = "sites"\npublic_url = "https://oncocue.example"\n'
        f'[database]\nurl = "sqlite:///oncocue.sqlite"\n[metrics]\nport = {free_port()}\n'
        "[limits]\ncalls_per_minute = 0\n"
    )
    return folder / "oncocue.toml"


@contextmanager
def running(
    server: Server, folder: Path, *more: str, cores: str = "0"
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The server on a core of its own while the block runs; its port and process."""
    port = free_port()
    environment = clean_environment(
        ONCOCUE_CONFIG=str(folder / "oncocue.toml"),
        PROMETHEUS_MULTIPROC_DIR=str(folder / "metrics"),
        PYTHONPATH=str(_ROOT),
        NODE_PATH=str(server.modules or ""),
        # Modules compiled before, as those of an install are: compiling leaves memory behind.
        PYTHONPYCACHEPREFIX=str(folder / "compiled"),
        PYTHONDONTWRITEBYTECODE="",
    )
    process = subprocess.Popen(
        ["taskset", "-c", cores, *server.command, str(port), *server.rest, *more],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(process, port)
        yield port, process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
