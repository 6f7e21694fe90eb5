"""A hook call as it is shown: the service, what was sent, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from sandbox.words import first, items, text


@dataclass(frozen=True)
class Service:
    """A CDS service as its discovery entry describes it."""

    id: str
    title: str
    description: str
    prefetch: dict[str, str]
    hook: str = "patient-view"


@dataclass(frozen=True)
class Key:
    """One prefetch key of a call: its query, what became of it, and the value if one was sent."""

    name: str
    query: str
    fate: str
    value: Any = None
    is_sent: bool = False


@dataclass(frozen=True)
class Exchange:
    """One hook call: what was sent, what came back, how long it took."""

    service: Service
    url: str
    request: dict[str, Any]
    keys: tuple[Key, ...] = ()
    status: int | None = None
    response: Any = None
    body: str = ""
    milliseconds: float = 0.0
    problem: str = ""

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards of a good answer."""
        return items(self.response.get("cards")) if self.is_answered else []

    @property
    def is_answered(self) -> bool:
        """Whether this is the answer of a CDS service: 200 with a list of cards."""
        cards = self.response.get("cards") if isinstance(self.response, dict) else None
        return self.status == HTTPStatus.OK and isinstance(cards, list)

    @property
    def head(self) -> dict[str, Any]:
        """The request without its prefetch, which is shown key by key, and without the token."""
        head = {name: value for name, value in self.request.items() if name != "prefetch"}
        if granted := head.get("fhirAuthorization"):
            head["fhirAuthorization"] = {**granted, "access_token": "…"}
        return head

    @property
    def reason(self) -> str:
        """The words of a refusal's OperationOutcome."""
        if self.problem or not isinstance(self.response, dict):
            return self.problem
        issue = first(self.response.get("issue"))
        return text(issue.get("diagnostics")) or text(first(issue.get("details")).get("text"))

    @property
    def status_words(self) -> str:
        """`200 OK`; `no answer` when none came."""
        return status_words(self.status)


def status_words(status: int | None) -> str:
    """`200 OK`; `no answer` for none."""
    if status is None:
        return "no answer"
    known = status in HTTPStatus._value2member_map_
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)
