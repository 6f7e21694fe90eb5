"""Many charts through HAPI FHIR: in parallel, and a server for so many as its memory holds."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from oncology.guidance.library import Guidance
from tests.real_charts.sources import Chart
from tests.servers.hapi import Hapi, running_hapi
from tests.servers.through_hapi import Crossing, NotAChart, cross

_BYTES_A_SERVER = 100_000_000


def crossings(
    charts: Iterable[Chart], guidance: Guidance, a_server: int = _BYTES_A_SERVER
) -> Iterator[tuple[Chart, Crossing | NotAChart]]:
    """What came of each chart, in their order; each server is told this many bytes of them."""
    for group in _grouped(charts, a_server):
        with tempfile.TemporaryDirectory() as folder, running_hapi(Path(folder), long=True) as hapi:
            crossed = partial(_crossed, hapi.base, guidance)
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                yield from zip(group, pool.map(crossed, group), strict=True)


def _crossed(base: str, guidance: Guidance, chart: Chart) -> Crossing | NotAChart:
    try:
        # A client of its own: sessions are not for several threads.
        return cross(Hapi(base), chart.body, guidance)
    except NotAChart as reason:
        return reason


def _grouped(charts: Iterable[Chart], most: int) -> Iterator[list[Chart]]:
    group: list[Chart] = []
    size = 0
    for chart in charts:
        group.append(chart)
        size += len(chart.body)
        if size >= most:
            yield group
            group, size = [], 0
    if group:
        yield group
