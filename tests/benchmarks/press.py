"""Calls of a running server: by wrk for rates, one at a time for the rest."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.load_servers import Server
from tests.support.tokens import Signer

SECONDS = 2
TOKENS = 5_000
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


def fresh_tokens(signer: Signer, many: int) -> list[str]:
    """Tokens good for a while, each for one call."""
    now = time.time()
    return [signer.token(iat=now - 1, exp=now + 3000) for _ in range(many)]


def press(port: int, server: Server, body: Path, folder: Path, connections: int) -> Measured:
    """wrk on core 1 for some seconds. Raises when an answer was not 200."""
    environment = {**os.environ, "BENCH_BODY": str(body), "BENCH_PATH": server.path}
    if server.signer:
        tokens = folder / "tokens"
        tokens.write_text("\n".join(fresh_tokens(server.signer, TOKENS)))
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


def post(port: int, server: Server, body: bytes, token: str = "") -> int:
    """One call; its status. The answer is read whole."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    with suppress(BrokenPipeError):  # who is refused may be answered before all was sent
        connection.request("POST", server.path, body, headers)
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status
