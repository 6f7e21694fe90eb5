"""What a study may say of a biomarker, and what a patient's result is, in the same words."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.chart.model import Result
from oncology.variants import protein_change

MUTATION, FUSION, AMPLIFICATION = "mutation", "fusion", "amplification"
EXPRESSION, LOSS, HIGH = "expression", "loss", "high"
MET_EXON_14, ITD = "exon 14 skipping", "ITD"
_BY_LEVEL = {"HER2": EXPRESSION, "PD-L1": EXPRESSION, "FOLR1": EXPRESSION, "CLDN18.2": EXPRESSION}
_HIGH = ("MSI", "TMB", "HRD")
_EXON_14 = re.compile(r"exon ?14", re.I)
_ITD = re.compile(r"\bITD\b|internal tandem", re.I)


class Marker(Struct, frozen=True):
    """A biomarker found in the patient.

    `gene` is the HGNC symbol or marker name of the guidance; `kind` what was found of it;
    `change` the protein change in three-letter form, `exon 14 skipping` or `ITD`; `origin`
    germline, somatic or empty.
    """

    gene: str
    kind: str
    change: str = ""
    origin: str = ""
    text: str = ""


def markers_of(results: tuple[Result, ...]) -> list[Marker]:
    """The biomarkers found in the patient, newest first, each once; nothing that is uncertain."""
    found: dict[tuple[str, str, str], Marker] = {}
    for result in results:
        if result.is_actionable:
            for marker in _markers(result):
                found.setdefault((marker.gene, marker.kind, marker.change), marker)
    return list(found.values())


def _markers(result: Result) -> list[Marker]:
    genes = result.biomarkers
    raw = (result.variant.protein if result.variant else None) or ""
    change = protein_change(raw) or ""
    shown = f"{'::'.join(genes)} {result.text}".strip()
    origin = result.origin if result.origin in ("germline", "somatic") else ""
    if not change and _EXON_14.search(raw) and "MET" in genes:
        change = MET_EXON_14
    if _ITD.search(raw) or ("FLT3" in genes and _ITD.search(result.text)):
        change = ITD
    return [Marker(gene, _kind(gene, result, change), change, origin, shown) for gene in genes]


def _kind(gene: str, result: Result, change: str) -> str:
    if gene in _HIGH:
        return HIGH
    if gene in _BY_LEVEL:
        return AMPLIFICATION if result.sees == frozenset({"copies"}) else EXPRESSION
    if change or ("mutation" in result.sees and len(result.biomarkers) == 1):
        return MUTATION
    if len(result.biomarkers) > 1 or "fusion" in result.sees:
        return FUSION
    return AMPLIFICATION if "copies" in result.sees else MUTATION
