"""Relatives beyond the third degree, known by their words: no code tells them from nearer ones.

`relationships.csv`, COUSN and EXT: a first cousin once removed and a great-great-grandparent are
of the 4th degree, a second cousin is of the 5th.
"""

from __future__ import annotations

import re

from msgspec import Struct

from oncology.family.paths import MATERNAL, PATERNAL, on_side

_SIDE = r"(?:(?P<side>maternal|paternal|mother's|father's) )?"
_OLD = {"mother": "PPPM", "father": "PPPF", "parent": "PPPP", "aunt": "PPPS", "uncle": "PPPS"}
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
_TIMES = {"once": 1, "1x": 1, "twice": 2, "2x": 2}
_COUSIN = re.compile(
    rf"{_SIDE}(?:(?P<nth>first|1st|second|2nd|third|3rd) )?{_SIDE.replace('side', 'late')}"
    r"cousin(?:,? \(?(?P<times>once|1x|twice|2x) removed\)?)?"
    r"(?:,? \(?(?:on (?:the |my |her |his )?)?(?P<after>maternal|paternal|mother's|father's)"
    r"(?: side)?\)?)?"
)
_CHILD_OF_COUSIN = re.compile(rf"{_SIDE}(?:first |1st )?cousin'?s (?:son|daughter|child|kid)")
_COUSIN_OF_PARENT = re.compile(
    r"(?P<parent>mother|mom|mum|father|dad|parent)'?s (?:first |1st )?cousin"
)
_OLDER = re.compile(
    rf"{_SIDE}great[- ]great[- ](?:grand[- ]?(?P<who>mother|father|parent)|(?P<aunt>aunt|uncle))"
)


class Distant(Struct, frozen=True, gc=False):
    """A relation in words: its name, and the paths it may have, all of one degree."""

    label: str
    paths: tuple[str, ...]


def distant_of(words: str) -> Distant | None:
    """The relation beyond the third degree that plain words name; None for any other."""
    for pattern, paths_of in (
        (_COUSIN, _cousins),
        (_CHILD_OF_COUSIN, lambda said: (_sided("PSCC", said["side"]),)),
        (_COUSIN_OF_PARENT, lambda said: (f"{_parent(said['parent'])}PSC",)),
        (_OLDER, lambda said: (_sided(_OLD[said["who"] or said["aunt"]], said["side"]),)),
    ):
        said = pattern.fullmatch(words)
        paths = paths_of(said) if said else ()
        if paths:
            return Distant(words, paths)
    return None


def _cousins(said: re.Match[str]) -> tuple[str, ...]:
    """A cousin removed is of an older or of a younger generation: the words do not say which."""
    nth, times = _NTH.get(said["nth"] or "", 1), _TIMES.get(said["times"] or "", 0)
    if nth == 1 and not times:
        return ()
    side = said["side"] or said["late"] or said["after"]
    older = "P" * (nth + times) + "S" + "C" * nth
    younger = "P" * nth + "S" + "C" * (nth + times)
    return tuple(dict.fromkeys(_sided(path, side) for path in (older, younger)))


def _sided(path: str, side: str | None) -> str:
    if side is None:
        return path
    return on_side(path, MATERNAL if side.startswith("m") else PATERNAL)


def _parent(named: str) -> str:
    return "M" if named.startswith("m") else "F" if named != "parent" else "P"
