"""Card and page say the same of one chart."""

from __future__ import annotations

import json
import re

import pytest

from cds_hooks.profiles import load_profiles
from oncocue.judge import cards_of, judge
from oncology.findings import Verdict
from smartapp.opened import Focus
from smartapp.pages.decisions import decisions, focused, questions
from tests.pages.opened_charts import TODAY, guidance, opened_story
from tests.support.hook_calls import request_for, stories

# Their FHIR is of another release, which hook requests do not carry.
_OTHER_RELEASES = ("r5-shaped-chart", "stu3-shaped-chart")
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


def _names(listed: str) -> list[str]:
    return sorted(re.split(r", | and ", listed))
