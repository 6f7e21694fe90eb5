"""A result that goes missing makes its test due: it never closes a question."""

from __future__ import annotations

from hypothesis import given

from oncology.chart.model import Chart as Read
from oncology.chart.model import Outcome
from tests.property.charts import Chart, charts
from tests.property.judging import answers_of, chart_of, findings_of, guidance

_RANK = {"nothing_to_add": 0, "cannot_tell": 1, "advise": 2}
_RECEPTORS = frozenset({"ER", "PR", "HER2"})


def _lone_results(chart: Read) -> dict[str, bool]:
    """Results that nothing else on file says anything about; whether each is of a receptor.

    Beside another result of the same biomarker a result may contradict, outdate or hide
    something: without it that stands.
    """
    lone = {}
    for result in chart.results:
        rivals = [
            each
            for each in chart.results
            if each.reference != result.reference
            and (not each.biomarkers or set(each.biomarkers) & set(result.biomarkers))
        ]
        if result.outcome in (Outcome.POSITIVE, Outcome.NEGATIVE) and not rivals:
            lone[result.reference] = bool(_RECEPTORS.intersection(result.biomarkers))
    return lone


def _open_rows(chart: Read) -> set[tuple[str, str, str]]:
    """Guidance, row and biomarker of everything that is asked for, awaited or not known."""
    found = [each for each in findings_of(chart) if each.biomarkers]
    return {
        (finding.guidance, entry.row, entry.biomarker)
        for finding in found
        if finding.biomarkers
        for entry in (
            *finding.biomarkers.asked,
            *finding.biomarkers.pending,
            *finding.biomarkers.unknown,
        )
    }


def _rises(before: str, after: str) -> bool:
    return before == after or _RANK.get(after, -1) > _RANK.get(before, 9)


@given(charts())
def test_without_a_result_its_test_is_due_again(chart: Chart) -> None:
    """Removing a result moves the testing guidance only towards advice, row by row.

    Rows that hang on the receptors of a breast cancer may close without them: the diagnosis can
    say them too, and differently.
    """
    artifacts = guidance().artifacts
    before, open_rows = answers_of(chart), _open_rows(chart_of(chart))
    lists = [n for n in before if n in artifacts and artifacts[n].shape == "evidence-list"]
    for reference, is_receptor in _lone_results(chart_of(chart)).items():
        left = [each for each in chart if f"{each['resourceType']}/{each['id']}" != reference]
        after = answers_of(left)
        for name in lists:
            assert _rises(before[name], after[name]), (reference, name, before[name], after[name])
        if not is_receptor:
            assert open_rows <= _open_rows(chart_of(left)), reference
