"""What the problem list says of an inherited variant: it answers a germline test, or may do so."""

from __future__ import annotations

from msgspec import Struct

from oncology.facts.case import Case
from oncology.findings import Because

_CARRIED = "found, by the problem list"
_PERHAPS = "inherited susceptibility on file, gene not stated"
# Codes that no one gets without a germline finding: ICD-10-CM Z15, a syndrome, a carried variant.
_KINDS = ("finding", "susceptibility", "syndrome")


class Carried(Struct, frozen=True):
    """A variant on the problem list; `is_of_gene` False: which gene carries it is not stated."""

    is_of_gene: bool
    text: str
    because: Because


def carried(case: Case, genes: tuple[str, ...]) -> Carried | None:
    """The inherited variant on the problem list that is, or may be, in one of `genes`."""
    perhaps: Carried | None = None
    for item in case.chart.history:
        if item.kind not in _KINDS:
            continue
        told = {name for name, _ in item.implies}
        if item.is_certain and told.intersection(genes):
            because = Because(_CARRIED, item.reference, item.date)
            return Carried(True, _CARRIED, because)
        if not told:
            because = Because(_PERHAPS, item.reference, item.date)
            perhaps = perhaps or Carried(False, _PERHAPS, because)
    return perhaps
