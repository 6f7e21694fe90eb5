"""Everyone of a pedigree with an id that tells nothing, and the ids of the parents."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.model import Pedigree, Person
from oncology.family.tree import Member, Tree, tree_of

FAMILY = "FAM1"
LINK = "not recorded, a link between relatives"


class Place(Struct, frozen=True):
    """One line of a file: a person, or a link nobody recorded (`person` None).

    Ids are counted (`P1` the patient, `R1` a relative, `A1` one by adoption, `L1` a link): no name
    and no id of a record leaves with a file. `father` and `mother` are ids, empty when there is
    none.
    """

    id: str
    sex: str | None
    person: Person | None = None
    father: str = ""
    mother: str = ""

    @property
    def label(self) -> str:
        """The relation in words: `maternal aunt 1`."""
        return self.person.label if self.person else LINK


class Places(Struct, frozen=True):
    """Those with a place in the tree, the patient first, those without one, those by adoption."""

    placed: tuple[Place, ...]
    loose: tuple[Place, ...]
    adopted: tuple[Place, ...] = ()

    @property
    def patient(self) -> Place:
        """The patient's place."""
        return self.placed[0]


def places_of(pedigree: Pedigree) -> Places:
    """The places of everyone; whoever has one known parent keeps one."""
    tree = tree_of(replace(pedigree, by_adoption=()))
    ids = _ids(pedigree, tree)
    placed = [
        Place(
            ids[member.id],
            member.sex,
            member.person,
            ids.get(member.father or "", ""),
            ids.get(member.mother or "", ""),
        )
        for member in sorted(tree.members.values(), key=lambda each: _rank(each, pedigree))
    ]
    loose = tuple(Place(ids[person.key], person.sex, person) for person in tree.loose)
    adopted = [Place(f"A{n}", each.sex, each) for n, each in enumerate(pedigree.by_adoption, 1)]
    return Places(tuple(placed), loose, tuple(adopted))


def _rank(member: Member, pedigree: Pedigree) -> int:
    return pedigree.people.index(member.person) if member.person else len(pedigree.people)


def _ids(pedigree: Pedigree, tree: Tree) -> dict[str, str]:
    ids = {person.key: f"R{number}" for number, person in enumerate(pedigree.people)}
    ids[pedigree.patient.key] = "P1"
    unseen = [each.id for each in tree.members.values() if each.person is None]
    return ids | {each: f"L{number}" for number, each in enumerate(unseen, 1)}


def with_both_parents(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """Add a link for each lone parent, since some formats want both parents or none.

    Children of one lone parent get one link: children of two parents are full siblings unless the
    record says otherwise, here as in the criteria.
    """
    links: dict[str, Place] = {}
    count = sum(each.person is None for each in places)
    made = []
    for place in places:
        known = place.father or place.mother
        if not known or (place.father and place.mother):
            made.append(place)
            continue
        if known not in links:
            sex = "female" if place.father else "male"
            links[known] = Place(f"L{count + len(links) + 1}", sex)
        other = links[known].id
        father, mother = place.father or other, place.mother or other
        made.append(Place(place.id, place.sex, place.person, father, mother))
    return (*made, *links.values())
