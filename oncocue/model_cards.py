"""`oncocue cards`: the cards of the synthetic charts, in every client profile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from cds_hooks.profiles import load_profiles
from oncocue.folders import fixtures_folder, guidance_folder
from oncocue.judge import cards_of, judge
from oncology.guidance.load import load_guidance


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
                line = {"profile": profile.name, "story": chart.parent.name, "cards": cards}
                yield json.dumps(line, ensure_ascii=False)
