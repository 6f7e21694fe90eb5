"""Was the patient referred to genetics, counselled or tested already?"""

from __future__ import annotations

from oncology.chart.diagnoses import concept_of
from oncology.chart.model import Asked, Outcome
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_MEANS = ("genetic-counselling", "genetic-test")
_KNOWN = ("counselled", "susceptibility", "syndrome", "finding")
# A test of one familial or founder variant that did not find it is no test of the gene.
_WHOLE_GENE = frozenset({"mutation"})


def answer(case: Case, genes: list[str]) -> Answer:
    """Yes for a referral, a visit, a germline result of one of `genes`, or a known carrier.

    A withdrawn order does not count; one whose status is not known makes it unknown.
    """
    chart = case.chart
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
    for result in chart.results:
        if result.origin == "germline" and set(genes).intersection(result.biomarkers):
            if result.outcome is Outcome.NEGATIVE and not result.sees & _WHOLE_GENE:
                continue
            if result.outcome.is_usable or result.outcome is Outcome.PENDING:
                state = "in progress" if result.outcome is Outcome.PENDING else "on file"
                text = f"Germline {result.biomarkers[0]} result {state}"
                return Answer(YES, (Because(text, result.reference, result.date),))
            doubtful = True
    return Answer(UNKNOWN if doubtful else NO)


def _is_germline_test(asked: Asked, genes: list[str]) -> bool:
    return asked.origin == "germline" and bool(set(genes).intersection(asked.biomarkers))


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
