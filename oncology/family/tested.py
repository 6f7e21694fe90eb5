"""Genetic results of a relative: the variants found, and who was tested without one."""

from __future__ import annotations

from collections.abc import Iterable

from oncology.chart.model import Outcome, Result
from oncology.chart.variants import coding_change
from oncology.family.model import GeneTest, Trait

_FOR_KNOWN = "known-familial-variant"
_PATHOGENIC = {"P": "pathogenic", "LP": "likely pathogenic"}
_NOT_TOLD = "genetic result"


def traits_of(results: Iterable[Result]) -> list[Trait]:
    """The variants that were found, or may have been.

    Certain: found in the germline, and pathogenic or likely so by the report, or by a test that
    looks for such variants alone. One in a tumour, and one of uncertain significance, is none.
    """
    found = []
    for result in results:
        gene = result.biomarkers[0] if result.biomarkers else ""
        variant = _change(result)
        if result.origin == "somatic" or not _is_perhaps_found(result):
            continue
        told = result.outcome is Outcome.POSITIVE and gene
        display = _named(gene, variant, result) if told else result.text
        if not told and gene:
            display = f"{gene}: {_NOT_TOLD} that is not understood"
        certain = bool(told) and result.origin == "germline" and _is_pathogenic(result)
        found.append(Trait(gene or _NOT_TOLD, display, certain, result.reference, variant))
    return found


def tests_of(results: Iterable[Result]) -> list[GeneTest]:
    """Each gene tested in the germline, or perhaps there; a result of a tumour is no test of it.

    Not found in a test that may have been of a tumour tells nothing.
    """
    tests = []
    for result in results:
        if result.origin == "somatic" or not result.biomarkers or result.problem:
            continue
        for_known = _FOR_KNOWN in result.sees
        found = None
        if result.origin == "germline":
            found = {Outcome.POSITIVE: True, Outcome.NEGATIVE: False}.get(result.outcome)
        if found and not result.is_actionable:
            found = None
        gene, variant = result.biomarkers[0], _change(result)
        said = _said(gene, variant, for_known, result)
        whole = "mutation" in result.sees
        tests.append(GeneTest(gene, found, said, result.reference, for_known, variant, whole))
    return tests


def _is_perhaps_found(result: Result) -> bool:
    if result.outcome is Outcome.POSITIVE:
        return result.is_actionable
    return result.outcome in (Outcome.UNKNOWN, Outcome.INDETERMINATE)


def _is_pathogenic(result: Result) -> bool:
    # A test for mutations of one gene that is positive names no class; a variant has to.
    return result.variant is None or result.variant.significance in _PATHOGENIC


def _change(result: Result) -> str:
    return coding_change(result.variant) if result.variant else ""


def _named(gene: str, variant: str, result: Result) -> str:
    significance = result.variant.significance if result.variant else None
    change = f"{gene} {variant}" if variant else f"{gene} variant"
    return f"{change}, {_PATHOGENIC[significance]}" if significance in _PATHOGENIC else change


def _said(gene: str, variant: str, for_known: bool, result: Result) -> str:
    known = " (variant known in the family)" if for_known else ""
    return f"{gene} {variant}".rstrip() + f"{known}: {result.text}"
