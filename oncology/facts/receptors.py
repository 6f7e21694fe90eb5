"""What do the chart's results and codes say of a receptor?"""

from __future__ import annotations

from collections.abc import Iterable

from oncology.chart.model import Diagnosis, HistoryItem, Outcome, Result
from oncology.facts.case import UNKNOWN, Answer, Case
from oncology.findings import Because

POSITIVE, NEGATIVE = "positive", "negative"
_HORMONE = frozenset({"ER", "PR"})
_SPELLED = {"HR": "hormone receptor"}
_WORDS = {Outcome.POSITIVE: POSITIVE, Outcome.NEGATIVE: NEGATIVE}
# A failed or pending test says nothing; a score without a verdict is no receptor status.
_TELLING = (Outcome.POSITIVE, Outcome.NEGATIVE, Outcome.INDETERMINATE, Outcome.UNKNOWN)


def receptor(case: Case, marker: str) -> Answer:
    """Positive, negative or unknown for ER, PR, HER2 or HR (either ER or PR).

    Laboratory results come before codes of the problem list (ICD-10-CM Z17, SNOMED), which
    are claims-type statements. The newest result counts. Results that may be the newest and
    differ, on one day or without a date, make it unknown; so does a doubtful one.
    """
    if marker == "HR":
        return _either(case, receptor(case, "ER"), receptor(case, "PR"))
    if case.chart.lacks("Observation", about=frozenset({marker})):
        return Answer(UNKNOWN)
    told = _told(case, marker)
    if not told:
        return _stated(case, marker)
    newest = [each for each in told if not any(_is_after(other, each) for other in told)]
    newest = [each for each in newest if not (_is_settled(each, told) or _agrees(each, newest))]
    words = {_WORDS.get(each.outcome, UNKNOWN) for each in newest}
    if len(words) != 1 or UNKNOWN in words:
        return Answer(UNKNOWN)
    return Answer(words.pop(), (_because(marker, newest[0]),))


def _told(case: Case, marker: str) -> list[Result]:
    return [
        result
        for result in case.results
        if marker in result.biomarkers and result.outcome in _TELLING
    ]


def _is_after(result: Result, other: Result) -> bool:
    """Whether a result is certainly newer than another; one without a date may be either."""
    if result.when is None or other.when is None:
        return False
    return result.when.earliest > other.when.latest


def _is_settled(doubtful: Result, told: list[Result]) -> bool:
    """HER2 2+ by immunostain is settled by an ISH result of the same or a later day."""
    day = doubtful.when
    if doubtful.outcome is not Outcome.INDETERMINATE or day is None:
        return False
    if doubtful.sees == frozenset({"copies"}):
        return False
    return any(
        "copies" in result.sees
        and result.outcome.is_usable
        and result.when is not None
        and result.when.earliest >= day.latest
        for result in told
    )


def _agrees(measured: Result, newest: list[Result]) -> bool:
    """A ratio without a verdict that stands beside a verdict of its day and points the same way."""
    verdicts = {
        _WORDS[each.outcome]
        for each in newest
        if each.outcome in _WORDS and each.when == measured.when and each.when is not None
    }
    return bool(measured.leans) and verdicts == {measured.leans}


def _either(case: Case, first: Answer, second: Answer) -> Answer:
    for each in (first, second):
        if each.value == POSITIVE:
            return each
    if first.value == second.value == NEGATIVE:
        return Answer(NEGATIVE, first.because + second.because)
    if _told(case, "ER") or _told(case, "PR") or case.chart.lacks("Observation", about=_HORMONE):
        return Answer(UNKNOWN)
    return _stated(case, "HR")


def coded(case: Case, names: Iterable[str]) -> tuple[Because, ...]:
    """What diagnosis codes (ICD-10-CM Z17, SNOMED) say of these receptors: claims, no results."""
    wanted = _HORMONE.union(("HER2",)).intersection(names)
    if wanted & _HORMONE:
        wanted |= {"HR"}
    items: list[Diagnosis | HistoryItem] = list(case.diagnoses)
    items += [item for item in case.chart.history if item.is_certain]
    found: list[Because] = []
    for each in items:
        told = [
            f"{_SPELLED.get(name, name)} {value}" for name, value in each.implies if name in wanted
        ]
        found += [Because(", ".join(told), each.reference, each.date)] if told else []
    return tuple(found)


def _stated(case: Case, marker: str) -> Answer:
    """What codes say of the marker; unknown when they differ, or one may not hold."""
    values: dict[str, Because] = {}
    doubtful = case.chart.lacks("Condition", about=case.cancers)
    for diagnosis in case.diagnoses:
        for name, value in diagnosis.implies:
            if name == marker:
                values[value] = Because(diagnosis.display, diagnosis.reference, diagnosis.date)
    for item in case.chart.history:
        for name, value in item.implies:
            if name == marker:
                values[value] = Because(item.display, item.reference, item.date)
                doubtful = doubtful or not item.is_certain
    if len(values) == 1 and not doubtful:
        value, because = values.popitem()
        return Answer(value, (because,))
    return Answer(UNKNOWN)


def _because(marker: str, result: Result) -> Because:
    return Because(f"{marker} {result.text}", result.reference, result.date)
