"""Who may call, wired from the settings: the sites, which sign their calls."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
from sqlalchemy import Engine

from cds_hooks.client import Client
from cds_hooks.fhir_client import FhirServers
from cds_hooks.gather import Gathering
from cds_hooks.profiles import load_profiles
from cds_hooks.trust.keys import AddressKeys, Keys, KeysFault, read_key_file
from cds_hooks.trust.published import PublishedKeys, refresh_all
from cds_hooks.trust.replay import SqlReplays
from cds_hooks.trust.site import Site, SiteFault, is_secure, load_sites
from cds_hooks.trust.verify import SignedCallers, TrustedSite
from oncocue.clients import launch_page, profile_named, without_slash
from oncocue.settings import HooksSection

Clock = Callable[[], float]
_Value = TypeVar("_Value")


def signed_callers(hooks: HooksSection, engine: Engine, now: Clock = time.time) -> SignedCallers:
    """The callers of the sites' files, with their keys read and published keys fetched once.

    `engine`: where used tokens are remembered. Raises SiteFault or ValueError with what to change
    in the configuration.
    """
    trusted, published = trusted_sites(hooks, now)
    refresh_all(published)
    return SignedCallers(trusted, hooks.public_url, SqlReplays(engine), now)


def trusted_sites(
    hooks: HooksSection, now: Clock = time.time
) -> tuple[list[TrustedSite], list[PublishedKeys]]:
    """The sites with their keys and clients, and the key sets to fetch; nothing is fetched yet."""
    if hooks.sites is None:
        raise ValueError(
            "No sites: name a TOML file with [hooks] sites = the folder of the sites' files, by "
            "ONCOCUE_CONFIG, or use --dev, which is bound to loopback."
        )
    if not is_secure(hooks.public_url):
        raise ValueError("hooks.public_url must start with https:// (http:// on loopback only).")
    if hooks.fhir_servers:
        raise ValueError("hooks.fhir_servers is for --dev: name them in each site's file.")
    sites = load_sites(hooks.sites)
    addresses = {address for site in sites.values() for address in site.key_addresses}
    published = {address: PublishedKeys(address, now) for address in sorted(addresses)}
    trusted = [
        TrustedSite(site, _keys(path, site, published), _client(path, site, hooks))
        for path, site in sites.items()
    ]
    return trusted, list(published.values())


def _keys(path: Path, site: Site, published: dict[str, PublishedKeys]) -> Keys:
    if not site.jwks_file:
        return AddressKeys({address: published[address] for address in site.key_addresses})
    try:
        return read_key_file(path.parent / site.jwks_file)
    except KeysFault as fault:
        raise SiteFault(f"{path}: jwks_file: {fault}") from None


def _client(path: Path, site: Site, hooks: HooksSection) -> Client:
    """How the site is answered. What [hooks] switches off is off for every site."""
    profile = profile_named(site.profile or hooks.profile, f"{path}: profile")
    _check_orders(path, site)
    profile = msgspec.structs.replace(
        profile,
        orders={**profile.orders, **site.orders},
        reasons={**profile.reasons, **site.override_reasons},
        off=(*profile.off, *site.off),
        users={**profile.users, **site.users},
        prefetch={**profile.prefetch, **site.prefetch},
        queries={**profile.queries, **site.queries},
        links=_or(site.links, profile.links),
        most_suggestions=_or(site.most_suggestions, profile.most_suggestions),
        most_lines=_or(site.most_lines, profile.most_lines),
        ballot=_or(site.ballot, profile.ballot),
        gap_cards=_or(site.gap_cards, profile.gap_cards) and hooks.gap_cards,
        question_cards=_or(site.question_cards, profile.question_cards) and hooks.question_cards,
        silent=_or(site.silent, profile.silent) or hooks.silent,
        deletions=_or(site.deletions, profile.deletions),
        drugs=(*profile.drugs, *site.drugs),
        link_url=launch_page(hooks) if site.link_url is None else site.link_url,
    )
    servers = FhirServers(without_slash(site.fhir_servers))
    gathering = Gathering(servers, hooks.fetch_seconds, profile.prefetch, profile.queries)
    return Client(profile, gathering, site.name, site.issuer)


def _check_orders(path: Path, site: Site) -> None:
    known = {order for profile in load_profiles().values() for order in profile.orders}
    for order in site.orders:
        if order not in known:
            listed = ", ".join(sorted(known))
            raise SiteFault(f"{path}: orders.{order} is none of our orders: {listed}.")


def _or(chosen: _Value | None, default: _Value) -> _Value:
    return default if chosen is None else chosen
