"""A person of a comment: the relation, side, sex and number as far as they are told."""

from __future__ import annotations

from msgspec import Struct

from oncology.family.told.marks import Mark

PERSON, HEADING = "person", "heading"
# Of these everybody has one.
ONE_OF_A_KIND = ("M", "F", "MM", "MF", "FM", "FF", "I")
SIDES = {"M": "maternal", "F": "paternal"}
_MOST_PEOPLE = 12


class Who(Struct, frozen=True, gc=False):
    """A person named. `is_blood` False: no blood relative. `is_patient`: the patient. `is_family`:
    the family as a whole.

    `path` None: how they are related is not said. `owner`: whose relative, where "her" or "his"
    says so; `is_owned`: named as a relative of a relative. `is_definite`: "this aunt";
    `is_again`: so one who was named before; `is_another`: one of a group named before;
    `is_aside`: named in "whose daughter …". `count`: how
    many; `is_plural`: more than one, perhaps without a number.
    """

    label: str
    path: str | None
    sex: str = ""
    is_blood: bool = True
    is_patient: bool = False
    is_family: bool = False
    count: int = 0
    is_plural: bool = False
    side: str = ""
    owner: str = ""
    is_owned: bool = False
    is_definite: bool = False
    is_again: bool = False
    is_another: bool = False
    is_aside: bool = False


UNRELATED = Who("", None, is_blood=False)
PATIENT = Who("patient", "", is_blood=False, is_patient=True)
FAMILY = Who("family", None, is_blood=False, is_family=True)


def who_of(mark: Mark) -> Who:
    """The person of a mark of kind `person`."""
    assert isinstance(mark.value, Who)
    return mark.value


def refines(closer: Who, wider: Who) -> bool:
    """Whether the one is the other told more closely: a maternal aunt is an aunt."""
    if not closer.is_blood or not closer.path or not wider.path:
        return False
    return len(closer.path) == len(wider.path) and all(
        other in (step, "P") for step, other in zip(closer.path, wider.path, strict=True)
    )


def number_of(mark: Mark) -> int:
    """How many a mark counts; 0 when it counts nothing."""
    if mark.is_a("number") and not mark.is_a(PERSON):
        return int(mark.means["number"])
    return int(mark.text) if mark.text.isdigit() and int(mark.text) <= _MOST_PEOPLE else 0


def side_told(mark: Mark) -> str:
    """The side of a mark that tells one."""
    return mark.means.get("side") or mark.means[HEADING]
