"""A resource that cannot be used opens what it may carry; nothing else is lost with it."""

from __future__ import annotations

from typing import Any

from hypothesis import given

from oncology.chart.model import Chart as Read
from tests.property.changes import every_break, is_well_formed
from tests.property.charts import Chart, charts
from tests.property.codes import Resource
from tests.property.judging import answers_of, chart_of, turned

_PARTS = (
    "diagnoses",
    "metastases",
    "stages",
    "statuses",
    "history",
    "orders",
    "reports",
    "drugs",
    "family",
)


def _parts(chart: Read) -> dict[str, Any]:
    """Everything read but the results: a result in doubt for the broken one's sake stays."""
    parts = {name: getattr(chart, name) for name in _PARTS}
    return {**parts, "results": [(each.reference, each.biomarkers) for each in chart.results]}


def _names(reference: str, resource: Resource) -> bool:
    """Whether a note is on the resource: of an unknown type it has its place for a name."""
    named = f"{resource['resourceType']}/{resource['id']}"
    return reference == named or reference.startswith("entry ")


@given(charts())
def test_an_unusable_resource_only_opens_answers(chart: Chart) -> None:
    """Breaking any resource leaves every answer as it is or makes it cannot_tell."""
    before = answers_of(chart)
    for name, _, changed in every_break(chart):
        assert not turned(before, answers_of(changed)), name


@given(charts())
def test_an_unusable_resource_is_told(chart: Chart) -> None:
    """A note is on the broken resource, and everything else is read as if it were not there.

    None needs to be on one that is well-formed, only modified, and never was of any use.
    """
    whole = _parts(chart_of(chart))
    for number, resource in enumerate(chart):
        without = chart_of([*chart[:number], *chart[number + 1 :]])
        is_idle = whole == _parts(without)
        for name, broken, changed in every_break([resource]):
            read = chart_of([*chart[:number], *changed, *chart[number + 1 :]])
            notes = set(read.notes) - set(without.notes)
            is_told = any(_names(note.reference, broken) for note in notes)
            assert is_told or (is_idle and is_well_formed(broken)), name
            assert _parts(read) == _parts(without), name
