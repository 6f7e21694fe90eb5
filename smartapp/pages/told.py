"""What notes tell of the family, on the family page: apart from the record, to be confirmed."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.proposals import Proposal
from oncology.findings import Because
from oncology.guidance.library import Guidance
from oncology.told import FamilyTold, cancer_name, family_told, question_of, told_words
from smartapp.opened import OpenedChart
from smartapp.pages.words import capital


class Quote(Struct, frozen=True):
    """The words it was read from, and the resource they stand in."""

    words: str
    reference: str


class ToldRow(Struct, frozen=True):
    """A relative as told, perhaps in several notes, and what to ask.

    `recorded`: the record of the same relative, where there is one.
    """

    relation: str
    side: str
    degree: str
    told: tuple[str, ...]
    quotes: tuple[Quote, ...]
    recorded: str
    ask: tuple[str, ...]


class Possible(Struct, frozen=True):
    """A criterion that may be met as told; `needs`: what would be lacking even then."""

    id: str
    title: str
    needs: tuple[str, ...]
    rests_on: tuple[Because, ...]


class Remark(Struct, frozen=True):
    """Something else about a text: what it denies, or that it was not read."""

    words: str
    reference: str


class Told(Struct, frozen=True):
    """The section of the page."""

    rows: tuple[ToldRow, ...]
    possible: tuple[Possible, ...]
    remarks: tuple[Remark, ...]


_DEGREES = {1: "1st degree", 2: "2nd degree", 3: "3rd degree"}


def told(opened: OpenedChart, guidance: Guidance) -> Told | None:
    """What the chart's comments tell; None when it holds none."""
    found = family_told(opened.chart, guidance, opened.today)
    if found is None:
        return None
    people: dict[str, list[Proposal]] = {}
    for each in found.proposals:
        people.setdefault(each.person, []).append(each)
    return Told(
        rows=tuple(_row(each, guidance) for each in people.values()),
        possible=tuple(
            Possible(each.id, each.title, each.needs, each.rests_on) for each in found.possible
        ),
        remarks=_remarks(found, guidance),
    )


def _row(told_of: list[Proposal], guidance: Guidance) -> ToldRow:
    relative, degree = told_of[0].relative, told_of[0].relative.degree
    words = (capital(told_words(each.relative, guidance)) for each in told_of)
    asked = (question_of(each, guidance) for each in told_of if each.is_news)
    quotes = (Quote(each.relative.quote, each.comment.reference) for each in told_of)
    return ToldRow(
        relation=capital(relative.label),
        side=relative.side or "side not told",
        degree=_DEGREES.get(degree, f"{degree}th degree") if degree else "",
        told=tuple(dict.fromkeys(words)),
        quotes=tuple(dict.fromkeys(quotes)),
        recorded=told_of[0].recorded,
        ask=tuple(filter(None, dict.fromkeys(asked))),
    )


def _remarks(found: FamilyTold, guidance: Guidance) -> tuple[Remark, ...]:
    said = [
        Remark(f"Said to be in nobody of the family: {cancer_name(site, guidance)}", c.reference)
        for site, c in found.denied
    ]
    said += [
        Remark("The family history is said to be unknown", each.reference) for each in found.unknown
    ]
    said += [Remark("Not in English: not read", each.reference) for each in found.foreign]
    said += [
        Remark("Nothing on cancer in the family was understood", each.reference)
        for each in found.unread
    ]
    return tuple(said)
