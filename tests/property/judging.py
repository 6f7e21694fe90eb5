"""The road from a chart to its findings, as the properties see it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from oncology.reading.records import Records
from tests.property.codes import PATIENT, Resource

GUIDANCE_FOLDER = Path(__file__).parents[2] / "guidance"
TODAY = date(2026, 11, 22)
_OPEN = "cannot_tell"


@lru_cache(maxsize=1)
def guidance() -> Guidance:
    """The guidance that ships, loaded once."""
    return load_guidance(GUIDANCE_FOLDER)


def bundle(resources: list[Resource], kind: str = "collection") -> bytes:
    """The resources as one Bundle."""
    entries = [{"resource": each} for each in resources]
    return encode({"resourceType": "Bundle", "type": kind, "entry": entries})


def encode(value: Any) -> bytes:
    """JSON."""
    return msgspec.json.encode(value)


def chart_of(resources: list[Resource]) -> Chart:
    """The chart the core reads from these resources."""
    return chart_from(read_records(bundle(resources)))


def chart_from(records: Records) -> Chart:
    """The chart of records that are read already."""
    return read_chart(records, guidance().terminology, PATIENT)


def findings_of(chart: Chart) -> list[Finding]:
    """Every artifact's finding, those that do not apply among them."""
    return evaluate(chart, guidance(), TODAY, explain=True)


def answers_of(resources: list[Resource]) -> dict[str, str]:
    """Artifact → answer, and criterion → answer as `artifact/criterion`."""
    answers: dict[str, str] = {}
    for finding in findings_of(chart_of(resources)):
        answers[finding.guidance] = finding.answer.value
        for criterion in finding.criteria:
            answers[f"{finding.guidance}/{criterion.id}"] = criterion.answer
    return answers


def shown(chart: Chart) -> Any:
    """The findings as plain values, the way they are printed."""
    return msgspec.to_builtins(findings_of(chart), enc_hook=str)


def turned(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The answers that changed into anything but `cannot_tell`.

    A criterion may be left out when its artifact no longer applies for certain.
    """
    return {
        name: (answer, after.get(name, _OPEN))
        for name, answer in before.items()
        if after.get(name, _OPEN) not in (answer, _OPEN)
    }
