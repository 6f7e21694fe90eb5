"""The pedigree as a CanRisk data file, version 4.

28 columns, read 2026-11-22 in the reader and writer of CanRisk's authors: CCGE-BOADICEA/pedigreejs
5.0.0, es/canrisk_file.js (lengths of ids, "0 = unaffected, AU = unknown age at diagnosis (affected
unknown)", "Age at last follow up or 0 = unspecified", "YOB or 0 = unspecified", genetic tests
"0 = untested"). CanRisk rests its risks on those "for whom an 'Age or age at death' and 'Year of
birth' have been specified" (canrisk.atlassian.net, FAQ 100630557, read 2026-11-22). So an age is
written only of people whose cancers are wholly told: without it a 0 says nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from oncology.family.export.file import (
    PedigreeFile,
    cancer_words,
    exact,
    is_told,
    left_out,
    named,
    people_of,
)
from oncology.family.export.places import FAMILY, Place, places_of, with_both_parents
from oncology.family.model import Cancer, Pedigree, Person

_GENES = ["BRCA1", "BRCA2", "PALB2", "ATM", "CHEK2", "BARD1", "RAD51D", "RAD51C", "BRIP1", "HOXB13"]
_COLUMNS = (
    *[
        "FamID",
        "Name",
        "Target",
        "IndivID",
        "FathID",
        "MothID",
        "Sex",
        "MZtwin",
        "Dead",
        "Age",
        "Yob",
        "BC1",
        "BC2",
        "OC",
        "PRO",
        "PAN",
    ],
    "Ashkn",
    *_GENES,
    "ER:PR:HER2:CK14:CK56",
)
SITES = {"breast": "BC1", "ovarian": "OC", "prostate": "PRO", "pancreatic": "PAN"}
_SEX = {"male": "M", "female": "F"}
_NONE, _AGE_UNKNOWN = "0", "AU"


class NotWritable(ValueError):
    """CanRisk cannot take this family at all; the message says why."""


def write_canrisk(pedigree: Pedigree) -> PedigreeFile:
    """The whole family around the patient. Raises NotWritable when the patient's sex is open."""
    if pedigree.patient.sex is None:
        raise NotWritable("CanRisk needs the sex of the patient, and the record does not tell it.")
    found = places_of(pedigree)
    placed, lost = _with_a_sex(with_both_parents(found.placed))
    twins = _twins(placed)
    lines = ["##CanRisk 4.0", "##" + "\t".join(_COLUMNS)]
    lines += ["\t".join(_row(each, twins)) for each in placed]
    return PedigreeFile(
        name="pedigree-canrisk.txt",
        media_type="text/plain",
        text="\n".join(lines) + "\n",
        people=people_of(placed),
        lost=(
            *_of_all(placed),
            *lost,
            *left_out(found, pedigree),
            *_of_each(placed, twins),
        ),
    )


def _with_a_sex(placed: tuple[Place, ...]) -> tuple[tuple[Place, ...], list[str]]:
    """CanRisk has no third sex: who has none is left out, or is a bare link when a parent."""
    fathers = {each.father for each in placed}
    mothers = {each.mother for each in placed}
    kept, lost = [], []
    for each in placed:
        if each.sex is not None:
            kept.append(each)
            continue
        if each.id not in fathers | mothers:
            lost.append(named(each, "left out, CanRisk needs the sex and it is not recorded."))
            continue
        sex = "male" if each.id in fathers else "female"
        lost.append(
            named(each, f"sex not recorded; a bare link written as {sex}, nothing else of them.")
        )
        kept.append(replace(each, sex=sex, person=None))
    return tuple(kept), lost


def _row(place: Place, twins: frozenset[str]) -> tuple[str, ...]:
    person = place.person
    return (
        FAMILY,
        place.id,
        "1" if person and person.is_patient else _NONE,
        place.id,
        place.father or _NONE,
        place.mother or _NONE,
        _SEX[place.sex or ""],
        "1" if place.id in twins else _NONE,
        "1" if person and person.is_deceased else _NONE,
        str(_age(person) or _NONE) if person else _NONE,
        str(person.birth_year) if person and person.birth_year else _NONE,
        *_cancers(person),
        _NONE,
        *("0:0" for _ in _GENES),
        "0:0:0:0:0",
    )


def is_wholly_told(person: Person) -> bool:
    """Whether every cancer that CanRisk asks for is known to be there or not."""
    doubtful = any(
        each.site in (*SITES, None) and (not each.is_certain or each.is_in_situ)
        for each in person.cancers
    )
    unplaced = any(each.site is None for each in person.cancers)
    return person.is_health_known and not person.is_partial and not doubtful and not unplaced


def _age(person: Person) -> int | None:
    return exact(person.age) if is_wholly_told(person) else None


def _certain(person: Person, site: str) -> list[Cancer]:
    return [c for c in person.cancers if c.site == site and c.is_certain and not c.is_in_situ]


def _cancers(person: Person | None) -> tuple[str, ...]:
    """BC1, BC2, OC, PRO, PAN. BC2 is the other breast: recorded as both, at an age not told."""
    if person is None:
        return (_NONE,) * 5
    first = {site: _first(_certain(person, site)) for site in SITES}
    # "The risk models do not take this into account" in men (pedigreejs es/io.js).
    both = any(each.is_bilateral for each in _certain(person, "breast"))
    second = _AGE_UNKNOWN if both and person.sex == "female" else _NONE
    return (first["breast"], second, first["ovarian"], first["prostate"], first["pancreatic"])


def _first(cancers: list[Cancer]) -> str:
    """The age at the first of them; AU unless one is surely the first and its age exact.

    In the first year of life too: a 0 would read as no cancer.
    """
    if not cancers:
        return _NONE
    for each in cancers:
        age = exact(each.age)
        if age and all((other.age.low or 0) >= age for other in cancers):
            return str(age)
    return _AGE_UNKNOWN


def _twins(placed: tuple[Place, ...]) -> frozenset[str]:
    """The identical twins of the patient, and the patient, when they are of one sex."""
    patient = placed[0]
    found = {
        each.id
        for each in placed
        if each.person and each.person.twin == "identical" and each.sex == patient.sex
    }
    return frozenset({*found, patient.id} if found else ())


def _of_all(placed: tuple[Place, ...]) -> Iterable[str]:
    yield "Ashkenazi ancestry is not in the pedigree: the column's 0 reads as none, set it by hand."
    yield "Gene tests and tumour markers are left at 0 (untested): enter them by hand."
    yield "Hormonal, lifestyle and breast-density factors are not in the file."
    open_life = [
        each.id
        for each in placed
        if each.person and not each.person.is_patient and each.person.is_deceased is None
    ]
    if open_life:
        yield f"Whether living is not recorded, the column's 0 reads so: {', '.join(open_life)}."
    links = [each.id for each in placed if each.person is None]
    if links:
        yield (
            f"Nobody recorded {', '.join(links)}: links that the two parents of each child need. "
            "They have no age, so CanRisk takes nothing from them."
        )


def _of_each(placed: tuple[Place, ...], twins: frozenset[str]) -> Iterable[str]:
    for each in placed:
        if each.person is None:
            continue
        if each.person.twin and each.id not in twins:
            yield named(each, f"{each.person.twin} twin; CanRisk has identical twins only.")
        yield from (named(each, words) for words in _of_cancers(each.person))
        yield from (named(each, f"{t.display}: not written.") for t in each.person.traits)
        tests = each.person.other_tests
        yield from (named(each, f"tested for {test.text}: not written.") for test in tests)
        yield from (named(each, words) for words in _of_age(each.person))


def _of_cancers(person: Person) -> Iterable[str]:
    for each in person.cancers:
        first = _first(_certain(person, each.site)) if each.site in SITES else ""
        written = each in _certain(person, each.site or "") and first
        if not written:
            yield f"{cancer_words(each)}: not written."
        elif first == _AGE_UNKNOWN and is_told(each.age):
            yield f"{cancer_words(each)}: written AU (age not known), the nearest word for it."
        elif first != _AGE_UNKNOWN and str(exact(each.age)) != first:
            yield f"{cancer_words(each)}: not written, it is not the first and the breast is open."
        elif each.is_bilateral and person.sex != "female":
            yield f"{cancer_words(each)}: that it was both is not written, CanRisk asks women only."
        elif each.is_bilateral:
            yield f"{cancer_words(each)}: the second breast is written AU (age not known)."


def _of_age(person: Person) -> Iterable[str]:
    if not is_wholly_told(person):
        reason = "recorded in part" if person.is_health_known else "health not known"
        reason = reason if person.is_partial or not person.is_health_known else "a cancer is open"
        age = f" {person.age.words()}" if is_told(person.age) and person.age.words() else ""
        yield f"{reason}, so the age{age} is left out: with it CanRisk would read 0 as no cancer."
    elif not exact(person.age):
        told = person.age.words() if is_told(person.age) else None
        yield f"age {told or 'not recorded'}, written 0 (unspecified): CanRisk leaves them aside."
    elif person.birth_year is None:
        yield "year of birth not recorded, written 0 (unspecified): CanRisk leaves them aside."
