"""Tests that answer only a part: one form, several changes at once, changes not named."""

from __future__ import annotations

from oncology.chart.answers import MEANS, Reading, meaning
from oncology.chart.model import Outcome
from oncology.chart.stains import presence
from oncology.reading.observation import Observation
from oncology.terminology import ObservationConcept, Terminology


def reported(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A karyotype or a level says in its own words what was found: that it is there answers."""
    means = meaning(observation, terminology)
    if means in ("failed", "indeterminate"):
        return Reading(MEANS[means])
    value = observation.value_codeable_concept or observation.value_quantity
    stated = value or observation.value_string or observation.value_ratio
    return Reading(Outcome.REPORTED if stated else Outcome.UNKNOWN)


def one_form(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A test of one form of a fusion: found answers, not found leaves the other forms open."""
    reading = presence(observation, concept, terminology)
    if reading.outcome is Outcome.NEGATIVE:
        return Reading(Outcome.INDETERMINATE, "one form not found, others not excluded")
    return reading


def one_of_several(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """One answer for several changes: none found answers for each, found does not say which."""
    reading = presence(observation, concept, terminology)
    if reading.outcome is Outcome.POSITIVE:
        return Reading(Outcome.UNKNOWN, "found, which is not stated")
    return reading


def not_told_which(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A test whose code does not say which changes it covers answers for none of them."""
    reading = presence(observation, concept, terminology)
    if reading.outcome.is_usable:
        return Reading(Outcome.UNKNOWN, "tested, which changes were looked for is not stated")
    return reading
