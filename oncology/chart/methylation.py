"""MLH1 promoter methylation of a tumour, by LOINC 97761-1 or by the words of its test."""

from __future__ import annotations

import re

from oncology.chart.answers import (
    LABELS,
    MEANS,
    about,
    by_status,
    meaning,
    observation_date,
    observed_on,
    words_of,
)
from oncology.chart.model import Outcome, Result
from oncology.reading.observation import Observation
from oncology.terminology import Terminology

BIOMARKER = "MLH1 methylation"
_GENE = re.compile(r"\bMLH-?1\b", re.I)
_TEST = re.compile(r"methylat", re.I)
# Methylation in blood is inherited or constitutional, and another question.
_NOT_OF_A_TUMOUR = re.compile(r"blood|constitutional|germline|mother|father|sister|brother", re.I)
_DOUBTFUL = re.compile(r"partial|equivocal|indeterminate|inconclusive|low[- ]level|\?", re.I)
_ABSENT = re.compile(
    r"\bun-?methylated\b|\b(no|not|without)\b[^.;,]*methylat(ed|ion)( (is )?(detected|present))?|"
    r"\b(hyper)?methylation (is )?(absent|not (detected|present|identified))",
    re.I,
)
_PRESENT = re.compile(
    r"\b(hyper)?methylated\b|\b(hyper)?methylation (is )?(present|detected)", re.I
)


def is_methylation(words: str) -> bool:
    """Whether the words of a code name a test of a tumour for MLH1 methylation."""
    return bool(_GENE.search(words) and _TEST.search(words)) and not _NOT_OF_A_TUMOUR.search(words)


def read_methylation(observation: Observation, reference: str, terminology: Terminology) -> Result:
    """Positive: methylated; negative: not; what is said in part or not clearly is no verdict."""
    outcome = by_status(observation, _outcome(observation, terminology))
    said = {Outcome.POSITIVE: "found", Outcome.NEGATIVE: "not found"}
    return Result(
        biomarkers=(BIOMARKER,),
        sees=frozenset({"expression"}),
        outcome=outcome,
        origin="somatic",
        text=said.get(outcome, LABELS[outcome]),
        date=observation_date(observation),
        reference=reference,
        conditions=about(observation),
        when=observed_on(observation),
    )


def _outcome(observation: Observation, terminology: Terminology) -> Outcome:
    means = meaning(observation, terminology)
    if means is not None:
        return MEANS.get(means, Outcome.UNKNOWN)
    words = f"{words_of(observation.value_codeable_concept)} {observation.value_string or ''}"
    if _DOUBTFUL.search(words):
        return Outcome.INDETERMINATE
    is_absent, is_present = _ABSENT.search(words), _PRESENT.search(_ABSENT.sub("", words))
    if bool(is_absent) == bool(is_present):
        return Outcome.UNKNOWN
    return Outcome.POSITIVE if is_present else Outcome.NEGATIVE
