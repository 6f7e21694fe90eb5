"""Bodies gone wrong: bytes flipped, cut, repeated and joined; values swapped for odd ones."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

_BYTES = (
    *(b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9"),
    *(b"null", b"true", b"NaN", b"Infinity", b"-0", b"1e999", b"-1e-999", b"9" * 400),
    *(b'"', b"\\", b"\\u0000", b"\\ud800", b"{", b"}", b"[", b"]", b":", b","),
    *(b"[" * 3000, b'{"a":' * 3000, b'"' + b"x" * 70_000 + b'"'),
    *(b"{{context.patientId}}", b"../../", b"%00", b"\r\n\r\n", b"<script>"),
)
_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 2**63, 10**400, "", " ", "\x00", "\ud800", "x" * 5000),
    *([], {}, [None], [[]], {"": None}, {"resourceType": 7}, {"resourceType": "Patient"}),
    *({"resourceType": "Bundle", "entry": None}, {"resourceType": "Bundle", "entry": [{}]}),
    *({"resourceType": "OperationOutcome"}, {"reference": 1}, {"coding": {}}, {"coding": [None]}),
    *("2026-02-30", "0000", "9999-12-31T25:61:61Z", "Patient/1", "urn:uuid:x", "#", "http://[::1"),
)


def mutated(body: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """A body with one to six faults."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        body = rng.choice(_WAYS)(body, others, rng)
    return body[:400_000]


def _span(body: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(body) + 1)
    return start, min(len(body), start + rng.choice((1, 2, 8, 64, 1024, 20_000)))


def _flip(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    if not body:
        return b"\x00"
    changed = bytearray(body)
    for _ in range(rng.choice((1, 1, 4, 32))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def _cut(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    start, end = _span(body, rng)
    return body[:start] + body[end:]


def _end(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body) + 1)]


def _repeat(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    start, end = _span(body, rng)
    return body[:end] + body[start:end] * rng.choice((1, 2, 20)) + body[end:]


def _insert(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    start, end = _span(body, rng)
    return body[:start] + rng.choice(_BYTES) + body[rng.choice((start, end)) :]


def _join(body: bytes, others: list[bytes], rng: random.Random) -> bytes:
    other = rng.choice(others)
    return body[: rng.randrange(len(body) + 1)] + other[rng.randrange(len(other) + 1) :]


def _swap_value(body: bytes, _: list[bytes], rng: random.Random) -> bytes:
    """One value of the document, at any depth, for an odd one; bytes that are no JSON stay."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(document, (dict, list)):
        return body
    places: list[tuple[Any, Any]] = []
    _gather(document, places)
    if not places:
        return body
    holder, key = rng.choice(places)
    if rng.random() < 0.15:
        del holder[key]
    else:
        holder[key] = rng.choice(_VALUES)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _gather(node: Any, places: list[tuple[Any, Any]]) -> None:
    for key, child in list(node.items()) if isinstance(node, dict) else list(enumerate(node)):
        places.append((node, key))
        if isinstance(child, (dict, list)) and len(places) < 5_000:
            _gather(child, places)


_WAYS: tuple[Callable[[bytes, list[bytes], random.Random], bytes], ...] = (
    *(_flip, _cut, _end, _repeat, _insert, _join),
    *(_swap_value,) * 5,
)
