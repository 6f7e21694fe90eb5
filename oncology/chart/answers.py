"""What the value of an Observation means: by code, by one exact word, by interpretation."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.chart.model import Outcome
from oncology.chart.qualified import verdicts
from oncology.dates import PartialDate, parse_date, until
from oncology.reading.elements import CodeableConcept, Quantity
from oncology.reading.observation import Observation, ObservationComponent
from oncology.terminology import SYSTEMS, Terminology

# Observation.status (FHIR R4, 10.1): only these three are results.
FINAL = ("final", "amended", "corrected")
_NOT_YET = ("registered", "preliminary")
# data-absent-reason: the test was tried or left undone. The other codes only hide a value.
_NOT_TESTED = frozenset({"error", "not-performed", "not-a-number"})

MEANS = {
    "positive": Outcome.POSITIVE,
    "negative": Outcome.NEGATIVE,
    "indeterminate": Outcome.INDETERMINATE,
    "failed": Outcome.FAILED,
    "msi-high": Outcome.POSITIVE,
    "msi-high-old": Outcome.POSITIVE,
    "msi-low": Outcome.NEGATIVE,
    "msi-stable": Outcome.NEGATIVE,
    "ihc-score-0": Outcome.NEGATIVE,
    "ihc-score-1": Outcome.NEGATIVE,
    "ihc-score-2": Outcome.INDETERMINATE,
    "ihc-score-3": Outcome.POSITIVE,
}
LABELS = {
    Outcome.POSITIVE: "positive",
    Outcome.NEGATIVE: "negative",
    Outcome.REPORTED: "reported",
    Outcome.INDETERMINATE: "indeterminate",
    Outcome.FAILED: "failed or insufficient",
    Outcome.PENDING: "pending",
    Outcome.UNKNOWN: "not understood",
}
# A value that is exactly one of these words is unambiguous; anything longer is free text.
_SAID = {
    "positive": "positive, pos, detected, present, amplified, gene amplified, mutation detected, "
    "mutated, rearranged, rearrangement detected, positive for rearrangement, fusion detected, "
    "positive for fusion, amplification detected, methylated, methylation detected, "
    "codeleted, co-deleted, codeletion detected, codeletion present",
    "negative": "negative, neg, not detected, absent, none detected, not identified, not present, "
    "not amplified, non-amplified, no amplification, wild type, wild-type, wildtype, "
    "no mutation detected, no mutation identified, no variant detected, not rearranged, "
    "no rearrangement detected, her2-low, her2 low, her2low, unmethylated, not methylated, "
    "no methylation detected, not codeleted, not co-deleted, non-codeleted, "
    "no codeletion, no codeletion detected, codeletion not detected, "
    "negative for rearrangement, no rearrangement, rearrangement not detected, "
    "negative for fusion, no fusion detected, fusion not detected, "
    "negative for mutation, no mutations detected, mutation not detected, "
    "negative for amplification, no amplification detected, amplification not detected",
    "indeterminate": "indeterminate, equivocal, inconclusive, no call, uninterpretable",
    "failed": "quantity not sufficient, quantity insufficient, qns, insufficient, failed, "
    "test failed, insufficient tissue, insufficient tumour, insufficient tumor, insufficient dna, "
    "specimen insufficient, insufficient specimen, insufficient quantity, not performed, "
    "test not performed, not done, test not done, unsatisfactory, specimen unsatisfactory, "
    "cancelled, canceled, insufficient tumour cells, insufficient tumor cells, "
    "insufficient tumour content, insufficient tumor content, insufficient material, "
    "insufficient sample, inadequate specimen, specimen inadequate, "
    "quantity not sufficient for testing",
    "msi-high": "msi-h, msi-high, msi high, unstable, microsatellite unstable, "
    "microsatellite instability-high, mismatch repair deficient, mismatch repair-deficient, dmmr, "
    "mmr deficient, mmr-deficient",
    "msi-low": "msi-l, msi-low, msi low",
    "msi-stable": "mss, stable, microsatellite stable, mismatch repair proficient, "
    "mismatch repair-proficient, pmmr, mmr proficient, mmr-proficient, proficient, "
    "msi stable, msi-stable, microsatellite-stable, msi not detected, "
    "microsatellite instability not detected, no microsatellite instability",
}
_WORDS = {word: means for means, words in _SAID.items() for word in words.split(", ")}
_IHC_WORDS = {
    **{"0": "ihc-score-0", "1+": "ihc-score-1", "2+": "ihc-score-2", "3+": "ihc-score-3"},
    **{f"score {n}": f"ihc-score-{n[0]}" for n in ("0", "1+", "2+", "3+")},
    **{f"ihc {n}": f"ihc-score-{n[0]}" for n in ("0", "1+", "2+", "3+")},
}
# v3 ObservationInterpretation
_INTERPRETATION = {
    "POS": "positive",
    "DET": "positive",
    "NEG": "negative",
    "ND": "negative",
    "IND": "indeterminate",
    "E": "indeterminate",
}
_SEMANTIC_TAG = re.compile(r" \((qualifier value|finding|disorder)\)\Z")


class Reading(Struct, frozen=True, gc=False):
    """What one value came to; `text` empty: the outcome says it all.

    `leans`: which way a measurement without a verdict points. `problem`: why it is not used.
    `change`: the change of the protein that was found, where the value names one.
    """

    outcome: Outcome
    text: str = ""
    leans: str = ""
    problem: str = ""
    change: str = ""


UNREAD = Reading(Outcome.UNKNOWN)


def observation_date(observation: Observation) -> PartialDate | None:
    """When the specimen was taken or the finding made; else when it was reported."""
    return _effective(observation) or parse_date(observation.issued)


def observed_on(observation: Observation) -> PartialDate | None:
    """The days it may be of: what is known only by its report was found by then."""
    return _effective(observation) or until(parse_date(observation.issued))


def _effective(observation: Observation) -> PartialDate | None:
    period = observation.effective_period
    return (
        parse_date(observation.effective_date_time)
        or parse_date(observation.effective_instant)
        or parse_date(period.end or period.start if period else None)
    )


def about(observation: Observation) -> tuple[str, ...]:
    """The diagnoses the sender says a result is about."""
    return tuple(item.reference for item in observation.focus if item.reference)


def by_status(observation: Observation, outcome: Outcome) -> Outcome:
    """Observation.status decides before the value does."""
    status = observation.status
    if status in FINAL:
        if outcome is Outcome.UNKNOWN and _was_not_tested(observation.data_absent_reason):
            return Outcome.FAILED
        return outcome
    if status in _NOT_YET:
        return Outcome.PENDING
    if status == "cancelled":
        return Outcome.FAILED
    return Outcome.UNKNOWN


def _was_not_tested(reason: CodeableConcept | None) -> bool:
    """A reason that only withholds the value leaves the result unknown, not failed."""
    if reason is None:
        return False
    if any(coding.code in _NOT_TESTED for coding in reason.coding):
        return True
    return not reason.coding and word(reason.text or "") == "failed"


def meaning(value: Observation | ObservationComponent, terminology: Terminology) -> str | None:
    """What a value means; None when it has none, or when value and interpretation disagree."""
    concept = value.value_codeable_concept
    means = None
    if concept is not None:
        means = of_concept(concept, terminology)
        if means is None and terminology.answer(concept) is not None:
            return None
    if means is None and value.value_string:
        means = word(value.value_string)
    if means is None and isinstance(value, Observation) and value.value_boolean is not None:
        means = "positive" if value.value_boolean else "negative"
    interpreted = interpretation(value.interpretation)
    if means is None:
        return interpreted
    opposed = {MEANS.get(means), MEANS.get(interpreted or "")}
    return None if opposed == {Outcome.POSITIVE, Outcome.NEGATIVE} else means


def of_concept(concept: CodeableConcept, terminology: Terminology) -> str | None:
    """A coded answer, or a text on its own; None when display and code contradict each other."""
    means = terminology.answer(concept)
    if means is not None:
        return None if _is_contradicted(means, concept) else means
    if not concept.coding and concept.text:
        return word(concept.text)
    return None


def _is_contradicted(means: str, concept: CodeableConcept) -> bool:
    """Whether a display is a plain answer other than its code's: neither may be believed."""
    words = (word(coding.display) for coding in concept.coding if coding.display)
    said = {MEANS[each] for each in words if each}
    return means in MEANS and bool(said - {MEANS[means]})


def word(text: str) -> str | None:
    """What one exact word or phrase means, with a score, a share or an intensity beside it.

    None for anything else. A score says more than the verdict it agrees with.
    """
    exact = _exact(text)
    if exact is not None:
        return exact
    said = verdicts(text, _exact)
    if len({MEANS[means] for means in said}) != 1:
        return None
    scores = sorted(means for means in said if means.startswith("ihc-score-"))
    return (scores or sorted(said))[0] if len(scores) <= 1 else None


def _exact(text: str) -> str | None:
    bare = _SEMANTIC_TAG.sub("", text.strip().lower().rstrip("."))
    return _WORDS.get(bare) or _IHC_WORDS.get(bare)


def interpretation(recorded: CodeableConcept | tuple[CodeableConcept, ...]) -> str | None:
    """What Observation.interpretation says; DSTU2 and STU3 send one, R4 several."""
    concepts = (recorded,) if isinstance(recorded, CodeableConcept) else recorded
    for concept in concepts:
        for coding in concept.coding:
            means = _INTERPRETATION.get(coding.code or "")
            if means:
                return means
    return None


def interpretation_codes(observation: Observation) -> set[str]:
    """The codes of Observation.interpretation as sent."""
    recorded = observation.interpretation
    concepts = (recorded,) if isinstance(recorded, CodeableConcept) else recorded
    return {coding.code for concept in concepts for coding in concept.coding if coding.code}


def loinc(concept: CodeableConcept | None) -> str | None:
    """The LOINC code of a concept."""
    for coding in concept.coding if concept else ():
        if SYSTEMS.get(coding.system or "") == "loinc":
            return coding.code
    return None


def words_of(concept: CodeableConcept | None) -> str:
    """Text and displays of a concept in one string."""
    if concept is None:
        return ""
    if len(concept.coding) == 1:  # nearly all, and each Observation is asked
        return f"{concept.text or ''} {concept.coding[0].display or ''}"
    return " ".join([concept.text or "", *(coding.display or "" for coding in concept.coding)])


def number(quantity: Quantity) -> str:
    """A quantity's value as shown, with its comparator."""
    return f"{quantity.comparator or ''}{quantity.value}"
