"""The people among the marks: relations put together, with their side, sex and number."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.paths import MATERNAL, on_side
from oncology.family.told.marks import (
    CLOSE,
    COLON,
    COMMA,
    DASH,
    OPEN,
    POSSESSIVE,
    SLASH,
    STOP,
    Mark,
)
from oncology.family.told.vocabulary import Vocabulary

PERSON, HEADING = "person", "heading"
_MOTHERS, _FATHERS = ("M", "F")
_MOST_PEOPLE = 12
_LEADING = ("on", "from", "the", "is", "was", "my", "her", "his", "their")


class Who(Struct, frozen=True, gc=False):
    """A person named. `is_blood` False: no blood relative. `is_patient`: the patient. `is_family`:
    the family as a whole.

    `path` None: how they are related is not said. `owner`: whose relative, where "her" or "his"
    says so. `count`: how many; `is_plural`: more than one, perhaps without a number.
    """

    label: str
    path: str | None
    sex: str = ""
    is_blood: bool = True
    is_patient: bool = False
    is_family: bool = False
    count: int = 0
    is_plural: bool = False
    side: str = ""
    owner: str = ""


UNRELATED = Who("", None, is_blood=False)
PATIENT = Who("patient", "", is_blood=False, is_patient=True)
FAMILY = Who("family", None, is_blood=False, is_family=True)


def who_of(mark: Mark) -> Who:
    """The person of a mark of kind `person`."""
    assert isinstance(mark.value, Who)
    return mark.value


class People:
    """Puts the people of one text together."""

    def __init__(self, marks: list[Mark], vocabulary: Vocabulary) -> None:
        self._marks = marks
        self._vocabulary = vocabulary
        self._having: Who | None = None

    def found(self) -> list[Mark]:
        """The row with one mark for each person; sides that head a part are headings."""
        marks = self._all_named()
        marks = self._sided_before(marks)
        marks = self._owned(marks)
        marks = self._described(marks)
        marks = _others_of_them(self._counted(marks))
        return _headed(marks)

    def _all_named(self) -> list[Mark]:
        found: list[Mark] = []
        sided = False
        for here in self._marks:
            sided = not here.is_a(STOP) and (sided or here.is_a("side"))
            found.append(self._named(here, sided))
        return found

    def _named(self, mark: Mark, sided: bool) -> Mark:
        """The person a mark names; GF is a grandfather where a side is told, else not clear."""
        means = mark.means
        name = means.get("relation") or means.get("relations")
        name = name or (means.get("relation-sided") if sided else None)
        if name is not None:
            concept = self._vocabulary.relations[name]
            label = self._vocabulary.named[concept.path, concept.sex]
            who = Who(
                label,
                concept.path or None,
                concept.sex,
                is_plural="relations" in means and "relation" not in means,
            )
        elif "relation-open" in means:
            many = mark.text.endswith("s") or mark.text.startswith("family members")
            who = Who(means["relation-open"], None, is_plural=many)
        elif "unrelated" in means:
            who = UNRELATED
        elif "patient" in means:
            who = PATIENT
        elif "family" in means:
            who = FAMILY
        else:
            return mark
        return Mark(mark.start, mark.end, {PERSON: ""}, mark.text, who)

    def _sided_before(self, marks: list[Mark]) -> list[Mark]:
        """`mat aunt`, `maternal relatives`: the side stands right before the person."""
        found: list[Mark] = []
        for here in marks:
            before = found[-1] if found else None
            if here.is_a(PERSON) and before is not None and before.is_a("side", "side-before"):
                side = before.means.get("side") or before.means["side-before"]
                who = self._on_side(who_of(here), side)
                if who is not None:
                    found[-1] = replace(here, start=before.start, value=who)
                    continue
            found.append(here)
        return found

    def _on_side(self, who: Who, side: str) -> Who | None:
        """The person on that side; None when their relation has none to tell."""
        if not who.is_blood:
            return None
        if who.path is None:
            label = who.label if who.side else f"{side} {who.label}"
            return replace(who, side=side, label=label)
        path = on_side(who.path, side)
        return None if path == who.path else self._renamed(who, path)

    def _renamed(self, who: Who, path: str, spelled: str = "") -> Who:
        named = self._vocabulary.named
        label = named.get((path, who.sex)) or named.get((path, "")) or spelled or who.label
        return replace(who, path=path, label=label)

    def _owned(self, marks: list[Mark]) -> list[Mark]:
        """`mother's cousin`, `moms sister`, `daughter of mat aunt`, `her sister`."""
        found: list[Mark] = []
        for here in marks:
            found.append(here)
            self._having = None if here.is_a(STOP) else self._having
            while found[-1].is_a(PERSON) and self._joined(found):
                pass
        return found

    def _joined(self, found: list[Mark]) -> bool:
        """Join the last person with the one who owns them, or is owned by them, in place."""
        here = found[-1]
        place = len(found) - 2
        while place >= 0 and found[place].is_a("own", "number") and not found[place].is_a(PERSON):
            place -= 1
        if place < 0:
            return False
        link = found[place]
        if link.is_a(POSSESSIVE) and place and found[place - 1].is_a(PERSON):
            owner, first = found[place - 1], place - 1
            made = self._of(who_of(owner), who_of(here))
        elif link.is_a(PERSON) and place == len(found) - 2 and _lacks_apostrophe(link, here):
            owner, first = link, place
            made = self._of(who_of(link), who_of(here))
        elif link.text in ("has", "had") and place < len(found) - 2:
            # "Mother has 4 sisters", "dad has a brother": theirs.
            if not place or not found[place - 1].is_a(PERSON):
                return False
            owner, first = found[place - 1], place - 1
            self._having = who_of(owner) if who_of(owner).is_blood else None
            made = self._of(who_of(owner), who_of(here))
        elif link.is_a("and") and self._having and found[place + 1].text in ("a", "an"):
            owner, first, having = here, len(found) - 1, self._having
            self._having = None
            made = self._of(having, who_of(here))
        elif link.text == "of" and place and found[place - 1].is_a(PERSON):
            owner, first = found[place - 1], place - 1
            made = self._of(who_of(here), who_of(owner))
        else:
            return False
        del found[first:]
        found.append(Mark(owner.start, here.end, {PERSON: ""}, here.text, made))
        return True

    def _of(self, owner: Who, relative: Who) -> Who:
        """The relative of a relative: the steps of the one after those of the other."""
        if owner.is_patient:
            return relative
        if relative.is_family:
            return FAMILY
        if not owner.is_blood or not relative.is_blood:
            return UNRELATED
        if owner.path is None or relative.path is None:
            return replace(relative, path=None, side=owner.side)
        plain = replace(relative, is_plural=relative.is_plural)
        return self._renamed(plain, owner.path + relative.path, f"{owner.label}'s {relative.label}")

    def _described(self, marks: list[Mark]) -> list[Mark]:
        """What stands after a person: `(maternal)`, `on dad's side`, `by marriage`, `(f)`."""
        found: list[Mark] = []
        place = 0
        while place < len(marks):
            here = marks[place]
            place += 1
            if here.is_a(PERSON):
                before = next((who_of(each) for each in reversed(found) if each.is_a(PERSON)), None)
                while (step := self._description(here, marks, place, before)) is not None:
                    here, place = step
            found.append(here)
        return found

    def _description(
        self, here: Mark, marks: list[Mark], place: int, before: Who | None
    ) -> tuple[Mark, int] | None:
        """The person with what is said of them next, and the place after it."""
        who = who_of(here)
        at = place
        while at < len(marks) and (marks[at].is_a(OPEN, DASH, COMMA) or marks[at].text in _LEADING):
            at += 1
        if at >= len(marks) or not who.is_blood:
            return None
        said, bracketed = marks[at], place < at and marks[place].is_a(OPEN)
        led = place < at and marks[at - 1].text in _LEADING
        after = at + 1
        if bracketed and after < len(marks) and marks[after].is_a(CLOSE):
            after += 1
        made: Who | None = None
        if said.is_a("unrelated-after", "adopted") and who.path not in ("M", "F", None):
            made = UNRELATED
        elif said.is_a("side") and self._is_of_person(marks, at, led):
            made = self._on_side(who, said.means["side"])
        elif said.is_a("sex") and bracketed and after > at + 1 and not who.sex:
            made = self._renamed(replace(who, sex=said.means["sex"]), who.path or "")
            made = replace(made, path=who.path)
        elif said.is_a(PERSON) and bracketed and marks[at - 1].is_a("her"):
            # "cousin (her daughter)" says whose child the cousin is.
            theirs = self._of(before, who_of(said)) if before and before.path else who
            made = replace(theirs, is_plural=who.is_plural) if _refines(theirs, who) else who
        elif said.is_a(PERSON) and bracketed and _refines(who_of(said), who):
            made = replace(who_of(said), is_plural=who.is_plural)
        elif said.is_a("side-open") and who.path is not None:
            made = who
        if made is None:
            return None
        return replace(here, end=marks[after - 1].end, value=made), after

    @staticmethod
    def _is_of_person(marks: list[Mark], at: int, led: bool) -> bool:
        """A side before another person is theirs, before a colon a heading."""
        if at + 1 < len(marks) and marks[at + 1].is_a(PERSON):
            return False
        return led or not _heads(marks, at)

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
            here, place = _counted_after(here, marks, place)
            here = _counted_before(here, found)
            found += self._each_of_two(here)
        return found

    def _each_of_two(self, here: Mark) -> list[Mark]:
        """Parents, and both grandmothers or grandfathers, are two people of their own."""
        who = who_of(here)
        two = who.is_plural or who.count == 2
        path = who.path or ""
        if not two or path not in ("P", "PM", "PF", "MP", "FP"):
            return [here]
        # Of "P" each parent; of "MP" each of her parents.
        at = path.index("P")
        paths = [path[:at] + each + path[at + 1 :] for each in (_MOTHERS, _FATHERS)]
        sexes = ["female", "male"] if path[-1] == "P" else [who.sex] * 2
        people = [
            self._renamed(replace(who, sex=sex, count=1, is_plural=False), path)
            for path, sex in zip(paths, sexes, strict=True)
        ]
        first, second = (replace(here, value=each) for each in people)
        return [first, Mark(here.end, here.end, {"and": ""}), second]


def _lacks_apostrophe(owner: Mark, relative: Mark) -> bool:
    """`moms sister`, `sisters daughter`, `pts mother`."""
    who = who_of(owner)
    plural = who.is_plural and who.is_blood and owner.text.endswith("s")
    return (plural and not who_of(relative).is_plural) or who.is_patient


def _refines(closer: Who, wider: Who) -> bool:
    if not closer.is_blood or not closer.path or not wider.path:
        return False
    return len(closer.path) == len(wider.path) and all(
        other in (step, "P") for step, other in zip(closer.path, wider.path, strict=True)
    )


def _counted_after(here: Mark, marks: list[Mark], place: int) -> tuple[Mark, int]:
    """`x2`, `(2)`."""
    who = who_of(here)
    if place + 1 < len(marks) and marks[place].text in ("x", "×", "*", "#"):
        number = _number(marks[place + 1])
        if number:
            return replace(
                here, end=marks[place + 1].end, value=replace(who, count=number)
            ), place + 2
    bracketed = place + 2 < len(marks) and marks[place].is_a(OPEN) and marks[place + 2].is_a(CLOSE)
    if bracketed and (number := _number(marks[place + 1])):
        return replace(here, end=marks[place + 2].end, value=replace(who, count=number)), place + 3
    return here, place


def _counted_before(here: Mark, found: list[Mark]) -> Mark:
    """Take up the number and the owner that stand right before."""
    who, start = who_of(here), here.start
    place = taken = len(found) - 1
    while place >= 0:
        before = found[place]
        if number := _number(before):
            # In "3 of 5 sisters" and "3/5 sisters" the first number counts.
            who, start = replace(who, count=number), before.start
        elif before.is_a("her") and before.text not in ("she", "he", "they"):
            who, start = replace(who, owner=before.means["her"] or "their"), before.start
        elif before.is_a("everyone") and who.is_plural:
            who, start = replace(who, count=who.count or 2), before.start
        elif before.text == "neither" and who.path == "P":
            who = replace(who, is_plural=True)
            break
        elif not before.is_a("own", SLASH) and before.text != "of":
            break
        elif before.text == "own":
            who = replace(who, owner="own")
        if found[place].start == start:
            taken = place - 1
        place -= 1
    del found[taken + 1 :]
    if who.owner == "own":
        who = replace(who, owner="")
    return replace(here, start=start, value=who)


def _number(mark: Mark) -> int:
    if mark.is_a("number") and not mark.is_a(PERSON):
        return int(mark.means["number"])
    return int(mark.text) if mark.text.isdigit() and int(mark.text) <= _MOST_PEOPLE else 0


def _heads(marks: list[Mark], place: int) -> bool:
    """Whether a side heads what follows: `Maternal side: …`."""
    after = marks[place + 1] if place + 1 < len(marks) else None
    return after is not None and after.is_a(COLON)


def _others_of_them(marks: list[Mark]) -> list[Mark]:
    """`one aunt with …, another with …`, `2 sisters: one with …`: people of the same relation."""
    found: list[Mark] = []
    before: Who | None = None
    for place, here in enumerate(marks):
        if here.is_a(PERSON):
            before = who_of(here) if who_of(here).is_blood else None
        following = marks[place + 1] if place + 1 < len(marks) else None
        goes_on = following is not None and following.is_a("with", "site")
        several = before is not None and (before.is_plural or before.count > 1)
        number = _number(here) if several else 0
        denied = place > 0 and marks[place - 1].is_a("denied")
        if before and goes_on and not denied and (here.text in ("another", "other") or number):
            who = replace(before, count=number or 1, is_plural=False)
            found.append(Mark(here.start, here.end, {PERSON: ""}, here.text, who))
        else:
            found.append(here)
    return found


def _headed(marks: list[Mark]) -> list[Mark]:
    """Sides that stand before a colon, or before all people of a sentence, head what follows."""
    found = []
    first = True
    for place, here in enumerate(marks):
        first = True if here.is_a(STOP) else first and not here.is_a(PERSON)
        if here.is_a("side") and not here.is_a(PERSON) and (_heads(marks, place) or first):
            found.append(replace(here, means={HEADING: here.means["side"]}))
        else:
            found.append(here)
    return found


__all__ = ["HEADING", "MATERNAL", "PERSON", "People", "Who", "who_of"]
