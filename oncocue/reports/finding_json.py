"""`oncocue evaluate --format json`: the names the contract fixes."""

from __future__ import annotations

from typing import Any

from oncocue.judge import Judged
from oncocue.reports.told_report import told_json
from oncology.dates import PartialDate
from oncology.findings import Because, BiomarkerEntry, Biomarkers, Finding, OrderCheck
from oncology.guidance.library import Guidance

_PLACES = ("missing", "pending", "resulted", "unusable", "repeat", "unknown")


def judged_json(judged: Judged, file: str, guidance: Guidance) -> dict[str, Any]:
    """One patient as one JSON object."""
    return {
        "file": file,
        "patient": judged.chart.person.reference,
        "asOf": judged.as_of.isoformat(),
        "guidanceVersion": guidance.version,
        "findings": [finding_json(finding) for finding in judged.findings],
        "notes": [
            {"reference": note.reference, "problem": note.problem} for note in judged.chart.notes
        ],
        "told": told_json(judged.told, guidance),
        "cards": [],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """One finding."""
    return {
        "guidance": finding.guidance,
        "version": finding.version,
        "topic": finding.topic,
        "kind": finding.kind,
        "answer": finding.answer.value,
        "cancer": finding.cancer,
        "settings": list(finding.settings),
        "say": finding.say,
        "rests": finding.rests,
        "shows": finding.shows,
        "biomarkers": _biomarkers(finding.biomarkers or Biomarkers()),
        "criteria": [
            {
                "id": each.id,
                "title": each.title,
                "answer": each.answer,
                "needs": list(each.needs),
                "question": each.question,
                "text": each.text,
                "completeness": each.completeness,
                "because": [_because(fact) for fact in each.because],
            }
            for each in finding.criteria
        ],
        "drugs": [_drug(drug, each) for each in finding.checks for drug in each.drugs],
        "because": [_because(each) for each in finding.because],
        "unresolved": [
            {"fact": each.fact, "question": each.question} for each in finding.unresolved
        ],
        "sources": [
            {"label": each.label, "url": each.url, "checked": each.checked}
            for each in finding.sources
        ],
    }


def _drug(drug: str, check: OrderCheck) -> dict[str, Any]:
    """A drug on the screen and what one rule came to."""
    return {
        "drug": drug,
        "orders": list(check.orders),
        "knownBy": check.known_by,
        "row": check.row,
        "state": check.state,
        "labelledFor": check.labelled_for,
        "biomarkers": list(check.shows),
        "text": check.text,
        "given": [_because(each) for each in check.given],
        "because": [_because(each) for each in check.because],
    }


def _biomarkers(biomarkers: Biomarkers) -> dict[str, Any]:
    return {place: [_entry(each) for each in getattr(biomarkers, place)] for place in _PLACES}


def _entry(entry: BiomarkerEntry) -> dict[str, Any]:
    return {
        "biomarker": entry.biomarker,
        "alteration": entry.alteration,
        "origin": entry.origin,
        "row": entry.row,
        "strength": entry.strength,
        "text": entry.text,
        "because": [_because(each) for each in entry.because],
    }


def _because(because: Because) -> dict[str, Any]:
    return {
        "text": because.text,
        "reference": because.reference,
        "date": _date(because.date),
    }


def _date(date: PartialDate | None) -> str | None:
    return date.iso() if date else None
