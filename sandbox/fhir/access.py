"""What the bearer of a token may see: scopes, patient, user."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.conduct import Conduct
from sandbox.fhir.matching import USER_KINDS, Resource, belongs_to, matches
from sandbox.fhir.outcome import Refused
from sandbox.smart.ledger import Grant
from sandbox.smart.scopes import ResourceScope, resource_scopes
from sandbox.words import text


@dataclass(frozen=True)
class Access:
    """A grant as the FHIR server reads it, and how the server behaves towards its bearer."""

    grant: Grant
    base: str

    @property
    def conduct(self) -> Conduct:
        """The conduct of the address, with the faults of the launch."""
        return self.grant.conduct.with_faults(self.grant.context.faults)

    @property
    def patient(self) -> str | None:
        """The patient in context."""
        return self.grant.context.patient

    def require(self, kind: str, letter: str) -> None:
        """Raises Refused unless some scope allows this interaction with this type."""
        if kind in USER_KINDS and letter == "r":
            return  # decided by which user it is
        if not any(self._scopes(kind, letter)):
            raise Refused(403, "forbidden", f"The token's scopes do not cover {kind}.{letter}.")

    def require_patient(self, kind: str, letter: str, patient: str) -> None:
        """Raises Refused when only patient scopes allow it, and this is another patient."""
        scopes = list(self._scopes(kind, letter))
        if any(scope.level == "user" for scope in scopes) or patient == self.patient:
            return
        raise Refused(403, "forbidden", "The token is for another patient.")

    def sees(self, resource: Resource, letter: str) -> bool:
        """Whether a scope allows this interaction with this very resource."""
        kind = text(resource.get("resourceType"))
        if kind in USER_KINDS:
            return self._is_user(resource)
        return any(self._covers(scope, resource) for scope in self._scopes(kind, letter))

    def _covers(self, scope: ResourceScope, resource: Resource) -> bool:
        if scope.level == "patient" and not belongs_to(resource, self.patient or "/"):
            return False
        return all(matches(resource, name, wanted) for name, wanted in scope.filters)

    def _is_user(self, resource: Resource) -> bool:
        reference = f"{resource.get('resourceType')}/{resource.get('id')}"
        named = {"fhirUser", "profile"} & set(self.grant.scope.split())
        covered = any(self._scopes(text(resource.get("resourceType")), "r"))
        return covered or (bool(named) and reference == self.grant.context.user)

    def _scopes(self, kind: str, letter: str) -> Iterator[ResourceScope]:
        granted = resource_scopes(self.grant.scope)
        return (scope for scope in granted if scope.covers(kind, letter))
