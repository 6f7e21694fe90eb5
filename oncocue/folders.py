"""Where things lie: guidance and fixtures with the code, what the product keeps in the state."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def guidance_folder() -> Path:
    """The clinical knowledge shipped with this release."""
    return _folder("guidance")


def fixtures_folder() -> Path:
    """The synthetic charts and hook requests shipped with this release."""
    return _folder("fixtures")


def state_folder() -> Path:
    """Where the product keeps what it must remember: systemd's folder, else one of the user."""
    given = os.environ.get("STATE_DIRECTORY")
    if given:
        return Path(given.split(":")[0])
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "oncocue"
