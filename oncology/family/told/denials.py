"""What denies a cancer, of somebody or of the family."""

from __future__ import annotations

from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, Mark
from oncology.family.told.sites import SITE
from oncology.family.told.who import HEADING, ONE_OF_A_KIND, PERSON, Who, who_of

_MOST_WORDS, _MOST_SIGNS = 6, 2
# How "no other cancers" denies.
OTHERS = "others"
_BEFORE_PEOPLE = ("of", "that", "any", "known", "living", "close", "in", "among", "with")
_MINUS = (["(", "-", ")"], [":", "-"])
_REST = ("others", "rest", "remaining", "everyone else", "the rest")
_OTHER = {"other", "else", "others", "otherwise", "additional", "further"}
_AFFIRMED = ("pos", "positive", "+", "pos for", "positive for", "+ for")
_IS = (":", "(", "is", "was", "-", "–", "—", "hx", "history")
_FLATLY_BEFORE = ("nothing", "none", "nil", "no one", "nobody", "noone")
_WHO_KNOWS = ("i", "she", "he", "they", "we")
_AS_FAR_AS_KNOWN = (*_WHO_KNOWS, "that", "know", "knows", "of", "known", "are", "is")
_NO_MORE = ("known", "fhx", "fh", "hx", "history", "one", "reported", "cases")
_FLATLY = (
    "neg",
    "negative",
    "none",
    "nil",
    "clear",
    "no",
    "denied",
    "denies",
    "nothing",
    "none known",
)


def denial(marks: list[Mark], first: int, last: int) -> tuple[str, int]:
    """What denies the cancers from the first to the last mark, and where; "" and -1: nothing."""
    if is_minus_family(marks):
        return "no", 0
    after = last + 1
    while after < len(marks) and marks[after].is_a(COLON, DASH, OPEN) and after - last < 3:
        after += 1
    after += after < len(marks) and marks[after].is_a(COMMA) and _is_negative(marks[after + 1 :])
    if after < len(marks) and marks[after].is_a("denied-after") and not _denies_next(marks, after):
        return "not", after
    if [mark.text for mark in marks[last + 1 : last + 4]] in _MINUS or _is_minus_after(marks, last):
        return "not", last + 1
    if (place := _neither(marks, first)) >= 0:
        return "not", place
    return _denied_before(marks, first, last)


def _is_negative(following: list[Mark]) -> bool:
    """`Colon cancer, Neg Hx`, a row of a printed table."""
    return bool(following) and following[0].text.endswith(("neg hx", "neg history"))


def _neither(marks: list[Mark], first: int) -> int:
    """The place of "neither" in `neither of her parents, both in their sixties, had cancer`."""
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if here.text == "neither":
            return place
        if here.is_a(SITE, "but", "disease"):
            break
    return -1


def _denies_next(marks: list[Mark], place: int) -> bool:
    """`breast ca, no colon ca`, `mother: breast ca no ovarian ca`: the denial looks forward."""
    following = marks[place + 1 : place + 5]
    if marks[place].text == "no" and following and not _ends_lightly_or_repeats(following[0]):
        # "- no records".
        return True
    for mark in following:
        if mark.is_a(SITE, "family", "organ"):
            return True
        if mark.is_a(COMMA, CLOSE):
            return False
    return False


def _ends_lightly_or_repeats(after: Mark) -> bool:
    return after.is_a(COMMA, CLOSE, DASH, OPEN, PERSON, HEADING, "but") or after.text in _NO_MORE


def _denied_before(marks: list[Mark], first: int, last: int) -> tuple[str, int]:
    words, cancers = 0, 0
    for place in range(first - 1, -1, -1):
        here = marks[place]
        if here.is_a("denied") and not _speaks_back(marks, place):
            # "No other cancers" denies none of those told, and all others of the family.
            if place and marks[place - 1].text in _REST:
                return OTHERS, place
            others = any(
                _OTHER & set(mark.text.split())
                for mark in (*marks[max(0, place - 1) : first], *marks[last + 1 : last + 2])
            )
            return OTHERS if others else here.means["denied"], place
        if here.text == "for" and place == first - 1 and place and marks[place - 1].is_a(DASH):
            continue
        if first - place <= _MOST_SIGNS and _is_minus(marks, place):
            return "no", place - 2 * marks[place].is_a(CLOSE)
        if _ends_denial(marks, place) and not _heads_denied(marks, place):
            return "", -1
        if here.is_a(SITE):
            cancers += 1
        elif here.is_a("with") and cancers and not (place and marks[place - 1].is_a("denied")):
            return "", -1
        elif here.is_a(PERSON):
            if not who_of(here).is_family and not _denied_person(marks, place):
                return "", -1
        elif here.means == {}:
            words += 1
            if words > _MOST_WORDS:
                return "", -1
    return "", -1


def _ends_denial(marks: list[Mark], place: int) -> bool:
    """Whether a denial before this mark says nothing of what comes after it."""
    here = marks[place]
    if here.is_a("side", "side-open", HEADING) or _is_family(here):
        # "No colon ca on either side, breast ca in an aunt".
        return marks[place + 1].is_a(COMMA)
    return here.text in _AFFIRMED or here.is_a("but", "except", AGE, COLON, DASH, "died", "well")


def _heads_denied(marks: list[Mark], place: int) -> bool:
    """Whether a colon stands in `negative for: …` or `denies FHx of: …`."""
    before = place - 1
    while before > 0 and (
        marks[before].is_a("link", "with", "filler") or _is_family(marks[before])
    ):
        before -= 1
    opens = before == 0 or marks[before - 1].is_a(COMMA) or _is_patient(marks[before - 1])
    return marks[place].is_a(COLON) and opens and marks[before].is_a("denied")


def _is_patient(mark: Mark) -> bool:
    return mark.is_a(PERSON) and who_of(mark).is_patient


def _is_minus(marks: list[Mark], place: int) -> bool:
    """`+ breast ca (mom), - ovarian ca` where there is a plus, and `(-) ovarian ca`."""
    if [mark.text for mark in marks[max(0, place - 2) : place + 1]] == ["(", "-", ")"]:
        return place == 2 or not marks[place - 3].is_a(PERSON, SITE)
    opens = not place or marks[place - 1].is_a(COMMA)
    opens = opens or marks[place + 1].text == "for"
    return marks[place].is_a(DASH) and opens and any(mark.text[:1] == "+" for mark in marks)


def is_minus_family(marks: list[Mark]) -> bool:
    """`-FHx: colon, pancreas`: a minus written to the word, and nobody of the family named."""
    if len(marks) < _MOST_SIGNS or marks[0].text != "-" or not _is_family(marks[1]):
        return False
    tight = marks[0].end == marks[1].start
    return tight and not any(m.is_a(PERSON) for m in marks[2:])


def _is_minus_after(marks: list[Mark], last: int) -> bool:
    """`breast ca +, ovarian ca -`: a sign behind each."""
    following = marks[last + 1 : last + 3]
    if not following or not following[0].is_a(DASH):
        return False
    ends = len(following) == 1 or following[1].is_a(COMMA, CLOSE)
    return ends and any(mark.text == "+" for mark in marks)


def _denied_person(marks: list[Mark], place: int) -> bool:
    """`neither parent had`, `no first-degree relatives with`, `denies mother having`."""
    before = place - 1
    while before >= 0 and (
        marks[before].is_a("own", "her", "number", "and", "or", PERSON)
        or marks[before].text in _BEFORE_PEOPLE
    ):
        before -= 1
    return before >= 0 and marks[before].is_a("denied")


def _speaks_back(marks: list[Mark], place: int) -> bool:
    """Whether a "negative" belongs to what stands before it: a gene, or a cancer."""
    before = marks[place - 1] if place else None
    after = marks[place + 1] if place + 1 < len(marks) else None
    if after is not None and after.is_a("gene"):
        # "Neg BRCA testing 2015, had breast ca 50".
        return True
    if before is None:
        return False
    if before.is_a("gene"):
        # "+PALB2 no cancer" has none.
        return not (marks[place].text == "no" and after is not None and after.is_a(SITE))
    ends = after is None or after.is_a(COMMA, CLOSE)
    return (
        ends and before.is_a(SITE, COLON, DASH, PERSON, OPEN) and marks[place].is_a("denied-after")
    )


def denies_all(marks: list[Mark]) -> bool:
    """`otherwise negative`, `FHx neg.`, `nobody else`: any cancer is denied of the family."""
    for place, here in enumerate(marks):
        if here.is_a("denied-all") and not _goes_on(marks, place, PERSON, SITE):
            return True
        if _is_family(here):
            said = _said_flatly(marks, place)
            if said >= 0 and _ends(marks, said):
                return True
            if (
                here.text not in ("family", "fam")
                and place
                and marks[place - 1].text in _FLATLY
                and _ends(marks, place)
            ):
                return True
    return False


def _is_family(mark: Mark) -> bool:
    return mark.is_a(PERSON) and who_of(mark).is_family


def flatly_denied(marks: list[Mark]) -> list[tuple[int, int]]:
    """`mother: none`: those of whom any cancer is denied; `sister: none` has no sister.

    Each by its place and that of the word which denies.
    """
    found = []
    for place, here in enumerate(marks):
        said = _said_flatly(marks, place) if here.is_a(PERSON) else -1
        if any(m.is_a("gene") for m in marks[:place]):
            # "BRCA testing in mother was negative".
            continue
        if said < 0 or not _ends(marks, said):
            continue
        who = who_of(here)
        aged = place + 1 < len(marks) and marks[place + 1].is_a(OPEN) and said > place + 3
        if who.path in ONE_OF_A_KIND or _is_bracketed(marks, said, who) or (aged and who.is_blood):
            found.append((place, said))
    return found


def _is_bracketed(marks: list[Mark], place: int, who: Who) -> bool:
    """`Bro (none)` in a list of cancers; `sisters (none)` has none."""
    return marks[place - 1].is_a(OPEN) and who.is_blood and not who.is_plural


def denied_sides(marks: list[Mark]) -> list[tuple[int, int]]:
    """`Paternal: negative`, `dad's side clear`: the sides on which any cancer is denied.

    Each by its place and that of the word which denies.
    """
    found = []
    for place, here in enumerate(marks):
        if not here.is_a("side", HEADING):
            continue
        before = place - 1 - (place > 1 and marks[place - 1].is_a("link"))
        if place and marks[before].text in _FLATLY_BEFORE and _ends_lightly(marks, place):
            found.append((place, before))
        said = _said_flatly(marks, place)
        if said >= 0 and _ends(marks, said):
            found.append((place, said))
    return found


def _ends_lightly(marks: list[Mark], place: int) -> bool:
    """`nothing on dad's side that I know of`: only such words follow."""
    following = marks[place + 1 :]
    end = next((n for n, m in enumerate(following) if m.is_a(COMMA, CLOSE, "but")), len(following))
    return all(mark.text in _AS_FAR_AS_KNOWN for mark in following[:end])


def _said_flatly(marks: list[Mark], place: int) -> int:
    """The place of the "negative" said of what stands here; -1: none."""
    after = place + 1
    bracket = [m.is_a(kind) for m, kind in zip(marks[after:], (OPEN, AGE, CLOSE), strict=False)]
    # "Sister (38) none".
    after += 3 if bracket == [True, True, True] else 0
    while after < len(marks) and marks[after].text in _IS:
        after += 1
    return after if after < len(marks) and marks[after].text in _FLATLY else -1


def _ends(marks: list[Mark], place: int) -> bool:
    return place + 1 >= len(marks) or marks[place + 1].is_a(COMMA, CLOSE, "but", "except", DASH)


def _goes_on(marks: list[Mark], place: int, *kinds: str) -> bool:
    after = marks[place + 1 :]
    end = next((n for n, each in enumerate(after) if each.is_a("but", COMMA)), len(after))
    return any(each.is_a(*kinds) for each in after[:end])
