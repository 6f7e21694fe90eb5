"""Mismatch repair proteins by immunostain: four stains, one answer."""

from __future__ import annotations

import re
from collections import defaultdict

from msgspec import Struct

from oncology.chart.answers import (
    LABELS,
    about,
    by_status,
    meaning,
    observation_date,
    observed_on,
    words_of,
)
from oncology.chart.model import Outcome, Result
from oncology.dates import PartialDate
from oncology.reading.observation import Observation, ObservationComponent
from oncology.terminology import Terminology

PROTEINS = ("MLH1", "MSH2", "MSH6", "PMS2")
# Words that make an Observation one of these stains when its code is not known.
_NAMED = re.compile(r"\b(MLH-?1|MSH-?2|MSH-?6|PMS-?2|mismatch[- ]repair|dMMR|pMMR)\b", re.I)
# Genes of the same names: sequence, methylation and germline tests are no stains.
_NOT_A_STAIN = re.compile(
    r"methylat|promoter|sequenc|mutation|germline|variant|deletion|c\.|p\.|lynch|family", re.I
)
_PROTEIN = re.compile(r"\b(MLH|MSH|PMS)-?([126])\b", re.I)
_DOUBTFUL = re.compile(
    r"patchy|mixed|equivocal|indeterminate|inconclusive|heterogen|subclonal|focal|weak|partial|"
    r"cannot|pending|previous|possible|suspicious|\?",
    re.I,
)
_LOST = re.compile(
    r"\b(loss|lost|absent|absence|deficient|not expressed|no expression|negative)\b", re.I
)
_INTACT = re.compile(
    r"\b(intact|retained|preserved|normal|no loss|not lost|present|proficient|expressed|"
    r"positive)\b",
    re.I,
)
_UNDONE = re.compile(
    r"\b(no|not|without) (loss|lost|absence|deficient|expressed|expression)\b", re.I
)
_LOSS_DENIED = re.compile(
    r"\b(no|not|without) (evidence of )?(loss|lost|absence|deficient)\b", re.I
)
_SENTENCES = re.compile(r"[;,.\n]| and (?=(?:intact|retained|loss|normal))")
_SEES = frozenset({"msi", "protein"})
INTACT, LOST, DOUBTFUL = "intact", "lost", "doubtful"


class Stain(Struct, frozen=True, gc=False):
    """What one Observation says of these proteins."""

    states: dict[str, str]
    outcome: Outcome
    date: PartialDate | None
    reference: str
    conditions: tuple[str, ...]
    when: PartialDate | None


def is_stain(words: str) -> bool:
    """Whether the words of a code name one of these stains."""
    return bool(_NAMED.search(words)) and not _NOT_A_STAIN.search(words)


def read_stain(
    observation: Observation, reference: str, terminology: Terminology, code_means: str = ""
) -> Stain:
    """The proteins an Observation names in its code, its components or its text.

    `code_means`: the name its code has in our table.
    """
    states: dict[str, str] = {}
    named = proteins_in(code_means or words_of(observation.code))
    state = _state(observation, terminology)
    if named and state:
        states.update(dict.fromkeys(named, state))
    for component in observation.component:
        state = _state(component, terminology)
        for protein in proteins_in(words_of(component.code)) if state else ():
            states[protein] = state
    if not states and observation.value_string:
        states = _in_text(observation.value_string)
    return Stain(
        states,
        by_status(observation, Outcome.REPORTED if states else Outcome.UNKNOWN),
        observation_date(observation),
        reference,
        about(observation),
        observed_on(observation),
    )


def proteins_in(words: str) -> list[str]:
    """The proteins named, each once."""
    found = [f"{letters}{digit}".upper() for letters, digit in _PROTEIN.findall(words)]
    return [each for each in PROTEINS if each in found]


def _state(value: Observation | ObservationComponent, terminology: Terminology) -> str:
    """Intact, lost or doubtful; empty when the value says nothing.

    A stain that is positive shows the protein; one that is negative shows its loss.
    """
    concept = value.value_codeable_concept
    texts = [words_of(concept), value.value_string or ""]
    said = _state_in(" ".join(texts)) if any(text.strip() for text in texts) else ""
    means = meaning(value, terminology)
    coded = {"positive": INTACT, "negative": LOST, "indeterminate": DOUBTFUL}.get(means or "", "")
    if said and coded and said != coded:
        return DOUBTFUL
    return said or coded


def _state_in(text: str) -> str:
    if _DOUBTFUL.search(text):
        return DOUBTFUL
    denied = _LOSS_DENIED.search(text)
    lost = bool(_LOST.search(_LOSS_DENIED.sub("", text))) or bool(
        re.search(r"\b(no|not|without) (expressed|expression)\b", text, re.I)
    )
    intact = bool(denied) or bool(_INTACT.search(_UNDONE.sub("", text)))
    if lost and intact:
        return DOUBTFUL
    return LOST if lost else INTACT if intact else ""


def _in_text(text: str) -> dict[str, str]:
    """`Loss of MLH1 and PMS2; MSH2 and MSH6 intact`: one state for each part of the text."""
    states: dict[str, str] = {}
    waiting: list[str] = []
    for part in _SENTENCES.split(text):
        proteins, state = proteins_in(part), _state_in(part)
        if proteins and not state:
            waiting += proteins
        elif state:
            for protein in (*waiting, *proteins):
                states[protein] = DOUBTFUL if states.get(protein, state) != state else state
            waiting = []
    states.update(dict.fromkeys(waiting, DOUBTFUL))
    return states


def together(stains: list[Stain]) -> list[Result]:
    """One result for the stains of one day: a clear loss, four intact, or neither."""
    days: defaultdict[tuple[object, ...], list[Stain]] = defaultdict(list)
    for stain in stains:
        day = stain.date if stain.date else stain.reference
        days[day, stain.conditions].append(stain)
    # A stain whose day is not known may be of the set of any day.
    apart = len(days) == 1 or all(stain.when and stain.when.is_day for stain in stains)
    return [_of_one_day(day, apart) for day in days.values()]


def _of_one_day(stains: list[Stain], is_whole: bool) -> Result:
    stains = sorted(stains, key=lambda each: each.reference)
    read = [each for each in stains if each.outcome is Outcome.REPORTED]
    states: dict[str, str] = {}
    for stain in read:
        for protein, state in stain.states.items():
            states[protein] = DOUBTFUL if states.get(protein, state) != state else state
    outcome, text = _verdict(states, stains)
    if outcome is Outcome.INDETERMINATE and not is_whole:
        outcome = Outcome.UNKNOWN
    lost = [each for each in read if LOST in each.states.values()]
    first = (lost or read or stains)[0]
    return Result(
        biomarkers=("MSI",),
        sees=_SEES,
        outcome=outcome,
        origin="unknown",
        text=text,
        date=first.date,
        reference=first.reference,
        conditions=first.conditions,
        when=first.when,
        proteins=tuple(states.items()),
    )


def _verdict(states: dict[str, str], stains: list[Stain]) -> tuple[Outcome, str]:
    lost = [protein for protein in PROTEINS if states.get(protein) == LOST]
    if lost:
        return Outcome.POSITIVE, f"{_listed(lost)} lost"
    unread = [each.outcome for each in stains if each.outcome is not Outcome.REPORTED]
    if all(states.get(protein) == INTACT for protein in PROTEINS):
        return Outcome.NEGATIVE, "mismatch repair proteins intact"
    for outcome in (Outcome.PENDING, Outcome.UNKNOWN):
        if outcome in unread:
            return outcome, LABELS[outcome]
    if DOUBTFUL in states.values():
        doubtful = [protein for protein in PROTEINS if states.get(protein) == DOUBTFUL]
        return Outcome.INDETERMINATE, f"{_listed(doubtful)} not clear"
    if not states:
        return unread[0], LABELS[unread[0]]
    intact = [protein for protein in PROTEINS if protein in states]
    return Outcome.INDETERMINATE, f"only {_listed(intact)} reported, intact"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
