"""`python -m tests.benchmarks load`: the service under load, beside bare applications and a peer.

Each server runs alone on core 0 with one worker and one thread, wrk on core 1; rounds are
interleaved and medians told, so that a disturbance hits all alike. Needs Debian's wrk.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.benchmarks.bodies import request_body
from tests.support.servers import clean_environment, free_port, wait_for
from tests.support.tokens import Signer, key_of, key_set

ROUNDS = 3
SECONDS = 2
CONNECTIONS = 16
SIZES = {"100 KB": (65, 20), "1 MB": (1000, 20)}
LARGE = (5000, 100)
TOKENS = 5_000
PATH = "/cds-services/biomarker-testing"
ES384 = Signer(key_of("EC", "P-384"))
RS384 = Signer(key_of("RSA", 2048), "RS384", "rsa")
_APPS = "tests.benchmarks.load_apps"
_LUA = """
local file = io.open(os.getenv("BENCH_BODY"), "rb")
local body = file:read("*a")
file:close()
local tokens = {}
local name = os.getenv("BENCH_TOKENS")
if name then for line in io.lines(name) do tokens[#tokens + 1] = line end end
local used = 0
function request()
  local headers = {["Content-Type"] = "application/json"}
  if name then
    used = used + 1
    headers["Authorization"] = "Bearer " .. (tokens[used] or "")
  end
  return wrk.format("POST", os.getenv("BENCH_PATH"), headers, body)
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\\nRESULT {"calls": %d, "us": %d, "p50": %.3f, "p95": %.3f, "p99": %.3f, "bad": %d}\\n',
    summary.requests, summary.duration, latency:percentile(50) / 1000,
    latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    errors.status + errors.timeout + errors.read))
end
"""


class Measured(NamedTuple):
    """One run of wrk."""

    rate: float
    p50: float
    p95: float
    p99: float


class Server(NamedTuple):
    """A server that is measured: its factory or command, its settings, who signs its calls."""

    name: str
    target: str
    signer: Signer | None = None
    path: str = PATH
    python: str = sys.executable


SERVERS = [
    Server("echo", f"{_APPS}:create_echo"),
    Server("decode only", f"{_APPS}:create_decode_only"),
    Server("product", f"{_APPS}:create_open_product"),
    Server("product, RS384", "oncocue.production:create_production_app", RS384),
    Server("product, ES384", "oncocue.production:create_production_app", ES384),
]


def peers() -> list[Server]:
    """HealthChain, when `BENCH_HEALTHCHAIN` names the Python of an environment that has it."""
    python = os.environ.get("BENCH_HEALTHCHAIN")
    if not python:
        return []
    target = "tests.benchmarks.healthchain_app:app"
    return [
        Server("HealthChain, raw handler", target, None, "/cds/cds-services/raw", python),
        Server("HealthChain, its adapter", target, None, "/cds/cds-services/adapter", python),
    ]


def write_config(folder: Path) -> Path:
    """A configuration with audit, metrics and one site."""
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "metrics").mkdir(exist_ok=True)
    (folder / "sites" / "bench.jwks").write_bytes(key_set(ES384.public(), RS384.public()))
    (folder / "sites" / "bench.toml").write_text(
        f'name = "bench"\nissuer = "{ES384.issuer}"\njwks_file = "bench.jwks"\n'
        'profile = "sandbox"\nlifetime_seconds = 3600\n'
    )
    (folder / "oncocue.toml").write_text(
        '[hooks]\nsites = "sites"\npublic_url = "https://oncocue.example"\n'
        f'[database]\nurl = "sqlite:///oncocue.sqlite"\n[metrics]\nport = {free_port()}\n'
        "[limits]\ncalls_per_minute = 0\n"
    )
    return folder / "oncocue.toml"


@contextmanager
def running(server: Server, folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The server on core 0 while the block runs; its port and process."""
    port = free_port()
    if server.python == sys.executable:
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"),
            *("--blocking-threads", "1", "--factory", "--log-level", "critical"),
            *("--host", "127.0.0.1", "--port", str(port), server.target),
        ]
    else:
        command = [server.python, "-m", "uvicorn", "--log-level", "critical"]
        command += ["--port", str(port), server.target]
    environment = clean_environment(
        ONCOCUE_CONFIG=str(folder / "oncocue.toml"),
        PROMETHEUS_MULTIPROC_DIR=str(folder / "metrics"),
        PYTHONPATH=str(Path(__file__).parents[2]),
        # Modules compiled before, as those of an install are: compiling leaves memory behind.
        PYTHONPYCACHEPREFIX=str(folder / "compiled"),
        PYTHONDONTWRITEBYTECODE="",
    )
    process = subprocess.Popen(
        ["taskset", "-c", "0", *command],
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


def press(port: int, server: Server, body: Path, folder: Path, connections: int) -> Measured:
    """wrk on core 1 for some seconds. Raises when an answer was not 200."""
    environment = {**os.environ, "BENCH_BODY": str(body), "BENCH_PATH": server.path}
    if server.signer:
        tokens = folder / "tokens"
        now = time.time()
        signed = (server.signer.token(iat=now - 1, exp=now + 3000) for _ in range(TOKENS))
        tokens.write_text("\n".join(signed))
        environment["BENCH_TOKENS"] = str(tokens)
    (folder / "press.lua").write_text(_LUA)
    ran = subprocess.run(
        [
            *("taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s"),
            *("--timeout", "30s", "-s", str(folder / "press.lua"), f"http://127.0.0.1:{port}"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(ran.stdout.partition("RESULT ")[2])
    if result["bad"]:
        raise RuntimeError(f"{server.name}: {result['bad']} of {result['calls']} were no answers")
    rate = result["calls"] / (result["us"] / 1e6)
    return Measured(rate, result["p50"], result["p95"], result["p99"])


def median_of(runs: list[Measured]) -> Measured:
    """Each figure's median."""
    return Measured(*(statistics.median(values) for values in zip(*runs, strict=True)))


def worker_memory(process: subprocess.Popen[bytes]) -> float:
    """PSS of the serving process, MB: the largest of those below the one that was started."""
    return max(_pss(pid) for pid in [process.pid, *_children(process.pid)])


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(each) for each in path.read_text().split()] if path.exists() else []


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def measure_rates(folder: Path) -> list[str]:
    """G4, G5, G6, G8 and the idle part of G9."""
    servers = SERVERS + peers()
    runs: dict[tuple[str, str, int], list[Measured]] = {}
    memory: dict[str, float] = {}
    for round_ in range(ROUNDS):
        for server in servers:
            with running(server, folder) as (port, process):
                for size in SIZES:
                    body = folder / f"{size}.json"
                    warm = press_once(port, server, body)
                    if round_ == ROUNDS - 1 and size == "100 KB":
                        memory[server.name] = worker_memory(process) if warm else 0.0
                    for connections in (CONNECTIONS, 1):
                        measured = press(port, server, body, folder, connections)
                        runs.setdefault((server.name, size, connections), []).append(measured)
            print(f"round {round_ + 1}: {server.name}", file=sys.stderr)
    return _table(servers, {key: median_of(each) for key, each in runs.items()}, memory)


def press_once(port: int, server: Server, body: Path) -> bool:
    """One call without a token, so that everything is loaded; whether anything answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        content = body.read_bytes()
        head = (
            f"POST {server.path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        )
        connection.sendall(head.encode() + content)
        return connection.recv(16).startswith(b"HTTP/1.1")


def _table(
    servers: list[Server],
    found: dict[tuple[str, str, int], Measured],
    memory: dict[str, float],
) -> list[str]:
    lines = [
        "| server | 100 KB, 16 conn., calls/s | of decode only | p50 / p99 ms | 1 MB, 16 conn., "
        "calls/s | of decode only | p50 / p99 ms | 1 MB, 1 conn., p50 / p99 ms "
        "| idle worker PSS MB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for server in servers:
        cells = [server.name]
        for size in SIZES:
            one = found[(server.name, size, CONNECTIONS)]
            share = one.rate / found[("decode only", size, CONNECTIONS)].rate
            cells += (
                [f"{one.rate:,.0f}", f"{share * 100:.0f} %", f"{one.p50:.1f} / {one.p99:.1f}"]
                if one.rate
                else [f"none in {SECONDS} s", "–", "–"]
            )
        alone = found[(server.name, "1 MB", 1)]
        cells.append(f"{alone.p50:.2f} / {alone.p99:.2f}" if alone.rate else "–")
        cells.append(f"{memory[server.name]:.0f}")
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def measure_large(folder: Path) -> list[str]:
    """G9 and G13: a 5.4 MB chart, 1,000 of them, and a body over the limit."""
    server = SERVERS[2]
    body = folder / "large.json"
    with running(server, folder) as (port, process):
        press_once(port, server, body)
        calls, alone = 0, []
        before = 0.0
        while calls < 1_000:
            measured = press(port, server, body, folder, 1)
            calls += round(measured.rate * SECONDS)
            alone.append(measured)
            before = before or worker_memory(process)
        after = worker_memory(process)
        refused = sorted(_refused_in(port) for _ in range(51))
    median = median_of(alone)
    return [
        "| 5.4 MB chart, 1 connection, p50 / p99 ms | worker PSS MB after the first and the last "
        f"of {calls:,} calls | over the limit: refused, median and most, ms |",
        "|---|---|---|",
        f"| {median.p50:.0f} / {median.p99:.0f} | {before:.0f} / {after:.0f} "
        f"| {statistics.median(refused):.1f} / {refused[-1]:.1f} |",
    ]


def _refused_in(port: int) -> float:
    """Milliseconds until a body of 40 MB is refused of which only the head was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        started = time.perf_counter()
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 41943040\r\n\r\n".encode()
        )
        assert connection.recv(64).startswith(b"HTTP/1.1 413")
        return (time.perf_counter() - started) * 1000


def section() -> list[str]:
    """The part of docs/benchmarks.md about load."""
    if not shutil.which("wrk"):
        return ["Not measured: Debian's `wrk` is not here."]
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_config(folder)
        for size, counts in {**SIZES, "large": LARGE}.items():
            (folder / f"{size}.json").write_bytes(request_body(*counts))
        load = os.getloadavg()[0]
        rates, large = measure_rates(folder), measure_large(folder)
    return [
        "granian, one worker and one blocking thread on one core, wrk on the other; database, "
        f"audit and metrics on; medians of {ROUNDS} interleaved rounds of {SECONDS} s. Tokens are "
        f"verified and used once each. Load average at the start {load:.1f}: above 2 others were "
        "at work on the same cores, and the figures tell little.",
        "",
        "Goals: of decode only at least 60 % (100 KB) and 88 % (1 MB), with RS384 45 % and 82 %, "
        "with ES384 27 % and 75 %; p99 at most 1.5 × p50 at 1 MB; at least 5 × HealthChain's raw "
        "handler and 50 × its adapter; idle worker at most 60 MB; 5.4 MB in under 60 ms p99; a "
        "body over the limit refused in under 10 ms.",
        "",
        *rates,
        "",
        *large,
    ]
