"""How this EHR behaves: the mood of a vendor, and faults, both kept as data."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.conduct.fault import Fault, faults
from sandbox.conduct.mood import STANDARD, Mood, moods

__all__ = ["Conduct", "Fault", "Mood", "faults", "moods", "parse_conduct", "standard"]


@dataclass(frozen=True)
class Conduct:
    """One way to behave: a mood and some faults."""

    mood: Mood
    faults: frozenset[str] = frozenset()

    @property
    def slug(self) -> str:
        """The name in addresses: `epic+slow`; empty for the plain one."""
        named = "+".join((self.mood.id, *sorted(self.faults)))
        return "" if named == STANDARD else named

    @property
    def prefix(self) -> str:
        """What addresses of an EHR that behaves so begin with."""
        return f"/sim/{self.slug}" if self.slug else ""

    def with_faults(self, more: frozenset[str]) -> Conduct:
        """The same with further faults."""
        return Conduct(self.mood, self.faults | more) if more - self.faults else self


def parse_conduct(slug: str) -> Conduct | None:
    """The conduct of a name in an address: a mood, then faults. None when it is none."""
    name, *more = slug.split("+")
    if name not in moods() or any(each not in faults() for each in more):
        return None
    return Conduct(moods()[name], frozenset(more))


def standard() -> Conduct:
    """By the standards, without faults."""
    return Conduct(moods()[STANDARD])
