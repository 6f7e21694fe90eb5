"""The biomarker card: what is due and has no usable result on file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from cds_hooks.cards.card import override_reasons
from cds_hooks.cards.draft import Draft, OrderChoice, source_of
from cds_hooks.cards.wording import dated, listed, safe, said, shorten
from oncology.chart.answers import LABELS
from oncology.chart.model import Outcome
from oncology.chart.variants import NOT_DETECTED
from oncology.findings import Because, BiomarkerEntry, Biomarkers, Finding, Verdict
from oncology.guidance.artifact import CARD_STRENGTHS
from oncology.guidance.evidence_list import POSSIBLE

Entries = tuple[BiomarkerEntry, ...]
_UNREAD = "a report on file may hold results that were not read"
TESTED_ON = "Can be tested on"
LABEL_ONLY = "No result, asked for by drug labels only"
_NOT_READ = (LABELS[Outcome.UNKNOWN], POSSIBLE)
_FAILED = LABELS[Outcome.FAILED]
_MOST_SPECIMENS = 2
_LABEL, _CONSENSUS = "label", "consensus"

REASONS = override_reasons(
    ("action-completed", "Already tested; result is outside this record"),
    ("need-more-info", "Result or specimen pending"),
    ("service-not-available", "Not enough tissue or test not available"),
    ("patient-refuses", "Patient declined testing"),
    ("action-not-priority", "Would not change the current plan"),
)


def speaks(finding: Finding) -> bool:
    """Whether advice makes a card: a due row of guideline strength, or nothing but labels.

    What only a consensus names is background: the app lists it, a card never does.
    """
    if finding.answer is not Verdict.ADVISE or finding.biomarkers is None or finding.rests:
        return False
    known = finding.biomarkers
    if _advised(known.asked):
        return True
    if not _labelled(known.asked):
        return False
    return not _advised(known.asked + known.resulted + known.pending + known.unknown)


def urgency(finding: Finding) -> int:
    """How much is due: the finding with the most comes first."""
    return len(_advised(finding.biomarkers.asked)) if finding.biomarkers else 0


def draft(finding: Finding, gaps: tuple[Because, ...]) -> Draft:
    """The card's content; `gaps` are data that could not be read."""
    known = _without_background(finding.biomarkers or Biomarkers())
    newer, older = _unread(finding, known)
    asked = _advised(known.asked) or known.asked
    label_only = tuple(entry for entry in known.missing if entry not in asked)
    missing = tuple(entry for entry in known.missing if entry in asked)
    # After a change the first-line reason of another row would mislead.
    why = next((entry.why for entry in (*known.repeat, asked[0]) if entry.why), finding.why)
    return Draft(
        topic=finding.topic,
        summary=_unread_summary(finding, missing) if newer else _summary(finding, known, asked),
        lines=(
            ("Read first", _each(newer)),
            ("No result on file", listed(_names(missing))),
            ("By diagnosis code, not a result", _each(finding.coded)),
            ("Not usable", _with_text(known.unusable)),
            (TESTED_ON, _specimens(known.unusable)),
            ("Change", _change(known.repeat)),
            ("Older than the change", _on_file(known.repeat)),
            ("On file", _on_file(_besides(known.resulted, known.repeat))),
            ("Orders", _orders_on_file(known, gaps)),
            (LABEL_ONLY, listed(_names(label_only))),
            ("Not read", "; ".join(filter(None, (_open_results(known), _each(older + gaps))))),
        ),
        closing=f"{why}." if why else "",
        source=source_of(finding, asked[0].sources),
        link="See facts and options",
        reasons=REASONS,
        orders=() if newer else _orders(finding, asked),
    )


def _advised(entries: Entries) -> Entries:
    return tuple(entry for entry in entries if entry.strength in CARD_STRENGTHS)


def _labelled(entries: Entries) -> Entries:
    return tuple(entry for entry in entries if entry.strength == _LABEL)


def _without_background(known: Biomarkers) -> Biomarkers:
    """Without what is due by a consensus alone; a result of it on file stays."""
    kept = {
        place: tuple(entry for entry in getattr(known, place) if entry.strength != _CONSENSUS)
        for place in ("missing", "unusable", "repeat")
    }
    return replace(known, **kept)


def _open_results(known: Biomarkers) -> str:
    """Results on file of tests that are due, and what they came to is not understood."""
    due = (entry for entry in known.unknown if entry.is_due and entry.strength != _CONSENSUS)
    return _with_text(tuple(entry for entry in due if entry.text in _NOT_READ))


def _names(entries: Iterable[BiomarkerEntry]) -> list[str]:
    return list(dict.fromkeys(entry.show for entry in entries))


def _summary(finding: Finding, known: Biomarkers, asked: Entries) -> str:
    """Fact first, then the gap; the counts are of rows of guideline strength."""
    subject, title = finding.subject, finding.title
    missing = _names(entry for entry in known.missing if entry in asked)
    due = _names(asked + _advised(known.pending + known.resulted))
    ordered = {entry.because[0].date for entry in known.missing if entry.because}
    if missing and all(entry.because for entry in known.missing if entry in asked):
        day = next((f" on {date.words()}" for date in ordered if date), "")
        return shorten(f"{subject}: ordered{day}, no result on file", f"{title}: no result on file")
    if len(missing) > 1 and len(due) > len(missing):
        gap = f"{len(missing)} of {len(due)} recommended biomarkers have no result on file"
        return shorten(f"{subject}: {gap}", f"{title}: {gap}")
    if missing:
        have = "has" if "," not in listed(missing) else "have"
        gaps = [f"{listed(missing)} {have} no result on file"]
        gaps.append(f"{len(missing)} recommended biomarkers have no result on file")
        return shorten(*(f"{subject}: {gap}" for gap in gaps), f"{title}: {gaps[-1]}")
    unusable = [entry for entry in known.unusable if entry in asked]
    if unusable:
        unusable_said = _unusable_said(unusable)
        return shorten(f"{subject}: {unusable_said}", f"{title}: {unusable_said}")
    return _repeat_summary(finding, known.repeat)


def _unusable_said(unusable: list[BiomarkerEntry]) -> str:
    """That a test failed is said as such: there is no result that could be used."""
    names = _names(unusable)
    one = len(names) == 1
    if all(entry.text == _FAILED for entry in unusable):
        what = f"{listed(names)} has" if one else f"{len(names)} biomarkers have"
        return f"{what} no result, the test failed or was insufficient"
    if one:
        return f"{listed(names)} result on file cannot be used"
    return f"{len(names)} results on file cannot be used"


def _specimens(unusable: Entries) -> str:
    """What guidance takes for the tests that failed: another sample may do."""
    failed = (entry.specimen.partition(";")[0] for entry in unusable if entry.text == _FAILED)
    return safe("; ".join(list(dict.fromkeys(filter(None, failed)))[:_MOST_SPECIMENS]))


def _unread_summary(finding: Finding, missing: Entries) -> str:
    """Nothing is said to be missing while a report that nobody read here may hold it."""
    names = _names(missing)
    what = listed(names) if len(names) == 1 else f"{len(names)} biomarkers"
    them = "it" if len(names) == 1 else "them"
    gap = f"{what} without a result; an unread report may hold {them}" if names else _UNREAD
    return shorten(f"{finding.subject}: {gap}", f"{finding.title}: {gap}", _UNREAD.capitalize())


def _repeat_summary(finding: Finding, repeat: Entries) -> str:
    """What changed, and which results are from before."""
    change = repeat[0].because[-1]
    names = listed(_names(repeat))
    what = dated(change.text, change.date)
    verb = "is" if len(_names(repeat)) == 1 else "are"
    return shorten(
        f"{what}: {names} on file {verb} from before",
        f"{what}: results on file are from before",
        f"{finding.title}: {names} on file {verb} older than the last change",
    )


def _on_file(entries: Entries) -> str:
    """By day: what was found with its result, then what was not detected."""
    days: dict[str, list[BiomarkerEntry]] = {}
    for entry in entries:
        date = entry.because[0].date if entry.because else None
        days.setdefault(date.words() if date else "no date", []).append(entry)
    return "; ".join(f"{_of_one_day(each)} ({day})" for day, each in days.items())


def _besides(entries: Entries, shown: Entries) -> Entries:
    """Without results that are shown already: two rows may rest on one result."""
    results = {_result(each) for each in shown}
    return tuple(each for each in entries if _result(each) not in results)


def _result(entry: BiomarkerEntry) -> tuple[object, ...]:
    return entry.show, entry.text, entry.because[:1]


def _of_one_day(entries: list[BiomarkerEntry]) -> str:
    found = {f"{e.show} {safe(e.text)}" for e in entries if e.text != NOT_DETECTED}
    absent = [entry.show for entry in entries if entry.text == NOT_DETECTED]
    told = [listed(found)] if found else []
    return "; ".join([*told, f"{listed(absent)} {NOT_DETECTED}"] if absent else told)


def _with_text(entries: Entries) -> str:
    """Names that share a state and a day are said together: `ALK, RET: failed (4 Nov 2026)`."""
    groups: dict[str, list[str]] = {}
    for entry in entries:
        date = entry.because[0].date if entry.because else None
        groups.setdefault(dated(safe(entry.text), date), []).append(entry.show)
    return "; ".join(f"{listed(names)}: {state}" for state, names in groups.items())


def _change(entries: Entries) -> str:
    return said(entries[0].because[-1]) if entries else ""


def _orders_on_file(known: Biomarkers, gaps: tuple[Because, ...]) -> str:
    overdue = tuple(entry for entry in known.missing if entry.because)
    if overdue and len(overdue) == len(known.missing) and not known.pending:
        return dated(overdue[0].text, overdue[0].because[0].date)
    if known.pending or overdue:
        return _with_text(known.pending + overdue)
    return "" if any(gap.text == "orders" for gap in gaps) else "none open for these"


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


def _orders(finding: Finding, asked: Entries) -> tuple[OrderChoice, ...]:
    """What answers most first; nothing for a test that was ordered already."""
    missing = finding.biomarkers.missing if finding.biomarkers else ()
    ordered = {entry for entry in missing if entry.because}
    counted = Counter(entry.order for entry in asked if entry.order and entry not in ordered)
    return tuple(OrderChoice(order, finding.subject) for order, _ in counted.most_common())


def _each(facts: tuple[Because, ...]) -> str:
    return ", ".join(dict.fromkeys(map(said, facts)))
