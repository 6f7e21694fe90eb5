"""Is the recorded stage one of these?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.own import own_stages
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_ANY_GROUP = ("M0", "MX")


def answer(case: Case, stages: list[str]) -> Answer:
    """Yes when a stage group in `stages` is on file, no when only others are, else unknown.

    A bare stage may be any of its substages: III is unknown when IIIA is in the list. M0 in
    place of a group may be any stage but IV.
    """
    groups = [
        stage
        for stage in own_stages(case)
        if stage.kind == "stage-group" and stage.value not in _ANY_GROUP
    ]
    unread = case.chart.lacks("Condition", "Observation", about=case.course)
    if unread or any(stage.value is None for stage in groups):
        return Answer(UNKNOWN)
    for stage in groups:
        if stage.value in stages:
            text = Because(f"Stage {stage.value}", stage.reference, stage.date)
            return Answer(YES, (text,))
    bare = {f"{stage.value}{letter}" for stage in groups for letter in "ABC"}
    return Answer(UNKNOWN if not groups or bare.intersection(stages) else NO)
