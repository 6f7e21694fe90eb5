"""Read a family-history comment into proposed relatives, each with its own words quoted.

A small grammar over the words of the tables: people, cancers, ages and denials, sentence by
sentence. What is read is a proposal for a person to confirm; no criterion is met by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.paths import on_side
from oncology.family.told.clauses import Clause, Statement
from oncology.family.told.entries import Entry, EntryCancer, merged, relatives_of
from oncology.family.told.genes import carried, person_of_gene
from oncology.family.told.groups import is_heading
from oncology.family.told.marks import AGE, CLOSE, COMMA, STOP, Mark, mark
from oncology.family.told.model import Told, ToldGene, ToldRelative
from oncology.family.told.onset import ONSET, age_of, introduced
from oncology.family.told.people import HEADING, PERSON, People, Who, who_of
from oncology.family.told.sharing import share
from oncology.family.told.sites import SITE, with_sites
from oncology.family.told.vocabulary import Vocabulary, vocabulary_of
from oncology.terminology import Terminology

_MOST_CHARACTERS = 10_000
# A sentence is cut here, so that the time stays in proportion to the text.
_MOST_MARKS = 80
# A text is not English when it has so many words of another language.
_FOREIGN_WORDS = 2
_QUOTED_BEFORE = ("denied", "unsure", "own", "her", "number")


class Subject(Struct, frozen=True, gc=False):
    """The relative in whose record a note stands: what names nobody is about them."""

    label: str
    path: str | None
    sex: str = ""


def read_comment(text: str, terminology: Terminology, subject: Subject | None = None) -> Told:
    """What a comment tells of the family; nothing when it is about something else.

    `subject`: whose record it is a note of; without it of the patient's. Text beyond 10,000
    characters is not read.
    """
    text = text[:_MOST_CHARACTERS].replace("’", "'")
    vocabulary = vocabulary_of(terminology)
    marks = mark(text, vocabulary)
    if sum(each.is_a("other-language") for each in marks) >= _FOREIGN_WORDS or _is_other_script(
        text
    ):
        return Told(is_foreign=True)
    return _Reading(text, marks, vocabulary, subject).told()


def _is_other_script(text: str) -> bool:
    letters = [each for each in text if each.isalpha()]
    return sum(each > "\u024f" for each in letters) * 2 > len(letters)


class _Reading:
    """One comment; sentence after sentence, with what the former ones leave open."""

    def __init__(
        self, text: str, marks: list[Mark], vocabulary: Vocabulary, subject: Subject | None
    ) -> None:
        self._text = text
        self._vocabulary = vocabulary
        self._marks = People(with_sites(marks), vocabulary).found()
        self._subject = subject
        self._entries: list[Entry] = []
        self._denied: list[str | None] = []
        self._side = ""
        self._last: Entry | None = None
        # The blood relatives of the last sentence that named any.
        self._previous: list[Mark] = []
        self._pending: Statement | None = None
        self._heading: Statement | None = None
        self._is_patient_hers = False
        self._is_under_heading = False
        self._ending = ""
        self._recent: list[Entry] = []
        self._is_adopted = (
            any(each.is_a("adopted", "unknown-history") for each in self._marks) and not subject
        )

    def told(self) -> Told:
        """Everything the comment says."""
        for marks, ending in _sentences(self._marks):
            self._sentence(marks, ending)
        entries = merged(self._entries)
        relatives = [each for entry in entries for each in relatives_of(entry, self._text)]
        if self._is_adopted and not any(each.is_a("unknown-history") for each in self._marks):
            relatives = [each for each in relatives if self._is_by_birth(each)]
        return Told(tuple(relatives), tuple(dict.fromkeys(self._denied)), self._is_adopted)

    # -- one sentence ----------------------------------------------------------------------------

    def _sentence(self, marks: list[Mark], ending: str) -> None:
        marks = list(self._resolved(marks))
        clause = Clause(marks, self._is_under_heading)
        statements = clause.statements()
        self._carried_on: Statement | None = None
        if not statements and clause.people and (self._pending or self._heading):
            statements = self._carried(clause)
            self._carried_on = statements[0] if statements else None
        self._pending = None
        known = len(self._entries)
        for statement in statements:
            self._tell(statement, marks, ending)
        self._genes(marks, clause.people)
        if not statements:
            self._later_age(marks, clause.people)
        elif self._entries[known:]:
            self._recent = self._entries[known:]
        if ending in (";", "\n"):
            self._is_under_heading |= any(
                m.is_a(SITE) and is_heading(marks, place) for place, m in enumerate(marks)
            )
        else:
            self._is_under_heading = False
        self._ending = ending
        blood = [marks[place] for place in clause.people if who_of(marks[place]).is_blood]
        self._previous = blood if clause.people else self._previous
        self._heading = next((s for s in statements if s.is_forward and s.people), None)
        if ending not in (";", "|"):
            self._heading = None
        if ending == "." or (ending == "\n" and len(marks) > 2):
            self._side = ""

    def _resolved(self, marks: list[Mark]) -> Iterator[Mark]:
        """The people of a sentence by headings of side and by "her" and "his"."""
        before: Who | None = None
        for here in marks:
            if here.is_a(HEADING):
                self._side = here.means[HEADING]
            if not here.is_a(PERSON):
                yield here
                continue
            who = self._meant(who_of(here), before)
            if self._side and who.is_blood and who.path and who.path[0] == "P":
                who = _sided(who, self._side, self._vocabulary)
            if who.is_blood:
                before = who
            yield replace(here, value=who)

    def _meant(self, who: Who, before: Who | None) -> Who:
        """Whose relative "her sister" is: the patient's, or of the relative named before."""
        if not who.owner or not who.is_blood:
            return who
        nearest = before
        if nearest is None and self._subject is not None:
            nearest = Who(self._subject.label, self._subject.path, self._subject.sex)
        previous = who_of(self._previous[-1]) if self._previous else None
        if nearest is None and self._ending == ";":
            nearest = previous
        if nearest is None and previous is None:
            self._is_patient_hers = True
        path = who.path or ""
        if self._is_patient_hers or (path[:1] in ("M", "F") and len(path) > 1):
            return who
        if nearest is None:
            # Told in another sentence: "her" may be either of two.
            fits = previous is not None and previous.sex == who.owner
            return replace(who, path=None) if fits else who
        if nearest.sex and who.owner in ("female", "male") and nearest.sex != who.owner:
            return who
        joined = _one_after_the_other(nearest.path, who.path)
        if joined is None:
            return replace(who, path=None)
        label = self._vocabulary.named.get((joined, who.sex)) or f"{nearest.label}'s {who.label}"
        return replace(who, path=joined, label=label)

    def _carried(self, clause: Clause) -> list[Statement]:
        """A cancer of the line before told of the people of this one."""
        earlier = self._pending or self._heading
        assert earlier is not None
        first = clause.people[0]
        if any(m.is_a("disease", "well", "denied", SITE, "gene") for m in clause.marks):
            return []
        if not who_of(clause.marks[first]).is_blood:
            return []
        ages = [
            place
            for place, each in enumerate(clause.marks)
            if each.is_a(AGE) and introduced(clause.marks, place) not in ("died", "now", "disease")
        ]
        if earlier is self._heading and not ages and len(clause.marks) > 1:
            return []
        return [Statement(earlier.group, (first,), {first: ages}, True)]

    # -- what is told of whom ----------------------------------------------------------------------

    def _tell(self, statement: Statement, marks: list[Mark], ending: str) -> None:
        group = statement.group
        people = [place for place in statement.people if not who_of(marks[place]).is_family]
        if not people:
            self._tell_of_nobody(statement, marks, ending)
            return
        if group.denied and self._is_of_family(statement, marks):
            self._deny(statement)
            return
        entries = [self._entry(marks[place]) for place in people]
        self._count(entries[0], statement, marks)
        share(statement, entries, people, marks)
        for entry, place in zip(entries, people, strict=True):
            self._quote(entry, marks, statement, place)

    @staticmethod
    def _count(entry: Entry, statement: Statement, marks: list[Mark]) -> None:
        """`2 sisters - one with …`, `sisters: breast ca x1`: how many of them it is told of."""
        if not entry.who.is_plural:
            return
        group, numbers = statement.group, []
        after = marks[group.last + 1 : group.last + 3]
        if len(after) == 2 and after[0].text in ("x", "×"):
            numbers.append(after[1])
        before = marks[max(statement.people, default=0) + 1 : group.first]
        numbers += [one for one, other in pairwise(before) if other.is_a("with")]
        for each in numbers:
            if each.is_a("number"):
                entry.who = replace(entry.who, count=int(each.means["number"]))

    def _is_of_family(self, statement: Statement, marks: list[Mark]) -> bool:
        """`mom breast ca dx 42, no colon ca`: a new denial at the end is of the whole family."""
        first = statement.group.first
        whose = [who_of(marks[place]) for place in statement.people]
        if all(each.is_blood and each.path is None and not each.side for each in whose):
            return True
        if statement.group.denied != "no":
            return False
        start = statement.group.denied_at
        if any(mark.is_a(PERSON, "with") for mark in marks[start + 1 : first]):
            return False
        opens = start > 0 and marks[start - 1].is_a(COMMA)
        told = {each.at for each in self._entries if each.cancers}
        # Of a person of whom nothing was told before, it is said of that person.
        is_new = not any(marks[place].start in told for place in statement.people)
        return opens and not is_new and not statement.is_forward and self._subject is None

    def _tell_of_nobody(self, statement: Statement, marks: list[Mark], ending: str) -> None:
        group = statement.group
        side = next((m.means["side"] for m in marks if m.is_a("side")), "") or self._side
        subject = self._speaks_on(marks, group.denied)
        if subject is not None:
            share(statement, [subject], [-1], marks)
            self._quote(subject, marks, statement, -1)
        elif side and not any(m.is_a(PERSON) and not who_of(m).is_family for m in marks):
            who = Who(f"{side} relative", None, side=side)
            entry = self._entry(
                Mark(marks[group.first].start, marks[group.first].start, {}, value=who)
            )
            share(statement, [entry], [-1], marks)
            self._quote(entry, marks, statement, -1)
        elif group.denied:
            self._deny(statement)
        elif ending in (";", "\n", "|", "end", ".") and not statement.people:
            self._pending = statement

    def _speaks_on(self, marks: list[Mark], denied: str) -> Entry | None:
        """Whom a sentence without a name is about: "she", or the one whose record this is."""
        if self._subject is not None:
            return self._of_subject()
        if not self._previous or any(m.is_a(PERSON) for m in marks):
            return None
        nearest, opening = who_of(self._previous[-1]), marks[0]
        if self._ending == ";" and len(self._previous) == 1 and denied != "no":
            return self._entry(self._previous[0])
        if opening.text not in ("she", "he", "they"):
            return None
        fits = not opening.means["her"] or nearest.sex in ("", opening.means["her"])
        return self._entry(self._previous[-1]) if fits else None

    def _of_subject(self) -> Entry:
        assert self._subject is not None
        for entry in self._entries:
            if entry.is_subject:
                return entry
        who = Who(self._subject.label, self._subject.path, self._subject.sex)
        entry = Entry(who, -1, len(self._text), 0, [], [], is_subject=True)
        self._entries.append(entry)
        return entry

    def _deny(self, statement: Statement) -> None:
        group = statement.group
        restricted = any(statement.ages.values())
        if not group.is_excepted and not restricted:
            self._denied += group.sites

    def _entry(self, here: Mark) -> Entry:
        """The entry of a person; the mother named again is the same mother."""
        who = who_of(here)
        subject = self._subject
        if subject is not None and who.path == subject.path and not who.is_plural:
            return self._of_subject()
        for entry in self._entries:
            if entry.at == here.start and entry.who == who:
                return entry
        entry = Entry(who, here.start, here.start, here.end, [], [])
        self._entries.append(entry)
        self._last = entry
        return entry

    def _quote(self, entry: Entry, marks: list[Mark], statement: Statement, place: int) -> None:
        """Widen the quote to the person, the cancers and the ages of this statement."""
        group, everyone = statement.group, [p for ages in statement.ages.values() for p in ages]
        places = [*everyone] if len(statement.people) > 1 else list(statement.ages.get(place, []))
        places += [place] if place >= 0 else []
        if statement is not self._carried_on:
            places += [group.first, group.last]
        first, last = min(places), max(places)
        # With the words that deny or doubt it, and the bracket that closes behind it.
        while first and (marks[first - 1].is_a(*_QUOTED_BEFORE) or marks[first - 1].text == "?"):
            first -= 1
        if last + 1 < len(marks) and (marks[last + 1].is_a(CLOSE) or marks[last + 1].text == "?"):
            last += 1
        entry.start = min(entry.start, marks[first].start)
        entry.end = max(entry.end, marks[last].end)

    def _later_age(self, marks: list[Mark], people: list[int]) -> None:
        """`Diagnosed at 42.`, `Age of onset: 49`: of the person of the sentence before."""
        if people:
            return
        for place, here in enumerate(marks):
            if here.is_a(AGE) and any(each.is_a("everyone") for each in marks[:place]):
                self._age_of_all(here)
                return
            if not here.is_a(AGE) or introduced(marks, place) != ONSET:
                continue
            entry = self._of_subject() if self._subject is not None else self._last
            if entry is None:
                return
            age = age_of(here).span
            open_ = [n for n, c in enumerate(entry.cancers) if not c.ages and not c.denied]
            if open_:
                entry.cancers[open_[-1]] = replace(entry.cancers[open_[-1]], ages=(age,))
            elif entry.is_subject and not entry.cancers:
                entry.cancers.append(EntryCancer(None, (age,)))
            else:
                return
            entry.start = min(entry.start, marks[0].start)
            entry.end = max(entry.end, here.end)
            return

    def _age_of_all(self, here: Mark) -> None:
        """`Both <50.`: of all in the sentence before."""
        for entry in self._recent:
            entry.cancers = [
                each if each.ages or each.denied else replace(each, ages=(age_of(here).span,))
                for each in entry.cancers
            ]
            entry.end = here.end

    # -- genes -------------------------------------------------------------------------------------

    def _genes(self, marks: list[Mark], people: list[int]) -> None:
        for place, here in enumerate(marks):
            if not here.is_a("gene"):
                continue
            found = carried(marks, place)
            if found is None:
                continue
            person = person_of_gene(marks, place, people)
            if person is None and self._subject is None:
                continue
            if person is not None and not who_of(marks[person]).is_blood:
                continue
            entry = self._of_subject() if person is None else self._entry(marks[person])
            entry.genes += [ToldGene(symbol, found) for symbol in here.means["gene"].split()]
            after = min(place + 1, len(marks) - 1)
            entry.start = min(entry.start, here.start)
            entry.end = max(
                entry.end, marks[after].end if marks[after].is_a("carried") else here.end
            )

    def _is_by_birth(self, relative: ToldRelative) -> bool:
        words = relative.quote.lower()
        return any(word in words for word in ("bio", "birth", "natural"))


def _sentences(marks: list[Mark]) -> Iterator[tuple[list[Mark], str]]:
    """The sentences and lines of a text, each with the sign that ends it."""
    found: list[Mark] = []
    for here in marks:
        if here.is_a(STOP):
            if found:
                yield found, here.text
            found = []
            continue
        found.append(here)
        if len(found) == _MOST_MARKS:
            yield found, "."
            found = []
    if found:
        yield found, "end"


def _sided(who: Who, side: str, vocabulary: Vocabulary) -> Who:
    path = on_side(who.path or "", side)
    label = vocabulary.named.get((path, who.sex)) or vocabulary.named.get((path, "")) or who.label
    return replace(who, path=path, label=label)


def _one_after_the_other(owner: str | None, relative: str | None) -> str | None:
    """The path of a relative of a relative; None where the two may be one person."""
    if not owner or not relative:
        return None
    if owner[-1] == "S" and relative == "S":
        return owner
    if owner[-1] in "MFP":
        return None if relative[0] == "C" else owner + relative
    return owner + relative if relative[0] == "C" else None
