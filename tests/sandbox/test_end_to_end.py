"""Both servers on real sockets: what the switches change, and what they do not."""

from __future__ import annotations

import re
from html import unescape

import pytest
import requests

FLAGSHIP = "lung-adenocarcinoma-partial-results"
SUMMARY = "Stage IV lung adenocarcinoma"


def _page(ehr: str, query: str = "", slug: str = FLAGSHIP) -> str:
    reply = requests.get(f"{ehr}/patients/{slug}{query}", timeout=60)
    assert reply.status_code == 200
    return reply.text


def _words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def _summaries(html: str) -> list[str]:
    return re.findall(r'class="card-summary">([^<]+)<', html)


def _statuses(html: str) -> list[str]:
    return re.findall(r'class="exchange-status[^"]*">(\d+)', html)


def test_the_flagship_shows_its_card_with_request_and_answer(ehr: str) -> None:
    """One card, two silences, three exchanges with their times."""
    page = _page(ehr)

    assert [SUMMARY in summary for summary in _summaries(page)] == [True]
    assert page.count("No card: nothing to add") == 2
    assert _statuses(page) == ["200", "200", "200"]
    assert len(re.findall(r"<span>[\d.]+ ms</span>", page)) == 3
    assert "prefetch.conditions" in page
    assert f"{ehr}/fhir" in page


@pytest.mark.parametrize("query", ["?prefetch=none", "?prefetch=partial"])
@pytest.mark.parametrize("slug", [FLAGSHIP, "family-history-pat-met", "diabetes-only"])
def test_what_is_not_sent_is_fetched_and_the_cards_stay_the_same(
    ehr: str, slug: str, query: str
) -> None:
    """Prefetch is a matter of speed: with a FHIR server that answers, the advice is the same."""
    full, less = _page(ehr, slug=slug), _page(ehr, query, slug)

    assert _summaries(less) == _summaries(full)
    assert "Not read: orders" not in _words(less)
    assert "not sent" in less


def test_without_prefetch_nothing_of_the_chart_is_in_the_request(ehr: str) -> None:
    """The request holds the context and the FHIR server alone."""
    page = _page(ehr, "?prefetch=none")
    assert "prefetch.conditions" not in page
    assert '"prefetch":' not in unescape(page)


def test_part_of_the_data_missing_for_good_is_named_on_the_card(ehr: str) -> None:
    """No FHIR server to fetch the rest from: the card says what was not read."""
    page = _words(_page(ehr, "?prefetch=partial&ehr=down"))
    assert "Not read: reports, orders, medications" in page
    assert "the search was refused" in page


def test_required_data_that_cannot_be_had_is_a_412_for_the_integrator_alone(ehr: str) -> None:
    """The clinician sees no card; the integrator sees why."""
    page = _page(ehr, "?ehr=down")

    assert _statuses(page) == ["412", "412", "412"]
    assert not _summaries(page)
    assert "Seen by the clinician: nothing" in _words(page)
    assert "Required data could not be had" in page
    assert "nothing to add" not in page


def test_with_everything_sent_the_fhir_server_is_not_needed(ehr: str) -> None:
    """Full prefetch and a dead FHIR server: the card all the same."""
    assert _summaries(_page(ehr, "?prefetch=full&ehr=down")) == _summaries(_page(ehr))


def test_switches_that_make_no_sense_change_nothing(ehr: str) -> None:
    """Unknown words in the address mean the usual setting, and the page shows it."""
    page = _page(ehr, "?prefetch=%3Cscript%3E&ehr=sideways")
    assert "<script>" not in page.replace('<script src="/static/sandbox.js" defer></script>', "")
    assert _summaries(page) == _summaries(_page(ehr))
