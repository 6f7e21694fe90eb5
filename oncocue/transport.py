"""TLS alone carries patient data (CDS Hooks 2.0, "Security and Safety")."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from cds_hooks.front import HARDENING
from cds_hooks.outcome import operation_outcome
from oncocue.settings import ServerSection

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

# What a load balancer asks from beside us; they tell nothing of any patient.
_OF_OPERATIONS = ("/healthz", "/readyz")
_REFUSAL = operation_outcome(403, "This service answers over TLS (https) alone.")


class PlainText(ValueError):
    """The configuration would let patient data travel unencrypted; the message says what to set."""


def check_transport(server: ServerSection, host: str) -> None:
    """Raises PlainText when plain HTTP would be reachable from other machines."""
    if bool(server.certificate) != bool(server.key):
        raise PlainText("server.certificate and server.key go together: set both or neither.")
    for name, path in (("certificate", server.certificate), ("key", server.key)):
        if path and not path.is_file():
            raise PlainText(f"server.{name}: {path} is not a file.")
    if not (is_loopback(host) or server.certificate or server.behind_proxy):
        raise PlainText(
            f"At {host} patient data would travel unencrypted. Set server.certificate and "
            "server.key, or, behind a proxy that ends TLS, server.behind_proxy = true; or leave "
            "--host out."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class TlsOnly:
    """A WSGI application for requests that came by TLS, to us or to the proxy in front of us."""

    def __init__(self, app: WSGIApplication, behind_proxy: bool) -> None:
        self._app = app
        self._behind_proxy = behind_proxy

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI: the application's answer, or 403 without reading the body."""
        if self._is_plain(environ) and environ["PATH_INFO"] not in _OF_OPERATIONS:
            headers = [("Content-Type", "application/json"), *HARDENING]
            start_response("403 Forbidden", [*headers, ("Content-Length", str(len(_REFUSAL)))])
            return (_REFUSAL,)
        return self._app(environ, start_response)

    def _is_plain(self, environ: dict[str, Any]) -> bool:
        """Whether a part of the way to us was plain, as the proxies on it say."""
        told = environ.get("HTTP_X_FORWARDED_PROTO")
        if told is None:
            return self._behind_proxy
        return any(each.strip().lower() != "https" for each in told.split(","))
