"""What a browser is shown while a chart is read: row by row, then the page it came for."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from smartapp.opened import Loaded, Reading, Step
from tests.pages.opened_charts import LUNG, FixtureCharts
from tests.pages.states import unread


def test_a_browser_sees_at_once_that_the_chart_is_being_read(
    client: FlaskClient, charts: FixtureCharts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page goes on by itself; other clients are sent to the summary straight away."""
    monkeypatch.setattr(charts, "is_read", lambda launch: False)
    navigating = {"Sec-Fetch-Mode": "navigate"}
    shown = client.get(f"/l/{LUNG}/", headers=navigating)
    assert shown.status_code == 200
    assert f'content="0; url=/l/{LUNG}/?read=1"' in shown.text
    assert "Problems and diagnoses" in shown.text and "1 of" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert client.get(f"/l/{LUNG}/?read=1", headers=navigating).status_code == 303
    assert client.get(f"/l/{LUNG}/").headers["Location"].endswith("/summary")


def test_what_could_not_be_read_is_told_while_the_rest_comes(
    client: FlaskClient, charts: FixtureCharts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused, timed out, read in part: each row with its state and its place in the order."""
    charts.added["unread"] = unread()
    monkeypatch.setattr(charts, "is_read", lambda launch: False)
    page = client.get("/l/unread/", headers={"Sec-Fetch-Mode": "navigate"}).text
    rows = [" ".join(re.sub("<[^>]+>", " ", each).split()) for each in page.split("<li>")[1:]]
    assert rows[0] == "1 of 5 Problems and diagnoses ✓ Read 3 resources"
    assert rows[2] == "3 of 5 Family history ! Refused by the EHR The EHR answered 403."
    assert rows[3] == "4 of 5 Orders and referrals ! Timed out No answer within 10 s."


def test_a_chart_that_cannot_be_read_leads_to_the_page_that_says_what_to_do(
    client: FlaskClient, charts: FixtureCharts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a page is out when the EHR fails: it ends, and leads on."""

    def failing(launch: str) -> Iterator[Step]:
        yield Step(Loaded("Patient", Reading.READ, 1), 1, 2)
        raise RuntimeError("Zyx Canaryname")

    monkeypatch.setattr(charts, "is_read", lambda launch: False)
    monkeypatch.setattr(charts, "reading", failing)
    page = client.get(f"/l/{LUNG}/", headers={"Sec-Fetch-Mode": "navigate"}).text
    assert "1 of 2" in page and "</html>" in page and "Canaryname" not in page
    assert f'content="0; url=/l/{LUNG}/?read=1"' in page


def test_the_page_is_sent_piece_by_piece(
    client: FlaskClient, charts: FixtureCharts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The heading is out before the first search has ended, each row before the next, also to a
    browser that takes compressed pages."""
    ended: list[int] = []

    def one_by_one(launch: str) -> Iterator[Step]:
        for number in (1, 2):
            ended.append(number)
            yield Step(Loaded("Condition", Reading.READ, number), number, 2)

    monkeypatch.setattr(charts, "is_read", lambda launch: False)
    monkeypatch.setattr(charts, "reading", one_by_one)
    headers = {"Sec-Fetch-Mode": "navigate", "Accept-Encoding": "br, gzip"}
    answer = client.get(f"/l/{LUNG}/", headers=headers, buffered=False)
    sent = ""
    pieces = iter(answer.response)
    while "Reading the chart …" not in sent:
        sent += _text(next(pieces))
    assert ended == []
    while "1 of 2" not in sent:
        sent += _text(next(pieces))
    assert ended == [1]
    answer.close()


def _text(piece: bytes | str) -> str:
    return piece if isinstance(piece, str) else piece.decode()


@pytest.mark.chromium
def test_the_page_is_readable_while_it_comes(
    page: Page, charts: FixtureCharts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are there before the last search has ended; axe finds nothing; then the summary."""
    goes_on = threading.Event()

    def waiting(launch: str) -> Iterator[Step]:
        loaded = unread().loaded
        for number, each in enumerate(loaded, 1):
            yield Step(each, number, len(loaded))
        goes_on.wait(30)

    monkeypatch.setattr(charts, "is_read", lambda launch: goes_on.is_set())
    monkeypatch.setattr(charts, "reading", waiting)
    page.set_viewport_size({"width": 380, "height": 800})
    page.goto(f"/l/{LUNG}/", wait_until="commit")
    expect(page.get_by_text("5 of 5")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    violations = Axe().run(page).response["violations"]
    assert not [(each["id"], each["nodes"][0]["html"][:160]) for each in violations]
    goes_on.set()
    expect(page.get_by_role("heading", name="To decide now")).to_be_visible()
