"""One entry of the audit, made from an answer: no patient data, no tokens, hashes with a key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from cds_hooks.account import Account
from cds_hooks.answer import Answer
from cds_hooks.feedback.ledger import Ledger, MadeCard
from cds_hooks.feedback.memory import CallMemory, Secret, facts_of
from oncology.findings import Finding


class Judged(Struct, frozen=True):
    """The answer one guidance artifact gave."""

    guidance: str
    version: str
    answer: str


class AuditEntry(Struct, frozen=True):
    """How one hook call was answered. Keys are keyed hashes: equal for equals, and no more."""

    at: datetime
    site: str
    service: str
    status: int
    refused: str
    silence: str
    milliseconds: float
    cards: int
    notes: int
    topics: tuple[str, ...]
    release: str = ""
    findings: tuple[Judged, ...] = ()
    call_key: bytes = b""
    patient_key: bytes = b""
    facts_key: bytes = b""


def audit_entry(service: str, answer: Answer, milliseconds: float, at: datetime) -> AuditEntry:
    """The entry for an answer given at this moment; a refusal has no findings."""
    return AuditEntry(
        at=at,
        site=answer.site,
        service=service,
        status=answer.status,
        refused=answer.refused,
        silence=answer.silence,
        milliseconds=round(milliseconds, 2),
        cards=answer.cards,
        notes=answer.notes,
        topics=answer.topics,
        **(_of_account(answer.account, answer.site) if answer.account else {}),
    )


def _of_account(account: Account, site: str) -> dict[str, Any]:
    key = call_key(account.memory.memory.secret, site, account.hook_instance)
    return {"call_key": key, **judged(account.memory, account.findings, account.release)}


def judged(memory: CallMemory, findings: Sequence[Finding], release: str) -> dict[str, Any]:
    """What an entry holds of a chart that was judged by a release of the guidance."""
    secret = memory.memory.secret
    return {
        "release": release,
        "findings": tuple(
            Judged(each.guidance, each.version, each.answer.value) for each in findings
        ),
        "patient_key": patient_key(secret, *memory.patient),
        "facts_key": secret.hide("facts", [facts_of(each) for each in findings]),
    }


def patient_key(secret: Secret, issuer: str, patient: str) -> bytes:
    """Stands for a patient of an issuer, or of a site that has none."""
    return secret.hide("patient", issuer, patient)


def call_key(secret: Secret, site: str, hook_instance: str) -> bytes:
    """Stands for a call: who knows its hookInstance finds it."""
    return secret.hide("call", site, hook_instance)


def made_cards(service: str, answer: Answer, at: datetime) -> list[MadeCard]:
    """The cards of an answer for the ledger, withheld ones too."""
    account = answer.account
    if account is None:
        return []
    key = call_key(account.memory.memory.secret, answer.site, account.hook_instance)
    return [
        MadeCard(
            uuid=card.uuid,
            site=answer.site,
            service=service,
            topic=candidate.draft.topic,
            kind=candidate.kind,
            guidance=candidate.findings[0].guidance,
            version=candidate.findings[0].version,
            patient_key=account.memory.patient_key(candidate),
            user_key=account.memory.user_key,
            at=at,
            is_shown=bool(account.rendered.cards),
            call_key=key,
        )
        for card, candidate in account.made
    ]


def keep_at_once(ledger: Ledger) -> Callable[[str, Answer, float], None]:
    """For `serve --dev`: cards are kept where they can be put aside, and nothing is audited."""

    def keep(service: str, answer: Answer, _: float) -> None:
        ledger.keep_cards(made_cards(service, answer, datetime.now(UTC)))

    return keep
