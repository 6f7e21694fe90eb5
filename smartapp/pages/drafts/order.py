"""A draft order on paper: what is asked for, of whom, on what facts."""

from __future__ import annotations

from oncology.findings import BiomarkerEntry, Finding, Orderable
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.drafts import facts
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.words import STRENGTHS, listed


def order_sheet(
    opened: OpenedChart, guidance: Guidance, finding: Finding, order: Orderable
) -> Letter:
    """The order with its reason; for a panel, the biomarkers it must cover."""
    entries = entries_of(finding, order)
    blocks: list[Block] = []
    if entries:
        blocks += _panel(entries)
    elif finding.say:
        blocks += [Heading("Reason"), Paragraph(f"{finding.say}.")]
    blocks += [Heading("Facts on file"), Points(tuple(facts.fact(b) for b in finding.because))]
    if entries and finding.biomarkers:
        on_file = tuple(f"{e.show}: {e.text}" for e in finding.biomarkers.resulted)
        if on_file:
            blocks += [Heading("Results on file"), Points(tuple(dict.fromkeys(on_file)))]
    wanted = frozenset(each for entry in entries for each in entry.sources) or None
    blocks += [Heading("Recommended by"), Points(facts.cited(finding, wanted))]
    return Letter(
        title=order.label,
        date=facts.today(opened),
        about=(*facts.about(opened), ("Diagnosis", finding.subject or finding.title)),
        blocks=tuple(blocks),
        sender=opened.user.display,
        notes=facts.notes(opened),
    )


def entries_of(finding: Finding, order: Orderable) -> tuple[BiomarkerEntry, ...]:
    """What is asked for that this order would answer, each line once."""
    asked = finding.biomarkers.asked if finding.biomarkers else ()
    lines = {(each.row, each.show): each for each in asked if each.order == order}
    return tuple(lines.values())


def _panel(entries: tuple[BiomarkerEntry, ...]) -> list[Block]:
    rows = tuple(
        (each.show, each.alteration, STRENGTHS.get(each.strength, each.strength))
        for each in entries
    )
    blocks: list[Block] = [
        Heading("Must cover"),
        Table(("Biomarker", "Alteration", "Recommended"), rows),
    ]
    specimens: dict[str, list[str]] = {}
    for each in entries:
        specimens.setdefault(each.specimen, []).append(each.show)
    told = tuple(f"{listed(names)}: {what}" for what, names in specimens.items() if what)
    if told:
        blocks += [Heading("Specimen"), Points(told)]
    why = listed(dict.fromkeys(each.why for each in entries if each.why))
    return blocks + ([Paragraph(f"{why}.")] if why else [])
