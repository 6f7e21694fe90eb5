"""The people among the marks: relations put together, with their side, sex and number."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.counted import counted_after, counted_before, others_of_them
from oncology.family.told.described import Described, sided_later, told_later
from oncology.family.told.headings import (
    counted_sides,
    headed,
    heading_grandparents,
    headings,
    siblings_of,
    sides_of_parents,
)
from oncology.family.told.kin import Kin
from oncology.family.told.letters import is_person
from oncology.family.told.marks import STOP, Mark
from oncology.family.told.owned import Owned
from oncology.family.told.sided import included, on_that_side, sided_before
from oncology.family.told.untold import (
    unless_doubted,
    unless_named,
    unless_of_each_other,
    unless_of_in_laws,
    unless_sources,
    unless_young,
)
from oncology.family.told.vocabulary import Vocabulary
from oncology.family.told.who import (
    FAMILY,
    PATIENT,
    PERSON,
    SIDES,
    UNRELATED,
    Who,
    who_of,
)

_SPOUSES = {
    **dict.fromkeys(("husband", "hubby", "boyfriend", "brother in law", "fob"), "male"),
    **dict.fromkeys(("father of baby", "father of the baby", "son in law", "stepfather"), "male"),
    **dict.fromkeys(("wife", "girlfriend", "sister in law", "sil", "stepmother"), "female"),
    **dict.fromkeys(("daughter in law", "mother in law", "stepmom"), "female"),
}
_REFLEXIVE = ("herself", "himself", "themselves")


class People:
    """Puts the people of one text together."""

    def __init__(self, marks: list[Mark], vocabulary: Vocabulary) -> None:
        self._marks = marks
        self._vocabulary = vocabulary
        self._kin = Kin(vocabulary)

    def found(self) -> list[Mark]:
        """The row with one mark for each person; sides that head a part are headings."""
        marks = unless_doubted(self._all_named())
        marks = unless_of_each_other(marks)
        marks = unless_young(marks)
        marks = unless_sources(Owned(self._kin).joined(sided_before(marks, self._kin)))
        marks = unless_named(unless_of_in_laws(marks))
        marks = headings(counted_sides(heading_grandparents(marks), self._kin))
        marks = on_that_side(siblings_of(sided_later(marks, self._kin), self._kin))
        marks = Described(sides_of_parents(marks), self._kin).found()
        marks = others_of_them(self._counted(marks))
        marks = on_that_side(told_later(marks))
        return headed(included(sided_later(marks, self._kin), self._kin))

    # -- names ---------------------------------------------------------------------------------

    def _all_named(self) -> list[Mark]:
        found: list[Mark] = []
        sided = any(_tells_a_side(each) or self._is_grandmother(each) for each in self._marks)
        for place, here in enumerate(self._marks):
            if here.text in _REFLEXIVE and _has_named(found):
                continue
            letter = here.is_a("letter") and is_person(self._marks, place)
            found.append(self._named(here, sided, letter))
        return found

    def _named(self, mark: Mark, sided: bool, letter: bool) -> Mark:
        """The person a mark names; GF is a grandfather where a side is told, else not clear."""
        means = mark.means
        name = means.get("relation") or means.get("relations")
        name = name or (means.get("relation-sided") if sided else None)
        name = name or (means["letter"] if letter else None)
        if name is not None:
            concept = self._vocabulary.relations[name]
            label = self._vocabulary.named[concept.path, concept.sex]
            plural = "relations" in means and "relation" not in means
            who = Who(label, concept.path or None, concept.sex, is_plural=plural)
        elif "relation-open" in means:
            many = mark.text.endswith("s") or mark.text.startswith("family members")
            who = Who(means["relation-open"], None, is_plural=many)
        elif "relation-sided" in means:
            # A boyfriend or girlfriend, as likely as a grandfather.
            who = UNRELATED
        elif "unrelated" in means:
            who = replace(UNRELATED, sex=_SPOUSES.get(mark.text, ""))
        elif "patient" in means:
            who = PATIENT
        elif "family" in means:
            who = FAMILY
        else:
            return mark
        return Mark(mark.start, mark.end, {PERSON: ""}, mark.text, who)

    def _is_grandmother(self, mark: Mark) -> bool:
        """Beside a GM, GF is a grandfather."""
        concept = self._vocabulary.relations.get(mark.means.get("relation", ""))
        return concept is not None and concept.path == "PM"

    # -- how many ------------------------------------------------------------------------------

    def _counted(self, marks: list[Mark]) -> list[Mark]:
        """`2 sisters`, `3 of 5 sisters`, `aunts x2`, `both parents`, `her sister`."""
        found: list[Mark] = []
        place = 0
        while place < len(marks):
            here = marks[place]
            place += 1
            if not here.is_a(PERSON):
                found.append(here)
                continue
            here, place = counted_after(here, marks, place)
            here = _of_the_same(counted_before(here, found), found)
            is_all = any(each.is_a("everyone") for each in marks[place : place + 3])
            found += self._each_by_name(here, is_all)
        return found

    def _each_by_name(self, here: Mark, is_all: bool) -> list[Mark]:
        """Parents, both grandmothers, and all grandparents are people of their own."""
        who = who_of(here)
        path = who.path or ""
        four = path == "PP" and (who.count == 4 or (who.is_plural and is_all and not who.count))
        two = (who.is_plural and not who.count) or who.count == 2
        if four:
            paths = ["MM", "MF", "FM", "FF"]
        elif two and path in ("P", "PM", "PF", "MP", "FP"):
            # Of "P" each parent; of "MP" each of her parents.
            at = path.index("P")
            paths = [path[:at] + each + path[at + 1 :] for each in SIDES]
        else:
            return [here]
        people: list[Mark] = []
        for each in paths:
            sex = {"M": "female", "F": "male"}[each[-1]]
            one = self._kin.renamed(replace(who, sex=sex, count=1, is_plural=False), each)
            joined = Mark(here.end, here.end, {"and": ""})
            people += [joined] * bool(people) + [replace(here, value=one)]
        return people


def _has_named(found: list[Mark]) -> bool:
    """Whether this sentence has named a relative: "himself" is he."""
    for mark in reversed(found):
        if mark.is_a(STOP):
            return False
        if mark.is_a(PERSON):
            return who_of(mark).is_blood
    return False


def _of_the_same(here: Mark, found: list[Mark]) -> Mark:
    """`his brother and sister`: his sister too."""
    who, before = who_of(here), found[-2:]
    if who.owner or len(before) < 2 or not before[0].is_a(PERSON) or not before[1].is_a("and"):
        return here
    beside = who_of(before[0])
    alike = beside.path == who.path and who.path in ("S", "C")
    return replace(here, value=replace(who, owner=beside.owner)) if alike else here


def _tells_a_side(mark: Mark) -> bool:
    named = mark.means.get("relation") or mark.means.get("relations") or ""
    return mark.is_a("side", "side-open", "side-before") or named.startswith(
        ("maternal", "paternal")
    )
