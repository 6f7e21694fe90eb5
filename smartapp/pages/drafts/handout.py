"""Handouts for the patient: questions to ask, without a diagnosis unless a clinician adds it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from smartapp.opened import OpenedChart
from smartapp.pages.drafts.facts import DEMONSTRATION
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.states import State

LANGUAGES = {"en": "English", "es": "Spanish, draft translation"}
KINDS = {"risk": "Questions about cancer in the family", "cancer": "Questions about cancer tests"}


def handout(
    opened: OpenedChart, kind: str, language: str, state: State, with_diagnosis: bool = False
) -> Letter:
    """One handout. The diagnosis is printed only when asked for, and only for `cancer`."""
    words = _texts()[kind][language]
    blocks: list[Block] = [Paragraph(each) for each in words["blocks"]]
    if with_diagnosis and kind == "cancer":
        names = tuple(each.name for each in state.present)
        blocks += [Heading(words["about_heading"]), Points(names)] if names else []
    blocks += [Heading(words["questions_heading"]), Points(tuple(words["questions"]))]
    blocks += [Heading(words["bring_heading"]), Points(tuple(words["bring"]))]
    blocks += [Heading(words["notes_heading"]), Table(("",), (("",), ("",), ("",)))]
    notes = [words["small"]]
    notes += [words["draft"]] if "draft" in words else []
    notes += [DEMONSTRATION] if opened.demonstration else []
    return Letter(
        title=words["title"],
        blocks=tuple(blocks),
        notes=tuple(notes),
        language=language,
        is_large=True,
    )


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).parent / "handouts.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
