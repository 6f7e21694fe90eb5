"""The sentences and lines of a comment, and the sides that head them."""

from __future__ import annotations

from collections.abc import Iterator

from oncology.family.told.marks import COLON, DASH, STOP, Mark
from oncology.family.told.who import HEADING, PERSON, who_of

# A sentence is cut here, so that the time stays in proportion to the text.
_MOST_MARKS = 80


def sentences(marks: list[Mark]) -> Iterator[tuple[list[Mark], str]]:
    """The sentences and lines of a text, each with the sign that ends it."""
    found: list[Mark] = []
    for here in marks:
        if here.is_a(STOP):
            if found:
                yield found, here.text
            found = []
            continue
        found.append(here)
        if len(found) == _MOST_MARKS:
            yield found, "."
            found = []
    if found:
        yield found, "end"


class Side:
    """The side that a heading gives to those under it."""

    def __init__(self) -> None:
        self.told = ""
        self._until = "."

    def end(self, marks: list[Mark], ending: str) -> None:
        """A side that heads a line holds for the line, or for those under it."""
        places = [place for place, each in enumerate(marks) if each.is_a(HEADING)]
        if places:
            after = marks[places[-1] + 1 :]
            alone = all(each.is_a(COLON, DASH) for each in after)
            led = bool(after) and after[0].is_a(COLON, DASH)
            self._until = "" if alone and ending == "\n" else "\n" if led else "."
        if self._until and ending in (self._until, "\n"):
            self.told = ""


def is_adoption_of_patient(marks: list[Mark], place: int) -> bool:
    """Whether "adopted" is said of the patient, and not as in `mother was adopted`."""
    for before in reversed(marks[:place]):
        if before.is_a(STOP):
            return True
        if before.is_a(HEADING):
            return False
        if before.is_a(PERSON):
            return not who_of(before).is_blood
    return True
