"""How much a browser loads, and what is never compressed."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient

from tests.benchmarks.pages import grown
from tests.pages.opened_charts import LUNG, FixtureCharts, opened_bundle

GZIP = {"Accept-Encoding": "gzip"}
PAGES = ("summary", "biomarkers", "family", "trials", "orders", "timeline", "data", "why-not")
MOST_BYTES = 120_000


@pytest.fixture(scope="module", autouse=True)
def many(charts: FixtureCharts) -> None:
    """A chart with a thousand results, each of them shown."""
    charts.added["many"] = opened_bundle(grown("-egfr"), "many")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_all_it_loads_is_small(client: FlaskClient, page: str) -> None:
    """As it goes over the network, style sheets and scripts with it."""
    answer = client.get(f"/l/many/{page}", headers=GZIP)
    assert answer.headers["Content-Encoding"] == "gzip"
    html = gzip.decompress(answer.data).decode()
    loaded = set(re.findall(r'(?:href|src)="(/app/static/[^"]+)"', html))
    assert len(loaded) >= 4
    rest = sum(len(client.get(each, headers=GZIP).data) for each in loaded)
    assert len(answer.data) + rest < MOST_BYTES


def test_compressed_or_not_it_is_the_same_page(client: FlaskClient) -> None:
    """And it is still kept by nobody; the server says that the answer depends on what was asked."""
    plain = client.get(f"/l/{LUNG}/summary")
    small = client.get(f"/l/{LUNG}/summary", headers=GZIP)
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(small.data) == plain.data
    assert small.headers["Cache-Control"] == "no-store"
    assert "Accept-Encoding" in small.headers["Vary"]


def test_what_repeats_what_was_sent_is_not_compressed(client: FlaskClient) -> None:
    """Words of a stranger beside a secret would tell it by their length (BREACH)."""
    answer = client.post(f"/l/{LUNG}/trials", data={"place": "Boston" * 100}, headers=GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
