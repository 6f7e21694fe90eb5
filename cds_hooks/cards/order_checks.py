"""Order cards: what a drug on the screen needs or has against it, and tests done already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec.structs import replace

from cds_hooks.cards.candidate import Candidate
from cds_hooks.cards.card import Coding, override_reasons
from cds_hooks.cards.draft import Draft, OrderChoice, source_of
from cds_hooks.cards.questions import draft_gap, draft_question, question_of
from cds_hooks.cards.wording import dated, listed, safe, said, shorten
from cds_hooks.profiles import Profile
from oncology.findings import Because, Finding, OrderCheck, Verdict
from oncology.orders.drafts import Drafts
from oncology.orders.repeated import ORDERED, RESULTED
from oncology.orders.standing import CONFLICT, MISSING, PENDING, UNKNOWN, UNUSABLE

MOST_CARDS = 2
_FEW = 3
_LINK = "See results and label text"
_GAP_REASONS = override_reasons(
    ("action-completed", "Already tested; result is outside this record"),
    ("need-more-info", "Result or specimen pending"),
    ("risk-benefit-ratio", "Immediate treatment is necessary"),
    ("expert-contradicts", "Agreed at tumour board"),
    ("patient-refuses", "Patient declined testing"),
)
_CONFLICT_REASONS = override_reasons(
    ("expert-contradicts", "Agreed at tumour board"),
    ("patient-ineligible", "Result is from another tumour or patient"),
    ("need-more-info", "Repeat test pending"),
    ("risk-benefit-ratio", "Benefit judged to outweigh risk"),
)
_GENE_REASONS = override_reasons(
    ("expert-contradicts", "Dose or drug already adapted to the result"),
    ("patient-ineligible", "Result is not of this patient"),
    ("need-more-info", "Repeat test pending"),
    ("risk-benefit-ratio", "Benefit judged to outweigh risk"),
)
_TEST_REASONS = override_reasons(
    ("need-more-info", "A newer result is needed"),
    ("expert-contradicts", "Another specimen or method is wanted"),
    ("patient-ineligible", "Result is from another tumour"),
)
# What is said first: a result against the drug, then what is lacking, then what is unclear.
_FIRST = (CONFLICT, MISSING, UNUSABLE, PENDING, UNKNOWN, RESULTED, ORDERED)
_OF_SCREEN = Because("an order on the screen")


def candidates(
    findings: list[Finding], drafts: Drafts, gaps: tuple[Because, ...], profile: Profile
) -> list[Candidate]:
    """What might be said of the orders on the screen, first things first."""
    spoken = [
        (check, checks, finding)
        for finding in findings
        for check, checks in _cards_of(finding)
        if check.state != UNKNOWN or profile.question_cards
    ]
    spoken.sort(key=lambda each: (not each[0].is_urgent, _FIRST.index(each[0].state)))
    found = [
        Candidate(_kind(check), draft(finding, checks, gaps), (_about(finding, checks),))
        for check, checks, finding in spoken
    ]
    if found:
        return found
    asking = next((each for each in findings if question_of(each)), None)
    if asking and profile.question_cards:
        return [Candidate("question", draft_question(asking, gaps), (asking,))]
    unsettled = [each for each in findings if each.answer is Verdict.CANNOT_TELL]
    if drafts.unread or drafts.unnamed:
        gaps = (_OF_SCREEN, *gaps)
        unsettled = unsettled or list(findings)
    if profile.gap_cards and gaps and (unsettled or gaps[0] is _OF_SCREEN):
        return [Candidate("gap", draft_gap("order-check", gaps), tuple(unsettled))]
    return []


def _kind(check: OrderCheck) -> Literal["advice", "question"]:
    # What is not clear about a gene is told at every order, what is not clear otherwise is asked.
    return "question" if check.state == UNKNOWN and not check.is_of_gene else "advice"


def _about(finding: Finding, checks: tuple[OrderCheck, ...]) -> Finding:
    """The finding as far as the card speaks of it, so that each card is put aside by itself."""
    because = tuple(dict.fromkeys(fact for each in checks for fact in each.because))
    return replace(finding, topic=checks[0].topic, checks=checks, because=because)


def _cards_of(finding: Finding) -> list[tuple[OrderCheck, tuple[OrderCheck, ...]]]:
    """The checks that speak, those of one topic and state together."""
    groups: dict[tuple[str, str], list[OrderCheck]] = {}
    for check in finding.checks:
        if _speaks(check):
            groups.setdefault((check.topic, check.state), []).append(check)
    return [(checks[0], tuple(checks)) for checks in groups.values()]


def _speaks(check: OrderCheck) -> bool:
    """A pending test silences a label's requirement, never a drug-gene pair."""
    if check.state == PENDING:
        return check.is_of_gene
    return check.state in _FIRST


def draft(finding: Finding, checks: tuple[OrderCheck, ...], gaps: tuple[Because, ...]) -> Draft:
    """The content of one card."""
    first = checks[0]
    if not first.drugs:
        return _of_test(finding, first, gaps)
    shows = tuple(dict.fromkeys(name for each in checks for name in each.shows))
    orders = [each.order for each in checks if each.order]
    return Draft(
        topic=first.topic,
        summary=_summary(first, shows),
        lines=(
            ("Read first", ", ".join(said(each) for each in first.unread)),
            *_state_lines(checks, shows),
            ("Order", _order_line(first)),
            ("Already given", ", ".join(said(each) for each in first.given[:2])),
            *_label_line(first),
            ("Not read", ", ".join(said(gap) for gap in gaps)),
        ),
        closing=_closing(finding, first),
        source=first.source or source_of(finding),
        link=_LINK,
        reasons=_reasons(first),
        orders=tuple(
            OrderChoice(order, f"{_names(first.drugs)}: {finding.title}")
            for order in dict.fromkeys(orders)
        ),
        indicator="warning" if any(each.is_urgent for each in checks) else "info",
        removes=first.orders[0] if first.state == CONFLICT and len(first.orders) == 1 else "",
    )


def _summary(check: OrderCheck, shows: tuple[str, ...]) -> str:
    drugs, tests = _names(check.drugs), listed(shows)
    label = check.labelled_for
    asks = label if check.is_of_gene else f"labelled for {label}"
    if check.state == CONFLICT:
        return _conflict(check, drugs)
    if check.state == PENDING:
        since = check.because[0].date if check.because else None
        when = f" since {since.words()}" if since and not _is_on_screen(check) else ""
        return shorten(f"{tests} result pending{when}; {asks}", f"{tests} result pending{when}")
    if check.state == UNKNOWN:
        return shorten(
            f"{drugs}: {tests} on file is not clear; check the report",
            f"{drugs}: results on file are not clear; check the report",
        )
    lack = f"no {' or '.join(shows)} result on file"
    if check.state == UNUSABLE:
        lack = f"{tests} result on file cannot be used"
    if check.given:
        return shorten(f"{drugs} already given; {lack}", f"{drugs} already given")
    return shorten(f"{drugs}: {lack}; {asks}", f"{drugs}: {lack}", f"{drugs}: no result on file")


def _conflict(check: OrderCheck, drugs: str) -> str:
    day = check.because[0].date if check.because else None
    found = dated(f"{check.shows[0]} {check.text} on file", day)
    order = f"{drugs[0].lower()}{drugs[1:]}"
    if check.is_of_gene:
        told = "already given" if check.given else "is on order"
        return shorten(f"{found}; {order} {told}", found)
    return shorten(
        f"{found}; {order} is labelled for {check.labelled_for}",
        f"{found}; {order} is on order",
        found,
    )


def _state_lines(
    checks: tuple[OrderCheck, ...], shows: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    first = checks[0]
    facts = [
        (show, each.text, fact)
        for each in checks
        for show in each.shows[:1]
        for fact in each.because[:1]
    ]
    told = "; ".join(f"{show} {dated(safe(text), fact.date)}" for show, text, fact in facts)
    if first.state == MISSING:
        return (("No result on file", listed(shows)), ("Orders", told))
    if first.state == UNUSABLE:
        return (("Not usable", told or listed(shows)),)
    if first.state == PENDING:
        return (("Pending", told or listed(shows)),)
    if first.state == UNKNOWN:
        return (("Not clear", told or listed(shows)),)
    return (("Result", told or f"{listed(shows)} {safe(first.text)}"),)


def _order_line(check: OrderCheck) -> str:
    doubt = ", recognised by its name only" if check.known_by == "name" else ""
    return f"{listed(check.drugs)}, not yet signed{doubt}"


def _label_line(check: OrderCheck) -> tuple[tuple[str, str], ...]:
    """What the label limits the drug to; why a gene is asked for, unless its result is there."""
    if check.is_of_gene:
        return (("Asked by", safe(check.labelled_for)),) if check.state != CONFLICT else ()
    return (("Label", f"for {safe(check.labelled_for)}"),)


def _closing(finding: Finding, check: OrderCheck) -> str:
    if check.state == CONFLICT and not check.is_of_gene:
        return "Check that the result belongs to the tumour being treated."
    return f"{finding.why}." if finding.why and check.state != CONFLICT else ""


def _reasons(check: OrderCheck) -> tuple[Coding, ...]:
    if check.state == CONFLICT:
        return _GENE_REASONS if check.is_of_gene else _CONFLICT_REASONS
    return _GAP_REASONS


def _is_on_screen(check: OrderCheck) -> bool:
    return check.text == "among these orders"


def _of_test(finding: Finding, check: OrderCheck, gaps: tuple[Because, ...]) -> Draft:
    """A test that is answered already, or on its way."""
    day = check.because[0].date if check.because else None
    when = f" ({day.words()})" if day else ""
    state = "has a result on file" if check.state == RESULTED else "was ordered already"
    return Draft(
        topic=check.topic,
        summary=shorten(
            f"{listed(check.shows)}: the test on this order {state}{when}",
            f"The test on this order {state}{when}",
        ),
        lines=(
            ("On file" if check.state == RESULTED else "Ordered", _results(check)),
            ("Order", f"{_test_name(check)}, not yet signed"),
            ("Not read", ", ".join(said(gap) for gap in gaps)),
        ),
        closing=f"{finding.why}." if finding.why else "",
        source=source_of(finding),
        link="See facts and options",
        reasons=_TEST_REASONS,
        removes=check.orders[0],
    )


def _test_name(check: OrderCheck) -> str:
    """What is on the screen: a panel's biomarkers stand in the line of their results."""
    return f"{listed(check.shows)} test" if len(check.shows) <= _FEW else "panel test"


def _results(check: OrderCheck) -> str:
    return f"{listed(check.shows)}: " + ", ".join(said(each) for each in check.because[:3])


def _names(drugs: Iterable[str]) -> str:
    words = listed(drugs)
    return f"{words[:1].upper()}{words[1:]}"
