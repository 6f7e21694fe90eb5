"""`oncocue evaluate`: findings in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from oncocue.judge import Judged
from oncocue.reports.told_report import told_text
from oncology.findings import Because, BiomarkerEntry, Finding, OrderCheck, Verdict
from oncology.guidance.library import Guidance

_ANSWERS = {
    Verdict.ADVISE: "ADVISE",
    Verdict.NOTHING_TO_ADD: "nothing to add",
    Verdict.CANNOT_TELL: "CANNOT TELL",
    Verdict.DOES_NOT_APPLY: "does not apply",
}
_PLACES = {
    "missing": "no result on file",
    "unusable": "result not usable",
    "repeat": "to be repeated",
    "pending": "pending",
    "resulted": "on file",
    "unknown": "not known",
}


def judged_text(judged: Judged, file: str, guidance: Guidance) -> str:
    """One patient: findings, then notes on the data."""
    lines = [f"{file}: {judged.chart.person.reference}, judged as of {judged.as_of.isoformat()}"]
    lines.append("Demonstration content, not clinically approved.")
    if not judged.findings:
        lines.append("No guidance applies.")
    for finding in judged.findings:
        lines += ["", *_finding(finding)]
    if judged.told is not None:
        lines += ["", *told_text(judged.told, guidance)]
    if judged.chart.notes:
        lines += ["", "Notes on the data:"]
        lines += [f"  {note.reference}: {note.problem}" for note in judged.chart.notes]
    return "\n".join(lines)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{_ANSWERS[finding.answer]}  {finding.guidance} {finding.version}  ({finding.kind})"
    if finding.subject:
        yield f"  {finding.subject}"
    if finding.rests:
        yield f"  no card yet: {finding.rests}"
    if finding.shows == "app":
        yield f"  never a card. {finding.why}."
    if finding.say:
        yield f"  {finding.say}"
    for place, words in _PLACES.items():
        entries = getattr(finding.biomarkers, place) if finding.biomarkers else ()
        if entries:
            yield f"  {words}: {', '.join(_entry(entry) for entry in entries)}"
    for check in finding.checks:
        yield f"  {_check(check)}"
    for criterion in finding.criteria:
        text = f", {criterion.text}" if criterion.text else ""
        needs = f"; needs {', '.join(criterion.needs)}" if criterion.needs else ""
        yield f"  {criterion.id}: {criterion.answer.replace('_', ' ')}{text}{needs}"
    for because in finding.because:
        yield f"  because: {_because(because)}"
    for item in finding.unresolved:
        yield f"  unresolved: {item.fact}" + (f": {item.question}" if item.question else "")
    if finding.answer is Verdict.ADVISE:
        for source in finding.sources:
            yield f"  source: {source.label} <{source.url}>"


def _entry(entry: BiomarkerEntry) -> str:
    return f"{entry.show} ({entry.text})" if entry.text else entry.show


def _check(check: OrderCheck) -> str:
    given = "; already given" if check.given else ""
    what = ", ".join(check.drugs) or "test on the screen"
    told = f" ({check.text})" if check.text else ""
    return (
        f"{what}: {', '.join(check.shows)} {check.state}{told}{given} [{', '.join(check.orders)}]"
    )


def _because(because: Because) -> str:
    date = f", {because.date.words()}" if because.date else ""
    return f"{because.text}{date} [{because.reference}]"
