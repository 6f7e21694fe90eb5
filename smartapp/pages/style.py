"""Style sheets of one launch: the EHR's own colours, and what stands on each printed sheet."""

from __future__ import annotations

import re

from smartapp.opened import Style
from smartapp.pages.frame import Frame

_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})\Z")
_WHITE = "#ffffff"
# WCAG 2.2, 1.4.3: text needs 4.5 : 1.
_READABLE = 4.5


def style_sheet(style: Style) -> str:
    """CSS custom properties for what the EHR styles and we can take over; else empty."""
    ground = _hex(style.colors.get("color_background", "")) or _WHITE
    lines = []
    if ground != _WHITE and contrast(ground, "#17262e") >= 7:
        lines.append(f"--ground: {ground};")
    accent = _hex(style.colors.get("color_highlight", ""))
    if accent and contrast(accent, _WHITE) >= _READABLE:
        lines += [f"--accent: {accent};", f"--accent-dark: {accent};", f"--banner: {accent};"]
    return f":root {{ {' '.join(lines)} }}\n" if lines else ""


def print_sheet(shown: Frame) -> str:
    """Whose chart this is and how old, in the margin of every printed page."""
    who = shown.banner
    line = f"{who.name} · {who.facts} · born {who.born} · MRN {who.mrn}"
    about = f"OncoCue decision support · data as of {shown.read_at}"
    return (
        f"@page {{ @top-left {{ content: {_string(line)}; font: 8pt sans-serif; }} "
        f"@bottom-left {{ content: {_string(about)}; font: 8pt sans-serif; }} "
        "@bottom-right { content: counter(page) ' / ' counter(pages); font: 8pt sans-serif; } }\n"
    )


def _string(text: str) -> str:
    """A CSS string: every character but letters, digits and spaces by its number."""
    kept = (each if each.isalnum() or each == " " else f"\\{ord(each):x} " for each in text)
    return f'"{"".join(kept)}"'


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _hex(color: str) -> str:
    """A colour as #rrggbb; empty when it is written in another way."""
    found = _HEX.match(color.strip())
    if not found:
        return ""
    digits = found[1].lower()
    return f"#{digits}" if len(digits) == 6 else "#" + "".join(each * 2 for each in digits)


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
