"""Which genes an Observation is about: components, extensions, code, or text."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.chart.answers import loinc
from oncology.reading.elements import CodeableConcept, Coding
from oncology.reading.observation import Observation
from oncology.terminology import SYSTEMS, Terminology

GENE = "48018-6"
# FHIR R4 "Genetics" profile: the gene in an extension of the Observation.
_GENE_EXTENSION = "observation-geneticsGene"
_SYMBOL = re.compile(r"[A-Z][A-Z0-9]{1,9}\Z")
_SEPARATORS = re.compile(r"[,;/]| and | und |::| - ")
_DISAGREE = "gene id and gene name disagree or are not known"
_NO_HGNC = "gene is named by an id that cannot be checked against its name"


class Genes(Struct, frozen=True, gc=False):
    """Genes by HGNC symbol; `problem` when one of them may be another than it is called."""

    names: tuple[str, ...] = ()
    problem: str = ""

    def plus(self, other: Genes) -> Genes:
        """Both, each gene once."""
        names = tuple(dict.fromkeys(self.names + other.names))
        return Genes(names, self.problem or other.problem)


def genes_of(concept: CodeableConcept | None, terminology: Terminology) -> Genes:
    """The genes of one value: HGNC codings, else its text."""
    if concept is None:
        return Genes()
    coded = [each for each in concept.coding if SYSTEMS.get(each.system or "") == "hgnc"]
    if coded:
        named: list[str] = []
        problem = ""
        for coding in coded:
            symbols = terminology.gene(coding)
            if len(symbols) != 1:
                # Either gene may be meant: both become unknown, neither counts as not tested.
                problem = _DISAGREE
            named.extend(symbols)
        return Genes(tuple(dict.fromkeys(named)), problem)
    displays = [each for each in (_named(coding, terminology) for coding in concept.coding) if each]
    if displays:
        return Genes(tuple(dict.fromkeys(displays)), _NO_HGNC)
    of_text = genes_of_text(concept.text, terminology)
    if of_text.names:
        return of_text
    symbols = tuple(filter(None, (_symbol(each.display) for each in concept.coding)))
    return Genes(symbols, _NO_HGNC if symbols else "")


def genes_of_text(text: str | None, terminology: Terminology) -> Genes:
    """The genes of a text; a gene outside our table goes by the symbol it came with."""
    return Genes(genes_in_text(text, terminology) or tuple(filter(None, (_symbol(text),))))


def _symbol(text: str | None) -> str:
    symbol = (text or "").strip()
    return symbol if _SYMBOL.match(symbol) else ""


def _named(coding: Coding, terminology: Terminology) -> str | None:
    return terminology.gene_names.get((coding.display or "").strip().upper())


def genes_in_text(text: str | None, terminology: Terminology) -> tuple[str, ...]:
    """The genes of a text that is a list of gene names and nothing else."""
    parts = [part.strip().upper() for part in _SEPARATORS.split(text or "") if part.strip()]
    symbols = [terminology.gene_names.get(part) for part in parts]
    found = [symbol for symbol in symbols if symbol]
    return tuple(dict.fromkeys(found)) if len(found) == len(parts) else ()


def is_gene(concept: CodeableConcept | None) -> bool:
    """Whether a value is a gene by its code system, whatever its component is called."""
    codings = concept.coding if concept else ()
    return any(SYSTEMS.get(each.system or "") == "hgnc" and each.code for each in codings)


def has_unclear_gene(observation: Observation, terminology: Terminology) -> bool:
    """Whether a component that names a gene, or may, cannot be read: it may be about any gene."""
    for component in observation.component:
        code = component.code
        if code is None or not (code.coding or code.text):
            if not is_gene(component.value_codeable_concept):
                return True
        elif loinc(code) == GENE:
            named = genes_of(component.value_codeable_concept, terminology).names
            if not named and not genes_in_text(component.value_string, terminology):
                return True
    return False


def genes_beside(observation: Observation, terminology: Terminology) -> Genes:
    """Genes named outside the components: in the code itself, or in the R4 extension."""
    found = Genes()
    for extension in observation.extension:
        if extension.url and extension.url.endswith(_GENE_EXTENSION):
            found = found.plus(genes_of(extension.value_codeable_concept, terminology))
    if found.names or observation.code is None:
        return found
    coded = [each for each in observation.code.coding if SYSTEMS.get(each.system or "") == "hgnc"]
    return genes_of(CodeableConcept(coding=tuple(coded)), terminology) if coded else found
