"""`oncocue cards`: the cards of the synthetic charts, in every client profile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from cds_hooks.profiles import Profile, load_profiles
from oncocue.folders import fixtures_folder, guidance_folder
from oncocue.judge import cards_of, judge
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance

_DAY = date(2026, 11, 22)


def model_cards() -> Iterator[str]:
    """One JSON object a line: profile, story, cards; stories without a card are left out."""
    guidance = load_guidance(guidance_folder())
    profiles = load_profiles()
    for chart in sorted((fixtures_folder() / "charts").glob("*/bundle.json")):
        if chart.parent.parent.name == "bad":
            continue
        expected = json.loads((chart.parent / "expected.json").read_text(encoding="utf-8"))
        judged = judge(chart.read_bytes(), guidance, date.fromisoformat(expected["asOf"]))
        for profile in profiles.values():
            cards = cards_of(judged, guidance, profile)
            if cards:
                yield _line(profile.name, chart.parent.name, cards)
    yield from _order_cards(guidance, profiles)


def _order_cards(guidance: Guidance, profiles: dict[str, Profile]) -> Iterator[str]:
    """The cards of the synthetic order hooks, judged on the day of the stories."""
    for path in sorted((fixtures_folder() / "hooks" / "good").glob("order-*.json")):
        if path.name.endswith(".expected.json"):
            continue
        judged = judge(path.read_bytes(), guidance, _DAY)
        for profile in profiles.values():
            cards = cards_of(judged, guidance, profile)
            if cards:
                yield _line(profile.name, path.stem, cards)


def _line(profile: str, story: str, cards: list[dict[str, Any]]) -> str:
    return json.dumps({"profile": profile, "story": story, "cards": cards}, ensure_ascii=False)
