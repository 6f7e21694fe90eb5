"""The pedigree by the GA4GH Pedigree Standard, as JSON in its Phenopackets form.

The standard is a model that others carry (pedigree.readthedocs.io, "Using the Pedigree Standard",
read 2026-11-22); its published examples are in Phenopackets, its FHIR guide is still a draft.
Individuals are Phenopackets 2.0; relations are terms of the Kinship Ontology (KIN, kin.owl of
2024-09-16). In its reduced form parents name their children, and siblings follow from parents.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from oncology.dates import Span
from oncology.family.export.file import PedigreeFile, cancer_words, exact, named, people_of
from oncology.family.export.places import FAMILY, LINK, Place, Places, places_of
from oncology.family.model import Cancer, Pedigree, Person
from oncology.terminology import FamilyCode, Terminology

_SEX = {"male": "MALE", "female": "FEMALE"}
_MOTHER, _FATHER = ("KIN:027", "isBiologicalMotherOf"), ("KIN:028", "isBiologicalFatherOf")
_PARENT = ("KIN:003", "isBiologicalParentOf")
_ADOPTIVE_PARENT = ("KIN:022", "isAdoptiveParentOf")
_SIBLING_FIGURE = ("KIN:024", "isSiblingFigureOf")
_RELATED_PARTNER = ("KIN:030", "isConsanguineousPartnerOf")
_TWINS = {
    "identical": ("KIN:010", "isMonozygoticMultipleBirthSiblingOf"),
    "fraternal": ("KIN:011", "isPolyzygoticMultipleBirthSiblingOf"),
    "twin": ("KIN:009", "isMultipleBirthSiblingOf"),
}
_BY_BLOOD, _RELATIVE = ("KIN:002", "isBiologicalRelativeOf"), ("KIN:001", "isRelativeOf")
# Relations that leave a parent open, by their path. A side that KIN has no word for is listed.
_OPEN = {
    "P": _PARENT,
    "PC": ("KIN:012", "isHalfSiblingOf"),
    "PS": ("KIN:013", "isParentalSiblingOf"),
    "PSC": ("KIN:014", "isCousinOf"),
    "MP": ("KIN:052", "isMaternalGrandparentOf"),
    "FP": ("KIN:053", "isPaternalGrandparentOf"),
    **dict.fromkeys(("PM", "PF", "PP"), ("KIN:017", "isGrandparentOf")),
}
_GREAT_GRANDPARENT = ("KIN:018", "isGreatGrandparentOf")
_SYSTEMS = {
    "snomed": (
        "SNOMEDCT",
        {
            "id": "snomedct",
            "name": "SNOMED CT",
            "url": "https://www.snomed.org",
            "version": "unknown",
            "namespacePrefix": "SNOMEDCT",
            "iriPrefix": "http://snomed.info/id/",
        },
    ),
    "icd-10-cm": (
        "ICD10CM",
        {
            "id": "icd10cm",
            "name": "International Classification of Diseases, Tenth Revision, "
            "Clinical Modification",
            "url": "https://www.cdc.gov/nchs/icd/icd-10-cm/",
            "version": "unknown",
            "namespacePrefix": "ICD10CM",
            "iriPrefix": "http://purl.bioontology.org/ontology/ICD10CM/",
        },
    ),
}


def write_ga4gh(pedigree: Pedigree, terminology: Terminology, today: date) -> PedigreeFile:
    """The whole family; nobody is left out, whose place is open stands in a wider relation."""
    found = places_of(pedigree)
    codes = {each.cancer: each for each in terminology.family_codes if each.is_whole}
    everyone = (*found.placed, *found.loose, *found.adopted)
    document = {
        "id": FAMILY,
        "narrative": "Family history of cancer as recorded; what is not recorded is left out.",
        "date": today.isoformat(),
        "indexPatients": [found.patient.id],
        "individuals": [_individual(each, codes, today) for each in everyone],
        "relationships": [*_relationships(found), *_related(found, pedigree)],
    }
    return PedigreeFile(
        name="pedigree-ga4gh.json",
        media_type="application/json",
        text=json.dumps(document, indent=2, ensure_ascii=False) + "\n",
        people=people_of(everyone),
        lost=tuple(_lost(found, codes)),
    )


def _individual(place: Place, codes: dict[str, FamilyCode], today: date) -> dict[str, Any]:
    """A Phenopacket. A person without diseases is not said to have none."""
    person = place.person
    subject: dict[str, Any] = {"id": place.id, "sex": _SEX.get(place.sex or "", "UNKNOWN_SEX")}
    written = [each for each in person.cancers if _code(each, codes)] if person else []
    if person is not None:
        subject |= _life(person)
    packet: dict[str, Any] = {"id": f"{FAMILY}-{place.id}", "subject": subject}
    diseases = [_disease(each, codes) for each in written]
    if diseases:
        packet["diseases"] = diseases
    systems = dict.fromkeys(codes[_site(each)].system for each in written)
    packet["metaData"] = {
        "created": f"{today.isoformat()}T00:00:00Z",
        "createdBy": "OncoCue",
        "resources": [_SYSTEMS[each][1] for each in systems],
        "phenopacketSchemaVersion": "2.0",
    }
    return packet


def _life(person: Person) -> dict[str, Any]:
    age = _time(person.age)
    if person.is_deceased:
        return {"vitalStatus": {"status": "DECEASED"} | ({"timeOfDeath": age} if age else {})}
    told: dict[str, Any] = {"timeAtLastEncounter": age} if age else {}
    if person.is_deceased is False:
        told["vitalStatus"] = {"status": "ALIVE"}
    return told


def _time(age: Span) -> dict[str, Any] | None:
    """An age or a range of ages; None when it is open at its end, or not told."""
    if exact(age) is not None:
        return {"age": {"iso8601duration": f"P{age.low}Y"}}
    if age.high is None:
        return None
    bounds = {"start": age.low or 0, "end": age.high}
    return {"ageRange": {key: {"iso8601duration": f"P{value}Y"} for key, value in bounds.items()}}


def _code(cancer: Cancer, codes: dict[str, FamilyCode]) -> FamilyCode | None:
    """The code of a cancer that may be written as a fact."""
    if not cancer.is_certain or cancer.is_in_situ:
        return None
    return codes.get(_site(cancer))


def _site(cancer: Cancer) -> str:
    return cancer.site or "any_malignancy"


def _disease(cancer: Cancer, codes: dict[str, FamilyCode]) -> dict[str, Any]:
    code = codes[_site(cancer)]
    term = {"id": f"{_SYSTEMS[code.system][0]}:{code.code}", "label": code.display}
    onset = _time(cancer.age)
    return {"term": term} | ({"onset": onset} if onset else {})


def _relationships(found: Places) -> Iterable[dict[str, Any]]:
    sexes = {each.id: each.sex for each in found.placed}
    for each in found.placed:
        for parent in (each.father, each.mother):
            if parent:
                role = {"male": _FATHER, "female": _MOTHER}.get(sexes[parent] or "", _PARENT)
                yield _relation(parent, role, each.id)
        if each.person and each.person.twin:
            yield _relation(each.id, _TWINS[each.person.twin], found.patient.id)
    for each in found.loose:
        yield _relation(each.id, _open(each.person), found.patient.id)
    for each in found.adopted:
        if each.person and each.person.path == "C":
            yield _relation(found.patient.id, _ADOPTIVE_PARENT, each.id)
        else:
            is_sibling = each.person is not None and each.person.path == "S"
            word = _SIBLING_FIGURE if is_sibling else _ADOPTIVE_PARENT
            yield _relation(each.id, word, found.patient.id)


def _related(found: Places, pedigree: Pedigree) -> Iterable[dict[str, Any]]:
    """That the patient's parents are related by blood."""
    patient = found.patient
    if pedigree.parents_are_related and patient.father and patient.mother:
        yield _relation(patient.father, _RELATED_PARTNER, patient.mother)


def _open(person: Person | None) -> tuple[str, str]:
    path = person.path if person else None
    if path is None:
        return _RELATIVE
    if len(path) == 3 and set(path) <= set("MFP"):
        return _GREAT_GRANDPARENT
    return _OPEN.get(path, _BY_BLOOD)


def _relation(one: str, term: tuple[str, str], other: str) -> dict[str, Any]:
    return {
        "individualId": one,
        "relation": {"id": term[0], "label": term[1]},
        "relativeId": other,
    }


def _lost(found: Places, codes: dict[str, FamilyCode]) -> Iterable[str]:
    yield "No disease means that none is written, not that there is none."
    yield "A cancer is written by its site (ovarian: ovary, tube or peritoneum), not its histology."
    for each in found.loose:
        word = _open(each.person)
        if word in (_BY_BLOOD, _RELATIVE, _GREAT_GRANDPARENT):
            yield named(each, f"the relation is written as {word[1]} only.")
    for each in (*found.placed, *found.loose):
        if each.person is not None:
            yield from (named(each, words) for words in _of_person(each.person, codes))
    links = [each.id for each in found.placed if each.label == LINK]
    if links:
        yield f"Nobody recorded {', '.join(links)}: links that a relation needs."


def _of_person(person: Person, codes: dict[str, FamilyCode]) -> Iterable[str]:
    yield from (f"{each}: its age is not written." for each in person.contradictions)
    for each in person.cancers:
        if not _code(each, codes):
            yield f"{cancer_words(each)}: not written."
        elif each.age.words() and _time(each.age) is None:
            yield f"{cancer_words(each)}: the age is not written, it is open at its end."
        elif each.is_bilateral or each.premenopausal:
            told = "both breasts" if each.is_bilateral else "before the menopause"
            yield f"{cancer_words(each)}: that it was {told} is not written."
    yield from (f"{each.display}: not written." for each in person.traits)
    yield from (f"tested for {each.text}: not written." for each in person.other_tests)
    if person.age.words() and _time(person.age) is None:
        yield f"age {person.age.words()}: not written, it is open at its end."
    if person.birth_year is not None:
        yield "year of birth: not written, the format wants the whole date."
    if not person.is_health_known:
        yield "health not known: the format has no word for it."
    elif person.is_partial:
        yield "recorded in part: the format has no word for it."
