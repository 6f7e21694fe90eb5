"""Every page of every third-party chart: it comes, and each fact leads to its resource."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.reading.decode import NotFhirJson, read_records
from smartapp.beside import read_beside
from smartapp.opened import OpenedChart, Patient, User
from tests.pages.opened_charts import TODAY, FixtureCharts, app_of, guidance, lung_panel
from tests.pages.test_every_story import PAGES, Markup
from tests.real_charts.sources import ABSENT, DATA, Chart, charts, sources

# Of the large sources so many charts are opened; the judgement reads all of them elsewhere.
_MOST_OPENED = 25


def _opened(chart: Chart) -> OpenedChart | None:
    try:
        records = read_records(chart.body)
        found = read_chart(records, guidance().terminology, None)
    except (NotFhirJson, ValueError):
        return None
    return OpenedChart(
        launch="real",
        site="",
        user=User(),
        patient=Patient(id="x", name="Real, Chart"),
        chart=found,
        findings=tuple(evaluate(found, guidance(), TODAY, explain=True)),
        notes=found.notes,
        loaded=(),
        read_at=datetime(2026, 11, 22, 14, 2, tzinfo=UTC),
        today=TODAY,
        guidance_version=guidance().version,
        may_write=True,
        beside=read_beside(records, None),
    )


@pytest.mark.full
@pytest.mark.skipif(not DATA.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("source", sources() if DATA.is_dir() else [])
def test_every_page_of_a_real_chart_comes(source: str) -> None:
    """Whatever a sender wrote, no page fails and no fact is without its resource."""
    served = FixtureCharts()
    client = app_of(served, codes=lung_panel).test_client()
    opened_charts = 0
    for chart in charts(source):
        opened = _opened(chart)
        if opened is None:
            continue
        served.added["real"] = opened
        shown = set(Markup(client.get("/l/real/data?every=1").text).ids)
        for page in PAGES:
            response = client.get(f"/l/real/{page}")
            assert response.status_code == 200, (chart.place, page)
            markup = Markup(response.text)
            assert len(markup.ids) == len(set(markup.ids)), (chart.place, page)
            for link in markup.links:
                if "/data#" in link:
                    assert link.split("#", 1)[1] in shown, (chart.place, page, link)
        for draft in Markup(client.get("/l/real/orders").text).links:
            if "/orders/" in draft:
                assert client.get(draft).status_code == 200, (chart.place, draft)
        opened_charts += 1
        if opened_charts == _MOST_OPENED:
            break
