"""Each site's codes for our orders, as the pages of the SMART app need them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

from cds_hooks.profiles import OrderCode
from cds_hooks.trust.site import load_sites
from oncocue.clients import profile_named
from oncocue.settings import HooksSection
from oncology.guidance.library import Guidance
from oncology.terminology import Terminology
from smartapp.opened import OpenedChart
from smartapp.pages.drafts.request import Coded, OrderCodes

OrdersOf = Callable[[str], Mapping[str, OrderCode]]
"""The codes of a site for our orders, by our names for them."""


def orders_by_site(hooks: HooksSection, label: dict[str, str]) -> OrdersOf:
    """The codes of a site, by our orders: those of its profile, then its own over them.

    `label` is the name the pages know each site by. Two sites of one name have no codes: an order
    with another hospital's code is worse than none. Raises ValueError for an unknown profile.
    """
    usual = profile_named(hooks.profile, "hooks.profile").orders
    if hooks.sites is None:
        return lambda _site: usual
    counts = Counter(label.values())
    by_label: dict[str, dict[str, OrderCode]] = {}
    for path, site in load_sites(hooks.sites).items():
        profile = profile_named(site.profile or hooks.profile, f"{path}: profile")
        name = label.get(site.name, "")
        if counts[name] == 1:
            by_label[name] = {**profile.orders, **site.orders}
    return lambda site: by_label.get(site, {})


def order_codes(orders_of: OrdersOf) -> OrderCodes:
    """The code of one order at a chart's site."""

    def code(opened: OpenedChart, order: str) -> Coded | None:
        found = orders_of(opened.site).get(order)
        return Coded(found.system, found.code, found.display) if found else None

    return code


def terminologies(guidance: Guidance, orders_of: OrdersOf) -> Callable[[str], Terminology]:
    """The terminology of a site: with its codes an order of ours is known when it comes back."""

    return cache(lambda site: guidance.terminology_for(orders_of(site)))
