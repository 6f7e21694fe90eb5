"""Did a tumour test show a pathogenic variant in one of these genes?"""

from __future__ import annotations

from oncology.chart.model import Outcome, Result
from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
_NOT_INHERITED = frozenset({"fusion", "copies"})


def answer(
    case: Case,
    genes: list[str],
    unstable: str = "",
    specimen: str = "",
    blood_cancers: list[str] | None = None,
) -> Answer:
    """Yes for a somatic variant classed pathogenic or likely pathogenic.

    A variant without a class or without a source is unknown: neither may be guessed; so is a
    result that is not understood. Fusions and copies arise in the tumour and are no ground.
    `unstable`: what to say of a tumour found MSI-high or mismatch repair deficient; `specimen`: of
    the sample in a patient who has, or had, one of the `blood_cancers`.
    """
    doubtful = case.chart.lacks("Observation", about=frozenset({*genes, "variant"}))
    asked = Answer(UNKNOWN)
    for result in case.results_on(genes, ("mutation",)):
        if result.sees <= _NOT_INHERITED or result.origin == "germline":
            continue
        if result.outcome is Outcome.UNKNOWN:
            doubtful = True
        if result.outcome is not Outcome.POSITIVE:
            continue
        significance = result.variant.significance if result.variant else None
        if result.origin == "somatic" and significance in ("P", "LP"):
            said = {
                specimen: _in_blood(case, blood_cancers or []),
                unstable: _instability(case, result),
            }
            return _found(result, {words: fact for words, fact in said.items() if fact})
        if significance in (None, "P", "LP"):
            doubtful, asked = True, _asked_of(result, significance)
    return asked if doubtful else Answer(NO)


def _asked_of(result: Result, significance: str | None) -> Answer:
    """Where a variant was found, and of which class it is: the first of these not on record."""
    variant = f"the {result.biomarkers[0]} variant" if result.biomarkers else "the variant"
    source = f"whether {variant} was found in the tumour or in the germline"
    if result.origin == "somatic":
        need, question = f"the class of {variant}", f"Is {variant} pathogenic?"
        return Answer(UNKNOWN, needs=(need,), question=question)
    needs = (source,) if significance else (source, f"the class of {variant}")
    question = f"Was {variant} found in the tumour or in the germline?"
    return Answer(UNKNOWN, needs=needs, question=question)


def _found(result: Result, said: dict[str, Because]) -> Answer:
    """The variant, with what bears on its germline test and the facts behind that."""
    gene = result.biomarkers[0]
    variant = Because(f"Tumour {gene} {result.text}", result.reference, result.date)
    text = "; ".join((f"germline test of {gene}", *said)) if said else ""
    return Answer(YES, (variant, *said.values()), text=text)


def _instability(case: Case, found: Result) -> Because | None:
    """The unstable result of the tumour the variant is of, as far as the record tells."""
    for result in case.results_on(("MSI",)):
        is_other = (
            result.conditions
            and found.conditions
            and not set(result.conditions).intersection(found.conditions)
        )
        if result.outcome is Outcome.POSITIVE and not is_other:
            return Because(f"Tumour {result.text}", result.reference, result.date)
    return None


def _in_blood(case: Case, cancers: list[str]) -> Because | None:
    for each in (*case.chart.diagnoses, *case.chart.others):
        if each.cancer in cancers and each.verification.is_usable:
            return Because(each.display, each.reference, each.date)
    return None
