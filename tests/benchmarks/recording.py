"""What remembering, recording and counting add to a call: processor time of the whole process."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client import CollectorRegistry

from cds_hooks.audit.recorder import Recorder
from cds_hooks.audit.store import AuditStore
from cds_hooks.feedback.memory import CardMemory, Secret
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.front import HookFront
from cds_hooks.metrics import HookMetrics
from oncocue.clients import development_caller
from oncocue.database.engine import make_engine
from oncocue.database.schema import prepare
from oncocue.logs import log_as_json
from oncocue.settings import HooksSection
from oncocue.wiring import hook_answers
from oncology.guidance.library import Guidance

TODAY = date(2026, 11, 22)
_ROUNDS, _CALLS = 15, 100


def measure_recording(guidance: Guidance, bodies: dict[str, bytes]) -> list[str]:
    """Without; with card memory; with record and metrics too."""
    lines = [
        "| body | call µs | with card memory | with record and metrics too |",
        "|---|---|---|---|",
    ]
    with (
        TemporaryDirectory() as folder,
        Path(os.devnull).open("w") as nowhere,
        redirect_stderr(nowhere),
    ):
        log_as_json()
        for name, body in bodies.items():
            took = _measured(guidance, Path(folder) / f"{name}.sqlite", body)
            plain = took[0]
            told = (f"{each:,.0f} ({(each / plain - 1) * 100:+.0f} %)" for each in took[1:])
            lines.append(f"| {name} | {plain:,.0f} | {' | '.join(told)} |")
    return lines


def _measured(guidance: Guidance, path: Path, body: bytes) -> list[float]:
    """Median µs of processor time a call takes in each dress; rounds alternate."""
    engine = make_engine(f"sqlite:///{path}", durable=False)
    prepare(engine)
    caller = development_caller(HooksSection(profile="sandbox"))
    memory = CardMemory(SqlLedger(engine), Secret(b"benchmark"))
    plain = hook_answers(guidance, caller, lambda: TODAY)
    remembering = hook_answers(guidance, caller, lambda: TODAY, memory)
    metrics = HookMetrics(guidance.version, CollectorRegistry())
    took: list[list[float]] = [[], [], []]
    for _ in range(_ROUNDS):
        recorder = Recorder(SqlLedger(engine), AuditStore(engine), count=metrics.count)
        fronts = (
            HookFront(plain),
            HookFront(remembering),
            HookFront(remembering, watches=(recorder,)),
        )
        for at, front in enumerate(fronts):
            end = recorder.close if at == len(fronts) - 1 else _nothing
            took[at].append(_processor_time(front, body, end))
    return [statistics.median(each) * 1e6 for each in took]


def _processor_time(front: HookFront, body: bytes, end: Callable[[], None]) -> float:
    """Seconds of processor time a call, all threads; `end` writes what waits."""
    started = time.process_time()
    for _ in range(_CALLS):
        front.run("biomarker-testing", lambda: front.answers.answer("biomarker-testing", body))
    end()
    return (time.process_time() - started) / _CALLS


def _nothing() -> None:
    """Nothing waits."""
