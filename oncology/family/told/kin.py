"""The relations of people put together: their side, and the relatives of relatives."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.family.paths import on_side
from oncology.family.told.vocabulary import Vocabulary
from oncology.family.told.who import FAMILY, SIDES, UNRELATED, Who


class Kin:
    """Puts relations together and names what comes of it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._named = vocabulary.named

    def renamed(self, who: Who, path: str, spelled: str = "") -> Who:
        """The person with another path; `spelled`: the name where the tables have none."""
        label = self._named.get((path, who.sex)) or self._named.get((path, ""))
        return replace(who, path=path, label=label or spelled or who.label)

    def on_side(self, who: Who, side: str) -> Who | None:
        """The person on that side; None when their relation has none to tell."""
        if not who.is_blood:
            return None
        if who.path is None:
            label = who.label if who.side else f"{side} {who.label}"
            return replace(who, side=side, label=label)
        path = on_side(who.path, side)
        return None if path == who.path else self.renamed(who, path)

    def of(self, owner: Who, relative: Who) -> Who:
        """The relative of a relative: the steps of the one after those of the other."""
        if owner.is_patient:
            return replace(relative, owner="own")
        if not owner.is_blood and not owner.is_family:
            return replace(UNRELATED, is_owned=True)
        if relative.is_family:
            side = SIDES.get(owner.path or "")
            # "Dad's family: no cancer".
            return Who(f"{side} relative", None, side=side) if side else FAMILY
        if not owner.is_blood or not relative.is_blood:
            return UNRELATED
        if owner.path is None or relative.path is None:
            return replace(relative, path=None, side=owner.side)
        if owner.path[-1] == "C" and relative.path[0] in "MFP":
            # A cousin's mother may be an aunt, or have married an uncle.
            return UNRELATED
        path = after(owner.path, relative.path)
        made = self.renamed(relative, path, f"{owner.label}'s {relative.label}")
        return replace(made, is_owned=True)


def after(owner: str, relative: str) -> str:
    """The path of a relative of a relative, named aloud: a sister's mother is one's own."""
    if owner[-1] == "S" and relative[0] == "S":
        return owner + relative[1:]
    if owner[-1] == "S" and relative[0] in "MFP":
        return owner[:-1] + relative
    return owner + relative
