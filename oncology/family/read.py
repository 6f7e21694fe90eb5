"""The pedigree of a chart: FamilyMemberHistory, and the patient as a member of the family."""

from __future__ import annotations

import re
from collections import Counter

from msgspec.structs import replace

from oncology.chart.model import Chart, Result
from oncology.dates import PartialDate, Span
from oncology.family.ages import (
    birth_of,
    birth_year,
    is_deceased,
    life_span,
    told_onset,
)
from oncology.family.breasts import Breasts, both_breasts, each_breast
from oncology.family.conditions import FAMILY_UNKNOWN, ORIGIN_UNKNOWN, read_condition
from oncology.family.kinship import KINSHIP, says_kinship
from oncology.family.model import Cancer, Pedigree, Person, Trait
from oncology.family.own import patient_of
from oncology.family.paths import degrees_between
from oncology.family.records import named_once, people_in
from oncology.family.relations import UNKNOWN, Relation, read_relation, with_sex
from oncology.family.tested import tests_of, traits_of
from oncology.reading.elements import CodeableConcept, bare_reference
from oncology.reading.family_member_history import FamilyExtension, FamilyMemberHistory, texts_in
from oncology.terminology import Terminology

# FamilyMemberHistory.status: with these the relative's health is told; with health-unknown what
# is recorded holds, and without any of them it may be a mistake.
_TOLD = ("completed", "partial")
_RECORDED = (*_TOLD, "health-unknown")
# A person has one of each, however often they are recorded.
_ONE_OF_A_KIND = ("M", "F", "MM", "MF", "FM", "FF")
# FHIR has no element for it. Only a note that begins with it is about the relative: others tell of
# somebody else's child. It is drawn, and nothing is judged by it.
_ADOPTED_OUT = re.compile(
    r"\s*(?:adopted (?:out|away)|(?:given up|placed|put up) for adoption)\b", re.I
)


def read_pedigree(chart: Chart, terminology: Terminology, today: PartialDate) -> Pedigree:
    """The patient and the blood relatives, and those whose relation is not understood.

    Several records of the mother, the father or one grandparent are one person.
    """
    kinds = terminology.site_kinds
    found: list[tuple[Person, bool]] = []
    adopted: list[Person] = []
    related = any(each.kind == KINSHIP and each.is_certain for each in chart.history)
    for member, results in zip(chart.family, chart.family_results, strict=True):
        relation = read_relation(member.relationship, terminology, texts_in(member.note))
        if not relation.is_blood:
            if relation.adopted:
                adopted.append(_by_adoption(member, relation, today))
            continue
        relation = with_sex(relation, _sex(member, relation.sex), terminology)
        person = named_once(_read_person(member, relation, terminology, today), kinds)
        is_parent = person.path in ("M", "F") and member.status in _RECORDED
        related = related or (is_parent and says_kinship(member, terminology))
        if results:
            person = _with_results(person, results, member.status in _RECORDED)
        found.append((person, relation.is_by_sex))
    patient = _with_own_results(patient_of(chart, terminology, today), chart)
    relatives = _named_apart(_people(found))
    unknown = any(each.cancer == FAMILY_UNKNOWN and each.is_certain for each in chart.history)
    return Pedigree(
        people=tuple(named_once(each, kinds) for each in (patient, *relatives)),
        is_read=chart.was_read("FamilyMemberHistory"),
        hides_relatives=chart.hides("FamilyMemberHistory"),
        own_hidden=_own_hidden(chart),
        by_adoption=tuple(_named_apart(adopted)),
        parents_are_related=related,
        kinds=kinds,
        is_unknown=unknown,
    )


def _people(found: list[tuple[Person, bool]]) -> list[Person]:
    """Who stands in the records; beside each whether only the sex told which parent it is."""
    children = [
        (parent, person.path) for person, _ in found if person.path for parent in person.parents
    ]
    kept: list[list[tuple[Person, bool]]] = []
    places: dict[str, int] = {}
    for recorded, is_by_sex in found:
        person = _in_place(recorded, children)
        place = places.get(person.path or "")
        if place is not None:
            kept[place].append((person, is_by_sex))
            continue
        if person.path in _ONE_OF_A_KIND:
            places[person.path] = len(kept)
        kept.append([(person, is_by_sex)])
    return _linked_to_people([each for records in kept for each in people_in(records)])


def _linked_to_people(people: list[Person]) -> list[Person]:
    """The same with the keys of people for whichever of their records is named."""
    keys = {name: each.key for each in people for name in each.references if name != each.key}
    if not keys:
        return people
    return [
        replace(
            each,
            parents=tuple(keys.get(name, name) for name in each.parents),
            siblings=tuple(keys.get(name, name) for name in each.siblings),
        )
        for each in people
    ]


def _in_place(person: Person, children: list[tuple[str, str]]) -> Person:
    """One inside the record of a child who cannot be that child's parent as related: the relation
    is then perhaps the one to the child, not to the patient, and not known."""
    if person.path is None or "#" not in person.key:
        return person
    paths = [path for parent, path in children if parent == person.key]
    if all(1 in degrees_between(person.path, path) for path in paths):
        return person
    return replace(person, path=None, label=UNKNOWN.label)


def _own_hidden(chart: Chart) -> frozenset[str] | None:
    """As what Conditions that could not be used may count; None: as anything."""
    if not chart.was_read("Condition"):
        return None
    found: set[str] = set()
    for each in chart.hidden:
        if each.resource_type in ("Condition", "unknown"):
            if each.sites is None:
                return None
            found |= each.sites
    return frozenset(found)


def _by_adoption(member: FamilyMemberHistory, relation: Relation, today: PartialDate) -> Person:
    """Who they are and how old; their cancers tell nothing of the patient and are left out."""
    reference = _key(member.id)
    return Person(
        key=reference,
        label=relation.label,
        path=relation.adopted,
        sex=_sex(member, relation.sex),
        is_deceased=is_deceased(member),
        age=life_span(member, today),
        references=(reference,),
    )


def _read_person(
    member: FamilyMemberHistory, relation: Relation, terminology: Terminology, today: PartialDate
) -> Person:
    life = life_span(member, today)
    is_told = member.status in _TOLD and member.data_absent_reason is None
    recorded = member.status in _RECORDED
    cancers, traits, ruled_out = [], [], []
    breasts: Breasts = ()
    sex = _sex(member, relation.sex)
    reference = _key(member.id)
    for condition in member.condition:
        found = read_condition(condition, member, life, terminology)
        if isinstance(found, Cancer):
            certain = found.is_certain and recorded
            cancers.append(replace(found, is_certain=certain, reference=reference))
            breasts += each_breast(condition.code, cancers[-1])
            ruled_out += _contradicted(found, told_onset(condition, member), life)
        elif isinstance(found, Trait):
            certain = found.is_certain and recorded
            traits.append(replace(found, is_certain=certain, reference=reference))
    return Person(
        key=reference,
        label=relation.label,
        path=relation.path,
        sex=sex,
        cancers=_fitting(both_breasts(cancers, member), sex, terminology),
        traits=tuple(dict.fromkeys(traits)),
        # Not known is not the same as healthy.
        is_health_known=is_told,
        is_partial=member.status != "completed",
        is_deceased=is_deceased(member),
        age=life,
        birth_year=birth_year(birth_of(member)),
        twin=relation.twin,
        parents=_linked(member, "genetics-parent", terminology),
        siblings=_linked(member, "genetics-sibling", terminology),
        references=(reference,),
        is_adopted_out=any(_ADOPTED_OUT.match(each) for each in texts_in(member.note)),
        may_be=relation.may_be,
        breasts=breasts,
        contradictions=tuple(dict.fromkeys(ruled_out)),
    )


def _with_results(person: Person, results: tuple[Result, ...], recorded: bool) -> Person:
    """The same with what laboratories found; what may be recorded by mistake is not certain."""
    traits, tests = traits_of(results), tests_of(results)
    if not recorded:
        traits = [replace(each, is_certain=False) for each in traits]
        tests = [replace(each, found=None) for each in tests]
    return replace(
        person,
        traits=tuple(dict.fromkeys((*person.traits, *traits))),
        tests=tuple(dict.fromkeys(tests)),
    )


def _with_own_results(patient: Person, chart: Chart) -> Person:
    """The same with the patient's own germline results; the tumour's are no trait of a person."""
    results = tuple(each for each in chart.results if each.origin == "germline")
    traits = [each for each in traits_of(results) if each.is_certain]
    return replace(
        patient,
        traits=tuple(dict.fromkeys((*patient.traits, *traits))),
        tests=tuple(dict.fromkeys(tests_of(results))),
    )


def _contradicted(cancer: Cancer, told: Span, life: Span) -> list[str]:
    """The age told at a cancer that the person had not reached; it is left out, not its cancer."""
    if told.low is None or life.high is None or told.low <= life.high:
        return []
    return [f"{cancer.name} recorded at {told.words()}, beyond the age of {life.words()}"]


def _sex(member: FamilyMemberHistory, by_relation: str) -> str | None:
    """As recorded and as the relation says; None when they contradict each other."""
    codes = [member.gender, by_relation]
    if isinstance(member.sex, CodeableConcept):
        codes += [coding.code for coding in member.sex.coding]
    else:
        codes.append(member.sex)
    told = {code for code in codes if code in ("male", "female")}
    return told.pop() if len(told) == 1 else None


def _fitting(
    cancers: tuple[Cancer, ...], sex: str | None, terminology: Terminology
) -> tuple[Cancer, ...]:
    """Spread without its origin only where no origin is recorded; an organ of the other sex is
    perhaps an error of record, perhaps not: open."""
    if any(each.site for each in cancers):
        cancers = tuple(each for each in cancers if each.name != ORIGIN_UNKNOWN)
    return tuple(
        each if _may_have(sex, each.site, terminology) else replace(each, is_certain=False)
        for each in cancers
    )


def _may_have(sex: str | None, site: str | None, terminology: Terminology) -> bool:
    known = terminology.family_sites.get(site or "")
    return known is None or not known.sex or sex is None or sex == known.sex


def _linked(member: FamilyMemberHistory, kind: str, terminology: Terminology) -> tuple[str, ...]:
    """The records a genetics extension names as parent or full sibling of this relative."""
    around = (member.id or "").partition("#")[0]
    found = []
    for extension in member.extension:
        if not (extension.url or "").endswith(kind) or not _is_first_degree(extension, terminology):
            continue
        for part in extension.extension:
            named = part.value_reference.reference if part.value_reference else None
            if named:
                is_inside = named.startswith("#")
                found.append(_key(around + named) if is_inside else bare_reference(named))
    return tuple(dict.fromkeys(found))


def _is_first_degree(extension: FamilyExtension, terminology: Terminology) -> bool:
    """Unless the type it tells is one by step, foster or adoption, or a half-sibling."""
    types = (part.value_codeable_concept for part in extension.extension)
    relations = [read_relation(each, terminology) for each in types if each is not None]
    return all(each.is_blood and each.path in (*"MFPSI", None) for each in relations)


def _key(identifier: str | None) -> str:
    return f"FamilyMemberHistory/{identifier}" if identifier else "FamilyMemberHistory"


def _named_apart(people: list[Person]) -> list[Person]:
    """Two maternal aunts are called maternal aunt 1 and maternal aunt 2."""
    total = Counter(person.label for person in people)
    seen: Counter[str] = Counter()
    named = []
    for person in people:
        seen[person.label] += 1
        number = f" {seen[person.label]}" if total[person.label] > 1 else ""
        named.append(replace(person, label=f"{person.label}{number}"))
    return named
