"""The tools side by side: points of each relative, and where tools disagree."""

from __future__ import annotations

from oncocue.folders import guidance_folder
from oncology.dates import Span
from oncology.facts.panel import Panel, tool_panel
from oncology.guidance.load import load_guidance
from tests.family.builders import BREAST, OVARIAN, PATIENT, pedigree, relative

GUIDANCE = load_guidance(guidance_folder())


def _panel(*family: dict, **patient: str) -> Panel:
    return tool_panel(pedigree(*family, patient={**PATIENT, **patient}), GUIDANCE)


def test_each_tool_says_which_points_came_from_which_relative() -> None:
    """Mother with ovarian cancer at 60: five points in PAT, eleven in the Ontario tool."""
    panel = _panel(relative("a", "MTH", (OVARIAN, 60)), relative("b", "PAUNT", (BREAST, 60)))
    tools = {each.criterion: each for each in panel.tools}
    assert set(tools) == {"pat", "fhs7", "fhat", "manchester", "rst"}
    pat = tools["pat"].score
    assert [(row.label, row.points) for row in pat.rows] == [
        ("mother", Span(5, 5)),
        ("paternal aunt", Span(3, 3)),
    ]
    assert (pat.maternal, pat.paternal, pat.answer) == (Span(5, 5), Span(3, 3), False)
    assert (tools["fhat"].score.maternal, tools["fhat"].score.answer) == (Span(11, 11), True)
    assert panel.disagree


def test_what_is_not_recorded_is_a_range() -> None:
    """An age that is not known scores three or four; a side counts on either line."""
    panel = _panel(relative("a", "AUNT", BREAST))
    pat = next(each.score for each in panel.tools if each.criterion == "pat")
    assert pat.rows[0].points == Span(3, 4)
    assert (pat.rows[0].lines, pat.maternal, pat.paternal) == ((), Span(0, 4), Span(0, 4))


def test_a_man_stands_outside_the_population_of_the_tools_for_women() -> None:
    """Their points are shown, and said not to be made for him."""
    panel = _panel(relative("a", "MTH", (BREAST, 40)), gender="male")
    outside = {each.criterion for each in panel.tools if not each.is_population}
    assert outside == {"pat", "fhs7", "fhat", "rst"}


def test_the_manchester_score_names_the_cut_it_was_judged_by() -> None:
    """Fifteen for a woman with breast cancer, twenty without, both while hers is not certain."""
    mother = relative("a", "MTH", (OVARIAN, 60))

    def cuts(*own: dict) -> tuple[int, ...]:
        panel = _panel(mother, *own)
        return next(each.score.refer_at for each in panel.tools if each.criterion == "manchester")

    condition = {"resourceType": "Condition", "id": "c", "code": BREAST, "subject": {}}
    status = {"coding": [{"code": "unconfirmed"}]}
    assert cuts(condition) == (15,)
    assert cuts() == (20,)
    assert cuts({**condition, "verificationStatus": status}) == (15, 20)
