"""Each site's codes for our orders, as the pages of the SMART app need them."""

from __future__ import annotations

from collections import Counter

from cds_hooks.profiles import OrderCode
from cds_hooks.trust.site import load_sites
from oncocue.clients import profile_named
from oncocue.settings import HooksSection
from smartapp.opened import OpenedChart
from smartapp.pages.drafts.request import Coded, OrderCodes


def order_codes(hooks: HooksSection, label: dict[str, str]) -> OrderCodes:
    """The codes of a chart's site: those of its profile, then its own over them.

    `label` is the name the pages know each site by. Two sites of one name have no codes: an order
    with another hospital's code is worse than none. Raises ValueError for an unknown profile.
    """
    usual = profile_named(hooks.profile, "hooks.profile").orders
    if hooks.sites is None:
        return lambda _opened, order: _coded(usual.get(order))
    counts = Counter(label.values())
    by_label: dict[str, dict[str, OrderCode]] = {}
    for path, site in load_sites(hooks.sites).items():
        profile = profile_named(site.profile or hooks.profile, f"{path}: profile")
        name = label.get(site.name, "")
        if counts[name] == 1:
            by_label[name] = {**profile.orders, **site.orders}

    def code(opened: OpenedChart, order: str) -> Coded | None:
        return _coded(by_label.get(opened.site, {}).get(order))

    return code


def _coded(code: OrderCode | None) -> Coded | None:
    return Coded(code.system, code.code, code.display) if code else None
