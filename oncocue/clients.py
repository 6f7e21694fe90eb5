"""How a client is answered: what the settings say for it, and the one client of development."""

from __future__ import annotations

import msgspec

from cds_hooks.client import AnyCaller, Client
from cds_hooks.fhir_client import FhirServers
from cds_hooks.gather import Gathering
from cds_hooks.profiles import Profile, load_profiles
from oncocue.settings import HooksSection


def development_caller(hooks: HooksSection) -> AnyCaller:
    """Everybody, as the client of the settings; FHIR servers on loopback may be asked."""
    profile = msgspec.structs.replace(
        profile_named(hooks.profile, "hooks.profile"),
        gap_cards=hooks.gap_cards,
        question_cards=hooks.question_cards,
        silent=hooks.silent,
        link_url=launch_page(hooks),
    )
    servers = FhirServers(without_slash(hooks.fhir_servers), allow_loopback=True)
    return AnyCaller(Client(profile, Gathering(servers, hooks.fetch_seconds), "development"))


def profile_named(name: str, place: str) -> Profile:
    """The client profile of this name; raises ValueError with the `place` that names another."""
    profiles = load_profiles()
    if name not in profiles:
        raise ValueError(f"{place} {name!r} is not one of: {', '.join(sorted(profiles))}.")
    return profiles[name]


def launch_page(hooks: HooksSection) -> str:
    """Where a card's link leads unless a site says otherwise."""
    return f"{hooks.public_url.rstrip('/')}/launch.html"


def without_slash(servers: list[str] | tuple[str, ...]) -> frozenset[str]:
    """Base URLs of FHIR servers as they are compared."""
    return frozenset(server.rstrip("/") for server in servers)
