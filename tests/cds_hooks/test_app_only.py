"""What is for the app alone never becomes a card."""

from __future__ import annotations

import pytest

from tests.support.hook_calls import call, cards, product, request_for


def test_acute_promyelocytic_leukaemia_makes_no_card() -> None:
    """PML::RARA is due, and no card may suggest waiting for it."""
    answer = call(product(), "biomarker-testing", request_for("apl-found-yesterday"))

    assert cards(answer) == []


def test_another_acute_leukaemia_makes_one_on_the_third_day() -> None:
    """Acute leukaemia has no days of grace."""
    answer = call(product(), "biomarker-testing", request_for("aml-newly-diagnosed"))

    [card] = cards(answer)
    assert "Acute myeloid leukaemia" in card["summary"]


def test_what_only_a_consensus_names_makes_no_card() -> None:
    """Background is for the app, alone and beside what guidelines ask for."""
    story = "endometrial-classes-as-background"
    assert cards(call(product(), "biomarker-testing", request_for(story))) == []
    request = request_for(story)
    request["prefetch"]["observations"]["entry"] = []

    [card] = cards(call(product(), "biomarker-testing", request))
    assert "MMR" in card["summary"]
    assert "p53" not in str(card)


@pytest.mark.parametrize("chart", ["cll-watch-and-wait", "follicular-lymphoma-in-remission"])
def test_what_is_watched_or_in_remission_is_left_alone(chart: str) -> None:
    """Nothing is due before treatment is planned, or after it has worked."""
    assert cards(call(product(), "biomarker-testing", request_for(chart))) == []


def test_a_new_line_of_treatment_names_no_drug() -> None:
    """The card tells of the line, not of the drug, which is not on screen."""
    [card] = cards(call(product(), "biomarker-testing", request_for("cll-before-second-line")))

    assert card["summary"].startswith("New line of treatment (20 Nov 2026)")
    assert "enetoclax" not in str(card)
