"""Feedback as it is sent: the standard's form and Epic's, checked strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from cds_hooks.request import BadRequest, Body

OUTCOMES = ("accepted", "overridden")
MOST_ENTRIES = 1000
# Epic's reasons of its own come in an extension (Epic on FHIR, CDS Hooks, "Feedback").
_EPIC = "com.epic.cdshooks.feedback.overrideReason.reasonCategory"
# What may be kept of a reason somebody else made up: a code, never a sentence.
_CODE = re.compile(r"[A-Za-z0-9][\w.-]{0,63}", re.ASCII)
_OTHER = "other"


class Feedback(Struct, frozen=True):
    """What a user did with one card. `reason` is a code; empty when none was given."""

    card: str
    outcome: str
    at: datetime
    suggestions: tuple[str, ...] = ()
    reason: str = ""
    comment: str = ""


class _Coding(Struct, frozen=True):
    code: str
    system: str | None = None


class _Reason(Struct, frozen=True, rename="camel"):
    reason: _Coding | None = None
    user_comment: str | None = None
    extension: dict[str, object] | None = None


class _Accepted(Struct, frozen=True):
    id: UUID


class _Entry(Struct, frozen=True, rename="camel"):
    card: UUID
    outcome: str
    outcome_timestamp: Annotated[datetime, Meta(tz=True)]
    accepted_suggestions: tuple[_Accepted, ...] = ()
    override_reason: _Reason | None = None
    override_reasons: _Reason | None = None


class _Body(Struct, frozen=True):
    feedback: tuple[_Entry, ...]


_DECODER: msgspec.json.Decoder[_Body] = msgspec.json.Decoder(_Body)


def read_feedback(body: Body, reasons: Mapping[str, str] | None = None) -> tuple[Feedback, ...]:
    """The entries of a feedback request, in order.

    `reasons` maps the site's codes to ours. Raises BadRequest with the place and what belongs
    there, never with what was sent.
    """
    try:
        entries = _DECODER.decode(body).feedback
    except msgspec.ValidationError as error:
        raise BadRequest(f"The feedback is not as CDS Hooks asks: {_plain(error)}.") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadRequest("The body is not a JSON object with an array `feedback`.") from None
    if len(entries) > MOST_ENTRIES:
        raise BadRequest(f"More than {MOST_ENTRIES} entries in one request: send them in parts.")
    return tuple(_read(entry, at, reasons or {}) for at, entry in enumerate(entries))


def _plain(error: msgspec.ValidationError) -> str:
    """msgspec names types and places; of values it would name only those of closed lists."""
    return str(error).replace("`", "")


def _read(entry: _Entry, index: int, reasons: Mapping[str, str]) -> Feedback:
    place = f"feedback[{index}]"
    if entry.outcome not in OUTCOMES:
        raise BadRequest(f"{place}.outcome must be accepted or overridden.")
    if entry.outcome == "accepted" and not entry.accepted_suggestions:
        raise BadRequest(f"{place}.acceptedSuggestions is missing: what was accepted?")
    if entry.outcome == "overridden" and entry.accepted_suggestions:
        raise BadRequest(f"{place} is overridden, so it can have no acceptedSuggestions.")
    given = entry.override_reason or entry.override_reasons
    for each in (entry.override_reason, entry.override_reasons):
        if each and not (each.reason or each.user_comment or each.extension):
            raise BadRequest(f"{place}.overrideReason needs reason, userComment or both.")
    try:
        at = entry.outcome_timestamp.astimezone(UTC)
    except OverflowError:
        raise BadRequest(f"{place}.outcomeTimestamp is out of range.") from None
    return Feedback(
        card=str(entry.card),
        outcome=entry.outcome,
        at=at,
        suggestions=tuple(str(each.id) for each in entry.accepted_suggestions),
        reason=_code(given, reasons) if given else "",
        comment=(given.user_comment or "") if given else "",
    )


def _code(given: _Reason, reasons: Mapping[str, str]) -> str:
    """The site's word for it turned into ours; what is no code is told as `other`."""
    theirs = given.reason.code if given.reason else (given.extension or {}).get(_EPIC)
    if theirs is None:
        return ""
    code = reasons.get(str(theirs), theirs)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else _OTHER
