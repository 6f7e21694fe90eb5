"""The tool behind the USPSTF gate is a site's choice."""

from __future__ import annotations

from datetime import date

import pytest

from oncocue.folders import guidance_folder
from oncocue.wiring import load_guidance_of, load_settings
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.facts.panel import tool_panel
from oncology.findings import Finding
from oncology.guidance.family_tool import TOOLS, with_family_tool
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.family.builders import OVARIAN, PATIENT, bundle, pedigree, relative

GUIDANCE = load_guidance(guidance_folder())
# Five points in PAT, eleven in the Ontario tool.
MOTHER = relative("a", "MTH", (OVARIAN, 60))


def _finding(guidance: Guidance) -> Finding:
    chart = read_chart(read_records(bundle(PATIENT, MOTHER)), guidance.terminology)
    found = evaluate(chart, guidance, date(2026, 11, 22), explain=True)
    return next(each for each in found if each.guidance == "brca-family-history")


def test_pat_is_the_default() -> None:
    """Nothing is changed, and a mother with ovarian cancer alone does not reach it."""
    assert with_family_tool(GUIDANCE, "pat") is GUIDANCE
    finding = _finding(GUIDANCE)
    assert finding.answer.value == "nothing_to_add"
    assert [each.id for each in finding.criteria] == ["uspstf-2019", "pat"]


def test_another_tool_decides_and_pat_is_shown() -> None:
    """The Ontario tool refers; PAT is not met beside it, and each tool stands once in the panel."""
    chosen = with_family_tool(GUIDANCE, "fhat")
    finding = _finding(chosen)
    assert finding.answer.value == "advise"
    assert {each.id: each.answer for each in finding.criteria} == {
        "uspstf-2019": "met",
        "fhat": "met",
        "pat": "not_met",
    }
    assert any(source.id.startswith("fhat") for source in finding.sources)
    family = pedigree(MOTHER)
    assert {each.criterion for each in tool_panel(family, chosen).tools} == set(TOOLS)
    assert len(tool_panel(family, chosen).tools) == len(TOOLS)


@pytest.mark.parametrize("tool", TOOLS)
def test_each_tool_may_be_chosen(tool: str) -> None:
    """Every tool of the list has an artifact whose numbers it takes."""
    assert tool in {each.id for each in _finding(with_family_tool(GUIDANCE, tool)).criteria}


def test_what_is_no_tool_is_refused() -> None:
    """The message names the choices."""
    with pytest.raises(ValueError, match="choose one of pat, fhat"):
        with_family_tool(GUIDANCE, "amsterdam2")


def test_the_setting_reaches_the_guidance(monkeypatch: pytest.MonkeyPatch) -> None:
    """ONCOCUE__GUIDANCE__FAMILY_TOOL chooses for the whole service."""
    monkeypatch.setenv("ONCOCUE__GUIDANCE__FAMILY_TOOL", "fhat")
    assert _finding(load_guidance_of(load_settings())).answer.value == "advise"
