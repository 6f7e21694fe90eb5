"""`oncocue doctor`: what is installed and configured, without secrets."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from cds_hooks.profiles import load_profiles
from oncocue import __version__
from oncocue.folders import fixtures_folder, guidance_folder
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
    charts = len(list((fixtures_folder() / "charts").glob("*/bundle.json")))
    lines.append(f"  fixtures {charts} synthetic charts")
    return healthy, lines
