"""What judging a family of sixty relatives costs, against decoding it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import date

from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.guidance.library import Guidance
from oncology.reading.decode import read_records
from tests.family.builders import BREAST, COLON, OVARIAN, PATIENT, bundle, icd, relative

_TODAY = date(2026, 11, 22)
_ROUNDS, _RELATIVES = 15, 60
_RELATIONS = ("SIS", "BRO", "MAUNT", "PAUNT", "MUNCLE", "PUNCLE", "MCOUSN", "PCOUSN", "NIECE")
_KINDS = frozenset({"genetic-counseling", "family-history"})


def family(is_open: bool) -> bytes:
    """Sixty relatives, every third with a cancer; `is_open`: some ages are not recorded."""
    cancers = (BREAST, COLON, OVARIAN, icd("C61"))
    members = []
    for number in range(_RELATIVES):
        relation = _RELATIONS[number % len(_RELATIONS)]
        age = None if is_open and number % 4 == 0 else 55 + number % 20
        ill = [(cancers[number // 3 % 4], age)] if number % 3 == 0 else []
        told = {"sex": {"coding": [{"code": "female"}]}} if relation.endswith("COUSN") else {}
        members.append(relative(f"r{number:02}", relation, *ill, **told))
    return bundle(PATIENT, *members)


def _median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def measure_families(guidance: Guidance) -> list[str]:
    """Decoding the bytes, reading the chart, and judging it, with the ratio of the two."""
    lines = [
        "| family of 60 | bytes | decode µs | judge, criteria with cards µs | **judge / decode** "
        "| judge, all µs | all / decode |",
        "|---|---|---|---|---|---|---|",
    ]
    cards = frozenset({"genetic-counseling"})
    for name, is_open in (("all recorded", False), ("every twelfth age open", True)):
        body = family(is_open)
        chart = read_chart(read_records(body), guidance.terminology)
        decode = _median(lambda body=body: read_records(body))  # type: ignore[misc]
        some = _median(lambda chart=chart: evaluate(chart, guidance, _TODAY, cards))  # type: ignore[misc]
        every = _median(lambda chart=chart: evaluate(chart, guidance, _TODAY, _KINDS))  # type: ignore[misc]
        lines.append(
            f"| {name} | {len(body):,} | {decode * 1e6:,.0f} | {some * 1e6:,.0f} "
            f"| **{some / decode:.1f}** | {every * 1e6:,.0f} | {every / decode:.1f} |"
        )
    return lines
