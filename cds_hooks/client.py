"""A known caller, and what makes one known."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from cds_hooks.gather import Gathering
from cds_hooks.profiles import Profile


class Client(Struct, frozen=True):
    """A known caller: its profile, the FHIR servers that may be asked for it, its site's name."""

    profile: Profile
    gathering: Gathering = Gathering()
    site: str = ""
    issuer: str = ""


class Callers(Protocol):
    """Tells who calls."""

    def verify(self, authorization: str | None, path: str) -> Client:
        """The client that made a call of `path` with this Authorization header.

        Raises Untrusted for anybody else.
        """
        ...


class AnyCaller(Struct, frozen=True):
    """For development and tests: everybody is the one client, and no header is looked at."""

    client: Client

    def verify(self, authorization: str | None, path: str) -> Client:
        """The one client."""
        return self.client
