"""Every third-party chart is judged without a crash, and none without cancer gets a card."""

from __future__ import annotations

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.report import tally
from tests.real_charts.sources import ABSENT, DATA, sources

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT)


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    """The guidance shipped."""
    return load_guidance(guidance_folder())


@pytest.mark.parametrize("source", sources() if DATA.is_dir() else [])
def test_no_chart_crashes_and_none_without_cancer_gets_a_card(
    source: str, guidance: Guidance
) -> None:
    """Each chart is judged or refused with a message; silence where no cancer is named."""
    counted = tally(source, guidance)

    assert counted.charts > 0
    assert counted.needless == []
