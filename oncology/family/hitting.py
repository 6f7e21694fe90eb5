"""The smallest set of facts that has one of each of several sets; sets of facts are bits."""

from __future__ import annotations


def smallest_hitting(sets: list[int], with_premise: list[int], least: int = 0) -> int:
    """The smallest choice that has a bit of every one of `sets`, of several the first in order.

    `with_premise`: bit → the bits that are chosen with it, its own among them. `least`: no choice
    of fewer bits is known to do. Choosing every bit always does.
    """
    size = least
    while True:
        found = _hit(sets, with_premise, 0, size)
        if found is not None:
            return found
        size += 1


def _hit(sets: list[int], with_premise: list[int], chosen: int, room: int) -> int | None:
    missed = [each for each in sets if not each & chosen]
    if not missed:
        return chosen
    if _apart(missed) > room:
        return None
    rest = min(missed, key=int.bit_count)
    while rest:
        bit = rest & -rest
        rest ^= bit
        more = with_premise[bit.bit_length() - 1] & ~chosen
        if more.bit_count() <= room:
            found = _hit(missed, with_premise, chosen | more, room - more.bit_count())
            if found is not None:
                return found
    return None


def _apart(sets: list[int]) -> int:
    """How many of the sets share nothing with each other, counted as they come: each needs one."""
    taken = count = 0
    for each in sets:
        if not each & taken:
            taken |= each
            count += 1
    return count
