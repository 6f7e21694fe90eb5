"""The people told of so far in one comment, each with the words they are told in."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.clauses import Statement
from oncology.family.told.entries import Entry, EntryCancer
from oncology.family.told.marks import AGE, CLOSE, Mark
from oncology.family.told.onset import AT, ONSET, age_of, introduced
from oncology.family.told.who import Who, who_of

_QUOTED_BEFORE = ("denied", "unsure", "own", "her", "number")


class Book:
    """Keeps the entries of one comment. `subject`: the relative in whose record it stands."""

    def __init__(self, subject: Who | None, length: int) -> None:
        self.entries: list[Entry] = []
        # Those of the last sentence that told of a cancer.
        self.recent: list[Entry] = []
        self._subject = subject
        self._length = length
        self._last: Entry | None = None

    def of(self, here: Mark) -> Entry:
        """The entry of a person; the mother named again is the same mother."""
        who = who_of(here)
        if self._subject is not None and who.path == self._subject.path and not who.is_plural:
            return self.of_subject()
        for entry in reversed(self.entries):
            if entry.at == here.start and entry.who == who:
                return entry
            if who.is_again and entry.who.path == who.path:
                return entry
        entry = Entry(who, here.start, here.start, here.end, [], [])
        self.entries.append(entry)
        self._last = entry
        return entry

    def of_side(self, side: str, here: Mark) -> Entry:
        """An entry for somebody on that side, told where the mark stands."""
        who = Who(f"{side} relative", None, side=side)
        return self.of(replace(here, end=here.start, value=who))

    def of_subject(self) -> Entry:
        """The entry of the one in whose record the comment stands."""
        assert self._subject is not None
        for entry in self.entries:
            if entry.is_subject:
                return entry
        entry = Entry(self._subject, -1, self._length, 0, [], [], is_subject=True)
        self.entries.append(entry)
        return entry

    def has_cancer(self, path: str) -> bool:
        """Whether a cancer was told, or denied, of one with this path."""
        return any(each.cancers for each in self.entries if each.who.path == path)

    def deny(self, entry: Entry, marks: list[Mark]) -> None:
        """Any cancer is denied of them in these words."""
        entry.cancers.append(EntryCancer(None, (), True))
        entry.start = min(entry.start, marks[0].start)
        entry.end = max(entry.end, marks[-1].end)

    def quote(
        self, entry: Entry, marks: list[Mark], statement: Statement, place: int, carried: bool
    ) -> None:
        """Widen the quote to the person, the cancers and the ages of this statement.

        `carried`: its cancers stand in another sentence.
        """
        group, everyone = statement.group, [p for ages in statement.ages.values() for p in ages]
        places = [*everyone] if len(statement.people) > 1 else list(statement.ages.get(place, []))
        places += [place] if place >= 0 else []
        if not carried:
            places += [group.first, group.last]
        first, last = min(places), max(places)
        # With the words that deny or doubt it, and the bracket that closes behind it.
        while first and (marks[first - 1].is_a(*_QUOTED_BEFORE) or marks[first - 1].text == "?"):
            first -= 1
        if last + 1 < len(marks) and (marks[last + 1].is_a(CLOSE) or marks[last + 1].text == "?"):
            last += 1
        entry.start = min(entry.start, marks[first].start)
        entry.end = max(entry.end, marks[last].end)

    # -- ages told afterwards ----------------------------------------------------------------------

    def take_later_age(self, marks: list[Mark], is_age_of_onset: bool) -> None:
        """`Diagnosed at 42.`, `Age of onset: 49`: of the person of the sentence before.

        `is_age_of_onset`: an age alone is that too, as in `Cancer: ovarian; Age: 55`.
        """
        for place, here in enumerate(marks):
            if not here.is_a(AGE):
                continue
            everyone = [each.text for each in marks[:place] if each.is_a("everyone")]
            if everyone:
                self.take_shared_age(here, everyone[0] == "both" and len(self.recent) < 2)
                return
            how = introduced(marks, place)
            diagnosed = how == AT and any(m.is_a("onset") for m in marks[:place])
            if how == ONSET or diagnosed or (is_age_of_onset and len(marks) == 1):
                self._take(here, marks[0].start)
                return

    def _take(self, here: Mark, start: int) -> None:
        entry = self.of_subject() if self._subject is not None else self._last
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
        entry.start = min(entry.start, start)
        entry.end = max(entry.end, here.end)

    def take_shared_age(self, here: Mark, is_of_two: bool) -> None:
        """`Both <50.`: of all in the sentence before, or of the last two told of."""
        told = [each for each in self.entries if each.who.is_blood and each.cancers]
        for entry in told[-2:] if is_of_two else self.recent:
            entry.cancers = [
                each if each.ages or each.denied else replace(each, ages=(age_of(here).span,))
                for each in entry.cancers
            ]
            entry.start, entry.end = min(entry.start, here.start), max(entry.end, here.end)
