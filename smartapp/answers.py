"""Answers to advice: what may be said to it in the app, and what was said, here or on a card."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from msgspec import Struct

from smartapp.opened import OpenedChart


class Reason(Struct, frozen=True):
    """A reason to put advice aside: its code, in words, and for whom and how long it holds."""

    code: str
    words: str
    holds: str


class Given(Struct, frozen=True):
    """An answer that holds now: why, when, who gave it as far as may be told, until when."""

    words: str
    at: datetime
    by: str
    holds: str
    until: date


class Answerable(Struct, frozen=True):
    """How advice can be answered: done elsewhere, or not now; `given` when it was.

    `together` is the guidance of all advice that one answer is for: they make one card. `facts`
    stands for the facts it rests on, silently: an answer to other facts was to what nobody saw.
    """

    elsewhere: tuple[Reason, ...] = ()
    later: tuple[Reason, ...] = ()
    given: Given | None = None
    together: tuple[str, ...] = ()
    facts: str = ""

    def words_of(self, code: str) -> str:
        """A reason that may be given; empty for any other."""
        offered = (*self.elsewhere, *self.later)
        return next((each.words for each in offered if each.code == code), "")


class AnswersAway(Exception):
    """What answers are kept in could not be reached: nothing was kept or found."""


class Answers(Protocol):
    """Where answers are kept. Methods raise AnswersAway when it cannot be reached."""

    def of(self, opened: OpenedChart) -> dict[str, Answerable]:
        """The advice of a chart that can be answered, by its guidance."""
        ...

    def give(self, opened: OpenedChart, guidance: str, code: str) -> None:
        """Keep an answer, safe when this returns."""
        ...

    def take_back(self, opened: OpenedChart, guidance: str) -> None:
        """Take back all that keeps this advice aside for this user."""
        ...


class NoAnswers:
    """Nothing is kept, so nothing can be answered."""

    def of(self, opened: OpenedChart) -> dict[str, Answerable]:
        """No advice can be answered."""
        return {}

    def give(self, opened: OpenedChart, guidance: str, code: str) -> None:
        """Nothing is kept."""

    def take_back(self, opened: OpenedChart, guidance: str) -> None:
        """Nothing was kept."""
