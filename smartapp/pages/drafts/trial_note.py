"""The note to a trial coordinator, and the list of studies as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io

from smartapp.opened import OpenedChart
from smartapp.pages.drafts import facts
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.words import capital, listed, recorded_day
from smartapp.trials.match import Mark, Match
from smartapp.trials.search import Answer

TITLE = "Question to the trials team"
_MOST_NAMED = 10
_MARKS = {Mark.YES: "fits", Mark.NO: "does not fit", Mark.UNKNOWN: "not known"}
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def trial_note(opened: OpenedChart, answer: Answer) -> Letter:
    """What is on file and which studies had nothing against them; no word of eligibility."""
    blocks: list[Block] = [
        Paragraph(
            "Could one of these studies be open to this patient? They were found by a search of "
            "ClinicalTrials.gov; whether the patient is eligible was not judged."
        ),
        Heading("Cancers on file"),
        Points(facts.diagnoses(opened) or ("None.",)),
    ]
    score = opened.beside.performance
    if score:
        day = f" ({score.date.words()})" if score.date else ""
        blocks += [Heading("Performance status"), Points((f"{score.text}{day}",))]
    day = recorded_day(answer.as_of) if answer.as_of else "day not known"
    blocks += [
        Heading("Biomarker results on file"),
        Points(facts.results(opened) or ("None.",)),
        Heading("Searched for"),
        Paragraph(f"{capital(answer.query)}. Registry as of {day}."),
        Heading("Studies with nothing against them"),
        _studies(answer),
    ]
    return Letter(
        title=TITLE,
        to="Trial coordinator",
        date=facts.today(opened),
        about=facts.about(opened),
        blocks=tuple(blocks),
        sender=opened.user.display,
        notes=facts.notes(opened),
    )


def _studies(answer: Answer) -> Block:
    if not answer.fitting:
        return Paragraph("None was found.")
    rows = tuple(
        (f"{each.study.nct_id}: {each.study.title}", _phases(each), _site(each), _open(each))
        for each in answer.fitting[:_MOST_NAMED]
    )
    return Table(("Study", "Phase", "Nearest open site", "Not known"), rows)


def study_list(answer: Answer) -> str:
    """All studies found as CSV, those with something against them too."""
    held = io.StringIO()
    writer = csv.writer(held)
    names = ("condition", "biomarker", "age", "sex", "site")
    writer.writerow(["study", "title", "phase", "status", "nearest open site", "km", *names])
    for each in (*answer.fitting, *answer.others):
        marks = {line.name: _MARKS[line.mark] for line in each.lines}
        km = "" if each.distance is None else f"{each.distance:.0f}"
        status = each.study.protocol_section.status_module.overall_status
        cells = [each.study.nct_id, each.study.title, _phases(each), status, _where(each), km]
        writer.writerow([_plain(cell) for cell in cells] + [marks.get(name, "") for name in names])
    return held.getvalue()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _phases(match: Match) -> str:
    phases = match.study.protocol_section.design_module.phases
    return ", ".join(each.replace("PHASE", "phase ").lower() for each in phases) or "not given"


def _where(match: Match) -> str:
    site = match.site
    return ", ".join(part for part in (site.facility, site.city) if part) if site else ""


def _site(match: Match) -> str:
    where = _where(match)
    return f"{where}, {match.distance:.0f} km" if where and match.distance is not None else where


def _open(match: Match) -> str:
    return listed(line.name for line in match.lines if line.mark is Mark.UNKNOWN) or "nothing"
