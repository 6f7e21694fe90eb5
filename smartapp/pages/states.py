"""The state of the chart as a whole: which cancers are there, and which of them we can judge."""

from __future__ import annotations

from msgspec import Struct

from oncology.chart.model import Diagnosis
from oncology.guidance.library import Guidance
from smartapp.beside import Happening
from smartapp.opened import OpenedChart
from smartapp.pages.words import when


class Cancer(Struct, frozen=True):
    """One recorded cancer, by its Condition."""

    id: str
    name: str
    stage: str
    date: str
    status: str
    reference: str
    is_present: bool
    is_covered: bool


class State(Struct, frozen=True):
    """The cancers on file: present ones first; `in_doubt` are those not certain to be there.

    `performance`: the newest ECOG or Karnofsky score.
    """

    present: tuple[Cancer, ...]
    in_doubt: tuple[Cancer, ...]
    past: tuple[Cancer, ...]
    conditions_read: bool
    performance: Happening | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no cancer at all is on file."""
        return not (self.present or self.in_doubt or self.past)

    @property
    def uncovered(self) -> tuple[Cancer, ...]:
        """Cancers that no guidance of this release is about."""
        return tuple(each for each in self.present + self.in_doubt if not each.is_covered)


def state(opened: OpenedChart, guidance: Guidance) -> State:
    """Sort the diagnoses by whether the cancer is there now."""
    covered = {each.cancer for each in guidance.artifacts.values()}
    covered |= {each.site for each in guidance.artifacts.values()}
    present, in_doubt, past = [], [], []
    for diagnosis in opened.chart.diagnoses:
        cancer = _cancer(diagnosis, opened, covered)
        if diagnosis.activity.is_present and diagnosis.verification.is_usable:
            present.append(cancer)
        elif diagnosis.activity.is_present or diagnosis.activity.value == "unknown":
            in_doubt.append(cancer)
        else:
            past.append(cancer)
    return State(
        present=tuple(present),
        in_doubt=tuple(in_doubt),
        past=tuple(past),
        conditions_read=not opened.chart.lacks("Condition"),
        performance=opened.beside.performance,
    )


def _cancer(diagnosis: Diagnosis, opened: OpenedChart, covered: set[str]) -> Cancer:
    status = [diagnosis.activity.value]
    if not diagnosis.verification.is_usable:
        status.append(f"verification {diagnosis.verification.value}")
    return Cancer(
        id=diagnosis.cancer,
        name=diagnosis.display,
        stage=_stage(diagnosis, opened),
        date=when(diagnosis.date),
        status=", ".join(status),
        reference=diagnosis.reference,
        is_present=diagnosis.activity.is_present,
        is_covered=diagnosis.cancer in covered,
    )


def _stage(diagnosis: Diagnosis, opened: OpenedChart) -> str:
    """The newest stage group said of this Condition; of none in particular when it is alone."""
    alone = len(opened.chart.diagnoses) == 1
    groups = [
        each
        for each in (*diagnosis.stages, *opened.chart.stages)
        if each.kind == "stage-group" and each.value
        if each in diagnosis.stages
        or diagnosis.reference in each.conditions
        or (alone and not each.conditions)
    ]
    if not groups:
        return ""
    newest = max(groups, key=lambda each: each.date.latest.toordinal() if each.date else 0)
    return f"stage {newest.value}"
