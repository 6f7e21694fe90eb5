"""Texts that say nothing of cancer: looked at once in the life of a process."""

from __future__ import annotations

from collections.abc import Callable

_MOST = 100_000


class Plain:
    """Remembers of which texts a question is answered no.

    By their hash: the words of one chart are not kept for the next. Charts repeat the same few
    displays, and a look costs more than the reading of the resource.
    """

    def __init__(self, says: Callable[[str], bool]) -> None:
        self._says = says
        self._silent: set[int] = set()

    def says(self, words: str) -> bool:
        """Whether the words say what is asked."""
        key = hash(words)
        if key in self._silent:
            return False
        if self._says(words):
            return True
        if len(self._silent) >= _MOST:
            self._silent.clear()
        self._silent.add(key)
        return False
