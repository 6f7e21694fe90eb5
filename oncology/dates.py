"""Partial dates as FHIR records them: each is the span of days it may mean."""

from __future__ import annotations

from datetime import date

from fhirdatetime import FhirDate
from msgspec import Struct

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL_DATE = 10
_YEAR, _YEAR_MONTH = 4, 7


class PartialDate(Struct, frozen=True, order=True, gc=False):
    """A date known to the day, the month or the year: the first and last day it may be."""

    earliest: date
    latest: date

    @property
    def is_day(self) -> bool:
        """Whether the day is known."""
        return self.earliest == self.latest

    def iso(self) -> str:
        """As recorded: 2026-11-09, 2026-11 or 2026."""
        if self.is_day:
            return self.earliest.isoformat()
        if self.earliest.month == self.latest.month:
            return f"{self.earliest.year:04d}-{self.earliest.month:02d}"
        return f"{self.earliest.year:04d}"

    def words(self) -> str:
        """As a card says it: 9 Nov 2026, Nov 2026 or 2026."""
        first = self.earliest
        if self.is_day:
            return f"{first.day} {_MONTHS[first.month - 1]} {first.year}"
        if first.month == self.latest.month:
            return f"{_MONTHS[first.month - 1]} {first.year}"
        return str(first.year)


def parse_date(text: str | None) -> PartialDate | None:
    """A FHIR date, dateTime or instant; None when absent or not a date.

    The day is the one written, in the sender's own time zone.
    """
    if not text:
        return None
    try:
        if len(text) >= _FULL_DATE:
            day = date.fromisoformat(text[:_FULL_DATE])
            return PartialDate(day, day)
        return _partial(text)
    except ValueError:
        return None


def until(day: PartialDate | None) -> PartialDate | None:
    """That day or any before it: something is recorded on a day, and happened by then."""
    return PartialDate(date.min, day.latest) if day is not None else None


def _partial(text: str) -> PartialDate | None:
    recorded = FhirDate.fromisoformat(text)
    if len(text) == _YEAR:
        return PartialDate(date(recorded.year, 1, 1), date(recorded.year, 12, 31))
    if len(text) == _YEAR_MONTH and recorded.month:
        first = date(recorded.year, recorded.month, 1)
        after = date(recorded.year + recorded.month // 12, recorded.month % 12 + 1, 1)
        return PartialDate(first, date.fromordinal(after.toordinal() - 1))
    return None


class Span(Struct, frozen=True, gc=False):
    """A whole number of years known to lie between two bounds, both included; None is open."""

    low: int | None = None
    high: int | None = None

    def below(self, cut: int) -> bool | None:
        """Whether the value is under `cut`: True, False, or None when the span straddles it."""
        if self.high is not None and self.high < cut:
            return True
        if self.low is not None and self.low >= cut:
            return False
        return None

    def within(self, other: Span) -> Span:
        """What both spans allow; anything when they contradict each other."""
        low = max((each for each in (self.low, other.low) if each is not None), default=None)
        high = min((each for each in (self.high, other.high) if each is not None), default=None)
        if low is not None and high is not None and low > high:
            return Span()
        return Span(low, high)

    def words(self) -> str | None:
        """`46`, `40 to 43`, `under 50`, `50 or older`; None when nothing is known."""
        if self.low is None and self.high is None:
            return None
        if self.low == self.high:
            return str(self.low)
        if self.low is None or self.low == 0:
            return f"{self.high} or younger" if self.high is not None else None
        if self.high is None:
            return f"{self.low} or older"
        return f"{self.low} to {self.high}"


def years_between(start: PartialDate, end: PartialDate) -> Span:
    """Completed years from one partial date to another; open when the end comes first."""
    high = _completed_years(start.earliest, end.latest)
    if high < 0:
        return Span()
    return Span(max(0, _completed_years(start.latest, end.earliest)), high)


def _completed_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
