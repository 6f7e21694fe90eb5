"""Codes that are not known, or read as another: what a case must notice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from oncology.guidance.artifact import Artifact
from oncology.guidance.cases import CaseBook
from oncology.guidance.library import Guidance
from oncology.terminology import ConditionConcept, ObservationConcept, OrderConcept, Terminology

_TABLES = (
    "conditions",
    "condition_prefixes",
    "observations",
    "answers",
    "histologies",
    "orders",
)
_OTHER_ANSWER = {
    "positive": "negative",
    "msi-stable": "msi-high",
    "ihc-score-0": "ihc-score-3",
    "ihc-score-1": "ihc-score-3",
    "ihc-score-2": "ihc-score-3",
    "ihc-score-3": "ihc-score-0",
    "failed": "negative",
    "indeterminate": "negative",
    "msi-high": "msi-stable",
    "status-progression": "status-full-remission",
}


@dataclass(frozen=True)
class CodeMutant:
    """Terminology that is wrong about one code, and what is wrong."""

    what: str
    code: str
    terminology: Terminology


def code_mutants(artifact: Artifact, book: CaseBook, guidance: Guidance) -> Iterator[CodeMutant]:
    """Each code of the artifact's cancer and of the cases' own words is lost or misread.

    A code of a word that speaks for silence (a history, a test that does not count) says the same
    when it is lost, which is why it is misread too.
    """
    terminology = guidance.terminology
    for table in ("conditions", "condition_prefixes"):
        for code, concept in getattr(terminology, table).items():
            if _matters(concept, artifact, guidance):
                rest = _with(terminology, table, code, None)
                yield CodeMutant(f"{table} {code} lost", code, rest)
    for word, written in book.words.codes.items():
        lost = without_code(written, terminology)
        if lost is None:
            continue
        code = written.split()[1]
        yield CodeMutant(f"code {word} not known", code, lost)
        yield CodeMutant(f"code {word} misread", code, _misread(written, artifact, guidance))


def _matters(concept: ConditionConcept, artifact: Artifact, guidance: Guidance) -> bool:
    """Whether the code alone can make the artifact apply.

    The codes of a cancer are a matter of its list of tests, where it has one: from there trial
    searches and counselling take them. A history counts where the past does, what is in situ never.
    """
    if not artifact.cancer or concept.cancer != artifact.cancer:
        return False
    if concept.kind in ("personal-history", "remission"):
        return artifact.includes_past
    if concept.kind == "in-situ":
        return False
    lists = {each.cancer for each in guidance.artifacts.values() if each.shape == "evidence-list"}
    return artifact.shape == "evidence-list" or artifact.cancer not in lists


def without_code(written: str, terminology: Terminology) -> Terminology | None:
    """Terminology without the code written `system code`; None when no table has it."""
    rest = terminology
    for table, key in _places(written, terminology):
        rest = _with(rest, table, key, None)
    return rest if rest is not terminology else None


def _places(written: str, terminology: Terminology) -> Iterator[tuple[str, Any]]:
    system, code = written.split()
    for table in _TABLES:
        for key in (code, (system, code)):
            if key in getattr(terminology, table):
                yield table, key


def _with(terminology: Terminology, table: str, key: Any, value: Any) -> Terminology:
    """With another meaning of one code; without it when `value` is None."""
    rest = {each: means for each, means in getattr(terminology, table).items() if each != key}
    return replace(terminology, **{table: rest if value is None else {**rest, key: value}})


def _misread(written: str, artifact: Artifact, guidance: Guidance) -> Terminology:
    terminology = guidance.terminology
    for table, key in _places(written, terminology):
        other = _other(getattr(terminology, table)[key], artifact, guidance)
        terminology = _with(terminology, table, key, other)
    return terminology


def _other(concept: Any, artifact: Artifact, guidance: Guidance) -> Any:
    """What the artifact looks for, where the code means another thing; else another thing."""
    if isinstance(concept, ConditionConcept):
        return _other_condition(concept, artifact)
    if isinstance(concept, ObservationConcept):
        return _other_observation(concept, artifact, guidance)
    if isinstance(concept, OrderConcept):
        means = "tumour-panel" if concept.means != "tumour-panel" else "genetic-counselling"
        return replace(concept, means=means)
    cancer = guidance.terminology.cancers.get(artifact.cancer)
    if cancer and concept in cancer.histologies:
        return "sarcoma"
    return _OTHER_ANSWER.get(concept, "positive")


def _other_condition(concept: ConditionConcept, artifact: Artifact) -> ConditionConcept:
    """Plainly this cancer; another one where it was that."""
    plain = replace(concept, kind="primary", stage="", implies=(), cancer=artifact.cancer)
    if not artifact.cancer:
        return replace(plain, cancer="ovarian" if concept.cancer != "ovarian" else "crc")
    if plain != concept:
        return plain
    return replace(concept, cancer="crc" if artifact.cancer != "crc" else "breast")


def _other_observation(
    concept: ObservationConcept, artifact: Artifact, guidance: Guidance
) -> ObservationConcept:
    """A test of all that the lists of this cancer ask for, that sees whatever they ask."""
    rows = [
        row
        for each in guidance.artifacts.values()
        if each.cancer == artifact.cancer
        for row in each.active_rows
    ]
    asked = {
        gene for row in rows for name in row.biomarkers for gene in row.genes.get(name, (name,))
    }
    sees = frozenset().union(*(row.sees for row in rows))
    if asked <= {*concept.biomarkers} and sees <= concept.sees:
        return replace(concept, biomarkers=("VHL",))
    return replace(concept, biomarkers=tuple(sorted(asked)), sees=sees, origin="", cancer="")
