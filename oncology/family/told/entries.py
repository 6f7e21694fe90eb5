"""The people of a comment while it is read, and the proposals they come to."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.told.model import ToldCancer, ToldGene, ToldRelative
from oncology.family.told.who import ONE_OF_A_KIND, Who
from oncology.family.told.writing import Writing

_TWO = 2


class EntryCancer(Struct, frozen=True):
    """A cancer of a person or of several: one age for all, or one for each in order.

    `is_of_one`: the age is that of one of several, and not said of which.
    """

    site: str | None
    ages: tuple[Span, ...] = ()
    denied: bool = False
    is_certain: bool = True
    is_of_one: bool = False

    def of(self, number: int) -> ToldCancer:
        """The cancer of one of them."""
        each = self.ages[number] if number < len(self.ages) else Span()
        age = self.ages[0] if len(self.ages) == 1 else each
        age = Span() if self.is_of_one else age
        return ToldCancer(self.site, age, self.denied, self.is_certain)


class Entry(Struct):
    """One person as told so far: where they are named, and from where to where they are quoted."""

    who: Who
    at: int
    start: int
    end: int
    cancers: list[EntryCancer] = []
    genes: list[ToldGene] = []
    is_subject: bool = False


def merged(entries: list[Entry]) -> list[Entry]:
    """The mother told twice is one."""
    kept: list[Entry] = []
    for entry in entries:
        if not entry.who.is_blood or not (entry.cancers or entry.genes):
            continue
        same = next(
            (e for e in kept if e.who.path in ONE_OF_A_KIND and e.who.path == entry.who.path),
            None,
        )
        if same is None:
            kept.append(entry)
            continue
        same.cancers += entry.cancers
        same.genes += entry.genes
        same.start, same.end = min(same.start, entry.start), max(same.end, entry.end)
    return [entry for entry in kept if _tells_something(entry) and not _is_told_closer(entry, kept)]


def relatives_of(entry: Entry, writing: Writing) -> list[ToldRelative]:
    """One proposal for each of them: two sisters with two ages are two people."""
    who = entry.who
    cancers = _tidy(entry.cancers)
    quote = writing.quoted(entry.start, entry.end)
    count = who.count or (2 if who.is_plural else 1)
    if who.path in ONE_OF_A_KIND:
        count = 1
    elif all(each.denied for each in cancers):
        count = max(1, who.count)
    dealt = count >= len(cancers) > 1 and _is_one_each(cancers)
    # "3 sisters: breast 50, breast 55, well": those of whom a cancer is told.
    count = len(cancers) if dealt else count
    people = []
    for number in range(count):
        # "Three cousins: breast 39, breast 44, thyroid 30" are one each.
        theirs = [replace(cancers[number], is_of_one=False)] if dealt else cancers
        own = tuple(dict.fromkeys(each.of(number) for each in theirs))
        genes = tuple(dict.fromkeys(entry.genes))
        people.append(
            ToldRelative(
                who.label, who.path, who.sex, own, genes, quote, who.side, entry.is_subject
            )
        )
    return people


def _is_one_each(cancers: list[EntryCancer]) -> bool:
    """`Three brothers: colon 50, prostate 66, and lung`: the age of each, perhaps not of one."""
    aged = sum(len(each.ages) == 1 and not each.denied for each in cancers)
    several = len({each.site for each in cancers}) == len(cancers) > _TWO
    return aged == len(cancers) or (several and aged == len(cancers) - 1)


def _is_told_closer(entry: Entry, others: list[Entry]) -> bool:
    """`Cancer runs on dad's side: his sister had …`: those who are named are meant."""
    who = entry.who
    vague = who.path is None and not who.count and not who.is_plural and not entry.genes
    if not vague or any(each.denied or each.ages for each in entry.cancers):
        return False
    step = {"maternal": "M", "paternal": "F"}.get(who.side, "")
    if any(each.site for each in entry.cancers) and who.label != f"{who.side} relative":
        # "A relative on dad's side" is somebody.
        return False
    named = {
        cancer.site
        for each in others
        if step and (each.who.path or "").startswith(step)
        for cancer in each.cancers
        if not cancer.denied
    }
    return bool(named) and all(c.site is None or c.site in named for c in entry.cancers)


def _tells_something(entry: Entry) -> bool:
    """`Relatives with cancer: …` names nobody and no cancer."""
    named = entry.who.path is not None or bool(entry.who.side) or entry.is_subject
    return named or bool(entry.genes) or any(each.site for each in entry.cancers)


def _unsure_once(cancers: list[EntryCancer]) -> list[EntryCancer]:
    """`Tumor in abdomen, unclear if cancer`: one of no site, and not certain."""
    if not any(each.site is None and not each.is_certain for each in cancers):
        return cancers
    return [e for e in cancers if e.site is not None or e.denied or not e.is_certain]


def _with_age_of_cancer(cancers: list[EntryCancer]) -> list[EntryCancer]:
    """`"Tumour in the womb, cancer" at 64`: the age told of the same cancer."""
    named = [each for each in cancers if each.site and not each.denied]
    whole = [each for each in cancers if each.site is None and each.ages and not each.denied]
    if len(named) != 1 or len(whole) != 1 or named[0].ages:
        return cancers
    return [replace(e, ages=whole[0].ages) if e is named[0] else e for e in cancers]


def _tidy(cancers: list[EntryCancer]) -> list[EntryCancer]:
    """Each cancer once for each age; one without site or age only where none has them."""
    kept = list(dict.fromkeys(cancers))
    sites = {each.site for each in kept if not each.denied}
    if {"brain_nos", "glioma"} <= sites:
        # "brain tumour at 55, glioblastoma" is one.
        kept = [replace(e, site="glioma") if e.site == "brain_nos" else e for e in kept]
    kept = _with_age_of_cancer(_unsure_once(kept))
    aged = {each.site for each in kept if each.ages}
    return [
        each
        for each in kept
        if each.denied
        or ((each.site is not None or sites == {None}) and (each.ages or each.site not in aged))
    ]
