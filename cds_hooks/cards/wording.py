"""How a card speaks: short sentences, safe Markdown, unambiguous dates."""

from __future__ import annotations

import re
from collections.abc import Iterable

from oncology.dates import PartialDate
from oncology.findings import Because

SUMMARY_LENGTH = 100
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")
DEMONSTRATION = "Demonstration content, not clinically approved."


def safe(text: str) -> str:
    """Text of the chart or a table with Markdown made harmless."""
    return _MARKDOWN.sub(r"\\\1", text)


def plain(markdown: str) -> str:
    """The same detail for clients without Markdown."""
    return re.sub(r"\\([\\`*_\[\]<>#|~])", r"\1", markdown.replace("**", ""))


def dated(text: str, date: PartialDate | None) -> str:
    """`text (9 Nov 2026)`; the date as recorded, left out when there is none."""
    return f"{text} ({date.words()})" if date else text


def said(because: Because) -> str:
    """One fact with its date, safe for Markdown."""
    return dated(safe(because.text), because.date)


def listed(names: Iterable[str]) -> str:
    """Names without repeats, in alphabetical order: `ALK, MET exon 14, NTRK`."""
    return ", ".join(sorted(dict.fromkeys(names), key=str.lower))


def bullets(*lines: tuple[str, str]) -> str:
    """A one-level list of `**Label:** text`; lines without text are left out."""
    return "\n".join(f"- **{label}:** {text}" for label, text in lines if text)


def shorten(*candidates: str) -> str:
    """The first candidate that fits a summary; else the last one, cut at a word."""
    for candidate in candidates:
        if len(candidate) <= SUMMARY_LENGTH:
            return candidate
    cut = candidates[-1][: SUMMARY_LENGTH - 1]
    return cut.rsplit(" ", 1)[0] + "…"
