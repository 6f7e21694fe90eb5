"""Ages of relatives as recorded: exact, a range, a period, or in words; always an interval."""

from __future__ import annotations

import re

from oncology.dates import PartialDate, Span, parse_date, years_between
from oncology.reading.ages import years_in, years_of
from oncology.reading.elements import Period
from oncology.reading.family_member_history import FamilyMemberCondition, FamilyMemberHistory

_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties"
_DECADE = {word: 10 * number for number, word in enumerate(_DECADES.split(), 2)}
_NUMBER = r"([1-9]?[0-9]|1[01][0-9])"
_UNIT = r"(?: ?(?:years?|yrs?|y|yo|y/o|a)(?: old| of age)?)?\Z"
_YEARS = re.compile(rf"(?:at |aged? |at age )?{_NUMBER}{_UNIT}")
_ABOUT = re.compile(rf"(?:about|around|approx\.?|approximately|circa|ca\.?|~) ?{_NUMBER}{_UNIT}")
_BETWEEN = re.compile(rf"(?:between )?{_NUMBER}(?: ?[-–] ?| to | and ){_NUMBER}{_UNIT}")
_BEFORE = re.compile(rf"(?:before|under|younger than|<) ?{_NUMBER}{_UNIT}")
_UNTIL = re.compile(rf"(?:by|at most|<=|≤) ?{_NUMBER}{_UNIT}|{_NUMBER} or younger\Z")
_FROM = re.compile(
    rf"(?:after|over|older than|at least|>=?|≥) ?{_NUMBER}{_UNIT}|{_NUMBER} or older\Z"
)
_TENS = re.compile(
    r"(?:in (?:her|his|their|the) )?(?:(early|mid|late)[ -])?(?:([1-9])0'?s|([a-z]+ties))\Z"
)
# Years of a decade: as the knowledge tables read "early 40s", and wider for what has no edge.
_PART = {None: (0, 9), "early": (0, 3), "mid": (3, 7), "late": (6, 9)}
_ROUGHLY = 2


def said_age(text: str | None) -> Span | None:
    """Ages as written: 45, about 45, early 40s, forties, before 50, 45-50. None: not these."""
    if not text:
        return None
    said = " ".join(text.lower().split()).strip(" .")
    if found := _YEARS.match(said):
        return Span(int(found[1]), int(found[1]))
    if found := _ABOUT.match(said):
        return Span(max(0, int(found[1]) - _ROUGHLY), int(found[1]) + _ROUGHLY)
    if found := _BETWEEN.match(said):
        low, high = int(found[1]), int(found[2])
        return Span(low, high) if low <= high else None
    if (found := _BEFORE.match(said)) and int(found[1]):
        return Span(0, int(found[1]) - 1)
    if found := _UNTIL.match(said):
        return Span(0, int(found[1] or found[2]))
    if found := _FROM.match(said):
        return Span(int(found[1] or found[2]), None)
    return _said_decade(said)


def _said_decade(said: str) -> Span | None:
    tens = _TENS.match(said)
    start = tens and (int(tens[2]) * 10 if tens[2] else _DECADE.get(tens[3]))
    if not tens or not start:
        return None
    first, last = _PART[tens[1]]
    return Span(start + first, start + last)


def onset_age(recorded: FamilyMemberCondition, member: FamilyMemberHistory, life: Span) -> Span:
    """The age told at the onset; no cancer was found after death, nor after today: `life`."""
    return told_onset(recorded, member).within(Span(0, life.high))


def told_onset(recorded: FamilyMemberCondition, member: FamilyMemberHistory) -> Span:
    """onsetAge, then onsetRange, then onsetPeriod with a birth date, then words."""
    span = years_of(recorded.onset_age) or years_in(recorded.onset_range)
    if span is None and recorded.onset_period:
        span = _in_period(recorded.onset_period, member)
    return span or said_age(recorded.onset_string) or Span()


def _in_period(period: Period, member: FamilyMemberHistory) -> Span | None:
    """The onset lies somewhere in the period; one without an end tells only from when on.

    Source: FHIR R5 Condition.onset[x]: a Period conveys "an imprecise onset that occurred within
    the time period". A record that means the time until the cancer was gone is read no wrongly.
    """
    born = birth_of(member)
    start, end = parse_date(period.start), parse_date(period.end)
    if born is None or (start is None and end is None):
        return None
    low = years_between(born, start).low if start is not None else 0
    high = years_between(born, end).high if end is not None else None
    return None if high is not None and (low or 0) > high else Span(low, high)


def life_span(member: FamilyMemberHistory, today: PartialDate) -> Span:
    """The age a relative has now or had at death, as far as it is told."""
    if not _is_life_told(member):
        return Span()
    told = Span()
    died = (years_of(member.deceased_age), years_in(member.deceased_range))
    for span in (*died, said_age(member.deceased_string)):
        told = told.within(span) if span is not None else told
    if not is_deceased(member):
        for span in (years_of(member.age_age), years_in(member.age_range)):
            told = told.within(span) if span is not None else told
    born = birth_of(member)
    if born is not None:
        end = parse_date(member.deceased_date)
        lived = years_between(born, end or today)
        # One who died on a day not told did not live until today.
        known_end = end is not None or not is_deceased(member)
        told = told.within(lived if known_end else Span(0, lived.high))
    return told


def _is_life_told(member: FamilyMemberHistory) -> bool:
    """Whether anything on record bounds the life of a relative."""
    told = (
        *(member.deceased_age, member.deceased_range, member.deceased_string),
        *(member.deceased_date, member.age_age, member.age_range),
        *(member.born_date, member.born_period),
    )
    return any(each is not None for each in told)


def is_deceased(member: FamilyMemberHistory) -> bool | None:
    """Whether the relative has died; None when the record does not tell."""
    if member.deceased_boolean is not None:
        return member.deceased_boolean
    told = (
        member.deceased_age,
        member.deceased_range,
        member.deceased_date,
        member.deceased_string,
    )
    if any(each is not None for each in told):
        return True
    return False if member.age_age is not None or member.age_range is not None else None


def birth_year(born: PartialDate | None) -> int | None:
    """The year of a birth date; None when it is not known to be one year."""
    told = born is not None and born.earliest.year == born.latest.year
    return born.earliest.year if born is not None and told else None


def birth_of(member: FamilyMemberHistory) -> PartialDate | None:
    """When a relative was born, as exactly as it is told."""
    born = parse_date(member.born_date)
    if born is None and member.born_period is not None:
        start, end = parse_date(member.born_period.start), parse_date(member.born_period.end)
        if start is not None and end is not None:
            return PartialDate(start.earliest, end.latest)
    return born
