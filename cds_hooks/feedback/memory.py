"""Card memory: a card that was put aside rests, until its time is over or the facts are new."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import structlog
from msgspec import Struct, field

from cds_hooks.cards.candidate import Candidate
from cds_hooks.feedback.ledger import InProcessLedger, Ledger, Override
from cds_hooks.feedback.reasons import RestRules
from cds_hooks.unreachable import Unreachable
from oncology.findings import Finding

_LOG = structlog.get_logger("cds_hooks")
_ENCODER = msgspec.json.Encoder()


def facts_of(finding: Finding) -> tuple[object, ...]:
    """What a finding rests on: when it changes, the card is another one.

    Wording, sources and versions of the guidance are left out: they are not news of the patient.
    """
    known = finding.biomarkers
    return (
        finding.guidance,
        finding.answer,
        finding.settings,
        finding.because,
        [(each.id, each.answer) for each in finding.criteria],
        [each.fact for each in finding.unresolved],
        [
            (state, entry.row, entry.because, entry.text)
            for state in known.__struct_fields__
            for entry in getattr(known, state)
        ]
        if known
        else (),
        # Of orders the drugs: a draft has another id each time it is on the screen.
        [(each.row, each.drugs, each.state, each.because, each.given) for each in finding.checks],
    )


class Secret(Struct, frozen=True):
    """Makes keys that stand for somebody without telling who."""

    key: bytes

    def __repr__(self) -> str:
        return "Secret(…)"

    def hide(self, *parts: object) -> bytes:
        """A keyed hash (HMAC-SHA256) of these parts, in order."""
        made = _keyed(self.key).copy()
        made.update(_ENCODER.encode(parts))
        return made.digest()


@cache
def _keyed(key: bytes) -> hmac.HMAC:
    """A hash with the key put in: that is half the work."""
    return hmac.new(key, digestmod="sha256")


class CardMemory(Struct, frozen=True):
    """Remembers over calls; made once."""

    ledger: Ledger
    secret: Secret
    rules: RestRules = RestRules()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def of_call(self, site: str, issuer: str, patient: str, user: str) -> CallMemory:
        """The memory for one call: who is looked at, and who looks."""
        return CallMemory(self, site, (issuer or site, patient), (issuer or site, user))


class CallMemory(Struct, frozen=True):
    """Which cards may be shown to this user of this patient now."""

    memory: CardMemory
    site: str
    patient: tuple[str, str]
    user: tuple[str, str]
    # With each candidate itself: its id is its own while it lives.
    known: dict[int, tuple[Candidate, bytes]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "CallMemory(…)"

    @property
    def user_key(self) -> bytes:
        """Stands for the user."""
        return self.memory.secret.hide("user", *self.user)

    def patient_key(self, candidate: Candidate) -> bytes:
        """Stands for the patient, what the card is about, and the facts it rests on.

        Worked out once: the record of the answer, which keeps its candidates, asks again.
        """
        if id(candidate) not in self.known:
            facts = [facts_of(finding) for finding in candidate.findings]
            key = self.memory.secret.hide("card", *self.patient, candidate.draft.topic, facts)
            self.known[id(candidate)] = (candidate, key)
        return self.known[id(candidate)][1]

    def may_show(self, candidate: Candidate) -> bool:
        """Whether nobody put it aside who had reason to, and it is not said again too soon.

        A memory that cannot be reached hides nothing.
        """
        try:
            return not self.put_aside(candidate) and self._is_due(candidate)
        except Unreachable:
            _LOG.error("memory_unreachable", site=self.site)
            return True

    def put_aside(self, candidate: Candidate, at_once: bool = False) -> list[Override]:
        """Why it rests now, for this user; `at_once` as for the ledger. Raises Unreachable."""
        since, key = self.memory.now() - self.memory.rules.longest, self.patient_key(candidate)
        found = self.memory.ledger.overrides(self.site, key, since, at_once)
        return [override for override in found if self._holds(override)]

    def take_back(self, candidate: Candidate) -> None:
        """Let it rest no more: all that keeps it from this user is taken back. Raises Unreachable.

        What is said of the patient may be taken back by whoever looks: it may be wrong.
        """
        self.memory.ledger.withdraw(self.site, self.patient_key(candidate), self._holds)

    def _holds(self, override: Override) -> bool:
        rules, now = self.memory.rules, self.memory.now()
        return now - override.at < rules.rest_after(override.reason) and (
            rules.is_factual(override.reason) or override.user_key == self.user_key
        )

    def _is_due(self, candidate: Candidate) -> bool:
        """A question is asked once in a while, and of gaps one a patient, whichever it is."""
        rules, now, secret = self.memory.rules, self.memory.now(), self.memory.secret
        if candidate.kind == "question":
            days = rules.question_days
            asked = [each.fact for each in candidate.findings[0].unresolved if each.question]
            key = secret.hide("question", *self.patient, candidate.draft.topic, asked)
        elif candidate.kind == "gap":
            days = rules.gap_days
            key = secret.hide("gap", *self.patient)
        else:
            return True
        return days == 0 or self.memory.ledger.is_first(key, now + timedelta(days=days), now)


def development_memory() -> CardMemory:
    """For `serve --dev`: what is put aside rests while the process lives, and no more."""
    rules = RestRules(question_days=0, gap_days=0)
    return CardMemory(InProcessLedger(), Secret(b"development"), rules)
