"""An authorization request as it came: from whom, and where the answer may go."""

from __future__ import annotations

from dataclasses import dataclass

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import OAuth2Payload
from flask import request
from werkzeug.datastructures import MultiDict

from sandbox.addresses import conduct_here
from sandbox.conduct import Conduct
from sandbox.smart.clients import RegisteredApp, Registry


class Refused(Exception):
    """A request that is answered here, not at its redirect_uri; the message says why."""


class Payload(OAuth2Payload):
    """The parameters of a request for Authlib."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> MultiDict[str, str]:
        """The first value of each parameter."""
        return self._values

    @property
    def datalist(self) -> dict[str, list[str]]:
        """All values of each parameter."""
        return dict(self._values.lists())


@dataclass(frozen=True)
class Asked:
    """A request whose app and redirect_uri are known to be good."""

    app: RegisteredApp
    values: MultiDict[str, str]
    conduct: Conduct
    address: str

    def for_authlib(self) -> OAuth2Request:
        """The same in Authlib's words. Its method: the request may have been parked meanwhile."""
        made = OAuth2Request("GET", self.address)
        made.payload = Payload(self.values)
        return made


def read_request(registry: Registry) -> Asked:
    """The authorization request at hand.

    Raises Refused while nothing may be sent back: RFC 6749, 4.1.2.1.
    """
    if request.method == "POST" and request.query_string:
        raise Refused("The request has parameters in its address and in its body.")
    values = MultiDict(request.form if request.method == "POST" else request.args)
    if any(len(values.getlist(name)) > 1 for name in ("client_id", "redirect_uri")):
        raise Refused("client_id or redirect_uri is there more than once.")
    app = registry.find(values.get("client_id"))
    if app is None:
        raise Refused("No app of this client_id is registered with this EHR.")
    if not app.check_redirect_uri(values.get("redirect_uri", "")):
        raise Refused(
            "redirect_uri is not one that the app registered, character for character. "
            "Nothing is sent there."
        )
    return Asked(app, values, conduct_here(), request.base_url)
