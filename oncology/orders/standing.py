"""Where the requirement of one order row stands: as needed, in conflict, missing, pending."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import ANY_TEST, Outcome, Result
from oncology.facts.case import Case
from oncology.findings import Because, BiomarkerEntry
from oncology.guidance.artifact import Row
from oncology.guidance.evidence_list import covers, place_of, results_for
from oncology.orders.rules import OrderRow
from oncology.variants import matches_change, protein_change

MET, CONFLICT, MISSING, PENDING = "met", "conflict", "missing", "pending"
UNUSABLE, UNKNOWN = "unusable", "unknown"
_FOUND, _ABSENT, _OTHER = "found", "absent", "other"
_HAS_RESULT = ("resulted", "repeat")


class Part(Struct, frozen=True):
    """One biomarker of a requirement."""

    state: str
    place: str
    entry: BiomarkerEntry


class Standing(Struct, frozen=True):
    """What the parts come to together, with those that decide it, and reports nobody read."""

    state: str
    parts: tuple[Part, ...]
    deciding: tuple[Part, ...]
    unread: tuple[Because, ...] = ()


def standing(cases: dict[str, Case], row: OrderRow) -> Standing:
    """Judge one row; `cases` hold the chart as seen by each artifact of its evidence."""
    parts = []
    unread: dict[Because, None] = {}
    for evidence in row.evidence:
        case = cases[evidence.home.id]
        for name in evidence.row.biomarkers:
            parts.append(_part(case, row, evidence.row, name))
            unread.update(dict.fromkeys(_unread(case, evidence.row, name)))
    state = _together(row, parts)
    deciding = tuple(part for part in parts if _decides(part, state, row))
    return Standing(state, tuple(parts), deciding, tuple(unread))


# Of several parts the first of these that occurs decides. All have to be ruled out for `absent`;
# for the others one that is as needed is enough.
_ABSENT_ORDER = {
    _FOUND: CONFLICT,
    UNKNOWN: UNKNOWN,
    MISSING: MISSING,
    UNUSABLE: UNUSABLE,
    PENDING: PENDING,
}
_PRESENT_ORDER = {
    _FOUND: MET,
    MET: MET,
    CONFLICT: CONFLICT,
    PENDING: PENDING,
    UNKNOWN: UNKNOWN,
    MISSING: MISSING,
    UNUSABLE: UNUSABLE,
}


def _together(row: OrderRow, parts: list[Part]) -> str:
    states = {part.state for part in parts}
    is_absence = row.needs == "absent"
    order = _ABSENT_ORDER if is_absence else _PRESENT_ORDER
    otherwise = MET if is_absence else CONFLICT
    return next((verdict for state, verdict in order.items() if state in states), otherwise)


def _decides(part: Part, state: str, row: OrderRow) -> bool:
    if state == CONFLICT:
        wanted = (_FOUND,) if row.needs == "absent" else (CONFLICT, _OTHER, _ABSENT)
        return part.state in wanted
    if state == MET:
        return part.state in (MET, _FOUND, _ABSENT)
    return part.state == state


def _part(case: Case, row: OrderRow, evidence: Row, name: str) -> Part:
    place, entry = place_of(case, evidence, name)
    if row.is_of_gene and place != "resulted":
        beside = _beside(case, name)
        if beside is not None:
            return Part(UNKNOWN, "unknown", _told(entry, beside))
    if place not in _HAS_RESULT:
        state = {"missing": MISSING, "pending": PENDING, "unusable": UNUSABLE}.get(place, UNKNOWN)
        return Part(state, place, entry)
    usable = [each for each in results_for(case, evidence, name) if each.outcome.is_usable]
    if row.is_of_gene:
        return _of_gene(row, entry, usable)
    if row.needs == "result":
        return Part(MET, place, entry)
    return Part(_of_tumour(row, entry, usable), place, entry)


def _of_gene(row: OrderRow, entry: BiomarkerEntry, usable: list[Result]) -> Part:
    """An inherited trait: a result that speaks against the drug counts, however old."""
    for result in usable:
        if result.text in row.against:
            return Part(CONFLICT, "resulted", _told(entry, result))
    return Part(MET, "resulted", _told(entry, usable[0]))


def _of_tumour(row: OrderRow, entry: BiomarkerEntry, usable: list[Result]) -> str:
    if entry.is_actionable is None:
        return UNKNOWN
    if not entry.is_actionable:
        # A score without a verdict, or a variant of unknown meaning, is neither.
        negative = all(each.outcome is Outcome.NEGATIVE for each in usable)
        return _ABSENT if negative else UNKNOWN
    if not row.changes:
        return _FOUND
    found = [each.variant for each in usable if each.is_actionable and each.variant]
    changes = list(row.changes)
    if any(matches_change(each.protein, changes) for each in found):
        return _FOUND
    return _OTHER if found and all(protein_change(each.protein) for each in found) else UNKNOWN


def _told(entry: BiomarkerEntry, result: Result) -> BiomarkerEntry:
    said = (Because(result.text, result.reference, result.date),)
    return replace(entry, because=said, text=result.text)


def _beside(case: Case, gene: str) -> Result | None:
    """A result on the gene that is no drug-gene test: a variant whose function nobody states."""
    for result in case.results:
        if gene in result.biomarkers and "phenotype" not in result.sees:
            return result if result.origin != "somatic" else None
    return None


def _unread(case: Case, evidence: Row, name: str) -> list[Because]:
    genes = evidence.genes.get(name, (name,))
    return [
        Because(report.text, report.reference, report.date)
        for report in case.chart.reports
        if report.is_final
        and not (report.has_results or report.is_failed)
        and report.asked != ANY_TEST
        and covers(report.asked, evidence, genes)
    ]
