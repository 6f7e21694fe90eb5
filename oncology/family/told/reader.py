"""Read a family-history comment into proposed relatives, each with its own words quoted.

A small grammar over the words of the tables: people, cancers, ages and denials, sentence by
sentence. What is read is a proposal for a person to confirm; no criterion is met by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.told.book import Book
from oncology.family.told.carried import carried, dated
from oncology.family.told.clauses import Clause, Statement
from oncology.family.told.denials import OTHERS, denied_sides, denies_all, flatly_denied
from oncology.family.told.entries import Entry, merged, relatives_of
from oncology.family.told.genes import take_genes
from oncology.family.told.groups import Group, is_heading, opens_part
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, Mark, mark
from oncology.family.told.model import Told, ToldRelative
from oncology.family.told.owners import side_of
from oncology.family.told.people import People
from oncology.family.told.sayings import (
    PRONOUNS,
    heads_the_aged,
    is_of_both,
    sided,
    tell_closer,
)
from oncology.family.told.sentences import Side, is_adoption_of_patient, sentences
from oncology.family.told.sharing import count, share
from oncology.family.told.sites import SITE, site_of, with_sites
from oncology.family.told.vocabulary import Vocabulary, vocabulary_of
from oncology.family.told.who import HEADING, PERSON, Who, side_told, who_of
from oncology.family.told.whose import Whose
from oncology.family.told.writing import Writing
from oncology.terminology import Terminology

_MOST_CHARACTERS = 10_000
# "No known cancers" alone is a sentence of so few marks.
_SHORT = 3
_BESIDE_A_TOPIC = (COLON, DASH, OPEN, CLOSE, AGE, "now", "died", "own")
_RELATION = ("relation", "relationship", "relative")
_YOUNG = ("childhood", "early", "young", "pediatric", "paediatric", "infant")
_SOMEBODY = Who("relative", None)
# A text is not English when it has so many words of another language.
_FOREIGN_WORDS = 2


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
    writing = Writing(text)
    vocabulary = vocabulary_of(terminology)
    marks = mark(writing.read, vocabulary)
    if sum(each.is_a("other-language") for each in marks) >= _FOREIGN_WORDS or _is_other_script(
        text
    ):
        return Told(is_foreign=True)
    return _Reading(writing, marks, vocabulary, subject).told()


def _is_other_script(text: str) -> bool:
    letters = [each for each in text if each.isalpha()]
    return sum(each > "\u024f" for each in letters) * 2 > len(letters)


class _Reading:
    """One comment; sentence after sentence, with what the former ones leave open."""

    def __init__(
        self, writing: Writing, marks: list[Mark], vocabulary: Vocabulary, subject: Subject | None
    ) -> None:
        self._writing = writing
        self._vocabulary = vocabulary
        self._marks = People(with_sites(marks), vocabulary).found()
        self._is_of_genes = any(each.is_a("gene") for each in self._marks)
        self._is_of_cancer = any(each.is_a(SITE) for each in self._marks)
        self._subject = subject
        who = Who(subject.label, subject.path, subject.sex) if subject else None
        self._whose = Whose(who, vocabulary, self._carries)
        self._book = Book(who, len(writing.read))
        self._denied: list[str | None] = []
        # "Family history of breast cancer": told of nobody, unless more is told.
        self._of_family: list[tuple[Statement, list[Mark]]] = []
        self._side = Side()
        # The blood relatives of the last sentence that named any.
        self._previous: list[Mark] = []
        self._pending: Statement | None = None
        # The cancers told last: "his brother too".
        self._group: Group | None = None
        self._heading: Statement | None = None
        self._is_under_heading = False
        self._ending = ""
        self._is_benign = False
        self._was_onset = False
        # A person who stands alone in a line, or behind "Relation:", heads what follows.
        self._topic: Mark | None = None
        self._is_adopted = not subject and any(
            each.is_a("unknown-history")
            or (each.is_a("adopted") and is_adoption_of_patient(self._marks, place))
            for place, each in enumerate(self._marks)
        )

    def told(self) -> Told:
        """Everything the comment says."""
        for marks, ending in sentences(self._marks):
            self._sentence(marks, ending)
        if not any(each.cancers for each in self._book.entries) and not self._denied:
            for statement, words in self._of_family[:1]:
                self._tell_of_somebody(statement, words)
        entries = merged(self._book.entries)
        relatives = [each for entry in entries for each in relatives_of(entry, self._writing)]
        if self._is_adopted and not any(each.is_a("unknown-history") for each in self._marks):
            relatives = [each for each in relatives if self._is_by_birth(each)]
        # Children tell nothing of the family one was born into.
        is_unknown = self._is_adopted and all((e.path or "").startswith("C") for e in relatives)
        return Told(tuple(relatives), tuple(dict.fromkeys(self._denied)), is_unknown)

    # -- one sentence ----------------------------------------------------------------------------

    def _sentence(self, marks: list[Mark], ending: str) -> None:
        marks = list(self._resolved(marks))
        clause = Clause(marks, self._is_under_heading, self._group, self._subject is not None)
        statements = clause.statements()
        self._carried_on = [] if statements or not clause.people else self._of_earlier(clause)
        statements = statements or self._carried_on
        self._pending = None
        known = len(self._book.entries)
        for statement in statements:
            self._tell(statement, marks, ending)
            self._group = statement.group
        if denies_all(marks) and self._subject is None:
            self._denied.append(None)
        for place, said in denied_sides(marks):
            side = side_told(marks[place])
            words = marks[min(place, said) : max(place, said) + 1]
            self._book.deny(self._book.of_side(side, marks[place]), words)
        for place, said in flatly_denied(marks) if self._is_of_cancer else ():
            self._book.deny(self._book.of(marks[place]), marks[place : said + 1])
        take_genes(self._book, marks, clause.people, self._subject is not None)
        self._later_ages(marks, clause, known if statements else -1)
        if ending in (";", "\n"):
            self._is_under_heading |= any(
                m.is_a(SITE) and is_heading(marks, place) for place, m in enumerate(marks)
            )
        else:
            self._is_under_heading = False
        self._ending = ending
        self._was_onset = self._subject is not None and any(m.is_a("onset") for m in marks)
        self._is_benign = any(each.is_a("benign", "gene") for each in marks)
        blood = [marks[place] for place in clause.people if who_of(marks[place]).is_blood]
        self._previous = blood if clause.people else self._previous
        if clause.people:
            self._topic = _topic(marks) if not statements else None
        self._heading = next((s for s in statements if s.is_forward and s.people), None)
        bullet = ending == "\n" and bool(self._carried_on) and marks[0].is_a(DASH)
        listed = ending in (".", "\n") and heads_the_aged(marks, self._heading)
        if ending not in (";", "|") and not bullet and not listed:
            self._heading = None
        self._side.end(marks, ending)

    def _later_ages(self, marks: list[Mark], clause: Clause, known: int) -> None:
        """Ages of those told of before. `known`: how many those were; -1: no more are told of."""
        shared = next((p for p, m in enumerate(marks) if m.is_a(AGE) and is_of_both(marks, p)), 0)
        if shared and clause.people and clause.people[-1] < shared:
            # "Aunt breast ca; uncle colon ca (both 60s)".
            self._book.take_shared_age(marks[shared], True)
        if known < 0:
            tell_closer(self._book.entries, marks, self._vocabulary)
        self._book.take_ages_of_those_named_again(marks, clause.people if known < 0 else [])
        if known < 0 and not clause.people:
            self._book.take_later_age(marks, self._ending == ";" or self._was_onset)
        elif known >= 0 and self._book.entries[known:]:
            self._book.recent = self._book.entries[known:]

    def _resolved(self, marks: list[Mark]) -> Iterator[Mark]:
        """The people of a sentence by headings of side and by "her" and "his"."""
        self._whose.begin(self._ending)
        for here in marks:
            if here.is_a(HEADING):
                self._side.told = here.means[HEADING]
                self._whose.under(self._side.told, here.text)
            if not here.is_a(PERSON):
                yield here
                continue
            who = self._whose.meant(who_of(here))
            if who.path == "S" and here.text == "twin" and (twin := self._whose.identical_twin()):
                # "Twin's panel", after the identical twin.
                who = replace(who, path=twin)
            if self._side.told and who.is_blood and who.path and who.path[0] == "P":
                who = sided(who, self._side.told, self._vocabulary)
            elif self._side.told and who.is_blood and who.path is None and not who.side:
                who = replace(who, side=self._side.told)
            yield replace(here, value=who)

    def _carries(self, path: str) -> bool:
        """Whether a gene is all that was told of the one with this path."""
        return self._is_of_genes and not self._book.has_cancer(path)

    def _of_earlier(self, clause: Clause) -> list[Statement]:
        """What a sentence with people and no cancer tells of a cancer told before."""
        earlier = self._pending or self._heading
        found = carried(clause, earlier, earlier is self._heading, self._ending) if earlier else []
        group = self._of_family[-1][0].group if self._of_family else self._group
        if found or group is None:
            return found
        return dated(clause, group, bool(self._of_family))

    # -- what is told of whom ----------------------------------------------------------------------

    def _tell(self, statement: Statement, marks: list[Mark], ending: str) -> None:
        group = statement.group
        people = [place for place in statement.people if not who_of(marks[place]).is_family]
        if (
            not people
            and statement.people
            and not group.denied
            and group.is_certain
            and not self._subject
        ):
            self._of_family.append((statement, marks))
        sided = group.denied and self._side_of(group, marks)
        if not people or (sided and all(who_of(marks[place]).is_patient for place in people)):
            self._tell_of_nobody(statement, marks, ending)
            return
        if group.sites == (None,) and statement.is_forward and not group.denied:
            # "Cancer in: mom - no; dad - yes, kidney".
            flatly = {place for place, _ in flatly_denied(marks)}
            people = [place for place in people if place not in flatly]
            if not people:
                return
        if (group.denied and self._is_of_family(statement, marks)) or group.denied == OTHERS:
            self._deny(statement, marks)
            return
        if who_of(marks[people[0]]).path is None and any(
            each.is_a("including") for each in marks[people[0] :]
        ):
            return
        entries = [self._book.of(marks[place]) for place in people]
        count(entries[0], statement, marks)
        share(statement, entries, people, marks)
        for entry, place in zip(entries, people, strict=True):
            self._book.quote(entry, marks, statement, place, statement in self._carried_on)

    def _is_of_family(self, statement: Statement, marks: list[Mark]) -> bool:
        """`mom breast ca dx 42, no colon ca`: a new denial at the end is of the whole family."""
        first = statement.group.first
        whose = [who_of(marks[place]) for place in statement.people]
        if all(each.is_blood and each.path is None and not each.side for each in whose):
            return True
        if statement.group.denied != "no":
            return False
        start = statement.group.denied_at
        if marks[start].is_a(DASH) and self._subject is None:
            # "+breast ca (mother), -colon ca".
            return True
        if any(mark.is_a(PERSON, "with") for mark in marks[start + 1 : first]):
            return False
        opens = start > 0 and marks[start - 1].is_a(COMMA, DASH)
        told = {e.at for e in self._book.entries if any(not c.denied for c in e.cancers)}
        # Of a person of whom nothing was told before, it is said of that person.
        is_new = not any(marks[place].start in told for place in statement.people)
        return opens and not is_new and not statement.is_forward and self._subject is None

    def _tell_of_nobody(self, statement: Statement, marks: list[Mark], ending: str) -> None:
        group = statement.group
        side = self._side_of(group, marks)
        if group.denied == OTHERS and self._subject is None and not side:
            self._deny(statement, marks)
            return
        if group.denied and group.sites == (None,) and self._is_bare_denial(statement, marks):
            # "Brother: polyps. No cancer."
            self._book.deny(self._book.of(self._previous[0]), marks)
            return
        opens = opens_part(marks, group.first)
        answered = group.denied_at > group.last and opens and not side
        following = marks[group.denied_at + 1 : group.denied_at + 2]
        if answered and any(m.is_a(PERSON) and who_of(m).is_patient for m in following):
            # "Skin cancer: no personal history".
            return
        if answered and self._subject is None and self._topic is None:
            # "…; pancreas: none".
            self._deny(statement, marks)
            return
        others = bool(side) and (group.denied == OTHERS or _names_side(marks))
        subject = None if others else self._speaks_on(marks, group.denied)
        if subject is not None:
            share(statement, [subject], [-1], marks)
            self._book.quote(subject, marks, statement, -1, statement in self._carried_on)
        elif side:
            entry = self._book.of_side(side, marks[group.first])
            share(statement, [entry], [-1], marks)
            self._book.quote(entry, marks, statement, -1, statement in self._carried_on)
        elif group.denied:
            self._deny(statement, marks)
        elif ending in (";", "\n", "|", "end", ".") and not statement.people:
            self._pending = statement

    def _tell_of_somebody(self, statement: Statement, marks: list[Mark]) -> None:
        """`Family history of breast cancer - relation not recorded`: some relative."""
        entry = self._book.of(replace(marks[statement.people[0]], value=_SOMEBODY))
        share(statement, [entry], [-1], marks)
        self._book.quote(entry, marks, statement, -1, False)

    def _side_of(self, group: Group, marks: list[Mark]) -> str:
        """The side a group is told of that is told of nobody: the one before it, or after it."""
        before = [m for m in marks[: group.first] if m.is_a("side", HEADING)]
        if before and not any(m.is_a(PERSON) for m in marks[: group.first]):
            return side_told(before[-1])
        if side := side_of(marks, group):
            return side
        if any(m.is_a(PERSON) and who_of(m).is_blood for m in marks):
            return ""
        return next((m.means["side"] for m in marks if m.is_a("side")), "") or self._side.told

    def _speaks_on(self, marks: list[Mark], denied: str) -> Entry | None:
        """Whom a sentence without a name is about: "she", or the one whose record this is."""
        if self._subject is not None:
            return self._book.of_subject()
        if not self._previous or any(m.is_a(PERSON) for m in marks):
            return None
        if self._topic is not None:
            return self._book.of(self._topic)
        nearest, opening = who_of(self._previous[-1]), marks[0]
        if self._ending == ";" and len(self._previous) == 1 and denied != "no":
            return self._book.of(self._previous[0])
        sex = PRONOUNS.get(opening.text.partition(" ")[0].partition("'")[0])
        if sex is None:
            return None
        fits = not sex or nearest.sex in ("", sex)
        return self._book.of(self._previous[-1]) if fits else None

    def _is_bare_denial(self, statement: Statement, marks: list[Mark]) -> bool:
        """Whether a denial alone speaks of the one person of the sentence before."""
        if self._subject is not None or len(self._previous) != 1 or self._ending not in (".", ";"):
            return False
        told = [each for each in self._book.entries if each.at == self._previous[0].start]
        alone = len(self._whose.named) == 1 and (self._ending == ";" or self._is_of_genes)
        said = (self._is_benign or alone) and statement.group.denied_at < statement.group.first
        return said and len(marks) <= _SHORT and not any(each.cancers for each in told)

    def _deny(self, statement: Statement, marks: list[Mark]) -> None:
        group = statement.group
        before = marks[max(group.denied_at, 0) : group.first]
        # "No cancer before 50" and "no childhood cancers" leave others open.
        restricted = any(statement.ages.values()) or any(m.text in _YOUNG for m in before)
        restricted |= site_of(marks[group.first]).is_part
        if not restricted:
            self._denied += group.sites

    def _is_by_birth(self, relative: ToldRelative) -> bool:
        words = relative.quote.lower()
        return (relative.path or "").startswith("C") or any(
            word in words for word in ("bio", "birth", "natural")
        )


def _names_side(marks: list[Mark]) -> bool:
    return any(m.is_a("side", HEADING) and not m.is_a(PERSON) for m in marks)


def _topic(marks: list[Mark]) -> Mark | None:
    """The one person of a line that names nobody and tells nothing else."""
    people = [each for each in marks if each.is_a(PERSON)]
    others = [each for each in marks if not each.is_a(PERSON, *_BESIDE_A_TOPIC)]
    alone = len(people) == 1 and all(each.text in _RELATION for each in others)
    return people[0] if alone and who_of(people[0]).is_blood else None
