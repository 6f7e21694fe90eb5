"""The registry's client: pages, cache, outages; and what leaves with a query."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import responses
import time_machine

from smartapp.trials.registry import (
    API,
    LiveRegistry,
    RecordedRegistry,
    RegistryUnreachable,
    Wanted,
)
from tests.trials.make_registry import REGISTRY, study
from tests.trials.test_match import TEXT

WANTED = Wanted("non-small cell lung cancer", "KRAS")


@pytest.fixture
def registry(tmp_path: Path) -> LiveRegistry:
    """A client with a cache of its own."""
    return LiveRegistry(tmp_path / "trials.sqlite")


def _page(*numbers: int, token: str = "") -> dict[str, Any]:
    more = {"nextPageToken": token} if token else {}
    return {"studies": [study(TEXT, number) for number in numbers], "totalCount": 3, **more}


def _version() -> None:
    responses.get(f"{API}/version", json={"dataTimestamp": "2026-11-20T09:00:05"})


@responses.activate
def test_pages_are_followed_and_nothing_of_the_patient_leaves(registry: LiveRegistry) -> None:
    """Condition, gene and statuses are all that is sent."""
    _version()
    responses.get(f"{API}/studies", json=_page(1, 2, token="next"))
    responses.get(f"{API}/studies", json=_page(3))
    found = registry.search(WANTED)
    assert [each.nct_id for each in found.studies] == ["NCT99000001", "NCT99000002", "NCT99000003"]
    assert (found.total, found.as_of) == (3, "2026-11-20")
    sent = responses.calls[1].request.params
    assert set(sent) == {
        "query.cond", "query.term", "filter.overallStatus", "fields", "pageSize", "countTotal",
    }  # fmt: skip
    assert responses.calls[2].request.params["pageToken"] == "next"


@responses.activate
def test_an_answer_is_used_again(registry: LiveRegistry) -> None:
    """The same question within a day asks nobody."""
    _version()
    responses.get(f"{API}/studies", json=_page(1))
    first = registry.search(WANTED)
    asked = len(responses.calls)
    assert registry.search(WANTED) == first
    assert len(responses.calls) == asked


@responses.activate
@pytest.mark.parametrize(
    "reply",
    [{"status": 500}, {"status": 429}, {"body": b"{"}, {"body": requests.ConnectionError()}],
)
def test_an_outage_is_said(registry: LiveRegistry, reply: dict[str, Any]) -> None:
    """Never an empty list that would read as: there are no trials."""
    _version()
    responses.get(f"{API}/studies", **reply)
    with pytest.raises(RegistryUnreachable):
        registry.search(WANTED)


@responses.activate
def test_an_old_answer_serves_when_the_registry_is_down(registry: LiveRegistry) -> None:
    """And says that it is a copy."""
    _version()
    responses.get(f"{API}/studies", json=_page(1))
    first = registry.search(WANTED)
    responses.reset()
    responses.get(f"{API}/version", body=requests.ConnectionError())
    responses.get(f"{API}/studies", body=requests.ConnectionError())
    with time_machine.travel(timedelta(days=2)):
        again = registry.search(WANTED)
    assert again.studies == first.studies
    assert again.is_copy


def test_the_recorded_registry_has_open_studies_alone() -> None:
    """Closed studies are not offered; conditions and words are searched."""
    recorded = RecordedRegistry(REGISTRY, "2026-11-20")
    found = recorded.search(Wanted("non-small cell lung cancer"))
    assert found.total > 20
    assert all(each.is_open for each in found.studies)
    assert (
        recorded.search(Wanted("melanoma", "NRAS")).total
        < recorded.search(Wanted("melanoma")).total
    )


def test_a_registry_that_is_never_asked_leaves_no_file(tmp_path: Path) -> None:
    """Starting a server makes nothing on disk for trials."""
    folder = tmp_path / "state"
    LiveRegistry(folder / "trials.sqlite")
    assert not folder.exists()
