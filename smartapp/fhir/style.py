"""The EHR's look (`smart_style_url`): fetched by the server, each value checked."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests

from smartapp.opened import Style
from smartapp.outbound import get_json
from smartapp.registration import Ehr

_MOST_BYTES = 64 * 1024
_SECONDS = 2.0
_MOST_KEPT = 100
_COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_SIZE = re.compile(r"(?:\d{1,3}(?:\.\d{1,3})?)(?:px|rem|em|pt|%)?\Z")
_FONT = re.compile(r"[A-Za-z0-9 ,'\-]{1,200}\Z")
# The keys of SMART 2.2, "Styling"; nothing else of the document is taken.
_COLORS = (
    *("color_background", "color_error", "color_highlight", "color_modal_backdrop"),
    *("color_success", "color_text"),
)
_SIZES = ("dim_border_radius", "dim_font_size", "dim_spacing_size")
_FONTS = ("font_family_body", "font_family_heading")


class Styles:
    """Styles by URL: the URL is the version, so each is fetched once."""

    def __init__(self, get: Callable[..., tuple[int, Any]] = get_json) -> None:
        self._get = get
        self._lock = threading.Lock()
        self._known: dict[str, Style] = {}

    def style(self, ehr: Ehr, address: str) -> Style:
        """The style at an address of this EHR; none when it is elsewhere or unusable."""
        if not address or not _is_of(ehr, address):
            return Style()
        with self._lock:
            if address in self._known:
                return self._known[address]
        try:
            status, document = self._get(address, seconds=_SECONDS, most_bytes=_MOST_BYTES)
        except requests.RequestException:
            return Style()
        found = read_style(document) if status == requests.codes.ok else Style()
        with self._lock:
            while len(self._known) >= _MOST_KEPT:
                del self._known[next(iter(self._known))]
            self._known[address] = found
        return found


def read_style(document: Any) -> Style:
    """The values of a style document that are safe to write into a style sheet."""
    if not isinstance(document, dict):
        return Style()
    return Style(
        _kept(document, _COLORS, _COLOR),
        _kept(document, _SIZES, _SIZE),
        _kept(document, _FONTS, _FONT),
    )


def _kept(
    document: dict[str, Any], names: tuple[str, ...], form: re.Pattern[str]
) -> dict[str, str]:
    values = {name: document.get(name) for name in names}
    return {
        name: value
        for name, value in values.items()
        if isinstance(value, str) and form.match(value)
    }


def _is_of(ehr: Ehr, address: str) -> bool:
    if not ehr.may_use(address):
        return False
    host = urlsplit(address).netloc
    return host == urlsplit(ehr.base).netloc or host in ehr.smart.style_hosts
