"""Card and page say the same of one chart."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cds_hooks.profiles import load_profiles
from oncocue.folders import fixtures_folder, guidance_folder
from oncocue.judge import Judged, cards_of, judge
from oncology.findings import Because, Verdict
from oncology.orders.load import load_order_rules
from smartapp.fhir.charts import Judging
from smartapp.opened import Focus
from smartapp.pages.decisions import decisions, focused, questions
from tests.pages.opened_charts import TODAY, guidance, opened_story
from tests.support.hook_calls import request_for, stories

# Their FHIR is of another release, which hook requests do not carry.
_OTHER_RELEASES = ("r5-shaped-chart", "stu3-shaped-chart")
HOOKS = fixtures_folder() / "hooks" / "good"
_MISSING = re.compile(r"\*\*No result on file:\*\* ([^\n]+)")


@pytest.mark.parametrize("story", [each for each in stories() if each not in _OTHER_RELEASES])
def test_the_page_opens_on_what_the_card_says(story: str) -> None:
    """The finding a card's topic leads to advises or asks, of the same biomarkers as the card."""
    judged = judge(json.dumps(request_for(story)).encode(), guidance(), TODAY)
    for card in cards_of(judged, guidance(), load_profiles()["standard"]):
        topic = card["source"]["topic"]["code"]
        opened = opened_story(story, focus=Focus(topic=topic))
        finding = focused(opened)
        assert finding is not None, topic
        assert finding.answer in (Verdict.ADVISE, Verdict.CANNOT_TELL)
        if finding.answer is Verdict.CANNOT_TELL:
            assert questions(opened)
            continue
        first = decisions(opened)[0]
        assert first.guidance == finding.guidance
        missing = _MISSING.search(card["detail"])
        if missing:
            on_page = dict(first.points)["No result on file"]
            assert _names(missing[1]) == _names(on_page)


ORDERS = [p for p in sorted(HOOKS.glob("order-*.json")) if ".expected" not in p.name]


@pytest.mark.parametrize("request_file", ORDERS, ids=lambda each: each.stem)
def test_the_page_opens_on_what_an_order_card_says(request_file: Path) -> None:
    """The drug, what is lacking or against it, and the facts; the link names the topic alone."""
    judged = judge(request_file.read_bytes(), guidance(), TODAY)
    rules = load_order_rules(guidance_folder(), guidance())
    judging = Judging(guidance(), (), lambda: TODAY, datetime.now, lambda: rules)
    for card in cards_of(judged, guidance(), load_profiles()["standard"]):
        focus = Focus(topic=card["source"]["topic"]["code"])
        if focus.topic.startswith("NOTASSESSED"):
            continue  # about data that could not be read: no rule's finding
        findings, approved = judging.findings(judged.chart, focus, TODAY)
        opened = opened_story(
            "diabetes-only", chart=judged.chart, findings=tuple(findings), focus=focus
        )
        finding = focused(opened)
        assert finding is not None
        assert not approved
        told = json.dumps(msgspec.to_builtins((decisions(opened)[:1], finding)), default=str)
        for drug in _drugs_of(card):
            assert drug.lower() in told.lower()
        for fact in finding.because:
            assert fact in judged_facts(judged)


def judged_facts(judged: Judged) -> set[Because]:
    """The facts the order rules rested on."""
    return {fact for finding in judged.findings for fact in finding.because}


def _drugs_of(card: dict[str, Any]) -> list[str]:
    """The drugs a card's Order line names."""
    found = re.search(
        r"\*\*Order:\*\* ([^,\n]+(?:, [^,\n]+)*?)(?:, not yet signed)", card["detail"]
    )
    names = re.split(r", | and ", found[1]) if found else []
    return [each for each in names if not each.endswith(" test")]


def _names(listed: str) -> list[str]:
    return sorted(re.split(r", | and ", listed))
