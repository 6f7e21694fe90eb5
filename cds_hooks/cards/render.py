"""Cards for a client: a pure function of findings, data gaps and the client's profile."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec import Struct

from cds_hooks.cards import biomarkers, genetics, trials
from cds_hooks.cards.biomarkers import LABEL_ONLY, TESTED_ON
from cds_hooks.cards.candidate import Candidate, MayShow, always
from cds_hooks.cards.card import (
    TOPIC_SYSTEM,
    Action,
    Card,
    CardSource,
    Coding,
    Link,
    Suggestion,
)
from cds_hooks.cards.draft import Draft
from cds_hooks.cards.orders import draft_order
from cds_hooks.cards.questions import draft_gap, draft_question, question_of
from cds_hooks.cards.wording import DEMONSTRATION, bullets, plain
from cds_hooks.profiles import Profile
from oncology.chart.model import Chart
from oncology.findings import Because, Finding, Verdict
from oncology.reading.records import Reach

if TYPE_CHECKING:
    from oncology.orders.drafts import Drafts

_ENCODER = msgspec.json.Encoder()
_REMOVE = "Remove this order"
_SPARED_FIRST = (LABEL_ONLY, "Orders", "On file", TESTED_ON)
_TYPE_NAMES = {
    "DiagnosticReport": "reports",
    "ServiceRequest": "orders",
    "MedicationRequest": "medications",
    "MedicationAdministration": "administrations",
    "Procedure": "procedures",
    "FamilyMemberHistory": "family history",
    "Observation": "results",
    "Condition": "diagnoses",
    "Patient": "patient",
}


JudgedOrders: TypeAlias = "tuple[list[Finding], Drafts]"
"""What the order rules came to, and the orders they looked at."""


class Rendered(Struct, frozen=True):
    """The cards, what each speaks of, and for the record why there are none.

    `withheld` are the cards that would have been shown, were the site not silent.
    """

    cards: tuple[Card, ...]
    silence: str = ""
    withheld: tuple[Card, ...] = ()
    spoken: tuple[Candidate, ...] = ()


def render(
    findings: list[Finding],
    chart: Chart,
    profile: Profile,
    is_approved: bool,
    may_show: MayShow = always,
) -> Rendered:
    """At most one card for a patient-view service: advice, else a question, else a gap.

    Findings for the app alone (acute promyelocytic leukaemia: nothing may wait) make none.
    `may_show` is asked in order, until it lets one pass; a silent site's memory is left alone.
    """
    findings = [finding for finding in findings if finding.shows == "card"]
    candidates = _candidates(findings, data_gaps(chart), profile)
    return _shown(candidates, chart, profile, is_approved, may_show)


def render_orders(
    judged: JudgedOrders,
    chart: Chart,
    profile: Profile,
    is_approved: bool,
    may_show: MayShow = always,
) -> Rendered:
    """At most two cards for the orders on the screen, the most pressing first."""
    from cds_hooks.cards import order_checks  # noqa: PLC0415  no other call needs it

    findings, drafts = judged
    candidates = order_checks.candidates(findings, drafts, data_gaps(chart), profile)
    return _shown(candidates, chart, profile, is_approved, may_show, order_checks.MOST_CARDS)


def _shown(  # noqa: PLR0913, PLR0917  what is said, of whom, to which client, how much
    candidates: list[Candidate],
    chart: Chart,
    profile: Profile,
    is_approved: bool,
    may_show: MayShow,
    most: int = 1,
) -> Rendered:
    """The first candidates that may be shown, as cards."""
    if chart.person.deceased:
        return Rendered((), "deceased")
    if any(
        order.asked.means == "hospice" and (order.is_open or order.is_done)
        for order in chart.orders
    ):
        return Rendered((), "hospice or comfort care")
    if not candidates:
        return Rendered((), "silent" if profile.silent else "nothing to add")
    may_show = always if profile.silent else may_show
    chosen = tuple(islice(filter(may_show, candidates), most))
    if not chosen:
        return Rendered((), "resting")
    patient = chart.person.reference
    cards = tuple(to_card(each.draft, patient, profile, is_approved) for each in chosen)
    if profile.silent:
        return Rendered((), "silent", withheld=cards, spoken=chosen)
    return Rendered(cards, spoken=chosen)


def _candidates(
    findings: list[Finding], gaps: tuple[Because, ...], profile: Profile
) -> list[Candidate]:
    """What might be said, first things first. Nothing is asked while there is something to say."""
    advice = advice_of(findings, gaps)
    if advice:
        return advice
    candidates = []
    asking = next((finding for finding in findings if question_of(finding)), None)
    if asking and profile.question_cards:
        candidates.append(Candidate("question", draft_question(asking, gaps), (asking,)))
    unsettled = [each for each in findings if each.answer is Verdict.CANNOT_TELL]
    if unsettled and gaps and profile.gap_cards:
        draft = draft_gap(unsettled[0].kind, gaps)
        candidates.append(Candidate("gap", draft, tuple(unsettled)))
    return candidates


def data_gaps(chart: Chart) -> tuple[Because, ...]:
    """The kinds of data that could not be had, or of which a part could not be read."""
    kinds = [kind for kind, reach in chart.reach.items() if reach is Reach.LACKING]
    kinds += [hidden.resource_type for hidden in chart.hidden]
    names = (_TYPE_NAMES.get(kind, "part of the record") for kind in kinds)
    return tuple(Because(name) for name in dict.fromkeys(names))


def advice_of(findings: list[Finding], gaps: tuple[Because, ...]) -> list[Candidate]:
    """The cards that the findings of one service could be, the most pressing first."""
    advised = [finding for finding in findings if finding.answer is Verdict.ADVISE]
    testing = sorted(
        (finding for finding in advised if biomarkers.speaks(finding)),
        key=biomarkers.urgency,
        reverse=True,
    )
    if testing:
        return [Candidate("advice", biomarkers.draft(each, gaps), (each,)) for each in testing]
    counselling = [finding for finding in advised if finding.kind == "genetic-counseling"]
    if counselling:
        return [Candidate("advice", genetics.draft(counselling, gaps), tuple(counselling))]
    searching = [finding for finding in advised if finding.kind == "trial-search"]
    return [Candidate("advice", trials.draft(each, gaps), (each,)) for each in searching]


def to_card(
    draft: Draft,
    patient: str,
    profile: Profile,
    is_approved: bool,
    new_id: Callable[[], object] = uuid.uuid4,
) -> Card:
    """A draft in the form a client takes: `new_id` makes the random identifiers."""
    identifier = str(new_id())
    closing = [draft.closing] if draft.closing else []
    if not is_approved:
        closing.append(DEMONSTRATION)
    detail = bullets(*_kept(draft.lines, profile.most_lines)) + "".join(
        f"\n\n{each}" for each in closing
    )
    suggestions = _suggestions(draft, patient, profile, new_id)
    return Card(
        uuid=identifier,
        summary=draft.summary,
        indicator=draft.indicator,
        source=CardSource(
            draft.source.label,
            draft.source.url if profile.may_link(draft.source.url) else "",
            Coding(TOPIC_SYSTEM, draft.topic),
        ),
        detail=detail if profile.markdown else plain(detail),
        suggestions=suggestions,
        selection_behavior=profile.selection_behavior if suggestions else "",
        override_reasons=_reasons(draft.reasons, profile),
        links=_links(draft, profile, identifier),
    )


def _reasons(reasons: tuple[Coding, ...], profile: Profile) -> tuple[Coding, ...]:
    """Why a card may be put aside, in the site's codes where it has its own."""
    if not profile.override_reasons:
        return ()
    named = [(each, profile.reasons.get(each.code)) for each in reasons]
    return tuple(Coding(own.system, own.code, own.display) if own else each for each, own in named)


def _links(draft: Draft, profile: Profile, identifier: str) -> tuple[Link, ...]:
    """The app, unless the client has none or would take the link away."""
    if not profile.link_url or not profile.may_link(profile.link_url):
        return ()
    # By the topic the app finds the rule in the chart as it is then.
    context = _ENCODER.encode({"card": identifier, "topic": draft.topic}).decode()
    return (Link(draft.link, profile.link_url, "smart", context),)


def _kept(lines: tuple[tuple[str, str], ...], most: int) -> list[tuple[str, str]]:
    """At most so many bullets; what is spared first says least, and the gap is never spared."""
    kept = [line for line in lines if line[1]]
    for spared in _SPARED_FIRST:
        if len(kept) > most:
            kept = [line for line in kept if line[0] != spared]
    return kept[:most]


def _suggestions(
    draft: Draft, patient: str, profile: Profile, new_id: Callable[[], object]
) -> tuple[Suggestion, ...]:
    """One action each; an order the site has not mapped makes none."""
    mapped = [choice for choice in draft.orders if choice.order.id in profile.orders]
    actions = [
        Action(
            "create",
            choice.order.label,
            draft_order(profile.orders[choice.order.id], patient, choice.reason, str(new_id())),
        )
        for choice in mapped
    ]
    # Only a choice without a rival is clearly the better one; a removal never is.
    recommended = profile.recommend and len(actions) == 1
    if draft.removes and profile.deletions:
        actions.append(Action("delete", _REMOVE, resource_id=draft.removes))
    return tuple(
        Suggestion(
            label=action.description,
            uuid=str(new_id()),
            is_recommended=recommended and action.type == "create",
            actions=(action,),
        )
        for action in actions[: profile.most_suggestions]
    )
