"""What one condition of a relative says: a cancer, a hereditary finding, or neither."""

from __future__ import annotations

import re

from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.ages import onset_age
from oncology.family.model import Cancer, Trait
from oncology.reading.elements import CodeableConcept, Coding, Extension, is_empty
from oncology.reading.family_member_history import FamilyMemberCondition, FamilyMemberHistory
from oncology.terminology import SYSTEMS, ConditionConcept, Terminology

# Oracle Health marks each condition POSITIVE or NEGATIVE by this modifier extension; a
# negative one says that the relative does not have the condition.
_CONDITION_RESULT = "condition-result"
_CANCERS = ("primary", "site", "recurrence", "relapse", "remission", "metastatic")
_SPREAD = ("secondary", "secondary-lymph-node", "secondary-of-colon")
SITE_UNKNOWN = "cancer, site not recorded"
# The name of a cancer of which only the spread is recorded.
ORIGIN_UNKNOWN = "metastatic cancer, site of origin not recorded"
# "Family history unknown" on the problem list.
FAMILY_UNKNOWN = "fh_unknown"
_HEREDITARY = "fh_hereditary_disease"
_TRAITS = ("syndrome", "susceptibility", "finding")
# A code of a family history → the cancer it names.
FAMILY_HISTORY_OF = {
    "fh_breast": "breast",
    "fh_ovarian": "ovarian",
    "fh_colon": "crc",
    "fh_prostate": "prostate",
    "fh_melanoma": "melanoma",
    "fh_lung": "lung_nos",
}
_CANCER_WORDS = (
    *("cancer", "carcinoma", "malignan", "tumor", "tumour", "neoplasm", "sarcoma"),
    *("melanoma", "leukaemia", "leukemia", "lymphoma", "glioma", "glioblastoma"),
)
_CARRIES = re.compile(r"\b(?:positive|mutation|variant|carrier|pathogenic)\b|\+", re.I)
_NOT_CARRIED = re.compile(r"\b(?:no|not|without|negative|denies|uncertain|VUS|benign)\b", re.I)
_TOKENS = re.compile(r"[A-Za-z][A-Za-z0-9]{2,7}")
# Words beside a code that take it back, at their beginning, or leave it open.
_DENIED = re.compile(r"\s*(?:no|denies|denied|negative for|not)\b", re.I)
_LEFT_OPEN = re.compile(r"\?|\b(?:ruled out|rule out|r/o|screening)\b", re.I)
# Tumours of the ovary that the criteria leave out where the record says so.
_NOT_COUNTED = re.compile(r"\b(?:borderline|low malignant potential|mucinous|germ[- ]cell)\b", re.I)
_OVARY = "ovarian"
_PREMENOPAUSAL = re.compile(r"\b(?:pre|peri)-?menopaus", re.I)


def read_condition(
    recorded: FamilyMemberCondition,
    member: FamilyMemberHistory,
    life: Span,
    terminology: Terminology,
) -> Cancer | Trait | None:
    """The cancer or the trait; None for another illness, and for what is denied by code.

    Known by words alone it is possible, never certain.
    """
    understood = _modifiers(recorded.modifier_extension)
    if understood is False:
        return None
    code = recorded.code
    if code is None or is_empty(code):
        return Cancer(None, Span(0, life.high), is_certain=False, name=SITE_UNKNOWN)
    if terminology.plain_illnesses.has(code):
        return None
    age = onset_age(recorded, member, life)
    pre = bool(_PREMENOPAUSAL.search(recorded.onset_string or ""))
    for coding in code.coding:
        concept = _concept_of(coding, terminology)
        if concept is not None:
            found = _by_concept(concept, age, understood is True, terminology, pre)
            return found and _with_words(found, code.text or "")
    return _by_text(code, age, terminology, pre)


def _concept_of(coding: Coding, terminology: Terminology) -> ConditionConcept | None:
    """What a code is known as in families, else as a problem; an ICD-10 cancer in no table."""
    rare = terminology.family_cancer(coding)
    site = rare.cancer if rare is not None else ""
    if rare is None:
        known = terminology.condition(coding)
        if known is not None:
            return known
        if SYSTEMS.get(coding.system or "") not in ("icd-10-cm", "icd-10"):
            return None
        if not _is_primary(coding.code):
            return None
    display = rare.display if rare is not None else ""
    return ConditionConcept(
        coding.code or "", "", display, "primary", site or "other", "", "", (), ""
    )


def _with_words(found: Cancer | Trait, words: str) -> Cancer | Trait:
    """Less certain where the words beside the code contradict it; never more."""
    doubted = bool(_DENIED.match(words) or _LEFT_OPEN.search(words))
    if isinstance(found, Cancer):
        doubted = doubted or (found.site == _OVARY and bool(_NOT_COUNTED.search(words)))
    return replace(found, is_certain=False) if doubted else found


def _by_concept(
    concept: ConditionConcept, age: Span, certain: bool, terminology: Terminology, pre: bool
) -> Cancer | Trait | None:
    if concept.kind == "unspecified" or concept.cancer == "fh_cancer_nos":
        return _cancer(None, age, certain, terminology, pre)
    if concept.kind in _TRAITS or concept.cancer == _HEREDITARY:
        # A susceptibility or "hereditary disease" names no gene: possible until one is known.
        is_named = bool(concept.cancer) and concept.cancer != _HEREDITARY
        return Trait(concept.cancer or concept.kind, concept.display, certain and is_named)
    if concept.kind in _CANCERS or concept.cancer in FAMILY_HISTORY_OF:
        site = FAMILY_HISTORY_OF.get(concept.cancer, concept.cancer)
        found = _cancer(site, age, certain, terminology, pre)
        return replace(found, histology=concept.histology)
    if concept.kind == "in-situ":
        found = _cancer(concept.cancer, age, certain, terminology, pre)
        name = f"{found.name} in situ"
        return replace(found, histology=concept.histology, is_in_situ=True, name=name)
    if concept.kind == "personal-history":
        # The age beside "history of" is of the record; the cancer was found by then.
        return _cancer(concept.cancer, Span(0, age.high), certain, terminology, pre)
    if concept.kind in _SPREAD:
        return Cancer(None, Span(0, age.high), certain, name=ORIGIN_UNKNOWN)
    return None


def _cancer(
    site: str | None, age: Span, certain: bool, terminology: Terminology, pre: bool
) -> Cancer:
    known = terminology.family_sites.get(site or "")
    name = known.name if known else (site or SITE_UNKNOWN).replace("_", " ")
    return Cancer(site, age, certain, premenopausal=pre and site == "breast", name=name)


def _is_primary(code: str | None) -> bool:
    """Whether an ICD-10 code is of a malignant primary that no table lists."""
    return bool(code) and code[:1] == "C" and code[:3] not in ("C77", "C78", "C79", "C80")  # type: ignore[index]


def _modifiers(extensions: tuple[Extension, ...]) -> bool | None:
    """True: the condition stands; False: it is denied; None: a modifier is not understood."""
    for extension in extensions:
        if not (extension.url or "").endswith(_CONDITION_RESULT):
            return None
        concept = extension.value_codeable_concept
        codes = {coding.code for coding in concept.coding} if concept else {extension.value_code}
        if "NEGATIVE" in codes:
            return False
        if "POSITIVE" not in codes:
            return None
    return True


def _by_text(
    code: CodeableConcept, age: Span, terminology: Terminology, pre: bool
) -> Cancer | Trait | None:
    """A cancer or a variant known by its words alone is possible, whatever they say of it."""
    texts = [code.text or "", *(coding.display or "" for coding in code.coding)]
    gene = _carried(" ".join(texts), terminology)
    if gene:
        return Trait(gene, f"{gene} variant", is_certain=False)
    words = " ".join(texts).lower()
    for known in terminology.conditions.values():
        if known.kind == "syndrome" and known.display.lower() in words:
            denied = _NOT_CARRIED.search(words)
            return None if denied else Trait(known.cancer, known.display, is_certain=False)
    if not any(word in words for word in _CANCER_WORDS):
        terminology.plain_illnesses.add(code)
        return None
    return _cancer(terminology.site_named(words) or None, age, False, terminology, pre)


def _carried(words: str, terminology: Terminology) -> str:
    """The gene in which the words say that a variant was found; empty when they do not."""
    if not _CARRIES.search(words) or _NOT_CARRIED.search(words):
        return ""
    named = (terminology.gene_names.get(token.upper()) for token in _TOKENS.findall(words))
    return next((gene for gene in named if gene), "")
