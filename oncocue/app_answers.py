"""Answers given in the app, kept in the memory of cards: card and app rest together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import structlog
from msgspec import Struct

from cds_hooks.answer import Answer
from cds_hooks.audit.entry import AuditEntry, call_key, judged
from cds_hooks.cards.advised import advised
from cds_hooks.cards.candidate import Candidate
from cds_hooks.cards.card import Coding
from cds_hooks.feedback.ledger import IN_APP, MadeCard, Override
from cds_hooks.feedback.memory import CallMemory, CardMemory
from cds_hooks.feedback.parse import Feedback
from cds_hooks.front import HookFront
from cds_hooks.trust.site import load_sites
from cds_hooks.unreachable import Unreachable
from oncocue.clients import development_caller
from oncocue.settings import Settings
from smartapp.answers import Answerable, AnswersAway, Given, Reason
from smartapp.opened import OpenedChart

_LOG = structlog.get_logger("smartapp")
_ELSEWHERE = "action-completed"
_NO_REASON = "no reason given"
_FACTS = 16


class Caller(Struct, frozen=True):
    """Under which site, of which issuer, the cards of an EHR are remembered."""

    site: str
    issuer: str = ""


def audit_nothing(_: AuditEntry) -> None:
    """A try-out keeps no audit."""


def count_nothing(_: Feedback) -> None:
    """Nobody asks how many there were."""


def app_answers(settings: Settings, front: HookFront) -> CardAnswers:
    """Answers in the memory that hook calls use; recorded where the record is kept."""
    memory, hooks = front.answers.memory, settings.hooks

    def count(said: Feedback) -> None:
        front.tell(IN_APP, Answer(200, b"", feedback=(said,)))

    if hooks.sites is None:
        client = development_caller(hooks).client
        return CardAnswers(memory, lambda _: Caller(client.site, client.issuer), count=count)
    from cds_hooks.audit.store import AuditStore
    from oncocue.database.opening import open_engine

    sites = load_sites(hooks.sites).values()
    callers = {each.name: Caller(each.name, each.issuer) for each in sites}
    audit = AuditStore(open_engine(settings.database))
    return CardAnswers(memory, callers.get, lambda entry: audit.keep([entry]), count)


class CardAnswers(Struct, frozen=True):
    """The answers of `smartapp.answers`, over the memory of cards.

    `caller` names the site as hook calls do, `keep` is told of each answer for the audit, `count`
    of each that was kept.
    """

    memory: CardMemory
    caller: Callable[[str], Caller | None]
    keep: Callable[[AuditEntry], None] = audit_nothing
    count: Callable[[Feedback], None] = count_nothing

    def of(self, opened: OpenedChart) -> dict[str, Answerable]:
        """The advice that can be answered, by its guidance."""
        seen = self._seen(opened)
        if seen is None:
            return {}
        found: dict[str, Answerable] = {}
        for candidate in advised(opened.findings, opened.chart):
            answerable = self._answerable(candidate, seen, bool(opened.user.reference))
            found |= dict.fromkeys(answerable.together, answerable)
        return found

    def give(self, opened: OpenedChart, guidance: str, code: str) -> None:
        """Keep an answer as feedback on a card is kept."""
        candidate, seen = self._behind(opened, guidance), self._seen(opened)
        if candidate is None or seen is None:
            return
        first, uuid = candidate.findings[0], str(uuid4())
        card = MadeCard(
            uuid=uuid,
            site=seen.site,
            service=IN_APP,
            topic=candidate.draft.topic,
            kind=candidate.kind,
            guidance=first.guidance,
            version=first.version,
            patient_key=seen.patient_key(candidate),
            user_key=seen.user_key,
            at=datetime.now(UTC),
            call_key=call_key(self.memory.secret, seen.site, uuid),
        )
        answer = Feedback(card.uuid, "overridden", self.memory.now(), reason=code)
        try:
            self.memory.ledger.keep_cards([card])
            self.keep(_entry(opened, candidate, seen, card))
            # Last: it is what makes the advice rest.
            self.memory.ledger.keep_feedback(seen.site, IN_APP, [answer])
        except Unreachable:
            raise _away(seen.site) from None
        self.count(answer)

    def take_back(self, opened: OpenedChart, guidance: str) -> None:
        """Take back what keeps this advice aside, whether it was said here or on a card."""
        candidate, seen = self._behind(opened, guidance), self._seen(opened)
        if candidate is None or seen is None:
            return
        try:
            seen.take_back(candidate)
        except Unreachable:
            raise _away(seen.site) from None

    def _seen(self, opened: OpenedChart) -> CallMemory | None:
        """The memory as a hook call of this user at this patient would have it."""
        caller = self.caller(opened.site_id)
        if caller is None:
            return None
        patient, user = opened.patient.id, opened.user.reference
        return self.memory.of_call(caller.site, caller.issuer, patient, user)

    def _behind(self, opened: OpenedChart, guidance: str) -> Candidate | None:
        candidates = advised(opened.findings, opened.chart)
        return next(
            (each for each in candidates if guidance in {f.guidance for f in each.findings}), None
        )

    def _answerable(self, candidate: Candidate, seen: CallMemory, is_known: bool) -> Answerable:
        rules = self.memory.rules
        # What holds for a user alone can be said by one who is known.
        reasons = [
            each
            for each in candidate.draft.reasons
            if rules.rest_after(each.code) and (is_known or rules.is_factual(each.code))
        ]
        try:
            # Another process may have taken the answer that this page is to show.
            overrides = seen.put_aside(candidate, at_once=True)
        except Unreachable:
            raise _away(seen.site) from None
        newest = max(overrides, key=lambda each: each.at, default=None)
        return Answerable(
            tuple(self._reason(each) for each in reasons if each.code == _ELSEWHERE),
            tuple(self._reason(each) for each in reasons if each.code != _ELSEWHERE),
            self._given(newest, candidate, seen, is_known) if newest else None,
            tuple(each.guidance for each in candidate.findings),
            # Not the key itself: it stands in the database.
            self.memory.secret.hide("facts shown", seen.patient_key(candidate)).hex()[:_FACTS],
        )

    def _reason(self, coding: Coding) -> Reason:
        days = self.memory.rules.rest_after(coding.code).days
        return Reason(coding.code, coding.display, f"{self._for_whom(coding.code)}, {days} days")

    def _for_whom(self, code: str) -> str:
        return (
            "for this patient, whoever looks" if self.memory.rules.is_factual(code) else "for you"
        )

    def _given(
        self, override: Override, candidate: Candidate, seen: CallMemory, is_known: bool
    ) -> Given:
        named = {each.code: each.display for each in candidate.draft.reasons}
        return Given(
            words=named.get(override.reason, override.reason.replace("-", " ")) or _NO_REASON,
            at=override.at,
            by="you" if is_known and override.user_key == seen.user_key else "another user",
            holds=self._for_whom(override.reason),
            until=(override.at + self.memory.rules.rest_after(override.reason)).date(),
        )


def _away(site: str) -> AnswersAway:
    _LOG.error("answers_unreachable", site=site)
    return AnswersAway()


def _entry(
    opened: OpenedChart, candidate: Candidate, seen: CallMemory, card: MadeCard
) -> AuditEntry:
    """The record of an answer: of one card, with its moment and key."""
    return AuditEntry(
        at=card.at,
        site=seen.site,
        service=IN_APP,
        status=200,
        refused="",
        silence="",
        milliseconds=0.0,
        cards=1,
        notes=len(opened.notes),
        topics=(candidate.draft.topic,),
        call_key=card.call_key or b"",
        **judged(seen, candidate.findings, opened.guidance_version),
    )
