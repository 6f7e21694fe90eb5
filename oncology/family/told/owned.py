"""Relatives of relatives: `mother's cousin`, `daughter of mat aunt`, `mom has two sisters`."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.told.kin import Kin
from oncology.family.told.marks import CLOSE, COLON, OPEN, POSSESSIVE, STOP, Mark
from oncology.family.told.who import PATIENT, PERSON, Who, number_of, who_of

_NUMBER_AND_PERSON = 2
# Two people in brackets.
_ALONE = 4
_HOW = ("only", "unaffected", "healthy", "affected")
_DEFINITE = ("this", "that", "same")


class Owned:
    """Joins those who are told of with the relatives they are told by."""

    def __init__(self, kin: Kin) -> None:
        self._kin = kin
        self._having: Who | None = None
        # Who was said last to have brothers or sisters: "one sister" after it is theirs.
        self._had: Who | None = None
        self._had_sex, self._is_later = "", False

    def joined(self, marks: list[Mark]) -> list[Mark]:
        """`mother's cousin`, `moms sister`, `daughter of mat aunt`, `her sister`."""
        found: list[Mark] = []
        marks = _with_apostrophes(marks)
        for place, here in enumerate(marks):
            found.append(here)
            if here.is_a(PERSON) and not self._is_of_those_had(found):
                self._had = None
            self._is_later |= here.text in (".", "\n")
            self._having = None if here.is_a(STOP) else self._having
            owns = place + 1 < len(marks) and _owns(here, marks[place + 1])
            while found[-1].is_a(PERSON) and self._joined(found, owns):
                pass
        return found

    def _joined(self, found: list[Mark], owns: bool) -> bool:
        """Join the last person with the one who owns them, or is owned by them, in place."""
        here = found[-1]
        place = len(found) - 2
        while place >= 0 and not found[place].is_a(PERSON) and _counts(found[place]):
            place -= 1
        if place < 0:
            return False
        link = found[place]
        shared = _shared_owner(found, place, here) if link.is_a("and") and not owns else None
        if link.is_a(POSSESSIVE) and place and found[place - 1].is_a(PERSON):
            owner, first = _unless_child(found[place - 1], here), place - 1
            made = self._kin.of(who_of(owner), who_of(here))
        elif link.is_a(PERSON) and place == len(found) - 2 and _lacks_apostrophe(link, here):
            owner, first = link, place
            made = self._kin.of(who_of(link), who_of(here))
        elif link.text in ("has", "had") and place < len(found) - 2 and not _is_family(here):
            # "Mother has 4 sisters", "dad has a brother": theirs.
            if not place or not found[place - 1].is_a(PERSON):
                return False
            owner, first = found[place - 1], place - 1
            self._having = who_of(owner) if who_of(owner).is_blood else None
            self._had, self._had_sex, self._is_later = self._having, who_of(here).sex, False
            made = self._kin.of(who_of(owner), who_of(here))
        elif (having := self._who_has(found, place)) is not None:
            owner, first = here, len(found) - 1
            made = self._kin.of(having, who_of(here))
        elif (one := _one_of_them(found, place)) >= 0:
            owner, first = found[one], one
            made = replace(self._kin.of(who_of(owner), who_of(here)), count=0)
        elif shared is not None:
            owner, first = here, len(found) - 1
            made = self._kin.of(shared, who_of(here))
        elif link.text == "of" and place and found[place - 1].is_a(PERSON) and not owns:
            owner, first = found[place - 1], place - 1
            made = self._kin.of(who_of(here), who_of(owner))
        else:
            return False
        number = next((number_of(each) for each in found[place + 1 : -1] if number_of(each)), 0)
        made = replace(made, count=number) if number and owner is not here else made
        # "Son of this aunt".
        this = link.text == "of" and any(m.text in _DEFINITE for m in found[place + 1 : -1])
        made = replace(made, is_definite=made.is_definite or this)
        del found[first:]
        text = owner.text if link.text == "of" else here.text
        found.append(Mark(owner.start, here.end, {PERSON: ""}, text, made))
        return True

    def _who_has(self, found: list[Mark], place: int) -> Who | None:
        """Whose the last one is after `mother has two brothers`: `… and a sister`, `one sister`."""
        having, self._having = self._having, None
        if having and found[place].is_a("and") and found[place + 1].text in ("a", "an"):
            return having
        self._having = having
        return self._had if self._is_of_those_had(found) else None

    def _is_of_those_had(self, found: list[Mark]) -> bool:
        """`Father has 3 brothers and 2 sisters, one sister …`: counted, and no one else's."""
        if self._had is None or len(found) < _NUMBER_AND_PERSON:
            return False
        who, before = who_of(found[-1]), found[-2]
        fits = not self._is_later or who.sex == self._had_sex
        # "Father has 2 brothers and 1 sister: sister breast ca".
        told = bool(number_of(before)) or (before.is_a(COLON) and not self._is_later)
        return fits and who.path == "S" and not who.is_owned and told


def _with_apostrophes(marks: list[Mark]) -> list[Mark]:
    """`Great aunt (MGM sister)`: the MGM's sister."""
    found: list[Mark] = []
    for place, here in enumerate(marks):
        around = marks[max(0, place - 1) : place + 3]
        found.append(here)
        alone = len(around) == _ALONE and around[0].is_a(OPEN) and around[3].is_a(CLOSE)
        if alone and here.is_a(PERSON) and around[2].is_a(PERSON):
            found.append(Mark(here.end, here.end, {POSSESSIVE: ""}))
    return found


def _unless_child(owner: Mark, relative: Mark) -> Mark:
    """`Child's PGM` is told from the child, who is the patient."""
    told = who_of(owner).path == "C" and (who_of(relative).path or "C")[0] in "MFP"
    return replace(owner, value=PATIENT) if told else owner


def _is_family(mark: Mark) -> bool:
    return who_of(mark).is_family


def _counts(mark: Mark) -> bool:
    return mark.is_a("own") or mark.text in _HOW or number_of(mark) > 0


def _owns(here: Mark, following: Mark) -> bool:
    if not here.is_a(PERSON):
        return False
    return following.is_a(POSSESSIVE) or (
        following.is_a(PERSON) and _lacks_apostrophe(here, following)
    )


def _lacks_apostrophe(owner: Mark, relative: Mark) -> bool:
    """`moms sister`, `sisters daughter`, `pts mother`."""
    who = who_of(owner)
    plural = who.is_plural and who.is_blood and owner.text.endswith("s")
    return (plural and not who_of(relative).is_plural) or who.is_patient


def _one_of_them(found: list[Mark], place: int) -> int:
    """The place of the person in `mom is one of five sisters`; -1: none."""
    texts = [each.text for each in found[max(0, place - 2) : place + 1]]
    if texts == ["is", "one", "of"] and place > 2 and found[place - 3].is_a(PERSON):
        return place - 3
    return -1


def _shared_owner(found: list[Mark], place: int, here: Mark) -> Who | None:
    """Whose daughter she is in `uncle's son w/ colon ca and daughter w/ …`: the uncle's."""
    who = who_of(here)
    if who.path not in ("C", "S", "M", "F") or who.is_owned:
        return None
    for before in range(place - 1, -1, -1):
        if found[before].is_a(STOP):
            return None
        if found[before].is_a(PERSON):
            earlier = who_of(found[before])
            path = earlier.path or ""
            near = before == place - 1
            if near and earlier.is_owned and not earlier.is_blood:
                # "Her husband's mother and sister".
                return earlier
            owned = earlier.is_owned or "'s" in found[before].text
            if who.path in ("M", "F"):
                alike = near and path[-1:] in ("M", "F")
            else:
                alike = path[-1:] == who.path and (near or who.path == "C")
            if owned and len(path) > 1 and alike:
                return replace(earlier, path=path[:-1], is_plural=False, count=0)
            return None
    return None
