"""Relatives inside the record of another relative."""

from __future__ import annotations

from typing import Any

import pytest

from oncology.chart.read import read_chart
from oncology.family.verdict import Verdict
from oncology.reading.decode import read_records
from tests.family.builders import (
    BREAST,
    COLON,
    PATIENT,
    TERMINOLOGY,
    bundle,
    kin_of,
    linked,
    observed,
    pedigree,
    relative,
)
from tests.family.families import RULES

AUNT = relative("a", "MAUNT", (COLON, 60))
GRANDMOTHER = relative("g", "MGRMTH", (COLON, 60))


def _cousin(*inside: Any, **more: Any) -> dict[str, Any]:
    return relative("c", "MCOUSN", (COLON, 45), contained=list(inside), **more)


@pytest.mark.parametrize("kind", ["parent", "sibling"])
def test_a_relative_inside_another_record_is_read_as_one_beside_it(kind: str) -> None:
    """The aunt counts, and is linked to her child."""
    cousin, aunt = pedigree(_cousin(AUNT, **kin_of(kind, "#a"))).relatives
    assert (aunt.path, aunt.reference) == ("MS", "FamilyMemberHistory/c#a")
    assert (cousin.parents if kind == "parent" else cousin.siblings) == (aunt.key,)
    assert [each.site for each in aunt.cancers] == ["crc"]


def test_amsterdam_is_met_through_a_relative_inside() -> None:
    """Cousin, aunt and grandmother: the aunt stands between the two others."""
    read = pedigree(_cousin(AUNT, **kin_of("parent", "#a")), GRANDMOTHER)
    assert Verdict(RULES["amsterdam2"], read).answer is True


def test_a_chain_of_relatives_inside_is_followed() -> None:
    """The cousin names the aunt, the aunt the grandmother."""
    aunt = {**AUNT, **kin_of("parent", "#g")}
    people = pedigree(_cousin(aunt, GRANDMOTHER, **kin_of("parent", "#a"))).relatives
    by_path = {each.path: each for each in people}
    assert by_path["MSC"].parents == (by_path["MS"].key,)
    assert by_path["MS"].parents == (by_path["MM"].key,)


def test_the_id_inside_is_no_id_outside() -> None:
    """Another relative has the same id as a record of her own."""
    other = relative("a", "PAUNT", (BREAST, 50))
    people = pedigree(_cousin(AUNT, **kin_of("parent", "#a")), other).relatives
    assert {each.path for each in people} == {"MSC", "MS", "FS"}
    assert next(each for each in people if each.path == "MSC").parents == (
        "FamilyMemberHistory/c#a",
    )


def test_a_relation_to_the_child_is_not_taken_for_one_to_the_patient() -> None:
    """ "Mother" inside a cousin's record: hers or the patient's is to be asked."""
    mother = relative("a", "MTH", (COLON, 60))
    people = pedigree(_cousin(mother, **kin_of("parent", "#a")), relative("m", "MTH")).relatives
    assert sorted((each.path or "", each.label) for each in people) == [
        ("", "relative"),
        ("M", "mother"),
        ("MSC", "maternal cousin"),
    ]


def test_a_result_named_by_a_relative_inside_is_hers() -> None:
    """It is inside the same record, or beside it and then no result of the patient's."""
    beside = observed("o", "21636-6", "LA6576-8")
    inside = {**beside, "id": "i"}
    for reference, more in (("#i", []), ("Observation/o", [beside])):
        aunt = {**AUNT, **linked(reference)}
        record = _cousin(aunt, inside, **kin_of("parent", "#a"))
        assert "BRCA1" in {
            each.name for person in pedigree(record, *more).relatives for each in person.traits
        }
        chart = read_chart(read_records(bundle(PATIENT, record, *more)), TERMINOLOGY)
        assert chart.results == ()


def test_a_link_to_either_record_of_one_relative_is_one_to_her() -> None:
    """The sister names the second record of the mother."""
    sister = relative("s", "SIS", **kin_of("parent", "FamilyMemberHistory/n"))
    mother, child = pedigree(relative("m", "MTH"), relative("n", "NMTH"), sister).relatives
    assert child.parents == (mother.key,)


@pytest.mark.parametrize(
    "record",
    [
        _cousin(AUNT),
        _cousin(**kin_of("parent", "#a")),
        _cousin("nothing", **kin_of("sibling", "#a")),
        _cousin({**AUNT, "condition": "none"}, **kin_of("parent", "#a")),
    ],
)
def test_one_who_is_there_and_not_read_is_not_passed_over(record: dict[str, Any]) -> None:
    """Nothing names her, or she cannot be read: noted, and no criterion is answered with no."""
    read = pedigree(record, GRANDMOTHER)
    assert len(read.relatives) == 2
    assert read.hides_relatives
    chart = read_chart(read_records(bundle(PATIENT, record)), TERMINOLOGY)
    assert "FamilyMemberHistory/c" in {each.reference for each in chart.notes}


@pytest.mark.parametrize(
    ("inside", "around", "is_told"),
    [
        ({"status": "entered-in-error"}, {}, None),
        ({}, {"status": "entered-in-error"}, None),
        ({}, {"status": "draft"}, False),
        ({"patient": {"reference": "Patient/other"}}, {}, None),
        ({"patient": {"display": "the same"}}, {}, True),
    ],
)
def test_what_is_inside_holds_as_far_as_what_is_around_it(
    inside: dict[str, Any], around: dict[str, Any], is_told: bool | None
) -> None:
    """And is the patient's or not by itself."""
    aunt = {**AUNT, **inside}
    people = pedigree(_cousin(aunt, **kin_of("parent", "#a"), **around)).relatives
    found = [each for each in people if each.path == "MS"]
    assert [each.cancers[0].is_certain for each in found] == ([] if is_told is None else [is_told])
