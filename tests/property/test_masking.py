"""A field that is not known makes an answer unknown; it never makes it another answer."""

from __future__ import annotations

from hypothesis import given, settings

from tests.property.changes import every_mask
from tests.property.charts import Chart, charts
from tests.property.judging import answers_of, turned

# Each chart is judged once for every field of every resource.
_FEWER = settings().max_examples // 4


@settings(max_examples=_FEWER)
@given(charts())
def test_masking_a_field_only_opens_answers(chart: Chart) -> None:
    """Masking any field of any resource leaves every answer as it is or makes it cannot_tell."""
    before = answers_of(chart)
    for name, changed in every_mask(chart):
        assert not turned(before, answers_of(changed)), name
