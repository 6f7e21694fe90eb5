"""What do the chart's results and codes say of a receptor?"""

from __future__ import annotations

from oncology.chart.model import Outcome, Result
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

POSITIVE, NEGATIVE = "positive", "negative"


def receptor(case: Case, marker: str) -> Answer:
    """Positive, negative or unknown for ER, PR, HER2 or HR (either ER or PR).

    Laboratory results come before codes of the problem list (ICD-10-CM Z17, SNOMED), which
    are claims-type statements. Newest result first; a doubtful newer one makes it unknown.
    """
    if marker == "HR":
        return _either(receptor(case, "ER"), receptor(case, "PR"), _stated(case, "HR"))
    for result in case.results:
        if marker in result.biomarkers:
            if result.outcome is Outcome.POSITIVE:
                return Answer(POSITIVE, (_because(marker, result),))
            if result.outcome is Outcome.NEGATIVE:
                return Answer(NEGATIVE, (_because(marker, result),))
            if result.leans and _is_settled(case, marker, result):
                continue
            if result.outcome in (Outcome.UNKNOWN, Outcome.INDETERMINATE):
                return _after_doubt(case, marker, result)
    if case.chart.lacks("Observation", about=frozenset({marker})):
        return Answer(UNKNOWN)
    return _stated(case, marker)


def _is_settled(case: Case, marker: str, measured: Result) -> bool:
    """Whether a ratio without a verdict stands beside a verdict of its day that it agrees with."""
    verdicts = {
        result.outcome.value
        for result in case.results
        if marker in result.biomarkers
        and result.date == measured.date
        and result.date is not None
        and result.outcome in (Outcome.POSITIVE, Outcome.NEGATIVE)
    }
    return verdicts == {measured.leans}


def _after_doubt(case: Case, marker: str, doubtful: Result) -> Answer:
    """HER2 2+ by immunostain is settled by an ISH result of the same or a later day."""
    for result in case.results:
        if marker in result.biomarkers and result.outcome.is_usable and "copies" in result.sees:
            older = result.date and doubtful.date and result.date.latest < doubtful.date.earliest
            if older:
                continue
            value = POSITIVE if result.outcome is Outcome.POSITIVE else NEGATIVE
            return Answer(value, (_because(marker, result),))
    return Answer(UNKNOWN)


def _either(first: Answer, second: Answer, stated: Answer) -> Answer:
    for each in (first, second):
        if each.value == POSITIVE:
            return each
    if first.value == second.value == NEGATIVE:
        return Answer(NEGATIVE, first.because + second.because)
    return stated if not (first.because or second.because) else Answer(UNKNOWN)


def _stated(case: Case, marker: str) -> Answer:
    values: dict[str, Because] = {}
    for diagnosis in case.diagnoses:
        for name, value in diagnosis.implies:
            if name == marker:
                values[value] = Because(diagnosis.display, diagnosis.reference, diagnosis.date)
    for item in case.chart.history:
        for name, value in item.implies:
            if name == marker and item.is_certain:
                values[value] = Because(item.display, item.reference, item.date)
    if len(values) == 1:
        value, because = values.popitem()
        return Answer(value, (because,))
    return Answer(UNKNOWN)


def _because(marker: str, result: Result) -> Because:
    return Because(f"{marker} {result.text}", result.reference, result.date)
