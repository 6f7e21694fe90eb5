"""`oncocue check`: the named site of the configuration, checked or written out."""

from __future__ import annotations

from cds_hooks.services import Service, services
from cds_hooks.trust.verify import TrustedSite
from oncocue.callers import trusted_sites
from oncocue.settings import Settings
from oncocue.site_check import check_site
from oncocue.site_names import check_names
from oncocue.site_sheet import sheet
from oncocue.wiring import load_guidance_of, load_settings


def check_lines(name: str) -> tuple[bool, list[str]]:
    """Whether no problem was found, and a line for everything that was looked at."""
    trusted, known = _site(load_settings(), name)
    told = list(check_site(trusted, known))
    lines = [f"{each.verdict:8} {each.text}" for each in told]
    return all(each.verdict != "problem" for each in told), lines


def sheet_lines(name: str) -> list[str]:
    """The hand-over form of a site."""
    settings = load_settings()
    trusted, known = _site(settings, name)
    return list(sheet(trusted.site, trusted.client.profile, known, settings.hooks.public_url))


def _site(settings: Settings, name: str) -> tuple[TrustedSite, dict[str, Service]]:
    """The site of this name and all services; raises ValueError with the names there are."""
    trusted, _ = trusted_sites(settings.hooks)
    known = services(load_guidance_of(settings).terminology)
    check_names([each.site for each in trusted], known)
    for each in trusted:
        if each.site.name == name:
            return each, known
    listed = ", ".join(each.site.name for each in trusted)
    raise ValueError(f"No site is named {name!r}; there are: {listed}.")
