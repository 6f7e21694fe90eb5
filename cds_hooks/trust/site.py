"""Sites: one TOML file for each EHR that may call."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from cds_hooks.profiles import DrugCode, OrderCode

RECOMMENDED = ("ES384", "RS384")
# Signatures with a public key only; `none` and every HS… are not in this list on purpose.
ALGORITHMS = (
    *("ES256", "ES384", "ES512"),
    *("RS256", "RS384", "RS512"),
    *("PS256", "PS384", "PS512"),
)
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_LONGEST_LIFETIME = 3600
_MOST_SKEW = 300


class SiteFault(ValueError):
    """The site files cannot be used; the message names the file and what to change."""


class Site(Struct, frozen=True, forbid_unknown_fields=True):
    """One EHR: who it is, how it signs, and how it wants to be answered.

    Its keys are either in `jwks_file` (beside the site's file) or at one of the addresses of
    `jku`. `tenants` empty: any tenant or none. What follows `profile` is as in Profile, beside
    or over what the profile says; values that are None are those of the profile.
    `smart` is the SMART app's table; it is not looked at here.
    """

    name: str
    issuer: str
    audiences: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = RECOMMENDED
    jwks_file: str = ""
    jku: str | tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    lifetime_seconds: int = 300
    skew_seconds: int = 60
    fhir_servers: tuple[str, ...] = ()
    profile: str | None = None
    orders: dict[str, OrderCode] = {}
    override_reasons: dict[str, OrderCode] = {}
    off: tuple[str, ...] = ()
    users: dict[str, tuple[str, ...]] = {}
    prefetch: dict[str, str] = {}
    queries: dict[str, str] = {}
    links: tuple[str, ...] | None = None
    most_suggestions: int | None = None
    most_lines: int | None = None
    ballot: bool | None = None
    link_url: str | None = None
    gap_cards: bool | None = None
    question_cards: bool | None = None
    silent: bool | None = None
    deletions: bool | None = None
    drugs: tuple[DrugCode, ...] = ()
    smart: dict[str, Any] = {}

    @property
    def key_addresses(self) -> tuple[str, ...]:
        """The only addresses its keys may be fetched from."""
        return (self.jku,) if isinstance(self.jku, str) else self.jku


def load_sites(folder: Path) -> dict[Path, Site]:
    """The sites of a folder, by file.

    Raises SiteFault with the file and the reason; a folder without a site is a fault too.
    """
    if not folder.is_dir():
        raise SiteFault(f"{folder} is not a folder. Let hooks.sites name the folder of the sites.")
    sites = {path: _load(path) for path in sorted(folder.glob("*.toml"))}
    if not sites:
        raise SiteFault(f"{folder} has no site: add one *.toml for each EHR that may call.")
    _check_together(sites)
    return sites


def _load(path: Path) -> Site:
    try:
        site = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Site)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise SiteFault(f"{path}: {error}") from None
    for fault in _faults(site):
        raise SiteFault(f"{path}: {fault}")
    return site


def _faults(site: Site) -> Iterator[str]:
    if not site.name.strip():
        yield "name is empty."
    if not site.issuer.strip():
        yield "issuer is empty."
    if not site.algorithms:
        yield "algorithms is empty: leave it out for ES384 and RS384."
    for algorithm in site.algorithms:
        if algorithm not in ALGORITHMS:
            yield f"algorithm {algorithm!r} is not one of {', '.join(ALGORITHMS)}."
    if bool(site.jwks_file) == bool(site.key_addresses):
        yield "give either jwks_file or jku: where the site's public keys are."
    for key, addresses in (("jku", site.key_addresses), ("fhir_servers", site.fhir_servers)):
        for address in addresses:
            if not is_secure(address):
                yield f"{key}: {address!r} must start with https:// (http:// on loopback only)."
    if "" in (*site.audiences, *site.tenants):
        yield "audiences and tenants may not hold an empty text."
    if not 1 <= site.lifetime_seconds <= _LONGEST_LIFETIME:
        yield f"lifetime_seconds must lie between 1 and {_LONGEST_LIFETIME}."
    if not 0 <= site.skew_seconds <= _MOST_SKEW:
        yield f"skew_seconds must lie between 0 and {_MOST_SKEW}."


def is_secure(address: str) -> bool:
    """Whether a URL is https, or http on this machine, and carries no password."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _check_together(sites: dict[Path, Site]) -> None:
    """Names are unique; an issuer of several sites needs tenants that tell them apart."""
    names: dict[str, Path] = {}
    owners: dict[tuple[str, str | None], Path] = {}
    issuers: dict[str, list[Site]] = {}
    for path, site in sites.items():
        if names.setdefault(site.name, path) is not path:
            raise SiteFault(f"{path}: name {site.name!r} is that of {names[site.name]} too.")
        others = issuers.setdefault(site.issuer, [])
        others.append(site)
        if len(others) > 1 and not all(other.tenants for other in others):
            raise SiteFault(
                f"{path}: issuer {site.issuer!r} has another site; each then needs tenants."
            )
        for tenant in site.tenants:
            owner = owners.setdefault((site.issuer, tenant), path)
            if owner is not path:
                raise SiteFault(f"{path}: tenant {tenant!r} belongs to {owner} already.")
