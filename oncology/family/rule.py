"""A published criterion as a rule over families of which everything is known.

A rule never sees an unknown: `verdict.py` puts to it every family the record may stand for. So a
criterion is met, not met, or open because of what is not recorded, without a second logic.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from msgspec import Struct

from oncology.family.model import Pathology
from oncology.family.paths import BOTH, MATERNAL, PATERNAL, degree_of, side_of

ANY_SITE = "any"
# What a rule may ask of a person beside sites and ages. Primaries: how many cancers one person had,
# by their sites; sites: whether the cancers of two people are of one.
SIDE, SEX, BILATERAL, HISTOLOGY, MENOPAUSE, LINKS, PRIMARIES, SITES = (
    "side",
    "sex",
    "bilateral",
    "histology",
    "menopause",
    "links",
    "primaries",
    "sites",
)
# Of the patient alone: grade and markers of a breast cancer, and whether adopted without kin.
PATHOLOGY = "pathology"


# What a member adds who meets the criterion alone.
ALONE = ("alone",)


class Tumour(Struct, frozen=True, gc=False):
    """A cancer of which all is known that the rule asks; `age` in completed years."""

    site: str
    age: int = 0
    is_bilateral: bool = False
    histology: str = ""
    is_in_situ: bool = False
    premenopausal: bool = False


class Member(Struct, frozen=True, gc=False):
    """A person of whom all is known that the rule asks; `place` is their place in the pedigree.

    `is_adopted`: by adoptive parents, and nobody of the patient's blood is on record.
    """

    place: int
    path: str
    sex: str | None
    tumours: tuple[Tumour, ...] = ()
    traits: tuple[str, ...] = ()
    pathology: Pathology = Pathology()
    is_adopted: bool = False

    @property
    def degree(self) -> int:
        """Degree of relation to the patient."""
        return degree_of(self.path)

    @property
    def is_close(self) -> bool:
        """First degree; an identical twin is no less."""
        return self.path != "" and self.degree <= 1

    @property
    def lines(self) -> tuple[str, ...]:
        """The parental lines this person counts on."""
        side = side_of(self.path)
        return (MATERNAL, PATERNAL) if side == BOTH else (side,) if side else ()

    def youngest(self, *sites: str) -> int | None:
        """The age at the first cancer of these sites; None without one."""
        return min((each.age for each in self.tumours if each.site in sites), default=None)

    def has(self, *sites: str) -> bool:
        """Whether there is a cancer of one of these sites."""
        return any(each.site in sites for each in self.tumours)


class Link(Struct, frozen=True, gc=False):
    """Whether two people, by their places, are first-degree relatives where paths do not tell."""

    one: int
    other: int
    is_first_degree: bool


Scored = tuple[tuple[str, int], ...]


def covers(more: Any, less: Any) -> bool:
    """Whether one addition holds all that another does.

    A yes holds a no, a higher count a lower one, a set its parts; what cannot be compared, such as
    another path or another side, holds only itself.
    """
    if more is less or less is None or more == ALONE:
        return True
    if isinstance(more, tuple) and isinstance(less, tuple) and len(more) == len(less):
        return all(map(covers, more, less))
    if isinstance(more, Link) and isinstance(less, Link):
        return more.is_first_degree >= less.is_first_degree
    if isinstance(more, int) and isinstance(less, int):
        return more >= less
    if isinstance(more, frozenset) and isinstance(less, frozenset):
        return more >= less
    return bool(more == less)


class Rule(Struct, frozen=True):
    """How a criterion is judged, person by person.

    `counts` says what a member adds (None: nothing), `add` puts it to what the others added
    (in any order), `met` judges the sum: None where the published words themselves leave it open.
    One without a cancer or trait that it is about adds nothing. `covers`: an addition that covers
    another never makes the criterion less met in its place.
    `sites`: the cancers it is about; `stand_ins`: one of each kind it tells apart, for a cancer
    whose site is not known. `cuts`: the ages it compares with, each "younger than". `asks`: what
    else it looks at. `furthest`: the last degree that counts. `needs_own`: nothing is met without a
    cancer of the patient. `stays`: once met, no relative can undo it; what the patient adds may
    take something off. `histologies`: the sites whose type it looks at; `may_be_telling`: types,
    beside one not known, that leave open whether it is the one looked for.
    """

    counts: Callable[[Member], Hashable | None]
    add: Callable[[Any, Any], Any]
    met: Callable[[Any], bool | None]
    start: Any
    sites: frozenset[str]
    stand_ins: tuple[str, ...]
    cuts: tuple[int, ...] = ()
    asks: frozenset[str] = frozenset()
    furthest: int = 3
    with_patient: bool = False
    needs_own: bool = False
    stays: bool = True
    covers: Callable[[Any, Any], bool] = covers
    histologies: tuple[str, ...] = ()
    may_be_telling: tuple[str, ...] = ()
    traits: frozenset[str] = frozenset()
    # For a tool: what a member scores for, the score at which it refers (with what the patient
    # adds, where that decides it), whether line by line.
    scores: Callable[[Member], Scored] | None = None
    refer_at: int = 0
    refer_at_with: Callable[[Any], int] | None = None
    by_line: bool = False


def together(state: frozenset[Any], more: Any) -> frozenset[Any]:
    """For rules that look at who is affected: simply everyone."""
    return state | {more}
