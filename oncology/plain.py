"""Codes that say nothing of cancer: looked at once in the life of a process."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol, TypeVar

from msgspec import Struct, field

from oncology.reading.elements import CodeableConcept

_MOST = 20_000
_CODE = attrgetter("code")


class Coded(Protocol):
    """A resource with a code."""

    @property
    def code(self) -> CodeableConcept | None:
        """What it is about."""
        ...


C = TypeVar("C", bound=Coded)


class PlainCodes(Struct, frozen=True):
    """The codes, displays and texts included, that a question was answered no for.

    By their hash: the words of one chart are not kept for the next. Charts repeat the same few
    codes, and a look at one costs more than the reading of the resource.
    """

    _seen: set[int] = field(default_factory=set)

    def add(self, code: CodeableConcept) -> None:
        """Remember one."""
        if len(self._seen) >= _MOST:
            self._seen.clear()
        self._seen.add(hash(code))

    def has(self, code: CodeableConcept) -> bool:
        """Whether it is one of these."""
        return hash(code) in self._seen

    def leave_out(self, resources: Sequence[C]) -> Sequence[C]:
        """The resources whose code is not one of these."""
        seen = self._seen
        keys = list(map(hash, map(_CODE, resources)))
        if seen.issuperset(keys):
            return ()
        return [each for each, key in zip(resources, keys, strict=True) if key not in seen]
