"""Mutations of order rules: small wrongs that a case beside the artifact must notice.

What a row takes over from an evidence list is that list's own, and mutated there.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import asdict, replace

from oncology.guidance.artifact import Row
from oncology.guidance.case_words import WrittenCase
from oncology.guidance.cases import CaseBook
from oncology.guidance.library import Guidance
from oncology.orders.cases import differences, find, order_cases
from oncology.orders.rules import NEEDS, Evidence, OrderArtifact, OrderRow, OrderRules
from oncology.terminology import SYSTEMS
from tests.guidance.code_mutants import without_code
from tests.guidance.mutations import Score

_OWN = "normal"  # the needs of a drug-gene pair, whose test stands in the row itself


def order_score(artifact: OrderArtifact, guidance: Guidance, rules: OrderRules) -> Score:
    """Judge the artifact's cases with every mutant of it and without each code they use."""
    book = order_cases(artifact)
    mutants = list(mutants_of(artifact))
    alive = [
        what for what, wrong in mutants if not _is_noticed(book, wrong, artifact, guidance, rules)
    ]
    codes = sorted(_codes(book))
    for code in codes:
        terminology = without_code(code, guidance.terminology)
        if terminology is None:
            continue
        mutants.append((code, artifact))
        blind = replace(guidance, terminology=terminology)
        if not _is_noticed(book, artifact, artifact, blind, rules):
            alive.append(f"code {code} not known")
    return Score(len(mutants), tuple(alive))


def _is_noticed(
    book: CaseBook,
    wrong: OrderArtifact,
    artifact: OrderArtifact,
    guidance: Guidance,
    rules: OrderRules,
) -> bool:
    return any(
        differences(case.expect, find(case, book, wrong, guidance, rules)) for case in book.cases
    )


def _codes(book: CaseBook) -> set[str]:
    """The codes of diagnoses, results and orders that the cases write."""
    found: set[str] = set()
    for case in book.cases:
        for word in _strings(case, book):
            written = book.words.codes.get(word, word)
            system, _, code = written.partition(" ")
            if system in SYSTEMS.values() and code and " " not in code:
                found.add(written)
    return found


def _strings(case: WrittenCase, book: CaseBook) -> Iterator[str]:
    for words in (*case.conditions, *case.results, *case.orders, *case.reports, *case.drafts):
        for value in asdict(words).values():
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from value


def mutants_of(artifact: OrderArtifact) -> Iterator[tuple[str, OrderArtifact]]:
    """Every artifact that differs from this one by one wrong that a screen can show."""
    yield "past its review", replace(artifact, review=artifact.review.replace(year=2000))
    if artifact.adults:
        for years in (artifact.adults - 1, artifact.adults + 1):
            yield f"adults = {years}", replace(artifact, adults=years)
        yield "for all ages", replace(artifact, adults=0)
    for row in artifact.active_rows:
        yield f"row {row.id}: removed", _with(artifact, row, None)
        for what, changed in _of_row(row):
            yield f"row {row.id}: {what}", _with(artifact, row, changed)


def _of_row(row: OrderRow) -> Iterator[tuple[str, OrderRow]]:
    for needs in NEEDS:
        if needs not in (row.needs, _OWN) and row.needs != _OWN:
            yield f"needs {needs}", replace(row, needs=needs)
    for name in ("drugs", "changes", "against", "unless_drugs", "unless_changes"):
        values: tuple[str, ...] = getattr(row, name)
        for value in values:
            rest = tuple(each for each in values if each != value)
            yield f"{name} without {value}", replace(row, **{name: rest})
    urgency = "info" if row.urgency == "warning" else "warning"
    yield f"urgency {urgency}", replace(row, urgency=urgency)
    for evidence in row.evidence if len(row.evidence) > 1 else ():
        rest_of = tuple(each for each in row.evidence if each is not evidence)
        yield f"without {evidence.row.id}", replace(row, evidence=rest_of)
    if row.cancer:
        other = "crc" if row.cancer != "crc" else "breast"
        yield "another cancer", replace(row, evidence=_about(row, other))
    if len(row.evidence) == 1:
        for what, test in _of_test(row):
            yield what, replace(row, evidence=(Evidence(row.evidence[0].home, test),))


def _about(row: OrderRow, cancer: str) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(replace(each.home, cancer=cancer, site=""), each.row) for each in row.evidence
    )


def _of_test(row: OrderRow) -> Iterator[tuple[str, Row]]:
    """The one test a row asks for: its gene, its method, and, when its own, its window."""
    test = row.evidence[0].row
    gene = "KRAS" if "KRAS" not in test.biomarkers else "EGFR"
    yield "another gene", replace(test, biomarkers=(gene,), genes={})
    yield "another method", replace(test, sees=frozenset({"karyotype"}))
    if row.needs == _OWN:
        yield "of the tumour", replace(test, origin="somatic")
        for days in (0, test.pending_days - 1, test.pending_days + 1, 3650):
            yield f"pending for {days} days", replace(test, pending_days=days)


def _with(artifact: OrderArtifact, row: OrderRow, changed: OrderRow | None) -> OrderArtifact:
    rows = (changed if each.id == row.id else each for each in artifact.rows)
    return replace(artifact, rows=tuple(each for each in rows if each is not None))
