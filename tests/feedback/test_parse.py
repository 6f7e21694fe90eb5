"""Feedback as the standard and Epic write it, and everything that is not quite that."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.feedback.parse import Feedback, read_feedback
from cds_hooks.request import BadRequest
from tests.support.product import entry

CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
TAKEN = [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}]
AT = "2022-05-19T19:44:04Z"
REASON = {"code": "patient-refuses", "system": "http://example.org", "display": "words"}
EPIC = {
    "com.epic.cdshooks.feedback.overrideReason.reasonCategory": "45",
    "com.epic.cdshooks.feedback.overrideReason.reasonDisplay": "Does not meet criteria",
    "com.epic.cdshooks.feedback.overrideReason.reasonTitle": "Does not meet criteria",
}


def _read(**changes: Any) -> Feedback:
    made = entry(CARD, **{"outcomeTimestamp": AT, **changes})
    body = json.dumps({"feedback": [made], "extension": {"com.example": 1}}).encode()
    [found] = read_feedback(body, {"45": "patient-ineligible"})
    return found


@pytest.mark.conformance("cds-hooks", 83)
def test_an_accepted_suggestion() -> None:
    """The standard's example."""
    found = _read(outcome="accepted", acceptedSuggestions=TAKEN)

    assert found == Feedback(
        CARD, "accepted", datetime(2022, 5, 19, 19, 44, 4, tzinfo=UTC), (TAKEN[0]["id"],)
    )


@pytest.mark.conformance("cds-hooks", 84, 90)
@pytest.mark.parametrize("key", ["overrideReason", "overrideReasons"])
@pytest.mark.parametrize(
    ("reason", "code", "comment"),
    [
        ({"reason": REASON}, "patient-refuses", ""),
        ({"reason": REASON, "userComment": "said so"}, "patient-refuses", "said so"),
        ({"userComment": "said so"}, "", "said so"),
        ({"extension": EPIC}, "patient-ineligible", ""),
        ({"extension": EPIC, "userComment": "said so"}, "patient-ineligible", "said so"),
        ({"extension": {"com.example": {"a": [1]}}}, "", ""),
        ({"reason": {"code": "46"}}, "46", ""),
        ({"reason": {"code": "John Doe, born 1950"}}, "other", ""),
        ({"reason": {"code": "x" * 65}}, "other", ""),
        ({"extension": {next(iter(EPIC)): 45}}, "patient-ineligible", ""),
        ({"extension": {next(iter(EPIC)): ["45"]}}, "other", ""),
    ],
)
def test_a_reason_in_either_dialect(
    key: str, reason: dict[str, Any], code: str, comment: str
) -> None:
    """Singular or plural, coded or in Epic's extension; the site's codes become ours."""
    found = _read(**{key: reason})

    assert (found.reason, found.comment) == (code, comment)


def test_a_card_put_aside_without_a_word() -> None:
    """A reason is optional."""
    assert _read().reason == "" and _read(overrideReason=None).comment == ""


def test_times_are_kept_in_utc() -> None:
    """Whatever zone they are told in."""
    assert _read(outcomeTimestamp="2022-05-19T21:44:04+02:00").at.isoformat().endswith("+00:00")


def _one(**changes: Any) -> Any:
    return {"feedback": [entry(CARD, **changes)]}


@pytest.mark.conformance("cds-hooks", 82, 83, 84)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not a JSON object"),
        (b"\xff", "not a JSON object"),
        (b'{"feedback": [{"x":' + b"[" * 100_000, "not a JSON object"),
        (b'{"feedback": [{"extension": {"x":' + b"[" * 100_000, "not a JSON object"),
        ([], "Expected object"),
        ({}, "missing required field feedback"),
        ({"feedback": {}}, "Expected array"),
        ({"feedback": None}, "Expected array"),
        ({"feedback": ["canary"]}, r"Expected object, got str - at \$.feedback\[0\]"),
        (_one(card=None), "missing required field card"),
        (_one(card="canary"), "Invalid UUID"),
        (_one(card=""), "Invalid UUID"),
        (_one(outcome=None), "missing required field outcome"),
        (_one(outcome="canary"), r"feedback\[0\].outcome must be"),
        (_one(outcomeTimestamp=None), "missing required field outcomeTimestamp"),
        (_one(outcomeTimestamp="canary"), "Invalid RFC3339"),
        (_one(outcomeTimestamp="2022-05-19T19:44:04"), "timezone"),
        (_one(outcomeTimestamp="0001-01-01T00:00:00+14:00"), "out of range"),
        (_one(outcome="accepted"), "acceptedSuggestions is missing"),
        (_one(outcome="accepted", acceptedSuggestions=[]), "acceptedSuggestions is missing"),
        (_one(outcome="accepted", acceptedSuggestions=["x"]), "Expected object"),
        (_one(outcome="accepted", acceptedSuggestions=[{"id": "canary"}]), "Invalid UUID"),
        (_one(acceptedSuggestions=TAKEN), "overridden, so it can have no"),
        (_one(overrideReason={}), "needs reason, userComment or both"),
        (_one(overrideReason={"reason": {}}), "missing required field code"),
        (_one(overrideReason="canary"), "Expected object"),
        (_one(overrideReason={"reason": {"code": 1}}), "Expected str"),
        ({"feedback": [entry(uuid4()) for _ in range(1001)]}, "More than 1000"),
    ],
)
def test_what_is_not_feedback_is_refused_with_its_place(body: Any, says: str) -> None:
    """The message says where and what belongs there, never what was sent."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    with pytest.raises(BadRequest, match=says) as refused:
        read_feedback(raw)

    assert "canary" not in str(refused.value)


def test_no_entries_are_no_fault() -> None:
    """HL7's model lets the array be empty."""
    assert read_feedback(b'{"feedback": []}') == ()


@given(st.binary() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_anything_is_read_or_refused(body: Any) -> None:
    """No other exception leaves the reader."""
    raw = body if isinstance(body, bytes) else json.dumps({"feedback": body}).encode()
    try:
        assert isinstance(read_feedback(raw), tuple)
    except BadRequest as refused:
        assert str(refused)
