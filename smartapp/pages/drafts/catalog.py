"""Which drafts a chart offers, each under an id that tells nothing of the patient."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from oncology.findings import Finding, Orderable
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.decisions import advised_of, decision
from smartapp.pages.drafts import handout, history_form, necessity, referral
from smartapp.pages.drafts.letter import Letter
from smartapp.pages.drafts.order import order_sheet
from smartapp.pages.references import silent_id
from smartapp.pages.states import State, state

ORDERS, LETTERS, PATIENT, TEAM = "Orders", "Letters", "For the patient", "For the team"
GROUPS = (ORDERS, LETTERS, PATIENT, TEAM)


class Draft(Struct, frozen=True):
    """Something to preview. `findings` are the guidance it acts on, `write` makes it.

    `may_name_cancer`: the reader may have the diagnosis printed on it. `order` with the finding
    it rests on: what may be written back.
    """

    id: str
    group: str
    label: str
    about: str
    findings: tuple[str, ...]
    write: Callable[[bool], Letter]
    may_name_cancer: bool = False
    is_of_genetics: bool = False
    order: tuple[Finding, Orderable] | None = None


def drafts(opened: OpenedChart, guidance: Guidance) -> tuple[Draft, ...]:
    """Everything that can be drafted for this chart; for one who has died, the form alone."""
    if opened.chart.person.deceased:
        return (_form(opened, guidance),)
    known = state(opened, guidance)
    advised = advised_of(opened)
    made = [*_orders(opened, guidance, advised), *_letters(opened, guidance, advised)]
    return (*made, *_handouts(opened, known), _form(opened, guidance))


def by_finding(made: tuple[Draft, ...]) -> dict[str, list[Draft]]:
    """The drafts that act on each finding."""
    found: dict[str, list[Draft]] = {}
    for draft in made:
        for guidance in draft.findings:
            found.setdefault(guidance, []).append(draft)
    return found


def of_genetics(made: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """The orders and letters to cancer genetics."""
    return tuple(each for each in made if each.is_of_genetics)


def _always(write: Callable[[], Letter]) -> Callable[[bool], Letter]:
    """A writer that names the cancer where its purpose is to."""
    return lambda _: write()


def _letter(title: str) -> str:
    return f"Letter: {title[:1].lower()}{title[1:]}"


def _orders(opened: OpenedChart, guidance: Guidance, advised: list[Finding]) -> list[Draft]:
    made: dict[str, Draft] = {}
    for finding in advised:
        for order in decision(finding, opened.focus).orders:
            # One referral answers every finding that asks for it; a panel is of one cancer.
            key = f"{finding.guidance} {order.id}" if finding.biomarkers else order.id
            if key in made:
                both = (*made[key].findings, finding.guidance)
                made[key] = replace(made[key], findings=both)
                continue
            made[key] = Draft(
                silent_id(opened.launch, f"order {key}"),
                ORDERS,
                order.label,
                finding.subject or finding.title,
                (finding.guidance,),
                _always(partial(order_sheet, opened, guidance, finding, order)),
                is_of_genetics=finding.kind == "genetic-counseling",
                order=(finding, order),
            )
    return list(made.values())


def _letters(opened: OpenedChart, guidance: Guidance, advised: list[Finding]) -> list[Draft]:
    made = []
    genetic = tuple(each for each in advised if each.kind == "genetic-counseling")
    if genetic:
        made.append(
            Draft(
                silent_id(opened.launch, "referral"),
                LETTERS,
                _letter(referral.TITLE),
                "Facts, family, criteria met",
                tuple(each.guidance for each in genetic),
                _always(partial(referral.referral_letter, opened, guidance, genetic)),
                is_of_genetics=True,
            )
        )
    for finding in advised:
        if finding.kind == "biomarker-testing" and finding.biomarkers:
            made.append(
                Draft(
                    silent_id(opened.launch, f"necessity {finding.guidance}"),
                    LETTERS,
                    necessity.LABEL,
                    finding.subject or finding.title,
                    (finding.guidance,),
                    _always(partial(necessity.necessity_letter, opened, guidance, finding)),
                )
            )
    return made


def _handouts(opened: OpenedChart, known: State) -> list[Draft]:
    kinds = ("cancer", "risk") if known.present else ("risk",)
    return [
        Draft(
            silent_id(opened.launch, f"handout {kind} {language}"),
            PATIENT,
            handout.KINDS[kind],
            words,
            (),
            partial(handout.handout, opened, kind, language, known),
            may_name_cancer=kind == "cancer",
        )
        for kind in kinds
        for language, words in handout.LANGUAGES.items()
    ]


def _form(opened: OpenedChart, guidance: Guidance) -> Draft:
    return Draft(
        silent_id(opened.launch, "history form"),
        TEAM,
        f"Form: {history_form.TITLE.lower()}",
        "To fill in with the patient; for the clinician's review",
        (),
        _always(partial(history_form.history_form, opened, guidance)),
    )
