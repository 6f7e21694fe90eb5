"""The road of one hook call: request bytes in, response bytes out, each step once, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
from msgspec import Struct, field

from cds_hooks.account import Account
from cds_hooks.cards.card import CardsResponse
from cds_hooks.cards.render import render, render_orders
from cds_hooks.client import Callers, Client
from cds_hooks.feedback.memory import CardMemory, development_memory
from cds_hooks.feedback.parse import Feedback, read_feedback
from cds_hooks.gather import Lacking, fetch_medications, gather
from cds_hooks.limits import Wait, no_limit
from cds_hooks.outcome import operation_outcome
from cds_hooks.request import BadRequest, Body, HookContext, HookRequest, parse_request
from cds_hooks.services import DISCOVERY, ORDER_HOOKS, Service
from cds_hooks.trust.refusal import Untrusted
from cds_hooks.unreachable import Unreachable
from oncology.chart.model import Chart
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance
from oncology.reading.records import Records
from oncology.terminology import Terminology

if TYPE_CHECKING:
    from oncology.orders.drafts import Drafts
    from oncology.orders.rules import OrderRules

_ENCODER = msgspec.json.Encoder()


class Answer(Struct, frozen=True):
    """An HTTP answer, and what the log may say of it: no patient data.

    `unresolved` counts the drug orders on the screen whose drug is not one we know.
    """

    status: int
    body: bytes
    cards: int = 0
    topics: tuple[str, ...] = ()
    silence: str = ""
    notes: int = 0
    unresolved: int = 0
    site: str = ""
    refused: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    account: Account | None = None
    feedback: tuple[Feedback, ...] = ()
    steps: tuple[tuple[str, float], ...] = ()
    ran_out_of_time: bool = False


Answered = tuple[str, Answer, float]
"""The id of a service, its answer, the milliseconds it took."""


class _Laps:
    """The seconds each step took."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self.steps: list[tuple[str, float]] = []

    @property
    def since(self) -> float:
        """The seconds since the last step ended."""
        return time.perf_counter() - self._since

    def end(self, step: str) -> float:
        """The step that just ended, and how long it took."""
        now = time.perf_counter()
        took, self._since = now - self._since, now
        self.steps.append((step, took))
        return took


class HookAnswers(Struct, frozen=True):
    """Everything a hook call needs; made once at start."""

    services: dict[str, Service]
    guidance: Guidance
    callers: Callers
    today: Callable[[], date]
    # Read at the first order hook: no other call needs them.
    order_rules: Callable[[], Any]
    memory: CardMemory = field(default_factory=development_memory)
    limit: Wait = no_limit
    # Each site's orders go by its own codes.
    terminologies: dict[str, Terminology] = field(default_factory=dict)

    def answer(
        self,
        service_id: str,
        body: Body | Callable[[], Body],
        authorization: str | None = None,
    ) -> Answer:
        """Answer one call of a service. `body` may be a way to read it: a stranger's is not."""
        service = self.services.get(service_id)
        if service is None:
            return refusal(404, "There is no CDS service of this id. See /cds-services.")
        laps = _Laps()
        client = self._caller(authorization, service.path)
        if isinstance(client, Answer):
            return client
        laps.end("verify")
        read = body() if callable(body) else body
        laps.end("receive")
        answer = self._answer_client(service, client, read, laps)
        return msgspec.structs.replace(answer, site=client.site, steps=tuple(laps.steps))

    def _caller(self, authorization: str | None, path: str) -> Client | Answer:
        """Who calls, or the answer to one who may not, or not so often."""
        try:
            client = self.callers.verify(authorization, path)
        except Untrusted as untrusted:
            return unauthorised(untrusted)
        seconds = self.limit(client.site)
        if not seconds:
            return client
        text = "This site calls too often. Retry-After says when to go on."
        headers = (("Retry-After", str(seconds)),)
        return Answer(429, operation_outcome(429, text), site=client.site, headers=headers)

    def discover(self, authorization: str | None = None) -> Answer:
        """The services and the prefetch each asks for."""
        client = self._caller(authorization, DISCOVERY)
        if isinstance(client, Answer):
            return client
        listed = [
            service.discovery(client.profile)
            for service in self.services.values()
            if client.profile.offers(service.id, service.hook)
        ]
        return Answer(200, _ENCODER.encode({"services": listed}), site=client.site)

    def take_feedback(
        self, service_id: str, body: Callable[[], Body], authorization: str | None = None
    ) -> Answer:
        """Keep what users did with cards of a service; acknowledged once it is safe."""
        service = self.services.get(service_id)
        if service is None:
            return refusal(404, "There is no CDS service of this id. See /cds-services.")
        client = self._caller(authorization, f"{service.path}/feedback")
        if isinstance(client, Answer):
            return client
        try:
            entries = read_feedback(body(), client.profile.our_reasons())
            self.memory.ledger.keep_feedback(client.site, service.id, entries)
        except BadRequest as problem:
            answer = refusal(400, str(problem))
        except Unreachable:
            answer = refusal(503, "The feedback could not be kept now. Send it again later.")
        else:
            answer = Answer(200, b"{}", feedback=entries)
        return msgspec.structs.replace(answer, site=client.site)

    def _answer_client(self, service: Service, client: Client, body: Body, laps: _Laps) -> Answer:
        """From the bytes of a known client's request to its cards."""
        if not client.profile.offers(service.id, service.hook):
            return refusal(404, "This service is switched off for this client.")
        try:
            request = parse_request(body, service.hook)
        except BadRequest as problem:
            return refusal(400, str(problem))
        silence = _why_not_for(service, client, request.context)
        if silence:
            return Answer(200, _ENCODER.encode(CardsResponse(())), silence=silence)
        laps.end("parse")
        lack, records, drafts = "", Records(), None
        try:
            drafts = self._drafts(request, service, client)
            left = client.gathering if drafts is None else client.gathering.after(laps.since)
            records = gather(request, service, left)
        except BadRequest as problem:
            return refusal(400, str(problem))
        except Lacking as lacking:
            lack = str(lacking)
        is_late = laps.end("gather") >= client.gathering.budget_seconds
        if lack:
            return msgspec.structs.replace(refusal(412, lack), ran_out_of_time=is_late)
        context = request.context or HookContext()
        chart = read_chart(records, self._terminology(client), context.patient_id)
        today = self.today()
        findings, approved = self._judged(chart, drafts, service, today)
        laps.end("judge")
        memory = self.memory.of_call(
            client.site, client.issuer, context.patient_id or "", context.user_id or ""
        )
        if drafts is None:
            rendered = render(findings, chart, client.profile, approved, memory.may_show)
        else:
            orders = (findings, drafts)
            rendered = render_orders(orders, chart, client.profile, approved, memory.may_show)
        laps.end("render")
        return Answer(
            status=200,
            body=_ENCODER.encode(CardsResponse(rendered.cards)),
            cards=len(rendered.cards),
            topics=tuple(card.source.topic.code for card in rendered.cards if card.source.topic),
            silence=rendered.silence,
            notes=len(chart.notes) + (len(drafts.notes) if drafts else 0),
            unresolved=drafts.unresolved if drafts else 0,
            account=Account(
                release=self.guidance.version,
                day=today,
                hook_instance=request.hook_instance or "",
                memory=memory,
                findings=findings,
                rendered=rendered,
                chart=chart,
                drafts=drafts,
            ),
            ran_out_of_time=is_late,
        )

    def _drafts(self, request: HookRequest, service: Service, client: Client) -> Drafts | None:
        """The orders on the screen of an order hook; None at the others."""
        if service.hook not in ORDER_HOOKS or request.context is None:
            return None
        from cds_hooks.draft_orders import draft_orders  # noqa: PLC0415  as the rules

        names, terminology = self.order_rules().names, self._terminology(client)
        return draft_orders(
            request.context,
            service.hook,
            names,
            terminology,
            client.profile,
            lambda references: fetch_medications(request, references, client.gathering),
        )

    def _terminology(self, client: Client) -> Terminology:
        """The terminology with the codes a client has for our orders."""
        known = self.terminologies.get(client.site)
        if known is None:
            known = self.guidance.terminology_for(client.profile.orders)
            self.terminologies[client.site] = known
        return known

    def _judged(
        self, chart: Chart, drafts: Drafts | None, service: Service, today: date
    ) -> tuple[list[Finding], bool]:
        """What is found of the chart, or of the orders on the screen, and whether it is signed."""
        if drafts is None:
            findings = evaluate(chart, self.guidance, today, service.kinds)
            return findings, is_approved(self.guidance.artifacts, findings)
        from oncology.orders.judge import Screen, evaluate_orders  # noqa: PLC0415  as the rules

        rules: OrderRules = self.order_rules()
        findings = evaluate_orders(Screen(chart, drafts, self.guidance, rules, today))
        return findings, is_approved(rules.artifacts, findings)


def _why_not_for(service: Service, client: Client, context: HookContext | None) -> str:
    """Why a service has nothing for whoever looks; empty when it may speak to them."""
    if context is None or context.is_lay_user:
        return "lay user"
    return "" if client.profile.is_for(service.id, context.user_type) else "user type"


class Signed(Protocol):
    """An artifact, as far as its approval goes."""

    @property
    def is_approved(self) -> bool:
        """Whether a named person signed it."""
        ...


def is_approved(artifacts: Mapping[str, Signed], findings: list[Finding]) -> bool:
    """Whether every artifact that speaks was signed by a named person."""
    return bool(findings) and all(artifacts[each.guidance].is_approved for each in findings)


def refusal(status: int, text: str) -> Answer:
    """A refusal with its OperationOutcome."""
    return Answer(status, operation_outcome(status, text))


def unauthorised(untrusted: Untrusted) -> Answer:
    """The one answer to every caller that is not known, whatever the cause."""
    return Answer(
        401,
        operation_outcome(401, "The caller could not be authenticated."),
        site=untrusted.site,
        refused=untrusted.cause.value,
        headers=(("WWW-Authenticate", "Bearer"),),
    )
