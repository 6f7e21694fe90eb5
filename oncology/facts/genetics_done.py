"""Was the patient referred to genetics, counselled or tested already?"""

from __future__ import annotations

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_MEANS = ("genetic-counselling", "genetic-test")
_KNOWN = ("counselled", "susceptibility", "syndrome", "finding")


def answer(case: Case, genes: list[str]) -> Answer:
    """Yes for a referral, a visit, a germline result of one of `genes`, or a known carrier.

    A withdrawn order does not count; one whose status is not known makes it unknown.
    """
    chart = case.chart
    doubtful = chart.hides("ServiceRequest", "Procedure")
    for order in chart.orders:
        if order.asked.means in _MEANS:
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
            if result.outcome.is_usable:
                text = f"Germline {result.biomarkers[0]} result on file"
                return Answer(YES, (Because(text, result.reference, result.date),))
            doubtful = True
    return Answer(UNKNOWN if doubtful else NO)
