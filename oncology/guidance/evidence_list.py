"""The matcher of evidence lists: which biomarkers are due, and where each one stands.

One generic function over data. Adding a cancer is adding a file.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import ANY_TEST, Asked, Outcome, Result
from oncology.dates import PartialDate
from oncology.facts.carriers import carried
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.own import is_only_cancer
from oncology.findings import (
    Because,
    BiomarkerEntry,
    Biomarkers,
    Unresolved,
    Verdict,
)
from oncology.guidance.artifact import Row, When
from oncology.variants import matches_change, protein_change

_ANSWER_TYPES = ("Observation", "DiagnosticReport", "ServiceRequest", "Procedure")
_FUSION = frozenset({"fusion"})
_KARYOTYPE = frozenset({"karyotype"})
_SEQUENCED = frozenset({"mutation", "targeted-mutation", "v600e", "fusion", "copies"})
POSSIBLE = "possible result, check the report"
_DOUBTS = (Outcome.INDETERMINATE, Outcome.UNKNOWN)
_MISSING, _PENDING, _RESULTED = "missing", "pending", "resulted"
_UNUSABLE, _REPEAT, _UNKNOWN = "unusable", "repeat", "unknown"


class Matched(Struct, frozen=True):
    """What the matcher found for one diagnosis."""

    answer: Verdict
    biomarkers: Biomarkers
    settings: tuple[str, ...]
    because: tuple[Because, ...]
    unresolved: tuple[Unresolved, ...]


def match(case: Case) -> Matched:
    """Judge every active row: is it due here, and is its answer on file?"""
    places: dict[str, list[BiomarkerEntry]] = {
        place: [] for place in (_MISSING, _PENDING, _RESULTED, _UNUSABLE, _REPEAT, _UNKNOWN)
    }
    settings: dict[str, None] = {}
    unresolved: dict[Unresolved, None] = {}
    because: dict[Because, None] = {}
    for row in case.artifact.active_rows:
        due, facts = _is_due(case, row)
        if due == NO:
            continue
        if due == UNKNOWN:
            for name in facts:
                unresolved[Unresolved(name, case.artifact.facts[name].ask)] = None
            for name in row.biomarkers:
                places[_UNKNOWN].append(replace(_entry(row, name), is_due=False))
            continue
        settings.update(dict.fromkeys(row.settings))
        for name in facts:
            because.update(dict.fromkeys(case.ask(name).because))
        for place, entry in _places_of(case, row):
            places[place].append(entry)
    biomarkers = Biomarkers(**{place: tuple(entries) for place, entries in places.items()})
    return Matched(
        answer=_answer(biomarkers, unresolved),
        biomarkers=biomarkers,
        settings=tuple(settings),
        because=tuple(because),
        unresolved=tuple(unresolved),
    )


def _answer(biomarkers: Biomarkers, unresolved: dict[Unresolved, None]) -> Verdict:
    if biomarkers.asked:
        return Verdict.ADVISE
    if biomarkers.unknown or unresolved:
        return Verdict.CANNOT_TELL
    return Verdict.NOTHING_TO_ADD


def _is_due(case: Case, row: Row) -> tuple[str, tuple[str, ...]]:
    """Yes with the facts that made it due, no, or unknown with the facts that are open.

    One alternative with all gates open is enough; one shut gate ends its alternative.
    """
    open_facts: dict[str, None] = {}
    for alternative in row.when:
        verdict, facts = _opens(case, alternative)
        if verdict == YES:
            return YES, facts
        open_facts.update(dict.fromkeys(facts))
    return (UNKNOWN, tuple(open_facts)) if open_facts else (NO, ())


def _opens(case: Case, gates: When) -> tuple[str, tuple[str, ...]]:
    open_facts = []
    for name, allowed in gates:
        value = case.ask(name).value
        if value in allowed:
            continue
        if value != UNKNOWN:
            return NO, ()
        open_facts.append(name)
    if open_facts:
        return UNKNOWN, tuple(open_facts)
    return YES, tuple(name for name, _ in gates)


def _entry(
    row: Row,
    name: str,
    because: tuple[Because, ...] = (),
    text: str = "",
    is_actionable: bool | None = False,
) -> BiomarkerEntry:
    return BiomarkerEntry(
        biomarker=name,
        alteration=row.alteration,
        origin=row.origin,
        row=row.id,
        show=row.show or name,
        strength=row.strength,
        because=because,
        text=text,
        is_actionable=is_actionable,
        specimen=row.specimen,
        why=row.why,
        order=row.order,
        sources=row.sources,
    )


def _places_of(case: Case, row: Row) -> list[tuple[str, BiomarkerEntry]]:
    """Where each biomarker of a due row stands; a carrier of one gene is not asked for the next."""
    placed = [place_of(case, row, name) for name in row.biomarkers]
    if row.origin == "germline" and any(entry.is_actionable for _, entry in placed):
        placed = [each for each in placed if each[0] not in (_MISSING, _UNUSABLE)]
    return placed


def place_of(case: Case, row: Row, name: str) -> tuple[str, BiomarkerEntry]:
    """Where one biomarker of a due row stands."""
    seen = results_for(case, row, name)
    usable, is_open = _usable(seen, row, name)
    about = _may_be_about(row, name)
    hides = case.chart.hides("Observation", about=about) if "protein" in row.sees else False
    if is_open or (usable and hides):
        return _UNKNOWN, _entry(row, name, (_said(seen[0]),), seen[0].text)
    if usable:
        return _resulted(case, row, name, usable)
    waiting = [result for result in seen if result.outcome is Outcome.PENDING]
    if waiting:
        return _PENDING, _entry(row, name, (_said(waiting[0]),), "in progress")
    place, entry = _ordered(case, row, name)
    if place != _MISSING:
        return place, entry
    doubt = _doubt(case, row, name, seen)
    if doubt is not None:
        return _UNKNOWN, doubt
    if row.origin == "germline" and "mutation" in row.sees:
        known = carried(case, row.genes.get(name, (name,)))
        if known is not None:
            place = _RESULTED if known.is_of_gene else _UNKNOWN
            return place, _entry(row, name, (known.because,), known.text, known.is_of_gene)
    return _without_result(case, row, name, seen) or (_MISSING, entry)


def _without_result(
    case: Case, row: Row, name: str, seen: list[Result]
) -> tuple[str, BiomarkerEntry] | None:
    """A test that was done and answers nothing; None when nothing tells of one."""
    spoilt = [
        result for result in seen if result.outcome in (Outcome.FAILED, Outcome.INDETERMINATE)
    ]
    if spoilt:
        entry = _entry(row, name, (_said(spoilt[0]),), spoilt[0].text)
        if spoilt[0].outcome is Outcome.INDETERMINATE and row.order_if_equivocal:
            entry = replace(entry, order=row.order_if_equivocal)
        return _UNUSABLE, entry
    possible = _possible(case, row, name)
    if possible is not None:
        return _UNKNOWN, possible
    failed = _failed(case, row, name)
    return None if failed is None else (_UNUSABLE, failed)


def _failed(case: Case, row: Row, name: str) -> BiomarkerEntry | None:
    """A panel that was cancelled, or whose sample did not do: the newest one."""
    genes = row.genes.get(name, (name,))
    for report in case.chart.reports:
        if report.is_failed and report.asked != ANY_TEST and covers(report.asked, row, genes):
            because = Because(report.text, report.reference, report.date)
            return _entry(row, name, (because,), report.text)
    return None


def _possible(case: Case, row: Row, name: str) -> BiomarkerEntry | None:
    """A result of this marker under a code nobody knows; with a second cancer, of which is open."""
    genes = set(row.genes.get(name, (name,)))
    for report in case.chart.reports:
        if genes.intersection(report.names) and is_only_cancer(case):
            because = Because(POSSIBLE, report.reference, report.date)
            return _entry(row, name, (because,), POSSIBLE)
    return None


def _doubt(case: Case, row: Row, name: str, seen: list[Result]) -> BiomarkerEntry | None:
    """What may be a result and is not understood; None when there is no such thing."""
    for result in seen:
        if result.outcome is Outcome.UNKNOWN:
            return _entry(row, name, (_said(result),), result.text)
    if case.chart.hides(*_ANSWER_TYPES, about=_may_be_about(row, name)):
        return _entry(row, name, text="a resource could not be read")
    return None


def _may_be_about(row: Row, name: str) -> frozenset[str]:
    """What an unreadable resource must be about to hold the answer of a row."""
    named = {name, *row.genes.get(name, (name,))}
    return frozenset(named | {"variant"} if row.sees & _SEQUENCED else named)


def results_for(case: Case, row: Row, name: str) -> list[Result]:
    """Results of this biomarker whose method can see the alteration, newest first.

    A germline row takes no tumour result and a tumour row no germline one; a result without
    a stated source fits a tumour row, and leaves a germline row unknown.
    """
    found = []
    for each in case.results_on(row.genes.get(name, (name,)), row.sees):
        result = _as_told(row, each)
        if result is None:
            continue
        if row.origin == "germline" and result.origin != "germline":
            if result.origin == "unknown":
                found.append(_of_unknown_source(result))
            continue
        if row.origin == "somatic" and result.origin == "germline":
            continue
        found.append(result)
    return found


def _as_told(row: Row, result: Result) -> Result | None:
    """The result if its method can see the row's alteration, else None.

    A row `answered_by` some changes takes none that describes another: an internal tandem
    duplication of FLT3 does not say that the kinase domain was looked at. One found without
    saying which change it is leaves such a row unknown.
    """
    variant = result.variant
    if row.answered_by and variant and result.sees != _FUSION:
        if matches_change(variant.protein, list(row.answered_by)):
            return result
        if protein_change(variant.protein):
            return None
        if result.outcome is Outcome.POSITIVE:
            text = "found, which change is not stated"
            return replace(result, outcome=Outcome.UNKNOWN, text=text)
    if row.sees.intersection(result.sees) or _is_the_change(row, result):
        return result
    return None


def _is_the_change(row: Row, result: Result) -> bool:
    """Whether a test of one change was for the only change the row asks for, as G12C of KRAS."""
    change = result.variant.protein if result.variant else None
    return len(row.labelled) == 1 and matches_change(change, list(row.labelled))


def _of_unknown_source(result: Result) -> Result:
    return Result(
        result.biomarkers,
        result.sees,
        Outcome.UNKNOWN,
        result.origin,
        f"{result.text}, germline or tumour not stated",
        result.date,
        result.reference,
        result.variant,
        when=result.when,
    )


def _usable(seen: list[Result], row: Row, name: str) -> tuple[list[Result], bool]:
    """The results that answer the row: one found, or every gene of it not found.

    Of a protein the newest result counts: after one that is equivocal or not understood, older
    ones do not answer. True as well when there are results, and their dates leave it open.
    """
    usable = [result for result in seen if result.outcome.is_usable]
    is_open = False
    if "protein" in row.sees:
        doubts = [result for result in seen if result.outcome in _DOUBTS]
        standing = [(result, _outlives(result, doubts)) for result in usable]
        usable = [result for result, stands in standing if stands]
        is_open = not usable and any(stands is None for _, stands in standing)
    genes = row.genes.get(name)
    if genes is None or any(result.is_actionable for result in usable):
        return usable, is_open
    tested = {gene for result in usable for gene in result.biomarkers}
    return (usable if tested.issuperset(genes) else []), is_open


def _outlives(result: Result, doubts: list[Result]) -> bool | None:
    """Whether no doubtful result is newer; None when that cannot be told."""
    verdict: bool | None = True
    for doubt in doubts:
        if result.when is None or doubt.when is None:
            verdict = None
        elif result.when.latest < doubt.when.earliest:
            return False
        elif result.when.earliest < doubt.when.latest:
            verdict = None
    return verdict


def _is_before(result: Result, other: Result) -> bool:
    return bool(result.when and other.when and result.when.latest < other.when.earliest)


def _resulted(case: Case, row: Row, name: str, usable: list[Result]) -> tuple[str, BiomarkerEntry]:
    """On file; to be repeated, or perhaps so, when something happened after the newest result."""
    found = [result for result in usable if result.is_actionable]
    # A variant stays found; of proteins and copies the newest result is the one that holds.
    shown = ([result for result in found if result.variant] or usable)[0]
    actionable = {shown.is_actionable}
    if shown.variant is None:
        actionable |= {result.is_actionable for result in usable if not _is_before(result, shown)}
    holds = shown.is_actionable if len(actionable) == 1 else None
    entry = _entry(row, name, (_said(shown),), shown.text, holds)
    if not row.repeat_when or any(_settles(result, row) for result in found):
        return _RESULTED, entry
    trigger = case.ask(row.repeat_when)
    due = _is_older(usable, trigger)
    if due is False:
        return _RESULTED, entry
    return (_UNKNOWN, entry) if due is None else _repeat(case, row, name, shown, trigger)


def _settles(found: Result, row: Row) -> bool:
    """Whether something found earlier makes the repeat needless.

    A variant stays found, and rows that repeat until then are settled by it. Of proteins and
    copies the newest result counts.
    """
    return row.repeat_until == "found" and found.variant is not None


def _is_older(results: list[Result], trigger: Answer) -> bool | None:
    """Whether all results are older than something that calls for a repeat; None: they may be."""
    verdicts = []
    for sign in trigger.signs:
        older = [_is_from_before(result, sign.when) for result in results]
        verdict = False if False in older else (None if None in older else True)
        verdicts.append(verdict if sign.is_certain or verdict is False else None)
    if True in verdicts:
        return True
    return None if None in verdicts else False


def _is_from_before(result: Result, changed: PartialDate | None) -> bool | None:
    if result.when is None or changed is None:
        return None
    if result.when.latest < changed.earliest:
        return True
    return False if result.when.earliest >= changed.latest else None


def _repeat(
    case: Case, row: Row, name: str, shown: Result, trigger: Answer
) -> tuple[str, BiomarkerEntry]:
    seen = results_for(case, row, name)
    waiting = [result for result in seen if result.outcome is Outcome.PENDING]
    if waiting:
        return _PENDING, _entry(row, name, (_said(waiting[0]),), "in progress")
    place, entry = _ordered(case, row, name)
    if place != _MISSING:
        return place, entry
    doubt = _doubt(case, row, name, seen)
    if doubt is not None:
        return _UNKNOWN, doubt
    return _REPEAT, _entry(row, name, (_said(shown), *trigger.because[:1]), shown.text)


def _ordered(case: Case, row: Row, name: str) -> tuple[str, BiomarkerEntry]:
    """Pending inside the row's window, missing after it; unknown when the record is unclear."""
    genes = row.genes.get(name, (name,))
    place, text = _MISSING, ""
    because: tuple[Because, ...] = ()
    for order in case.chart.orders:
        if not covers(order.asked, row, genes) or order.is_open is False:
            continue
        is_clear = order.is_open is True and order.asked != ANY_TEST
        verdict = _is_waiting(case, row, order.date, is_clear)
        said = (Because("Ordered", order.reference, order.date),)
        if verdict:
            return _PENDING, _entry(row, name, said, "ordered")
        if verdict is None:
            place, because, text = _UNKNOWN, said, "ordered, state not clear"
        elif place == _MISSING:
            because, text = said, "ordered, no result found"
    for report in case.chart.reports:
        if not covers(report.asked, row, genes) or report.is_final:
            continue
        is_clear = report.is_final is False and report.asked != ANY_TEST
        verdict = _is_waiting(case, row, report.date, is_clear)
        if verdict:
            said = (Because("Report in progress", report.reference, report.date),)
            return _PENDING, _entry(row, name, said, "in progress")
        if verdict is None:
            said = (Because("Report, state not clear", report.reference, report.date),)
            place, because, text = _UNKNOWN, said, "report, state not clear"
    return place, _entry(row, name, because, text)


def _is_waiting(case: Case, row: Row, since: PartialDate | None, is_clear: bool) -> bool | None:
    """Whether a result is still on its way; None when the record does not tell.

    `is_clear`: the record says that it is under way, and what. Past the row's window nothing
    is waited for, whatever the record leaves open.
    """
    recent = _within(case, since, row.pending_days)
    return recent if is_clear or recent is False else None


def covers(asked: Asked, row: Row, genes: tuple[str, ...]) -> bool:
    """Whether a test can answer the row: its biomarker, its alteration, germline or tumour."""
    if asked == ANY_TEST:
        return True
    if asked.means == "biomarkers":
        same_origin = (asked.origin == "germline") == (row.origin == "germline")
        named = set(genes).intersection(asked.biomarkers)
        seen = row.sees & asked.sees
        if "mutation" in row.sees and seen == _FUSION:
            return False  # where both count, a test of fusions leaves the mutations open
        return bool(named) and same_origin and bool(seen)
    if "phenotype" in row.sees:
        return False  # drug-gene tests are no part of a germline cancer panel
    if row.origin == "germline":
        return asked.means in ("genetic-test", "genetic-counselling")
    # Sequencing does not see proteins: ER, PR, HER2 and PD-L1 are stains of their own. Nor does
    # it show the chromosomes.
    return asked.means == "tumour-panel" and "protein" not in row.sees and row.sees != _KARYOTYPE


def _within(case: Case, since: PartialDate | None, days: int) -> bool | None:
    """Whether a date lies no more than `days` back; None when it is not known well enough."""
    if since is None:
        return None
    today = case.today.latest
    if (today - since.earliest).days <= days:
        return True
    return False if (today - since.latest).days > days else None


def _said(result: Result) -> Because:
    return Because(result.text, result.reference, result.date)


def unread_reports(case: Case) -> tuple[Because, ...]:
    """Final biomarker reports that came without results this product can read."""
    return tuple(
        Because(report.text, report.reference, report.date)
        for report in case.chart.reports
        if report.is_final
        and not (report.has_results or report.is_failed)
        and report.asked != ANY_TEST
        and not (report.names and is_only_cancer(case))
    )
