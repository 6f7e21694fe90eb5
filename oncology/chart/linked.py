"""Observations that mean something only beside others: regions studied, implications, stains."""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.answers import (
    FINAL,
    LABELS,
    about,
    loinc,
    observation_date,
    observed_on,
    words_of,
)
from oncology.chart.genes import GENE, Genes, genes_in_text, genes_of
from oncology.chart.mmr import Stain, read_stain, together
from oncology.chart.model import Outcome, Result
from oncology.chart.variants import NOT_DETECTED, SIGNIFICANCE, SIGNIFICANCE_CODE, described_text
from oncology.dates import PartialDate
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport
from oncology.reading.records import Records
from oncology.terminology import Terminology

_REPORT_FINAL = ("final", "amended", "corrected", "appended")
_REPORT_PENDING = ("registered", "partial", "preliminary")
_SEES_FUSIONS = re.compile(r"fusion|rearrange|translocation", re.I)
# The most telling class first: a variant may be classed for several conditions.
_CLASSES = ("P", "LP", "VUS", "LB", "B")
_DOUBT = "not detected, but a result of this test could not be read"


class Region(Struct, frozen=True, gc=False):
    """A region studied (LOINC 53041-0): genes that were tested, found changed or not."""

    genes: Genes
    is_final: bool
    sees: frozenset[str]
    date: PartialDate | None
    reference: str
    conditions: tuple[str, ...]
    when: PartialDate | None


class Linked:
    """Collects such Observations of one chart, then joins them with its results."""

    def __init__(self, records: Records, terminology: Terminology) -> None:
        self._records = records
        self._terminology = terminology
        self._regions: list[Region] = []
        self._classes: list[tuple[tuple[str, ...], str]] = []
        self._stains: list[Stain] = []

    def add_region(self, observation: Observation, reference: str) -> None:
        """Genes of the component 48018-6, one or many to a component."""
        genes = Genes()
        for component in observation.component:
            if loinc(component.code) == GENE:
                genes = genes.plus(genes_of(component.value_codeable_concept, self._terminology))
                text = component.value_string
                genes = genes.plus(Genes(genes_in_text(text, self._terminology)))
        words = f"{words_of(observation.method)} {words_of(observation.code)}"
        sees = {"mutation", "fusion"} if _SEES_FUSIONS.search(words) else {"mutation"}
        self._regions.append(
            Region(
                genes,
                observation.status in FINAL,
                frozenset(sees),
                observation_date(observation),
                reference,
                about(observation),
                observed_on(observation),
            )
        )

    def add_implication(self, observation: Observation) -> None:
        """The significance of the variants it is derived from (genomics-reporting 2 and later)."""
        if observation.status not in FINAL:
            return
        for component in observation.component:
            concept = component.value_codeable_concept
            if loinc(component.code) != SIGNIFICANCE_CODE or concept is None:
                continue
            significance = SIGNIFICANCE.get(self._terminology.answer(concept) or "")
            if significance:
                sources = tuple(
                    each.reference for each in observation.derived_from if each.reference
                )
                self._classes.append((sources, significance))

    def add_stain(self, observation: Observation, reference: str, code_means: str = "") -> None:
        """A mismatch repair protein, known by its words or by what its code means."""
        self._stains.append(read_stain(observation, reference, self._terminology, code_means))

    def joined(
        self, results: list[Result], reports: list[DiagnosticReport], hides_variants: bool
    ) -> list[Result]:
        """The results with classes filled in, and those that regions and stains amount to.

        `hides_variants`: an Observation that may be a variant could not be read.
        """
        if self._classes:
            results = self._classed(results)
        if self._regions:
            results = results + self._not_found(results, reports, hides_variants)
        return results + together(self._stains) if self._stains else results

    # -- significance -----------------------------------------------------------------

    def _classed(self, results: list[Result]) -> list[Result]:
        classes: dict[str, str] = {}
        for sources, significance in self._classes:
            for source in sources:
                reference = self._records.local(source)
                known = classes.get(reference, significance)
                classes[reference] = min(known, significance, key=_CLASSES.index)
        return [_with_class(result, classes.get(result.reference)) for result in results]

    # -- regions studied --------------------------------------------------------------

    def _not_found(
        self, results: list[Result], reports: list[DiagnosticReport], hides_variants: bool
    ) -> list[Result]:
        members = [(report, self._results_of(report)) for report in reports]
        reported = {reference for _, listed in members for reference in listed}
        found = []
        for region in self._regions:
            mine = [(report, listed) for report, listed in members if region.reference in listed]
            beside = {reference for _, listed in mine for reference in listed}
            variants = [
                result
                for result in results
                if result.variant
                and (result.reference in beside or result.reference not in reported)
            ]
            status = _status(region, [report.status for report, _ in mine])
            found += _tested(region, status, variants, hides_variants)
        return found

    def _results_of(self, report: DiagnosticReport) -> set[str]:
        """References of what it lists; `#id` is inside it."""
        own = self._records.reference_to(report)
        listed = (each.reference for each in report.result if each.reference)
        return {f"{own}{name}" if name[0] == "#" else self._records.local(name) for name in listed}


def _tested(
    region: Region, status: Outcome, variants: list[Result], hides_variants: bool
) -> list[Result]:
    """The genes of a region without a variant Observation of their own."""
    named = {gene for variant in variants for gene in variant.biomarkers}
    doubtful = hides_variants or any(
        not variant.biomarkers or variant.problem for variant in variants
    )
    outcome, text = status, LABELS[status]
    if status is Outcome.NEGATIVE:
        text = NOT_DETECTED
        if doubtful or region.genes.problem:
            outcome, text = Outcome.UNKNOWN, region.genes.problem or _DOUBT
    elif status is Outcome.UNKNOWN:
        text = "tested, no final report on file"
    return [
        Result(
            biomarkers=(gene,),
            sees=region.sees,
            outcome=outcome,
            origin="unknown",
            text=text,
            date=region.date,
            reference=region.reference,
            conditions=region.conditions,
            when=region.when,
        )
        for gene in region.genes.names
        if gene not in named
    ]


def _status(region: Region, statuses: list[str | None]) -> Outcome:
    """Not found only by a final region in a final report; pending while one is in progress."""
    if not region.is_final:
        return Outcome.UNKNOWN
    if any(status in _REPORT_FINAL for status in statuses):
        return Outcome.NEGATIVE
    if any(status in _REPORT_PENDING for status in statuses):
        return Outcome.PENDING
    return Outcome.UNKNOWN


def _with_class(result: Result, significance: str | None) -> Result:
    variant = result.variant
    if significance is None or variant is None or variant.significance:
        return result
    classed = replace(variant, significance=significance)
    text = result.text
    if result.outcome is Outcome.POSITIVE and text == described_text(variant):
        text = described_text(classed)
    return replace(result, variant=classed, text=text)
