"""Receptors and HER2: immunostains by verdict, percentage or score, and in-situ hybridisation."""

from __future__ import annotations

import re
from decimal import Decimal

from oncology.chart.answers import MEANS, UNREAD, Reading, meaning, word
from oncology.chart.model import Outcome
from oncology.chart.qualified import named_change, parts_of
from oncology.reading.elements import Quantity
from oncology.reading.observation import Observation, ObservationComponent
from oncology.terminology import ObservationConcept, Terminology
from oncology.variants import short

_PERCENT = re.compile(r"([<>]=?)?\s*(\d{1,3}(?:\.\d+)?)\s*%")
_SPAN = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%?\s*(?:-|–|to)\s*(\d{1,3}(?:\.\d+)?)\s*%")
_RATIO = re.compile(
    r"(?:ratio\s*)?(less than or equal to|less than|greater than or equal to|greater than|"
    r"[<>]=?|=)?\s*(\d{1,2}(?:\.\d+)?)"
)
_RATIO_BESIDE = re.compile(r"ratio\s*[:=]?\s*([<>]=?)?\s*(\d{1,2}(?:\.\d+)?)")
_COMPARATORS = {
    "less than": "<",
    "less than or equal to": "<=",
    "greater than": ">",
    "greater than or equal to": ">=",
    "=": "",
}


def presence(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """Found or not found, by the value or by a component that has the same test's code.

    A percentage beside or in place of the verdict counts for ER and PR; a HER2 ratio alone is
    no verdict.
    """
    means = meaning(observation, terminology) or _in_component(observation, concept, terminology)
    verdict = MEANS.get(means or "", Outcome.UNKNOWN)
    if set(concept.biomarkers) <= {"ER", "PR"}:
        return _with_percent(observation, concept, verdict, terminology)
    if concept.biomarkers == ("HER2",) and "copies" in concept.sees:
        return _with_ratio(observation, verdict, terminology)
    if means is None and "mutation" in concept.sees:
        return _change(observation, concept)
    return Reading(verdict)


def _change(observation: Observation, concept: ObservationConcept) -> Reading:
    """A value that names a change of the one gene tested; its class a germline test has to tell."""
    if len(concept.biomarkers) != 1 or concept.origin == "germline":
        return UNREAD
    change = named_change(observation.value_string or "", concept.biomarkers[0])
    return Reading(Outcome.POSITIVE, short(change), change=change) if change else UNREAD


def _with_ratio(observation: Observation, verdict: Outcome, terminology: Terminology) -> Reading:
    """The laboratory's verdict, unless a ratio beside it points the other way."""
    if verdict is Outcome.UNKNOWN:
        return _ratio(observation, terminology)
    beside = _RATIO_BESIDE.search((observation.value_string or "").lower())
    if beside is None:
        return Reading(verdict)
    leans = _leans(beside[1] or "", Decimal(beside[2]), terminology)
    if leans and verdict in (Outcome.POSITIVE, Outcome.NEGATIVE) and leans != verdict.value:
        return Reading(Outcome.UNKNOWN, problem="verdict and ratio disagree")
    return Reading(verdict)


def _in_component(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> str | None:
    """The verdict of the components about the same marker, when they agree."""
    said = set()
    for component in observation.component:
        about = terminology.observation(component.code) if component.code else None
        if about is not None and set(about.biomarkers) == set(concept.biomarkers):
            means = meaning(component, terminology)
            if means:
                said.add(means)
    return said.pop() if len(said) == 1 else None


def percent(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """ER and PR: positive at 1 % or more of cells (ASCO/CAP 2020, doi:10.1200/JCO.19.02309)."""
    means = meaning(observation, terminology)
    verdict = MEANS.get(means or "", Outcome.UNKNOWN)
    return _with_percent(observation, concept, verdict, terminology)


def _with_percent(
    observation: Observation,
    concept: ObservationConcept,
    verdict: Outcome,
    terminology: Terminology,
) -> Reading:
    share = _share(observation, concept)
    if share is None:
        return Reading(verdict)
    low, high, text = share
    cut = terminology.thresholds["er-pr-positive-percent"]
    counted = Outcome.UNKNOWN
    if low >= cut:
        counted = Outcome.POSITIVE
    elif high < cut:
        counted = Outcome.NEGATIVE
    if verdict in (Outcome.POSITIVE, Outcome.NEGATIVE):
        if counted not in (verdict, Outcome.UNKNOWN):
            return Reading(Outcome.UNKNOWN, problem="verdict and percentage disagree")
        counted = verdict
    # "Low positive" is a word for ER alone (ASCO/CAP 2020): 1 to 10 % of cells.
    limit = terminology.thresholds["er-low-positive-percent"]
    is_low = concept.biomarkers == ("ER",) and counted is Outcome.POSITIVE and high <= limit
    return Reading(counted, f"low positive, {text}" if is_low else text)


def _share(
    observation: Observation, concept: ObservationConcept
) -> tuple[Decimal, Decimal, str] | None:
    """The share of stained cells: the lowest and highest it may be, and its text."""
    found = _share_of(observation, concept)
    for component in observation.component:
        if found is None and _unit(component.value_quantity) == "%":
            found = _share_of(component, concept)
    return found


def _share_of(
    value: Observation | ObservationComponent, concept: ObservationConcept
) -> tuple[Decimal, Decimal, str] | None:
    quantity, span = value.value_quantity, value.value_range
    if quantity is not None and quantity.value is not None:
        if "%" not in _unit(quantity) and (concept.reads != "percent" or _unit(quantity)):
            return None
        return _bounds(quantity.comparator or "", quantity.value)
    if span is not None and span.low and span.high:
        low, high = span.low.value, span.high.value
        if low is not None and high is not None:
            return low, high, f"{low}-{high} %"
    said = value.value_string or ""
    shares = [part for part in parts_of(said) if "%" in part] if word(said) else []
    text = shares[0] if len(shares) == 1 else said.strip().lower()
    spelled = _SPAN.fullmatch(text)
    if spelled:
        return Decimal(spelled[1]), Decimal(spelled[2]), f"{spelled[1]}-{spelled[2]} %"
    one = _PERCENT.fullmatch(text)
    return _bounds(one[1] or "", Decimal(one[2])) if one else None


def _bounds(comparator: str, value: Decimal) -> tuple[Decimal, Decimal, str] | None:
    text = f"{comparator}{value} %"
    whole, tiny = Decimal(100), Decimal("1e-9")
    if not 0 <= value <= whole:
        return None
    if comparator.startswith("<"):
        return Decimal(0), value if comparator == "<=" else value - tiny, text
    if comparator.startswith(">"):
        return value if comparator == ">=" else value + tiny, whole, text
    return value, value, text


def _unit(quantity: Quantity | None) -> str:
    if quantity is None:
        return ""
    unit = quantity.code or quantity.unit or ""
    return "%" if unit.lower() in ("%", "percent") else unit


def her2_ihc(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """Score 0 and 1+ are negative, 3+ positive, 2+ waits for ISH (ASCO/CAP 2023)."""
    means = meaning(observation, terminology) or _in_component(observation, concept, terminology)
    if means is None and observation.value_integer is not None:
        means = f"ihc-score-{observation.value_integer}"
    quantity = observation.value_quantity
    if means is None and quantity and quantity.value is not None and not quantity.comparator:
        means = f"ihc-score-{quantity.value.normalize():f}"
    outcome = MEANS.get(means or "", Outcome.UNKNOWN)
    if outcome is not Outcome.UNKNOWN and means and means.startswith("ihc-score-"):
        score = means.removeprefix("ihc-score-")
        told = f"IHC {score}{'' if score == '0' else '+'}"
        return Reading(outcome, f"{told}, equivocal without ISH" if score == "2" else told)
    return Reading(outcome)


def laboratory_verdict(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A ratio or copy number alone is indeterminate: the laboratory's verdict decides."""
    means = meaning(observation, terminology)
    if means is not None:
        return Reading(MEANS.get(means, Outcome.UNKNOWN))
    if concept.reads == "her2-ratio":
        return _ratio(observation, terminology)
    measured = observation.value_quantity or observation.value_string or observation.value_ratio
    return Reading(Outcome.INDETERMINATE) if measured is not None else UNREAD


def _ratio(observation: Observation, terminology: Terminology) -> Reading:
    """A HER2/CEP17 ratio without a verdict: indeterminate, and which way it points."""
    comparator, value = "", None
    quantity, ratio = observation.value_quantity, observation.value_ratio
    if quantity is not None and quantity.value is not None:
        comparator, value = quantity.comparator or "", quantity.value
    elif ratio and ratio.numerator and ratio.denominator:
        above, below = ratio.numerator.value, ratio.denominator.value
        value = above / below if above is not None and below else None
    elif observation.value_string:
        said = _RATIO.fullmatch(observation.value_string.strip().lower())
        if said:
            comparator = _COMPARATORS.get(said[1] or "", said[1] or "")
            value = Decimal(said[2])
    if value is None:
        measured = quantity or ratio or observation.value_string
        return Reading(Outcome.INDETERMINATE) if measured is not None else UNREAD
    shown = f"ISH ratio {comparator}{value:.2f}" if ratio else f"ISH ratio {comparator}{value}"
    return Reading(
        Outcome.INDETERMINATE, f"{shown}, no verdict", _leans(comparator, value, terminology)
    )


def _leans(comparator: str, value: Decimal, terminology: Terminology) -> str:
    cut = terminology.thresholds["her2-ish-ratio"]
    if value >= cut and not comparator.startswith("<"):
        return "positive"
    if (value < cut and not comparator.startswith(">")) or (value == cut and comparator == "<"):
        return "negative"
    return ""
