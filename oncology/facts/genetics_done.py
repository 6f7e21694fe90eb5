"""Was the patient referred to genetics, counselled or tested already?"""

from __future__ import annotations

from oncology.chart.model import ANY_TEST, Asked, Outcome, Result, Variant
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of
from oncology.facts.known_changes import is_of_one_change, looked_for, told_apart
from oncology.family.descent import not_passed_on
from oncology.family.model import Pedigree, Person, Trait
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_MEANS = ("genetic-counselling", "genetic-test")
_KNOWN = ("counselled", "susceptibility", "syndrome", "finding")
_SEES = ("mutation",)


def answer(
    case: Case,
    genes: list[str],
    found_in_tumour: bool = False,
    carried: dict[str, list[str]] | None = None,
    by_syndrome: bool = True,
) -> Answer:
    """Yes for a referral, a visit, a germline result of one of `genes`, or a known carrier.

    The report of a germline test counts, read or not: somebody has it. One of founder variants
    alone is no test of the gene, as their result is none, and of a sample that failed none at all.

    `by_syndrome` False: a syndrome on the problem list is none, as a polyposis seen by endoscopy.

    A withdrawn order does not count; one whose status or purpose is not known makes it unknown.
    `found_in_tumour`: only those of `genes` count that a tumour test found, and all of them must
    have a germline result. `carried`: finding of a relative → genes; only those carried in the
    family count, all of them, and a test limited to the known variant is one of them. With either
    a test of single changes is one where it looked for the very changes that are known.
    """
    chart = case.chart
    changes: dict[str, list[Variant]] = {gene: [] for gene in genes}
    perhaps: set[str] = set()
    if found_in_tumour:
        changes, perhaps = _in_tumour(case, genes)
    if carried is not None:
        changes = _in_family(case, carried) or changes
    found, must_all = set(changes), found_in_tumour or carried is not None
    about = frozenset({*genes, "variant"})
    doubtful = chart.hides(
        "ServiceRequest", "Procedure", "Condition", "Observation", "DiagnosticReport", about=about
    )
    for order in chart.orders:
        is_known = order.is_open or order.is_done
        if order.asked == ANY_TEST:
            doubtful = doubtful or is_known or order.is_open is None
        elif order.asked.means in _MEANS or _is_germline_test(order.asked, found):
            if is_known:
                text = "Genetics referral, visit or test on file"
                return Answer(YES, (Because(text, order.reference, order.date),))
            doubtful = doubtful or order.is_open is None
        doubtful = doubtful or (_is_germline_test(order.asked, perhaps) and bool(is_known))
    sees = _SEES if carried is None else (*_SEES, "known-familial-variant")
    singles = [each for each in case.results_on(genes) if must_all and is_of_one_change(each)]
    tests = [
        result
        for result in case.results_on(genes, sees)
        if _is_of_germline(result, sees) and result not in singles
    ]
    is_spoilt = bool(tests) and all(result.outcome is Outcome.FAILED for result in tests)
    for report in () if is_spoilt else chart.reports:
        if not report.is_failed and _is_report(report.asked, found, sees, must_all):
            text = "Germline test report on file"
            return Answer(YES, (Because(text, report.reference, report.date),))
    known = tuple(kind for kind in _KNOWN if by_syndrome or kind != "syndrome")
    for item in chart.history:
        if item.kind in known and item.is_certain:
            return Answer(YES, (Because(item.display, item.reference, item.date),))
        doubtful = doubtful or item.kind in known
    told = [result for result in tests if _tells(result)]
    covered = {gene for result in told for gene in result.biomarkers}
    looked = {gene: _looked_for(gene, changes[gene], singles) for gene in found - covered}
    covered |= {gene for gene, was in looked.items() if was}
    enough = found and covered.issuperset(found) if must_all else covered & found
    if enough and covered.issuperset(perhaps):
        first = next(each for each in [*told, *singles] if found.intersection(each.biomarkers))
        return Answer(YES, (_because(first),))
    is_open = [gene for gene, was in looked.items() if was is None]
    if is_open and covered.issuperset(found.difference(is_open)):
        return _perhaps_of_another(singles, sorted(is_open)[0], carried is not None)
    return Answer(UNKNOWN if doubtful or enough or len(told) < len(tests) else NO)


def _looked_for(gene: str, changes: list[Variant], singles: list[Result]) -> bool | None:
    return looked_for(changes, [each for each in singles if gene in each.biomarkers])


def _perhaps_of_another(singles: list[Result], gene: str, in_family: bool) -> Answer:
    """Open: a germline test of the gene told of one change, perhaps not of the one in question."""
    where = "known in the family" if in_family else "found in the tumour"
    return Answer(
        UNKNOWN,
        tuple(_because(each) for each in singles if gene in each.biomarkers),
        question=f"Did the germline test of {gene} look for the variant {where}?",
    )


def _in_family(case: Case, carried: dict[str, list[str]]) -> dict[str, list[Variant]]:
    """The genes of the findings on record in relatives that may have come down to the patient,
    each with its changes there.
    """
    family = family_of(case)
    found: dict[str, list[Variant]] = {}
    for person in family.relatives:
        if person.is_distant:
            continue
        own: dict[str, list[Variant]] = {}
        for trait in person.traits:
            if trait.is_certain and _has_ended(family, person, trait, carried):
                continue
            for gene in carried.get(trait.name, ()):
                own.setdefault(gene, []).append(Variant((gene,), coding=trait.variant))
        _add(found, own)
    return found


def _add(found: dict[str, list[Variant]], own: dict[str, list[Variant]]) -> None:
    """One person's changes beside the others'."""
    for gene, changes in own.items():
        found.setdefault(gene, []).extend(told_apart(changes))


def _has_ended(
    family: Pedigree, person: Person, trait: Trait, carried: dict[str, list[str]]
) -> bool:
    return not_passed_on(family, person, trait, carried.get(trait.name, ())) is not None


def _in_tumour(case: Case, genes: list[str]) -> tuple[dict[str, list[Variant]], set[str]]:
    """The genes a tumour test found, each with its changes, and those it may have found."""
    own: dict[str, list[Variant]] = {}
    perhaps: set[str] = set()
    for result in case.results_on(genes, _SEES):
        if result.origin == "germline":
            continue
        if result.is_actionable:
            for gene in set(genes).intersection(result.biomarkers):
                own.setdefault(gene, []).append(result.variant or Variant((gene,)))
        elif result.outcome is Outcome.UNKNOWN:
            perhaps.update(result.biomarkers or genes)
    found: dict[str, list[Variant]] = {}
    _add(found, own)
    return found, perhaps.intersection(genes).difference(found)


def _is_germline_test(asked: Asked, genes: set[str]) -> bool:
    return asked.origin == "germline" and bool(genes.intersection(asked.biomarkers))


def _is_report(asked: Asked, genes: set[str], sees: tuple[str, ...], must_all: bool) -> bool:
    """Whether a report is of a germline test of one of these genes, or of all where all count."""
    if asked.means == "genetic-test":
        return True
    covered = genes.intersection(asked.biomarkers if asked.sees.intersection(sees) else ())
    return asked.origin == "germline" and bool(covered) and (not must_all or covered == genes)


def _is_of_germline(result: Result, sees: tuple[str, ...]) -> bool:
    """A germline result, or one that may be; one familial variant not found is no gene test."""
    if result.origin == "unknown":
        return result.outcome is Outcome.UNKNOWN
    if result.origin != "germline":
        return False
    return result.outcome is not Outcome.NEGATIVE or bool(result.sees.intersection(sees))


def _tells(result: Result) -> bool:
    """Whether a test was done or is under way."""
    return result.outcome.is_usable or result.outcome is Outcome.PENDING


def _because(result: Result) -> Because:
    state = "in progress" if result.outcome is Outcome.PENDING else "on file"
    text = f"Germline {result.biomarkers[0]} result {state}"
    return Because(text, result.reference, result.date)
