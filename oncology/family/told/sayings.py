"""Sentences that say more of those told of before: their side, or an age of all."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.paths import on_side
from oncology.family.told.clauses import Statement
from oncology.family.told.entries import Entry
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, OPEN, Mark
from oncology.family.told.vocabulary import Vocabulary
from oncology.family.told.who import HEADING, PERSON, SIDES, Who, refines, side_told, who_of

PRONOUNS = {"she": "female", "he": "male", "they": ""}
WITH_AN_AGE = (AGE, COMMA, OPEN, CLOSE, "at", "onset", "own", "her")


def tell_closer(entries: list[Entry], marks: list[Mark], vocabulary: Vocabulary) -> None:
    """`Both mum's brothers.`, `She is mom's sister.`, `Both maternal.`: on which side."""
    named = [m for m in marks if m.is_a(PERSON, "side", HEADING)]
    opening = marks[0].text.partition(" ")[0].partition("'")[0]
    both = opening in ("both", "they") or (
        len(marks) == 1 and bool(named) and marks[0].is_a(PERSON) and who_of(marks[0]).count == 2
    )
    others = [m for m in marks if m not in named]
    said = all(m.is_a("now", "own", "her", "everyone", "link") for m in others)
    if len(named) != 1 or not said or not (both or opening in PRONOUNS):
        return
    closer = who_of(named[0]) if named[0].is_a(PERSON) else None
    side = SIDES.get((closer.path or "")[:1], "") if closer else side_told(named[0])
    told = [each for each in entries if each.who.is_blood and each.cancers]
    # "Two aunts …. Both are mom's sisters.": two already.
    several = bool(told) and (told[-1].who.count > 1 or told[-1].who.is_plural)
    for entry in told[-2:] if both and not several else told[-1:]:
        open_ = (entry.who.path or "").startswith("P")
        if side and open_ and (closer is None or refines(closer, entry.who)):
            entry.who = sided(entry.who, side, vocabulary)


def sided(who: Who, side: str, vocabulary: Vocabulary) -> Who:
    """The person on that side."""
    path = on_side(who.path or "", side)
    label = vocabulary.named.get((path, who.sex)) or vocabulary.named.get((path, "")) or who.label
    return replace(who, path=path, label=label)


def is_of_both(marks: list[Mark], age: int) -> bool:
    """`both 60s`, `both over 70 at diagnosis`, `both dx in their 40s`."""
    place = age - 1
    while place > 0 and marks[place].is_a("onset", "at", "link", "her"):
        place -= 1
    return place >= 0 and marks[place].text == "both"


def heads_the_aged(marks: list[Mark], heading: Statement | None) -> bool:
    """`Bowel ca: father aged 55.`, and so may be the next sentence."""
    if heading is None or heading.group.first or heading.group.denied:
        return False
    after = marks[heading.group.last + 1 :]
    if not after or not after[0].is_a(COLON):
        return False
    return all(each.is_a(PERSON, *WITH_AN_AGE) for each in after[1:])
