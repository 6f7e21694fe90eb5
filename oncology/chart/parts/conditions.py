"""Conditions: diagnoses, metastases and history, each by a known code."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from oncology.chart.answers import words_of
from oncology.chart.diagnoses import concept_of, names_malignancy, read_condition, refusal
from oncology.chart.model import Diagnosis, HistoryItem, Metastasis, Verification
from oncology.chart.parts.aside import Aside
from oncology.reading.condition import Condition
from oncology.reading.elements import CodeableConcept, is_empty
from oncology.terminology import (
    ICD_CHAPTERS,
    SYSTEMS,
    ConditionConcept,
    FamilyCancerConcept,
    Terminology,
)

# ICD-O-3, as cancer registries code: a site of a tumour, or a morphology whose behaviour is
# malignant (3, 6 and 9; 0 to 2 are benign, uncertain and in situ).
_REGISTERED = re.compile(r"C\d{2}(\.?\d)?|\d{4}/[369]")


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
        if concept.kind in ("unspecified", "secondary-of-colon"):
            vague = f"{concept.display}: does not say which cancer, not used"
            self._aside.note(self._aside.reference_to(condition), vague)
            return
        problem = refusal(condition)
        if problem:
            self._aside.refuse(condition, problem)
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
        if rare is not None:
            self._other(condition, rare)
        elif not (_is_registered(code) or names_malignancy(words_of(code))):
            self._terminology.plain_conditions.add(code)
        elif refusal(condition) is None:
            problem = "names a cancer by a code that is not known here: not used"
            self._aside.note(self._aside.reference_to(condition), problem)

    def _other(self, condition: Condition, rare: FamilyCancerConcept) -> None:
        problem = refusal(condition)
        if problem:
            self._aside.refuse(condition, problem)
            return
        reference = self._aside.reference_to(condition)
        concept = ConditionConcept(
            rare.code, rare.system, rare.display, "primary", rare.cancer, "", "", (), ""
        )
        found = read_condition(condition, concept, reference, self._terminology)
        if isinstance(found, Diagnosis):
            if condition.is_modified:
                found = msgspec.structs.replace(found, verification=Verification.UNKNOWN)
            self.others.append(found)
            self._aside.note(reference, f"{rare.display}: no testing guidance is about it")


def _is_registered(code: CodeableConcept) -> bool:
    """Whether it is coded as cancer registries do; the site alone tells no histology."""
    return any(
        SYSTEMS.get(coding.system or "") == "icd-o-3" and _REGISTERED.fullmatch(coding.code or "")
        for coding in code.coding
    )
