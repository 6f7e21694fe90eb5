"""Every page of every synthetic chart: it comes, it keeps the rules of the house."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.pages.opened_charts import opened_story
from tests.support.hook_calls import stories

PAGES = (
    *("summary", "biomarkers", "family", "family/files", "trials", "orders", "timeline"),
    *("data", "why-not"),
)


class Markup(HTMLParser):
    """What the rules are about: headings, ids, links, inline code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.inline: list[str] = []
        self.title = ""
        self._in = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what this element is."""
        given = dict(attrs)
        self._in = tag
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append(given.get("href") or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Keep the title."""
        if self._in == "title":
            self.title += data.strip()


def drafts_of(client: FlaskClient, story: str) -> list[str]:
    """The addresses of a chart's drafts."""
    html = client.get(f"/l/{story}/orders").text
    return sorted(set(re.findall(rf"/l/{re.escape(story)}/orders/[0-9a-f]+", html)))


@pytest.mark.parametrize("story", stories())
def test_pages_keep_the_rules(client: FlaskClient, story: str) -> None:
    """One h1, headings in order, nothing inline, no name in the title, ids once, never stored."""
    name = opened_story(story).patient.name
    for address in [*(f"/l/{story}/{page}" for page in PAGES), *drafts_of(client, story)]:
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        markup = Markup(response.text)
        assert markup.inline == [], address
        assert markup.headings.count(1) == 1, address
        assert markup.headings[0] == 1, address
        steps = zip(markup.headings, markup.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), address
        assert len(markup.ids) == len(set(markup.ids)), address
        assert not name or name.split(",")[0] not in markup.title
        assert "Demonstration content, not clinically approved." in response.text


@pytest.mark.parametrize("story", stories())
def test_every_fact_leads_to_its_resource(client: FlaskClient, story: str) -> None:
    """A link to a source ends at a resource that the page about the data shows."""
    shown = set(Markup(client.get(f"/l/{story}/data").text).ids)
    for page in PAGES:
        for link in Markup(client.get(f"/l/{story}/{page}").text).links:
            target = unescape(link)
            if "/data#" in target:
                assert target.split("#", 1)[1] in shown, (page, link)


def test_no_address_tells_of_the_patient(client: FlaskClient) -> None:
    """Addresses hold the launch, a page and an opaque draft; what stands after # stays here."""
    story = "breast-triple-negative-metastatic"
    allowed = re.compile(
        rf"/l/{story}/(?:[a-z-]+|family/files(?:/[a-z0-9]+(?:/list)?)?|orders/[0-9a-f]{{12}})"
        r"(?:\?(?:show=[a-z]+|every=1|diagnosis=1))?\Z"
    )
    for page in PAGES:
        for link in Markup(client.get(f"/l/{story}/{page}").text).links:
            if link.startswith("/l/"):
                assert allowed.match(link.split("#")[0]), link


def test_an_unknown_draft_and_an_ended_launch(client: FlaskClient) -> None:
    """A draft that this chart does not have is not found; what the launch refuses is passed on."""
    assert client.get("/l/diabetes-only/orders/000000000000").status_code == 404
    assert client.get("/l/ended/summary").status_code == 401


def test_the_first_page_goes_by_the_intent(client: FlaskClient, charts) -> None:  # type: ignore[no-untyped-def]
    """A page's name as intent opens it; anything else opens the summary."""
    for intent, page in (("family", "family"), ("", "summary"), ("reconcile", "summary")):
        charts.added["meant"] = opened_story("diabetes-only", launch="meant", intent=intent)
        assert client.get("/l/meant/").headers["Location"] == f"/l/meant/{page}"
