"""What a study may say of a biomarker, and what a patient's result is, in the same words."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.chart.model import Result
from oncology.variants import protein_change
from smartapp.trials.vocabulary import (
    AMPLIFICATION,
    EXPRESSION,
    FUSION,
    HIGH,
    KNOWN,
    MUTATION,
)

MET_EXON_14, ITD = "exon 14 skipping", "ITD"
_BY_LEVEL = {"HER2": EXPRESSION, "PD-L1": EXPRESSION, "FOLR1": EXPRESSION, "CLDN18.2": EXPRESSION}
# What a method can see → what was found, when nothing else tells.
_SEEN_AS = {
    **dict.fromkeys(("mutation", "targeted-mutation", "v600e"), MUTATION),
    "fusion": FUSION,
    "copies": AMPLIFICATION,
}
_HIGH = ("MSI", "TMB", "HRD")
_EXON_14 = re.compile(r"exon ?14", re.I)
_ITD = re.compile(r"\bITD\b|internal tandem", re.I)


class Marker(Struct, frozen=True):
    """A biomarker found in the patient.

    `gene` is the HGNC symbol or marker name of the guidance. `kind`: what was found of it; empty
    when the result does not tell a mutation from a fusion or more copies. `change`: the protein
    change in three-letter form, `exon 14 skipping` or `ITD`. `origin`: germline, somatic or empty.
    """

    gene: str
    kind: str
    change: str = ""
    origin: str = ""
    text: str = ""


def markers_of(results: tuple[Result, ...]) -> list[Marker]:
    """The biomarkers found in the patient that texts can be searched for, newest first.

    Each once; nothing that is uncertain.
    """
    found: dict[tuple[str, str, str], Marker] = {}
    for result in results:
        if result.is_actionable:
            for marker in _markers(result):
                found.setdefault((marker.gene, marker.kind, marker.change), marker)
    return list(found.values())


def searchable(results: tuple[Result, ...]) -> dict[str, str]:
    """The marker trials can be searched for by, of each result that has one, by its reference."""
    found = {each.reference: markers_of((each,)) for each in results}
    return {reference: markers[0].text for reference, markers in found.items() if markers}


def _markers(result: Result) -> list[Marker]:
    raw = (result.variant.protein if result.variant else None) or ""
    change = protein_change(raw) or ""
    if not change and _EXON_14.search(raw) and "MET" in result.biomarkers:
        change = MET_EXON_14
    if _ITD.search(raw) or ("FLT3" in result.biomarkers and _ITD.search(result.text)):
        change = ITD
    origin = result.origin if result.origin in ("germline", "somatic") else ""
    return [
        Marker(gene, _kind(gene, result, change or raw), change, origin, _shown(gene, result))
        for gene in result.biomarkers
        if gene in KNOWN
    ]


def _shown(gene: str, result: Result) -> str:
    return result.text if gene in result.text else f"{gene} {result.text}".strip()


def _kind(gene: str, result: Result, change: str) -> str:
    if gene in _HIGH:
        return HIGH
    if gene in _BY_LEVEL:
        return AMPLIFICATION if result.sees == frozenset({"copies"}) else EXPRESSION
    if change:
        return MUTATION
    if len(result.biomarkers) > 1:
        return FUSION
    seen = {_SEEN_AS[each] for each in result.sees if each in _SEEN_AS}
    return seen.pop() if len(seen) == 1 else ""
