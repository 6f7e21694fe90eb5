"""`python -m tests.benchmarks load`: the service under load, beside bare applications and peers.

Each server runs alone on core 0 with one worker and one thread, wrk on core 1; rounds are
interleaved and medians told, so that a disturbance hits all alike. Needs Debian's wrk.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.bodies import request_body
from tests.benchmarks.fallback import measure_fallback
from tests.benchmarks.load_memory import measure_idle, measure_in_flight, worker_memory
from tests.benchmarks.load_servers import (
    PATH,
    PRODUCT,
    SERVERS,
    Server,
    peers,
    running,
    write_config,
)
from tests.benchmarks.press import SECONDS, Measured, post, press

ROUNDS = 3
CONNECTIONS = 16
SIZES = {"100 KB": (65, 20), "1 MB": (1000, 20)}
LARGE = (5000, 100)


def median_of(runs: list[Measured]) -> Measured:
    """Each figure's median."""
    return Measured(*(statistics.median(values) for values in zip(*runs, strict=True)))


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
                    post(port, server, body.read_bytes())
                    if round_ == ROUNDS - 1 and size == "100 KB":
                        memory[server.name] = worker_memory(process)
                    for connections in (CONNECTIONS, 1):
                        measured = press(port, server, body, folder, connections)
                        runs.setdefault((server.name, size, connections), []).append(measured)
            print(f"round {round_ + 1}: {server.name}", file=sys.stderr)
    return _table(servers, {key: median_of(each) for key, each in runs.items()}, memory)


def _table(
    servers: list[Server],
    found: dict[tuple[str, str, int], Measured],
    memory: dict[str, float],
) -> list[str]:
    lines = [
        "| server | 100 KB, 16 conn., calls/s | of decode only | p50 / p99 ms | 1 MB, 16 conn., "
        "calls/s | of decode only | p50 / p99 ms | 1 MB, 1 conn., p50 / p99 ms "
        "| worker PSS MB |",
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
    server = PRODUCT
    body = folder / "large.json"
    with running(server, folder) as (port, process):
        post(port, server, body.read_bytes())
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
        idle, in_flight = measure_idle(folder), measure_in_flight(folder)
        fallback = measure_fallback(folder, SIZES["100 KB"])
    return [
        "granian, one worker and one blocking thread on one core, wrk on the other; database, "
        f"audit and metrics on; medians of {ROUNDS} interleaved rounds of {SECONDS} s. Tokens are "
        f"verified and used once each. Load average at the start {load:.1f}: above 2 others were "
        "at work on the same cores, and the figures tell little.",
        "",
        "Goals: of decode only at least 60 % (100 KB) and 88 % (1 MB), with RS384 45 % and 82 %, "
        "with ES384 27 % and 75 %; p99 at most 1.5 × p50 at 1 MB; at least 5 × HealthChain's raw "
        "handler, 50 × its adapter, 40 × cql-execution and as much as node-cds-hooks (each with "
        "one rule and without authentication); 5.4 MB in under 60 ms p99; a body over the limit "
        "refused in under 10 ms.",
        "",
        *rates,
        "",
        *large,
        "",
        "## Memory",
        "",
        "Goals: an idle worker at most 60 MB; a request in hand at most 4 × its body. `oncocue "
        "serve` makes the app before its workers, which share its memory; PSS counts a page that "
        "n processes share as the n-th part.",
        "",
        *idle,
        "",
        *in_flight,
        "",
        "## Fetching what was not prefetched",
        "",
        "`oncocue serve`, one worker, calls signed with RS384, an EHR on the same machine that "
        "takes 100 ms for each answer; 100 KB of chart. Goal: p95 under 500 ms.",
        "",
        *fallback,
    ]
