"""The letter of medical necessity to an insurer: facts, rule, label reference."""

from __future__ import annotations

from oncology.findings import BiomarkerEntry, Finding
from oncology.guidance.artifact import Row
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.drafts import facts
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.words import STRENGTHS, counted, listed, recorded_day

TITLE = "Request for coverage of biomarker testing"
LABEL = "Letter: request for coverage"


def necessity_letter(opened: OpenedChart, guidance: Guidance, finding: Finding) -> Letter:
    """The tests asked for by one evidence list, with what each rests on."""
    rows = {row.id: row for row in guidance.artifacts[finding.guidance].rows}
    asked = tuple({(each.row, each.show): each for each in _asked(finding)}.values())
    wanted = frozenset(each for entry in asked for each in entry.sources)
    blocks: list[Block] = [
        Paragraph(
            f"I ask for coverage of {counted(len(asked), 'biomarker test')} for this patient "
            f"with {_subject(finding)}. None of them has a usable result on file."
        ),
        Heading("Facts on file"),
        Points(tuple(facts.fact(each) for each in finding.because)),
        Heading("Tests requested"),
        Table(("Biomarker", "Alteration", "Recommended"), tuple(_row(each) for each in asked)),
        *_on_file(finding),
        Heading("The rule"),
        Paragraph(_setting(finding)),
        Points(facts.cited(finding, wanted)),
        *_labels(asked, rows),
        Paragraph(
            "I ask that the tests be covered as medically necessary, and am available for a "
            "conversation with your reviewer."
        ),
    ]
    return Letter(
        title=TITLE,
        to="Medical director, utilization review",
        date=facts.today(opened),
        about=(*facts.about(opened), ("Member ID", "____________________")),
        blocks=tuple(blocks),
        sender=opened.user.display,
        notes=facts.notes(opened),
    )


def _subject(finding: Finding) -> str:
    name = finding.subject or finding.title
    return name[:1].lower() + name[1:]


def _setting(finding: Finding) -> str:
    settings = listed(each.replace("-", " ") for each in finding.settings if each != "any")
    said = f"Setting: {settings}. " if settings else ""
    why = f" {finding.why}." if finding.why else ""
    return f"{said}The statements below recommend these tests.{why}"


def _asked(finding: Finding) -> tuple[BiomarkerEntry, ...]:
    return finding.biomarkers.asked if finding.biomarkers else ()


def _row(entry: BiomarkerEntry) -> tuple[str, str, str]:
    return (entry.show, entry.alteration, STRENGTHS.get(entry.strength, entry.strength))


def _on_file(finding: Finding) -> list[Block]:
    known = finding.biomarkers
    entries = (known.resulted + known.unusable + known.repeat) if known else ()
    lines = dict.fromkeys(
        f"{each.show}: {each.text}"
        + (f" ({each.because[0].date.words()})" if each.because and each.because[0].date else "")
        for each in entries
    )
    return [Heading("Results on file"), Points(tuple(lines))] if lines else []


def _labels(asked: tuple[BiomarkerEntry, ...], rows: dict[str, Row]) -> list[Block]:
    """Which drug labels name the marker: a fact about labels, no proposal of a drug."""
    lines = []
    for row, names in _names_by_row(asked).items():
        labels = [
            f"{each.drug} (revised {recorded_day(each.revised)})" for each in rows[row].labels
        ]
        if labels:
            # The labels of a row of several markers name them between them.
            lines.append(f"{' or '.join(names)}: named in the FDA label of {listed(labels)}")
    if not lines:
        return []
    source = "Labels: https://www.accessdata.fda.gov/scripts/cder/daf/"
    return [Heading("Label reference"), Points((*dict.fromkeys(lines), source))]


def _names_by_row(asked: tuple[BiomarkerEntry, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in asked:
        names = found.setdefault(entry.row, [])
        names += [] if entry.show in names else [entry.show]
    return found
