"""`oncocue check SITE`: what a site's file says, held against the live EHR."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, Literal, NamedTuple

import requests

from cds_hooks.client import Client
from cds_hooks.profiles import OrderCode
from cds_hooks.scopes import may_read
from cds_hooks.services import Service
from cds_hooks.trust.keys import KeyIndex, KeysFault, read_key_set
from cds_hooks.trust.published import fetch_key_set
from cds_hooks.trust.site import Site
from cds_hooks.trust.verify import TrustedSite

_TIMEOUT = 10.0
_FHIR = "application/fhir+json, application/json;q=0.9"
# A token for the checks that need one, taken from the environment so that no shell keeps it.
TOKEN_VARIABLE = "ONCOCUE_CHECK_TOKEN"


class Told(NamedTuple):
    """One line of a check: well, a problem to mend, or what could not be told."""

    verdict: Literal["ok", "problem", "unknown"]
    text: str


class LiveEhr:
    """One FHIR server, asked with a token if there is one; redirects are not followed."""

    def __init__(self, base: str, token: str | None) -> None:
        self.base = base.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"
        self.dates: list[str] = []

    def get(self, path: str, **parameters: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a path; status 0 with the reason when there is no answer."""
        try:
            reply = self._session.get(
                f"{self.base}/{path}",
                params=parameters,
                headers={"Accept": _FHIR},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as fault:
            return 0, {"reason": type(fault).__name__}
        self.dates.append(reply.headers.get("Date", ""))
        try:
            content = reply.json()
        except requests.JSONDecodeError:
            content = {}
        return reply.status_code, content if isinstance(content, dict) else {}


def check_site(
    trusted: TrustedSite, services: Mapping[str, Service], token: str | None = None
) -> Iterator[Told]:
    """Every check of a site, in the order in which they are best mended."""
    site, client = trusted.site, trusted.client
    token = token or os.environ.get(TOKEN_VARIABLE)
    offered = [each for each in services.values() if client.profile.offers(each.id, each.hook)]
    yield from _keys(site)
    if not site.fhir_servers:
        yield Told("unknown", "fhir_servers is empty: whatever is not prefetched will be lacking")
    for base in site.fhir_servers:
        ehr = LiveEhr(base, token)
        yield from _smart(ehr, offered)
        yield from _searches(ehr, offered, client)
        yield from _clock(ehr, site)
        yield from _codes(ehr, client)
    yield from _unmapped(client)


def _keys(site: Site) -> Iterator[Told]:
    if site.jwks_file:
        yield Told("ok", f"keys: {site.jwks_file} was read at the start")
    for address in site.key_addresses:
        try:
            index = read_key_set(fetch_key_set(address))
        except KeysFault as fault:
            yield Told("problem", f"keys: {address}: {fault}")
        else:
            yield _suitable(address, index, site)


def _suitable(address: str, index: KeyIndex, site: Site) -> Told:
    found = {algorithm for _, algorithm in index}
    wanted = found & set(site.algorithms)
    if not wanted:
        return Told(
            "problem",
            f"keys: {address} has keys for {', '.join(sorted(found))}, none for "
            f"{', '.join(site.algorithms)}: see algorithms",
        )
    names = {kid for kid, algorithm in index if algorithm in wanted}
    return Told("ok", f"keys: {address}: {len(names)} for {', '.join(sorted(wanted))}")


def _smart(ehr: LiveEhr, offered: list[Service]) -> Iterator[Told]:
    status, content = ehr.get(".well-known/smart-configuration")
    if status != requests.codes.ok:
        yield Told("problem", f"discovery: {ehr.base}: {_why(status, content)}")
        return
    for name in ("authorization_endpoint", "token_endpoint"):
        address = content.get(name)
        yield (
            Told("ok", f"discovery: {name} {address}")
            if isinstance(address, str) and address
            else Told("problem", f"discovery: {name} is missing")
        )
    yield from _scopes(content.get("scopes_supported"), offered)


def _scopes(supported: object, offered: list[Service]) -> Iterator[Told]:
    if not isinstance(supported, list):
        yield Told("unknown", "scopes: the EHR does not list those it supports")
        return
    words = " ".join(each for each in supported if isinstance(each, str))
    lacking = [kind for kind in types_of(offered) if not may_read(words, kind)]
    if lacking:
        yield Told("problem", f"scopes: none of those listed reads {', '.join(lacking)}")
    else:
        yield Told("ok", "scopes: those listed can read every type we ask for")


def types_of(offered: list[Service]) -> list[str]:
    """The types of resource that services ask for."""
    return sorted({item.resource_type for service in offered for item in service.prefetch})


def _searches(ehr: LiveEhr, offered: list[Service], client: Client) -> Iterator[Told]:
    status, content = ehr.get("metadata")
    if status != requests.codes.ok:
        yield Told("problem", f"searches: {ehr.base}/metadata: {_why(status, content)}")
        return
    version = str(content.get("fhirVersion", "none"))
    yield (
        Told("ok", f"searches: FHIR {version}")
        if version.startswith("4.0")
        else Told("problem", f"searches: FHIR {version}; we ask for R4 (4.0.1)")
    )
    known = {
        each.get("type"): each
        for rest in content.get("rest", ())
        for each in rest.get("resource", ())
    }
    items = [item for service in offered for item in service.prefetch]
    required = {item.key for item in items if item.is_required}
    for item in {item.key: item for item in items}.values():
        query = client.profile.queries.get(item.key, item.query)
        yield _search(item.key, query, known, "problem" if item.key in required else "unknown")


def _search(
    key: str, query: str, known: Mapping[str, dict[str, Any]], need: Literal["problem", "unknown"]
) -> Told:
    kind, _, parameters = query.partition("?")
    kind = kind.partition("/")[0]
    resource = known.get(kind)
    if resource is None:
        return Told(need, f"searches: {key}: the EHR does not offer {kind}")
    codes = {each.get("code") for each in resource.get("interaction", ())}
    wanted = "search-type" if parameters else "read"
    if codes and wanted not in codes:
        return Told(need, f"searches: {key}: {kind} without {wanted}")
    names = {each.get("name") for each in resource.get("searchParam", ())}
    lacking = {part.partition("=")[0] for part in parameters.split("&") if part} - names
    if names and lacking:
        return Told(
            need,
            f"searches: {key}: {kind} is not searched by {', '.join(sorted(lacking))}; "
            "set another query in [queries]",
        )
    return Told("ok", f"searches: {key}: {kind}")


def _clock(ehr: LiveEhr, site: Site) -> Iterator[Told]:
    told = next((each for each in reversed(ehr.dates) if each), "")
    try:
        apart = abs(parsedate_to_datetime(told).timestamp() - time())
    except ValueError:
        yield Told("unknown", "clock: the EHR does not tell the time")
        return
    verdict: Literal["ok", "problem"] = "ok" if apart <= site.skew_seconds else "problem"
    yield Told(verdict, f"clock: {apart:.0f} s apart; {site.skew_seconds} s are allowed")


def _codes(ehr: LiveEhr, client: Client) -> Iterator[Told]:
    for name, code in sorted(client.profile.orders.items()):
        yield _code(ehr, name, code)


def _code(ehr: LiveEhr, name: str, code: OrderCode) -> Told:
    """Whether the EHR knows an orderable: by its terminology, else by orders that carry it."""
    place = f"orders: {name} -> {code.system}|{code.code}"
    status, content = ehr.get("CodeSystem/$validate-code", url=code.system, code=code.code)
    if status == requests.codes.ok:
        results = {each.get("name"): each for each in content.get("parameter", ())}
        known = results.get("result", {}).get("valueBoolean")
        if known is not None:
            return Told("ok" if known else "problem", f"{place}: {_known(known)}")
    found, content = ehr.get(
        "ServiceRequest", code=f"{code.system}|{code.code}", _count="1", _summary="count"
    )
    if found == requests.codes.ok and content.get("total"):
        return Told("ok", f"{place}: in use")
    hint = "" if found == requests.codes.ok else f" ({_why(found, content)}; {TOKEN_VARIABLE}?)"
    return Told("unknown", f"{place}: the EHR did not say whether it knows it{hint}")


def _known(known: object) -> str:
    return "known" if known is True else "the EHR does not know this code"


def _unmapped(client: Client) -> Iterator[Told]:
    if not client.profile.orders:
        yield Told("unknown", "orders: none is mapped, so no card has a suggestion")


def _why(status: int, content: Mapping[str, Any]) -> str:
    return f"answered {status}" if status else f"could not be reached ({content['reason']})"
