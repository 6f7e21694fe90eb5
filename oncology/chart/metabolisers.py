"""Drug-gene tests: how a gene's product handles a drug, by coded answer or one exact phrase."""

from __future__ import annotations

from oncology.chart.answers import Reading, interpretation_codes, meaning
from oncology.chart.model import Outcome
from oncology.reading.observation import Observation
from oncology.terminology import ObservationConcept, Terminology

POOR, INTERMEDIATE = "poor metaboliser", "intermediate metaboliser"
NO_FUNCTION, DEFICIENT = "no-function variant found", "activity low"
_PREFIX = "metaboliser-"
# Reduced is what drug-gene rules warn of; normal answers them; faster is neither.
_OUTCOMES = {
    POOR: Outcome.POSITIVE,
    INTERMEDIATE: Outcome.POSITIVE,
    "normal metaboliser": Outcome.NEGATIVE,
    "rapid metaboliser": Outcome.REPORTED,
    "ultrarapid metaboliser": Outcome.REPORTED,
}
_WORDS = {text.replace("ser", "zer"): text for text in _OUTCOMES} | {
    text: text for text in _OUTCOMES
}
# v3 ObservationInterpretation: normal, and low in three degrees.
_NORMAL, _LOW = "N", frozenset({"L", "LL", "LU"})


def metaboliser(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """How fast the patient metabolises; a variant without that is not understood."""
    said = _said(observation, terminology)
    if len(said) > 1:
        return Reading(Outcome.UNKNOWN, problem="code and display name different metabolisers")
    if said:
        text = said.pop()
        return Reading(_OUTCOMES[text], text)
    means = meaning(observation, terminology)
    if means == "positive":
        return Reading(Outcome.UNKNOWN, "variant found, function not stated")
    if means == "negative":
        return Reading(Outcome.NEGATIVE, "no variant found")
    return _not_done(means)


def no_function(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """A test for variants without function: one that is found lowers the metabolism."""
    reading = metaboliser(observation, concept, terminology)
    if meaning(observation, terminology) == "positive":
        return Reading(Outcome.POSITIVE, NO_FUNCTION)
    return reading


def gene_without_enzyme(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """The sequence of G6PD settles nothing by itself: CPIC asks for the enzyme's activity."""
    means = meaning(observation, terminology)
    if means == "negative":
        return Reading(Outcome.INDETERMINATE, "no variant found, enzyme activity not measured")
    if means == "positive":
        return Reading(Outcome.UNKNOWN, "variant found, enzyme activity not measured")
    return _not_done(means)


def enzyme_activity(
    observation: Observation, concept: ObservationConcept, terminology: Terminology
) -> Reading:
    """Low or normal as the laboratory says; a number alone has no universal cut-off."""
    codes = interpretation_codes(observation)
    if codes and codes <= _LOW:
        return Reading(Outcome.POSITIVE, DEFICIENT)
    if codes == {_NORMAL}:
        return Reading(Outcome.NEGATIVE, "activity normal")
    return _not_done(meaning(observation, terminology))


def _said(observation: Observation, terminology: Terminology) -> set[str]:
    value = observation.value_codeable_concept
    texts = [observation.value_string]
    said = set()
    if value is not None:
        means = terminology.answer(value) or ""
        if means.startswith(_PREFIX):
            said.add(f"{means.removeprefix(_PREFIX)} metaboliser")
        texts += [value.text, *(coding.display for coding in value.coding)]
    said.update(_WORDS[text.lower()] for text in texts if text and text.lower() in _WORDS)
    return said


def _not_done(means: str | None) -> Reading:
    outcomes = {"failed": Outcome.FAILED, "indeterminate": Outcome.INDETERMINATE}
    return Reading(outcomes.get(means or "", Outcome.UNKNOWN))
