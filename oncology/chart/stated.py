"""Tests without a common cut-off: stains, HRD, HLA types and single chromosome arms, as stated."""

from __future__ import annotations

import re

from oncology.chart.answers import MEANS, UNREAD, Reading, interpretation_codes, meaning, number
from oncology.chart.model import Outcome
from oncology.chart.stains import laboratory_verdict
from oncology.reading.observation import Observation
from oncology.terminology import ObservationConcept, Terminology

# Words of a stain or a mutation status; which of them is the harmful one differs by test.
_STATES = re.compile(
    r"retained|intact|preserved|expressed|normal|present|lost|loss|loss of expression|absent|"
    r"deficient|abnormal|aberrant|overexpress(ed|ion)|null|mutant|mutant pattern|mutated|"
    r"unmutated|wild[- ]type|wild[- ]type pattern|positive|negative",
    re.I,
)
_SHARE = re.compile(r"[<>]?=?\s*\d{1,3}(\.\d+)?\s*%|[0-3]\+?|\d{1,3}", re.I)
_ALLELE = re.compile(r"\bA\*\d{2,3}:\d{2,3}[A-Z]?")
_HIGH, _LOW = {"H", "HH"}, {"L", "LL", "N"}


def stain(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """The laboratory's verdict; a percentage or intensity alone is reported as it stands."""
    means = meaning(observation, terminology)
    if means is not None and not means.startswith("ihc-score-"):
        return Reading(MEANS.get(means, Outcome.UNKNOWN))
    return _as_measured(observation)


def stated(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """Reported in the laboratory's own word; never positive or negative.

    A p53 stain is "positive" in normal tissue too, and an SDHB stain is harmful when negative.
    """
    means = meaning(observation, terminology)
    if means in ("failed", "indeterminate"):
        return Reading(MEANS[means])
    if means in ("positive", "negative"):
        value = observation.value_string or ""
        return Reading(Outcome.REPORTED, value.strip().lower() or means)
    said = _text(observation)
    if said and _STATES.fullmatch(said):
        return Reading(Outcome.REPORTED, said.lower())
    return _as_measured(observation)


def hrd(observation: Observation, concept: ObservationConcept, terminology: Terminology) -> Reading:
    """By verdict or flag; a score has no common cut-off and is reported as it stands."""
    means = meaning(observation, terminology)
    if means is not None:
        return Reading(MEANS.get(means, Outcome.UNKNOWN))
    score = observation.value_integer
    quantity = observation.value_quantity
    text = f"score {score}" if score is not None else ""
    if quantity is not None and quantity.value is not None:
        text = f"score {number(quantity)}"
    flags = interpretation_codes(observation)
    if flags & _HIGH:
        return Reading(Outcome.POSITIVE, text)
    if flags & _LOW:
        return Reading(Outcome.NEGATIVE, text)
    return Reading(Outcome.REPORTED, text) if text else UNREAD


def alleles(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """An HLA-A type by its alleles: which of them a drug needs is for the reader."""
    means = meaning(observation, terminology)
    if means in ("failed", "indeterminate"):
        return Reading(MEANS[means])
    found = dict.fromkeys(_ALLELE.findall(_text(observation)))
    return Reading(Outcome.REPORTED, ", ".join(found)) if found else UNREAD


def one_arm(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """One arm of 1p/19q: intact excludes the codeletion, deleted does not prove it."""
    reading = laboratory_verdict(observation, concept, terminology)
    arm = concept.display.partition("/")[0]
    if reading.outcome is Outcome.POSITIVE:
        return Reading(Outcome.REPORTED, f"{arm} deleted")
    if reading.outcome is Outcome.NEGATIVE:
        return Reading(Outcome.NEGATIVE, f"{arm} not deleted")
    return reading


def _as_measured(observation: Observation) -> Reading:
    quantity = observation.value_quantity
    if quantity is not None and quantity.value is not None:
        unit = " %" if "%" in f"{quantity.code} {quantity.unit}" else ""
        return Reading(Outcome.REPORTED, f"{number(quantity)}{unit}")
    if observation.value_integer is not None:
        return Reading(Outcome.REPORTED, str(observation.value_integer))
    said = _text(observation)
    return Reading(Outcome.REPORTED, said) if said and _SHARE.fullmatch(said) else UNREAD


def _text(observation: Observation) -> str:
    """The value's own words; of a coded value its text, display or code."""
    concept = observation.value_codeable_concept
    if observation.value_string or concept is None:
        return (observation.value_string or "").strip()
    codings = (each for coding in concept.coding for each in (coding.display, coding.code))
    return (concept.text or next(filter(None, codings), "")).strip()
