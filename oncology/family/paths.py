"""Relations as paths from the patient: degree, side, shared genome, and links between relatives.

A path is a row of steps: M to the mother, F to the father, P to a parent not said which, S to a
full sibling, C to a child, I to an identical twin. The patient's own path is empty.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from msgspec import Struct

MATERNAL, PATERNAL, BOTH = "maternal", "paternal", "both"
PATIENT = ""
_SIDES = {"M": MATERNAL, "F": PATERNAL, "P": None}
_PARENTS = "MFP"


@lru_cache(maxsize=4096)
def degree_of(path: str) -> int:
    """Meioses apart, a full sibling counting one: 0 patient or identical twin, 1 parent, …"""
    return sum(step != "I" for step in path)


def shared_genome(path: str) -> float:
    """The share of the genome expected in common: 0.5 for a parent, 0.25 for an aunt, …"""
    return 0.5 ** degree_of(path)


@lru_cache(maxsize=4096)
def side_of(path: str) -> str | None:
    """Maternal, paternal, both (siblings, children and theirs), or None when not recorded."""
    return _SIDES[path[0]] if path[:1] and path[0] in _PARENTS else BOTH


@lru_cache(maxsize=4096)
def generation_of(path: str) -> int:
    """Generations above (positive) or below the patient."""
    return sum((step in _PARENTS) - (step == "C") for step in path)


def on_side(path: str, side: str) -> str:
    """The same path on a known side: the first parent not said which is that parent."""
    return path if path[:1] != "P" else ("M" if side == MATERNAL else "F") + path[1:]


class _Walk(Struct, frozen=True, gc=False):
    """A path taken apart: up to an ancestor, over to a full sibling of theirs or not, down."""

    up: str
    over: bool
    down: int


def _walk(path: str) -> _Walk:
    steps = path.replace("I", "")
    up = steps[: len(steps) - len(steps.lstrip(_PARENTS))]
    rest = steps[len(up) :]
    return _Walk(up, rest.startswith("S"), rest.count("C"))


@lru_cache(maxsize=4096)
def degrees_between(first: str, second: str) -> frozenset[int | None]:
    """How many degrees two relatives may be apart; None among them: perhaps not by blood.

    One number when the two paths tell. A cousin and an aunt of one side are one degree apart when
    she is the mother, else three: both are possible.
    """
    found: set[int | None] = set()
    for one, other in product(_readings(first), _readings(second)):
        found |= _apart(_walk(one), _walk(other))
    # Two relatives are two people: being one and the same is no reading of it.
    return frozenset(found - {0}) if "I" not in first + second else frozenset(found)


def _readings(path: str) -> list[str]:
    """The path with every parent not said which as mother and as father."""
    choices = ["MF" if step == "P" else step for step in path]
    return ["".join(each) for each in product(*choices)]


def _apart(one: _Walk, other: _Walk) -> set[int | None]:
    shared = 0
    for step, further in zip(one.up, other.up, strict=False):
        if step != further:
            break
        shared += 1
    above, beyond = len(one.up) - shared, len(other.up) - shared
    if above and beyond:
        # Mother's and father's people are not related to each other.
        return {None}
    if above or beyond:
        high, low, steps = (one, other, above) if above else (other, one, beyond)
        if not (low.over or low.down):
            return {steps + high.over + high.down}
        if low.over:
            # A full sibling has the same parents.
            return {low.down + steps + high.over + high.down}
        return {steps + high.over + high.down + low.down}
    return _from_one_ancestor(one, other)


def _from_one_ancestor(one: _Walk, other: _Walk) -> set[int | None]:
    if not (one.over or one.down) or not (other.over or other.down):
        return {one.over + one.down + other.over + other.down}
    if one.over != other.over:
        return {1 + one.down + other.down}
    apart: set[int | None] = set()
    if one.over:
        # Through two siblings, or through the same one.
        apart.add(1 + one.down + other.down)
        if not one.down or not other.down:
            apart |= {one.down + other.down} - {0}
            return apart
    for common in range(min(one.down, other.down) + 1):
        left, right = one.down - common, other.down - common
        if common == 0:
            apart.add(left + right - 1)
        elif not left or not right:
            apart.add(left + right)
        else:
            apart.add(left + right - 1)
    return apart
