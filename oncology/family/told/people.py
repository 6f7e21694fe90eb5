"""The people among the marks: relations put together, with their side, sex and number."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.counted import counted_after, counted_before, others_of_them
from oncology.family.told.described import Described, sided_later, told_later
from oncology.family.told.kin import Kin
from oncology.family.told.letters import is_person
from oncology.family.told.marks import CLOSE, COLON, DASH, OPEN, POSSESSIVE, SLASH, STOP, Mark
from oncology.family.told.owned import Owned
from oncology.family.told.sided import included, on_that_side, sided_before
from oncology.family.told.sites import SITE
from oncology.family.told.vocabulary import Vocabulary
from oncology.family.told.who import (
    FAMILY,
    HEADING,
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
        marks = _unless_doubted(self._all_named())
        marks = _unless_of_each_other(marks)
        marks = _unless_of_in_laws(Owned(self._kin).joined(sided_before(marks, self._kin)))
        marks = _headings(marks)
        marks = _siblings_of(marks, self._kin)
        marks = Described(_sides_of_parents(marks), self._kin).found()
        marks = others_of_them(self._counted(marks))
        marks = on_that_side(told_later(marks))
        return _headed(included(sided_later(marks, self._kin), self._kin))

    # -- names ---------------------------------------------------------------------------------

    def _all_named(self) -> list[Mark]:
        found: list[Mark] = []
        sided = any(_tells_a_side(each) or self._is_grandmother(each) for each in self._marks)
        for place, here in enumerate(self._marks):
            if here.text in _REFLEXIVE and found and found[-1].is_a(PERSON):
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
            here = counted_before(here, found)
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


def _tells_a_side(mark: Mark) -> bool:
    named = mark.means.get("relation") or mark.means.get("relations") or ""
    return mark.is_a("side", "side-open") or named.startswith(("maternal", "paternal"))


def _sides_of_parents(marks: list[Mark]) -> list[Mark]:
    """`father's: …` and `half-sister (dad's)`: a side, told by its parent."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        before = found[-1] if found else None
        ends = place + 1 == len(marks) or marks[place + 1].is_a(COLON, CLOSE)
        if here.is_a(POSSESSIVE) and ends and before is not None and before.is_a(PERSON):
            side = SIDES.get(who_of(before).path or "")
            if side:
                found[-1] = Mark(before.start, here.end, {"side": side}, "side")
                continue
        found.append(here)
    return found


def _unless_doubted(marks: list[Mark]) -> list[Mark]:
    """`(pt can't recall which)`, `(not sure whether via mom or dad)`: nobody is told of there."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        end = _closing(marks, place) if marks[place].is_a(OPEN) else 0
        inside = marks[place + 1 : end]
        doubted = any(m.is_a("unsure", "side-open") for m in inside)
        doubted = doubted or (bool(inside) and inside[0].text == "not" and inside[-1].is_a(PERSON))
        if doubted and not any(m.is_a(SITE, "age") for m in inside):
            place = end + 1
            continue
        found.append(marks[place])
        place += 1
    return found


def _unless_of_in_laws(marks: list[Mark]) -> list[Mark]:
    """`Husband's family: mother …, sister …`: none of them is the patient's."""
    found: list[Mark] = []
    is_theirs = False
    for place, here in enumerate(marks):
        is_theirs = is_theirs and here.text not in (".", "\n")
        if here.is_a(PERSON):
            who = who_of(here)
            heads = place + 1 < len(marks) and marks[place + 1].is_a(COLON)
            is_theirs |= heads and who.is_owned and not who.is_blood and not who.is_patient
            if is_theirs and who.is_blood:
                found.append(replace(here, value=UNRELATED))
                continue
        found.append(here)
    return found


def _unless_of_each_other(marks: list[Mark]) -> list[Mark]:
    """`Cousins x3 (sisters)`, `two cousins (brother and sister)`: whose siblings they are."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        end = _closing(marks, place) if marks[place].is_a(OPEN) else 0
        inside = [mark for mark in marks[place + 1 : end] if not _is_small(mark)]
        back = len(found) - 1
        while back > 0 and (_is_small(found[back]) or found[back].text in ("x", "×")):
            back -= 1
        several = back >= 0 and found[back].is_a(PERSON) and who_of(found[back]).is_blood
        if several and inside and all(_is_sibling(mark) for mark in inside):
            several = (who_of(found[back]).path or "").endswith(("C", "SC"))
            if several and (len(inside) > 1 or who_of(inside[0]).is_plural):
                place = end + 1
                continue
        found.append(marks[place])
        place += 1
    return found


def _is_small(mark: Mark) -> bool:
    return mark.is_a("own", "and", "number", "everyone", SLASH) or mark.text.isdigit()


def _is_sibling(mark: Mark) -> bool:
    return mark.is_a(PERSON) and who_of(mark).path == "S"


def _closing(marks: list[Mark], place: int) -> int:
    """The place of the bracket that closes soon after; 0: none."""
    for after in range(place + 1, min(place + 16, len(marks))):
        if marks[after].is_a(CLOSE):
            return after
        if marks[after].is_a(STOP, OPEN):
            return 0
    return 0


def _headings(marks: list[Mark]) -> list[Mark]:
    """`Paternal grandparents: GM …, GF …` heads those of that side."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        following = marks[place + 1 : place + 3]
        heads = len(following) == 2 and following[0].is_a(COLON) and following[1].is_a(PERSON)
        if heads and here.is_a(PERSON) and who_of(here).is_plural:
            side = SIDES.get((who_of(here).path or "")[:1]) or who_of(here).side
            if side and not who_of(here).is_owned:
                found.append(Mark(here.start, here.end, {"side": side}, here.text))
                continue
        found.append(here)
    return found


def _siblings_of(marks: list[Mark], kin: Kin) -> list[Mark]:
    """`Dad's siblings: brother colon 50, sister uterine 48`: his brother, his sister."""
    found: list[Mark] = []
    owner: Who | None = None
    for place, here in enumerate(marks):
        if here.text in (".", "\n"):
            owner = None
        if here.is_a(PERSON):
            who = who_of(here)
            if owner is not None and who.path == "S" and not who.is_owned:
                found.append(replace(here, value=kin.of(owner, who)))
                continue
            if not who.is_owned or not who.is_plural:
                owner = None
            if _heads_siblings(marks, place):
                owner = replace(who, path=(who.path or "")[:-1], is_plural=False, count=0)
        found.append(here)
    return found


def _heads_siblings(marks: list[Mark], place: int) -> bool:
    who = who_of(marks[place])
    path = who.path or ""
    follows = place + 1 < len(marks) and marks[place + 1].is_a(COLON, DASH, STOP)
    all_of_them = who.is_owned and who.is_plural and not who.sex
    return follows and all_of_them and len(path) > 1 and path.endswith("S")


def _headed(marks: list[Mark]) -> list[Mark]:
    """Sides that stand before a colon, or before all people of a sentence, head what follows."""
    found = []
    first = True
    for place, here in enumerate(marks):
        first = True if here.is_a(STOP) else first and not here.is_a(PERSON)
        colon = place + 1 < len(marks) and marks[place + 1].is_a(COLON, DASH)
        if here.is_a("side") and not here.is_a(PERSON) and (colon or first):
            found.append(replace(here, means={HEADING: here.means["side"]}))
        else:
            found.append(here)
    return found
