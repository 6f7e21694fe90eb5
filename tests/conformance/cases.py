"""HL7's validator cases: what the Java validator says, and what of it our judge says too."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from tests.conformance.hl7_models import HL7

CASES = HL7 / "cases"
_MODELS = {
    "request": "CDSHooksRequest",
    "response": "CDSHooksResponse",
    "services": "CDSHooksServices",
}
# The outcome of this case is filed under another name.
_FILED = {"cdshooks-request-order-sign-bad-1": "cdshooks-request-bad-1"}

# What the Java validator says (a pattern) and how our judge says it.
SAID_ALIKE = {
    r"id value '.*' is not valid": "not a id",
    r"Unable to find resourceType property": "unable to find resourceType property",
    r"ord-1: 'Must be in the format": "not a reference",
    r"each entry in a Bundle must have a fullUrl|Bundle entry missing fullUrl": "missing fullUrl",
    r"Relative Reference appears inside Bundle": "missing fullUrl",
    r"Not a valid date format": "not a valid Patient: birthDate",
    r"CDSHookOrderSelectContext.draftOrders: minimum": "context.draftOrders: minimum",
    r"Object must have some content": "must have some content",
    r"source.label: minimum required": "source.label: minimum required",
    r"cds-resp-6": "cds-resp-6",
    r"Resource requires an id": "resource requires an id",
}
# What it says and we do not, with the reason.
SAID_BY_JAVA_ALONE = {
    r"The extension http://fhir.org/.* could not be found": "FHIR extensions are open to everybody",
    r"Unrecognized property '.*'": "names of CDS Hooks extensions are open to everybody",
    r"ValueSet 'http://hl7.org/fhir/ValueSet/medicationrequest-status": "codes inside an EHR's "
    "draft orders are the reader's concern: an unknown status is told as a note",
}
# What we say of cases and it does not, with the reason.
SAID_BY_US_ALONE = {
    "links.type: minimum": "1..1 in the ballot text and in 2.0.1, 0..1 in the model on file",
    "not under 140 characters": "in the text of the standard alone: the model has no length",
}


class Case(NamedTuple):
    """One document of the corpus and the errors the Java validator finds in it."""

    name: str
    model: str
    document: Any
    errors: tuple[str, ...] | None


def cases() -> list[Case]:
    """All cases; `errors` is None where no outcome was recorded."""
    return [
        Case(
            path.stem,
            _MODELS[path.stem.split("-")[1]],
            json.loads(path.read_bytes()),
            _errors(_FILED.get(path.stem, path.stem)),
        )
        for path in sorted(CASES.glob("*.json"))
    ]


def _errors(name: str) -> tuple[str, ...] | None:
    outcome = CASES / "outcomes" / f"R4.{name}-logical.json"
    if not outcome.is_file():
        return None
    return tuple(
        each["details"]["text"] if "details" in each else each["diagnostics"]
        for each in json.loads(outcome.read_bytes()).get("issue", ())
        if each["severity"] in ("error", "fatal")
    )


def as_we_say(error: str) -> str | None:
    """Our words for one of the Java validator's; None when it is one we leave to it."""
    for pattern, ours in SAID_ALIKE.items():
        if re.search(pattern, error):
            return ours
    assert any(re.search(pattern, error) for pattern in SAID_BY_JAVA_ALONE), error
    return None
