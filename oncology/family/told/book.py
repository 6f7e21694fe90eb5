"""The people told of so far in one comment, each with the words they are told in."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.clauses import Statement
from oncology.family.told.entries import Entry, EntryCancer
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, Mark
from oncology.family.told.onset import AT, BARE, ONSET, age_of, introduced
from oncology.family.told.who import PERSON, Who, refines, who_of

# So many people back one may be named again.
_MOST_BACK = 40
_ON_A_SIDE = ("l", "r", "left", "right", "breast")
_SECOND = ("contralateral", "second primary", "new primary", "2nd primary", "opposite breast")
_BREAST_SURGERY = ("mastectomy", "lumpectomy")
_CANCER_TREATMENT = ("chemo", "radiation", "radiotherapy", "xrt")
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
        if self._subject is not None and _is_subject(self._subject, who):
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
            if _is_of_second(marks[:place]) and self._take_second(here):
                return
            how = introduced(marks, place)
            diagnosed = how == AT and any(m.is_a("onset") for m in marks[:place])
            alone = len(marks) == 1 and (
                is_age_of_onset or (self._subject is not None and age_of(here).is_wide)
            )
            if how == ONSET or diagnosed or alone:
                self._take(place, marks)
                return

    def _take_second(self, here: Mark) -> bool:
        """`Contralateral primary at 61.`: the same cancer found again, in its own right."""
        entry = self.of_subject() if self._subject is not None else self._last
        told = [each for each in entry.cancers if not each.denied] if entry else []
        if entry is None or len(told) != 1 or not told[0].ages or told[0].is_of_one:
            return False
        entry.cancers.append(replace(told[0], ages=(age_of(here).span,)))
        entry.end = max(entry.end, here.end)
        return True

    def _take(self, place: int, marks: list[Mark]) -> None:
        entry = self.of_subject() if self._subject is not None else self._last
        if entry is None:
            return
        here, age = marks[place], age_of(marks[place]).span
        open_ = [n for n, c in enumerate(entry.cancers) if not c.ages and not c.denied]
        if open_:
            entry.cancers[open_[-1]] = replace(entry.cancers[open_[-1]], ages=(age,))
        elif entry.is_subject and not entry.cancers and _is_of_cancer(marks, place):
            entry.cancers.append(EntryCancer(_site_of_kind(marks), (age,)))
        else:
            return
        entry.start = min(entry.start, marks[0].start)
        entry.end = max(entry.end, here.end)

    def take_ages_of_those_named_again(self, marks: list[Mark], people: list[int]) -> None:
        """`Father and his brothers had prostate ca. Father dx 64.`: of the one told of before."""
        # "Both parents colon cancer. Mom 68, dad 74."
        is_list = all(
            m.is_a(PERSON, AGE, COMMA, "and", "own", "her") or m.text in ("was", "were")
            for m in marks
        ) and (len(people) > 1 or any(m.text in ("was", "were") for m in marks))
        for person, end in zip(people, [*people[1:], len(marks)], strict=bool(people)):
            who = who_of(marks[person])
            ages = [p for p in range(person + 1, end) if marks[p].is_a(AGE)]
            several = is_list and who.is_plural and len(ages) > 1
            if not (len(ages) == 1 or several) or who.owner:
                continue
            if not _is_dated(marks[person + 1 : ages[0]]):
                continue
            same = [e for e in self.entries[-_MOST_BACK:] if _is_open(e) and _is_alike(e.who, who)]
            if len(same) != 1 or not (is_list or _is_said_at(marks, ages[0], end)):
                continue
            if several:
                # "Mum and both her sisters …; mum 57, aunties 50 and 61".
                spans = tuple(age_of(marks[p]).span for p in ages)
                same[0].cancers = [replace(c, ages=spans) for c in same[0].cancers]
                continue
            entry, known = same[0], same[0].who
            of_one = (known.count > 1 or known.is_plural) and not age_of(marks[ages[0]]).is_wide
            age = (age_of(marks[ages[0]]).span,)
            entry.cancers = [replace(c, ages=age, is_of_one=of_one) for c in entry.cancers]
            entry.end = max(entry.end, marks[ages[0]].end)

    def take_shared_age(self, here: Mark, is_of_two: bool) -> None:
        """`Both <50.`: of all in the sentence before, or of the last two told of."""
        told = [each for each in self.entries if each.who.is_blood and each.cancers]
        if told and max(told[-1].who.count, 2 * told[-1].who.is_plural) > 1:
            # "Two aunts, both …" are two already.
            is_of_two = False
        for entry in told[-2:] if is_of_two else self.recent:
            entry.cancers = [
                each if each.ages or each.denied else replace(each, ages=(age_of(here).span,))
                for each in entry.cancers
            ]
            entry.start, entry.end = min(entry.start, here.start), max(entry.end, here.end)


def _is_subject(subject: Who, who: Who) -> bool:
    """Whether one named in the record of a relative is that one: "aunt" in a maternal aunt's."""
    if who.path == subject.path:
        return not who.is_plural
    alike = refines(subject, who) and (who.sex in (subject.sex, "") or not subject.sex)
    return alike and not (who.is_plural or who.count > 1 or who.owner or who.is_owned)


def _is_of_cancer(marks: list[Mark], place: int) -> bool:
    """Whether `Dx 44` in the record of a relative may be the onset of a cancer.

    What was found is not named: neither `DM dx at 40`, nor `Dx BRCA2 carrier at 35`.
    """
    before, following = marks[:place], marks[place + 1 : place + 2]
    return (
        all(_is_dated([each]) or each.is_a("grade") or each.text.isdigit() for each in before)
        and all(each.is_a(COMMA, CLOSE, DASH, "and", "grade", "died", "now") for each in following)
        and (_site_of_kind(marks) is not None or not any(m.is_a("gene", "benign") for m in marks))
    )


def _site_of_kind(marks: list[Mark]) -> str | None:
    """Breast, of `dx 39, triple neg` and `dx 44, L mastectomy + chemo`: none other is treated so.

    A mastectomy alone may be preventive, and a lumpectomy be of a benign lump.
    """
    words = [each.text for each in marks]
    is_treated = any(word.startswith(_CANCER_TREATMENT) for word in words)
    is_cut = any(word.startswith(_BREAST_SURGERY) for word in words)
    is_triple = any(word.startswith("triple neg") for word in words)
    return "breast" if is_triple or (is_cut and is_treated) else None


def _is_dated(marks: list[Mark]) -> bool:
    return all(
        each.is_a("onset", "at", "own", "her", COMMA, OPEN, DASH, COLON)
        or each.text in ("was", "were")
        for each in marks
    )


def _is_said_at(marks: list[Mark], place: int, end: int) -> bool:
    """Whether an age, and nothing after it, is told as that of the cancer."""
    how = introduced(marks, place)
    said = how in (ONSET, AT) or (how == BARE and age_of(marks[place]).is_wide)
    following = marks[place + 1 : end][:1]
    return said and all(m.is_a(COMMA, CLOSE, "and", "onset", "now") for m in following)


def _is_open(entry: Entry) -> bool:
    """Whether one cancer was told of them, and no age."""
    cancers = entry.cancers
    return len(cancers) == 1 and not cancers[0].ages and not cancers[0].denied


def _is_alike(known: Who, again: Who) -> bool:
    """Whether the one may be the other named again: `mom's mom`, later `grandma`."""
    alike = known.path == again.path or refines(known, again)
    return alike and bool(known.path) and known.is_blood and known.sex == again.sex


def _is_of_second(marks: list[Mark]) -> bool:
    """`Contralateral primary at`, and not `contralateral mastectomy at`."""
    first = next((n for n, each in enumerate(marks) if each.text in _SECOND), None)
    return first is not None and all(
        each.is_a("onset", "at", "grade", "link", "own") or each.text in _ON_A_SIDE
        for each in marks[first + 1 :]
    )
