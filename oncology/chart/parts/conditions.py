"""Conditions: diagnoses, metastases and history, each by a known code."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from oncology.chart.answers import words_of
from oncology.chart.diagnoses import (
    concept_of,
    names_malignancy,
    names_no_site,
    read_condition,
    refusal,
    says_past,
)
from oncology.chart.model import Diagnosis, HistoryItem, Metastasis, Verification
from oncology.chart.parts.aside import Aside
from oncology.reading.condition import Condition
from oncology.reading.elements import CodeableConcept, is_empty
from oncology.terminology import (
    ICD_CHAPTERS,
    SYSTEMS,
    ConditionConcept,
    Terminology,
)

# ICD-O-3, as cancer registries code: a site of a tumour, or a morphology whose behaviour is
# malignant (3, 6 and 9; 0 to 2 are benign, uncertain and in situ).
_REGISTERED = re.compile(r"C\d{2}(\.?\d)?|\d{4}/[369]")

_NO_SITE = "does not say which cancer, counts in the family history alone"
_NOT_KNOWN = "names a cancer by a code that is not known here"


class Conditions:
    """Reads the patient's Conditions; `others` are cancers that count in families alone."""

    def __init__(self, aside: Aside, terminology: Terminology) -> None:
        self._aside = aside
        self._terminology = terminology
        self.diagnoses: list[Diagnosis] = []
        self.others: list[Diagnosis] = []
        self.metastases: list[Metastasis] = []
        self.history: list[HistoryItem] = []

    def read(self, own: Sequence[Condition]) -> None:
        """Take in the Conditions of the patient."""
        terminology = self._terminology
        known = terminology.conditions
        # Most problems are not cancer: one look tells, for ICD by the chapter letter.
        for condition in terminology.plain_conditions.leave_out(own):
            code = condition.code
            if code is None or is_empty(code):
                self._aside.hide(condition, None, "has no code: what it is about is not known")
                continue
            for coding in code.coding:
                if coding.code in known or (coding.code or "0")[0] in ICD_CHAPTERS:
                    break
            else:
                self._not_known(condition, code)
                continue
            concept = concept_of(code, terminology)
            if concept is None:
                self._not_known(condition, code)
            else:
                self._known(condition, code, concept)
        self._aside.one_version(
            "Condition", self.diagnoses, self.others, self.metastases, self.history
        )

    def _known(
        self, condition: Condition, code: CodeableConcept, concept: ConditionConcept
    ) -> None:
        if concept.kind == "secondary-of-colon":
            vague = f"{concept.display}: does not say which cancer, not used"
            self._aside.note(self._aside.reference_to(condition), vague)
            return
        problem = refusal(condition)
        if problem:
            self._aside.refuse(condition, problem)
        elif concept.kind == "unspecified":
            self._other(condition, concept.display, "", f"{concept.display}: {_NO_SITE}")
        elif not self._aside.is_modified(condition, code):
            self._sort(condition, concept)

    def _sort(self, condition: Condition, concept: ConditionConcept) -> None:
        reference = self._aside.reference_to(condition)
        item = read_condition(condition, concept, reference, self._terminology)
        if isinstance(item, Diagnosis):
            self.diagnoses.append(item)
        elif isinstance(item, Metastasis):
            self.metastases.append(item)
        else:
            self.history.append(item)

    def _not_known(self, condition: Condition, code: CodeableConcept) -> None:
        """Keep a cancer that counts in families; say of one that no table knows: not used."""
        rare = next(filter(None, map(self._terminology.family_cancer, code.coding)), None)
        words = words_of(code)
        problem = refusal(condition)
        if rare is None and not (_is_registered(code) or names_malignancy(words)):
            self._terminology.plain_conditions.add(code)
        elif rare is not None and problem:
            self._aside.refuse(condition, problem)
        elif rare is not None:
            unused = f"{rare.display}: no testing guidance is about it"
            self._other(condition, rare.display, rare.cancer, unused)
        elif not problem:
            self._in_words(condition, words.lower())

    def _in_words(self, condition: Condition, words: str) -> None:
        """A cancer by no known code counts in families as its words say, never for certain."""
        site = "" if names_no_site(words) else self._terminology.site_named(words)
        if site or names_no_site(words):
            self._other(condition, words, site, _NOT_KNOWN, is_certain=False)
        else:
            self._aside.note(self._aside.reference_to(condition), f"{_NOT_KNOWN}: not used")

    def _other(
        self, condition: Condition, display: str, site: str, note: str, *, is_certain: bool = True
    ) -> None:
        """Keep a cancer that counts in families alone; without a `site` it may be of any."""
        reference = self._aside.reference_to(condition)
        kind = "personal-history" if says_past(display) else "primary"
        concept = ConditionConcept("", "", display, kind, site, "", "", (), "")
        found = read_condition(condition, concept, reference, self._terminology)
        if isinstance(found, Diagnosis):
            if condition.is_modified or not is_certain:
                found = msgspec.structs.replace(found, verification=Verification.UNKNOWN)
            self.others.append(found)
            self._aside.note(reference, note)


def _is_registered(code: CodeableConcept) -> bool:
    """Whether it is coded as cancer registries do; the site alone tells no histology."""
    return any(
        SYSTEMS.get(coding.system or "") == "icd-o-3" and _REGISTERED.fullmatch(coding.code or "")
        for coding in code.coding
    )
