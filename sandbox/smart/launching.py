"""Launching an app from this EHR, and what hook services may read."""

from __future__ import annotations

from urllib.parse import urlencode

from sandbox.addresses import Addresses
from sandbox.conduct import Conduct
from sandbox.fhir.matching import SEARCH_PARAMETERS
from sandbox.smart.clients import RegisteredApp
from sandbox.smart.context import LaunchContext
from sandbox.smart.ledger import Ledger


def usual_app(service_url: str) -> RegisteredApp:
    """The registration of the app beside the CDS service."""
    origin = service_url.rstrip("/")
    return RegisteredApp(
        client_id="oncocue",
        name="OncoCue",
        redirect_uris=(f"{origin}/callback",),
        launch_url=f"{origin}/launch.html",
        method="private_key_jwt",
        keys_at=f"{origin}/.well-known/jwks.json",
        public_without_keys=True,
    )


def launch_address(
    ledger: Ledger, app: RegisteredApp, context: LaunchContext, at: Addresses
) -> str:
    """Where the browser goes to open an app: its launch URL with `iss` and `launch`."""
    launch = ledger.launch(app.client_id, context, at.conduct.slug)
    mark = "&" if "?" in app.launch_url else "?"
    return f"{app.launch_url}{mark}{urlencode({'iss': at.fhir, 'launch': launch})}"


def hook_scopes(conduct: Conduct) -> str:
    """The scopes of a hook call's token: reading the types this server offers."""
    suffix = "rs" if "v2" in conduct.mood.tokens.grammars else "read"
    offered = [kind for kind in SEARCH_PARAMETERS if conduct.mood.searching(kind).is_offered]
    return " ".join(f"patient/{kind}.{suffix}" for kind in offered)
