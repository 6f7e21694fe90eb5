"""`python -m tests.benchmarks.pages`: time and weight of the app's pages, docs/benchmarks-pages.md.

Server time of each page with the chart already read, and what the browser loads, compressed.
"""

from __future__ import annotations

import copy
import gzip
import os
import platform
import re
import statistics
import time
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from tests.pages.opened_charts import FAMILY, LUNG, FixtureCharts, app_of, opened_bundle
from tests.support.hook_calls import chart

REPORT = Path(__file__).parents[2] / "docs" / "benchmarks-pages.md"
PAGES = ("summary", "biomarkers", "family", "orders", "timeline", "data", "why-not")
OBSERVATIONS = 1000
ROUNDS = 15
_GOAL_MS, _GOAL_KB = 50, 120


def grown(code: str) -> dict[str, Any]:
    """The lung story with its family of the genetics story and 1,000 Observations of one kind.

    `code` names the resource of the story that is repeated on earlier and earlier days.
    """
    bundle = chart(LUNG)
    pattern = next(
        entry["resource"] for entry in bundle["entry"] if entry["resource"]["id"].endswith(code)
    )
    subject = f"Patient/{LUNG}"
    for entry in chart(FAMILY)["entry"]:
        if entry["resource"]["resourceType"] == "FamilyMemberHistory":
            relative = {**entry["resource"], "patient": {"reference": subject}}
            bundle["entry"].append({"resource": relative})
    for number in range(OBSERVATIONS):
        more = copy.deepcopy(pattern)
        more["id"] = f"more-{number}"
        more["effectiveDateTime"] = (
            f"{2024 - number // 336}-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"
        )
        bundle["entry"].append({"resource": more})
    return bundle


def server_ms(client: FlaskClient, address: str) -> float:
    """The median time of one page."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        response = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 200, address
    return statistics.median(times)


def weight(client: FlaskClient, address: str) -> tuple[float, float]:
    """Kilobytes of the page, and of page and all it loads, each compressed by gzip."""
    html = client.get(address).text
    loaded = set(re.findall(r'(?:href|src)="(/app/static/[^"]+)"', html))
    page = len(gzip.compress(html.encode())) / 1000
    rest = sum(len(gzip.compress(client.get(each).data)) for each in loaded) / 1000
    return page, page + rest


def report() -> str:
    """The whole report in Markdown."""
    charts = FixtureCharts()
    charts.added["signs"] = opened_bundle(grown("-heart-rate"), "signs")
    charts.added["results"] = opened_bundle(grown("-egfr"), "results")
    client = app_of(charts).test_client()
    lines = [
        "# Benchmarks of the app's pages",
        "",
        "Written by `python -m tests.benchmarks.pages`; nothing here is typed by hand. The chart "
        "is already read and judged, as it is after the first page of a launch.",
        "",
        f"- Machine: {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}; load average at the start {os.getloadavg()[0]:.1f}",
        f"- Medians of {ROUNDS} requests through Flask, without a socket",
        f"- Charts: the partly tested lung story with a family and {OBSERVATIONS:,} more "
        "Observations: heart rates, or EGFR results (each of them shown)",
        f"- Goals: under {_GOAL_MS} ms; page with all it loads under {_GOAL_KB} KB compressed",
        "",
        "| page | ms, 1,000 heart rates | ms, 1,000 EGFR results | page KB | all it loads KB |",
        "|---|---|---|---|---|",
    ]
    for page in PAGES:
        few, many = (server_ms(client, f"/l/{each}/{page}") for each in ("signs", "results"))
        own, whole = weight(client, f"/l/results/{page}")
        lines.append(f"| {page} | {few:.1f} | {many:.1f} | {own:.1f} | {whole:.1f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    REPORT.write_text(report(), encoding="utf-8")
    print(REPORT.read_text(encoding="utf-8"))
