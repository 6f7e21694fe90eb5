"""The family as a tree: who is whose child, with unseen links where none is recorded.

A relative is known by a path from the patient (M mother, F father, S full sibling, C child,
I identical twin, P a parent not said which). A path with P, or none, has no place in the tree.
"""

from __future__ import annotations

from msgspec import Struct, field

from oncology.family.model import Pedigree, Person

_OUTERMOST = 3


class Member(Struct):
    """One place: a person, several alike (`count`), or an unseen link (`person` None).

    `is_adopted`: brought into the family by adoption, or out of it. `is_adopting`: an adoptive
    parent of the patient, who has no place among the parents.
    """

    id: str
    sex: str | None
    person: Person | None = None
    father: str | None = None
    mother: str | None = None
    count: int = 1
    people: tuple[Person, ...] = ()
    is_adopted: bool = False
    is_adopting: bool = False


class Tree(Struct):
    """Members in reading order, and the people who have no place among them."""

    members: dict[str, Member] = field(default_factory=dict)
    loose: list[Person] = field(default_factory=list)


def tree_of(pedigree: Pedigree, many: int | None = None) -> Tree:
    """The tree of everyone whose place is known.

    From `many` on, relatives of one kind of whom nothing is told become one member. Relatives by
    adoption are members too.
    """
    return _Planting(pedigree, many).tree


class _Planting:
    """Adds people generation by generation from the patient upwards."""

    def __init__(self, pedigree: Pedigree, many: int | None) -> None:
        self.tree = Tree()
        self.many = many or len(pedigree.people) + 1
        self.placed: dict[str, list[Person]] = {}
        for person in pedigree.people:
            if person.path is None or "P" in person.path:
                self.tree.loose.append(person)
            else:
                self.placed.setdefault(person.path.replace("I", "S"), []).append(person)
        for path in sorted(self.placed, key=_reading_order):
            self._add_all(path)
        for person in pedigree.by_adoption:
            self._adopt(person, pedigree)
        self._order()

    def _adopt(self, person: Person, pedigree: Pedigree) -> None:
        """A child of the patient or of the patient's parents, or the patient's adoptive parent."""
        member = Member(person.key, person.sex, person, people=(person,), is_adopted=True)
        if person.path in ("S", "C"):
            self._add(member, person.path)
            return
        member.is_adopted, member.is_adopting = False, True
        self.tree.members[member.id] = member
        self.tree.members[pedigree.patient.key].is_adopted = True

    def _add_all(self, path: str) -> None:
        people = self.placed[path]
        alike: dict[str | None, list[Person]] = {}
        for person in people:
            if self._is_plain(person):
                alike.setdefault(person.sex, []).append(person)
        folded = {p.key for same in alike.values() if len(same) >= self.many for p in same}
        for same in alike.values():
            if len(same) >= self.many:
                first = same[0]
                self._add(
                    Member(first.key, first.sex, first, None, None, len(same), tuple(same)), path
                )
        for person in sorted(people, key=_eldest_first):
            if person.key not in folded:
                self._add(_alone(person), path)

    def _is_plain(self, person: Person) -> bool:
        """Whether nothing about this person needs a symbol of its own."""
        everyone = [each for same in self.placed.values() for each in same]
        named = any(person.key in each.parents + each.siblings for each in everyone)
        return not (
            person.is_patient
            or person.cancers
            or person.traits
            or person.tests
            or person.parents
            or named
            or not person.is_health_known
            or person.is_deceased
            or person.is_adopted_out
            or person.age.words()
        )

    def _add(self, member: Member, path: str) -> None:
        self.tree.members[member.id] = member
        parents = self._parents(member, path)
        for parent in parents:
            if self._sex(parent) == "male" and member.father is None:
                member.father = parent
            elif member.mother is None:
                member.mother = parent
            else:
                member.father = parent

    def _sex(self, identifier: str) -> str | None:
        return self.tree.members[identifier].sex

    def _parents(self, member: Member, path: str) -> list[str]:
        """The symbols of the parents: recorded, or unseen where the path needs them."""
        if path.endswith("C"):
            return self._named_parents(member, path[:-1]) or [self._one(path[:-1])]
        if path.endswith("S"):
            return self._couple_above(path[:-1])
        needs = any(other.startswith((f"{path}S", f"{path}M", f"{path}F")) for other in self.placed)
        return self._couple_above(path) if needs or path == "" else []

    def _named_parents(self, member: Member, path: str) -> list[str]:
        """Parents the record itself names, where that agrees with the relations."""
        here = {person.key for person in self.placed.get(path, [])}
        named = member.person.parents if member.person else ()
        return [key for key in named if key in here and key in self.tree.members][:1]

    def _couple_above(self, path: str) -> list[str]:
        return [self._one(f"{path}F"), self._one(f"{path}M")]

    def _one(self, path: str) -> str:
        """The one person at a path; an unseen one when none, or more than one, is recorded."""
        people = self.placed.get(path, [])
        if (len(people) == 1 and not path.endswith(("S", "C"))) or path == "":
            person = people[0]
            if person.key not in self.tree.members:
                self._add(_alone(person), path)
            return person.key
        identifier = f"unseen {path}"
        if identifier not in self.tree.members:
            sex = {"M": "female", "F": "male"}.get(path[-1])
            self._add(Member(identifier, sex), path)
        return identifier

    def _order(self) -> None:
        """Father's people, the patient's own, mother's people: as the drawing reads."""
        ranks = {each: self._rank(each) for each in self.tree.members}
        self.tree.members = dict(sorted(self.tree.members.items(), key=lambda item: ranks[item[0]]))

    def _rank(self, identifier: str) -> int:
        member = self.tree.members[identifier]
        path = member.person.path if member.person else identifier.removeprefix("unseen ")
        if not path or path[0] not in "FM":
            return 0
        if member.is_adopting:
            return _OUTERMOST
        step = -1 if path[0] == "F" else 1
        # The parent stands nearest to the middle, their siblings and cousins further out.
        return step * (2 if "S" in path or "C" in path else 1)


def _alone(person: Person) -> Member:
    """A person with a symbol of their own."""
    member = Member(person.key, person.sex, person, people=(person,))
    member.is_adopted = person.is_adopted_out
    return member


def _reading_order(path: str) -> tuple[int, str]:
    return (len(path), path)


def _eldest_first(person: Person) -> tuple[int, str]:
    return (-(person.age.low or 0), person.key)
