"""The pedigree: the patient and the relatives on record, with their cancers and ages.

What is not recorded stays open: an age is an interval, a side or a sex may be unknown, a cancer
known only by its words is possible, never certain.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import product

from msgspec import Struct

from oncology.dates import Span
from oncology.family.paths import (
    BOTH,
    MATERNAL,
    PATERNAL,
    PATIENT,
    degree_of,
    degrees_between,
    generation_of,
    shared_genome,
    side_of,
)
from oncology.site_kinds import SiteKinds

# The last degree that any rule here looks at (`relationships.csv`, COUSN).
FURTHEST = 3


class Cancer(Struct, frozen=True, gc=False):
    """A cancer of one person, once for each time it is recorded.

    `site` None: a cancer whose site is not known. `is_certain` False: known only by its words, or
    not confirmed. `is_bilateral` None: not recorded. `histology` "": not recorded. `age` is in
    completed years, an interval. `premenopausal`: recorded as found before the menopause.
    """

    site: str | None
    age: Span
    is_certain: bool = True
    is_bilateral: bool | None = None
    histology: str = ""
    is_in_situ: bool = False
    premenopausal: bool = False
    name: str = ""
    reference: str = ""


class Trait(Struct, frozen=True, gc=False):
    """A hereditary syndrome or a variant known in a person; not certain when only in words.

    `name` is the gene of one known by a result, `variant` its change on the coding strand, if told.
    """

    name: str
    display: str
    is_certain: bool
    reference: str = ""
    variant: str = ""


class GeneTest(Struct, frozen=True, gc=False):
    """A germline test of one gene in a relative, and what came of it.

    `found` None: nothing that tells. `is_for_known`: limited to the variant known in the family.
    `variant`: the one change that was looked for, if told. `is_of_gene`: it looked for any change.
    """

    gene: str
    found: bool | None
    text: str
    reference: str = ""
    is_for_known: bool = False
    variant: str = ""
    is_of_gene: bool = False


class Pathology(Struct, frozen=True, gc=False):
    """A breast cancer's grade, 1 to 3, and whether it has the markers; None: not known."""

    grade: int | None = None
    er: bool | None = None
    pr: bool | None = None
    her2: bool | None = None


class Person(Struct, frozen=True, gc=False):
    """The patient, a blood relative, or one who may be.

    `path` None: how they are related is not known, they may not be by blood. `may_be`: the paths it
    may be then, where words leave it between a few; None among them, not by blood.
    `is_health_known` False: a cancer may be missing because nothing could be told. `age`: now, or
    at death. `parents` and `siblings` are the `key`s of people whom the record itself names so.
    `is_adopted_out`: raised in another family, related by blood all the same. `breasts`: each
    breast of which a cancer is recorded as its own, left or right, and the age then.
    `contradictions`: ages that others on record rule out, in words; they are used nowhere.
    `pathology`: of the patient's breast cancer; nobody else's is read.
    """

    key: str
    label: str
    path: str | None
    sex: str | None
    cancers: tuple[Cancer, ...] = ()
    traits: tuple[Trait, ...] = ()
    is_health_known: bool = True
    is_partial: bool = False
    is_deceased: bool | None = None
    age: Span = Span()
    birth_year: int | None = None
    twin: str = ""
    parents: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    tests: tuple[GeneTest, ...] = ()
    is_adopted_out: bool = False
    pathology: Pathology = Pathology()
    breasts: tuple[tuple[str, Span], ...] = ()
    contradictions: tuple[str, ...] = ()
    may_be: tuple[str | None, ...] = ()

    @property
    def is_patient(self) -> bool:
        """Whether this is the patient."""
        return self.path == PATIENT

    @property
    def degree(self) -> int | None:
        """Degree of relation to the patient; None when the relation is not known."""
        if self.path is not None:
            return None if None in self.may_be else degree_of(self.path)
        degrees = {degree_of(each) for each in self.paths}
        return degrees.pop() if len(degrees) == 1 and self.is_by_blood else None

    @property
    def shared_genome(self) -> float | None:
        """Share of the genome expected in common with the patient; None when not known."""
        return None if self.path is None else shared_genome(self.path)

    @property
    def side(self) -> str | None:
        """Maternal, paternal, both, or None when not recorded."""
        if self.path is not None:
            return side_of(self.path)
        sides = {side_of(each) for each in self.paths}
        return sides.pop() if len(sides) == 1 else None

    @property
    def generation(self) -> int | None:
        """Generations above (positive) or below the patient; None when not known."""
        return None if self.path is None else generation_of(self.path)

    @property
    def lines(self) -> tuple[str, ...]:
        """The parental lines this person counts on; empty when the side is not known."""
        if self.side == BOTH:
            return (MATERNAL, PATERNAL)
        return (self.side,) if self.side else ()

    @property
    def may_be_ill(self) -> bool:
        """Whether any cancer may be there because nothing could be told of a relative."""
        return not self.is_health_known and not self.is_patient

    @property
    def paths(self) -> tuple[str, ...]:
        """The path, or those it may be; empty when nothing is known of it."""
        if self.path is not None:
            return (self.path,)
        return tuple(each for each in self.may_be if each is not None)

    @property
    def is_by_blood(self) -> bool:
        """Whether this is a blood relative, however near."""
        return bool(self.paths) and None not in self.may_be

    @property
    def is_distant(self) -> bool:
        """Whether related beyond the third degree: outside every rule here."""
        degree = self.degree
        return degree is not None and degree > FURTHEST

    @property
    def other_tests(self) -> tuple[GeneTest, ...]:
        """The tests by which nothing hereditary is known or possible in this person."""
        told = {trait.reference for trait in self.traits}
        return tuple(each for each in self.tests if each.reference not in told)

    @property
    def reference(self) -> str:
        """The resource this person stands in; the first of several."""
        return self.references[0] if self.references else ""


class Pedigree(Struct, frozen=True, dict=True):
    """The people on record, the patient first, and whether there may be others.

    `is_read` False: the family history could not be had. `hides_relatives`: a relative may stand
    in what could not be used. `own_hidden`: so may a cancer or syndrome of the patient of one of
    these, None for any. `coded`: sites of which only a code says that they are in the family.
    `by_adoption`: relatives by adoption, who count
    for nothing; their path is the place they have. `parents_are_related`: recorded as such.
    `kinds`: which sites may name one cancer.
    `is_unknown`: the record says that the family history is not known.
    """

    people: tuple[Person, ...]
    is_read: bool = True
    hides_relatives: bool = False
    own_hidden: frozenset[str] | None = frozenset()
    coded: frozenset[str] = frozenset()
    by_adoption: tuple[Person, ...] = ()
    parents_are_related: bool = False
    kinds: SiteKinds = SiteKinds()
    is_unknown: bool = False

    @property
    def patient(self) -> Person:
        """The patient, who is a member of the family."""
        return self.people[0]

    @property
    def relatives(self) -> tuple[Person, ...]:
        """Everyone but the patient."""
        return self.people[1:]

    @cached_property
    def is_out_of_reach(self) -> bool:
        """Whether no relative is on record whom any rule here looks at."""
        return all(each.is_distant for each in self.relatives)

    def hides_own(self, names: Iterable[str] | None = None) -> bool:
        """Whether an own cancer or syndrome of these, of any without, may not have been read."""
        if self.own_hidden is None or names is None:
            return self.own_hidden != frozenset()
        return not self.own_hidden.isdisjoint(names)

    @cached_property
    def places_of(self) -> dict[str | None, set[int]]:
        """Site of a cancer, name of a trait → the places of those who have it or may.

        Under None: those with a cancer whose site is not known, or whose health is not.
        """
        found: defaultdict[str | None, set[int]] = defaultdict(set)
        for place, person in enumerate(self.people):
            for cancer in person.cancers:
                found[cancer.site].add(place)
            for trait in person.traits:
                found[trait.name].add(place)
            if person.may_be_ill:
                found[None].add(place)
        return dict(found)

    @cached_property
    def sites(self) -> tuple[str, ...]:
        """The sites of all cancers on record, each once."""
        return tuple(
            dict.fromkeys(each.site for p in self.people for each in p.cancers if each.site)
        )

    def degrees_between(self, one: Person, other: Person) -> frozenset[int | None]:
        """How many degrees two people may be apart; None among them: perhaps not related.

        A parent or sibling named by the record itself settles what the relations leave open.
        """
        if one.key in other.parents + other.siblings or other.key in one.parents + one.siblings:
            return frozenset({1})
        if not one.paths or not other.paths:
            return frozenset({None, 1, 2, 3})
        ways = [degrees_between(*each) for each in product(one.paths, other.paths)]
        perhaps_none = {None} & {*one.may_be, *other.may_be}
        return frozenset(perhaps_none).union(*ways)
