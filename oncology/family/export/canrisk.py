"""The pedigree as a CanRisk data file, version 4.

28 columns, read 2026-11-22 in the reader and writer of CanRisk's authors: CCGE-BOADICEA/pedigreejs
5.0.0, es/canrisk_file.js (lengths of ids, "0 = unaffected, AU = unknown age at diagnosis (affected
unknown)", "Age at last follow up or 0 = unspecified", "YOB or 0 = unspecified", genetic tests
"0 = untested"). CanRisk rests its risks on those "for whom an 'Age or age at death' and 'Year of
birth' have been specified" (canrisk.atlassian.net, FAQ 100630557, read 2026-11-22). So an age is
written only of people whose cancers are wholly told: without it a 0 says nothing of them. Of those
with a cancer it wants both, and refuses the family without (CCGE-BOADICEA/bws, bws/cancer.py, read
2026-11-22): the list names what is to be entered.
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
    twin_words,
)
from oncology.family.export.gene_tests import GENES, UNTESTED, gene_of, gene_tests, is_direct
from oncology.family.export.places import FAMILY, Place, places_of, with_both_parents
from oncology.family.model import Cancer, Pedigree, Person

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
    *GENES,
    "ER:PR:HER2:CK14:CK56",
)
SITES = {"breast": "BC1", "ovarian": "OC", "prostate": "PRO", "pancreatic": "PAN"}
_SEX = {"male": "M", "female": "F"}
_NONE, _AGE_UNKNOWN = "0", "AU"
_BOTH = 2
_PAIRED = "CanRisk wants one year of birth of both and, of the living, one age: enter them."


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
    lines += ["\t".join(_row(each, twins, pedigree)) for each in placed]
    return PedigreeFile(
        name="pedigree-canrisk.txt",
        media_type="text/plain",
        text="\n".join(lines) + "\n",
        people=people_of(placed),
        lost=(
            *_of_all(placed),
            *lost,
            *left_out(found, pedigree),
            *_of_each(placed, twins, pedigree),
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


def _row(place: Place, twins: frozenset[str], pedigree: Pedigree) -> tuple[str, ...]:
    person = place.person
    tested = gene_tests(pedigree, person) if person else {}
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
        *(tested.get(gene, UNTESTED) for gene in GENES),
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
    """BC1, BC2, OC, PRO, PAN. BC2 is the other breast, at its age if the record tells which."""
    if person is None:
        return (_NONE,) * 5
    first = {site: _first(_certain(person, site)) for site in SITES}
    others = (first["ovarian"], first["prostate"], first["pancreatic"])
    return (first["breast"], _second(person), *others)


def _second(person: Person) -> str:
    """The age at the cancer of the other breast; AU unless each of the two is recorded with its
    own exact age, and no other cancer of a breast.
    """
    known = _certain(person, "breast")
    # "The risk models do not take this into account" in men (pedigreejs es/io.js).
    if person.sex != "female" or not any(each.is_bilateral for each in known):
        return _NONE
    ages = {side: exact(age) for side, age in person.breasts}
    is_clear = len(ages) == len(person.breasts) == _BOTH and all(ages.values())
    if not is_clear or {exact(each.age) for each in known} != set(ages.values()):
        return _AGE_UNKNOWN
    return str(max(age for age in ages.values() if age))


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
    yield "A gene test not told by the record is left at 0 (untested), as are tumour markers."
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


def _of_each(placed: tuple[Place, ...], twins: frozenset[str], pedigree: Pedigree) -> Iterable[str]:
    for each in placed:
        if each.person is None:
            continue
        if each.person.twin and each.id not in twins:
            yield named(each, f"{twin_words(each.person)}; CanRisk has identical twins only.")
        if each.id in twins and not _is_paired(each.person, pedigree.patient):
            yield named(each, f"{twin_words(each.person)}; {_PAIRED}")
        yield from (named(each, words) for words in _of_cancers(each.person))
        yield from (named(each, words) for words in _of_genes(each.person, pedigree))
        yield from (named(each, words) for words in _of_age(each.person))


def _is_paired(twin: Person, patient: Person) -> bool:
    """Whether CanRisk takes these two for identical twins (bws/pedigree.py, read 2026-11-22)."""
    alive = not (twin.is_deceased or patient.is_deceased)
    same_age = not alive or _age(twin) == _age(patient)
    return twin.birth_year == patient.birth_year and same_age


def _of_genes(person: Person, pedigree: Pedigree) -> Iterable[str]:
    """The findings and tests, and as what those are written that CanRisk has a word for."""
    written = gene_tests(pedigree, person)
    for trait in person.traits:
        word = written.get(gene_of(trait), "")
        yield f"{trait.display}: {_as_found(word) if word else 'not written'}."
    for test in person.other_tests:
        word = written.get(test.gene, "") if test.found is False else ""
        if not word or not (test.is_of_gene or is_direct(pedigree, test)):
            yield f"tested for {test.text}: not written."
        elif test.variant:
            yield f"tested for {test.text}: written {word}, which change has no column."


def _as_found(word: str) -> str:
    """A search stands for a way that is not recorded: CanRisk wants one of the two."""
    kind = " as of a search of the gene" if word.startswith("S") else ""
    return f"written {word}{kind}, which change it is has no column"


def _of_cancers(person: Person) -> Iterable[str]:
    second = _second(person)
    yield from (f"{each}: its age is not written." for each in person.contradictions)
    for each in person.cancers:
        first = _first(_certain(person, each.site)) if each.site in SITES else ""
        written = each in _certain(person, each.site or "") and first
        if not written:
            yield f"{cancer_words(each)}: not written."
        elif first == _AGE_UNKNOWN and is_told(each.age):
            yield f"{cancer_words(each)}: written AU (age not known), the nearest word for it."
        elif each.is_bilateral and second not in (_NONE, _AGE_UNKNOWN):
            continue
        elif first != _AGE_UNKNOWN and str(exact(each.age)) != first:
            yield f"{cancer_words(each)}: not written, it is not the first and the breast is open."
        elif each.is_bilateral and person.sex != "female":
            yield f"{cancer_words(each)}: that it was both is not written, CanRisk asks women only."
        elif each.is_bilateral:
            yield f"{cancer_words(each)}: the second breast is written AU (age not known)."


def _of_age(person: Person) -> Iterable[str]:
    wanted = _wanted(person)
    aside = "" if wanted else ": CanRisk leaves them aside"
    if not is_wholly_told(person):
        reason = "recorded in part" if person.is_health_known else "health not known"
        reason = reason if person.is_partial or not person.is_health_known else "a cancer is open"
        age = f" {person.age.words()}" if is_told(person.age) and person.age.words() else ""
        yield f"{reason}, so the age{age} is left out: with it CanRisk would read 0 as no cancer."
    elif not exact(person.age):
        told = person.age.words() if is_told(person.age) else None
        yield f"age {told or 'not recorded'}, written 0 (unspecified){aside}."
    elif person.birth_year is None:
        yield f"year of birth not recorded, written 0 (unspecified){aside}."
    if wanted:
        yield f"with a cancer, so CanRisk computes nothing until it has the {wanted}."


def _wanted(person: Person) -> str:
    """What CanRisk must be told of one who has a cancer in the file, and the file does not tell."""
    ages = [each for each in _cancers(person) if each != _NONE]
    # An age at a cancer is compared with the age now; AU is not.
    is_compared = any(each != _AGE_UNKNOWN for each in ages)
    lacking = ["age"] if is_compared and not _age(person) else []
    lacking += ["year of birth"] if ages and person.birth_year is None else []
    return " and the ".join(lacking)
