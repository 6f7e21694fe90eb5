"""Results known only as text or document: possible results, never positive or negative."""

from __future__ import annotations

import re

from msgspec.structs import replace

from oncology.chart.answers import FINAL, observation_date, word, words_of
from oncology.chart.model import Asked, Report
from oncology.chart.orders import IN_WORDS, ordered_test
from oncology.dates import PartialDate, parse_date
from oncology.reading.observation import Observation
from oncology.reading.orders import DiagnosticReport, DocumentReference
from oncology.terminology import Terminology

_ASKED = Asked("possible-result")
# ER and PR are words of their own; beside one of these they are receptors.
_STAINED = r"(?= ?[/,&]? ?(?:status|stain|receptor|IHC|by IHC|immuno|PR\b|PgR\b))"
# Markers by their own words.
_MARKERS = {
    "ER": rf"(?i:o?estrogen receptor)|\bER\b(?i:{_STAINED})",
    "PR": rf"(?i:progesterone receptor)|\bP(?:g)?R\b(?i:{_STAINED})|\bER ?[/,&] ?PR\b",
    "HER2": r"(?i:\bher-?2\b)",
    "PD-L1": r"(?i:\bpd-?l1\b)",
    "MSI": r"(?i:microsatellite|mismatch repair)",
    "TMB": r"(?i:mutation(?:al)? burden)",
}
_PANELS = (
    r"(?i:\b(?:gene|variant|fusion|mutation) panel\b|next[- ]generation sequencing|genomic profil)"
)
_MARKER = re.compile("|".join((*_MARKERS.values(), _PANELS)))
_FAMILIES = {"NTRK": ("NTRK1", "NTRK2", "NTRK3")}
# Genes, beside a word that makes them a test.
_GENE = re.compile(
    r"\b(EGFR|KRAS|NRAS|HRAS|BRAF|ALK|ROS1|RET|MET|NTRK[123]?|ERBB2|PIK3CA|ESR1|BRCA[12]|PALB2|"
    r"TP53|FLT3|NPM1|IDH[12]|KIT|PDGFRA|FGFR[123]|POLE|BCR|ABL1|JAK2|IGHV)\b"
)
_TEST = re.compile(
    r"mutat|mutiert|gene\b|variant|fusion|rearrang|amplif|wild|exon|sequenc|expression|"
    r"p\.[A-Z]|\b[A-Z]\d{2,4}[A-Z]\b|positiv|negativ|detected|mutant",
    re.I,
)
# Serum and plasma proteins are not the tumour's; family and plans are no results.
_ELSEWHERE = re.compile(r"serum|plasma\b(?! cell-free)|mother|father|sister|brother|famil", re.I)
_INVALID = ("entered-in-error", "superseded", "cancelled")


def names_a_marker(words: str) -> bool:
    """Whether a text speaks of a tumour marker or a gene test."""
    if not words:
        return False
    return bool(_MARKER.search(words) or (_GENE.search(words) and _TEST.search(words)))


def is_hint(words: str) -> bool:
    """Whether the words of an Observation's code name a marker, and not in serum or a relative."""
    return names_a_marker(words) and not _ELSEWHERE.search(words)


def possible_observation(observation: Observation, reference: str) -> Report | None:
    """An Observation whose code is not known but whose words are a hint.

    With a value it may hold the result of the markers its name says, and of no other.
    """
    if observation.status in _INVALID:
        return None
    found = _possible(observation_date(observation), reference)
    return (
        replace(found, names=_named(words_of(observation.code))) if _tells(observation) else found
    )


def _tells(observation: Observation) -> bool:
    """Whether there is a value, and not that the test failed."""
    said = observation.value_string or ""
    if observation.status not in FINAL or word(said) == "failed":
        return False
    return bool(said or observation.value_codeable_concept or observation.value_quantity)


def _named(words: str) -> tuple[str, ...]:
    """The genes and markers that the name of a test says."""
    genes = [gene for found in _GENE.findall(words) for gene in _FAMILIES.get(found, (found,))]
    markers = [name for name, pattern in _MARKERS.items() if re.search(pattern, words)]
    return tuple(dict.fromkeys((*genes, *markers)))


def possible_report(report: DiagnosticReport, reference: str) -> Report | None:
    """A report of another kind, pathology for one, whose conclusion speaks of markers."""
    words = report.conclusion or ""
    if report.status in _INVALID or not names_a_marker(words):
        return None
    period = report.effective_period
    day = report.effective_date_time or report.issued or (period.end if period else None)
    return _possible(parse_date(day), reference)


def possible_document(
    document: DocumentReference, reference: str, terminology: Terminology
) -> Report | None:
    """A document whose type, description or title is one of a biomarker test."""
    if document.status in _INVALID:
        return None
    titles = [item.attachment.title or "" for item in document.content if item.attachment]
    words = " ".join([document.description or "", *titles])
    test = ordered_test(document.type, terminology)
    is_test = test is not None and test.means not in ("genetic-counselling", "hospice")
    if not is_test and not names_a_marker(words):
        return None
    return _possible(parse_date(document.date), reference)


def possible_documents(
    documents: list[tuple[str, DocumentReference]],
    reports: tuple[Report, ...],
    terminology: Terminology,
) -> list[Report]:
    """Those that may hold results; not the print of a report whose results came coded."""
    days = {report.date for report in reports if report.has_results}
    found = [possible_document(each, reference, terminology) for reference, each in documents]
    return [each for each in found if each is not None and each.date not in days]


def _possible(date: PartialDate | None, reference: str) -> Report:
    return Report(_ASKED, True, False, date, reference, IN_WORDS)
