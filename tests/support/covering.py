"""Covering arrays: few rows in which every combination of any few factors occurs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations, product

Row = tuple[str, ...]
_CANDIDATES = 12


def covering_array(factors: int, levels: Sequence[str], strength: int, seed: int) -> list[Row]:
    """Rows of `factors` levels so that every combination of any `strength` factors is in one.

    Greedy: each row is the best of a few built level by level around a combination still missing.
    """
    rng = random.Random(seed)
    strength = min(strength, factors)
    missing = {
        (places, values)
        for places in combinations(range(factors), strength)
        for values in product(levels, repeat=strength)
    }
    rows = []
    while missing:
        wanted = min(missing) if len(missing) < _CANDIDATES else rng.choice(sorted(missing)[:200])
        row = max(
            (_built(wanted, factors, levels, rng) for _ in range(_CANDIDATES)),
            key=lambda each: len(_covered(each, strength) & missing),
        )
        missing -= _covered(row, strength)
        rows.append(row)
    return rows


def _built(
    wanted: tuple[tuple[int, ...], Row], factors: int, levels: Sequence[str], rng: random.Random
) -> Row:
    row = [rng.choice(levels) for _ in range(factors)]
    for place, value in zip(*wanted, strict=True):
        row[place] = value
    return tuple(row)


def _covered(row: Row, strength: int) -> set[tuple[tuple[int, ...], Row]]:
    return {
        (places, tuple(row[place] for place in places))
        for places in combinations(range(len(row)), strength)
    }
