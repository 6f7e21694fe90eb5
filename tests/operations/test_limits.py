"""Rate limits: per site, over all processes where there is a Redis, and never a wall by mistake."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
import time_machine

from cds_hooks.site_limit import SiteLimit
from tests.support.hook_calls import product, request_for
from tests.support.redis_server import RedisServer, running_redis

STORY = "lung-adenocarcinoma-partial-results"


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    """A Redis of its own."""
    with running_redis() as server:
        yield server


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def storage(request: pytest.FixtureRequest) -> str:
    """Where calls are counted."""
    if request.param == "memory":
        return "memory://"
    server: RedisServer = request.getfixturevalue("redis")
    return server.address


def test_a_site_may_call_so_often_a_minute(storage: str) -> None:
    """Then it waits until the minute is over; other sites do not."""
    limit = SiteLimit(3, storage)
    site = f"general {storage}"

    assert [limit(site) for _ in range(3)] == [0, 0, 0]
    assert 1 <= limit(site) <= 60
    assert limit("other") == 0


def test_the_minute_ends() -> None:
    """In this process by its clock, in Redis by that of Redis."""
    with time_machine.travel(1_700_000_000, tick=False) as clock:
        limit = SiteLimit(1)
        assert limit("general") == 0
        wait = limit("general")
        assert wait > 0
        clock.shift(wait)
        assert limit("general") == 0


@pytest.mark.redis
def test_processes_count_together(redis: RedisServer) -> None:
    """What one process counted, the other knows."""
    one, two = SiteLimit(2, redis.address), SiteLimit(2, redis.address)

    assert [one("shared"), two("shared")] == [0, 0]
    assert one("shared") > 0 and two("shared") > 0


@pytest.mark.redis
def test_a_counter_that_is_away_refuses_nobody() -> None:
    """Limits keep a runaway out; they are no reason to leave a clinician without an answer."""
    with running_redis() as server:
        limit = SiteLimit(1, server.address)
        assert limit("general") == 0
        server.kill()
        assert [limit("general") for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize("what", ["discovery", "hook", "feedback"])
def test_a_call_too_many_is_told_when_to_come_again(what: str) -> None:
    """429 with Retry-After, on each of the three paths, before the body is read."""
    answers = msgspec.structs.replace(product(), limit=lambda site: 17)

    def body() -> bytes:
        raise AssertionError("the body was read")

    answer = {
        "discovery": answers.discover,
        "hook": lambda: answers.answer("biomarker-testing", body),
        "feedback": lambda: answers.take_feedback("biomarker-testing", body),
    }[what]()

    assert answer.status == 429
    assert ("Retry-After", "17") in answer.headers
    assert b'"throttled"' in answer.body


def test_calls_within_the_limit_are_answered() -> None:
    """The limit changes nothing else."""
    answers = msgspec.structs.replace(product(), limit=SiteLimit(10))
    body = msgspec.json.encode(request_for(STORY))

    assert [answers.answer("biomarker-testing", body).status for _ in range(11)] == [200] * 10 + [
        429
    ]
