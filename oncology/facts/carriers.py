"""What the problem list says of an inherited variant: it answers a germline test, or may do so."""

from __future__ import annotations

from msgspec import Struct

from oncology.chart.model import HistoryItem
from oncology.facts.case import Case
from oncology.findings import Because

_CARRIED = "found, by the problem list"
_NOT_CONFIRMED = "perhaps found: the entry of the problem list is not confirmed"
_PERHAPS = "inherited susceptibility on file, gene not stated"
_UNREAD = "a problem could not be read"
# Codes that no one gets without a germline finding: ICD-10-CM Z15, a syndrome, a carried variant.
# `implies` in conditions.csv names the genes that a code tells of, or may tell of.
_KINDS = ("finding", "susceptibility", "syndrome")
_FOUND = "positive"


class Carried(Struct, frozen=True):
    """A variant on the problem list; `is_of_gene` False: which gene carries it is not stated."""

    is_of_gene: bool
    text: str
    because: Because


def carried(case: Case, genes: tuple[str, ...]) -> Carried | None:
    """The inherited variant on the problem list that is, or may be, in one of `genes`.

    A syndrome of other genes, as MEN 2 beside BRCA1, is none of them. A problem that could not be
    read may be one of any gene, since who carries one is not asked for the next.
    """
    perhaps: Carried | None = None
    for item in case.chart.history:
        told = {value for name, value in item.implies if name in genes}
        if item.kind not in _KINDS or not told:
            continue
        is_found = _FOUND in told
        if is_found and item.is_certain:
            return _carried(True, _CARRIED, item)
        perhaps = perhaps or _carried(False, _NOT_CONFIRMED if is_found else _PERHAPS, item)
    return perhaps or unread(case)


def unread(case: Case) -> Carried | None:
    """A problem that could not be read, and that may have been a variant of any gene."""
    condition = case.evaluation.guidance.terminology.condition
    for item in case.chart.hidden:
        if item.resource_type not in ("Condition", "unknown"):
            continue
        codings = item.code.coding if item.code else ()
        known = [concept for concept in map(condition, codings) if concept is not None]
        if item.sites is None or any(each.kind in _KINDS for each in known):
            return Carried(False, _UNREAD, Because(_UNREAD, item.reference))
    return None


def _carried(is_of_gene: bool, text: str, item: HistoryItem) -> Carried:
    return Carried(is_of_gene, text, Because(text, item.reference, item.date))
