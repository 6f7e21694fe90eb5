"""Registered EHRs: the `[smart]` table of a site's file, and who is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

LOOPBACK = ("localhost", "127.0.0.1", "::1")
_READ_TYPES = (
    *("Patient", "Condition", "Observation", "FamilyMemberHistory", "DiagnosticReport"),
    *("ServiceRequest", "MedicationRequest", "MedicationAdministration", "Procedure"),
    *("Specimen", "DocumentReference"),
)
_NEEDED = ("Patient", "Condition")


class RegistrationFault(ValueError):
    """A `[smart]` table cannot be used; the message says what to change."""


class SmartTable(Struct, frozen=True, forbid_unknown_fields=True):
    """`[smart]` of a site's file: how we are registered at this EHR.

    `issuer` is the FHIR base URL, as the EHR sends it in `iss`. `auth = "auto"` is asymmetric
    where the EHR offers it, else public; a secret is never chosen by itself. `algorithm = "auto"`
    is ES384 unless the EHR lists RS384 alone. `secret_file` lies beside the site's file and is for
    `auth = "basic"`. `frame_ancestors` are the origins of the EHR's web
    pages that may embed the app. `id_token_issuers` are taken beside the one the EHR publishes.
    Endpoints must be on the FHIR server's host or one of `endpoint_hosts`: an EHR's document
    sends codes nowhere else. `authorize_endpoint` and `token_endpoint` are used when the EHR
    publishes none; `configuration_url` is asked instead of the standard address. `tenants` maps
    what the EHR says of its tenants to names for the log; with it, others are refused. `write`:
    drafts may be created. `leave_out`: resource types not asked for. `near`: where trials are
    measured from, a city or `latitude, longitude`. The last four are for EHRs that differ.
    """

    issuer: str
    client_id: str
    auth: Literal["asymmetric", "basic", "public", "auto"] = "asymmetric"
    algorithm: Literal["ES384", "RS384", "auto"] = "auto"
    secret_file: str = ""
    redirect_base: str = ""
    label: str = ""
    frame_ancestors: tuple[str, ...] = ()
    style_hosts: tuple[str, ...] = ()
    id_token_issuers: tuple[str, ...] = ()
    endpoint_hosts: tuple[str, ...] = ()
    configuration_url: str = ""
    authorize_endpoint: str = ""
    token_endpoint: str = ""
    tenants: dict[str, str] = {}
    write: bool = False
    leave_out: tuple[str, ...] = ()
    near: str = ""
    standalone: bool = True
    scope_syntax: Literal["auto", "v1", "v2"] = "auto"
    pkce: bool = True
    send_client_id: bool = False
    encode_secret: bool = True
    send_jku: bool = False

    @property
    def read_types(self) -> tuple[str, ...]:
        """The resource types whose reading is asked for."""
        return tuple(kind for kind in _READ_TYPES if kind not in self.leave_out)


class Ehr(Struct, frozen=True):
    """A registered EHR: its site's name, its table, where it sends the browser back to."""

    site: str
    smart: SmartTable
    redirect_base: str
    secret: str = ""

    @property
    def base(self) -> str:
        """The FHIR base URL without a slash at its end."""
        return self.smart.issuer.rstrip("/")

    @property
    def redirect_uri(self) -> str:
        """The one registered redirect URI: from configuration, never from a Host header."""
        return f"{self.redirect_base}/callback"

    @property
    def jwks_url(self) -> str:
        """Where our public keys are."""
        return f"{self.redirect_base}/.well-known/jwks.json"

    @property
    def label(self) -> str:
        """The name people read."""
        return self.smart.label or self.site

    def is_endpoint(self, address: str) -> bool:
        """Whether an address may be an endpoint of this EHR: safe, and on a host it is known by."""
        hosts = (urlsplit(self.base).netloc, *self.smart.endpoint_hosts)
        return self.may_use(address) and urlsplit(address).netloc in hosts

    def may_use(self, address: str) -> bool:
        """Whether requests may go to an address this EHR names: https, or loopback as it is."""
        on_loopback = urlsplit(self.base).hostname in LOOPBACK
        return is_safe(address, loopback=on_loopback)


def is_safe(address: str, loopback: bool) -> bool:
    """Whether a URL is https without credentials or fragment; on loopback http too, if allowed."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment or "\\" in address:
        return False
    if any(character <= " " for character in address):
        return False
    if parts.hostname in LOOPBACK:
        return loopback and parts.scheme in ("http", "https")
    return parts.scheme == "https"


def origin_of(address: str) -> str:
    """Scheme, host and port of a URL."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


class Ehrs:
    """The registered EHRs; nobody else can start a launch."""

    def __init__(self, ehrs: Iterable[Ehr]) -> None:
        self._by_base: dict[str, Ehr] = {}
        self._by_site: dict[str, Ehr] = {}
        for ehr in ehrs:
            other = self._by_base.setdefault(ehr.base, ehr)
            if other is not ehr:
                raise RegistrationFault(
                    f"smart.issuer {ehr.base} is registered by {other.site} and {ehr.site}: "
                    "keep one, and tell hospitals behind one FHIR base apart by smart.tenants."
                )
            if self._by_site.setdefault(ehr.site, ehr) is not ehr:
                raise RegistrationFault(f"Two sites are called {ehr.site}.")

    def __iter__(self) -> Iterator[Ehr]:
        return iter(self._by_site.values())

    def issued(self, iss: str) -> Ehr | None:
        """The EHR of a launch's `iss`, compared character for character but for one last slash."""
        return self._by_base.get(iss.removesuffix("/"))

    def at(self, site: str) -> Ehr | None:
        """The EHR of a site."""
        return self._by_site.get(site)

    @property
    def frame_ancestors(self) -> tuple[str, ...]:
        """Every origin that may embed some page of ours."""
        named = (origin for ehr in self for origin in ehr.smart.frame_ancestors)
        return tuple(dict.fromkeys(named))


def registered(site: str, table: dict[str, Any], folder: Path, public_url: str) -> Ehr:
    """The EHR of a site's `[smart]` table; `folder` is that of the site's file.

    Raises RegistrationFault with what to change.
    """
    try:
        smart = msgspec.convert(table, SmartTable)
    except msgspec.ValidationError as error:
        raise RegistrationFault(f"smart: {error}") from None
    ehr = Ehr(site, smart, (smart.redirect_base or public_url).rstrip("/"))
    for fault in _faults(ehr):
        raise RegistrationFault(f"smart.{fault}")
    if smart.auth != "basic":
        return ehr
    try:
        secret = (folder / smart.secret_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise RegistrationFault(f"smart.secret_file {smart.secret_file} cannot be read.") from None
    if not secret:
        raise RegistrationFault(f"smart.secret_file {smart.secret_file} is empty.")
    return msgspec.structs.replace(ehr, secret=secret)


def _faults(ehr: Ehr) -> Iterator[str]:
    smart = ehr.smart
    if not is_safe(smart.issuer, loopback=True) or "?" in smart.issuer:
        yield "issuer must be the FHIR base URL, https (http on loopback only)."
    if not smart.client_id.strip():
        yield "client_id is empty."
    if (smart.auth == "basic") != bool(smart.secret_file):
        yield 'secret_file goes with auth = "basic", and only with it.'
    if not is_safe(ehr.redirect_base, loopback=True) or "*" in ehr.redirect_base:
        yield "redirect_base must be one https address (http on loopback only), no wildcard."
    for name in ("configuration_url", "authorize_endpoint", "token_endpoint"):
        address = getattr(smart, name)
        if address and not ehr.may_use(address):
            yield f"{name} must be https (http on loopback only)."
    if bool(smart.authorize_endpoint) != bool(smart.token_endpoint):
        yield "authorize_endpoint and token_endpoint go together."
    for origin in smart.frame_ancestors:
        if not is_safe(origin, loopback=True) or origin_of(origin) != origin or "*" in origin:
            yield f"frame_ancestors: {origin!r} must be an origin like https://ehr.example."
    for kind in smart.leave_out:
        if kind in _NEEDED or kind not in _READ_TYPES:
            yield f"leave_out: {kind!r} is not one of {', '.join(_READ_TYPES[2:])}."
