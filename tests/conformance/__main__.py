"""`make conformance`: run every marked test and write the tables of docs/conformance.

`python -m tests.conformance PATH…` runs the marked tests of these files alone; the other results
are those of the last run.
"""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.conformance.table import ROOT, page, published, standards

_WORST_FIRST = ("failed", "skipped", "passed")


class Results:
    """Collects one result a test function: the worst of its cases."""

    def __init__(self) -> None:
        self.by_test: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Called by pytest for each phase of each test."""
        name = report.nodeid.partition("[")[0]
        outcome = "failed" if report.failed else "skipped" if report.skipped else "passed"
        before = self.by_test.get(name, outcome)
        self.by_test[name] = min(before, outcome, key=_WORST_FIRST.index)


def main() -> int:
    """Write the pages; 1 when a marked test failed."""
    results = Results()
    named = sys.argv[1:]
    options = ["-q", "-p", "no:cacheprovider", "-m", "conformance"]
    code = pytest.main([*options, *(named or ["tests"])], [results])
    for standard in standards():
        known = {**(published(standard) if named else {}), **results.by_test}
        standard.page.parent.mkdir(parents=True, exist_ok=True)
        standard.page.write_text(page(standard, known), encoding="utf-8")
        print(f"wrote {standard.page.relative_to(ROOT)}", file=sys.stderr)
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
