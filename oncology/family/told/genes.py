"""Genes named in a comment: in whom a variant was found, or was not."""

from __future__ import annotations

from oncology.family.told.book import Book
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, SLASH, Mark
from oncology.family.told.model import ToldGene
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, who_of

_HAVING = ("has", "had", "with", "w/", "have")
_MOST_BETWEEN = 4


def carried(marks: list[Mark], place: int) -> bool | None:
    """Whether a variant was found in the gene here: yes, no, or not told."""
    near: list[Mark] = []
    for step in (1, -1):
        for distance in range(1, 5):
            at = place + step * distance
            if not 0 <= at < len(marks) or _ends(marks[at]) or _denies_cancer(marks, at):
                break
            near.append(marks[at])
    near += _before_the_list(marks, place)
    said = {each.means["not-carried"] for each in near if each.is_a("not-carried")}
    if said:
        return None if "unknown" in said else False
    if not any(each.is_a("carried") for each in near) and place and marks[place - 1].is_a(OPEN):
        # "Lynch syndrome in brother (MSH2)".
        near = marks[:place]
    if any(each.is_a("carried") for each in near):
        return True
    return True if _is_had(marks, place) or _is_in_somebody(marks, place) else None


def _denies_cancer(marks: list[Mark], place: int) -> bool:
    """`+PALB2 no cancer`."""
    return marks[place].text == "no" and any(m.is_a(SITE) for m in marks[place + 1 : place + 2])


def _ends(mark: Mark) -> bool:
    named = mark.is_a(PERSON) and not who_of(mark).is_family
    return named or mark.is_a(COMMA, SITE, AGE)


def _before_the_list(marks: list[Mark], place: int) -> list[Mark]:
    """What stands before `neg for BRCA1/2, ATM`, for the genes after the first."""
    at = place
    while at > 0 and marks[at].is_a("gene", COMMA, "and", "or", SLASH):
        at -= 1
    if marks[at].text != "for" or at == 0:
        return []
    return [marks[at - 1]] if any(m.is_a(COMMA) for m in marks[at:place]) else []


def _is_had(marks: list[Mark], place: int) -> bool:
    """`sister has the BRCA gene`, `aunt has PALB2`; not `has BRCA testing`."""
    before = place - 1
    while before > 0 and (
        marks[before].is_a("own", "filler", "family") or _is_family(marks[before])
    ):
        before -= 1
    if before < 1 or marks[before].text not in _HAVING or not marks[before - 1].is_a(PERSON):
        return False
    after = place + 1 + (place + 1 < len(marks) and marks[place + 1].text == "gene")
    return after >= len(marks) or marks[after].is_a(COMMA, CLOSE, "and", "but")


def _is_family(mark: Mark) -> bool:
    return mark.is_a(PERSON) and who_of(mark).is_family


def _is_in_somebody(marks: list[Mark], place: int) -> bool:
    """`PALB2 in twin`, and `TP53 on mum: pathogenic`."""
    following = marks[place + 1 : place + 1 + _MOST_BETWEEN]
    if not following or not following[0].is_a("link") or following[0].text == "for":
        return False
    person = next((n for n, m in enumerate(following) if m.is_a(PERSON)), 0)
    if not person or not all(m.is_a("own", "her", "number") for m in following[1:person]):
        return False
    after = marks[place + 1 + person + 1 :]
    if len(after) > 1 and after[0].is_a(COLON, DASH):
        return after[1].is_a("carried")
    opens = all(m.is_a("carried", "own", "filler") or m.text == "germline" for m in marks[:place])
    return opens and (not after or after[0].is_a(COMMA, OPEN))


def person_of_gene(marks: list[Mark], place: int, people: list[int]) -> int | None:
    """The place of the person the gene here is told of; None when nobody is named."""
    after = [each for each in people if each > place]
    before = [each for each in people if each < place and not who_of(marks[each]).is_family]
    if after and any(each.is_a("link") for each in marks[place + 1 : after[0]]):
        return after[0]
    if before:
        return before[-1]
    if not after or any(m.is_a("and", "with", "died") for m in marks[place + 1 : after[0]]):
        # "I have a BRCA2 mutation and my mother died of …".
        return None
    return after[0]


def take_genes(book: Book, marks: list[Mark], people: list[int], is_note: bool) -> None:
    """Tell the book the genes of a sentence. `is_note`: it stands in the record of a relative."""
    for place, here in enumerate(marks):
        found = carried(marks, place) if here.is_a("gene") else None
        if found is None:
            continue
        person = person_of_gene(marks, place, people)
        if person is None and not is_note:
            continue
        if person is not None and not who_of(marks[person]).is_blood:
            continue
        entry = book.of_subject() if person is None else book.of(marks[person])
        entry.genes += [ToldGene(symbol, found) for symbol in here.means["gene"].split()]
        after = marks[min(place + 1, len(marks) - 1)]
        while person and marks[person - 1].is_a("own"):
            person -= 1
        entry.start = min(entry.start, here.start, marks[person or place].start)
        entry.end = max(entry.end, after.end if after.is_a("carried") else here.end)
