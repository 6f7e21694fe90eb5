"""Ages in a text: where they stand, and the interval of years they mean."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.dates import Span
from oncology.family.ages import said_age

_CORE = re.compile(
    r"(?:\bbetween\s(?:the\s)?(?:ages?\s)?(?:of\s)?(?P<from>\d\d)\sand\s(?P<until>\d\d)\b"
    r"|(?<![\d./'$#])(?P<tens>[1-9]0)\s?'?s\b(?!/)"
    r"|\b(?P<word>(?:twen|thir|for|fif|six|seven|eigh|nine)ties)\b|\b(?P<teens>teens?|teenager)\b"
    r"|\b(?P<spelled>(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|eighteen|nineteen)\b"
    r"(?!\s(?:pack|years?\sago|percent|sisters|brothers|cousins|relatives))"
    r"|(?<![\d.'$#])(?<!\d/)(?P<low>\d{1,3})(?!\d)"
    r"(?:\s?(?:-|–|/|\b(?:to|or)\b)\s?(?P<high>\d{2})(?![\d/]))?"
    r"(?P<more>\+|\s?or older\b|\s?and over\b)?"
    r"(?P<less>\s?or younger\b)?(?P<ish>\s?-?ish\b|\?|\sor (?:so|thereabouts)\b)?"
    r"(?P<unit>\s?-?(?:y/?o\b|y\.o\.?|yrs?\b|years?\b|y\b)(?:[\s-](?:old|of age|age)\b)?)?)",
    re.I,
)
# A number before one of these measures something else, and a small one counts.
_NOT_YEARS = re.compile(
    r"\s?(?:%|/\d|\.\d|(?:st|nd|rd|th)\b|-?\s?(?:pack|pk)|\s?ppd|[cm]m\b|mg\b|kg\b|lbs?\b|:|\))|"
    r"\+[^\S\n]?-?genes?\b|-genes?\b|[^\S\n]genes?[^\S\n]panel|"
    r"[^\S\n](?:of \d|of (?:her|his|their|the|them)\b|(?:weeks?|months?|mos?|days?)\b|cigs|drinks)",
    re.I,
)
_COUNTS = re.compile(
    r"[^\S\n](?:maternal|paternal|mat|pat|full|half|other|older|younger|living|healthy|unaffected|"
    r"affected|great|first|second|female|male|breast|separate|different|primary|m|p)?[^\S\n]?"
    r"(?:sisters?|brothers?|siblings?|sibs?|aunts?|uncles?|cousins?|daughters?|sons?|children|"
    r"kids|relatives?|primar(?:y|ies)|members|nieces?|nephews?|others|grand\w+|people|women|men|"
    r"generations|cancers|cases|times|dtrs?|[fst]drs?|ca's)\b",
    re.I,
)
_MOST_COUNTED = 12
# "59/60" is an interval, "3/45" is none.
_NEAR = 5
_AGO = re.compile(
    r"\s?(?:yrs?|years?|y)?\s?(?:ago|later|prior|hx|history|back)|"
    r"\s?(?:yrs?|years?|y)\s?(?:of )?smok",
    re.I,
)
# Behind years these make them a span of time.
_LASTING = re.compile(
    r"\s?(?:illness|survival|course|battle|apart|interval|(?:in )?remission|of treatment)", re.I
)
_COUNTED = re.compile(
    r"(?:\bx|[×#*]|(?<!age )\bof|\b(?:stage|grade|gleason|gravida|chr|her|er|pr|dm|type|level|"
    r"number|factor|cd|p|t|n|g|for|last|smoked|score))\s*$",
    re.I,
)
_OF_TYPE, _MOST_TYPES = re.compile(r"\btype\s*$", re.I), 9
_LISTED = re.compile(r"(?:\A|\n)\s*$")
_PART = re.compile(
    r"\b(early|mid|middle|late|lower|low|upper)(?:[\s-]*(?:to|or|/|-)[\s-]*(mid|late))?[\s-]*(?:to)?\s*$",
    re.I,
)
_WHOSE = re.compile(r"\b(?:in\s+)?(?:her|his|their|the|my)\s+$", re.I)
_AGE = re.compile(r"\b(?:between\s+)?(?:the\s+)?age[sd]?\s*(?:of\s+)?(?::\s*|is\s+|was\s+)?$", re.I)
_BOUND = re.compile(
    r"(?P<until><=|≤|\bby\s)|(?P<before><|\b(?:before(?:\s(?:s?he|they)\s(?:turned|was))?|"
    r"prior to|under|younger than|less than|"
    r"below|pre|b/f|bf|b4)\s)|(?P<least>>=|≥|\bat least\s)|"
    r"(?P<after>>|\b(?:after|over|older than|more than|above|past|post|greater than|later than)\s)|"
    r"(?P<about>~|≈|\?|\b(?:about|around|approx(?:imately)?\.?|circa|roughly|nearly|almost|c\.)\s?)",
    re.I,
)
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TENS = {
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_OF_CALENDAR = re.compile(
    r"\b(?:in|during|from|of|since)\s+the(?:\s+(?:early|mid|late))?[\s-]+$", re.I
)
_EARLIEST_DECADE = 60
_LOOK_BACK = 32
_YOUNGEST_BARE = 10
_PARTS = {"middle": "mid", "lower": "early", "low": "early", "upper": "late"}


class AgeMark(Struct, frozen=True, gc=False):
    """An age and where it stands. `is_named`: the word "age" or a unit stands with it.

    `is_wide`: an interval as told, not one year. `is_bare_digit`: too small to be taken for an age
    without a word that says so.
    """

    start: int
    end: int
    span: Span
    is_wide: bool
    is_named: bool
    is_bare_digit: bool = False


def find_ages(text: str) -> list[AgeMark]:
    """The ages of a text in order; counts, dates, doses and stages are none."""
    found: list[AgeMark] = []
    for match in _CORE.finditer(text):
        mark = _mark(text, match)
        if mark is not None and (not found or mark.start >= found[-1].end):
            found.append(mark)
    return found


def _mark(text: str, match: re.Match[str]) -> AgeMark | None:
    after = text[match.end() : match.end() + _LOOK_BACK]
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    plain = match["low"] is not None
    if plain and _is_no_age(match, before, after):
        return None
    bound, part, start, named = _look_back(before, match.start())
    if match["tens"] and int(match["tens"]) >= _EARLIEST_DECADE and _OF_CALENDAR.search(before):
        # "In the 90s" is a decade of the calendar, or not to be told from one.
        return None
    said = _said(match, part)
    span = _bounded(said, bound) if said else None
    if span is None:
        return None
    small = plain and int(match["low"]) < _YOUNGEST_BARE
    return AgeMark(
        start,
        match.end(),
        span,
        is_wide=not (plain or match["spelled"])
        or bool(bound)
        or bool(match["high"] or match["more"] or match["ish"]),
        is_named=named or bool(match["unit"]),
        is_bare_digit=small and not named and not match["unit"],
    )


def _is_no_age(match: re.Match[str], before: str, after: str) -> bool:
    if int(match["low"]) > 115:
        return True
    if int(match["low"]) <= _MOST_COUNTED and not match["unit"] and _COUNTS.match(after):
        return True
    if match["unit"] and _LASTING.match(after):
        return True
    if _AGO.match(after) or (not match["unit"] and _NOT_YEARS.match(after)):
        # "(42)" and "42: well" are ages; "1)" and "2:" at the start of a line number it.
        closes = re.match(r"\s?[:)]", after)
        if not closes or _LISTED.search(before):
            return True
    if re.match(r"\.\s", after) and _LISTED.search(before):
        return True
    if int(match["low"]) > _MOST_TYPES and _OF_TYPE.search(before):
        # "Diffuse type 36".
        return False
    return bool(_COUNTED.search(before)) or (
        before[-1:].isalpha() and not re.search(r"\b(?:dx|age|at|d|a)$", before, re.I)
    )


def _look_back(before: str, start: int) -> tuple[str, tuple[str, ...], int, bool]:
    """What stands before the number: its bound, its part of a decade, and whether "age" does."""
    bound, named = "", False
    part: tuple[str, ...] = ()
    for _ in range(5):
        if found := _PART.search(before):
            part = tuple(_PARTS.get(each.lower(), each.lower()) for each in found.groups() if each)
        elif (
            found := re.search(r"\bbetween\s+$", before, re.I)
            or _WHOSE.search(before)
            or _AGE.search(before)
        ):
            named = named or "age" in found[0].lower()
        elif found := re.search(rf"(?:{_BOUND.pattern})\s*(?:the\s+)?$", before, re.I):
            bound = next(name for name, words in found.groupdict().items() if words)
        else:
            break
        start -= len(before) - found.start()
        before = before[: found.start()]
    return bound, part, start, named


def _said(match: re.Match[str], part: tuple[str, ...]) -> Span | None:
    if match["teens"]:
        return Span(13, 19)
    if match["spelled"]:
        return said_age(str(_spelled(match["spelled"])))
    if match["from"]:
        return said_age(f"{match['from']}-{match['until']}")
    if match["low"]:
        return _said_number(match)
    decade = f"{match['tens']}s" if match["tens"] else match["word"].lower()
    spans = [said_age(f"{each} {decade}".strip()) for each in part or ("",)]
    first, last = spans[0], spans[-1]
    return Span(first.low, last.high) if first and last else None


def _spelled(words: str) -> int:
    first, *rest = re.split(r"[\s-]", words.lower())
    return _TENS[first] + sum(_ONES.index(each) for each in rest)


def _said_number(match: re.Match[str]) -> Span | None:
    low, high = int(match["low"]), match["high"]
    if high:
        near = "/" not in match[0] or low < int(high) <= low + _NEAR
        return said_age(f"{low}-{high}") if near else None
    if match["more"]:
        return Span(low, None)
    if match["less"]:
        return Span(0, low)
    return said_age(f"about {low}" if match["ish"] else str(low))


def _bounded(span: Span, bound: str) -> Span | None:
    low, high = span.low, span.high
    if not bound or low is None:
        return span
    if bound in ("before", "until"):
        top = low - 1 if bound == "before" else high
        return Span(0, top) if top is not None and top >= 0 else None
    if bound == "about":
        return said_age(f"about {low}") if low == high else span
    # The decade itself is left only by "after the forties".
    start = high + 1 if bound == "after" and high is not None and high != low else low
    return Span(start, None)
