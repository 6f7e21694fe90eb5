"""The histology that the name of a diagnosis says, where no code tells one."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Not certain, not this tumour, or only a part of it.
_DOUBTED = re.compile(
    r"\?|\b(suspect\w*|suspicious|possibl[ey]|probabl[ey]|presum\w+|likely|ruled? out|r/o|vs|"
    r"versus|exclu\w+|query|concern\w*|differential|in[- ]situ|"
    r"history|hx|h/o|after|post|secondary|famil\w+|no|not|without|negative|differentiation|"
    r"features|components?|mixed|combined|transform\w+|from|prior|previous|s/p)\b",
    re.I,
)
_GAPS = re.compile(r"[-\u2010-\u2015\s]+")


class HistologyWords:
    """Names of histologies; the longest of a place counts: "non-small cell" is not small cell."""

    def __init__(self, rows: Iterable[tuple[str, str]] = ()) -> None:
        self._means = {_plain(words): histology for words, histology in rows}
        by_length = sorted(self._means, key=len, reverse=True)
        names = "|".join(_GAPS.pattern.join(map(re.escape, each.split())) for each in by_length)
        self._any = re.compile(rf"\b(?:{names})" if names else r"(?!)", re.I)

    def named(self, words: str) -> list[str]:
        """The histologies a name says, each once; none when any word of it puts them in doubt."""
        found = [self._means[_plain(each)] for each in self._any.findall(words)]
        return list(dict.fromkeys(found)) if found and not _DOUBTED.search(words) else []


def _plain(words: str) -> str:
    """In lower case, with a space for every hyphen: "non-small-cell" is "non small cell"."""
    return " ".join(_GAPS.split(words.lower()))
