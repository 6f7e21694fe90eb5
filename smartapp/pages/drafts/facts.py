"""Facts of a chart in the words of letters: who, which cancer, what is on file."""

from __future__ import annotations

from oncology.findings import Because, Finding
from smartapp.opened import OpenedChart
from smartapp.pages.biomarkers import variant_words
from smartapp.pages.frame import banner
from smartapp.pages.words import capital, day_words, listed, moment, when

DRAFT = "Draft made from the record. Check every line before you sign."
DEMONSTRATION = "Demonstration content, not clinically approved."


def about(opened: OpenedChart) -> tuple[tuple[str, str], ...]:
    """Whom a letter is about."""
    who = banner(opened)
    return (
        ("Re", f"{who.name}, {who.sex}, {who.age}"),
        ("Born", who.born),
        ("MRN", who.mrn),
    )


def notes(opened: OpenedChart) -> tuple[str, ...]:
    """The small print: what this is, and how old."""
    read = (
        f"Facts as recorded and read {moment(opened.read_at)}; guidance {opened.guidance_version}."
    )
    return (DRAFT, read, *((DEMONSTRATION,) if opened.demonstration else ()))


def today(opened: OpenedChart) -> str:
    """The day the chart was judged on."""
    return day_words(opened.today)


def fact(because: Because) -> str:
    """`Adenocarcinoma of lung (2 Nov 2026)`."""
    return f"{because.text} ({because.date.words()})" if because.date else because.text


def diagnoses(opened: OpenedChart) -> tuple[str, ...]:
    """The cancers on file with status and date."""
    return tuple(
        f"{each.display}, {each.activity.value} ({when(each.date)})"
        for each in opened.chart.diagnoses
    )


def results(opened: OpenedChart, origin: str = "") -> tuple[str, ...]:
    """Biomarker results on file, newest first; of one origin when one is asked for."""
    return tuple(
        f"{listed(each.biomarkers) or 'Gene not named'}: {variant_words(each)} ({when(each.date)})"
        for each in opened.chart.results
        if not origin or each.origin == origin
    )


def cited(finding: Finding, wanted: frozenset[str] | None = None) -> tuple[str, ...]:
    """The sources of a finding with their addresses; those wanted, or all."""
    return tuple(
        f"{each.label}. {each.url}"
        for each in finding.sources
        if wanted is None or each.id in wanted
    )


def open_questions(finding: Finding) -> tuple[str, ...]:
    """What is not known, as questions."""
    return tuple(
        each.question or f"{capital(each.fact)} is not known" for each in finding.unresolved
    )
