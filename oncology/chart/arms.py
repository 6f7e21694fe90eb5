"""1p/19q by tests of its single arms: a codeletion is the loss of both."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.chart.model import Outcome, Result

_DELETED = {"1p deleted": "19q", "19q deleted": "1p"}


def both_arms(results: list[Result]) -> list[Result]:
    """One arm that is deleted answers only where the other is on file too, deleted or not."""
    arms = {arm for result in results if "1p/19q" in result.biomarkers for arm in _arms(result)}
    return [
        replace(
            result,
            outcome=Outcome.INDETERMINATE,
            text=f"{result.text}, {_DELETED[result.text]} not on file",
        )
        if _is_deleted(result) and _DELETED[result.text] not in arms
        else result
        for result in results
    ]


def _is_deleted(result: Result) -> bool:
    return result.outcome is Outcome.REPORTED and result.text in _DELETED


def _arms(result: Result) -> tuple[str, ...]:
    """The arms a result tells of; a test of both by their common name tells of both."""
    if not result.outcome.is_usable:
        return ()
    arm = result.text.split(" ")[0]
    return (arm,) if arm in _DELETED.values() else tuple(_DELETED.values())
