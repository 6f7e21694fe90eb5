"""Refusals of a FHIR server: a status and an OperationOutcome."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request this FHIR server does not answer; carries status, issue type and words."""

    def __init__(self, status: int, code: str, words: str, number: str = "") -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        self.words = words
        self.number = number

    @property
    def outcome(self) -> dict[str, Any]:
        """The refusal as an OperationOutcome."""
        return operation_outcome("error", self.code, self.words, self.number)


def operation_outcome(severity: str, code: str, words: str, number: str = "") -> dict[str, Any]:
    """An OperationOutcome with one issue; `number` is a vendor's own code for it."""
    issue: dict[str, Any] = {"severity": severity, "code": code, "diagnostics": words}
    if number:
        coding = {"system": "urn:oncocue:sandbox:vendor-codes", "code": number, "display": words}
        issue["details"] = {"coding": [coding], "text": words}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
