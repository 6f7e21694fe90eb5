"""Whether a variant known in a relative can have come down to the patient."""

from __future__ import annotations

from collections.abc import Sequence

from oncology.family.model import GeneTest, Pedigree, Person, Trait

_UP = "MF"


def not_passed_on(
    pedigree: Pedigree, carrier: Person, trait: Trait, genes: Sequence[str]
) -> tuple[Person, GeneTest] | None:
    """The relative, with the test, by whom the variant did not come down to the patient.

    An identical twin without it: both have one germline, whoever else carries it
    (relationships.csv, HL7 v3-RoleCode). Else the one in whom its only way to the patient ends.

    A dominant variant comes from parent to child: whoever does not carry it cannot hand it on, so
    testing in a family goes on from carriers alone (CDC, About Cascade Testing). The way ends only
    in one through whom every line from this carrier to the patient leads, and only by a test of
    the germline for the very variant. None keeps the carrier's finding: no such person, no such
    test, a result that another one contradicts, or parents who are related.
    """
    if len(genes) != 1:
        return None
    several = len(_changes_in(pedigree, genes[0])) > 1
    by_twin = _by_twin(pedigree, (trait, genes[0], several))
    if by_twin is not None or pedigree.parents_are_related or carrier.path is None:
        return by_twin
    ends = [_end(pedigree, carrier, path, (trait, genes[0], several)) for path in _ways(carrier)]
    return ends[0] if all(ends) else None


def _by_twin(
    pedigree: Pedigree, variant: tuple[Trait, str, bool]
) -> tuple[Person, GeneTest] | None:
    """The identical twin who was tested without it; one of unsaid zygosity tells nothing."""
    for person in pedigree.relatives:
        test = _without(person, *variant) if person.twin == "identical" else None
        if test is not None:
            return person, test
    return None


def _ways(carrier: Person) -> list[str]:
    """The carrier's path; with a parent not said which, through the mother and the father."""
    path = carrier.path or ""
    return [side + path[1:] for side in _UP] if path[:1] == "P" else [path]


def _end(
    pedigree: Pedigree, carrier: Person, path: str, variant: tuple[Trait, str, bool]
) -> tuple[Person, GeneTest] | None:
    for person in pedigree.relatives:
        if person.key != carrier.key and _is_between(person, carrier, path):
            test = _without(person, *variant)
            if test is not None:
                return person, test
    return None


def _is_between(person: Person, carrier: Person, path: str) -> bool:
    """Whether nothing the carrier shares with the patient came otherwise than through them.

    A parent or grandparent on the path; the one parent of the carrier who is related to the
    patient, if the record names them.
    """
    place = person.path or ""
    if not place or len(place) >= len(path) or not path.startswith(place):
        return False
    if set(place) <= set(_UP):
        return True
    return path == f"{place}C" and person.key in carrier.parents


def _without(person: Person, trait: Trait, gene: str, several: bool) -> GeneTest | None:
    """The test that shows a person to be without the variant; None when one says otherwise."""
    tests = [each for each in person.tests if each.gene == gene]
    if person.traits or any(each.found for each in tests):
        return None
    for test in tests:
        same = bool(trait.variant) and test.variant == trait.variant
        if test.found is False and (same or (test.is_for_known and not several)):
            return test
    return None


def _changes_in(pedigree: Pedigree, gene: str) -> set[str]:
    """The changes of one gene known in the family; with several "the known variant" is open."""
    return {
        trait.variant
        for person in pedigree.relatives
        for trait in person.traits
        if trait.name == gene and trait.variant
    }
