"""Which of the chart's stages, statuses and metastases are of the cancer in question?"""

from __future__ import annotations

from oncology.chart.diagnoses import UNKNOWN_HISTOLOGY
from oncology.chart.model import Diagnosis, Stage
from oncology.facts.case import Case

_CONDITIONS = ("Condition", "unknown")


def is_only_cancer(case: Case) -> bool:
    """Whether no other cancer is on file, past or present, or may be behind what is not known."""
    hidden = [each for each in case.chart.hidden if each.resource_type in _CONDITIONS]
    if any(not each.about or each.about - case.cancers for each in hidden):
        return False
    return all(_is_same(case, each) for each in case.chart.diagnoses)


def _is_same(case: Case, diagnosis: Diagnosis) -> bool:
    """This cancer, or its site without a histology that could make it another one."""
    if diagnosis.cancer in {each.cancer for each in case.diagnoses}:
        return True
    is_site = diagnosis.cancer == case.artifact.site
    return is_site and diagnosis.histology != UNKNOWN_HISTOLOGY


def is_own(case: Case, conditions: tuple[str, ...]) -> bool | None:
    """Whether an Observation that names these Conditions is about this cancer.

    With more than one cancer on file, one that names none could be about either: None. So could
    one that names a Condition that cannot be read.
    """
    diagnoses = case.chart.diagnoses
    mine = {each.reference for each in case.diagnoses}
    mine |= {each.reference for each in diagnoses if each.cancer == case.artifact.site}
    if mine.intersection(conditions):
        return True
    if any(each.reference in conditions for each in diagnoses):
        return False
    if conditions and case.chart.hides("Condition"):
        return None
    return True if is_only_cancer(case) else None


def own_stages(case: Case) -> list[Stage]:
    """Stages of this cancer; one that could be of another counts as not understood."""
    found = [stage for diagnosis in case.diagnoses for stage in diagnosis.stages]
    for stage in case.chart.stages:
        own = is_own(case, stage.conditions)
        if own:
            found.append(stage)
        elif own is None:
            found.append(Stage(stage.kind, None, stage.date, stage.reference))
    return found
