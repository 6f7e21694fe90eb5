"""What a comment says of a family: proposed relatives, each with the words it was read from."""

from __future__ import annotations

from msgspec import Struct

from oncology.dates import Span
from oncology.family.paths import degree_of, side_of


class ToldCancer(Struct, frozen=True, gc=False):
    """A cancer as told; `site` None: which cancer is not said. `denied`: said not to be there."""

    site: str | None
    age: Span = Span()
    denied: bool = False
    is_certain: bool = True


class ToldGene(Struct, frozen=True, gc=False):
    """A gene in which a variant was found, or was looked for and not found."""

    symbol: str
    found: bool


class ToldRelative(Struct, frozen=True, gc=False):
    """A proposed blood relative, never one on record.

    `path` None: how they are related is not said. `told_side`: the side, where no path tells it.
    `quote` stands in the text word for word. `is_subject`: the relative whose record it is.
    """

    label: str
    path: str | None
    sex: str
    cancers: tuple[ToldCancer, ...]
    genes: tuple[ToldGene, ...]
    quote: str
    told_side: str = ""
    is_subject: bool = False

    @property
    def side(self) -> str | None:
        """Maternal, paternal, both, or None when it is not told."""
        return self.told_side or None if self.path is None else side_of(self.path)

    @property
    def degree(self) -> int | None:
        """Degree of relation; None when it is not told."""
        return None if self.path is None else degree_of(self.path)

    @property
    def is_affected(self) -> bool:
        """Whether a cancer or a variant is told, not only denied."""
        return any(not each.denied for each in self.cancers) or any(g.found for g in self.genes)


class Told(Struct, frozen=True, gc=False):
    """What one text says. `denied`: cancers said to be in nobody of the family, None for any.

    `is_history_unknown`: the patient is adopted, or the history is said to be unknown.
    `is_foreign`: not English, not read.
    """

    relatives: tuple[ToldRelative, ...] = ()
    denied: tuple[str | None, ...] = ()
    is_history_unknown: bool = False
    is_foreign: bool = False
