"""Of whom the cancers of one sentence are told: they stand before their people, or after them."""

from __future__ import annotations

from oncology.family.told.groups import Group
from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, SLASH, Mark
from oncology.family.told.onset import AT, ONSET, introduced
from oncology.family.told.sites import SITE
from oncology.family.told.who import HEADING, PERSON, side_told, who_of

_BETWEEN_PEOPLE = (
    "and",
    "or",
    COMMA,
    SLASH,
    "own",
    "her",
    "number",
    "everyone",
    OPEN,
    CLOSE,
    AGE,
    "at",
    "onset",
    "filler",
)
TO_PEOPLE = ("own", "her", "number", "everyone", "filler")
_OTHERWISE = ("except", SITE, "disease", "well", "denied", "gene", HEADING, "but", COLON)
_LEADING = (OPEN, COLON, DASH)
_JOINING = ("and", "or", COMMA, SLASH, "link")
_MOST_WORDS, _PAIR = 5, 2
_THAT = {"that", "this", "same", "his", "her"}


class Owners:
    """Finds the people of each group of a sentence, in the order of the groups."""

    def __init__(self, marks: list[Mark], groups: list[Group], people: list[int]) -> None:
        self.marks = marks
        self.groups = groups
        self.people = people
        self._served: set[int] = set()
        self._is_forward_style = False
        self._owners: dict[int, tuple[tuple[int, ...], bool]] = {}

    def of(self, group: Group) -> tuple[tuple[int, ...], bool]:
        """The places of its people, and whether it stands before them."""
        people, is_forward = self._owner(group)
        if not self._owners and any(who_of(self.marks[each]).is_blood for each in people):
            self._is_forward_style = is_forward
        self._owners[group.first] = people, is_forward
        if group.sites != (None,) or group.denied:
            # "Cancer: father and 2 brothers colon ca" tells of the father yet.
            self._served.update(people)
        return people, is_forward

    def _owner(self, group: Group) -> tuple[tuple[int, ...], bool]:
        before = [place for place in self.people if place < group.first]
        after = next((place for place in self.people if place > group.last), None)
        is_next = after is not None and not any(
            group.last < each.first < after for each in self.groups
        )
        is_next = is_next and not is_of_side(self.marks, group)
        if after is not None and is_next and self._is_told_of(group, before, after):
            return self._onwards(self._named_instead(after, group)), True
        if not before or self._is_form(group) or is_of_side(self.marks, group):
            return (), False
        return self._backwards(group, before), False

    def _named_instead(self, person: int, group: Group) -> int:
        """`in relative: yes (sister 44)`, `breast ca fam hx (aunt 50)`: the one who is named."""
        who = who_of(self.marks[person])
        following = next((each for each in self.people if each > person), None)
        vague = who.is_blood and who.path is None and not who.side
        vague = vague or (who.is_family and group.sites != (None,) and not group.denied)
        if following is None or not vague:
            return person
        between = self.marks[person + 1 : following]
        named = any(mark.is_a(OPEN, COLON) for mark in between)
        return following if named and not any(m.is_a(SITE) for m in between) else person

    def _is_form(self, group: Group) -> bool:
        """`…, colon cancer - none`: a heading with its answer, of nobody named."""
        if not group.denied or group.denied_at <= group.last:
            return False
        opens, after = self.marks[group.first - 1].is_a(COMMA), self.marks[group.last + 1]
        return opens and (after.is_a(COLON, DASH, OPEN) or after.text[0] in ":?")

    def _is_told_of(self, group: Group, before: list[int], after: int) -> bool:
        """Whether the group is told of the person after it."""
        between = self.marks[group.last + 1 : after]
        if before and self._is_bracketed_with(group, before[-1], after):
            return False
        near = [mark for mark in between if not mark.is_a(*TO_PEOPLE)]
        if near and near[-1].is_a("link") and not any(m.is_a("but") for m in near):
            return self._fits(near[:-1])
        if who_of(self.marks[after]).is_patient and not all(m.is_a(*_LEADING) for m in near):
            return False
        if near and near[-1].is_a("with") and not who_of(self.marks[after]).is_blood:
            # "…, here with his wife".
            return False
        related = self._since_family(before)
        if not self._fits(near) or (related and any(mark.is_a("and") for mark in near)):
            return False
        if related:
            return self._turns_on(group, near, related[-1])
        led = any(mark.is_a("with") for mark in self.marks[: group.first])
        # "Hx of colon ca on father's side - father 48".
        heads = bool(near) and (near[0].is_a(*_LEADING) or near[-1].is_a(*_LEADING))
        return not led or heads

    def _is_bracketed_with(self, group: Group, person: int, after: int) -> bool:
        """`aunt (colon 38, uterine 46), grandpa …`: in a bracket behind the person before it."""
        opening = next(
            (p for p in range(group.first, person, -1) if self.marks[p].is_a(OPEN, CLOSE)), 0
        )
        closes = any(m.is_a(CLOSE) for m in self.marks[group.last + 1 : after])
        return opening > 0 and self.marks[opening].is_a(OPEN) and closes

    def _turns_on(self, group: Group, near: list[Mark], last: int) -> bool:
        """Whether the group is told of the next person, and not of the one before it."""
        opens = bool(near) and near[0].is_a(OPEN)
        who, opening = who_of(self.marks[last]), self.marks[group.first - 1]
        if who.is_blood and who.path is None and any(mark.is_a(OPEN, COLON) for mark in near):
            # "FDR with CRC (brother, 38)".
            return True
        if last not in self._served:
            # "HTN mother, breast ca sister": what is told of her stands before her.
            if near and self._is_behind_illness(last):
                # "Stroke (PGM), RCC (mother, 57)".
                return near[0].is_a(OPEN, DASH)
            is_listed = last > 0 and self.marks[last - 1].is_a("disease")
            return is_listed and not near and not self._owners_words(group)
        if opens and self._is_forward_style:
            return opening.is_a("and", COMMA) or opening.text == "+"
        leads = self._is_forward_style or bool(near and near[0].is_a(*_LEADING))
        return leads and not self._owners_words(group)

    def _is_behind_illness(self, person: int) -> bool:
        """Whether an illness stands before the bracket, or the dash, with this person in it."""
        before = person - 1
        while before > 0 and self.marks[before].is_a(PERSON, COMMA, "and"):
            before -= 1
        led = before > 0 and self.marks[before].is_a(OPEN, DASH)
        return led and self.marks[before - 1].is_a("disease")

    def _since_family(self, people: list[int]) -> list[int]:
        """Those named after the family: "pt has FHx of …" is not of the patient."""
        named = [who_of(self.marks[each]).is_family for each in people]
        return people[len(named) - named[::-1].index(True) :] if True in named else people

    def _owners_words(self, group: Group) -> bool:
        """`…, she also had ovarian ca`, `and ovarian ca`: told on of the person before."""
        place = group.first - 1
        while place >= 0 and self.marks[place].is_a("grade", "own", "denied", "her", "unsure"):
            place -= 1
        return place >= 0 and self.marks[place].is_a(
            "with", "same", "and", PERSON, OPEN, COLON, DASH
        )

    def _fits(self, between: list[Mark]) -> bool:
        words = 0
        for place, mark in enumerate(between):
            on_a_side = mark.is_a(HEADING) and any(m.is_a("link") for m in between[:place])
            if mark.is_a(*_OTHERWISE) and not mark.is_a(COLON, "denied-after") and not on_a_side:
                return False
            words += not mark.means
        return words <= _MOST_WORDS

    def _backwards(self, group: Group, before: list[int]) -> tuple[int, ...]:
        nearest = before[-1]
        earlier = [each for each in self.groups if nearest < each.first < group.first]
        aside = earlier and len(before) > 1 and who_of(self.marks[nearest]).is_aside
        if aside and any(m.is_a(COMMA) for m in self.marks[earlier[-1].last : group.first]):
            # "Uncle, whose son had colon cancer, had prostate cancer".
            return (before[-2],)
        if earlier:
            owners, is_forward = self._owners[earlier[-1].first]
            return owners if owners and not is_forward else (nearest,)
        return tuple(self._run_back(nearest, group))

    def _run_back(self, nearest: int, group: Group) -> list[int]:
        """`mother and sister with …`, `mother, aunt and MGM all with …`."""
        ahead = self.marks[nearest + 1 : group.first]
        found = [nearest]
        is_strong = any(mark.is_a("everyone") for mark in ahead)
        for place in reversed(self.people[: self.people.index(nearest)]):
            between = self.marks[place + 1 : found[0]]
            if not all(mark.is_a(*_BETWEEN_PEOPLE) or mark.text == "+" for mark in between):
                break
            if place in self._served or not self._ages_are_told(place, found[0]):
                break
            if self._is_of_illness(place):
                break
            if self._are_among(place, found[0]):
                break
            joins = ("and", SLASH, "or") if group.denied else ("and", SLASH)
            joined = any(mark.is_a(*joins) or mark.text == "+" for mark in between)
            # "Brother, sister no ca".
            own = [p for p in self.people if not who_of(self.marks[p]).is_family]
            opens = place == 0 or self.marks[place - 1].is_a(COLON)
            pair = opens and place == own[0] and len(own) == _PAIR
            first = who_of(self.marks[place])
            pair = pair and first.count < _PAIR and not first.is_plural
            pair = pair and not who_of(self.marks[found[0]]).is_aside
            listed = group.denied or (pair and bool(ahead) and ahead[0].is_a("with"))
            joined = joined or bool(listed and between and opens and place == own[0])
            colon = bool(ahead) and ahead[0].is_a(COLON, COMMA)
            if not (joined or is_strong or colon):
                break
            is_strong = True
            found.insert(0, place)
        return found

    def _are_among(self, group: int, some: int) -> bool:
        """`6 siblings and three of them`: the three are among the six."""
        all_of_them, these = who_of(self.marks[group]), who_of(self.marks[some])
        several = all_of_them.count > 1 or all_of_them.is_plural
        alike = (all_of_them.path, all_of_them.sex) == (these.path, these.sex)
        return several and bool(these.path) and alike

    def _is_of_illness(self, person: int) -> bool:
        """`diabetes in one grandparent, and my sister had …`: the illness was told of that one."""
        before = person - 1
        while before > 0 and self.marks[before].is_a(*TO_PEOPLE):
            before -= 1
        return (
            before > 0
            and self.marks[before].is_a("link")
            and self.marks[before - 1].is_a("disease")
        )

    def _ages_are_told(self, start: int, end: int) -> bool:
        """Ages between two people join them only as ages at onset."""
        ages = [place for place in range(start, end) if self.marks[place].is_a(AGE)]
        return all(introduced(self.marks, place) in (ONSET, AT) for place in ages)

    def _onwards(self, first: int) -> tuple[int, ...]:
        """The people a heading cancer is told of: joined, and without another one of their own."""
        found = [first]
        last = first
        for place in self.people[self.people.index(first) + 1 :]:
            between = self.marks[last + 1 : place]
            if last != found[-1]:
                between = [m for m in between if not m.is_a("denied", SITE)]
            if any(mark.is_a(*_OTHERWISE) for mark in between):
                break
            aged = bool(between) and all(mark.is_a(AGE) for mark in between)
            joined = any(m.is_a(*_JOINING) or m.text == "+" for m in between)
            if not aged and not joined:
                break
            if self._is_without(place):
                # "Mat aunt 42, mat aunt no cancer at 60, mat gm 55".
                last = place
                continue
            if self._says_otherwise(place):
                break
            found.append(place)
            last = place
        return tuple(found)

    def _is_without(self, person: int) -> bool:
        """Whether any cancer is denied of this person, and no more is said."""
        following = self.marks[person + 1 : person + 3]
        return len(following) > 1 and following[0].is_a("denied") and following[1].is_a(SITE)

    def _says_otherwise(self, person: int) -> bool:
        """Whether something else is told of this person before the next one."""
        for place in range(person + 1, len(self.marks)):
            here = self.marks[place]
            if here.is_a(PERSON):
                return False
            if here.is_a(SITE):
                # A cancer of the next person: "…, aunt, colon ca in father".
                return not self._looks_on(place)
            if here.is_a("denied") and self.marks[place - 1].is_a(COMMA):
                # "…, no ovarian" is of the family.
                return False
            if here.is_a("gene") and any(m.is_a(AGE) for m in self.marks[person + 1 : place]):
                # "aunt 49 (BRCA1+)": the age was that of the cancer.
                return False
            if here.is_a("disease") and self._is_of_another(place):
                # "Father and uncle, and coronary disease in mother".
                return False
            if here.is_a("benign") and not any(m.is_a(AGE) for m in self.marks[person + 1 : place]):
                # "Brother had polyps at 38".
                return True
            if here.is_a("disease", "well", "denied", "gene"):
                return True
        return False

    def _is_of_another(self, disease: int) -> bool:
        """Whether an illness is told of the person after it."""
        following = [m for m in self.marks[disease + 1 : disease + 5] if not m.is_a(*TO_PEOPLE)]
        led = len(following) > 1 and following[0].is_a("link", OPEN)
        return led and following[1].is_a(PERSON)

    def _looks_on(self, site: int) -> bool:
        group = next((each for each in self.groups if each.first <= site <= each.last), None)
        if group is None:
            return False
        after = next((place for place in self.people if place > group.last), None)
        if after is None or any(group.last < each.first < after for each in self.groups):
            return False
        near = [m for m in self.marks[group.last + 1 : after] if not m.is_a(*TO_PEOPLE)]
        before = self.marks[group.first - 1]
        return (
            bool(near)
            and near[-1].is_a("link", OPEN, COLON, DASH)
            and not before.is_a("with", COLON, DASH, OPEN)
        )


def is_of_side(marks: list[Mark], group: Group) -> bool:
    """`No cancer on dad's side, but mum's aunt had …`: denied of that side, and of nobody named."""
    if group.denied and _side_before(marks, group) is not None:
        return True
    following = [m for m in marks[group.last + 1 :] if not m.is_a(COLON, "denied-after", "own")]
    after = following[:2]
    that = after and after[0].is_a("side") and _THAT & set(after[0].text.split())
    if group.denied and that:
        return True
    if not group.denied or len(after) < _PAIR or not after[0].is_a("link"):
        return False
    return after[1].is_a("side", HEADING) and not after[1].is_a(PERSON)


def _side_before(marks: list[Mark], group: Group) -> Mark | None:
    """The side of `…, pat side nil known ca` and `no hx on father's side of breast ca`."""
    between = [m for m in marks[group.denied_at + 1 : group.first] if m.is_a("side", HEADING)]
    if between and not any(m.is_a(PERSON) for m in marks[group.denied_at : group.first]):
        return between[0]
    before = group.denied_at - 1
    if before > 0 and marks[before].is_a(COLON, DASH) and marks[before - 1].is_a(HEADING):
        # "Father's side: no cancer known, father has glaucoma".
        return marks[before - 1]
    if not 0 < before < group.first or not marks[before - 1].is_a(COMMA, "and", "but"):
        return None
    return marks[before] if marks[before].is_a("side", HEADING) else None


def side_of(marks: list[Mark], group: Group) -> str:
    """The side a group is denied of; empty: none is told there."""
    if not is_of_side(marks, group):
        return ""
    found = _side_before(marks, group)
    return side_told(found or next(m for m in marks[group.last + 1 :] if m.is_a("side", HEADING)))
