"""`oncocue doctor`: what is installed and configured, without secrets."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cds_hooks.profiles import load_profiles
from cds_hooks.trust.site import SiteFault, load_sites
from oncocue import __version__
from oncocue.database.engine import read_url
from oncocue.database.opening import database_url, open_engine
from oncocue.database.schema import prepare, revisions
from oncocue.folders import fixtures_folder, guidance_folder
from oncocue.recording import card_memory
from oncocue.settings import Settings
from oncocue.wiring import load_settings
from oncology.guidance.load import GuidanceFault, load_guidance

_PACKAGES = ("flask", "granian", "msgspec", "fhir.resources", "requests", "structlog", "tinyhgvs")


def diagnose() -> tuple[bool, list[str]]:
    """Whether all is well, and the lines that say what was found."""
    healthy = True
    lines = [f"OncoCue {__version__}, Python {platform.python_version()}, {platform.system()}"]
    for package in _PACKAGES:
        try:
            lines.append(f"  ok       {package} {version(package)}")
        except PackageNotFoundError:
            healthy = False
            lines.append(f"  missing  {package}")
    named = os.environ.get("ONCOCUE_CONFIG")
    lines.append(f"  config   {named or 'none: ONCOCUE_CONFIG is not set'}")
    lines.append(f"  secrets  {os.environ.get('ONCOCUE_SECRETS') or 'no folder'}")
    settings = load_settings()
    lines.append(f"  profile  {settings.hooks.profile} (of {', '.join(sorted(load_profiles()))})")
    try:
        guidance = load_guidance(settings.guidance.folder or guidance_folder())
        unsigned = sum(not artifact.is_approved for artifact in guidance.artifacts.values())
        lines.append(
            f"  guidance {guidance.version}: {len(guidance.artifacts)} artifacts, "
            f"{unsigned} without approval (demonstration mode)"
        )
    except GuidanceFault as fault:
        healthy = False
        lines += [f"  guidance {each}" for each in fault.faults]
    for told, is_well in (_sites(settings), _database(settings), _operations(settings)):
        healthy = healthy and is_well
        lines += told
    charts = len(list((fixtures_folder() / "charts").glob("*/bundle.json")))
    lines.append(f"  fixtures {charts} synthetic charts")
    return healthy, lines


def _sites(settings: Settings) -> tuple[list[str], bool]:
    """A line for each EHR that may call."""
    if settings.hooks.sites is None:
        return ["  sites    none: only `serve --dev` can run"], True
    try:
        sites = load_sites(settings.hooks.sites).values()
    except (SiteFault, OSError) as fault:
        return [f"  sites    {fault}"], False
    return [
        f"  site     {site.name}: {site.issuer}, profile {site.profile or settings.hooks.profile}, "
        f"keys from {site.jwks_file or ' '.join(site.key_addresses)}"
        f"{', silent' if site.silent or settings.hooks.silent else ''}"
        for site in sites
    ], True


def _database(settings: Settings) -> tuple[list[str], bool]:
    """Where the database is, without its password, and whether its tables fit."""
    try:
        url = read_url(database_url(settings.database))
        told = url.render_as_string()
        if url.drivername == "sqlite" and not Path(url.database or "").exists():
            return [f"  database {told}: not there yet, made at the first start"], True
        engine = open_engine(settings.database)
        prepare(engine)
        card_memory(settings.record, engine)
    except ValueError as fault:
        return [f"  database {fault}"], False
    return [f"  database {told}: at revision {revisions()[-1]}"], True


def _operations(settings: Settings) -> tuple[list[str], bool]:
    """Metrics and limits."""
    metrics, limits = settings.metrics, settings.limits
    at = f"{metrics.host} port {metrics.port}" if metrics.port else "off"
    counted = limits.storage.get_secret_value().partition(":")[0]
    calls = f"{limits.calls_per_minute} calls a minute" if limits.calls_per_minute else "none"
    return [f"  metrics  {at}", f"  limits   {calls} for each site, counted in {counted}"], True
