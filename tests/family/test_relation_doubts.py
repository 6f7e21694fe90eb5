"""Words that say, or may say, that somebody is related by marriage, by half, or not by blood."""

from __future__ import annotations

from typing import Any

import pytest

from oncology.family.model import Person
from tests.family.builders import BREAST, ROLE, pedigree, relative


def _read(code: str, text: str = "", display: str = "", note: str = "") -> tuple[Person, ...]:
    coding: dict[str, Any] = {"system": ROLE, "code": code}
    concept: dict[str, Any] = {"coding": [{**coding, "display": display} if display else coding]}
    more = {"note": [{"text": note}]} if note else {}
    if text:
        concept["text"] = text
    return pedigree(relative("r", concept, (BREAST, 40), **more)).relatives


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MAUNT", "maternal uncle's wife"),
        ("MAUNT", "uncle's wife"),
        ("AUNT", "uncles wife"),
        ("AUNT", "wife of maternal uncle"),
        ("MAUNT", "mother’s brother’s wife"),
        ("UNCLE", "aunt's ex-husband"),
        ("MAUNT", "husband's aunt"),
        ("MAUNT", "Husband's maternal aunt"),
        ("PAUNT", "My late husband's aunt."),
        ("NIECE", "wife's niece"),
        ("NEPHEW", "nephew on husband's side"),
        ("AUNT", "aunt (wife's side of the family)"),
        ("AUNT", "Aunt-in-law"),
        ("MAUNT", "aunt, by marriage"),
        ("COUSN", "cousin - by marriage only"),
        ("BRO", "sister's husband"),
        ("SIS", "partner's sister"),
    ],
)
def test_a_relative_by_marriage_is_left_out(code: str, text: str) -> None:
    """Sources: `relationships.csv`, AUNT and NIECE."""
    assert _read(code, text) == ()
    assert _read(code, display=text) == ()


def test_a_display_that_denies_blood_goes_before_a_text_that_does_not() -> None:
    """The text says aunt, the code's display by marriage."""
    assert _read("MAUNT", "Aunt", display="maternal aunt (by marriage)") == ()
    assert _read("AUNT", "Aunt", display="aunt by marriage") == ()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MTH", "father's wife"),
        ("GRMTH", "grandfather's wife"),
        ("SONC", "husband's son"),
        ("MAUNT", "aunt Sue, uncle Bob's wife"),
        ("AUNT", "aunt, married to mom's brother"),
        ("AUNT", "aunt (not a blood relative)"),
        ("SIS", "sister of husband"),
        ("AUNT", "aunt to my ex-wife"),
        ("COUSN", "cousin husband side"),
        ("SIS", "sister (adopted)"),
    ],
)
def test_words_that_may_deny_blood_leave_it_open(code: str, text: str) -> None:
    """A father's wife may be the mother; an adopted sister may be one by birth elsewhere."""
    for (person,) in (_read(code, text), _read(code, display=text)):
        assert person.path is None
        assert person.may_be[-1] is None
        assert not person.is_by_blood


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("MTH", "mother (husband's name John)"),
        ("MAUNT", "maternal aunt, married"),
        ("SIS", "sister, partnered"),
        ("UNCLE", "uncle, wife Mary is well"),
    ],
)
def test_a_spouse_who_is_named_is_no_relation(code: str, text: str) -> None:
    """These words are on somebody else."""
    (person,) = _read(code, text)
    assert person.path is not None and person.may_be == ()


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("MAUNT", "aunt by marriage"),
        ("MAUNT", "This is an aunt by marriage; breast cancer at 40"),
        ("AUNT", "Related by marriage to uncle Bob"),
        ("MAUNT", "wife of maternal uncle"),
        ("MAUNT", "Maternal uncle's wife"),
        ("NIECE", "husband's niece"),
        ("COUSN", "Not a blood relative"),
        ("AUNT", "on husband's side"),
        ("AUNT", "husband's side of the family"),
        ("NEPHEW", "nephew of her husband"),
        ("COUSN", "not related by blood"),
        ("SIS", "adopted"),
        ("SIS", "She was adopted at birth."),
        ("SIS", "Adopted in 1990"),
        ("MTH", "adoptive mother"),
        ("BRO", "step"),
        ("SIS", "stepsister"),
    ],
)
def test_a_note_puts_blood_in_doubt_and_excludes_nobody(code: str, note: str) -> None:
    """A note is free text: it is asked about."""
    (person,) = _read(code, note=note)
    assert person.path is None
    assert person.may_be[1:] == (None,)


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("MAUNT", "her sister-in-law had it too"),
        ("MAUNT", "not by marriage"),
        ("MAUNT", "Adopted two children"),
        ("MTH", "adopted a son"),
        ("SIS", "Adopted out of the family; related by blood."),
        ("SIS", "Not adopted out"),
        ("SIS", "lives with stepmother"),
        ("NSIS", "adopted"),
        ("MTH", "half Ashkenazi"),
        ("MTH", "half-sister had colon cancer"),
        ("MAUNT", "no biological children"),
        ("MAUNT", "married, 2 sons"),
        ("MAUNT", "husband had lung cancer"),
        ("MAUNT", "husband: lung cancer"),
        ("MTH", "husband's name John"),
        ("MAUNT", "Unrelated illness in 2010"),
    ],
)
def test_a_note_on_somebody_else_changes_nothing(code: str, note: str) -> None:
    """Neither does one beside the code of a natural relative."""
    (person,) = _read(code, note=note)
    assert person.path is not None and person.may_be == ()


@pytest.mark.parametrize(
    ("code", "note", "may_be"),
    [
        ("SIS", "half-sister", ("S", "PC")),
        ("SIS", "Half sib on father's side", ("S", "PC")),
        ("MAUNT", "half-aunt", ("MS", "MPC")),
        ("NIECE", "half niece", ("SC", "PCC")),
    ],
)
def test_a_note_puts_full_or_half_in_doubt(code: str, note: str, may_be: tuple[str, ...]) -> None:
    """A half-relative is one degree further."""
    (person,) = _read(code, note=note)
    assert person.may_be == may_be
    assert person.is_by_blood and person.degree is None


def test_half_in_words_beside_a_general_code_is_asked_about() -> None:
    """`SIS` covers half-sisters where the text says so."""
    (person,) = _read("SIS", "my half sibling through dad")
    assert person.may_be == ("S", "PC")
