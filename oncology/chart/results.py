"""Biomarker results, stages and disease status from single Observations."""

from __future__ import annotations

import re
from collections.abc import Callable

from oncology.chart.answers import (
    FINAL,
    LABELS,
    Reading,
    about,
    by_status,
    observation_date,
    observed_on,
    words_of,
)
from oncology.chart.metabolisers import (
    enzyme_activity,
    gene_without_enzyme,
    metaboliser,
    no_function,
)
from oncology.chart.model import DiseaseStatus, Outcome, Result, Stage, Variant
from oncology.chart.partial import not_told_which, one_form, one_of_several, reported
from oncology.chart.scores import grade, msi, score, tmb
from oncology.chart.stages import spelled_stage, stage_token
from oncology.chart.stains import her2_ihc, laboratory_verdict, percent, presence
from oncology.chart.stated import alleles, hrd, one_arm, stain, stated
from oncology.chart.variants import variant_results
from oncology.reading.elements import CodeableConcept
from oncology.reading.observation import Observation
from oncology.terminology import SYSTEMS, ObservationConcept, Terminology

Reader = Callable[[Observation, ObservationConcept, Terminology], Reading]
_READERS: dict[str, Reader] = {
    "presence": presence,
    "percent": percent,
    "her2-ihc": her2_ihc,
    "her2-ratio": laboratory_verdict,
    "her2-copies": laboratory_verdict,
    "score": score,
    "msi": msi,
    "tmb": tmb,
    "laboratory-verdict": laboratory_verdict,
    "reported": reported,
    "one-form": one_form,
    "one-of-several": one_of_several,
    "not-told-which": not_told_which,
    "metaboliser": metaboliser,
    "no-function": no_function,
    "gene-without-enzyme": gene_without_enzyme,
    "enzyme-activity": enzyme_activity,
    "stain": stain,
    "stated": stated,
    "hrd": hrd,
    "alleles": alleles,
    "grade": grade,
    "one-arm": one_arm,
}
# Markers by the words of a display: one that names another marker than its code is in conflict.
_MARKER_WORDS = {
    "ER": re.compile(r"(o)?estrogen|\bER\b", re.I),
    "PR": re.compile(r"progesteron|\bPR\b", re.I),
    "HER2": re.compile(r"her-?2|erb-?b2", re.I),
    "PD-L1": re.compile(r"pd-?l1|programmed (cell )?death( cell)? ligand|cd274", re.I),
    "MSI": re.compile(r"microsatellite|mismatch", re.I),
    "TMB": re.compile(r"megabase|mutation(al)? burden", re.I),
}
_CONFLICT = "code and display name different tests"


def read_stage(
    observation: Observation, concept: ObservationConcept, reference: str, terminology: Terminology
) -> Stage:
    """A stage group or M category Observation."""
    value = stage_token(observation.value_codeable_concept, terminology)
    if value is None and observation.value_string:
        value = spelled_stage(observation.value_string)
    if value is None and concept.reads == "m-category":
        # SNOMED M categories are findings whose display is the category itself.
        value = stage_token(observation.value_codeable_concept, terminology)
    usable = observation.status in FINAL
    return Stage(
        concept.reads,
        value if usable else None,
        observation_date(observation),
        reference,
        about(observation),
    )


def read_disease_status(
    observation: Observation, reference: str, terminology: Terminology
) -> DiseaseStatus:
    """An mCODE cancer disease status Observation."""
    value = observation.value_codeable_concept
    means = terminology.answer(value) if value else None
    trend = means.removeprefix("status-") if means and means.startswith("status-") else None
    if observation.status not in FINAL:
        trend = None
    return DiseaseStatus(
        trend=trend,
        date=observation_date(observation),
        reference=reference,
        conditions=about(observation),
        when=observed_on(observation),
    )


def is_result(concept: ObservationConcept) -> bool:
    """Whether an Observation of this kind is a result that `read_result` reads."""
    return concept.reads == "variant" or concept.reads in _READERS


def read_result(
    observation: Observation, concept: ObservationConcept, reference: str, terminology: Terminology
) -> list[Result]:
    """The results of one Observation; several when a variant names several genes."""
    if concept.reads == "variant":
        return variant_results(observation, concept, reference, terminology)
    reading = _READERS[concept.reads](observation, concept, terminology)
    problem = reading.problem
    if _names_another(observation.code, concept):
        problem = _CONFLICT
    outcome = by_status(observation, Outcome.UNKNOWN if problem else reading.outcome)
    return [
        Result(
            biomarkers=concept.biomarkers,
            sees=concept.sees,
            outcome=outcome,
            origin=concept.origin or "unknown",
            text=(outcome is reading.outcome and reading.text) or LABELS[outcome],
            date=observation_date(observation),
            reference=reference,
            variant=Variant(concept.biomarkers, reading.change) if reading.change else None,
            problem=problem,
            conditions=about(observation),
            cancer=concept.cancer,
            leans=reading.leans,
            when=observed_on(observation),
        )
    ]


def _names_another(code: CodeableConcept | None, concept: ObservationConcept) -> bool:
    """Whether the display of the coding we go by names other markers, and not this one."""
    for coding in code.coding if code else ():
        if coding.code != concept.code or SYSTEMS.get(coding.system or "") != concept.system:
            continue
        display = words_of(CodeableConcept(coding=(coding,)))
        named = {name for name, words in _MARKER_WORDS.items() if words.search(display)}
        mine = _MARKER_WORDS.keys() & set(concept.biomarkers)
        return bool(mine and named and not named & mine)
    return False
