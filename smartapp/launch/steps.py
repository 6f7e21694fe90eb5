"""Steps of a launch, for the diagnostics page: what was tried and whether it held."""

from __future__ import annotations

from msgspec import Struct

_MASK = "•••"
_SHOWN = 4


class Step(Struct, frozen=True):
    """One step: passed or not, in words without patient data; secrets are masked."""

    name: str
    passed: bool
    words: str = ""


def masked(secret: str) -> str:
    """That there is a value, how long it is, and nothing an attacker could use."""
    if not secret:
        return "none"
    shown = secret[:_SHOWN] if len(secret) >= 8 * _SHOWN else ""
    return f"{shown}{_MASK} ({len(secret)} characters)"
