"""A comment as it is written, and as it is read: single spaces, and forms as sentences."""

from __future__ import annotations

from oncology.family.told.forms import as_sentences

_SPACES = " \t\r\xa0"


class Writing:
    """One comment. `read`: what is read of it."""

    def __init__(self, text: str) -> None:
        self._text = text
        # The place in the text of each character that is read.
        self._places = [at for at in range(len(text)) if not _is_second_space(text, at)]
        single = "".join(" " if text[at] in _SPACES else text[at] for at in self._places)
        self.read = as_sentences(single)

    def quoted(self, start: int, end: int) -> str:
        """The words from one place to another of what is read, as they are written."""
        if start >= end:
            return ""
        return self._text[self._places[start] : self._places[end - 1] + 1].strip(" ,;:\n\t\r\xa0")


def _is_second_space(text: str, place: int) -> bool:
    return place > 0 and text[place] in _SPACES and text[place - 1] in _SPACES
