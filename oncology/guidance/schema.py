"""What an artifact's TOML may say: the keys, and the words whose list is closed.

A misspelt key or word would otherwise pass in silence and a rule would never fire. Each key
stands with what it means: docs/guidance-language.md is written from here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from oncology.guidance.artifact import FAMILY, SETTINGS, STRENGTHS
from oncology.terminology import Terminology

ARTIFACT_KEYS = {
    "id": "name of the artifact and of its folder",
    "version": "like 1.0.0; raised when an answer changes",
    "status": "draft, active or retired",
    "shape": "evidence-list or decision-table",
    "kind": "which service speaks of it",
    "topic": "letters and digits, fixed across releases",
    "title": "what it is about, as a card names it",
    "question": "the clinical question it answers",
    "cancer": "id of a cancer (cancers of conditions.csv); without it every patient is judged",
    "site": "id of the site code that may hide this cancer",
    "site_question": "what is asked when only the site is known",
    "site_explained_by": "cancers that explain the site code",
    "includes_past": "true: a cancer in the past counts too",
    "on_file": "judged only when one of these is on file: cancers, or `family` (a family history)",
    "applies_criterion": "published criterion that is met whenever it applies",
    "review": "day of the next review",
    "grace_days": "days after the diagnosis without a card; 14 when absent, 0 for none",
    "shows": "card (when absent), or app: listed by the app and evaluate, never a card",
    "why": "what the answer is good for, the closing words of a card",
    "order": "name in orders.toml that a card offers",
    "limits": "what is left out, and why",
    "names": "histology → how a card names the cancer",
    "decides": "the facts a decision table is over, in order",
    "approval": "name, role and date of who signed it",
    "facts": "the facts asked, by a name of their own",
    "source": "where each statement was read",
    "row": "a row of an evidence list",
    "rule": "a rule of a decision table",
}
SOURCE_KEYS = {
    "id": "name used in rows",
    "label": "body, title, year",
    "url": "https address of the public page or DOI",
    "doi": "DOI",
    "pmid": "PubMed id",
    "checked": "day it was read",
}
RULE_KEYS = {
    "when": "fact → answers allowed; a fact left out may have any",
    "answer": "one of the four answers",
    "say": "the sentence that explains it",
    "reason": "why a trial search: marker, tested or resistance",
}
LABEL_KEYS = {
    "drug": "ingredient",
    "revised": "day of the label",
    "url": "address of the label",
}
ROW_KEYS = {
    "id": "name of the row",
    "status": "draft (never used), trial-only (never asked for) or active",
    "draft_because": "why a row that is not active is not",
    "show": "how a card names the test",
    "biomarkers": "HGNC symbols, or markers of the contract",
    "genes": "marker → genes that all must be tested",
    "alteration": "what is looked for",
    "origin": "somatic or germline",
    "sees": "what a method must be able to see",
    "answered_by": "protein changes; a result that describes another change is no answer",
    "settings": "settings it belongs to",
    "when": "fact → answers that make it due; a list of such tables: one is enough",
    "repeat_when": "fact whose yes makes older results be repeated",
    "repeat_until": "found: a variant that was found ends the repeating",
    "labelled": "protein changes that drugs are labelled for",
    "specimen": "tissue, plasma, blood",
    "strength": "how strong the advice is",
    "pending_days": "how long an open order counts as pending",
    "sources": "ids of sources",
    "order": "name in orders.toml",
    "order_if_equivocal": "name in orders.toml offered instead where the result is equivocal",
    "why": "closing words of a card that this row leads",
    "note": "for reviewers",
    "label": "a dated label fact, shown behind the card",
}
ORIGINS = ("somatic", "germline")
ROW_STATUSES = ("draft", "trial-only", "active")
SHOWS = ("card", "app")
REASONS = ("", "marker", "tested", "resistance")
# What a method can see of a gene or marker; observations.csv uses the same words.
SEES = (
    "mutation",
    "targeted-mutation",
    "known-familial-variant",
    "founder-variant",
    "v600e",
    "fusion",
    "copies",
    "protein",
    "msi",
    "tmb",
    "score",
    "expression",
    "itd",
    "tkd",
    "transcript",
    "karyotype",
    "phenotype",
)
# Names of biomarkers that are not genes (contract: `biomarkers`).
_MARKERS = """
ER PR HER2 PD-L1 MSI TMB HRD NTRK CLDN18.2 FOLR1 1p/19q MGMT IGHV del(17p) BCR::ABL1
PML::RARA karyotype CD19 CD20 CD22 CD33 germline expression-assay
"""
MARKERS = frozenset(_MARKERS.split()) | {"MLH1 methylation"}


def unknown_keys(table: dict[str, Any], allowed: Iterable[str]) -> list[str]:
    """A sentence for each key that is not one of those allowed."""
    return [
        f"key {key!r} is not known.{_meant(key, allowed)}"
        for key in table
        if key not in set(allowed)
    ]


def not_one_of(name: str, value: object, allowed: Iterable[str]) -> list[str]:
    """A sentence when a value is not one of a closed list."""
    words = tuple(allowed)
    if value in words:
        return []
    return [f"{name} = {value!r} is not one of {', '.join(words)}.{_meant(value, words)}"]


def texts(name: str, value: object) -> list[str]:
    """A sentence when a value is not a list of texts."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return []
    return [f'{name} = {value!r} must be a list of texts, like {name} = ["…"].']


def row_faults(row: dict[str, Any], terminology: Terminology) -> list[str]:
    """All that is wrong with the words of one evidence row."""
    faults = unknown_keys(row, ROW_KEYS)
    lists = ("biomarkers", "sees", "settings", "sources", "labelled", "answered_by")
    broken = [fault for key in lists for fault in texts(key, row.get(key, []))]
    if broken:
        return faults + broken
    faults += not_one_of("status", row.get("status", "active"), ROW_STATUSES)
    if (row.get("status", "active") == "active") == bool(row.get("draft_because")):
        faults.append("draft_because says why a row is not active, and only there.")
    faults += not_one_of("strength", row.get("strength"), STRENGTHS)
    faults += not_one_of("origin", row.get("origin"), ORIGINS)
    faults += not_one_of("repeat_until", row.get("repeat_until", ""), ("", "found"))
    for word in row.get("sees", ()):
        faults += not_one_of("sees", word, SEES)
    for word in row.get("settings", ()):
        faults += not_one_of("setting", word, SETTINGS)
    days = row.get("pending_days", 0)
    if not isinstance(days, int) or isinstance(days, bool) or days < 0:
        faults.append(f"pending_days = {days!r} must be a whole number of days.")
    return faults + _names(row, terminology)


def _names(row: dict[str, Any], terminology: Terminology) -> list[str]:
    genes = frozenset(terminology.genes.values())
    named = [*row.get("biomarkers", ())]
    for group in row.get("genes", {}).values():
        named += group
    return [
        f"biomarker {name!r} is neither a gene of genes.csv nor a marker of the contract."
        f"{_meant(name, genes | MARKERS)}"
        for name in named
        if name not in genes and name not in MARKERS
    ]


def on_file_faults(words: Iterable[str], terminology: Terminology) -> list[str]:
    """A sentence for each word of `on_file` that is neither a cancer nor the family history."""
    known = (FAMILY, *terminology.family_sites)
    return [fault for word in words for fault in not_one_of("on_file", word, known)]


def cancer_faults(cancers: Iterable[str], terminology: Terminology) -> list[str]:
    """Cancer ids that no code leads to."""
    known = {concept.cancer for concept in terminology.conditions.values()}
    known |= {concept.cancer for concept in terminology.condition_prefixes.values()}
    known |= set(terminology.cancers)
    return [
        f"cancer {name!r} is not in conditions.csv or cancers.csv.{_meant(name, known)}"
        for name in cancers
        if name and name not in known
    ]


def stage_faults(fact: str, stages: Iterable[str]) -> list[str]:
    """Stage lists hold tokens as the chart reader writes them."""
    from oncology.chart.stages import spelled_stage  # noqa: PLC0415

    return [
        f"fact {fact}: stage {stage!r} is not written as the reader writes stages (IIIB, M1a)."
        for stage in stages
        if spelled_stage(stage) != stage
    ]


def _meant(word: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(word), list(known), n=1)
    return f" Did you mean {near[0]!r}?" if near else ""
