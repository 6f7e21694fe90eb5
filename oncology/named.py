"""Tests known by their names: stains and scores that laboratories send under codes of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Generic, TypeVar

Meaning = TypeVar("Meaning")
# Proteins of serum, relatives and inherited changes are not the tumour's.
_ELSEWHERE = re.compile(
    r"serum|plasma\b(?! cell)|mother|father|sister|brother|famil|germline|constitutional|"
    r"antibod(y|ies)|\bab\b",
    re.I,
)
_STAIN = re.compile(r"immunohistoch|immunostain|immune stain|immunoperoxidase|\bihc\b", re.I)


class NamedTests(Generic[Meaning]):
    """Names of tests and what each means."""

    def __init__(self, rows: Iterable[tuple[str, bool, Meaning]] = ()) -> None:
        """`rows`: the name, whether a word for a stain must stand beside it, the meaning."""
        self._tests = [(_whole(name), is_stain, meaning) for name, is_stain, meaning in rows]
        names = "|".join(pattern.pattern for pattern, _, _ in self._tests)
        self._any = re.compile(names or r"(?!)", re.I)

    def named(self, words: str) -> list[Meaning]:
        """The meanings of the names in a text, each once; none for serum or a relative."""
        if not self._any.search(words) or _ELSEWHERE.search(words):
            return []
        is_stained = bool(_STAIN.search(words))
        found = [
            meaning
            for pattern, is_stain, meaning in self._tests
            if (is_stained or not is_stain) and pattern.search(words)
        ]
        return list(dict.fromkeys(found))


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", re.I)
