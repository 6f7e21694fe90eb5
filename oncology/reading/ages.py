"""Ages as FHIR records them, in completed years, as spans."""

from __future__ import annotations

from oncology.dates import Span
from oncology.reading.elements import Quantity, Range

_PER_YEAR = {
    **dict.fromkeys(("a", "y", "yr", "yrs", "year", "years"), 1),
    **dict.fromkeys(("mo", "month", "months"), 12),
    **dict.fromkeys(("wk", "week", "weeks"), 52),
    **dict.fromkeys(("d", "day", "days"), 365),
}
_OLDEST = 150


def years_of(age: Quantity | None) -> Span | None:
    """An Age in completed years; comparators open one end. None: unit or value not usable."""
    if age is None or age.value is None:
        return None
    divisor = _PER_YEAR.get((age.code or age.unit or "a").strip().lower())
    # No comparison holds for what is not a number.
    if divisor is None or not 0 <= age.value <= _OLDEST * divisor:
        return None
    exact = age.value / divisor
    years = int(exact)
    if age.comparator is None:
        return Span(years, years)
    if age.comparator == "<":
        return Span(0, years - 1 if exact == years and years else years)
    if age.comparator == "<=":
        return Span(0, years)
    return Span(years, None) if age.comparator in (">", ">=") else None


def years_in(bounds: Range | None) -> Span | None:
    """A range of ages; an end that is missing or not usable is open."""
    if bounds is None:
        return None
    low, high = years_of(bounds.low), years_of(bounds.high)
    if low is None and high is None:
        return None
    return Span(low.low if low else 0, high.high if high else None)
