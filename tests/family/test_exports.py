"""Exported pedigrees: what a format can carry comes back, the rest is listed, unknown stays so."""

from __future__ import annotations

import json
from functools import cache
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pedigree_ga4gh import errors, from_document, validate

from oncology.dates import Span
from oncology.family.export.canrisk import NotWritable, write_canrisk
from oncology.family.export.file import PedigreeFile
from oncology.family.export.ga4gh import write_ga4gh
from oncology.family.export.ped import write_ped
from oncology.family.model import Cancer, Pedigree, Person
from oncology.terminology import SYSTEMS, FamilyCode
from tests.chart.builders import (
    ABSENT,
    GERMLINE,
    PRESENT,
    SOMATIC,
    concept,
    gene,
    loinc,
    part,
    variant,
)
from tests.family.builders import (
    BREAST,
    COLON,
    OVARIAN,
    SNOMED,
    TERMINOLOGY,
    TODAY,
    Resource,
    icd,
    linked,
    observed,
    pedigree,
    relative,
    years,
)
from tests.family.exported import Line, paths_from, read_canrisk, read_ped

DAY = TODAY.earliest
CODED_BRCA2 = {"coding": [{"system": SNOMED, "code": "412738007"}]}
# Ways up, then over to a sibling or not, then down.
PATHS = [
    f"{''.join(up)}{over}{'C' * down}"
    for high in range(3)
    for up in product("MF", repeat=high)
    for over in ("", "S")
    for down in range(3)
    if "".join(up) + over or down
]
OPEN_PATHS = ("P", "PC", "PS", "PSC", "PM", "PP", "MP", "FPS", "MPM", None)
SEXES = {"M": "female", "F": "male"}
spans = st.one_of(
    st.just(Span()),
    st.integers(0, 89).map(lambda age: Span(age, age)),
    st.tuples(st.integers(20, 50), st.integers(0, 20)).map(lambda t: Span(t[0], t[0] + t[1])),
    st.integers(20, 80).map(lambda age: Span(0, age)),
    st.integers(20, 80).map(lambda age: Span(age, None)),
)
cancers = st.builds(
    Cancer,
    site=st.sampled_from(["breast", "ovarian", "prostate", "pancreatic", "crc", "sarcoma", None]),
    age=spans,
    is_certain=st.booleans(),
    is_bilateral=st.sampled_from([None, None, True]),
    is_in_situ=st.sampled_from([False, False, True]),
    name=st.just("a cancer"),
)


@st.composite
def people(draw: st.DrawFn) -> Pedigree:
    """A patient of known sex and relatives at any places, with and without a side."""
    paths = draw(st.lists(st.sampled_from((*PATHS, *OPEN_PATHS)), max_size=12))
    made = [_person(draw, "", "patient", draw(st.sampled_from(["female", "male"])))]
    for number, path in enumerate(paths):
        up_only = path is not None and not set(path) & set("SC")
        if up_only and path in {each.path for each in made}:
            continue
        certain = SEXES.get(path[-1]) if path and up_only else None
        sex = certain or draw(st.sampled_from(["female", "male", None]))
        made.append(_person(draw, path, f"relative {number}", sex))
    return Pedigree(tuple(made))


def _person(draw: st.DrawFn, path: str | None, key: str, sex: str | None) -> Person:
    return Person(
        key=key,
        label=key,
        path=path,
        sex=sex,
        cancers=tuple(draw(st.lists(cancers, max_size=2))),
        is_health_known=draw(st.booleans()),
        is_partial=draw(st.booleans()),
        is_deceased=draw(st.sampled_from([None, True, False])),
        age=draw(spans),
        birth_year=draw(st.sampled_from([None, 1950])),
    )


def everyone(family: Pedigree, file: PedigreeFile) -> dict[str, tuple[str, Person]]:
    """The people of a file by label: their id, and who they are in the pedigree."""
    ids = {label: identifier for identifier, label in file.people}
    return {p.label: (ids[p.label], p) for p in family.people if p.label in ids}


def listed(file: PedigreeFile, label: str) -> str:
    """What the file's list says of someone."""
    return " ".join(each for each in file.lost if f"({label})" in each)


def parents_of(lines: dict[str, Line]) -> dict[str, tuple[str | None, str | None]]:
    """Father and mother of each line."""
    return {each: (line.father, line.mother) for each, line in lines.items()}


def assert_same_places(family: Pedigree, file: PedigreeFile, lines: dict[str, Line]) -> None:
    """Whoever has a place is found there again; who is not in the file is listed."""
    paths = paths_from("P1", parents_of(lines))
    found = everyone(family, file)
    for person in family.people:
        if person.label not in found:
            assert listed(file, person.label), person
            continue
        assert paths[found[person.label][0]] == (person.path or "").replace("I", "S")


def assert_sound(lines: dict[str, Line], male: str, female: str) -> None:
    """Both parents or none, each in the file and of the right sex, nobody their own ancestor."""
    for line in lines.values():
        assert (line.father is None) == (line.mother is None)
        if line.father and line.mother:
            assert lines[line.father].sex in (male, "0")
            assert lines[line.mother].sex in (female, "0")


@settings(deadline=None)
@given(people())
def test_ped_carries_places_sexes_and_phenotypes(family: Pedigree) -> None:
    """The six columns come back; unaffected is said only of those of whom it is known."""
    file = write_ped(family)
    lines = read_ped(file.text)
    assert_same_places(family, file, lines)
    assert_sound(lines, "1", "2")
    found = dict(everyone(family, file).values())
    for identifier, line in lines.items():
        person = found.get(identifier)
        if person is None:
            assert line.values["phenotype"] == "0"
            continue
        assert line.sex == {"male": "1", "female": "2", None: "0"}[person.sex]
        certain = any(c.is_certain and not c.is_in_situ for c in person.cancers)
        known = person.is_health_known and not person.is_partial and not person.cancers
        expected = "2" if certain else "1" if known else "0"
        assert line.values["phenotype"] == expected


@settings(deadline=None)
@given(people())
def test_canrisk_carries_places_and_ages(family: Pedigree) -> None:
    """Exact ages at a first cancer come back; an age stands only where all cancers are told."""
    file = write_canrisk(family)
    lines = read_canrisk(file.text)
    assert_same_places(family, file, lines)
    assert_sound(lines, "M", "F")
    assert [each for each, line in lines.items() if line.values["Target"] == "1"] == ["P1"]
    for identifier, person in everyone(family, file).values():
        told = lines[identifier].values
        if told["Age"] != "0":
            assert int(told["Age"]) == person.age.low == person.age.high
            assert person.is_health_known and not person.is_partial
            for cancer in person.cancers:
                assert (cancer.is_certain and cancer.site is not None) or cancer.site in (
                    "crc",
                    "sarcoma",
                )
        for site, column in (("ovarian", "OC"), ("prostate", "PRO"), ("breast", "BC1")):
            sure = [
                c for c in person.cancers if c.site == site and c.is_certain and not c.is_in_situ
            ]
            assert (told[column] != "0") == bool(sure)
            if len(sure) == 1 and sure[0].age.low == sure[0].age.high and sure[0].age.low:
                assert told[column] == str(sure[0].age.low)
            elif len(sure) == 1:
                assert told[column] == "AU"
                assert sure[0].age == Span() or "AU" in listed(file, person.label)
        for cancer in person.cancers:
            if not cancer.is_certain or cancer.site in ("crc", "sarcoma", None):
                assert "not written" in listed(file, person.label)
    assert all(len(each) <= 7 for each in lines)


@settings(deadline=None)
@given(people())
def test_ga4gh_carries_everyone_with_ages_and_cancers(family: Pedigree) -> None:
    """A reader of others finds no fault, the same people, cancers and intervals of age."""
    file = write_ga4gh(family, TERMINOLOGY, DAY)
    document = json.loads(file.text)
    assert not errors(validate(document))
    kindred, _ = from_document(document)
    assert [each.id for each in kindred.members if each.index] == ["P1"]
    parents: dict[str, tuple[str | None, str | None]] = {}
    for each in kindred.ids():
        found: dict[str, str] = {}
        for relation in kindred.relations_to(each):
            found[relation.kin] = relation.individual
        # A parent of unknown sex stands as isBiologicalParentOf, in the column that is free.
        father, mother = found.get("KIN:028"), found.get("KIN:027")
        open_one = found.get("KIN:003")
        parents[each] = (father, mother or open_one)
    paths = paths_from("P1", parents)
    packets = {each["subject"]["id"]: each for each in document["individuals"]}
    for identifier, person in everyone(family, file).values():
        subject, diseases = packets[identifier]["subject"], packets[identifier].get("diseases", [])
        if person.path is not None and "P" not in person.path:
            assert paths[identifier] == person.path
        else:
            assert [r.relative for r in kindred.relations if r.individual == identifier] == ["P1"]
        assert subject["sex"] == {"male": "MALE", "female": "FEMALE"}.get(
            person.sex or "", "UNKNOWN_SEX"
        )
        assert (subject.get("vitalStatus") or {}).get("status") == {
            True: "DECEASED",
            False: "ALIVE",
            None: None,
        }[person.is_deceased]
        life = subject.get("timeAtLastEncounter") or (subject.get("vitalStatus") or {}).get(
            "timeOfDeath"
        )
        assert_age(life, person.age)
        sure = [
            each
            for each in person.cancers
            if each.is_certain and not each.is_in_situ and each.site != "sarcoma"
        ]
        assert len(diseases) == len(sure)
        for disease, cancer in zip(diseases, sure, strict=True):
            assert site_of(disease["term"]["id"]) == cancer.site
            assert_age(disease.get("onset"), cancer.age)
    assert {person.label for person in family.people} <= {label for _, label in file.people}


def assert_age(told: dict[str, dict[str, object]] | None, age: Span) -> None:
    """The interval comes back; one that is open at its end is not written."""
    if age.high is None:
        assert told is None
    elif age.low == age.high:
        assert told == {"age": {"iso8601duration": f"P{age.low}Y"}}
    else:
        assert told is not None and list(told) == ["ageRange"]
        bounds = {key: value["iso8601duration"] for key, value in told["ageRange"].items()}  # type: ignore[index, attr-defined]
        assert bounds == {"start": f"P{age.low or 0}Y", "end": f"P{age.high}Y"}


@cache
def site_of(curie: str) -> str | None:
    """The site our own reading gives a code."""
    prefix, _, code = curie.partition(":")
    name = {"SNOMEDCT": "snomed", "ICD10CM": "icd-10-cm"}[prefix]
    system = next(each for each, known in SYSTEMS.items() if known == name)
    concept = {"resourceType": "FamilyMemberHistory", "coding": [{"system": system, "code": code}]}
    (person,) = pedigree(relative("r", "MTH", (concept, 50))).relatives
    return person.cancers[0].site


@pytest.mark.parametrize("code", TERMINOLOGY.family_codes, ids=lambda each: each.name)
def test_each_code_we_write_is_read_as_the_cancer_it_was_written_for(code: FamilyCode) -> None:
    """The table of codes to write agrees with the tables of codes to read, and is certain."""
    system = next(each for each, known in SYSTEMS.items() if known == code.system)
    coding = {"system": system, "code": code.code}
    # A sibling not said to be a man or a woman may have any of them.
    (person,) = pedigree(relative("r", "SIB", ({"coding": [coding]}, 50))).relatives
    (cancer,) = person.cancers
    assert cancer.site == (None if code.cancer == "any_malignancy" else code.cancer)
    assert cancer.is_certain


FAMILY = (
    relative("mother", "MTH", (BREAST, 44), bornDate="1950"),
    relative("aunt", "MAUNT", (OVARIAN, "early 50s"), status="health-unknown"),
    relative("cousin", "COUSN", (BREAST, 38)),
    relative("brother", "BRO", status="health-unknown"),
    relative("twin", "ITWINSIS", deceasedAge=years(40)),
    relative("son", "SON", deceasedBoolean=False, ageAge=years(12), bornDate="2014-02-02"),
)


def of(file: PedigreeFile, label: str) -> str:
    """The id of a relation in a file."""
    return next(identifier for identifier, name in file.people if name == label)


def test_a_family_as_canrisk_reads_it() -> None:
    """Exact ages, a range as AU, a brother of whom nothing is known without an age."""
    file = write_canrisk(pedigree(*FAMILY))
    lines = {key: line.values for key, line in read_canrisk(file.text).items()}
    mother, aunt, brother = (of(file, each) for each in ("mother", "maternal aunt", "brother"))
    assert [lines[mother][each] for each in ("BC1", "BC2", "OC", "Age", "Yob")] == [
        *("44", "0", "0", "0", "1950"),
    ]
    assert lines[aunt]["OC"] == "AU"
    assert "50 to 53: written AU" in listed(file, "maternal aunt")
    assert {lines[brother][each] for each in ("BC1", "OC", "PRO", "PAN", "Age", "Yob")} == {"0"}
    assert "health not known" in listed(file, "brother")
    twin = of(file, "identical twin sister")
    assert lines[twin]["MZtwin"] == lines["P1"]["MZtwin"] == "1" != lines[brother]["MZtwin"]
    assert [lines[twin][each] for each in ("Dead", "Age")] == ["1", "40"]
    son = of(file, "natural son")
    assert [lines[son][each] for each in ("MothID", "Age", "Yob")] == ["P1", "12", "2014"]
    assert "left out" in listed(file, "cousin")


def test_a_family_as_ped_reads_it() -> None:
    """Affected by one cancer when one is asked for; the brother is missing, not unaffected."""
    everything, ovarian = write_ped(pedigree(*FAMILY)), write_ped(pedigree(*FAMILY), "ovarian")
    phenotypes = {key: line.values["phenotype"] for key, line in read_ped(everything.text).items()}
    mother, aunt = of(everything, "mother"), of(everything, "maternal aunt")
    assert (phenotypes[mother], phenotypes[aunt]) == ("2", "2")
    assert phenotypes[of(everything, "brother")] == "0"
    assert phenotypes[of(everything, "natural son")] == "1"
    only = {key: line.values["phenotype"] for key, line in read_ped(ovarian.text).items()}
    assert (only[mother], only[aunt], only[of(ovarian, "brother")]) == ("1", "2", "0")


def test_a_cousin_of_a_side_not_said_is_a_cousin_in_ga4gh() -> None:
    """KIN has a word for a cousin without a side, so nobody is left out."""
    file = write_ga4gh(pedigree(*FAMILY), TERMINOLOGY, DAY)
    relations = json.loads(file.text)["relationships"]
    cousin = next(each for each in relations if each["individualId"] == of(file, "cousin"))
    assert cousin["relation"] == {"id": "KIN:014", "label": "isCousinOf"}
    assert cousin["relativeId"] == "P1"


def test_relatives_by_adoption_are_never_by_blood() -> None:
    """GA4GH says that they adopted; CanRisk and PED know parents by blood alone and list them."""
    family = pedigree(
        *FAMILY,
        relative("am", "ADOPTM", (BREAST, 40)),
        relative("as", {"text": "adopted sister"}),
        relative("ac", "DAUADOPT"),
    )
    assert {each.path for each in family.by_adoption} == {"M", "S", "C"}
    file = write_ga4gh(family, TERMINOLOGY, DAY)
    document = json.loads(file.text)
    assert not errors(validate(document))
    ids = {label: identifier for identifier, label in file.people}
    told = {
        (each["individualId"], each["relation"]["id"], each["relativeId"])
        for each in document["relationships"]
    }
    assert (ids["adoptive mother"], "KIN:022", "P1") in told
    assert ("P1", "KIN:022", ids["adopted daughter"]) in told
    assert (ids["adopted sister"], "KIN:024", "P1") in told
    for other in (write_ped(family), write_canrisk(family)):
        assert "adoptive mother" not in dict(other.people).values()
        assert "by adoption alone" in listed(other, "adoptive mother")


def test_related_parents_are_carried_or_listed() -> None:
    """KIN has a word for it; CanRisk and PED have none."""
    family = replace(pedigree(*FAMILY), parents_are_related=True)
    file = write_ga4gh(family, TERMINOLOGY, DAY)
    document = json.loads(file.text)
    assert not errors(validate(document))
    ids = {label: identifier for identifier, label in file.people}
    (related,) = [e for e in document["relationships"] if e["relation"]["id"] == "KIN:030"]
    assert ids["mother"] in (related["individualId"], related["relativeId"])
    for other in (write_ped(family), write_canrisk(family)):
        assert any("related by blood is not in the file" in each for each in other.lost)


# -- gene tests, the other breast, ages that contradict each other -------------------------


def germline(identifier: str, symbol: str, change: str = "", found: bool = True) -> Resource:
    """A germline variant, pathogenic where it was found; of the whole gene without a change."""
    parts = [gene(symbol), part("48002-0", valueCodeableConcept=loinc(GERMLINE))]
    if change:
        hgvs = concept("http://varnomen.hgvs.org", change)
        parts.append(part("48004-6", valueCodeableConcept=hgvs))
    if found:
        parts.append(part("53037-8", valueCodeableConcept=loinc("LA6668-3")))
    return variant(*parts, identifier=identifier, call=PRESENT if found else ABSENT)


def with_result(identifier: str, relation: str, *results: Resource, **more: Any) -> Resource:
    """A relative with results of their own."""
    inside = [{**each, "id": f"{identifier}-{n}"} for n, each in enumerate(results)]
    links = linked(*(f"#{each['id']}" for each in inside))
    return relative(identifier, relation, contained=inside, **links, **more)


def gene_column(file: PedigreeFile, label: str, name: str = "BRCA2") -> str:
    """What CanRisk reads in the column of a gene."""
    return read_canrisk(file.text)[of(file, label)].values[name]


CARRIER = with_result("m", "MTH", germline("v", "BRCA2", "c.5946del"))
KNOWN = observed("k", "79208-5", "LA6577-6")


@pytest.mark.parametrize(
    ("relatives", "label", "word"),
    [
        ((CARRIER,), "mother", "S:P"),
        ((relative("b", "BRO", CODED_BRCA2),), "brother", "S:P"),
        ((relative("m", "MTH", {"text": "BRCA2 positive"}),), "mother", "0:0"),
        ((with_result("s", "SIS", germline("v", "BRCA2", "c.5946del", False)),), "sister", "0:0"),
        ((with_result("s", "SIS", germline("v", "BRCA2", found=False)),), "sister", "S:N"),
        ((with_result("s", "SIS", germline("v", "BRCA1", found=False)),), "sister", "0:0"),
        ((with_result("s", "SIS", KNOWN),), "sister", "0:0"),
        ((CARRIER, with_result("s", "SIS", KNOWN)), "sister", "T:N"),
        (
            (CARRIER, with_result("s", "SIS", germline("v", "BRCA2", "c.5946del", False))),
            "sister",
            "T:N",
        ),
        (
            (CARRIER, with_result("s", "SIS", germline("v", "BRCA2", "c.9097dup", False))),
            "sister",
            "0:0",
        ),
        (
            (
                CARRIER,
                with_result("f", "FTH", germline("v", "BRCA2", "c.9097dup")),
                with_result("s", "SIS", germline("v", "BRCA2", "c.5946del", False)),
            ),
            "sister",
            "0:0",
        ),
        (
            (
                with_result(
                    "m",
                    "MTH",
                    germline("v", "BRCA2", "c.5946del"),
                    germline("w", "BRCA2", found=False),
                ),
            ),
            "mother",
            "0:0",
        ),
        (
            (
                with_result(
                    "s", "SIS", {**germline("v", "BRCA2", found=False), "status": "unknown"}
                ),
            ),
            "sister",
            "0:0",
        ),
    ],
)
def test_a_gene_test_as_canrisk_reads_it(
    relatives: tuple[Resource, ...], label: str, word: str
) -> None:
    """A search of the gene or a direct test; one change not found is no search, and two tests
    that contradict each other tell nothing."""
    assert gene_column(write_canrisk(pedigree(*relatives)), label) == word


def test_the_patients_own_gene_test_is_in_the_file() -> None:
    """The result that CanRisk needs first; a tumour's is none."""
    own = {**germline("v", "PALB2", found=False), "subject": {"reference": "Patient/p"}}
    assert gene_column(write_canrisk(pedigree(own)), "patient", "PALB2") == "S:N"
    found = germline("v", "PALB2", "c.3113G>A")
    file = write_canrisk(pedigree(found))
    assert gene_column(file, "patient", "PALB2") == "S:P"
    told = "written S:P as of a search of the gene, which change it is has no column"
    assert told in listed(file, "patient")
    somatic = json.loads(json.dumps(found).replace(GERMLINE, SOMATIC))
    assert gene_column(write_canrisk(pedigree(somatic)), "patient", "PALB2") == "0:0"


def test_hoxb13_is_listed_since_no_record_tells_the_number_of_copies() -> None:
    """CanRisk's words for it are one copy or two."""
    file = write_canrisk(pedigree(with_result("f", "FTH", germline("v", "HOXB13", "c.251G>A"))))
    assert gene_column(file, "father", "HOXB13") == "0:0"
    assert "HOXB13 c.251G>A, pathogenic: not written" in listed(file, "father")


RIGHT, LEFT, NO_SIDE = icd("C50.911"), icd("C50.912"), icd("C50.919")


@pytest.mark.parametrize(
    ("cancers_told", "ages"),
    [
        (((RIGHT, 40), (LEFT, 42)), ("40", "42")),
        (((LEFT, 42), (RIGHT, 40)), ("40", "42")),
        (((RIGHT, 40), (LEFT, 40)), ("40", "40")),
        (((RIGHT, 40), (LEFT, "early 40s")), ("40", "AU")),
        (((RIGHT, 40), (LEFT, None)), ("AU", "AU")),
        (((RIGHT, 40), (LEFT, 42), (NO_SIDE, 38)), ("38", "AU")),
        (((RIGHT, 40), (LEFT, 42), (LEFT, 45)), ("40", "AU")),
        (((RIGHT, 40), (RIGHT, 42)), ("40", "0")),
        (((NO_SIDE, 40), (NO_SIDE, 42)), ("40", "0")),
    ],
)
def test_the_second_breast_has_its_age_where_each_side_has_one(
    cancers_told: tuple[Any, ...], ages: tuple[str, str]
) -> None:
    """Two records of one breast, or none said which, are no cancer of the other."""
    file = write_canrisk(pedigree(relative("s", "SIS", *cancers_told)))
    line = read_canrisk(file.text)[of(file, "sister")].values
    assert (line["BC1"], line["BC2"]) == ages
    if ages == ("40", "42"):
        assert "breast" not in listed(file, "sister")


def test_the_patients_second_breast_has_its_age() -> None:
    """Two diagnoses on the problem list, by code of the side."""
    conditions = [
        {
            "resourceType": "Condition",
            "id": f"c{age}",
            "subject": {"reference": "Patient/p"},
            "code": code,
            "onsetAge": years(age),
        }
        for code, age in ((RIGHT, 40), (LEFT, 42))
    ]
    line = read_canrisk(write_canrisk(pedigree(*conditions)).text)["P1"].values
    assert (line["BC1"], line["BC2"]) == ("40", "42")


def test_an_age_that_another_one_rules_out_is_listed_with_each_format() -> None:
    """Breast cancer at 50 in a woman of 45: which of them is wrong is not known."""
    family = pedigree(relative("s", "SIS", (BREAST, 50), ageAge=years(45)))
    for file in (write_ped(family), write_canrisk(family), write_ga4gh(family, TERMINOLOGY, DAY)):
        assert "breast cancer recorded at 50, beyond the age of 45" in listed(file, "sister")


@pytest.mark.parametrize(
    ("cancer", "more", "wanted"),
    [
        ((BREAST, 44), {}, "age and the year of birth"),
        ((BREAST, 44), {"bornDate": "1950"}, "age"),
        ((BREAST, 44), {"ageAge": years(60)}, "year of birth"),
        ((BREAST, "early 40s"), {}, "year of birth"),
        ((BREAST, 44), {"deceasedAge": years(60), "bornDate": "1950"}, ""),
        ((COLON, 44), {}, ""),
    ],
)
def test_what_canrisk_must_be_told_of_one_with_a_cancer_is_listed(
    cancer: Any, more: dict[str, Any], wanted: str
) -> None:
    """It leaves aside whoever has none and no age; of the others it wants age and year."""
    file = write_canrisk(pedigree(relative("s", "SIS", cancer, **more)))
    told = listed(file, "sister")
    assert (f"computes nothing until it has the {wanted}." in told) is bool(wanted)
    assert ("leaves them aside" in told) is (cancer[0] is COLON)


@pytest.mark.parametrize(
    ("relation", "words"),
    [("TWINSIS", "twin, identical or not is not recorded;"), ("FTWINSIS", "fraternal twin;")],
)
def test_a_twin_whom_a_format_cannot_tell_is_listed(relation: str, words: str) -> None:
    """A twin of unsaid zygosity is no fraternal one."""
    family = pedigree(relative("t", relation))
    for file in (write_ped(family), write_canrisk(family)):
        assert any(words in each for each in file.lost)


@pytest.mark.parametrize(
    ("told", "is_paired"),
    [
        ({"bornDate": "1980"}, False),
        ({"bornDate": "1980-05-01"}, True),
        ({"bornDate": "1980", "deceasedAge": years(40)}, True),
        ({"deceasedAge": years(40)}, False),
        ({"bornDate": "1979", "deceasedAge": years(40)}, False),
        ({}, False),
    ],
)
def test_what_canrisk_wants_of_identical_twins_is_listed(
    told: dict[str, Any], is_paired: bool
) -> None:
    """One year of birth, and one age as long as both live; else it refuses the family."""
    file = write_canrisk(pedigree(relative("t", "ITWINSIS", **told)))
    assert ("one year of birth of both" in listed(file, "identical twin sister")) is not is_paired
    assert "one year of birth" not in listed(file, "patient")


def test_no_name_and_no_id_of_a_record_leaves() -> None:
    """Names, ids of resources, identifiers and notes of the chart are in no file."""
    odd = {"id": "Zzyzx-77", "name": "Quirina Ozymandias", "note": [{"text": "lives in Xanadu"}]}
    records = (relative("x", "MTH", (BREAST, 44), **odd),)
    patient = {
        **{"resourceType": "Patient", "id": "Qwertz-99", "gender": "female"},
        "name": [{"family": "Ozymandias"}],
        "birthDate": "1980-05-01",
    }
    family = pedigree(*records, patient=patient)
    for file in (write_ped(family), write_canrisk(family), write_ga4gh(family, TERMINOLOGY, DAY)):
        for word in ("Zzyzx", "Ozymandias", "Xanadu", "Qwertz", "1980-05", "FamilyMemberHistory"):
            assert word not in file.text + file.legend + file.name


def test_canrisk_needs_the_sex_of_the_patient() -> None:
    """There is no file rather than one with a sex made up."""
    with pytest.raises(NotWritable):
        write_canrisk(pedigree(patient={"resourceType": "Patient", "id": "p"}))
