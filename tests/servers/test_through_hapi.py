"""Third-party charts go into HAPI FHIR and out again, and the product says the same of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.sources import ABSENT, DATA, Chart, charts, sources
from tests.servers import through_hapi
from tests.servers.hapi import Hapi
from tests.servers.through_hapi import NotAChart, cross
from tests.support.hook_calls import CHARTS

pytestmark = [
    pytest.mark.hapi,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT),
]
_SOURCES = sources() if DATA.is_dir() else []
_A_FEW = 20
# Megabytes of one patient test nothing that kilobytes do not: sent where there are too few others.
_SMALL = 200_000
# Requests of CDS Hooks, and Parameters: files of which HAPI holds nothing that we read.
_NOTHING_TO_HOLD = {"cds-hooks", "genomics-tools"}


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    """The guidance shipped."""
    return load_guidance(guidance_folder())


def _check(hapi: Hapi, listed: Iterable[Chart], guidance: Guidance, most: int = 10**9) -> None:
    """No chart says anything else after HAPI, and HAPI held more than nothing."""
    different, crossed, held, source = [], 0, 0, ""
    for chart in listed:
        source = chart.source
        try:
            crossing = cross(hapi, chart.body, guidance)
        except NotAChart:
            continue
        crossed += 1
        held += crossing.sent - len(crossing.refused)
        if crossing.before != crossing.after:
            different.append(chart.place)
        if crossed == most:
            break

    assert different == []
    assert held > 0 or source in _NOTHING_TO_HOLD


def _a_few(source: str) -> list[Chart]:
    """All charts of a source: small ones from everywhere in it first, the largest last."""
    listed = list(charts(source))
    small = [chart for chart in listed if len(chart.body) <= _SMALL]
    spread = small[:: max(1, len(small) // _A_FEW)]
    others = [chart for chart in small if chart not in spread]
    large = sorted((each for each in listed if each not in small), key=lambda each: len(each.body))
    return [*spread, *others, *large]


@pytest.mark.parametrize("source", _SOURCES)
def test_a_few_charts_say_the_same_after_hapi(hapi: Hapi, guidance: Guidance, source: str) -> None:
    """Twenty of each source, all where it has fewer; files that are no chart do not count."""
    _check(hapi, _a_few(source), guidance, _A_FEW)


@pytest.mark.full
@pytest.mark.parametrize("source", _SOURCES)
def test_every_chart_says_the_same_after_hapi(hapi: Hapi, guidance: Guidance, source: str) -> None:
    """All of them, however large."""
    _check(hapi, charts(source), guidance)


def test_a_change_on_the_way_would_be_noticed(
    hapi: Hapi, guidance: Guidance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison is awake: a result lost in HAPI is seen in the answers."""
    body = (CHARTS / "lung-everything-tested" / "bundle.json").read_bytes()
    whole = cross(hapi, body, guidance)
    get = through_hapi._fetch
    monkeypatch.setattr(
        through_hapi,
        "_fetch",
        lambda *to: [each for each in get(*to) if each["resourceType"] != "Observation"],
    )

    assert whole.before == whole.after
    assert not whole.refused
    assert cross(hapi, body, guidance).after != whole.after
