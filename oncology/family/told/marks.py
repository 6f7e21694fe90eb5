"""A text as a row of marks: what each phrase, age and sign may mean, and where it stands."""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.family.told.ages import find_ages
from oncology.family.told.vocabulary import WORDS, Vocabulary

STOP, COMMA, COLON, DASH, OPEN, CLOSE, SLASH = (
    "stop",
    "comma",
    "colon",
    "dash",
    "open",
    "close",
    "/",
)
AGE, POSSESSIVE = "age", "possessive"
_SIGNS = {
    **dict.fromkeys((";", "\n", "!", "."), STOP),
    **dict.fromkeys((",", "|"), COMMA),
    **dict.fromkeys("-–—=→•", DASH),
    **dict.fromkeys("([{", OPEN),
    **dict.fromkeys(")]}", CLOSE),
    ":": COLON,
    "/": SLASH,
}
# After these a point only shortens the word; after the second group it may also end a sentence.
_SHORTENED = frozenset(
    [
        "mat",
        "pat",
        "m",
        "p",
        "b",
        "w",
        "br",
        "ov",
        "panc",
        "pros",
        "approx",
        "biol",
        "poss",
        "prob",
        "susp",
        "dr",
        "vs",
        "st",
        "gr",
        "incl",
    ]
)
_MAY_END = frozenset(
    (
        "ca",
        "yr",
        "yrs",
        "yo",
        "y",
        "o",
        "mo",
        "unk",
        "d",
        "dx",
        "dec",
        "hx",
        "fam",
        "pt",
        "gm",
        "c",
        "bro",
        "sis",
        "fa",
        "gf",
        "neg",
        "pos",
    )
)
# A word of one of these kinds begins a sentence, also where nothing is written large.
_OPENING = ("relation", "relations", "side", "denied", "family", "patient", "her", "unrelated")
_SIGNED = ("(+", "(-")
_SHORTENED_AT_THE_START = ("neg", "pos", "mo", "fa", "sis", "bro", "gm", "gf", "unc", "cous", "dau")
_OPENING_SIGNS = (".", ";", "\n", ",", ":", "'s", "&")
_QUOTES = "\"“”'`"
_UNITS, _AFTER_UNITS = (
    ("mo", "mos", "m"),
    ("later", "after", "ago", "of", "post", "prior", "survival"),
)
_MOST_MONTHS = 24
_SPACED_SLASH = re.compile(r"(?<=\s)/(?=\s)")
_BRACKETS = re.compile(r"\([^()\n]{0,120}\)")
_FEWEST_ENTRIES, _SHORTEST_ENTRY = 3, 2
_CARRY_DIGITS = ("gene", "relation", "relations")


class Mark(Struct, frozen=True, gc=False):
    """A phrase and its meanings by kind; `value` is set for ages, later for people and cancers."""

    start: int
    end: int
    means: dict[str, str]
    text: str = ""
    value: object = None

    def is_a(self, *kinds: str) -> bool:
        """Whether it may be of one of these kinds."""
        return not self.means.keys().isdisjoint(kinds)


def _parted(text: str) -> str:
    """`breast ca mother 58 / ovarian ca none / …`: such signs part entries, as semicolons do.

    And `mother (breast ca; dx 50)` is one entry.
    """
    text = text.replace("--", " –")
    text = _BRACKETS.sub(lambda match: match[0].replace(";", ","), text)
    entries = _SPACED_SLASH.split(text)
    if len(entries) < _FEWEST_ENTRIES or any(
        len(each.split()) < _SHORTEST_ENTRY for each in entries
    ):
        return text
    return _SPACED_SLASH.sub(";", text)


class _Token(Struct, frozen=True, gc=False):
    start: int
    end: int
    text: str


def mark(text: str, vocabulary: Vocabulary) -> list[Mark]:
    """All marks of a text in order; every word is one, known or not."""
    tokens = _tokens(_parted(text), vocabulary)
    ages = find_ages(text)
    is_shouted = text.isupper()
    found: list[Mark] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        while ages and ages[0].end <= token.start:
            ages.pop(0)
        length, means = _longest(tokens, place, vocabulary)
        age = ages[0] if ages and ages[0].start <= token.start else None
        if age is not None and age.is_bare_digit:
            # "1 with breast ca" counts; "at 6" and "dx 6" are ages.
            age = age if _may_be_young(found, tokens, place) else None
        if age is not None and not _goes_before(tokens[place : place + length], means):
            found.append(Mark(age.start, age.end, {AGE: ""}, value=ages.pop(0)))
            while place < len(tokens) and tokens[place].start < age.end:
                place += 1
            continue
        if length == 1 and _is_unit(tokens, place):
            means = {}
        elif length == 1:
            word = text[token.start : token.end]
            word = word.upper() if _heads_an_entry(tokens, place) else word
            means = _as_capitals(word, means, vocabulary, is_shouted)
        last = tokens[place + length - 1]
        words = " ".join(each.text for each in tokens[place : place + length])
        found.append(Mark(token.start, last.end, means, words))
        place += length
        if words == "?" and _asks(tokens, place - 1, text):
            found.append(Mark(token.end, token.end, {STOP: ""}, "."))
    return found


def _asks(tokens: list[_Token], place: int, text: str) -> bool:
    """`Any cancer in the family? My aunt had …`: a question, with its answer after it."""
    here = tokens[place]
    tight = place > 0 and tokens[place - 1].end == here.start
    after = text[here.end :].lstrip()[:1]
    return tight and text[here.end : here.end + 1].isspace() and after.isupper()


def _heads_an_entry(tokens: list[_Token], place: int) -> bool:
    """`m: breast ca 57. f: well`: the mother and the father, written small."""
    if tokens[place].text not in ("m", "f") or place + 1 >= len(tokens):
        return False
    opens = not place or tokens[place - 1].text in (".", ";", "\n", ",")
    return opens and tokens[place + 1].text == ":"


def _may_be_young(found: list[Mark], tokens: list[_Token], place: int) -> bool:
    """Whether a small number is an age: `at 6`, `leukemia 8`, and not `2 with breast ca`."""
    if found and (found[-1].is_a("onset", "at") or found[-1].text == "was"):
        return True
    ends = place + 1 == len(tokens) or not tokens[place + 1].text[0].isalnum()
    if ends and len(found) > 1 and found[-1].is_a("and", COMMA) and found[-2].is_a(AGE):
        # "Leukemia at 5 and 7".
        return True
    before = found[-2:] if found and found[-1].is_a(OPEN, COMMA, CLOSE) else found[-1:]
    return ends and bool(before) and before[0].is_a("alone", "malignant")


def _is_unit(tokens: list[_Token], place: int) -> bool:
    """`died 8 mo later`: months, and no mother."""
    here, before = tokens[place], tokens[place - 1] if place else None
    if before is None or here.text not in _UNITS or not before.text.isdigit():
        return False
    after = tokens[place + 1].text if place + 1 < len(tokens) else ""
    is_month = here.text in ("mo", "mos") and int(before.text[:3]) <= _MOST_MONTHS
    return here.start - before.end <= 1 and (is_month or after in _AFTER_UNITS)


def _as_capitals(
    word: str, means: dict[str, str], vocabulary: Vocabulary, is_shouted: bool
) -> dict[str, str]:
    """What a word means in capitals: "ALL" is no "all", "M" may be the mother besides."""
    exact = vocabulary.exact.get(word)
    if exact is None:
        return means
    if "letter" in exact:
        return {**means, **exact}
    return means if is_shouted else exact


def _goes_before(tokens: list[_Token], means: dict[str, str]) -> bool:
    """Whether a phrase with a number in it is no age: `BRCA 1`, `1/2 sister`."""
    has_digit = any(token.text.isdigit() for token in tokens)
    return len(tokens) > 1 and has_digit and any(kind in means for kind in _CARRY_DIGITS)


def _longest(
    tokens: list[_Token], place: int, vocabulary: Vocabulary
) -> tuple[int, dict[str, str]]:
    first = vocabulary.corrected(tokens[place].text)
    most = min(vocabulary.longest.get(first, 1), len(tokens) - place)
    words = [first, *(vocabulary.corrected(t.text) for t in tokens[place + 1 : place + most])]
    for length in range(most, 0, -1):
        means = vocabulary.means.get(tuple(words[:length]))
        if means is not None and not _is_her_two(tokens[place : place + length], means):
            return length, means
    sign = POSSESSIVE if first == "'s" else _SIGNS.get(first)
    return 1, {sign: ""} if sign else {}


def _is_her_two(tokens: list[_Token], means: dict[str, str]) -> bool:
    """`her 2 sisters` is no HER2."""
    return "grade" in means and tokens[-1].text.isdigit() and tokens[-1].start > tokens[-2].end


def _tokens(text: str, vocabulary: Vocabulary) -> list[_Token]:
    lowered = "".join(low if len(low := each.lower()) == 1 else each for each in text)
    raw: list[_Token] = []
    for match in WORDS.finditer(lowered):
        word = match[0]
        if word.endswith("'s") and len(word) > 2:
            raw.append(_Token(match.start(), match.end() - 2, word[:-2]))
            raw.append(_Token(match.end() - 2, match.end(), "'s"))
        else:
            raw.append(_Token(match.start(), match.end(), word))
    return [
        token
        for place, token in enumerate(raw)
        if token.text not in _QUOTES
        and not (token.text == "-" and _joins_words(raw, place))
        and not (token.text == "." and _shortens(raw, place, text, vocabulary))
    ]


def _joins_words(raw: list[_Token], place: int) -> bool:
    """`half-sister` is two words; `ca - mother` has a dash."""
    if not 0 < place < len(raw) - 1:
        return False
    before, here, after = raw[place - 1 : place + 2]
    tight = before.end == here.start and here.end == after.start
    return tight and before.text.isalpha() and after.text.isalpha()


def _opens(following: list[_Token], vocabulary: Vocabulary) -> bool:
    """`lung ca. no ovarian ca`, `+ breast ca. + mat aunt with …`."""
    words = [vocabulary.corrected(each.text) for each in following if each.text != "+"][:1]
    means = vocabulary.means.get(tuple(words), {}) if words else {}
    return any(kind in means for kind in _OPENING)


def _shortens(raw: list[_Token], place: int, text: str, vocabulary: Vocabulary) -> bool:
    here = raw[place]
    if not place or raw[place - 1].end != here.start:
        return False
    before = raw[place - 1].text
    after = text[here.end :][:2]
    if before == "w" and place > 1 and raw[place - 2].text in "&+/":
        # "A&W."
        return False
    if after[:1].isalnum():
        return True
    starts_anew = (
        not after.strip()
        or after.strip()[:1] in "+-"
        or text[here.end :].lstrip()[:2] in _SIGNED
        or after.strip()[:1].isupper()
        or after[:1] == "\n"
    )
    if after[:1] == "\n" or not after:
        return False
    if before in _SHORTENED_AT_THE_START and (place < 2 or raw[place - 2].text in _OPENING_SIGNS):
        # "Mo. Breast ca 48, Mo's sis. Breast ca 50".
        return True
    starts_anew = starts_anew or _opens(raw[place + 1 : place + 3], vocabulary)
    return before in _SHORTENED or (before in _MAY_END and not starts_anew)
