"""Memory of the service as an administrator starts it: idle, with a large chart in hand, after."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from tests.benchmarks.load_servers import PRODUCT, SERVE, Server, running
from tests.benchmarks.press import post

WORKERS = (1, 2, 4)
_SECONDS_TO_SETTLE = 2.0
_MB = 1024


def worker_memory(process: subprocess.Popen[bytes]) -> float:
    """PSS of the serving process, MB: the largest of those that were started."""
    return max(map(_pss, tree(process.pid)))


def tree(pid: int) -> list[int]:
    """A process and those it started, itself first."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = path.read_text().split() if path.exists() else []
    return [pid, *(each for child in children for each in tree(int(child)))]


def _pss(pid: int) -> float:
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:") / _MB


def _kilobytes(file: str, name: str) -> int:
    for line in Path(file).read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    return 0


def measure_idle(folder: Path) -> list[str]:
    """The idle part of G9: what `oncocue serve` takes by workers, all processes together."""
    lines = [
        "| `oncocue serve`, workers | idle worker PSS MB | all processes PSS MB |",
        "|---|---|---|",
    ]
    for workers in WORKERS:
        with running(SERVE, folder, str(workers), cores="0,1") as (_, process):
            time.sleep(_SECONDS_TO_SETTLE)
            first, *rest = [_pss(pid) for pid in tree(process.pid)]
        lines.append(f"| {workers} | {max(rest):.0f} | {first + sum(rest):.0f} |")
    return lines


def measure_in_flight(folder: Path, server: Server = PRODUCT) -> list[str]:
    """The part of G9 about one request: how much more memory its peak takes than its bytes."""
    lines = [
        "| body | bytes | most while it is answered, MB more | × the body |",
        "|---|---|---|---|",
    ]
    for size in ("1 MB", "large"):
        body = folder / f"{size}.json"
        length = body.stat().st_size
        with running(server, folder) as (port, process):
            post(port, server, (folder / "100 KB.json").read_bytes())
            worker = tree(process.pid)[-1]
            before = _kilobytes(f"/proc/{worker}/status", "VmRSS:")
            Path(f"/proc/{worker}/clear_refs").write_text("5")  # the peak begins anew
            post(port, server, body.read_bytes())
            more = _kilobytes(f"/proc/{worker}/status", "VmHWM:") - before
        name = "5.4 MB" if size == "large" else size
        lines.append(f"| {name} | {length:,} | {more / _MB:.1f} | {more * 1024 / length:.1f} |")
    return lines
