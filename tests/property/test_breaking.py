"""A resource that cannot be used opens what it may carry."""

from __future__ import annotations

from hypothesis import given

from tests.property.changes import every_break
from tests.property.charts import Chart, charts
from tests.property.judging import answers_of, turned


@given(charts())
def test_an_unusable_resource_only_opens_answers(chart: Chart) -> None:
    """Breaking any resource leaves every answer as it is or makes it cannot_tell."""
    before = answers_of(chart)
    for name, _, changed in every_break(chart):
        assert not turned(before, answers_of(changed)), name
