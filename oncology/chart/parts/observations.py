"""Observations: results, stages and disease status, by code or, where a code is open, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec

from oncology.chart.answers import words_of
from oncology.chart.arms import both_arms
from oncology.chart.contradictions import CONTRADICTION, settle
from oncology.chart.copies import versions_of_results
from oncology.chart.family_texts import family_texts, names_family_history
from oncology.chart.genes import has_unclear_gene
from oncology.chart.linked import Linked
from oncology.chart.methylation import is_methylation, read_methylation
from oncology.chart.mmr import is_stain
from oncology.chart.model import DiseaseStatus, FamilyText, Report, Result, Stage
from oncology.chart.parts.about import BY_NAME
from oncology.chart.parts.aside import IN_ERROR, VERSIONS, Aside
from oncology.chart.possible import is_hint, possible_observation
from oncology.chart.results import read_disease_status, read_result, read_stage
from oncology.reading.elements import CodeableConcept
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport
from oncology.terminology import ObservationConcept, Terminology

About = TypeVar("About", Stage, DiseaseStatus, Result)
_STAGE_READS = ("stage-group", "m-category")
_OF_GENES = ("variant", "region-studied")


class Observations:
    """Reads the patient's Observations; `possible` may hold results that only a person can read.

    `local` gives the reference by which the chart knows a resource.
    """

    def __init__(
        self, aside: Aside, terminology: Terminology, linked: Linked, local: Callable[[str], str]
    ) -> None:
        self._aside = aside
        self._terminology = terminology
        self._linked = linked
        self._local = local
        self._stages: list[Stage] = []
        self._statuses: list[DiseaseStatus] = []
        self._results: list[Result] = []
        self.family_texts: list[FamilyText] = []
        self.possible: list[Report] = []

    def read(self, own: Sequence[Observation]) -> None:
        """Take in the Observations of the patient."""
        known = self._terminology.observation_codes
        plain = self._terminology.plain_observations
        for observation in plain.leave_out(own):
            code = observation.code
            if code is None:
                self._without_code(observation)
                continue
            for coding in code.coding:
                if coding.code in known:
                    self._by_code(observation, code)
                    break
            else:
                self._by_words(observation, code)
        self._aside.one_version("Observation", self._stages, self._statuses)

    def stages(self) -> list[Stage]:
        """Stages, with the diagnoses they are about."""
        return self._named(self._stages)

    def statuses(self) -> list[DiseaseStatus]:
        """Disease status, with the diagnoses it is about."""
        return self._named(self._statuses)

    def results(self, reports: list[DiagnosticReport]) -> list[Result]:
        """Results, joined with what other Observations and these reports say of them."""
        repeated = versions_of_results(self._results)
        repeated |= {each.reference for each in self._results} & self._aside.refused
        for reference in sorted(repeated):
            self._aside.note(reference, VERSIONS)
            self._aside.set_aside("Observation", reference, None)
        if repeated:
            self._results = [each for each in self._results if each.reference not in repeated]
        hides_variants = any(
            item.resource_type in ("Observation", "unknown")
            and (not item.about or "variant" in item.about)
            for item in self._aside.hidden
        )
        joined = self._linked.joined(self._results, reports, hides_variants)
        unread = (each.about for each in self._aside.hidden if each.resource_type == "Observation")
        results = both_arms(settle(self._named(joined), frozenset().union(*unread)))
        for result in results:
            if result.problem == CONTRADICTION:
                self._aside.note(result.reference, f"{CONTRADICTION}: not used")
        return results

    def _named(self, parts: list[About]) -> list[About]:
        """The same with the diagnoses they are about by the references we give those."""
        return [
            msgspec.structs.replace(each, conditions=tuple(map(self._local, each.conditions)))
            if each.conditions
            else each
            for each in parts
        ]

    def _without_code(self, observation: Observation) -> None:
        self._aside.hide(observation, None, "has no code: what was observed is not known")

    def _by_code(self, observation: Observation, code: CodeableConcept) -> None:
        concept = self._terminology.observation(code)
        if concept is None:
            return
        if concept.reads == BY_NAME:
            self._by_words(observation, code)
        else:
            self._known(observation, code, concept)

    def _by_words(self, observation: Observation, code: CodeableConcept) -> None:
        """An Observation whose code does not tell: a test by its name, or a hint."""
        words = words_of(code)
        named = self._terminology.named_test(words)
        if not code.coding and not code.text:
            self._without_code(observation)
        elif named is not None:
            self._known(observation, code, named)
        elif is_methylation(words):
            if self._counts(observation, code):
                self._methylation(observation, self._aside.reference_to(observation))
        elif is_stain(words):
            if self._counts(observation, code):
                self._linked.add_stain(observation, self._aside.reference_to(observation))
        elif names_family_history(words):
            if not observation.is_modified:
                self._family_text(observation, self._aside.reference_to(observation))
        elif is_hint(words):
            found = possible_observation(observation, self._aside.reference_to(observation))
            self.possible += [found] if found is not None else []
        else:
            self._terminology.plain_observations.add(code)

    def _counts(self, observation: Observation, code: CodeableConcept) -> bool:
        return observation.status != "entered-in-error" and not self._aside.is_modified(
            observation, code
        )

    def _known(
        self, observation: Observation, code: CodeableConcept, concept: ObservationConcept
    ) -> None:
        if observation.status == "entered-in-error":
            self._aside.refuse(observation, IN_ERROR)
            return
        if self._aside.is_modified(observation, code):
            return
        if concept.reads in _OF_GENES and has_unclear_gene(observation, self._terminology):
            problem = "does not say clearly which genes it is about"
            self._aside.hide(observation, code, problem)
        self._sort(observation, concept, self._aside.reference_to(observation))

    def _sort(self, observation: Observation, concept: ObservationConcept, reference: str) -> None:
        if concept.reads in _STAGE_READS:
            stage = read_stage(observation, concept, reference, self._terminology)
            if stage.value is None:
                self._aside.note(reference, "stage on file is not understood: not used")
            self._stages.append(stage)
        elif concept.reads == "disease-status":
            status = read_disease_status(observation, reference, self._terminology)
            self._statuses.append(status)
        elif concept.reads == "family-history":
            self._family_text(observation, reference)
        elif concept.reads == "region-studied":
            self._linked.add_region(observation, reference)
        elif concept.reads == "implication":
            self._linked.add_implication(observation)
        elif concept.reads == "methylation":
            self._methylation(observation, reference)
        elif concept.reads == "mmr-protein":
            self._linked.add_stain(observation, reference, concept.display)
        else:
            self._result(observation, concept, reference)

    def _result(
        self, observation: Observation, concept: ObservationConcept, reference: str
    ) -> None:
        for result in read_result(observation, concept, reference, self._terminology):
            if result.problem:
                self._aside.note(reference, f"{result.problem}: not used")
            elif result.outcome.value == "unknown":
                problem = "status or value is not understood: result not used"
                self._aside.note(reference, problem)
            self._results.append(result)

    def _methylation(self, observation: Observation, reference: str) -> None:
        self._results.append(read_methylation(observation, reference, self._terminology))

    def _family_text(self, observation: Observation, reference: str) -> None:
        self.family_texts += family_texts(observation, reference)
