"""The same cancer on the problem list twice: which record tells of it first."""

from __future__ import annotations

from collections.abc import Iterable

from oncology.chart.model import UNKNOWN_AGE, Diagnosis
from oncology.dates import PartialDate


def first_told(diagnoses: Iterable[Diagnosis]) -> tuple[list[Diagnosis], list[Diagnosis]]:
    """Each cancer as it was told first, the earliest first, and the records that only repeat it.

    One repeats another when both name the same, of no other side, and it says of itself no other
    day or age than one, not earlier, when it was written down. Two that were found on two days
    both stay: they may be two primaries.
    """
    first: list[Diagnosis] = []
    repeats: list[Diagnosis] = []
    for each in sorted(diagnoses, key=_place):
        told_before = any(_repeats(each, other) for other in first)
        (repeats if told_before else first).append(each)
    return first, repeats


def _place(diagnosis: Diagnosis) -> tuple[bool, bool, int]:
    """Those that tell when the cancer was found come first, each sort by its day."""
    day = diagnosis.date
    return diagnosis.onset is None, not diagnosis.side, day.earliest.toordinal() if day else 10**7


def _repeats(later: Diagnosis, first: Diagnosis) -> bool:
    named = (later.cancer, later.display, later.activity, later.verification)
    if named != (first.cancer, first.display, first.activity, first.verification):
        return False
    if later.histology not in ("", first.histology) or later.side not in ("", first.side):
        return False
    tells_more = later.onset not in (None, first.onset) or later.onset_age != UNKNOWN_AGE
    return not (tells_more or later.recurred or _is_before(later.recorded, first.onset))


def _is_before(recorded: PartialDate | None, onset: PartialDate | None) -> bool:
    return bool(recorded and onset and recorded.latest < onset.earliest)
