"""Conditions: diagnoses, metastases, and what else the problem list says of cancer."""

from __future__ import annotations

import re

from oncology.chart.model import (
    UNKNOWN_AGE,
    Activity,
    Certainty,
    Diagnosis,
    HistoryItem,
    Metastasis,
    Stage,
    Verification,
)
from oncology.chart.sides import side_of
from oncology.chart.stages import stage_token
from oncology.dates import PartialDate, Span, parse_date, until
from oncology.reading.ages import years_in, years_of
from oncology.reading.condition import Condition, ConditionStage
from oncology.reading.elements import CodeableConcept, is_empty, status_code
from oncology.terminology import SYSTEMS, ConditionConcept, Terminology

_CLINICAL = {
    "active": Activity.ACTIVE,
    "recurrence": Activity.RECURRENCE,
    "relapse": Activity.RELAPSE,
    "remission": Activity.REMISSION,
    "inactive": Activity.INACTIVE,
    "resolved": Activity.RESOLVED,
}
_VERIFICATION = {
    "confirmed": Verification.CONFIRMED,
    "unconfirmed": Verification.UNCONFIRMED,
    "provisional": Verification.UNCONFIRMED,
    "differential": Verification.UNCONFIRMED,
}
_CLINICAL_CODES = frozenset(_CLINICAL)
_VERIFICATION_CODES = frozenset({*_VERIFICATION, "refuted", "entered-in-error"})
_SIDED = "breast"
# A histology is recorded, but not one that can be told.
UNKNOWN_HISTOLOGY = "unknown"
# What is said in general and what may be said more closely of the same tumour.
_WIDER = {
    "adenocarcinoma": (
        *("mucinous", "endometrioid", "clear-cell", "invasive-ductal", "lobular"),
        *("serous", "high-grade-serous", "low-grade-serous"),
    ),
    "serous": ("high-grade-serous", "low-grade-serous"),
}
_HISTOLOGY = "mcode-histology-morphology-behavior"
_ASSERTED_DATE = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"
# The more a code says, the earlier it comes: one Condition often carries several codings. SNOMED
# names the leukaemia, and the ICD-10-CM code beside it says in addition whether it is there. A
# finding names the gene that Z15 beside it does not.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            *("relapse", "remission", "primary", "recurrence", "metastatic", "site", "secondary"),
            "finding",
        )
    )
}
DIAGNOSIS_KINDS = (
    "primary",
    "recurrence",
    "relapse",
    "remission",
    "metastatic",
    "site",
    "personal-history",
)
# What a code says of the disease by itself: ICD-10-CM "in relapse", "in remission".
_SAID_BY_CODE = {"relapse": Activity.RELAPSE, "remission": Activity.REMISSION}
_SECONDARY_KINDS = ("secondary", "secondary-lymph-node")


# Words of a malignant disease, and those that say it is not this patient's or not there.
_MALIGNANT = re.compile(
    r"malign|cancer|carcinom|lymphom|leuk(a)?emi|melanom|sarcom|gliom|glioblastom|myelom|krebs|"
    r"metasta",
    re.I,
)
_NOT_MALIGNANT = re.compile(
    r"suspect|family|history|fear|screening|risk|in situ|benign|no evidence|exposure|genetic|"
    r"susceptib|rule out|counsel|prevent|vaccin|antigen|syndrome|verdacht",
    re.I,
)

# "History of" at the beginning is the patient's own; "family history of" is not.
_PAST = re.compile(r"\s*(?:(?:personal )?history of|h/o|hx of|past)\b", re.I)
# That it has spread names where to, or where from: which of the two is not told.
_SPREAD = re.compile(r"metastas[ie]s|secondary", re.I)
# Any word beside those of a cancer of no site.
_SAYS_MORE = re.compile(
    r"\b(?!(?:malignan(?:t|cy)|neoplas(?:m|tic)|cancer(?:ous)?|tumou?r|(?:adeno)?carcinoma|disease|"
    r"disorder|metastatic|primary|unknown|unspecified|undifferentiated|invasive|solid|skin|site|"
    r"stage|personal|history|past|of|the|with|or|and|nos|i{1,3}|iv)\b)[a-z]+",
    re.I,
)


def names_malignancy(words: str) -> bool:
    """Whether the words of a Condition name a malignant disease the patient has or once had."""
    words = _PAST.sub("", words)
    return bool(_MALIGNANT.search(words)) and not _NOT_MALIGNANT.search(words)


def names_no_site(words: str) -> bool:
    """Whether words of a malignant disease say no more than that, or that it has spread."""
    return says_spread(words) or not _SAYS_MORE.search(words)


def says_spread(words: str) -> bool:
    """Whether the words name where a cancer has spread to, which does not say which it is."""
    return bool(_SPREAD.search(words))


def says_past(words: str) -> bool:
    """Whether the words say of the patient that the disease was there once."""
    return bool(_PAST.match(words))


def refusal(condition: Condition) -> str | None:
    """Why a Condition says nothing of this patient's disease; None when it does."""
    verification = status_code(condition.verification_status, _VERIFICATION_CODES)
    if verification == "entered-in-error":
        return "verification status entered-in-error: not used"
    if verification == "refuted":
        return "verification status refuted: not used"
    return None


def verification_of(condition: Condition) -> Verification:
    """Confirmed, not stated, unconfirmed, or unknown when the code is not FHIR's."""
    code = status_code(condition.verification_status, _VERIFICATION_CODES)
    if code is None:
        return Verification.NOT_STATED
    return _VERIFICATION.get(code, Verification.UNKNOWN)


def activity_of(condition: Condition, concept: ConditionConcept) -> Activity:
    """The clinical status; a code that itself says recurrence, relapse or remission adds to it.

    Such a code stands alone when there is no status. One that says relapse where the status says
    it is over, or remission where the status says it is back, leaves the activity unknown.
    """
    if concept.kind == "personal-history":
        return Activity.HISTORY
    code = status_code(condition.clinical_status, _CLINICAL_CODES)
    activity = _CLINICAL.get(code or "", Activity.UNKNOWN)
    if activity is Activity.UNKNOWN and code is None and condition.abatement_date_time:
        activity = Activity.RESOLVED
    if activity is Activity.ACTIVE and concept.kind == "recurrence":
        return Activity.RECURRENCE
    said = _SAID_BY_CODE.get(concept.kind)
    if said is None:
        return activity
    if activity is Activity.ACTIVE or (activity is Activity.UNKNOWN and code is None):
        return said
    return activity if activity.is_present == said.is_present else Activity.UNKNOWN


def concept_of(code: CodeableConcept, terminology: Terminology) -> ConditionConcept | None:
    """The most telling known coding of a Condition.code."""
    best: ConditionConcept | None = None
    for coding in code.coding:
        concept = terminology.condition(coding)
        if concept is not None and (best is None or _rank(concept) < _rank(best)):
            best = concept
    return best


def _rank(concept: ConditionConcept) -> int:
    return _RANK.get(concept.kind, len(_RANK)) * 2 + (not concept.histology)


def read_condition(
    condition: Condition, concept: ConditionConcept, reference: str, terminology: Terminology
) -> Diagnosis | Metastasis | HistoryItem:
    """Turn a Condition with a known code into the chart item it is."""
    activity = activity_of(condition, concept)
    verification = verification_of(condition)
    date = _onset(condition) or parse_date(condition.recorded_date)
    if concept.kind in DIAGNOSIS_KINDS:
        return _diagnosis(condition, concept, reference, terminology)
    if concept.kind in _SECONDARY_KINDS:
        return Metastasis(
            display=concept.display,
            lymph_node=concept.kind == "secondary-lymph-node",
            activity=activity,
            verification=verification,
            date=date,
            reference=reference,
            when=_onset(condition) or until(parse_date(condition.recorded_date)),
        )
    return HistoryItem(
        kind=concept.kind,
        cancer=concept.cancer,
        display=concept.display,
        implies=concept.implies,
        is_certain=verification.is_usable,
        date=date,
        reference=reference,
    )


def _diagnosis(
    condition: Condition, concept: ConditionConcept, reference: str, terminology: Terminology
) -> Diagnosis:
    told = _told_histologies(condition, concept, terminology)
    histology, understood = _histology(condition, told, terminology)
    cancer, certainty = _resolve(concept, histology, understood, terminology)
    if certainty is Certainty.EXACT and _may_be_another(condition, concept, told, terminology):
        certainty = Certainty.CONFLICT
    # The date on a "history of" code is not the date of the cancer.
    onset = None if concept.kind == "personal-history" else _onset(condition)
    return Diagnosis(
        cancer=cancer,
        display=concept.display,
        certainty=certainty,
        histology=histology,
        activity=activity_of(condition, concept),
        verification=verification_of(condition),
        onset=onset,
        recorded=parse_date(condition.recorded_date),
        recurred=onset if concept.kind == "recurrence" else None,
        onset_age=_onset_age(condition),
        stages=_stages(condition, concept, reference, onset, terminology),
        implies=concept.implies,
        sex=concept.sex,
        words=_words(condition.code),
        reference=reference,
        says_relapse=concept.kind == "relapse",
        may_be=_may_be(cancer, certainty, histology, terminology),
        side=side_of(condition, terminology) if cancer == _SIDED else "",
    )


def _histology(condition: Condition, told: list[str], terminology: Terminology) -> tuple[str, bool]:
    """The histology, by all that are told, and whether all that was recorded of it is understood.

    Several that are not of one kind, or one that is recorded without being told, are unknown.
    """
    recorded = _recorded_histologies(condition)
    understood = all(_histology_of(each, terminology) for each in recorded)
    found = ""
    for named in told:
        found = _closer(found, named) if found else named
    is_open = not found or found.endswith("-nos")
    if any(map(is_empty, recorded)) or (is_open and not understood):
        found = UNKNOWN_HISTOLOGY
    return found, understood


def _told_histologies(
    condition: Condition, concept: ConditionConcept, terminology: Terminology
) -> list[str]:
    """Every histology named: by the cancer's code, by its other codings, by the extension.

    Where none of them tells, the diagnosis' own name may.
    """
    recorded = _recorded_histologies(condition)
    told = [_histology_of(each, terminology) for each in recorded]
    by_code = [concept.histology, _histology_of(condition.code, terminology)]
    found = [named for named in (*by_code, *told) if named]
    return found if found or recorded else terminology.histology_words.named(_words(condition.code))


def _recorded_histologies(condition: Condition) -> list[CodeableConcept | None]:
    return [
        extension.value_codeable_concept
        for extension in condition.extension
        if extension.url and extension.url.endswith(_HISTOLOGY)
    ]


def _closer(first: str, second: str) -> str:
    """The closer of two names of one histology; unknown when they are two histologies."""
    if first == second or first in _WIDER.get(second, ()) or second.endswith("-nos"):
        return first
    is_closer = second in _WIDER.get(first, ()) or first.endswith("-nos")
    return second if is_closer else UNKNOWN_HISTOLOGY


def _histology_of(concept: CodeableConcept | None, terminology: Terminology) -> str | None:
    for coding in concept.coding if concept else ():
        system = SYSTEMS.get(coding.system or "", "")
        named = terminology.histologies.get((system, coding.code or ""))
        if named:
            return named
    return None


def _resolve(
    concept: ConditionConcept, histology: str, understood: bool, terminology: Terminology
) -> tuple[str, Certainty]:
    """Which cancer it is: a site code becomes one only by its recorded histology."""
    if concept.kind != "site":
        return concept.cancer, Certainty.EXACT
    if histology and understood and histology != UNKNOWN_HISTOLOGY:
        for cancer in terminology.cancers.values():
            if cancer.site == concept.cancer and histology in cancer.histologies:
                return cancer.id, Certainty.EXACT
        if not histology.endswith("-nos"):  # melanoma of no site says no more than the site
            return f"{concept.cancer}:{histology}", Certainty.EXACT
    return concept.cancer, Certainty.SITE


def _may_be_another(
    condition: Condition, concept: ConditionConcept, told: list[str], terminology: Terminology
) -> bool:
    """Whether a histology is recorded that this cancer does not have, or that is not told."""
    if any(map(is_empty, _recorded_histologies(condition))):
        return True
    known = terminology.cancers.get(concept.cancer)
    if concept.kind == "site" or known is None or not known.histologies:
        return False
    return any(named not in known.histologies for named in told)


def _may_be(
    cancer: str, certainty: Certainty, histology: str, terminology: Terminology
) -> tuple[str, ...]:
    if certainty is Certainty.EXACT or histology != UNKNOWN_HISTOLOGY:
        return ()
    at_site = (each.id for each in terminology.cancers.values() if each.site == cancer)
    return tuple(dict.fromkeys((cancer, *at_site)))


def _stages(
    condition: Condition,
    concept: ConditionConcept,
    reference: str,
    onset: PartialDate | None,
    terminology: Terminology,
) -> tuple[Stage, ...]:
    recorded = condition.stage
    if isinstance(recorded, ConditionStage):
        recorded = (recorded,)
    # A stage that only points to its assessment is read from that Observation.
    stages = [
        Stage("stage-group", _stage(item, terminology), onset, reference, (reference,))
        for item in recorded
        if item.summary is not None or not item.assessment or item.modifier_extension
    ]
    if concept.stage:
        stages.append(Stage("stage-group", concept.stage, onset, reference, (reference,)))
    if concept.kind == "metastatic":
        stages.append(Stage("m-category", "M1", onset, reference, (reference,)))
    return tuple(stages)


def _stage(item: ConditionStage, terminology: Terminology) -> str | None:
    return None if item.modifier_extension else stage_token(item.summary, terminology)


def _onset(condition: Condition) -> PartialDate | None:
    if condition.onset_date_time:
        return parse_date(condition.onset_date_time)
    if condition.onset_period and condition.onset_period.start:
        return parse_date(condition.onset_period.start)
    for extension in condition.extension:
        if extension.url == _ASSERTED_DATE:
            return parse_date(extension.value_date_time)
    return None


def _onset_age(condition: Condition) -> Span:
    return years_of(condition.onset_age) or years_in(condition.onset_range) or UNKNOWN_AGE


def _words(code: CodeableConcept | None) -> str:
    if code is None:
        return ""
    parts = [code.text or "", *(coding.display or "" for coding in code.coding)]
    return " ".join(parts).lower()
