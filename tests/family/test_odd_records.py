"""Odd records of relatives, judged as a genetic counsellor would: asked about, never guessed."""

from __future__ import annotations

from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.findings import Finding, Verdict
from oncology.guidance.load import load_guidance
from oncology.reading.decode import read_records
from tests.family.builders import (
    BREAST,
    COLON,
    OVARIAN,
    PATIENT,
    ROLE,
    SNOMED,
    TODAY,
    bundle,
    icd,
    pedigree,
    relative,
    years,
)

GUIDANCE = load_guidance(guidance_folder())
ADVISE, CANNOT_TELL = Verdict.ADVISE, Verdict.CANNOT_TELL
MAN = {**PATIENT, "gender": "male"}
MELANOMA, LIVER_METASTASIS = icd("C43.9"), icd("C78.7")
SPREAD = "metastatic cancer, site of origin not recorded"


def _finding(guidance: str, *relatives: dict[str, Any], patient: Any = PATIENT) -> Finding | None:
    chart = read_chart(read_records(bundle(patient, *relatives)), GUIDANCE.terminology)
    found = evaluate(chart, GUIDANCE, TODAY.earliest, frozenset({"genetic-counseling"}))
    return next((each for each in found if each.guidance == guidance), None)


def _answer(guidance: str, *relatives: dict[str, Any], patient: Any = PATIENT) -> Verdict | None:
    found = _finding(guidance, *relatives, patient=patient)
    return found.answer if found else None


# -- one relative in two records -------------------------------------------------------------


def test_a_cancer_recorded_twice_is_told_once() -> None:
    """The mother by her code and by her word, with the same cancer."""
    twice = (relative("m", "MTH", (BREAST, 38)), relative("n", {"text": "Mother"}, (BREAST, 38)))
    found = _finding("family-breast-men", *twice, patient=MAN)
    assert found is not None
    assert [each.text for each in found.because] == ["Male", "Mother: breast cancer at 38"]


def test_two_ages_of_one_cancer_leave_it_open() -> None:
    """One record says 45, another 60: which of them holds is to be asked."""
    twice = (relative("f", "FTH", (COLON, 45)), relative("g", "NFTH", (COLON, 60)))
    assert _answer("family-lynch-young", *twice) is CANNOT_TELL
    (father,) = pedigree(*twice).relatives
    assert [each.age.words() for each in father.cancers] == ["45 to 60"]


def test_one_record_with_an_age_and_one_without() -> None:
    """The age that is told holds."""
    twice = (relative("f", "FTH", COLON), relative("g", "NFTH", (COLON, 45)))
    assert _answer("family-lynch-young", *twice) is ADVISE


def test_two_sites_in_two_records_are_two_cancers() -> None:
    """Breast in one, ovary in the other."""
    twice = (relative("m", "MTH", (BREAST, 60)), relative("n", "NMTH", (OVARIAN, 70)))
    (mother,) = pedigree(*twice).relatives
    assert {each.site for each in mother.cancers} == {"breast", "ovarian"}


def test_invasive_and_in_situ_are_two_cancers() -> None:
    """An in-situ cancer of one record and an invasive one of the other."""
    twice = (relative("m", "MTH", (BREAST, 60)), relative("n", "NMTH", (icd("D05.11"), 40)))
    (mother,) = pedigree(*twice).relatives
    assert [each.name for each in mother.cancers] == ["breast cancer", "breast cancer in situ"]


# -- what cannot be, or is taken back ----------------------------------------------------------


@pytest.mark.parametrize(
    ("relation", "code", "certain"),
    [
        ("FTH", OVARIAN, False),
        ("MTH", OVARIAN, True),
        ("MTH", icd("C61"), False),
        ("BRO", icd("C61"), True),
        ("BRO", icd("C54.1"), False),
        ("FTH", BREAST, True),
        ("COUSN", OVARIAN, True),
    ],
)
def test_an_organ_of_the_other_sex_is_asked_about(relation: str, code: Any, certain: bool) -> None:
    """An error of record, or a relation that tells no sex at birth; men do have breast cancer."""
    (person,) = pedigree(relative("r", relation, (code, 50))).relatives
    assert [each.is_certain for each in person.cancers] == [certain]


def test_ovarian_cancer_of_the_father_is_no_referral() -> None:
    """It is a question."""
    found = _finding("family-ovarian", relative("f", "FTH", (OVARIAN, 50)))
    assert found is not None
    assert found.answer is CANNOT_TELL
    asked = [each.question for each in found.unresolved]
    assert asked == ["Was ovarian cancer confirmed in the father?"]


def test_of_a_cancer_on_file_in_words_it_is_asked_whether_it_was_confirmed() -> None:
    """It is on file: nobody asks whether the mother had one as if nothing was told."""
    found = _finding("family-ovarian", relative("m", "MTH", {"text": "ovarian cancer"}))
    assert found is not None
    asked = [each.question for each in found.unresolved]
    assert asked == ["Was ovarian cancer confirmed in the mother?"]


@pytest.mark.parametrize(
    ("words", "certain"),
    [
        ("No ovarian cancer", False),
        ("Ovarian cancer ruled out", False),
        ("Ovarian cancer?", False),
        ("Borderline ovarian tumour", False),
        ("mucinous carcinoma of ovary", False),
        ("germ cell tumor of ovary", False),
        ("Malignant neoplasm of ovary, not otherwise specified", True),
        ("high-grade serous carcinoma", True),
        ("Nodal disease, ovarian cancer", True),
    ],
)
def test_words_that_take_a_code_back_leave_it_open(words: str, certain: bool) -> None:
    """Never more certain by its words, and never turned into none."""
    (sister,) = pedigree(relative("s", "SIS", ({**OVARIAN, "text": words}, 60))).relatives
    assert [each.is_certain for each in sister.cancers] == [certain]


def test_onset_after_death_is_asked_about() -> None:
    """Found at 48, died at 47: the age is not known."""
    found = _answer("family-lynch-young", relative("f", "FTH", (COLON, 48), deceasedAge=years(47)))
    assert found is CANNOT_TELL


def test_an_age_known_by_death_alone_is_told() -> None:
    """No age at onset, died at 44: it was found by then, and the reader can see why."""
    found = _finding("family-lynch-young", relative("f", "FTH", COLON, deceasedAge=years(44)))
    assert found is not None
    assert found.answer is ADVISE
    assert [each.text for each in found.because] == [
        "Father: colorectal cancer, age not recorded (44 or younger)"
    ]


# -- kinds of codes ----------------------------------------------------------------------------


def test_spread_alone_is_a_cancer_of_a_site_not_known() -> None:
    """A metastasis says that there was a cancer, and not which."""
    (mother,) = pedigree(relative("m", "MTH", (LIVER_METASTASIS, 45))).relatives
    (cancer,) = mother.cancers
    assert (cancer.site, cancer.name, cancer.age.words()) == (None, SPREAD, "45 or younger")
    assert _answer("family-ovarian", relative("m", "MTH", (LIVER_METASTASIS, 45))) is CANNOT_TELL


def test_spread_beside_its_origin_says_nothing_more() -> None:
    """Colon cancer and its metastasis in the liver are one cancer."""
    (mother,) = pedigree(relative("m", "MTH", (COLON, 45), (LIVER_METASTASIS, 46))).relatives
    assert [each.site for each in mother.cancers] == ["crc"]


def test_a_code_of_personal_history_is_a_cancer_found_by_then() -> None:
    """Z85.3 in the mother's record."""
    (mother,) = pedigree(relative("m", "MTH", (icd("Z85.3"), 60))).relatives
    (cancer,) = mother.cancers
    assert (cancer.site, cancer.is_certain, cancer.age.words()) == ("breast", True, "60 or younger")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Lynch syndrome", ["lynch"]),
        ("Li-Fraumeni syndrome (mother's report)", ["li_fraumeni"]),
        ("Lynch syndrome, tested negative", []),
        ("Down syndrome", []),
    ],
)
def test_a_syndrome_in_words_is_possible(words: str, names: list[str]) -> None:
    """The report is asked for; a denied one is none."""
    (mother,) = pedigree(relative("m", "MTH", {"text": words})).relatives
    assert [each.name for each in mother.traits] == names
    assert not any(each.is_certain for each in mother.traits)
    expected = CANNOT_TELL if names else None
    assert _answer("cascade-family", relative("m", "MTH", {"text": words})) is expected


# -- who it is ---------------------------------------------------------------------------------


def test_the_patient_among_the_relatives_is_noted() -> None:
    """ONESELF: not a relative, and not passed over in silence."""
    body = bundle(PATIENT, relative("x", "ONESELF", (BREAST, 44)))
    chart = read_chart(read_records(body), GUIDANCE.terminology)
    assert [each.reference for each in chart.notes] == ["FamilyMemberHistory/x"]
    assert pedigree(relative("x", "ONESELF", (BREAST, 44))).relatives == ()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MAUNT", "maternal aunt by marriage"),
        ("MTH", "adoptive mother"),
        ("MTHINLAW", "mother-in-law"),
        ("STPSIS", "stepsister"),
        ("GESTM", "gestational mother"),
        ("HUSB", "husband"),
    ],
)
def test_who_is_not_related_by_blood_makes_no_card(code: str, words: str) -> None:
    """By the code or by the words beside it."""
    concept = {"coding": [{"system": ROLE, "code": code}], "text": words}
    assert _answer("family-ovarian", relative("r", concept, (OVARIAN, 40))) is None


@pytest.mark.parametrize("status", ["final", None])
def test_a_record_without_a_status_of_fhir_is_asked_about(status: str | None) -> None:
    """It may be a draft or a mistake."""
    record = relative("m", "MTH", (OVARIAN, 50))
    record = {**record, "status": status} if status else record
    if status is None:
        del record["status"]
    assert _answer("family-ovarian", record) is CANNOT_TELL


@pytest.mark.parametrize(
    ("code", "note", "answer", "question"),
    [
        ("MAUNT", "by marriage", CANNOT_TELL, "Is the maternal aunt related"),
        ("SIS", "half-sister", ADVISE, ""),
    ],
)
def test_a_carrier_whose_relation_is_in_doubt(
    code: str, note: str, answer: Verdict, question: str
) -> None:
    """By blood or not decides about the family's variant; full or half does not."""
    carrier = relative("r", code, {"coding": [{"system": SNOMED, "code": "412734009"}]})
    found = _finding("cascade-family", {**carrier, "note": [{"text": note}]})
    assert found is not None and found.answer is answer
    asked = [each.question for each in found.unresolved]
    assert [each.startswith(question) for each in asked] == [True] * bool(question)
