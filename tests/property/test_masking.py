"""A field that is not known makes an answer unknown; it never makes it another answer."""

from __future__ import annotations

from hypothesis import given

from tests.property.changes import every_mask
from tests.property.charts import Chart, charts
from tests.property.judging import answers_of

_OPEN = "cannot_tell"


def turned(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The answers that changed into anything but `cannot_tell`.

    A criterion may be left out when its artifact no longer applies for certain.
    """
    return {
        name: (answer, after.get(name, _OPEN))
        for name, answer in before.items()
        if after.get(name, _OPEN) not in (answer, _OPEN)
    }


@given(charts())
def test_masking_a_field_only_opens_answers(chart: Chart) -> None:
    """Masking any field of any resource leaves every answer as it is or makes it cannot_tell."""
    before = answers_of(chart)
    for name, changed in every_mask(chart):
        assert not turned(before, answers_of(changed)), name
