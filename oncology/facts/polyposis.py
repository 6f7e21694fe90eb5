"""Is a polyposis on file, or may the patient's polyps be so many?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_POLYPS = "polyps"


def answer(case: Case, syndromes: list[str]) -> Answer:
    """Yes for one of `syndromes` on file; unknown where polyps or adenomas are, whose number no
    record tells. Source: ACG 2015, doi:10.1038/ajg.2014.435.
    """
    named = [each for each in case.chart.history if each.cancer in syndromes]
    sure = [each for each in named if each.is_certain]
    polyps = [each for each in case.chart.history if each.kind == _POLYPS]
    because = tuple(
        Because(each.display, each.reference, each.date) for each in sure or [*named, *polyps]
    )
    if sure:
        return Answer(YES, because)
    if because or case.chart.hides("Condition", about=frozenset({_POLYPS})):
        needs = ("the number and kind of the polyps found so far",) if because else ()
        return Answer(UNKNOWN, because, needs)
    return Answer(NO)
