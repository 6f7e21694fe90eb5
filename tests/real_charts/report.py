"""`python -m tests.real_charts.report`: judge every third-party chart, write the table."""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from cds_hooks.profiles import load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import BadRequest, Lacking, NotFhirJson, cards_of, judge
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.sources import ABSENT, DATA, charts, names_cancer, sources

REPORT = Path(__file__).parents[2] / "docs" / "real-charts.md"
TODAY = date(2026, 11, 22)
_KINDS = ("biomarker-testing", "genetic-counseling", "trial-search")
_ANSWERS = ("advise", "cannot_tell", "nothing_to_add")


class Tally:
    """What came of one source."""

    def __init__(self) -> None:
        self.charts = 0
        self.refused = 0
        self.without_cancer = 0
        self.findings: Counter[tuple[str, str]] = Counter()
        self.notes = 0
        self.cards = 0
        self.needless: list[str] = []
        self.seconds = 0.0


def tally(source: str, guidance: Guidance) -> Tally:
    """Judge every chart of a source; any exception but a clear refusal is let through."""
    counted = Tally()
    profile = load_profiles()["standard"]
    for chart in charts(source):
        counted.charts += 1
        started = time.perf_counter()
        try:
            judged = judge(chart.body, guidance, TODAY)
        except (NotFhirJson, BadRequest, Lacking):
            counted.refused += 1
            continue
        counted.seconds += time.perf_counter() - started
        for finding in judged.findings:
            counted.findings[finding.kind, finding.answer.value] += 1
        counted.notes += len(judged.chart.notes)
        shown = cards_of(judged, guidance, profile)
        counted.cards += len(shown)
        if not names_cancer(chart.body):
            counted.without_cancer += 1
            if shown:
                counted.needless.append(chart.place)
    return counted


def table(guidance: Guidance) -> list[str]:
    """The report's lines."""
    head = [
        "source",
        "charts",
        "refused whole",
        "no cancer named",
        *(f"{kind}: advise / cannot tell / nothing" for kind in _KINDS),
        "notes",
        "cards",
        "cards per 100 charts",
        "cards where no cancer is named",
        "ms a chart",
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for source in sources():
        counted = tally(source, guidance)
        cells = [
            source,
            counted.charts,
            counted.refused,
            counted.without_cancer,
            *(
                " / ".join(str(counted.findings[kind, answer]) for answer in _ANSWERS)
                for kind in _KINDS
            ),
            counted.notes,
            counted.cards,
            f"{counted.cards / max(1, counted.charts) * 100:.0f}",
            len(counted.needless),
            f"{counted.seconds / max(1, counted.charts - counted.refused) * 1000:.2f}",
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return lines


def main() -> int:
    """Write docs/real-charts.md."""
    if not DATA.is_dir():
        print(ABSENT, file=sys.stderr)
        return 2
    guidance = load_guidance(guidance_folder())
    text = [
        "# Third-party charts",
        "",
        "Written by `python -m tests.real_charts.report`. Every third-party FHIR chart the tests "
        f"know runs through the judgement as of {TODAY.isoformat()}, guidance {guidance.version}. "
        "`refused whole`: the file is no FHIR chart (validator cases, test wrappers) and is "
        "refused with one message. Cards are counted over the three services.",
        "",
        *table(guidance),
        "",
        "A chart counts as `no cancer named` when no Condition and no family history in it "
        "mentions cancer by any word; such charts must give no card.",
        "",
    ]
    REPORT.write_text("\n".join(text), encoding="utf-8")
    print("\n".join(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
