"""The CDS Hooks face with a memory, on a clock that tests can set."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from flask import Flask
from werkzeug.test import TestResponse

from cds_hooks.answer import Answer
from cds_hooks.audit.entry import keep_at_once
from cds_hooks.client import AnyCaller
from cds_hooks.feedback.ledger import Ledger
from cds_hooks.feedback.memory import CardMemory, Secret
from cds_hooks.feedback.reasons import RestRules
from cds_hooks.front import HookFront
from cds_hooks.profiles import OrderCode
from cds_hooks.routes import attach
from oncocue.clients import development_caller
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import hook_answers, load_guidance_of
from oncology.guidance.library import Guidance
from tests.support.hook_calls import TODAY, call, cards, request_for

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
STORY = "lung-adenocarcinoma-partial-results"
SERVICE = "biomarker-testing"


class Hospital:
    """One EHR that calls, looks at cards and puts them aside."""

    def __init__(
        self,
        guidance: Guidance,
        ledger: Ledger,
        rules: RestRules | None = None,
        site: str = "general",
        watch: Callable[[str, Answer, float], None] | None = None,
        **hooks: Any,
    ) -> None:
        self.now = START
        client = development_caller(HooksSection(**{"profile": "sandbox", **hooks})).client
        theirs = {"patient-refuses": OrderCode("urn:epic", "45", "Patient declined")}
        client = msgspec.structs.replace(
            client,
            site=site,
            issuer=f"https://{site}.example",
            profile=msgspec.structs.replace(client.profile, reasons=theirs),
        )
        memory = CardMemory(ledger, Secret(b"test"), rules or RestRules(), lambda: self.now)
        answers = hook_answers(guidance, AnyCaller(client), lambda: TODAY, memory)
        self.front = HookFront(answers, watches=(watch or keep_at_once(ledger),))
        app = Flask("hospital")
        attach(app, self.front)
        self.http = app.test_client()

    def look(
        self, user: str = "Practitioner/one", service: str = SERVICE, **request: Any
    ) -> list[dict[str, Any]]:
        """The cards this user sees on opening the chart."""
        body = request_for(STORY)
        body["context"]["userId"] = user
        body.update(request)
        answers = self.front.answers
        return cards(self.front.run(service, lambda: call(answers, service, body)))

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.now += timedelta(**time)

    def override(self, card: dict[str, Any], reason: str | None = None) -> TestResponse:
        """Put a card aside."""
        given = {"overrideReason": {"reason": {"code": reason}}} if reason else {}
        return self.send({**entry(card["uuid"], self.now), **given})

    def send(self, *entries: dict[str, Any], service: str = SERVICE) -> TestResponse:
        """Send feedback."""
        return self.send_body(json.dumps({"feedback": entries}).encode(), service)

    def send_body(self, body: bytes, service: str = SERVICE) -> TestResponse:
        """Send anything as feedback."""
        return self.http.post(f"/cds-services/{service}/feedback", data=body)


def entry(card: str | UUID, at: datetime = START, /, **changes: Any) -> dict[str, Any]:
    """An entry of feedback: overridden, without a reason; None takes a field away."""
    made = {"card": str(card), "outcome": "overridden", "outcomeTimestamp": at.isoformat()}
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def shipped_guidance() -> Guidance:
    """The guidance of this release."""
    return load_guidance_of(Settings())
