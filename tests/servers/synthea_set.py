"""`make synthea`: two populations, the small set in `fixtures/synthea`, and docs/synthea.md."""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from tests.fixtures.stories import FIXTURES
from tests.servers import synthea_report
from tests.servers.artefacts import HOW, is_here
from tests.servers.synthea import CANCER, FEW, Bundle, charts
from tests.servers.through_hapi import said

SET = FIXTURES / "synthea" / "patients.ndjson.gz"
# How many of a code are kept: enough for a series, not the ten years of every routine result.
_KEPT = 3
_WHOLE = ("Patient", "Condition")


def small_set() -> Iterator[Bundle]:
    """The charts in the repository."""
    for line in gzip.decompress(SET.read_bytes()).splitlines():
        yield json.loads(line)


def thinned(bundle: Bundle) -> Bundle:
    """A chart without all but the last of its repeated entries, and without copies of notes."""
    by_code: defaultdict[str, list[Any]] = defaultdict(list)
    for entry in bundle["entry"]:
        resource = entry["resource"]
        resource.pop("presentedForm", None)
        whole = resource["id"] if resource["resourceType"] in _WHOLE else ""
        by_code[f"{resource['resourceType']} {whole} {_code(resource)}"].append(entry)
    kept = {id(entry) for entries in by_code.values() for entry in entries[-_KEPT:]}
    return {**bundle, "entry": [each for each in bundle["entry"] if id(each) in kept]}


def _code(resource: dict[str, Any]) -> str:
    return json.dumps(resource.get("code") or resource.get("medicationCodeableConcept") or "")


def write_set() -> None:
    """Choose and thin; raises ValueError when thinning changes what is said of a chart."""
    guidance = load_guidance(guidance_folder())
    chosen = [*charts(CANCER), *charts(FEW)]
    lines = []
    for chart in chosen:
        before = said(json.dumps(chart).encode(), guidance)["findings"]
        small = json.dumps(thinned(chart), ensure_ascii=False).encode()
        if said(small, guidance)["findings"] != before:
            raise ValueError(f"thinning changes the findings of chart {len(lines)}")
        lines.append(small)
    SET.parent.mkdir(exist_ok=True)
    # Without a time in it, the same charts give the same file.
    SET.write_bytes(gzip.compress(b"\n".join(lines), mtime=0))


def main() -> int:
    """Generate what is not there yet, then write the set and the report."""
    if not is_here("synthea"):
        print(HOW, file=sys.stderr)
        return 2
    write_set()
    synthea_report.write(list(small_set()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
