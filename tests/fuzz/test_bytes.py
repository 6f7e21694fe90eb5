"""Bodies and headers of any bytes: an answer that is JSON, none of them a fault of ours."""

from __future__ import annotations

import io
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.front import HookFront
from tests.fuzz.mutations import mutated
from tests.support.hook_calls import product

SEED = int(os.environ.get("ONCOCUE_FUZZ_SEED", "20261122"))
FIXTURES = Path(__file__).parents[2] / "fixtures" / "hooks"
FEEDBACK = {
    "feedback": [
        {
            "card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "outcome": "overridden",
            "overrideReason": {"reason": {"system": "urn:x", "code": "a"}, "userComment": "no"},
            "outcomeTimestamp": "2026-11-22T10:00:00Z",
        },
        {
            "card": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
            "outcome": "accepted",
            "acceptedSuggestions": [{"id": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"}],
            "outcomeTimestamp": "2026-11-22T10:00:00+01:00",
        },
    ]
}
ANSWERS = frozenset((200, 400, 404, 412, 413, 415))


def _seeds() -> list[tuple[str, bytes]]:
    """Every hook request on file, with the service it is for."""
    return [
        (
            json.loads(path.read_bytes())["service"],
            path.with_name(path.name.replace(".expected", "")).read_bytes(),
        )
        for path in sorted(FIXTURES.glob("*/*.expected.json"))
    ]


def _sent(front: HookFront, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
        **headers,
    }
    told: list[str] = []
    [answer] = front(environ, lambda status, _: told.append(status))  # type: ignore[arg-type,misc]
    return int(told[0][:3]), answer


def _fuzz(cases: int, seed: int) -> None:
    """So many mutated calls of the services; the seed and case of a failure are told."""
    rng = random.Random(seed)
    front = HookFront(product(), most_body_bytes=300_000)
    seeds = _seeds()
    others = [body for _, body in seeds]
    for case in range(cases):
        service, body = rng.choice(seeds)
        body = mutated(body, others, rng)
        status, answer = _sent(front, f"/cds-services/{service}", body)
        assert status in ANSWERS, (seed, case, status, body[:2000])
        content = json.loads(answer)
        assert ("cards" in content) is (status == 200), (seed, case)


def _fuzz_feedback(cases: int, seed: int) -> None:
    """The same for feedback."""
    from cds_hooks.request import BadRequest

    rng = random.Random(seed)
    whole = json.dumps(FEEDBACK).encode()
    answers = product()
    for case in range(cases):
        body = mutated(whole, [whole], rng)
        try:
            answer = answers.take_feedback("trial-search", lambda body=body: body)  # type: ignore[misc]
        except BadRequest as refused:
            raise AssertionError((seed, case)) from refused
        assert answer.status in (200, 400), (seed, case, answer.status, body[:500])


@pytest.mark.timeout(900)
def test_no_body_makes_a_fault() -> None:
    """Eight thousand mutated hook requests and as many feedbacks."""
    print(f"seed {SEED}")
    _fuzz(8_000, SEED)
    _fuzz_feedback(8_000, SEED)


@pytest.mark.full
@pytest.mark.timeout(5400)
def test_no_body_makes_a_fault_for_ten_minutes() -> None:
    """The same, twenty times as many, from other seeds."""
    for turn in range(1, 21):
        _fuzz(8_000, SEED + turn)
        _fuzz_feedback(8_000, SEED + turn)


@pytest.mark.timeout(300)
def test_no_header_makes_a_fault() -> None:
    """Authorization, length, encoding and origin of any text."""
    rng = random.Random(SEED)
    front = HookFront(product(), most_body_bytes=300_000)
    names = ("HTTP_AUTHORIZATION", "CONTENT_LENGTH", "HTTP_CONTENT_ENCODING", "HTTP_ORIGIN")
    for case in range(3_000):
        texts = ["".join(chr(rng.randrange(1, 256)) for _ in range(rng.choice((0, 1, 9, 400))))]
        texts += ["-1", "1e3", "0x10", "identity", "gzip", "Bearer a.b.c", "null", "\xb2"]
        headers = {name: rng.choice(texts) for name in names if rng.random() < 0.5}
        status, _ = _sent(front, "/cds-services/trial-search", b"{}", **headers)
        assert status in ANSWERS, (SEED, case, status, headers)


@pytest.mark.timeout(300)
def test_no_path_makes_a_fault() -> None:
    """Ids of any text are unknown ids."""
    rng = random.Random(SEED)
    front = HookFront(product())
    for _ in range(2_000):
        name = "".join(chr(rng.randrange(1, 0x3000)) for _ in range(rng.choice((0, 1, 9, 300))))
        path = f"/cds-services/{name}"
        environ = {"REQUEST_METHOD": "POST", "PATH_INFO": path}
        if front.takes(environ):
            assert _sent(front, path, b"{}")[0] == 404, path
