"""Variant Observations: HL7 genomics-reporting in its releases, and older shapes beside it."""

from __future__ import annotations

import re

from oncology.chart.answers import (
    LABELS,
    MEANS,
    about,
    by_status,
    loinc,
    meaning,
    observation_date,
    observed_on,
)
from oncology.chart.genes import GENE, Genes, genes_beside, genes_of, genes_of_text, is_gene
from oncology.chart.model import Outcome, Result, Variant
from oncology.reading.elements import CodeableConcept, is_empty
from oncology.reading.observation import Observation, ObservationComponent
from oncology.terminology import ObservationConcept, Terminology
from oncology.variants import protein_change, short

SIGNIFICANCE = {
    "significance-P": "P",
    "significance-LP": "LP",
    "significance-VUS": "VUS",
    "significance-LB": "LB",
    "significance-B": "B",
}
_PROTEIN, _CODING, _GENOMIC = "48005-3", "48004-6", "81290-9"
_SOURCE_CLASS, SIGNIFICANCE_CODE, _COPY_NUMBER = "48002-0", "53037-8", "82155-3"
_CHANGE_TYPE, _ISCN, _NAMED = "48019-4", "81291-7", "81252-9"
# Sequence Ontology, as senders write it: gene fusion and wild type.
_FUSION_TYPES = frozenset({"SO:0001565", "SO:001565", "SO:0001886"})
_WILD_TYPES = frozenset({"SO:0002073"})
_R4_PARTS = {
    "observation-geneticsGenomicSourceClass": _SOURCE_CLASS,
    "observation-geneticsAminoAcidChangeName": _PROTEIN,
    "observation-geneticsDNASequenceVariantName": _CODING,
}
_PARTNERS = 2
NOT_DETECTED = "not detected"
_WHOLE_GENE = frozenset({"mutation", "fusion"})
_ANY_CHANGE = frozenset({"mutation", "targeted-mutation", "fusion", "copies"})
_ALLELE_SHARE, _ALLELIC_STATE = "81258-6", "53034-5"
# A source or class in one exact word, whatever the code system.
_CLASS_WORDS = {
    "germline": "germline",
    "somatic": "somatic",
    "pathogenic": "significance-P",
    "likely pathogenic": "significance-LP",
    "uncertain significance": "significance-VUS",
    "likely benign": "significance-LB",
    "benign": "significance-B",
}
# HGVS as senders write it, without the reference sequence; anything else is not repeated.
_HGVS = re.compile(r"[cgp]\.[A-Za-z0-9_()*>=?+-]{1,60}\Z")
_IN_BRACKETS = re.compile(r"\((p\.[A-Za-z0-9_*=]{2,40})\)")
# Bases that a deletion or duplication lists are no part of its name by HGVS: `c.5946delT`.
_LISTED_BASES = re.compile(r"(?<=del|dup)[ACGT]+")
# The one loss of a chromosome arm that is a biomarker here (contract: `del(17p)`), as written.
_LOSS = re.compile(r"del\(17\)\(p[\d.]*\)|del\(17p[\d.]*\)|del ?17p", re.I)


def variant_results(
    observation: Observation,
    concept: ObservationConcept,
    reference: str,
    terminology: Terminology,
) -> list[Result]:
    """One result for each gene named: presence in the value, the rest in components.

    Several genes in one "Absent" are each not found; several in one "Present" are a fusion.
    """
    parts = _Parts(observation, terminology)
    outcome = by_status(observation, _outcome(observation, parts, terminology))
    genes = parts.genes.names
    variant = Variant(genes, parts.protein, parts.coding, parts.significance)
    fusion = outcome is Outcome.POSITIVE and (len(genes) > 1 or parts.is_fusion)
    sees, text = _sees(parts, outcome, fusion), _variant_text(variant, outcome, fusion)
    names: list[tuple[str, ...]] = [(gene,) for gene in genes] or [()]
    if len(genes) == _PARTNERS and not parts.problem:
        # Two genes are a fusion, also one looked for and not found; senders give either order.
        names.append(("::".join(genes), "::".join(reversed(genes))))
    if parts.lost_arm:
        names, sees = [(parts.lost_arm,)], frozenset({"copies"})
    return [
        Result(
            biomarkers=name,
            sees=sees,
            outcome=outcome if name or parts.is_of_chromosomes else Outcome.UNKNOWN,
            origin=parts.origin,
            text=text,
            date=observation_date(observation),
            reference=reference,
            variant=variant,
            problem=parts.problem,
            conditions=about(observation),
            cancer=concept.cancer,
            when=observed_on(observation),
        )
        for name in names
    ]


def _outcome(observation: Observation, parts: _Parts, terminology: Terminology) -> Outcome:
    if parts.problem:
        return Outcome.UNKNOWN
    means = meaning(observation, terminology)
    outcome = MEANS.get(means or "", Outcome.UNKNOWN)
    if outcome is Outcome.POSITIVE and parts.is_wild_type:
        # A position looked at and found as in the reference is listed as "present" too.
        return Outcome.UNKNOWN
    if means is None and not _has_value(observation) and parts.is_seen:
        # Without a verdict, a variant is one that was found when it comes with its share of reads
        # or its allelic state. A description alone may be of one that was looked for.
        return Outcome.POSITIVE
    return outcome


def _has_value(observation: Observation) -> bool:
    values = (observation.value_codeable_concept, observation.value_string)
    return any(values) or observation.data_absent_reason is not None


def _sees(parts: _Parts, outcome: Outcome, fusion: bool) -> frozenset[str]:
    if parts.is_unclear:
        return _ANY_CHANGE
    if fusion:
        return frozenset({"fusion"})
    if parts.has_copy_number and not parts.described:
        return frozenset({"copies"})
    if parts.described:
        # One change not found does not say that the gene has no other.
        negative = outcome is Outcome.NEGATIVE
        return frozenset({"targeted-mutation" if negative else "mutation"})
    return _WHOLE_GENE


def _variant_text(variant: Variant, outcome: Outcome, fusion: bool) -> str:
    if outcome is not Outcome.POSITIVE:
        return NOT_DETECTED if outcome is Outcome.NEGATIVE else LABELS[outcome]
    if fusion:
        return "::".join(variant.genes) + " fusion"
    return described_text(variant)


def described_text(variant: Variant) -> str:
    """The change in the form clinicians say, with its doubt."""
    change = protein_change(variant.protein)
    described = short(change) if change else _as_sent(variant)
    return f"{described}, uncertain" if variant.significance == "VUS" else described


def _as_sent(variant: Variant) -> str:
    for text in (variant.protein, variant.coding):
        bare = (text or "").rpartition(":")[2]
        if _HGVS.match(bare):
            return bare
    return "variant present"


def coding_change(variant: Variant) -> str:
    """The change on the coding strand without its reference sequence; empty when not told.

    In the form HGVS recommends, so that `c.5946delT` is `c.5946del`.
    """
    bare = (variant.coding or "").rpartition(":")[2].strip()
    named = bare.startswith("c.") and _HGVS.match(bare)
    return _LISTED_BASES.sub("", bare) if named else ""


def is_same_change(one: Variant, other: Variant) -> bool | None:
    """Whether two variants of one gene are one; None when they are not named alike."""
    for name in (coding_change, _protein_name):
        names = name(one), name(other)
        if all(names):
            return names[0] == names[1]
    return None


def _protein_name(variant: Variant) -> str:
    bare = (variant.protein or "").rpartition(":")[2].strip()
    return protein_change(bare) or re.sub(r"[()]", "", bare)


class _Parts:
    """What components, extensions and code of a variant Observation say."""

    def __init__(self, observation: Observation, terminology: Terminology) -> None:
        self._terminology = terminology
        self.genes = Genes()
        self.protein: str | None = None
        self.coding: str | None = None
        self.genomic: str | None = None
        self.origin = "unknown"
        self.significance: str | None = None
        self.has_copy_number = False
        self.is_fusion = False
        self.is_wild_type = False
        self.lost_arm = ""
        self.is_seen = False
        self.is_of_chromosomes = False
        self._doubt = ""
        self._class_doubt = ""
        self._named: list[str] = []
        for component in observation.component:
            if component.modifier_extension:
                self._doubt = "a component carries a modifier element that is not understood"
            if is_empty(component.code) and not is_unnamed_gene(component):
                self._doubt = "a component has no code"
            self._read(component)
        for extension in observation.extension:
            code = _R4_PARTS.get((extension.url or "").rpartition("/")[2])
            if code:
                self._read_part(code, extension.value_codeable_concept, extension.value_string)
        if not self.genes.names:
            self.genes = self.genes.plus(genes_beside(observation, terminology))
        self._read_names(observation)
        if not (self.genes.names or self.lost_arm or self.is_of_chromosomes):
            self._doubt = self._doubt or "no gene is named"

    @property
    def problem(self) -> str:
        """Why nothing of it may be used."""
        return self._doubt or self.genes.problem or self._class_doubt

    @property
    def is_unclear(self) -> bool:
        """Whether a part of it is not told, so that it may be about any gene and any change."""
        return bool(self._doubt)

    @property
    def described(self) -> str:
        """The change, when one is named."""
        return self.protein or self.coding or self.genomic or ""

    def _read(self, component: ObservationComponent) -> None:
        code = loinc(component.code)
        if code == _COPY_NUMBER:
            self.has_copy_number = True
        elif code in (_ALLELE_SHARE, _ALLELIC_STATE):
            self.is_seen = True
        elif is_unnamed_gene(component):
            self._read_part(GENE, component.value_codeable_concept, None)
        elif code:
            self._read_part(code, component.value_codeable_concept, component.value_string)

    def _read_part(self, code: str, concept: CodeableConcept | None, text: str | None) -> None:
        if code == GENE:
            found = genes_of(concept, self._terminology)
            if text and not found.names:
                found = genes_of_text(text, self._terminology)
            if not found.names:
                self._doubt = self._doubt or "a gene is not named"
            self.genes = self.genes.plus(found)
        elif code == _PROTEIN:
            self.protein = _name(concept, text, "p.")
            self._require(self.protein)
        elif code == _CODING:
            self.coding = _name(concept, text, "c.")
            self._require(self.coding)
        elif code == _GENOMIC:
            self.genomic = _name(concept, text, "g.")
        elif code in (_NAMED, _ISCN):
            self._named += _texts(concept, text)
            self.is_of_chromosomes |= code == _ISCN and bool(self._named)
        elif code == _CHANGE_TYPE:
            types = {each.code for each in concept.coding} if concept else set()
            self.is_fusion |= bool(types & _FUSION_TYPES)
            self.is_wild_type |= bool(types & _WILD_TYPES)
        elif code in (_SOURCE_CLASS, SIGNIFICANCE_CODE):
            self._read_class(concept)

    def _read_names(self, observation: Observation) -> None:
        """A name of the variant as a whole tells the change only when no component does.

        The name is one of a list (ClinVar, ISCN) or the Observation's own value: `L858R`,
        `exon 19 del`, `del(17p)`.
        """
        names = [
            *self._named,
            *_texts(observation.value_codeable_concept, observation.value_string),
        ]
        for name in names:
            if _LOSS.fullmatch(name.strip()):
                self.lost_arm = "del(17p)"
        if self.protein or self.coding:
            return
        for name in names:
            bracketed = _IN_BRACKETS.search(name)
            if protein_change(name):
                self.protein = name
            elif bracketed:
                self.protein = bracketed[1]

    def _require(self, change: str | None) -> None:
        if not change:
            self._doubt = self._doubt or "a change is not described"

    def _read_class(self, concept: CodeableConcept | None) -> None:
        means = self._terminology.answer(concept) or _class_word(concept) if concept else None
        if means in ("germline", "somatic"):
            self.origin = means
        elif means in SIGNIFICANCE:
            self.significance = SIGNIFICANCE[means]
        else:
            self._class_doubt = "source or significance is not understood"


def _class_word(concept: CodeableConcept) -> str | None:
    for text in (*(coding.display for coding in concept.coding), concept.text):
        means = _CLASS_WORDS.get((text or "").strip().lower())
        if means:
            return means
    return None


def is_unnamed_gene(component: ObservationComponent) -> bool:
    """A component without a code whose value is a gene."""
    return is_empty(component.code) and is_gene(component.value_codeable_concept)


def _texts(concept: CodeableConcept | None, text: str | None) -> list[str]:
    found = [text] if text else []
    if concept is not None:
        found += [
            each for coding in concept.coding for each in (coding.display, coding.code) if each
        ]
        found += [concept.text] if concept.text else []
    return found


def _name(concept: CodeableConcept | None, text: str | None, mark: str) -> str | None:
    """The HGVS text of a component; else whatever text it has."""
    texts = _texts(concept, text)
    marked = [each for each in texts if mark in each]
    return next(iter(marked or texts), None)
