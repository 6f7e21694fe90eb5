"""What is to be decided now: advice first, then the questions that a person can settle."""

from __future__ import annotations

from msgspec import Struct

from oncology.findings import Because, BiomarkerEntry, Finding, Orderable, Source, Verdict, telling
from oncology.guidance.artifact import CARD_STRENGTHS
from smartapp.opened import Focus, OpenedChart
from smartapp.pages import order_words
from smartapp.pages.words import KINDS, STRENGTHS, counted, listed

_ORDER = (
    "order-check",
    "pharmacogenomics",
    "biomarker-testing",
    "genetic-counseling",
    "trial-search",
    "family-history",
)
_SAYING = (Verdict.ADVISE, Verdict.CANNOT_TELL, Verdict.NOTHING_TO_ADD, Verdict.DOES_NOT_APPLY)
_MOST_NAMED = 4
Entries = tuple[BiomarkerEntry, ...]


class Decision(Struct, frozen=True):
    """One thing to decide: the fact, the gap, what can be drafted, and what it rests on."""

    guidance: str
    version: str
    kind: str
    subject: str
    heading: str
    points: tuple[tuple[str, str], ...]
    orders: tuple[Orderable, ...]
    because: tuple[Because, ...]
    unread: tuple[Because, ...]
    sources: tuple[Source, ...]
    strength: str
    why: str
    rests: str
    is_focus: bool
    is_app_only: bool


class Question(Struct, frozen=True):
    """A question whose answer would settle something, and what it would settle."""

    text: str
    settles: str
    because: tuple[Because, ...]


def decisions(opened: OpenedChart) -> tuple[Decision, ...]:
    """Advice of every finding, what a card pointed at first; none for a patient who has died."""
    advised = advised_of(opened)
    made = [decision(each, opened.focus) for each in advised]
    made.sort(key=lambda each: (not each.is_focus, _place(each.kind)))
    return tuple(made)


def advised_of(opened: OpenedChart) -> list[Finding]:
    """The findings that advise something that can still be done."""
    if opened.chart.person.deceased:
        return []
    return [each for each in opened.findings if each.answer is Verdict.ADVISE]


def focused(opened: OpenedChart) -> Finding | None:
    """The finding a card's link points at; of several with one topic, the one that says most."""
    found = [each for each in opened.findings if is_focus(each, opened.focus)]
    return min(found, key=lambda each: _SAYING.index(each.answer), default=None)


def is_focus(finding: Finding, focus: Focus) -> bool:
    """Whether the card that opened the app was about this finding."""
    if focus.guidance:
        return finding.guidance == focus.guidance
    return finding.topic in focus.topics


def questions(opened: OpenedChart) -> tuple[Question, ...]:
    """What a person can settle now; the same question is asked once."""
    asked: dict[str, Question] = {}
    if opened.chart.person.deceased:
        return ()
    for finding in opened.findings:
        if finding.answer is Verdict.DOES_NOT_APPLY:
            continue
        for each in finding.unresolved:
            known = asked.get(each.question)
            settles = f"{finding.title}, {KINDS.get(finding.kind, finding.kind).lower()}"
            if each.question and known is None:
                asked[each.question] = Question(each.question, settles, finding.because)
            elif known is not None and settles not in known.settles:
                asked[each.question] = Question(
                    known.text, f"{known.settles}; {settles}", known.because
                )
    return tuple(asked.values())


def decision(finding: Finding, focus: Focus) -> Decision:
    """One finding that advises, in the words of the screen."""
    entries = _advised(finding)
    wanted = entries[0].sources if entries else ()
    by_id = {source.id: source for source in finding.sources}
    sources = tuple(by_id[each] for each in wanted if each in by_id) or finding.sources
    strength = entries[0].strength if entries else ""
    return Decision(
        guidance=finding.guidance,
        version=finding.version,
        kind=finding.kind,
        subject=finding.subject or finding.title,
        heading=_heading(finding, entries),
        points=points(finding),
        orders=_orders(finding, entries),
        because=telling(finding.because),
        unread=finding.unread or order_words.unread(finding),
        sources=sources,
        strength=STRENGTHS.get(strength, strength),
        why=(entries[0].why if entries else "") or finding.why,
        rests=finding.rests,
        is_focus=is_focus(finding, focus),
        is_app_only=finding.shows == "app",
    )


def _place(kind: str) -> int:
    return _ORDER.index(kind) if kind in _ORDER else len(_ORDER)


def _strong(entries: Entries) -> Entries:
    return tuple(each for each in entries if each.strength in CARD_STRENGTHS)


def _advised(finding: Finding) -> Entries:
    """What the advice asks for: rows of guideline strength, else those of drug labels."""
    asked = finding.biomarkers.asked if finding.biomarkers else ()
    return _strong(asked) or asked


def _names(entries: Entries) -> list[str]:
    return list(dict.fromkeys(each.show for each in entries))


def _heading(finding: Finding, entries: Entries) -> str:
    """The gap in one line; the diagnosis stands above it."""
    if finding.checks:
        return order_words.heading(finding)
    if finding.biomarkers is None:
        return finding.say or finding.title
    known = finding.biomarkers
    missing = _names(tuple(each for each in known.missing if each in entries))
    due = _names(entries + _strong(known.pending + known.resulted))
    if len(missing) > 1 and len(due) > len(missing):
        return f"{len(missing)} of {len(due)} recommended biomarkers have no result on file"
    if len(missing) > _MOST_NAMED:
        return f"{len(missing)} recommended biomarkers have no result on file"
    if missing:
        has = "has" if len(missing) == 1 else "have"
        return f"{listed(missing)} {has} no result on file"
    if known.unusable:
        return f"{counted(len(_names(known.unusable)), 'result')} on file cannot be used"
    return f"{listed(_names(known.repeat))}: the result on file is from before the last change"


def points(finding: Finding) -> tuple[tuple[str, str], ...]:
    """The lists under the heading, each with its label."""
    known = finding.biomarkers
    if finding.checks:
        return order_words.points(finding)
    if known is None:
        met = [each.text or each.title for each in finding.criteria if each.answer == "met"]
        return (("Criteria met", "; ".join(met)),) if met else ()
    entries = _advised(finding)
    rest = tuple(each for each in known.missing if each not in entries)
    missing = tuple(each for each in known.missing if each in entries)
    told = (
        ("No result on file", listed(_names(missing))),
        ("Not usable", listed(_names(known.unusable))),
        ("To be repeated", listed(_names(known.repeat))),
        ("Pending", listed(_names(known.pending))),
        ("Drug labels only", listed(_names(rest))),
    )
    return tuple((label, text) for label, text in told if text)


def _orders(finding: Finding, entries: Entries) -> tuple[Orderable, ...]:
    """What can be drafted: the orders of the rows, most asked for first, else the artifact's."""
    found: dict[Orderable, int] = {}
    if finding.checks:
        return tuple(dict.fromkeys(each.order for each in finding.checks if each.order))
    for entry in entries:
        if entry.order:
            found[entry.order] = found.get(entry.order, 0) + 1
    ranked = sorted(found, key=lambda each: -found[each])
    return tuple(ranked) or ((finding.order,) if finding.order else ())
