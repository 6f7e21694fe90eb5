"""The thirteen source attributes of 45 CFR 170.315(b)(11)(iv)(A), one sheet an artifact.

For the certified products and the sites that must show them; OncoCue is not certified health IT.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Protocol

from msgspec.structs import replace

from oncology.findings import Finding, Source
from oncology.guidance.artifact import Approval, Artifact
from oncology.guidance.case_words import PatientWords, WrittenCase
from oncology.guidance.cases import CaseBook, find, read_cases
from oncology.guidance.library import Guidance
from oncology.orders.cases import find as find_order
from oncology.orders.rules import OrderArtifact, OrderRules

REGULATION = "45 CFR 170.315(b)(11)(iv)(A)"
_NOT_READ = "Not used: no such element is read."
_MASKED = {
    "sex": {"sex": "", "birth_sex": ""},
    "birth date": {"born": ""},
}


class Sheeted(Protocol):
    """What a sheet says of an artifact, whatever its shape."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def review(self) -> date: ...
    @property
    def sources(self) -> dict[str, Source]: ...
    @property
    def approval(self) -> Approval | None: ...
    @property
    def path(self) -> str: ...


Judging = Callable[[WrittenCase, CaseBook], Finding]


def source_attributes(artifact: Artifact, guidance: Guidance) -> dict[str, object]:
    """The sheet of one artifact, ready for JSON.

    Sex and birth date count as used when hiding one from the cases changes an answer.
    """
    return _sheet(artifact, guidance, lambda case, book: find(case, book, artifact, guidance))


def order_attributes(
    artifact: OrderArtifact, guidance: Guidance, rules: OrderRules
) -> dict[str, object]:
    """The sheet of one artifact of the order rules."""

    def judging(case: WrittenCase, book: CaseBook) -> Finding:
        return find_order(case, book, artifact, guidance, rules)

    return _sheet(artifact, guidance, judging)


def _sheet(artifact: Sheeted, guidance: Guidance, judging: Judging) -> dict[str, object]:
    listed = [
        ("Bibliographic citation of the intervention", _citations(artifact)),
        ("Developer of the intervention", "The OncoCue project, open source under Apache-2.0"),
        ("Funding source of the technical implementation", "None declared"),
        ("Release and revision dates of the intervention", _dates(artifact, guidance)),
        ("Use of race", _NOT_READ),
        ("Use of ethnicity", _NOT_READ),
        ("Use of language", _NOT_READ),
        ("Use of sexual orientation", _NOT_READ),
        ("Use of gender identity", _NOT_READ),
        ("Use of sex", _use_of("sex", artifact, judging)),
        ("Use of date of birth", _use_of("birth date", artifact, judging)),
        ("Use of social determinants of health data", _NOT_READ),
        ("Use of health status assessments data", _NOT_READ),
    ]
    return {
        "guidance": artifact.id,
        "version": artifact.version,
        "title": f"{artifact.title}: {artifact.kind.replace('-', ' ')}",
        "status": artifact.status,
        "regulation": REGULATION,
        "sourceAttributes": [
            {"number": number, "attribute": name, "value": value}
            for number, (name, value) in enumerate(listed, 1)
        ],
    }


def _citations(artifact: Sheeted) -> list[dict[str, str]]:
    return [
        {"id": each.id, "label": each.label, "url": each.url, "read": each.checked}
        for each in artifact.sources.values()
    ]


def _dates(artifact: Sheeted, guidance: Guidance) -> dict[str, str]:
    return {
        "release": guidance.version,
        "version": artifact.version,
        "nextReview": artifact.review.isoformat(),
        "approved": artifact.approval.date.isoformat() if artifact.approval else "not approved",
    }


def _use_of(element: str, artifact: Sheeted, judging: Judging) -> str:
    book = read_cases(Path(artifact.path).parent / "cases.toml")
    for case in book.cases:
        masked = _masked(case, book, element)
        answers = {judging(each, book).answer for each in (case, masked)}
        if len(answers) > 1:
            return f"Used: without the patient's {element} some answers are open."
    return f"Not used: no answer depends on the patient's {element}."


def _masked(case: WrittenCase, book: CaseBook, element: str) -> WrittenCase:
    patient: PatientWords = case.patient or book.words.patient
    return replace(case, patient=replace(patient, **_MASKED[element]))
