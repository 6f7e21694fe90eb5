"""What Synthea says of cancer, stage and markers, what we read of it, and which cards follow."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cds_hooks.profiles import load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import Judged, cards_of, judge
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.fixtures.stories import FIXTURES
from tests.servers import synthea_orders
from tests.servers.synthea import CANCER, FEW, Bundle

REPORT = Path(__file__).parents[2] / "docs" / "synthea.md"
REVIEWED = FIXTURES / "synthea" / "reviewed.toml"
TODAY = date(2026, 11, 22)
# What cards speak of; the criteria of families are for the app alone.
_OF_CARDS = ("biomarker-testing", "genetic-counseling", "trial-search")
# Names of SNOMED CT and LOINC, looked at on purpose without the product's own tables.
_CANCER = re.compile(r"malignan|cancer|carcinoma|neoplasm|leukemia|metasta", re.IGNORECASE)
_MARKER = re.compile(
    r"cancer|tumor|receptor|her2|metasta|lymph node|gleason|stage|prostate specific|"
    r"kras|egfr|alk |pd-l1|microsatellite",
    re.IGNORECASE,
)


class Pattern(NamedTuple):
    """One kind of chart: the cancers Synthea names, our answers, the cards or why there is none."""

    says: str
    answers: str
    cards: str

    @property
    def shown(self) -> tuple[str, str]:
        """What a review is about."""
        return self.says, self.cards


def pattern_of(bundle: Bundle, guidance: Guidance) -> Pattern:
    """The kind of a chart."""
    judged = judge(json.dumps(bundle).encode(), guidance, TODAY)
    cards = [each["summary"] for each in cards_of(judged, guidance, load_profiles()["standard"])]
    answers = [
        f"{each.guidance} {each.answer.value}" for each in judged.findings if each.kind in _OF_CARDS
    ]
    why_none = "no card"
    if judged.chart.person.deceased:
        why_none = "no card: deceased"
    elif any(order.asked.means == "hospice" for order in judged.chart.orders):
        why_none = "no card: hospice"
    return Pattern(
        "; ".join(dict.fromkeys(_conditions(bundle))) or "no cancer",
        "; ".join(answers) or "no finding",
        "; ".join(cards) or why_none,
    )


def _conditions(bundle: Bundle) -> list[str]:
    texts = [_text(each["code"]) for each in _of_type(bundle, "Condition")]
    return [text for text in texts if _CANCER.search(text)]


def _of_type(bundle: Bundle, kind: str) -> list[dict[str, Any]]:
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [each for each in resources if each["resourceType"] == kind]


def _text(concept: dict[str, Any]) -> str:
    codings = concept.get("coding", [{}])
    return str(concept.get("text") or codings[0].get("display", ""))


def reviewed() -> dict[tuple[str, str], str]:
    """The explanation by what Synthea says and what is shown."""
    listed = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))["chart"]
    return {(each["says"], each["cards"]): each["why"] for each in listed}


def _wanting() -> list[str]:
    listed: list[str] = tomllib.loads(REVIEWED.read_text(encoding="utf-8"))["wanting"]
    return listed


def _read_as(judged: Judged, identifier: str) -> str:
    """What the chart has from one Observation."""
    chart = judged.chart
    found = [
        f"{'/'.join(each.biomarkers)} {each.outcome.value}"
        for each in chart.results
        if _is_of(each.reference, identifier)
    ]
    stages = (*chart.stages, *(stage for each in chart.diagnoses for stage in each.stages))
    found += [
        f"stage {each.kind} {each.value}" for each in stages if _is_of(each.reference, identifier)
    ]
    found += [
        f"course {each.trend}" for each in chart.statuses if _is_of(each.reference, identifier)
    ]
    return ", ".join(dict.fromkeys(found)) or "not used"


def _is_of(reference: str, identifier: str) -> bool:
    return reference.endswith(identifier)


def _markers(bundles: list[Bundle], guidance: Guidance) -> Counter[tuple[str, str, str]]:
    counted: Counter[tuple[str, str, str]] = Counter()
    for bundle in bundles:
        judged = judge(json.dumps(bundle).encode(), guidance, TODAY)
        for each in _of_type(bundle, "Observation"):
            if _MARKER.search(_text(each["code"])):
                value = _text(each.get("valueCodeableConcept") or {"text": "a number"})
                counted[_text(each["code"]), value, _read_as(judged, each["id"])] += 1
    return counted


def write(bundles: list[Bundle]) -> None:
    """Write docs/synthea.md for the charts of the small set."""
    guidance = load_guidance(guidance_folder())
    kinds: Counter[Pattern] = Counter(pattern_of(each, guidance) for each in bundles)
    known = reviewed()
    lines = [
        "# Synthea's patients",
        "",
        "Written by `make synthea`; the reviews are in `fixtures/synthea/reviewed.toml`. MITRE's "
        f"Synthea 3.3.0 from Maven Central, judged as of {TODAY}, guidance {guidance.version}. "
        f"`fixtures/synthea` holds {len(bundles)} charts of these two populations, thinned to the "
        "last entries of each code, which changes no finding:",
        "",
        "```text",
        *(" ".join(["App", *each.arguments()]) for each in (CANCER, FEW)),
        "```",
        "",
        "## Every kind of chart, and why",
        "",
        "| charts | Synthea says | findings | cards | reviewed |",
        "|---|---|---|---|---|",
    ]
    for kind, number in sorted(kinds.items()):
        lines.append(
            f"| {number} | {' | '.join(kind)} | {known.get(kind.shown, '**not reviewed**')} |"
        )
    lines += [
        "",
        *synthea_orders.lines(bundles, guidance),
        "## What is wanting",
        "",
        *(f"- {each}" for each in _wanting()),
        "",
        "## Stage and markers",
        "",
        "| charts' observations | Synthea's code | value | read as |",
        "|---|---|---|---|",
    ]
    for (code, value, read), number in sorted(_markers(bundles, guidance).items()):
        lines.append(f"| {number} | {code} | {value} | {read} |")
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
