"""Genes named in a comment: in whom a variant was found, or was not."""

from __future__ import annotations

from oncology.family.told.book import Book
from oncology.family.told.marks import AGE, COMMA, OPEN, Mark
from oncology.family.told.model import ToldGene
from oncology.family.told.sites import SITE
from oncology.family.told.who import PERSON, who_of


def carried(marks: list[Mark], place: int) -> bool | None:
    """Whether a variant was found in the gene here: yes, no, or not told."""
    near: list[Mark] = []
    for step in (1, -1):
        for distance in range(1, 5):
            at = place + step * distance
            if not 0 <= at < len(marks) or marks[at].is_a(COMMA, PERSON, SITE, AGE):
                break
            near.append(marks[at])
    said = {each.means["not-carried"] for each in near if each.is_a("not-carried")}
    if said:
        return None if "unknown" in said else False
    if not any(each.is_a("carried") for each in near) and place and marks[place - 1].is_a(OPEN):
        # "Lynch syndrome in brother (MSH2)".
        near = marks[:place]
    return True if any(each.is_a("carried") for each in near) else None


def person_of_gene(marks: list[Mark], place: int, people: list[int]) -> int | None:
    """The place of the person the gene here is told of; None when nobody is named."""
    after = [each for each in people if each > place]
    before = [each for each in people if each < place and not who_of(marks[each]).is_family]
    if after and any(each.is_a("link") for each in marks[place + 1 : after[0]]):
        return after[0]
    if before:
        return before[-1]
    return after[0] if after else None


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
        entry.start = min(entry.start, here.start)
        entry.end = max(entry.end, after.end if after.is_a("carried") else here.end)
