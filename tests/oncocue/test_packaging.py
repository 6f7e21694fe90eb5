"""What is installed is what is in the repository."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DATA = {"oncocue.guidance", "oncocue.fixtures"}


def test_every_package_is_listed_by_name() -> None:
    """A folder with code that pyproject.toml does not name would be missing from a wheel."""
    listed = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
            "packages"
        ]
    )
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("oncology", "cds_hooks", "smartapp", "sandbox", "oncocue")
        for path in (ROOT / top).rglob("*.py")
    }

    assert found == listed - _DATA


def test_the_entry_page_is_the_one_at_the_top() -> None:
    """`launch.html` is a template of the app: one file, in the checkout and in a wheel."""
    packaged = ROOT / "smartapp" / "launch" / "templates" / "launch" / "launch.html"

    assert packaged.resolve() == ROOT / "launch.html"
