"""Does a study's eligibility text include, exclude or not mention a biomarker of the patient?"""

from __future__ import annotations

import re
from enum import Enum

from msgspec import Struct

from oncology.variants import matches_change
from smartapp.trials.eligibility import Statement
from smartapp.trials.markers import ITD, Marker
from smartapp.trials.mentions import Change, Mention, mentions, standalone
from smartapp.trials.vocabulary import MUTATION

_RESIDUE = re.compile(r"[A-Z][a-z]{2}\d+")


class Says(Enum):
    """What the text says of a biomarker; what is not certain is not mentioned."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    NOT_MENTIONED = "not mentioned"


class Said(Struct, frozen=True):
    """The answer, and the statement it rests on."""

    says: Says
    quote: str = ""


class _Fits(Enum):
    YES = "yes"
    OTHER = "other"
    UNKNOWN = "unknown"


def judge(criteria: list[Statement], marker: Marker) -> Said:
    """What the statements say of the marker.

    An exclusion of the patient's own change wins over everything; a study that asks for other
    changes of the gene, and for this one nowhere, excludes it too.
    """
    included: Said | None = None
    excluded: Said | None = None
    other: Said | None = None
    for statement in criteria:
        listed = _about(statement, marker)
        exceptions = [each for each in listed if each.is_exception]
        for mention in listed:
            if mention.is_exception:
                continue
            fits = _fits(mention, marker)
            if fits is _Fits.YES and any(_fits(e, marker) is _Fits.YES for e in exceptions):
                continue
            if fits is _Fits.YES and mention.wanted:
                included = included or Said(Says.INCLUDED, statement.text)
            elif fits is _Fits.YES and not mention.in_part:
                excluded = excluded or Said(Says.EXCLUDED, statement.text)
            elif fits is _Fits.OTHER and mention.wanted and not mention.in_part:
                other = other or Said(Says.EXCLUDED, statement.text)
    return excluded or included or other or Said(Says.NOT_MENTIONED)


def _about(statement: Statement, marker: Marker) -> list[Mention]:
    found = [each for each in mentions(statement) if marker.gene in each.genes]
    alone = standalone(statement, marker.change) if marker.change else None
    return [*found, alone] if alone else found


def _fits(mention: Mention, marker: Marker) -> _Fits:
    """Whether the mention is of the patient's finding, of another one, or cannot be told."""
    if mention.origins == {"germline"} and marker.origin == "somatic":
        return _Fits.UNKNOWN
    if mention.origins == {"somatic"} and marker.origin == "germline":
        return _Fits.OTHER
    if mention.kinds and marker.kind not in mention.kinds:
        return _Fits.OTHER if marker.kind else _Fits.UNKNOWN
    excepted = _any([_is_change(each, marker) for each in mention.except_changes])
    if excepted is not _Fits.OTHER:
        return _Fits.OTHER if excepted is _Fits.YES else _Fits.UNKNOWN
    if not mention.changes:
        return _Fits.YES
    if marker.kind and marker.kind != MUTATION:
        return _Fits.YES if marker.kind in mention.kinds else _Fits.OTHER
    return _any([_is_change(each, marker) for each in mention.changes])


def _any(verdicts: list[_Fits]) -> _Fits:
    for verdict in (_Fits.YES, _Fits.UNKNOWN):
        if verdict in verdicts:
            return verdict
    return _Fits.OTHER


def _is_change(change: Change, marker: Marker) -> _Fits:
    if not marker.change:
        return _Fits.UNKNOWN
    if change.is_exact:
        return _Fits.YES if change.text == marker.change else _Fits.OTHER
    if _RESIDUE.fullmatch(change.text):
        rest = marker.change.removeprefix(change.text)
        return _Fits.YES if rest != marker.change and not rest[:1].isdigit() else _Fits.OTHER
    if change.text == "TKD":
        return _Fits.OTHER if marker.change == ITD else _Fits.YES
    return _in_exon(change.text, marker)


# Exons of EGFR as laboratories and studies call them: see oncology.variants.
_EGFR = {("19", "del"): "del 729-761", ("20", "ins"): "ins 762-774"}
# Codons of KRAS and NRAS: exon 2 (12, 13), 3 (59, 61), 4 (117, 146), as the guideline lists them
# (doi:10.1200/JCO.2016.71.9807).
_RAS = {"2": ("12", "13"), "3": ("59", "61"), "4": ("117", "146")}


def _in_exon(named: str, marker: Marker) -> _Fits:
    _, exon, *what = named.split()
    form = _EGFR.get((exon, what[0])) if what and marker.gene == "EGFR" else None
    if form:
        is_it = matches_change(f"p.{marker.change}", [form])
        return _Fits.YES if is_it else _Fits.OTHER
    if marker.gene in ("KRAS", "NRAS") and exon in _RAS:
        residue = re.match(r"[A-Z][a-z]{2}(\d+)", marker.change)
        if residue:
            return _Fits.YES if residue[1] in _RAS[exon] else _Fits.OTHER
    if marker.gene == "MET" and exon == "14":
        return _Fits.OTHER
    return _Fits.UNKNOWN
