"""`oncocue check SITE --sheet`: the form an EHR's analyst types from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cds_hooks.profiles import Profile
from cds_hooks.services import DISCOVERY, Service
from cds_hooks.trust.site import Site
from oncocue.site_check import types_of

_BLANK = "(none)"


def sheet(
    site: Site, profile: Profile, services: Mapping[str, Service], public_url: str
) -> Iterator[str]:
    """The lines of the form, Markdown that is readable as text."""
    base = public_url.rstrip("/")
    offered = [each for each in services.values() if profile.offers(each.id, each.hook)]
    yield f"# OncoCue at {site.name}: hand-over form"
    yield ""
    yield "Type every address character for character: a call to another spelling is refused,"
    yield "and some EHRs then call without any data."
    yield from _addresses(base, profile)
    yield from _signing(site, base, offered)
    yield from _scopes(offered)
    for service in offered:
        yield from _service(service, profile, base)
    yield from _orders(profile)
    yield from _filters(profile, offered)


def _addresses(base: str, profile: Profile) -> Iterator[str]:
    yield from ("", "## Addresses", "")
    yield f"- Discovery (GET): {base}{DISCOVERY}"
    yield f"- SMART app, to be registered as launch URL: {profile.link_url or _BLANK}"
    yield f"- Redirect URI of the app: {base}/callback"
    yield f"- Our public keys: {base}/.well-known/jwks.json"
    yield f"- Links that cards may hold: {', '.join(profile.links) or 'any https address'}"


def _signing(site: Site, base: str, offered: list[Service]) -> Iterator[str]:
    yield from ("", "## How the EHR signs each call", "")
    yield f"- iss: {site.issuer}"
    yield "- aud: the address of the service that is called, for example"
    yield f"  {base}{offered[0].path if offered else DISCOVERY}"
    if site.audiences:
        yield f"  (also taken: {', '.join(site.audiences)})"
    yield f"- alg: {' or '.join(site.algorithms)}; header alg, kid, typ = JWT"
    yield "- claims: iss, aud, exp, iat, and jti, a new one for every call"
    yield f"- exp: at most {site.lifetime_seconds} s after iat; clocks within {site.skew_seconds} s"
    yield f"- tenant: {' or '.join(site.tenants) or 'not needed'}"
    yield f"- public keys: {site.jwks_file or ', '.join(site.key_addresses)}"


def _scopes(offered: list[Service]) -> Iterator[str]:
    yield from ("", "## Scopes for fhirAuthorization", "")
    yield "SMART 2: " + " ".join(f"user/{kind}.rs" for kind in types_of(offered))
    yield ""
    yield "SMART 1: " + " ".join(f"user/{kind}.read" for kind in types_of(offered))


def _service(service: Service, profile: Profile, base: str) -> Iterator[str]:
    yield from ("", f"## {service.title}", "")
    yield f"- hook: {service.hook}"
    yield f"- address (POST): {base}{service.path}"
    yield f"- feedback (POST): {base}{service.path}/feedback"
    yield ""
    yield "| prefetch key | needed | query |"
    yield "|---|---|---|"
    for item in service.prefetch:
        need = "yes" if item.is_required else "no"
        query = profile.queries.get(item.key, item.query).replace("|", "\\|")
        yield f"| {profile.prefetch.get(item.key, item.key)} | {need} | {query} |"


def _orders(profile: Profile) -> Iterator[str]:
    yield from ("", "## Orders and reasons", "")
    if not profile.orders:
        yield "No order is mapped: no card has a suggestion until [orders.…] has the site's codes."
    for name, code in sorted(profile.orders.items()):
        yield f"- {name}: {code.display} ({code.system} | {code.code})"
    for name, code in sorted(profile.reasons.items()):
        yield f"- override reason {name}: {code.display} ({code.system} | {code.code})"


def _filters(profile: Profile, offered: list[Service]) -> Iterator[str]:
    yield from ("", "## Filters on the EHR's side", "")
    yield "- Call for patients with a cancer on the problem list, not on every chart opened;"
    yield "  for genetic counselling also for patients with a family history on file."
    yield "- Call for clinicians alone: patients, relatives and proxies get no cards."
    for service in offered:
        if service.id in profile.users:
            yield f"- {service.id}: for {', '.join(profile.users[service.id])} alone."
    yield f"- Silent mode: {'on, no card is shown' if profile.silent else 'off'}"
