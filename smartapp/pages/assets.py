"""Static files under names that change with their content, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import url_for


class Assets:
    """The files of one folder."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._digest = cache(self._read_digest)

    def url(self, name: str) -> str:
        """The address of a file, with a part of its SHA-384."""
        return url_for("pages.static", filename=name, v=self._digest(name))

    def _read_digest(self, name: str) -> str:
        return hashlib.sha384((self._folder / name).read_bytes()).hexdigest()[:12]
