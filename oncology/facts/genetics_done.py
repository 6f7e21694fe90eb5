"""Was the patient referred to genetics, counselled or tested already?"""

from __future__ import annotations

from oncology.chart.diagnoses import concept_of
from oncology.chart.model import Asked, Outcome, Result
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_MEANS = ("genetic-counselling", "genetic-test")
_KNOWN = ("counselled", "susceptibility", "syndrome", "finding")


def answer(case: Case, genes: list[str], found_in_tumour: bool = False) -> Answer:
    """Yes for a referral, a visit, a germline result of one of `genes`, or a known carrier.

    A withdrawn order does not count; one whose status is not known makes it unknown.
    `found_in_tumour`: only those of `genes` count that a tumour test found, and all of them must
    have a germline result.
    """
    chart = case.chart
    if found_in_tumour:
        genes = [gene for gene in genes if _is_in_tumour(case, gene)]
    doubtful = chart.hides("ServiceRequest", "Procedure") or _hides_an_answer(case)
    for order in chart.orders:
        if order.asked.means in _MEANS or _is_germline_test(order.asked, genes):
            if order.is_open or order.is_done:
                text = "Genetics referral, visit or test on file"
                return Answer(YES, (Because(text, order.reference, order.date),))
            doubtful = doubtful or order.is_open is None
    for item in chart.history:
        if item.kind in _KNOWN and item.is_certain:
            return Answer(YES, (Because(item.display, item.reference, item.date),))
        doubtful = doubtful or item.kind in _KNOWN
    tests = [result for result in chart.results if _is_of_germline(result, genes)]
    told = [result for result in tests if _tells(result)]
    covered = {gene for result in told for gene in result.biomarkers}
    if told and (not found_in_tumour or covered.issuperset(genes)):
        return Answer(YES, (_because(told[0]),))
    return Answer(UNKNOWN if doubtful or len(told) < len(tests) else NO)


def _is_in_tumour(case: Case, gene: str) -> bool:
    return any(
        gene in result.biomarkers and result.is_actionable and result.origin != "germline"
        for result in case.chart.results
    )


def _is_germline_test(asked: Asked, genes: list[str]) -> bool:
    return asked.origin == "germline" and bool(set(genes).intersection(asked.biomarkers))


def _is_of_germline(result: Result, genes: list[str]) -> bool:
    """A germline result; one familial or founder variant not found is no test of the gene."""
    if result.origin != "germline" or not set(genes).intersection(result.biomarkers):
        return False
    return result.outcome is not Outcome.NEGATIVE or "mutation" in result.sees


def _tells(result: Result) -> bool:
    """Whether a test was done or is under way."""
    return result.outcome.is_usable or result.outcome is Outcome.PENDING


def _because(result: Result) -> Because:
    state = "in progress" if result.outcome is Outcome.PENDING else "on file"
    text = f"Germline {result.biomarkers[0]} result {state}"
    return Because(text, result.reference, result.date)


def _hides_an_answer(case: Case) -> bool:
    """Whether something that could not be used may be a germline result or a known carrier."""
    terminology = case.evaluation.guidance.terminology
    for hidden in case.chart.hidden:
        code = hidden.code
        if hidden.resource_type == "Observation":
            test = terminology.observation(code) if code else None
            if test is None or test.reads == "variant" or test.origin == "germline":
                return True
        elif hidden.resource_type == "Condition":
            problem = concept_of(code, terminology) if code else None
            if problem is None or problem.kind in _KNOWN:
                return True
    return False
