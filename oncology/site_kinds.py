"""Which cancers may be one although codes name them by two sites, one a kind of the other."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class SiteKinds(Struct, frozen=True, gc=False):
    """Pairs of a site and a wider one whose codes may name the same cancer.

    `one`: those of the pairs that are one cancer when both were found at the same age, because
    the wider site is no other place; of the rest it cannot be told.
    """

    within: frozenset[tuple[str, str]] = frozenset()
    one: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str]]) -> SiteKinds:
        """From rows of a site, the wider one, and `one` or `open`."""
        pairs = [((site, wider), told) for site, wider, told in rows]
        return cls(
            frozenset(pair for pair, _ in pairs),
            frozenset(pair for pair, told in pairs if told == "one"),
        )

    def may_be(self, recorded: str | None, site: str) -> bool:
        """Whether a cancer recorded by one site may be one of the other, when it is not the same.

        One whose site is not known may be of any.
        """
        return recorded is None or (site, recorded) in self.within

    def is_surely(self, recorded: str | None, site: str | None) -> bool:
        """Whether a cancer recorded by the first is the one of the second, found at one age."""
        return (site, recorded) in self.one
