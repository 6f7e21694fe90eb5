"""PD-L1 scores, microsatellite instability, tumour mutational burden."""

from __future__ import annotations

import re

from oncology.chart.answers import (
    MEANS,
    Reading,
    interpretation_codes,
    meaning,
    number,
    words_of,
)
from oncology.chart.model import Outcome
from oncology.reading.elements import Quantity
from oncology.reading.observation import Observation
from oncology.terminology import ObservationConcept, Terminology

_CLONE = re.compile(r"\b(22C3|28-8|SP142|SP263|73-10)\b", re.I)
_SCORE_TYPES = (
    ("TPS", re.compile(r"\bTPS\b|tumou?r proportion score|viable tumou?r cells", re.I)),
    ("CPS", re.compile(r"\bCPS\b|combined positive score", re.I)),
    ("IC", re.compile(r"\bIC\b|immune[- ]cells?", re.I)),
)
_SCORE = re.compile(
    r"(?:PD-?L1\s*)?"
    r"(?:(?:TPS|CPS|IC|tumou?r proportion score|combined positive score)"
    r"(?:\s*\((?:TPS|CPS)\))?\s*[:=]?\s*)?"
    r"([<>]=?)?\s*(\d{1,3}(?:\.\d+)?)\s*(%)?"
    r"(?:\s*\((?:high|low|no|positive|negative)(?: PD-?L1)?(?: expression)?\))?",
    re.I,
)
_PER_MEGABASE = re.compile(
    r"(\{?mut\w*\}?/mb|mutations?/megabase|\{?mutations?\}?/mb|1/1000000(\{base\})?|1/mb|"
    r".*\bper megabase\b.*)\Z",
    re.I,
)


def score(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A score as reported, with its kind and the clone of the stain: no other is comparable."""
    value = _score_value(observation)
    means = meaning(observation, terminology)
    kind, clone = _kind(observation, concept), _clone(observation, concept)
    if value is None:
        outcome = MEANS.get(means or "", Outcome.UNKNOWN)
        stated = " ".join(part for part in (kind, clone) if part)
        return Reading(outcome, f"{outcome.value} ({stated})" if stated and means else "")
    text = f"{kind} {value}".strip()
    return Reading(Outcome.REPORTED, f"{text} ({clone})" if clone else text)


def grade(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """`grade 3`, by its code; a grade is neither positive nor negative."""
    means = meaning(observation, terminology) or ""
    if not means.startswith("grade-"):
        return Reading(Outcome.UNKNOWN)
    return Reading(Outcome.REPORTED, means.replace("-", " "))


def _score_value(observation: Observation) -> str | None:
    for quantity in (
        observation.value_quantity,
        *(each.value_quantity for each in observation.component),
    ):
        if quantity is not None and quantity.value is not None:
            unit = " %" if "%" in f"{quantity.code} {quantity.unit}" else ""
            return f"{number(quantity)}{unit}"
    if observation.value_integer is not None:
        return str(observation.value_integer)
    bounds = observation.value_range
    if bounds and bounds.low and bounds.high and bounds.low.value is not None:
        return f"{bounds.low.value}-{bounds.high.value} %"
    said = _SCORE.fullmatch((observation.value_string or "").strip())
    if said is None:
        return None
    return f"{said[1] or ''}{said[2]}{' %' if said[3] else ''}"


def _all_words(observation: Observation, concept: ObservationConcept) -> str:
    quantity = observation.value_quantity or Quantity()
    parts = [
        *(quantity.unit or "", quantity.code or "", observation.value_string or ""),
        *(words_of(observation.code), words_of(observation.method), concept.display),
    ]
    for component in observation.component:
        parts += [words_of(component.code), words_of(component.value_codeable_concept)]
        parts.append(component.value_quantity.unit or "" if component.value_quantity else "")
    return " | ".join(parts)


def _kind(observation: Observation, concept: ObservationConcept) -> str:
    words = _all_words(observation, concept)
    named = [name for name, pattern in _SCORE_TYPES if pattern.search(words)]
    return named[0] if len(named) == 1 else ""


def _clone(observation: Observation, concept: ObservationConcept) -> str:
    """The clone the code names; else the one named in words, when it is a single one."""
    coded = _CLONE.search(concept.display)
    if coded:
        return coded[1]
    named = {found.upper() for found in _CLONE.findall(_all_words(observation, concept))}
    return named.pop() if len(named) == 1 else ""


def msi(observation: Observation, concept: ObservationConcept, terminology: Terminology) -> Reading:
    """By verdict; a percentage of unstable loci has no common cut-off and needs one."""
    means = meaning(observation, terminology)
    quantity = observation.value_quantity
    if means is None and quantity is not None:
        flags = interpretation_codes(observation)
        means = "msi-high" if flags & {"H", "HH"} else "msi-stable" if "N" in flags else None
        if means is None:
            return Reading(Outcome.INDETERMINATE)
    outcome = MEANS.get(means or "", Outcome.UNKNOWN)
    names = {Outcome.POSITIVE: "MSI-high", Outcome.NEGATIVE: "stable"}
    return Reading(outcome, names.get(outcome, ""))


def tmb(observation: Observation, concept: ObservationConcept, terminology: Terminology) -> Reading:
    """High at 10 mutations a megabase or more, and only for that unit."""
    quantity = observation.value_quantity
    if quantity is None or quantity.value is None:
        means = meaning(observation, terminology)
        return Reading(MEANS.get(means or "", Outcome.UNKNOWN))
    units = [(unit or "").strip() for unit in (quantity.code, quantity.unit)]
    if not any(_PER_MEGABASE.match(unit) for unit in units):
        return Reading(
            Outcome.INDETERMINATE, f"{number(quantity)}, unit not stated as per megabase"
        )
    cut = terminology.thresholds["tmb-high-per-megabase"]
    text = f"{number(quantity)} mutations/Mb"
    comparator = quantity.comparator or ""
    if comparator.startswith("<") and quantity.value > cut:
        return Reading(Outcome.INDETERMINATE, text)
    if comparator.startswith(">") and quantity.value < cut:
        return Reading(Outcome.INDETERMINATE, text)
    high = quantity.value >= cut and comparator != "<"
    if comparator == "<=" and quantity.value == cut:
        return Reading(Outcome.INDETERMINATE, text)
    return Reading(Outcome.POSITIVE if high else Outcome.NEGATIVE, text)
