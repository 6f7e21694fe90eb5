"""The road of one hook call: request bytes in, response bytes out, each step once, in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
from msgspec import Struct, field

from cds_hooks.account import Account
from cds_hooks.cards.card import CardsResponse
from cds_hooks.cards.render import render
from cds_hooks.client import Callers, Client
from cds_hooks.feedback.memory import CardMemory, development_memory
from cds_hooks.feedback.parse import Feedback, read_feedback
from cds_hooks.gather import Lacking, gather
from cds_hooks.outcome import operation_outcome
from cds_hooks.request import BadRequest, HookContext, parse_request
from cds_hooks.services import DISCOVERY, Service
from cds_hooks.trust.refusal import Untrusted
from cds_hooks.unreachable import Unreachable
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding
from oncology.guidance.library import Guidance

_ENCODER = msgspec.json.Encoder()


class Answer(Struct, frozen=True):
    """An HTTP answer, and what the log may say of it: no patient data."""

    status: int
    body: bytes
    cards: int = 0
    topics: tuple[str, ...] = ()
    silence: str = ""
    notes: int = 0
    site: str = ""
    refused: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    account: Account | None = None
    feedback: tuple[Feedback, ...] = ()


class HookAnswers(Struct, frozen=True):
    """Everything a hook call needs; made once at start."""

    services: dict[str, Service]
    guidance: Guidance
    callers: Callers
    today: Callable[[], date]
    memory: CardMemory = field(default_factory=development_memory)

    def answer(
        self,
        service_id: str,
        body: bytes | Callable[[], bytes],
        authorization: str | None = None,
    ) -> Answer:
        """Answer one call of a service. `body` may be a way to read it: a stranger's is not."""
        service = self.services.get(service_id)
        if service is None:
            return refusal(404, "There is no CDS service of this id. See /cds-services.")
        try:
            client = self.callers.verify(authorization, service.path)
        except Untrusted as untrusted:
            return unauthorised(untrusted)
        answer = self._answer_client(service, client, body if isinstance(body, bytes) else body())
        return msgspec.structs.replace(answer, site=client.site)

    def discover(self, authorization: str | None = None) -> Answer:
        """The services and the prefetch each asks for."""
        try:
            client = self.callers.verify(authorization, DISCOVERY)
        except Untrusted as untrusted:
            return unauthorised(untrusted)
        listed = [
            service.discovery(client.profile)
            for service in self.services.values()
            if client.profile.offers(service.id, service.hook)
        ]
        return Answer(200, _ENCODER.encode({"services": listed}), site=client.site)

    def take_feedback(
        self, service_id: str, body: Callable[[], bytes], authorization: str | None = None
    ) -> Answer:
        """Keep what users did with cards of a service; acknowledged once it is safe."""
        service = self.services.get(service_id)
        if service is None:
            return refusal(404, "There is no CDS service of this id. See /cds-services.")
        try:
            client = self.callers.verify(authorization, f"{service.path}/feedback")
        except Untrusted as untrusted:
            return unauthorised(untrusted)
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

    def _answer_client(self, service: Service, client: Client, body: bytes) -> Answer:
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
        try:
            records = gather(request, service, client.gathering)
        except Lacking as lack:
            return refusal(412, str(lack))
        context = request.context or HookContext()
        chart = read_chart(records, self.guidance.terminology, context.patient_id)
        findings = evaluate(chart, self.guidance, self.today(), service.kinds)
        approved = _is_approved(self.guidance, findings)
        memory = self.memory.of_call(
            client.site, client.issuer, context.patient_id or "", context.user_id or ""
        )
        rendered = render(findings, chart, client.profile, approved, memory.may_show)
        return Answer(
            status=200,
            body=_ENCODER.encode(CardsResponse(rendered.cards)),
            cards=len(rendered.cards),
            topics=tuple(card.source.topic.code for card in rendered.cards if card.source.topic),
            silence=rendered.silence,
            notes=len(chart.notes),
            account=Account(
                self.guidance.version, request.hook_instance or "", memory, findings, rendered
            ),
        )


def _why_not_for(service: Service, client: Client, context: HookContext | None) -> str:
    """Why a service has nothing for whoever looks; empty when it may speak to them."""
    if context is None or context.is_lay_user:
        return "lay user"
    return "" if client.profile.is_for(service.id, context.user_type) else "user type"


def _is_approved(guidance: Guidance, findings: list[Finding]) -> bool:
    return bool(findings) and all(
        guidance.artifacts[finding.guidance].is_approved for finding in findings
    )


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
