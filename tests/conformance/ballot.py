"""What HL7's ballot text of the models adds to the StructureDefinitions on file, in our words.

Source: GitHub HL7/cds-hooks, input/fsh, commit fb10ca7 (2026-06-24).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

JsonObject = dict[str, Any]


class Element(NamedTuple):
    """One element of a logical model."""

    least: int
    most: str
    type: str
    values: tuple[str, ...] = ()
    json_name: str = ""


class Invariant(NamedTuple):
    """A rule on the object at `path`; `only_3`: about what CDS Hooks 2.0 does not have."""

    key: str
    path: str
    is_error: bool
    holds: Callable[[JsonObject], bool]
    only_3: bool = False


OBJECT = "object"
_ANY = "*"

# Elements whose text changed, or that are new.
ELEMENTS: dict[str, Element] = {
    "CDSHooksServices.services.version": Element(0, "1", "string"),
    "CDSHooksResponse.cards.indicator": Element(
        1, "1", "code", values=("info", "warning", "critical")
    ),
    "CDSHooksResponse.cards.selectionBehavior": Element(
        0, "1", "code", values=("at-most-one", "any")
    ),
    "CDSHooksResponse.cards.suggestions.actions.type": Element(
        1, "1", "code", values=("create", "update", "delete")
    ),
    "CDSHooksResponse.cards.suggestions.actions.resourceId": Element(0, "1", "string"),
    "CDSHooksResponse.cards.suggestions.actionSelectionBehavior": Element(0, "1", "code"),
    "CDSHooksResponse.cards.links.type": Element(1, "1", "code", values=("absolute", "smart")),
    "CDSHooksResponse.cards.links.autolaunchable": Element(0, "1", "boolean"),
    "CDSHooksFeedback.feedback": Element(0, _ANY, OBJECT),
    "CDSHooksFeedback.feedback.card": Element(1, "1", "uuid"),
    "CDSHooksFeedback.feedback.outcome": Element(1, "1", "code"),
    "CDSHooksFeedback.feedback.acceptedSuggestions": Element(0, _ANY, OBJECT),
    "CDSHooksFeedback.feedback.acceptedSuggestions.id": Element(1, "1", "uuid"),
    "CDSHooksFeedback.feedback.overrideReason": Element(0, "1", OBJECT),
    "CDSHooksFeedback.feedback.overrideReason.reason": Element(0, "1", "Coding"),
    "CDSHooksFeedback.feedback.overrideReason.userComment": Element(0, "1", "string"),
    "CDSHooksFeedback.feedback.outcomeTimestamp": Element(1, "1", "instant"),
}
# An action is the same thing wherever it stands (contentReference in the ballot text).
ELEMENTS |= {
    f"CDSHooksResponse.systemActions{path}": element
    for path, element in {
        "": Element(0, _ANY, OBJECT),
        ".type": Element(1, "1", "code", values=("create", "update", "delete")),
        ".description": Element(0, "1", "string"),
        ".resource": Element(0, "1", "Resource"),
        ".resourceId": Element(0, "1", "string"),
    }.items()
}
# Elements that CDS Hooks 2.0.1 does not have.
ONLY_3 = frozenset(
    {
        "CDSHooksServices.services.version",
        "CDSHooksResponse.cards.suggestions.actionSelectionBehavior",
    }
)
# Contexts come from the CDS Hooks Library 1.0.1 (GitHub HL7/cds-hooks-library).
_VIEW = {
    "userId": Element(1, "1", "string"),
    "patientId": Element(1, "1", "id"),
    "encounterId": Element(0, "1", "id"),
}
CONTEXTS: dict[str, dict[str, Element]] = {
    "patient-view": _VIEW,
    "order-sign": {**_VIEW, "draftOrders": Element(1, "1", "Resource")},
    "order-select": {
        **_VIEW,
        "selections": Element(1, _ANY, "reference"),
        "draftOrders": Element(1, "1", "Resource"),
    },
}

_CARD = "CDSHooksResponse.cards"
_ACTION = f"{_CARD}.suggestions.actions"
_FEEDBACK = "CDSHooksFeedback.feedback"


def _recommended(card: JsonObject) -> int:
    return sum(each.get("isRecommended") is True for each in card.get("suggestions", ()))


INVARIANTS = (
    Invariant(
        "cds-r-1",
        "CDSHooksRequest",
        True,
        lambda request: "fhirAuthorization" not in request or "fhirServer" in request,
    ),
    Invariant(
        "cds-r-2",
        "CDSHooksRequest.fhirAuthorization",
        False,
        lambda granted: "patient/" not in granted.get("scope", "") or "patient" in granted,
    ),
    Invariant(
        "cds-resp-1",
        _CARD,
        True,
        lambda card: card.get("selectionBehavior") != "at-most-one" or _recommended(card) <= 1,
    ),
    Invariant(
        "cds-resp-2",
        _ACTION,
        False,
        lambda action: (
            action.get("type") != "delete" or ("resourceId" in action and "resource" not in action)
        ),
    ),
    Invariant(
        "cds-resp-3",
        f"{_CARD}.links",
        True,
        lambda link: link.get("type") == "smart" or "appContext" not in link,
    ),
    Invariant("cds-resp-4", f"{_CARD}.overrideReasons", True, lambda reason: "display" in reason),
    Invariant(
        "cds-resp-5",
        f"{_CARD}.suggestions",
        True,
        lambda suggestion: all("description" in each for each in suggestion.get("actions", ())),
    ),
    Invariant(
        "cds-resp-6",
        _CARD,
        True,
        lambda card: not card.get("suggestions") or "selectionBehavior" in card,
    ),
    Invariant(
        "cds-resp-7",
        f"{_CARD}.suggestions",
        True,
        lambda each: each.get("actionSelectionBehavior", "all") in ("all", "any", "at-most-one"),
        only_3=True,
    ),
    Invariant(
        "cds-fb-1", _FEEDBACK, True, lambda each: each.get("outcome") in ("accepted", "overridden")
    ),
    Invariant(
        "cds-fb-2",
        _FEEDBACK,
        True,
        lambda each: each.get("outcome") != "accepted" or bool(each.get("acceptedSuggestions")),
    ),
    Invariant(
        "cds-fb-3",
        f"{_FEEDBACK}.overrideReason",
        True,
        lambda each: "reason" in each or "userComment" in each,
    ),
)
