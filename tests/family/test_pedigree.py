"""Relatives as recorded: relation, side, sex, ages, cancers, and how they are linked."""

from __future__ import annotations

import csv
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.dates import Span
from oncology.family.ages import said_age
from oncology.family.paths import degree_of, degrees_between, side_of
from tests.family.builders import (
    BREAST,
    COLON,
    OVARIAN,
    ROLE,
    SNOMED,
    TERMINOLOGY,
    icd,
    kin_of,
    pedigree,
    relative,
    snomed,
    years,
)
from tests.family.families import named_sites


def test_every_path_has_the_degree_and_side_of_the_table() -> None:
    """The arithmetic of paths and the table of codes say the same."""
    with (guidance_folder() / "terminology" / "relationships.csv").open() as table:
        rows = [row for row in csv.DictReader(table) if row["path"]]
    assert len(rows) > 50
    for row in rows:
        assert str(degree_of(row["path"])) == row["degree"], row
        assert (side_of(row["path"]) or "unknown") == row["side"], row


@pytest.mark.parametrize(
    ("relation", "path", "degree", "side", "sex"),
    [
        ("MTH", "M", 1, "maternal", "female"),
        ("PGRFTH", "FF", 2, "paternal", "male"),
        ("AUNT", "PS", 2, None, "female"),
        ("HSIS", "PC", 2, None, "female"),
        ("MCOUSN", "MSC", 3, "maternal", None),
        ("NIECE", "SC", 2, "both", "female"),
        ("ITWINSIS", "I", 0, "both", "female"),
        ("GGRPRN", "PPP", 3, None, None),
        ("FAMMEMB", None, None, None, None),
    ],
)
def test_a_code_gives_path_degree_side_and_sex(
    relation: str, path: str | None, degree: int | None, side: str | None, sex: str | None
) -> None:
    """Half-relatives are one degree further; an aunt not said whose has no side."""
    person = pedigree(relative("r", relation, (BREAST, 50))).relatives[0]
    assert (person.path, person.degree, person.side, person.sex) == (path, degree, side, sex)


@pytest.mark.parametrize(
    ("code", "sex", "path", "label"),
    [
        ("PRN", "female", "M", "mother"),
        ("NPRN", "male", "F", "father"),
        ("GRPRN", "female", "PM", "grandmother"),
        ("MGRPRN", "male", "MF", "maternal grandfather"),
        ("PGGRPRN", "female", "FPM", "paternal great-grandmother"),
        ("PRN", None, "P", "parent"),
        ("SIB", "male", "S", "sibling"),
        ("CHILD", "female", "C", "child"),
    ],
)
def test_the_recorded_sex_tells_which_parent(
    code: str, sex: str | None, path: str, label: str
) -> None:
    """A parent who is a woman is the mother."""
    more = {"sex": {"coding": [{"code": sex}]}} if sex else {}
    (person,) = pedigree(relative("r", code, (BREAST, 40), **more)).relatives
    assert (person.path, person.label, person.sex) == (path, label, sex)


def test_a_parent_who_is_a_woman_is_the_mother_on_record() -> None:
    """Nobody counts twice, in whichever order the records come."""
    woman = {"sex": {"coding": [{"code": "female"}]}}
    for one, other in (("a", "b"), ("b", "a")):
        read = pedigree(
            relative(one, "PRN", (BREAST, 40), **woman), relative(other, "MTH", (OVARIAN, 60))
        )
        (mother,) = read.relatives
        assert (mother.path, len(mother.cancers)) == ("M", 2)


def test_a_parent_born_in_another_year_than_the_mother_may_be_none_by_blood() -> None:
    """`PRN` also covers adoptive, foster and step mothers."""
    woman = {"sex": {"coding": [{"code": "female"}]}}
    for one, other in (("a", "b"), ("b", "a")):
        read = pedigree(
            relative(one, "PRN", (BREAST, 40), bornDate="1950", **woman),
            relative(other, "MTH", bornDate="1955"),
        )
        assert {each.path: each.may_be for each in read.relatives} == {"M": (), None: ("M", None)}


@pytest.mark.parametrize("code", ["ADOPTM", "STPSIS", "MTHFOST", "SIS", "WIFE", "ONESELF", "GESTM"])
def test_only_blood_relatives_are_members(code: str) -> None:
    """Adoptive, step, foster relatives and spouses never count; a sister does."""
    assert len(pedigree(relative("r", code, (BREAST, 40))).relatives) == (code == "SIS")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Mother", "M"),
        ("mother's sister", "MS"),
        ("Paternal  great-aunt", "FPS"),
        ("half-brother", "PC"),
        ("maternal half-sister", "MC"),
        ("second cousin", "PPSCC"),
        ("someone in the family", None),
    ],
)
def test_words_count_when_they_say_the_relation_exactly(text: str, path: str | None) -> None:
    """A relation told only in words is read when it is in the list of such words."""
    assert pedigree(relative("r", {"text": text}, (BREAST, 40))).relatives[0].path == path


@pytest.mark.parametrize(
    ("code", "text", "path"),
    [
        ("AUNT", "maternal aunt", "MS"),
        ("SIS", "maternal half-sister", "MC"),
        ("SIS", "my half sibling through dad", None),
        ("EXT", "maternal great-aunt", "MPS"),
        ("MTH", "father", None),
        ("MAUNT", "aunt", "MS"),
    ],
)
def test_words_make_a_general_code_exact_and_a_contradiction_opens_it(
    code: str, text: str, path: str | None
) -> None:
    """The closer of code and words counts; two that exclude each other tell nothing."""
    concept = {"coding": [{"system": ROLE, "code": code}], "text": text}
    assert pedigree(relative("r", concept, (BREAST, 40))).relatives[0].path == path


@pytest.mark.parametrize("text", ["aunt by marriage", "step-sister", "Adopted sister"])
def test_words_that_deny_blood_leave_the_relative_out(text: str) -> None:
    """An aunt by marriage shares the code of an aunt by blood."""
    concept = {"coding": [{"system": ROLE, "code": "AUNT"}], "text": text}
    assert pedigree(relative("r", concept, (BREAST, 40))).relatives == ()


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("45", 45, 45),
        ("45 years", 45, 45),
        ("at age 45", 45, 45),
        ("about 50", 48, 52),
        ("early 40s", 40, 43),
        ("40's", 40, 49),
        ("in her twenties", 20, 29),
        ("before 50", 0, 49),
        ("<50", 0, 49),
        ("over 60", 60, None),
        ("45-50", 45, 50),
        ("50 or younger", 0, 50),
    ],
)
def test_ages_in_words_are_intervals(said: str, low: int, high: int | None) -> None:
    """What a text leaves open stays open."""
    assert said_age(said) == Span(low, high)


@pytest.mark.parametrize("said", ["", "premenopausal", "a while ago", "50-45", "before 0", "1,5"])
def test_other_words_tell_no_age(said: str) -> None:
    """No number is guessed."""
    assert said_age(said) is None


def test_the_age_at_death_bounds_the_onset() -> None:
    """A woman who died at 48 had her cancer by then."""
    person = pedigree(relative("r", "MTH", BREAST, deceasedAge=years(48))).relatives[0]
    assert person.cancers[0].age == Span(0, 48)
    assert (person.is_deceased, person.age) == (True, Span(48, 48))


@pytest.mark.parametrize(
    ("period", "more", "low", "high"),
    [
        ({"start": "1999-03", "end": "1999-03"}, {}, 48, 49),
        ({"start": "1985", "end": "1999"}, {}, 34, 49),
        ({"start": "1999"}, {"deceasedDate": "2001"}, 48, 51),
        ({"end": "1999"}, {}, 0, 49),
        ({"start": "1999"}, {}, 48, 76),
        ({"start": "1999", "end": "1985"}, {}, 0, 76),
    ],
)
def test_the_onset_lies_in_its_period(period: dict, more: dict, low: int, high: int) -> None:
    """Born in 1950: a period from 1985 to 1999 may be any age from 34 to 49."""
    mother = relative("r", "MTH", (BREAST, {"onsetPeriod": period}), bornDate="1950", **more)
    (cancer,) = pedigree(mother).relatives[0].cancers
    assert cancer.age == Span(low, high)


def test_right_and_left_breast_are_bilateral_and_one_side_tells_nothing() -> None:
    """Laterality stands in the sixth character of the ICD-10-CM code."""
    both = relative("r", "MTH", (icd("C50.911"), 45), (icd("C50.912"), 50))
    one = relative("r", "MTH", (icd("C50.911"), 45))
    assert {each.is_bilateral for each in pedigree(both).relatives[0].cancers} == {True}
    assert pedigree(one).relatives[0].cancers[0].is_bilateral is None


@pytest.mark.parametrize(
    ("code", "site"),
    [
        (icd("C17.0"), "small_bowel"),
        (icd("C66.9"), "upper_urinary"),
        (icd("C67.9"), "bladder"),
        (icd("C49.A2"), "gist"),
        (icd("C49.9"), "soft_tissue_sarcoma"),
        (icd("C62.90"), "other"),
        (COLON, "crc"),
    ],
)
def test_sites_that_no_testing_guidance_knows_count_in_a_family(code: dict, site: str) -> None:
    """Ureter is not bladder, and a sarcoma is not a gastrointestinal stromal tumour."""
    assert pedigree(relative("r", "MTH", (code, 50))).relatives[0].cancers[0].site == site


def test_a_cancer_in_words_is_possible_only() -> None:
    """Text never makes a cancer certain; no word of cancer makes none."""
    said = pedigree(relative("r", "MTH", {"text": "Breast cancer, bilateral"})).relatives[0]
    assert (said.cancers[0].site, said.cancers[0].is_certain) == ("breast", False)
    assert pedigree(relative("r", "MTH", {"text": "Diabetes"})).relatives[0].cancers == ()


def test_two_records_of_the_mother_are_one_and_two_aunts_are_two() -> None:
    """A person has one mother; aunts are told apart by number."""
    read = pedigree(
        relative("a", "MTH", (BREAST, 40)),
        relative("b", "MTH", (OVARIAN, 60)),
        relative("c", "MAUNT"),
        relative("d", "MAUNT"),
    )
    assert [person.label for person in read.relatives] == [
        "mother",
        "maternal aunt 1",
        "maternal aunt 2",
    ]
    assert [cancer.site for cancer in read.relatives[0].cancers] == ["breast", "ovarian"]


def test_the_patient_is_a_member_with_every_own_cancer() -> None:
    """Past cancers and those no testing guidance is about count too."""
    conditions = [
        {
            "resourceType": "Condition",
            "id": f"c{number}",
            "subject": {"reference": "Patient/p"},
            "code": code,
            "onsetDateTime": "2015-06-01",
        }
        for number, code in enumerate((COLON, icd("C64.9")))
    ]
    own = {(each.site, each.age) for each in pedigree(*conditions).patient.cancers}
    assert own == {("crc", Span(35, 35)), ("kidney", Span(35, 35))}


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        ("M", "F", {None}),
        ("M", "MS", {1}),
        ("MS", "MS", {1}),
        ("MS", "MSC", {1, 2}),
        ("MSC", "MSC", {1, 3}),
        ("MSC", "FSC", {None}),
        ("", "MS", {2}),
        ("MM", "S", {2}),
        ("PS", "M", {1, None}),
        ("PC", "M", {1, None}),
        ("SC", "C", {3}),
        ("C", "CC", {1, 2}),
    ],
)
def test_links_between_relatives_are_derived_from_their_paths(
    first: str, second: str, apart: set
) -> None:
    """A cousin may or may not be an aunt's child; mother and father are not related."""
    assert degrees_between(first, second) == apart
    assert degrees_between(second, first) == apart


def test_a_parent_named_by_the_record_settles_a_link() -> None:
    """The genetics extension says whose child the cousin is."""
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-parent",
        "extension": [
            {"url": "type", "valueCodeableConcept": {"coding": [{"code": "NMTH"}]}},
            {"url": "reference", "valueReference": {"reference": "FamilyMemberHistory/a"}},
        ],
    }
    read = pedigree(
        relative("a", "MAUNT", (COLON, 40)),
        relative("b", "MCOUSN", (COLON, 30), extension=[extension]),
        relative("c", "MCOUSN", (COLON, 30)),
    )
    aunt, child, other = read.relatives
    assert read.degrees_between(aunt, child) == {1}
    assert read.degrees_between(aunt, other) == {1, 2}


@pytest.mark.parametrize(
    ("kind", "code", "is_link"),
    [
        ("parent", "NMTH", True),
        ("parent", "PRN", True),
        ("parent", "STPMTH", False),
        ("parent", "ADOPTM", False),
        ("sibling", "NSIS", True),
        ("sibling", "ITWIN", True),
        ("sibling", "HSIS", False),
        ("sibling", "STPSIS", False),
    ],
)
def test_a_link_by_step_or_half_is_none_of_the_first_degree(
    kind: str, code: str, is_link: bool
) -> None:
    """The extension tells the type: a cousin's stepmother is not her mother."""
    (extension,) = kin_of(kind, "FamilyMemberHistory/a")["extension"]
    told = {"url": "type", "valueCodeableConcept": {"coding": [{"system": ROLE, "code": code}]}}
    linked = {**extension, "extension": [told, *extension["extension"]]}
    other, cousin = pedigree(
        relative("a", "MAUNT", (COLON, 40)),
        relative("b", "MCOUSN", (COLON, 30), extension=[linked]),
    ).relatives
    assert bool(cousin.parents or cousin.siblings) is is_link
    assert (other.key in cousin.parents + cousin.siblings) is is_link


def test_relatives_by_adoption_are_kept_apart_and_never_counted() -> None:
    """An adoptive mother's cancer is nobody's; her place in the family is known."""
    found = pedigree(relative("am", "ADOPTM", (BREAST, 30)), relative("s", {"text": "stepsister"}))
    assert found.relatives == ()
    (mother,) = found.by_adoption
    assert (mother.path, mother.sex, mother.cancers) == ("M", "female", ())


def test_parents_recorded_as_related() -> None:
    """The patient's record says consanguinity; a refuted or unconfirmed one says nothing."""

    def recorded(status: str) -> bool:
        system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
        condition = {
            "resourceType": "Condition",
            "id": "c",
            "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": SNOMED, "code": "842009"}]},
            "verificationStatus": {"coding": [{"system": system, "code": status}]},
        }
        return pedigree(condition).parents_are_related

    assert recorded("confirmed")
    assert not recorded("refuted") and not recorded("unconfirmed")
    assert not pedigree().parents_are_related


@pytest.mark.parametrize(
    ("note", "is_out"),
    [
        ("Adopted out of the family; related by blood.", True),
        ("placed for adoption at birth", True),
        ("Given up for adoption", True),
        ("Her son was adopted out of the family.", False),
        ("Not adopted out", False),
        ("", False),
    ],
)
def test_adoption_out_of_the_family_is_told_by_a_note_that_begins_with_it(
    note: str, is_out: bool
) -> None:
    """The relative is one by blood all the same, and counts."""
    found = pedigree(relative("sister", "SIS", (BREAST, 40), note=[{"text": note}]))
    (sister,) = found.relatives
    assert sister.is_adopted_out is is_out
    assert sister.degree == 1 and sister.cancers


def _observed(**more: Any) -> dict[str, Any]:
    """A relative's Observation of consanguinity, inside the record."""
    url = "http://hl7.org/fhir/StructureDefinition/family-member-history-genetics-observation"
    observation = {
        "resourceType": "Observation",
        "id": "related",
        "status": "final",
        "code": {"coding": [{"system": SNOMED, "code": "842009"}]},
        **more,
    }
    linked = [{"url": url, "valueReference": {"reference": "#related"}}]
    return {"contained": [observation], "extension": linked}


@pytest.mark.parametrize(
    ("relation", "more", "is_related"),
    [
        ("MTH", {"valueBoolean": True}, True),
        ("FTH", {"valueBoolean": True}, True),
        ("MTH", {"valueBoolean": False}, False),
        ("MTH", {}, False),
        ("AUNT", {"valueBoolean": True}, False),
        ("MTH", {"valueBoolean": True, "status": "entered-in-error"}, False),
        ("MTH", {"valueBoolean": True, "code": {"text": "Consanguinity denied"}}, False),
    ],
)
def test_a_parent_may_be_recorded_as_related_to_the_other(
    relation: str, more: dict[str, Any], is_related: bool
) -> None:
    """By R4's Observation of a relative; only a plain yes, only of mother or father."""
    found = pedigree(relative("r", relation, **_observed(**more)))
    assert found.parents_are_related is is_related
    assert found.relatives[0].traits == ()


def test_an_observation_that_nothing_names_is_not_the_relatives() -> None:
    """Contained resources count by the reference to them."""
    told = _observed(valueBoolean=True)
    found = pedigree(relative("mother", "MTH", contained=told["contained"]))
    assert not found.parents_are_related


def test_a_criterion_that_counts_a_wider_site_counts_its_kinds() -> None:
    """A cancer told by both is kept by the closer one alone."""
    closer = TERMINOLOGY.site_kinds.one
    for sites in named_sites():
        missing = {site for site, wider in closer if wider in sites and site not in sites}
        assert not missing


def test_the_kinds_of_sites_are_sites() -> None:
    """Each names a cancer that some code is read as, and a kind of a kind is one too."""
    codes = (TERMINOLOGY.conditions, TERMINOLOGY.condition_prefixes, TERMINOLOGY.family_cancers)
    known = {each.cancer for table in codes for each in table.values()}
    known |= TERMINOLOGY.family_sites.keys()
    within = TERMINOLOGY.site_kinds.within
    assert {site for pair in within for site in pair} <= known
    for site, wider in within:
        assert {(site, widest) for each, widest in within if each == wider} <= within


def test_one_cancer_under_two_codes_is_told_once_in_each_of_two_records() -> None:
    """A second record of the mother adds another age of it, no other cancer."""
    lung, closer = icd("C34.90"), snomed("254637007")
    told = relative("a", "MTH", (lung, 60), (closer, 60))
    for more in (relative("b", "MTH", (closer, 62)), relative("b", "MTH", (lung, 60))):
        mother = pedigree(told, more).relatives[0]
        assert [each.site for each in mother.cancers] == ["nsclc"]


def test_two_cancers_of_unknown_sites_may_be_two() -> None:
    """Alike as they are recorded; in a second record of the mother, too."""
    vague = snomed("363346000")
    told = relative("a", "MTH", vague, vague)
    assert len(pedigree(told).relatives[0].cancers) == 2
    assert len(pedigree(told, relative("b", "MTH", vague)).relatives[0].cancers) == 3
