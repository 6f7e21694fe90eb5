"""Biomarker results from Observations: variants, immunostains, ISH, MSI, TMB, PD-L1."""

from __future__ import annotations

import re
from collections.abc import Callable

from oncology.chart.model import DiseaseStatus, Outcome, Result, Stage, Variant
from oncology.chart.stages import spelled_stage, stage_token
from oncology.dates import PartialDate, parse_date
from oncology.reading.elements import CodeableConcept, Quantity
from oncology.reading.observation import Observation, ObservationComponent
from oncology.terminology import SYSTEMS, ObservationConcept, Terminology
from oncology.variants import protein_change, short

# Observation.status (FHIR R4, 10.1): only these three are results.
_FINAL = ("final", "amended", "corrected")
_NOT_YET = ("registered", "preliminary")

_MEANS = {
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
_IHC_WORDS = {"0": "ihc-score-0", "1+": "ihc-score-1", "2+": "ihc-score-2", "3+": "ihc-score-3"}
# A value that is exactly one of these words is unambiguous; anything longer is free text.
_WORDS = {
    "positive": "positive",
    "pos": "positive",
    "detected": "positive",
    "present": "positive",
    "negative": "negative",
    "neg": "negative",
    "not detected": "negative",
    "absent": "negative",
    "indeterminate": "indeterminate",
    "equivocal": "indeterminate",
    "inconclusive": "indeterminate",
    "her2-low": "negative",
    "her2 low": "negative",
    "her2low": "negative",
    "msi-h": "msi-high",
    "msi-high": "msi-high",
    "msi-l": "msi-low",
    "mss": "msi-stable",
    "stable": "msi-stable",
    "quantity not sufficient": "failed",
    "qns": "failed",
    "insufficient": "failed",
    "failed": "failed",
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
_SIGNIFICANCE = {
    "significance-P": "P",
    "significance-LP": "LP",
    "significance-VUS": "VUS",
    "significance-LB": "LB",
    "significance-B": "B",
}
_GENE, _PROTEIN, _CODING = "48018-6", "48005-3", "48004-6"
_SOURCE_CLASS, _SIGNIFICANCE_CODE, _COPY_NUMBER = "48002-0", "53037-8", "82155-3"
_PARTNERS = 2
NOT_DETECTED = "not detected"
_WHOLE_GENE = frozenset({"mutation", "fusion"})
_LABELS = {
    Outcome.POSITIVE: "positive",
    Outcome.NEGATIVE: "negative",
    Outcome.REPORTED: "reported",
    Outcome.INDETERMINATE: "indeterminate",
    Outcome.FAILED: "failed or insufficient",
    Outcome.PENDING: "pending",
    Outcome.UNKNOWN: "not understood",
}


def observation_date(observation: Observation) -> PartialDate | None:
    """When the specimen was taken or the finding made; else when it was reported."""
    period = observation.effective_period
    return (
        parse_date(observation.effective_date_time)
        or parse_date(observation.effective_instant)
        or parse_date(period.end or period.start if period else None)
        or parse_date(observation.issued)
    )


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
    usable = observation.status in _FINAL
    return Stage(
        concept.reads,
        value if usable else None,
        observation_date(observation),
        reference,
        _about(observation),
    )


def read_disease_status(
    observation: Observation, reference: str, terminology: Terminology
) -> DiseaseStatus:
    """An mCODE cancer disease status Observation."""
    value = observation.value_codeable_concept
    means = terminology.answer(value) if value else None
    trend = means.removeprefix("status-") if means and means.startswith("status-") else None
    if observation.status not in _FINAL:
        trend = None
    return DiseaseStatus(trend, observation_date(observation), reference)


def read_result(
    observation: Observation, concept: ObservationConcept, reference: str, terminology: Terminology
) -> list[Result]:
    """The results of one Observation; several when a variant names several genes."""
    if concept.reads == "variant":
        return _variant_results(observation, reference, terminology)
    outcome, text = _READERS[concept.reads](observation, terminology)
    outcome = _by_status(observation, outcome)
    return [
        Result(
            biomarkers=concept.biomarkers,
            sees=concept.sees,
            outcome=outcome,
            origin=concept.origin or "unknown",
            text=text or _LABELS[outcome],
            date=observation_date(observation),
            reference=reference,
            conditions=_about(observation),
            cancer=concept.cancer,
        )
    ]


def _about(observation: Observation) -> tuple[str, ...]:
    """The diagnoses the sender says a result is about."""
    return tuple(item.reference for item in observation.focus if item.reference)


def _by_status(observation: Observation, outcome: Outcome) -> Outcome:
    """Observation.status decides before the value does."""
    status = observation.status
    if status in _FINAL:
        if observation.data_absent_reason is not None and outcome is Outcome.UNKNOWN:
            return Outcome.FAILED
        return outcome
    if status in _NOT_YET:
        return Outcome.PENDING
    if status == "cancelled":
        return Outcome.FAILED
    return Outcome.UNKNOWN


def _meaning(value: Observation | ObservationComponent, terminology: Terminology) -> str | None:
    """What a value or its interpretation means, by code or by one exact word."""
    concept = value.value_codeable_concept
    if concept is not None:
        means = terminology.answer(concept)
        if means is not None:
            return None if _is_contradicted(means, concept) else means
        if not concept.coding and concept.text:
            return _word(concept.text)
    if value.value_string:
        means = _word(value.value_string)
        if means is not None:
            return means
    return _interpretation(value.interpretation)


def _is_contradicted(means: str, concept: CodeableConcept) -> bool:
    """Whether a display is a plain answer other than its code's: neither may be believed."""
    words = (_word(coding.display) for coding in concept.coding if coding.display)
    said = {_MEANS[word] for word in words if word}
    return means in _MEANS and bool(said - {_MEANS[means]})


def _word(text: str) -> str | None:
    bare = text.strip().lower().rstrip(".")
    return _WORDS.get(bare) or _IHC_WORDS.get(bare)


def _interpretation(recorded: CodeableConcept | tuple[CodeableConcept, ...]) -> str | None:
    concepts = (recorded,) if isinstance(recorded, CodeableConcept) else recorded
    for concept in concepts:
        for coding in concept.coding:
            means = _INTERPRETATION.get(coding.code or "")
            if means:
                return means
    return None


def _presence(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    means = _meaning(observation, terminology)
    if means is None and observation.value_boolean is not None:
        means = "positive" if observation.value_boolean else "negative"
    return _MEANS.get(means or "", Outcome.UNKNOWN), ""


def _her2_ihc(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    means = _meaning(observation, terminology)
    if means is None and observation.value_integer is not None:
        means = f"ihc-score-{observation.value_integer}"
    outcome = _MEANS.get(means or "", Outcome.UNKNOWN)
    if means and means.startswith("ihc-score-"):
        score = means.removeprefix("ihc-score-")
        return outcome, f"IHC {score}{'' if score == '0' else '+'}"
    return outcome, ""


def _percent(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """ER and PR: positive at 1 % or more of cells (ASCO/CAP 2020, doi:10.1200/JCO.19.02309)."""
    quantity = observation.value_quantity
    if quantity is None or quantity.value is None:
        return _presence(observation, terminology)
    cut = terminology.thresholds["er-pr-positive-percent"]
    text = f"{_number(quantity)} %"
    if quantity.comparator in ("<", "<="):
        below = quantity.value < cut or (quantity.value == cut and quantity.comparator == "<")
        return (Outcome.NEGATIVE if below else Outcome.UNKNOWN), text
    return (Outcome.POSITIVE if quantity.value >= cut else Outcome.NEGATIVE), text


def _laboratory_verdict(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """A ratio or copy number alone is indeterminate: the laboratory's verdict decides."""
    means = _meaning(observation, terminology)
    if means is not None:
        return _MEANS.get(means, Outcome.UNKNOWN), ""
    measured = observation.value_quantity or observation.value_string or observation.value_ratio
    return (Outcome.INDETERMINATE if measured is not None else Outcome.UNKNOWN), ""


def _score(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    quantity = observation.value_quantity
    if quantity is not None and quantity.value is not None:
        unit = " %" if "%" in (quantity.code, quantity.unit) else ""
        return Outcome.REPORTED, f"{_number(quantity)}{unit}"
    means = _meaning(observation, terminology)
    return _MEANS.get(means or "", Outcome.UNKNOWN), ""


def _msi(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    means = _meaning(observation, terminology)
    outcome = _MEANS.get(means or "", Outcome.UNKNOWN)
    if means is None and observation.value_quantity is not None:
        return Outcome.INDETERMINATE, ""
    names = {Outcome.POSITIVE: "MSI-high", Outcome.NEGATIVE: "stable"}
    return outcome, names.get(outcome, "")


_PER_MEGABASE = re.compile(r"(mut\w*/mb|\{?mutations?\}?/mb|1/1000000\{base\}|1/mb)\Z", re.I)


def _tmb(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """High at 10 mutations a megabase or more, and only for that unit."""
    quantity = observation.value_quantity
    if quantity is None or quantity.value is None:
        return _presence(observation, terminology)
    unit = (quantity.code or quantity.unit or "").strip()
    if not _PER_MEGABASE.match(unit) or quantity.comparator is not None:
        return Outcome.INDETERMINATE, ""
    high = quantity.value >= terminology.thresholds["tmb-high-per-megabase"]
    text = f"{_number(quantity)} mutations/Mb"
    return (Outcome.POSITIVE if high else Outcome.NEGATIVE), text


def _number(quantity: Quantity) -> str:
    return f"{quantity.comparator or ''}{quantity.value}"


def _reported(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """A karyotype or a level says in its own words what was found: that it is there answers."""
    means = _meaning(observation, terminology)
    if means in ("failed", "indeterminate"):
        return _MEANS[means], ""
    value = observation.value_codeable_concept or observation.value_quantity
    stated = value or observation.value_string or observation.value_ratio
    return (Outcome.REPORTED if stated else Outcome.UNKNOWN), ""


def _one_form(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """A test of one form of a fusion: found answers, not found leaves the other forms open."""
    outcome, text = _presence(observation, terminology)
    if outcome is Outcome.NEGATIVE:
        return Outcome.INDETERMINATE, "one form not found, others not excluded"
    return outcome, text


def _one_of_several(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """One answer for several changes: none found answers for each, found does not say which."""
    outcome, text = _presence(observation, terminology)
    if outcome is Outcome.POSITIVE:
        return Outcome.UNKNOWN, "found, which is not stated"
    return outcome, text


def _not_told_which(observation: Observation, terminology: Terminology) -> tuple[Outcome, str]:
    """A test whose code does not say which changes it covers answers for none of them."""
    outcome, text = _presence(observation, terminology)
    if outcome.is_usable:
        return Outcome.UNKNOWN, "tested, which changes were looked for is not stated"
    return outcome, text


Reader = Callable[[Observation, Terminology], tuple[Outcome, str]]
_READERS: dict[str, Reader] = {
    "presence": _presence,
    "percent": _percent,
    "her2-ihc": _her2_ihc,
    "her2-ratio": _laboratory_verdict,
    "her2-copies": _laboratory_verdict,
    "score": _score,
    "msi": _msi,
    "tmb": _tmb,
    "laboratory-verdict": _laboratory_verdict,
    "reported": _reported,
    "one-form": _one_form,
    "one-of-several": _one_of_several,
    "not-told-which": _not_told_which,
}


def _variant_results(
    observation: Observation, reference: str, terminology: Terminology
) -> list[Result]:
    """HL7 genomics-reporting Variant: presence in the value, the rest in components."""
    parts = _Components(observation.component, terminology)
    variant = Variant(parts.genes, parts.protein, parts.coding, parts.significance)
    means = _meaning(observation, terminology)
    outcome = _MEANS.get(means or "", Outcome.UNKNOWN)
    described = parts.protein or parts.coding
    if means is None and not observation.value_codeable_concept and described:
        # A described variant without a verdict is one that was found, unless it says "no change".
        outcome = Outcome.UNKNOWN if "=" in described else Outcome.POSITIVE
    problem = parts.problem
    if problem:
        outcome = Outcome.UNKNOWN
    outcome = _by_status(observation, outcome)
    fusion = outcome is Outcome.POSITIVE and len(parts.genes) > 1
    sees = _sees(parts, outcome, fusion)
    date = observation_date(observation)
    text = _variant_text(variant, outcome, fusion)
    names: list[tuple[str, ...]] = [(gene,) for gene in parts.genes] or [()]
    if len(parts.genes) == _PARTNERS:
        # Two genes are a fusion, also one looked for and not found; senders give either order.
        names.append(("::".join(parts.genes), "::".join(reversed(parts.genes))))
    return [
        Result(
            biomarkers=name,
            sees=sees,
            outcome=outcome,
            origin=parts.origin,
            text=text,
            date=date,
            reference=reference,
            variant=variant,
            problem=problem,
            conditions=_about(observation),
        )
        for name in names
    ]


def _sees(parts: _Components, outcome: Outcome, fusion: bool) -> frozenset[str]:
    if fusion:
        return frozenset({"fusion"})
    if parts.has_copy_number:
        return frozenset({"copies"})
    if parts.protein or parts.coding:
        # One change not found does not say that the gene has no other.
        negative = outcome is Outcome.NEGATIVE
        return frozenset({"targeted-mutation" if negative else "mutation"})
    return _WHOLE_GENE


def _variant_text(variant: Variant, outcome: Outcome, fusion: bool) -> str:
    if outcome is not Outcome.POSITIVE:
        return NOT_DETECTED if outcome is Outcome.NEGATIVE else _LABELS[outcome]
    if fusion:
        return "::".join(variant.genes) + " fusion"
    change = protein_change(variant.protein)
    described = short(change) if change else _as_sent(variant)
    return f"{described}, uncertain" if variant.significance == "VUS" else described


# HGVS as senders write it, without the reference sequence; anything else is not repeated.
_HGVS = re.compile(r"[cgp]\.[A-Za-z0-9_()*>=?+-]{1,60}\Z")


def _as_sent(variant: Variant) -> str:
    for text in (variant.protein, variant.coding):
        bare = (text or "").rpartition(":")[2]
        if _HGVS.match(bare):
            return bare
    return "variant present"


class _Components:
    """What the components of a Variant say."""

    def __init__(
        self, components: tuple[ObservationComponent, ...], terminology: Terminology
    ) -> None:
        self.genes: tuple[str, ...] = ()
        self.protein: str | None = None
        self.coding: str | None = None
        self.origin = "unknown"
        self.significance: str | None = None
        self.has_copy_number = False
        self.problem = ""
        for component in components:
            if component.modifier_extension:
                self.problem = "a component carries a modifier element that is not understood"
            code = _loinc(component.code)
            if code == _GENE:
                self._read_gene(component, terminology)
            elif code == _PROTEIN:
                self.protein = _hgvs(component)
            elif code == _CODING:
                self.coding = _hgvs(component)
            elif code == _COPY_NUMBER:
                self.has_copy_number = True
            elif code in (_SOURCE_CLASS, _SIGNIFICANCE_CODE):
                self._read_class(component, terminology)

    def _read_gene(self, component: ObservationComponent, terminology: Terminology) -> None:
        concept = component.value_codeable_concept
        if concept is None:
            return
        coded = [c for c in concept.coding if SYSTEMS.get(c.system or "") == "hgnc"]
        named: list[str] = []
        for coding in coded:
            symbols = terminology.gene(coding)
            if len(symbols) != 1:
                # Either gene may be meant: both become unknown, neither counts as not tested.
                self.problem = "gene id and gene name disagree or are not known"
            named.extend(symbols)
        if not coded and concept.text:
            symbol = terminology.gene_names.get(concept.text.strip().upper())
            named = [symbol] if symbol else []
        self.genes += tuple(dict.fromkeys(name for name in named if name not in self.genes))

    def _read_class(self, component: ObservationComponent, terminology: Terminology) -> None:
        concept = component.value_codeable_concept
        means = terminology.answer(concept) if concept else None
        if means in ("germline", "somatic"):
            self.origin = means
        elif means in _SIGNIFICANCE:
            self.significance = _SIGNIFICANCE[means]


def _loinc(concept: CodeableConcept | None) -> str | None:
    for coding in concept.coding if concept else ():
        if SYSTEMS.get(coding.system or "") == "loinc":
            return coding.code
    return None


def _hgvs(component: ObservationComponent) -> str | None:
    concept = component.value_codeable_concept
    if concept is not None:
        for coding in concept.coding:
            text = coding.display or coding.code
            if text and ("p." in text or "c." in text):
                return text
        return concept.text
    return component.value_string
