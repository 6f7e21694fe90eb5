"""Whose relative "her sister" is: the patient's, or of one named before."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.told.kin import Kin, after
from oncology.family.told.vocabulary import Vocabulary
from oncology.family.told.who import SIDES, UNRELATED, Who, refines

_EITHER = ("", "their")
_NAMES_OF_PARENTS = ("mom", "mother", "mum", "dad", "father")
_PARENTS = {
    "maternal": Who("mother", "M", "female"),
    "paternal": Who("father", "F", "male"),
}
# So many people back "this aunt" may be.
_NAMED = 40
# Of these everybody has one: named again beside herself, she is somebody else's.
_ONE_OF_A_KIND = ("M", "F")


class _Named(Struct, frozen=True, gc=False):
    """Somebody named, and the one whose relative they were said to be.

    `is_heading`: the parent whose side heads what follows.
    """

    who: Who
    owner: Who | None = None
    is_heading: bool = False


class Whose:
    """Resolves "her", "his" and "their" from sentence to sentence of one comment."""

    def __init__(
        self, subject: Who | None, vocabulary: Vocabulary, carries: Callable[[str], bool]
    ) -> None:
        self._carries = carries
        self._subject = subject
        self._kin = Kin(vocabulary)
        self._named: list[_Named] = []
        self._before: list[_Named] = []
        self.named: list[Who] = []
        self._goes_on = False
        # The husband or wife named last.
        self._spouse: Who | None = None
        # The words the patient is spoken of with: "her", "his".
        self._patients: set[str] = set()

    def begin(self, ending: str) -> None:
        """A new sentence; `ending`: the sign that ended the one before."""
        self._before = self._named or self._before
        self._named = []
        self._goes_on = ending == ";"

    def under(self, side: str, words: str) -> None:
        """A side heads what follows: `on mom's side, her brother` is the mother's."""
        parent = _PARENTS.get(side)
        if parent and any(name in words for name in _NAMES_OF_PARENTS):
            self._named.append(_Named(parent, is_heading=True))

    def identical_twin(self) -> str:
        """The path of the identical twin named last; empty: none was."""
        paths = [each.path or "" for each in self.named[-_NAMED:]]
        return next((each for each in reversed(paths) if each.endswith("I")), "")

    def meant(self, who: Who) -> Who:
        """The person named, as a relative of the patient."""
        if who.is_patient:
            self._named.append(_Named(who))
        if who.is_family and who.owner:
            return self._family_of(who)
        if not who.is_blood:
            if not who.is_family:
                self._spouse = who if who.sex else None
            return who
        if self._is_of_spouse(who):
            return UNRELATED
        self._spouse = None
        who = self._of_group(who) if who.is_another else who
        named = self._again(who) or (self._owned(who) if who.owner else _Named(who))
        self._named.append(named)
        self.named.append(named.who)
        return named.who

    def _family_of(self, who: Who) -> Who:
        """`Father & his family: no cancers`: the family on his side."""
        parent = self._named[-1].who if self._named else None
        if parent is None or parent.path not in _ONE_OF_A_KIND or parent.sex != who.owner:
            return who
        side = SIDES[parent.path]
        return Who(f"{side} relative", None, side=side)

    def _is_of_spouse(self, who: Who) -> bool:
        """`Husband has colon cancer; his father too`: no relative of the patient's."""
        spouse = self._spouse
        if spouse is not None and who.is_aside:
            # "Husband, whose father had bowel cancer".
            return True
        if spouse is None or not who.owner or who.owner in self._patients:
            return False
        return who.owner == spouse.sex != spouse.owner and who.path in ("M", "F", "S")

    def _of_group(self, who: Who) -> Who:
        """`2 of 3 paternal aunts …, 3rd aunt`: on the side of the others."""
        for known in reversed(self.named[-_NAMED:]):
            if refines(known, who) and (known.is_plural or known.count > 1):
                return self._kin.renamed(who, known.path or "")
        return who

    def _again(self, who: Who) -> _Named | None:
        """`this aunt`, `the aunt's daughter`: an aunt named before."""
        path = who.path or ""
        if who.is_plural or who.count or not (who.is_definite or self._is_of_gene(path)):
            return None
        for end in range(len(path), 0, -1):
            wider = replace(who, path=path[:end])
            for known in reversed(self.named[-_NAMED:]):
                if refines(known, wider):
                    whole = (known.path or "") + path[end:]
                    made = self._kin.renamed(replace(who, owner=""), whole)
                    return _Named(replace(made, is_again=end == len(path)))
        return None

    def _is_of_gene(self, path: str) -> bool:
        """Whether one who fits was named before for a gene alone: `MSH2 in pat aunt; aunt …`."""
        if not path.startswith("P"):
            return False
        wider = Who("", path)
        fitting = [e for e in self.named[-_NAMED:] if e.path != path and refines(e, wider)]
        return len(fitting) == 1 and self._carries(fitting[0].path or "")

    def _owned(self, who: Who) -> _Named:
        path = who.path or ""
        if path[:1] in _ONE_OF_A_KIND and len(path) > 1:
            # "Her maternal aunt" and "his paternal uncle" are told from the patient.
            if self._nearest(who) is None:
                self._patients.add(who.owner)
            return _Named(who)
        if who.owner in self._patients and not self._is_known(path) and not who.is_owned:
            return _Named(who)
        near = self._nearest(who)
        if near is None or near.is_patient:
            self._patients.add(who.owner)
            return _Named(who)
        joined = _joined_path(near.path, who.path)
        if joined is None and not self._named and self._subject is None:
            return _Named(who)
        if joined is None:
            return _Named(replace(who, path=None, side=near.side))
        return _Named(self._kin.renamed(who, joined, f"{near.label}'s {who.label}"), near)

    def _is_known(self, path: str) -> bool:
        return path in _ONE_OF_A_KIND and any(each.who.path == path for each in self._named)

    def _nearest(self, who: Who) -> Who | None:
        """The one who is meant by "her"; None: the patient."""
        found = next((each for each in reversed(self._named) if _fits(each.who, who)), None)
        if found is not None and found.is_heading and (who.path or "").startswith("P"):
            # "On her mother's side, her grandmother …".
            return None
        if found is None:
            owners = (each.owner for each in reversed(self._named) if each.owner is not None)
            if (owner := next((each for each in owners if _fits(each, who)), None)) is not None:
                # "His sister had …, his dad had …", said of the father.
                return owner
        if found is None and self._named and who.owner not in _EITHER:
            return None
        if found is None and self._subject is not None:
            return self._subject if _fits(self._subject, who) else None
        if found is None and self._before:
            found = self._of_before(who)
        if found is None:
            return None
        owner, is_child = found.owner, (who.path or "").startswith("C")
        beside = owner is not None and found.who.path == f"{owner.path}C"
        if owner is not None and (beside or not is_child) and _fits(owner, who):
            # "Mother, her mother, her sister", "uncle, his son, his daughter": side by side.
            return owner
        return found.who

    def _of_before(self, who: Who) -> _Named | None:
        """Told in another sentence: the patient, where that one spoke of the patient."""
        spoken = any(each.who.is_patient for each in self._before)
        nearest = self._before[-1]
        if nearest.owner and not _fits(nearest.who, who) and _fits(nearest.owner, who):
            # "Father …. His sister …. His mother …."
            return None if spoken else _Named(nearest.owner)
        beyond = (nearest.who.path or "")[1:].endswith("S") and who.owner != "their"
        if who.path in _ONE_OF_A_KIND and beyond:
            # "An aunt had …. Her mother had …": hardly the aunt's, who would be a grandmother.
            return None
        if not _fits(nearest.who, who) or (spoken and not self._goes_on):
            return None
        return nearest


def _fits(owner: Who, relative: Who) -> bool:
    if owner.path is None:
        return False
    return relative.owner in _EITHER or owner.sex in ("", relative.owner)


def _joined_path(owner: str | None, relative: str | None) -> str | None:
    """The path of a relative of a relative; None where the two may be one person."""
    if not owner or not relative:
        return None
    if owner[-1] == "S" and relative[0] != "C":
        return after(owner, relative)
    if owner[-1] == "C" and relative == "S":
        return owner
    if owner in ("MC", "FC") and relative == owner[0]:
        # The mother of a maternal half-sister is the patient's.
        return relative
    if owner[-1] in "MFP":
        return None if relative[0] == "C" else owner + relative
    return owner + relative if relative[0] == "C" else None
