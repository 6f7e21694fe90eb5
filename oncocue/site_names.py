"""Names in a site's file that must be names of ours: services, prefetch keys, reasons, users."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from cds_hooks.cards.card import REASONS
from cds_hooks.services import Service
from cds_hooks.trust.site import Site, SiteFault

_USERS = ("Practitioner", "PractitionerRole")


def check_names(sites: Iterable[Site], services: Mapping[str, Service]) -> None:
    """Raises SiteFault with the site, the misspelt name and those there are."""
    keys = {item.key for service in services.values() for item in service.prefetch}
    for site in sites:
        for place, name, known in _names(site, services.keys(), keys):
            if name not in known:
                listed = ", ".join(sorted(known))
                raise SiteFault(f"Site {site.name!r}: {place} {name!r} is not one of: {listed}.")


def _names(
    site: Site, services: Iterable[str], keys: Iterable[str]
) -> Iterator[tuple[str, str, Iterable[str]]]:
    for name in (*site.off, *site.users):
        yield "service", name, services
    for name in (*site.prefetch, *site.queries):
        yield "prefetch key", name, keys
    for name in site.override_reasons:
        yield "override reason", name, REASONS
    for types in site.users.values():
        for name in types:
            yield "user type", name, _USERS
