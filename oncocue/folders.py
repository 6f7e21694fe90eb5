"""Where guidance and fixtures lie: beside the package in a checkout, inside it in a wheel."""

from __future__ import annotations

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
