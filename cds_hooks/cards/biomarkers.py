"""The biomarker card: what is due and has no usable result on file."""

from __future__ import annotations

from collections.abc import Iterable

from cds_hooks.cards.card import override_reasons
from cds_hooks.cards.draft import Draft, OrderChoice, lead_source
from cds_hooks.cards.wording import dated, listed, safe, said, shorten
from oncology.chart.results import NOT_DETECTED
from oncology.findings import Because, BiomarkerEntry, Biomarkers, Finding, Verdict
from oncology.guidance.artifact import CARD_STRENGTHS

_REASONS = override_reasons(
    ("action-completed", "Already tested; result is outside this record"),
    ("need-more-info", "Result or specimen pending"),
    ("service-not-available", "Not enough tissue or test not available"),
    ("patient-refuses", "Patient declined testing"),
    ("action-not-priority", "Would not change the current plan"),
)
_ORDER_LABELS = {
    "tumour-panel-lung": "Draft order: lung NGS panel, tissue",
    "tumour-panel-colorectal": "Draft order: MMR/MSI and colorectal tumour panel",
    "receptor-panel-breast": "Draft order: breast biomarkers on tumour tissue",
    "germline-panel": "Draft order: germline BRCA1/2 panel",
}


def speaks(finding: Finding) -> bool:
    """Whether advice makes a card: a due row of guideline strength, or nothing but labels."""
    if finding.answer is not Verdict.ADVISE or finding.biomarkers is None:
        return False
    if any(entry.strength in CARD_STRENGTHS for entry in finding.biomarkers.asked):
        return True
    known = finding.biomarkers
    everything = known.asked + known.resulted + known.pending + known.unknown
    return all(entry.strength not in CARD_STRENGTHS for entry in everything)


def urgency(finding: Finding) -> int:
    """How much is due: the finding with the most comes first."""
    if finding.biomarkers is None:
        return 0
    return sum(entry.strength in CARD_STRENGTHS for entry in finding.biomarkers.asked)


def draft(finding: Finding, gaps: tuple[Because, ...]) -> Draft:
    """The card's content; `gaps` are data that could not be read."""
    known = finding.biomarkers or Biomarkers()
    missing = _names(known.missing)
    newer, older = _unread(finding, known)
    return Draft(
        topic=finding.topic,
        summary=_summary(finding, known),
        lines=(
            ("Read first", _each(newer)),
            ("No result on file", listed(missing)),
            ("Not usable", _with_text(known.unusable)),
            ("Older than the change", _with_text(known.repeat)),
            ("On file", _on_file(known.resulted)),
            ("Pending", _pending(known, gaps)),
            ("Not read", _each(older + gaps)),
        ),
        closing=f"{finding.why}." if finding.why else "",
        source=lead_source(finding),
        link="See facts and options",
        reasons=_REASONS,
        orders=() if newer else _orders(finding),
    )


def _summary(finding: Finding, known: Biomarkers) -> str:
    missing = _names(known.missing)
    due = _names(known.asked + known.pending + known.resulted)
    subject, title = finding.subject, finding.title
    if len(missing) > 1:
        gap = f"{len(missing)} of {len(due)} recommended biomarkers have no result on file"
        short = f"{len(missing)} of {len(due)} biomarkers have no result on file"
        return shorten(f"{subject}: {gap}", f"{subject}: {short}", f"{title}: {short}")
    if missing:
        gap = f"{missing[0]} has no result on file"
        return shorten(f"{subject}: {gap}", f"{title}: {gap}")
    if known.unusable:
        names = listed(_names(known.unusable))
        return shorten(
            f"{subject}: {names} result on file cannot be used",
            f"{title}: a result on file cannot be used",
        )
    names = listed(_names(known.repeat))
    return shorten(
        f"{subject}: {names} on file is older than the last change of disease",
        f"{title}: results on file are older than the last change of disease",
    )


def _names(entries: Iterable[BiomarkerEntry]) -> list[str]:
    return list(dict.fromkeys(entry.show for entry in entries))


def _on_file(entries: tuple[BiomarkerEntry, ...]) -> str:
    """What was found with its result, what was not found by name, grouped by day."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        found = entry.text != NOT_DETECTED
        words = f"{entry.show} {safe(entry.text)}" if found else entry.show
        date = entry.because[0].date if entry.because else None
        groups.setdefault(date.words() if date else "no date", []).append(words)
    return "; ".join(f"{listed(names)} ({day})" for day, names in groups.items())


def _with_text(entries: tuple[BiomarkerEntry, ...]) -> str:
    """Names that share a state and a day are said together: `ALK, RET failed (4 Nov 2026)`."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        date = entry.because[0].date if entry.because else None
        groups.setdefault(dated(safe(entry.text), date), []).append(entry.show)
    return "; ".join(f"{listed(names)} {state}" for state, names in groups.items())


def _pending(known: Biomarkers, gaps: tuple[Because, ...]) -> str:
    if known.pending:
        return _with_text(known.pending)
    overdue = tuple(entry for entry in known.missing if entry.because)
    if overdue:
        return _with_text(overdue)
    return "" if gaps else "no open order found"


def _each(facts: tuple[Because, ...]) -> str:
    return ", ".join(said(fact) for fact in facts)


def _unread(finding: Finding, known: Biomarkers) -> tuple[tuple[Because, ...], ...]:
    """Unread reports newer than every result on file, which may hold the answer, and the rest."""
    dates = [b.date.latest for entry in known.resulted for b in entry.because if b.date]
    newest = max(dates, default=None)
    newer = tuple(
        report
        for report in finding.unread
        if newest is None or report.date is None or report.date.latest > newest
    )
    return newer, tuple(report for report in finding.unread if report not in newer)


def _orders(finding: Finding) -> tuple[OrderChoice, ...]:
    """One order that is right for most."""
    label = _ORDER_LABELS.get(finding.order)
    if label is None:
        return ()
    return (OrderChoice(finding.order, label, finding.subject),)
