"""A written file: its text, who is who in it, and what it does not carry."""

from __future__ import annotations

from msgspec import Struct

from oncology.dates import Span
from oncology.family.export.places import Place, Places
from oncology.family.model import Cancer, Pedigree, Person


class PedigreeFile(Struct, frozen=True):
    """`name` and `media_type` tell nothing of the patient. `people` are id and relation.

    `lost` is what the format has no word for, one sentence each: it belongs to the file.
    """

    name: str
    media_type: str
    text: str
    people: tuple[tuple[str, str], ...]
    lost: tuple[str, ...]

    @property
    def legend(self) -> str:
        """Who is who and what is not in the file, as plain text."""
        who = [f"{identifier}: {label}" for identifier, label in self.people]
        return "\n".join(["Who is who", *who, "", "Not in the file", *self.lost, ""])


def people_of(places: tuple[Place, ...]) -> tuple[tuple[str, str], ...]:
    """Id and relation of everyone in a file."""
    return tuple((each.id, each.label) for each in places)


def left_out(found: Places, pedigree: Pedigree) -> list[str]:
    """Who has no place among parents and children, and why; and who is related besides."""
    open_place = "left out, the place in the family is not recorded (side or relation)."
    by_adoption = "left out, related by adoption alone."
    said = [named(each, open_place) for each in found.loose]
    said += [named(each, by_adoption) for each in found.adopted]
    if pedigree.parents_are_related:
        said.append("That the patient's parents are related by blood is not in the file.")
    return said


def exact(age: Span) -> int | None:
    """An age known to the year."""
    return age.low if age.low is not None and age.low == age.high else None


def is_told(age: Span) -> bool:
    """Whether anything is known of an age."""
    return bool(age.low) or age.high is not None


def cancer_words(cancer: Cancer) -> str:
    """`breast cancer (not certain) at 40 to 43`."""
    doubt = "" if cancer.is_certain else " (not certain)"
    both = " in both breasts" if cancer.is_bilateral else ""
    at = f" at {cancer.age.words()}" if cancer.age.words() else ""
    return f"{cancer.name}{both}{doubt}{at}"


def twin_words(person: Person) -> str:
    """`fraternal twin`; of a twin of unsaid zygosity that it is not said."""
    if person.twin == "twin":
        return "twin, identical or not is not recorded"
    return f"{person.twin} twin"


def named(place: Place, words: str) -> str:
    """One sentence about one person: `R2 (mother): …`."""
    return f"{place.id} ({place.label}): {words}"
