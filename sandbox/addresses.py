"""The addresses of this EHR as the caller reached it, under the conduct of the request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, g, request

from sandbox.conduct import Conduct, parse_conduct, standard


@dataclass(frozen=True)
class Addresses:
    """Where everything is, for one host and one conduct."""

    host: str
    conduct: Conduct

    @property
    def root(self) -> str:
        """What the FHIR base and the authorization server lie beside each other in."""
        return f"{self.host}{self.conduct.prefix}"

    @property
    def fhir(self) -> str:
        """The FHIR base: `iss` of a launch, `aud` of an authorization request."""
        return f"{self.root}/fhir"

    @property
    def auth(self) -> str:
        """The authorization server, which is its own issuer."""
        return f"{self.root}/auth"

    @property
    def token(self) -> str:
        """The token endpoint: `aud` of a client's assertion."""
        return f"{self.auth}/token"

    @property
    def id_token_issuer(self) -> str:
        """`iss` of ID tokens."""
        return f"{self.auth}{self.conduct.mood.discovery.id_token_issuer}"


def here() -> Addresses:
    """The addresses of the current request."""
    return Addresses(request.host_url.rstrip("/"), conduct_here())


def conduct_here() -> Conduct:
    """The conduct that the address of the current request names."""
    return g.get("conduct") or standard()


def faults_here(more: frozenset[str] = frozenset()) -> frozenset[str]:
    """The faults of the address, and those a launch brings."""
    return conduct_here().faults | more


def take_conduct(_: str | None, values: dict[str, str] | None) -> None:
    """Read the conduct out of the address of a request; 404 when there is no such conduct."""
    if values and "conduct" in values:
        named = parse_conduct(values.pop("conduct"))
        if named is None:
            abort(404)
        g.conduct = named
