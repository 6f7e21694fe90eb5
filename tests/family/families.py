"""Random families as FamilyMemberHistory, and the criteria with the numbers of the guidance."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from oncocue.folders import guidance_folder
from oncology.family.rule import Rule
from oncology.guidance.load import load_guidance
from tests.family.builders import BREAST, COLON, OVARIAN, icd, own_problem, relative, snomed, years


def _rules() -> dict[str, Rule]:
    """Every criterion of the family, with the numbers the guidance gives it."""
    found = {}
    for artifact in load_guidance(guidance_folder()).artifacts.values():
        for use in artifact.facts.values():
            name = f"oncology.family.criteria.{use.fact.replace('-', '_')}"
            if use.criterion and find_spec(name) is not None:
                found[use.criterion] = import_module(name).rule(**use.parameters)
    return found


RULES = _rules()


def named_sites() -> list[frozenset[str]]:
    """Every list of cancers that a fact of the guidance takes."""
    uses = [
        use
        for artifact in load_guidance(guidance_folder()).artifacts.values()
        for use in artifact.facts.values()
    ]
    lists = [value for use in uses for value in use.parameters.values() if isinstance(value, list)]
    flat = [*lists, *(each for value in lists for each in value if isinstance(each, list))]
    return [frozenset(each) for each in flat if all(isinstance(word, str) for word in each)]


RELATIONS = [
    *("MTH", "FTH", "SIS", "BRO", "DAU", "SON", "HSIS", "GRMTH", "MGRMTH", "PGRMTH", "MGRFTH"),
    *("AUNT", "MAUNT", "PAUNT", "UNCLE", "MUNCLE", "COUSN", "MCOUSN", "PCOUSN", "NIECE"),
    *("NEPHEW", "TWINSIS", "ITWINBRO", "FAMMEMB", "ADOPTM", "STPSIS", "MGGRMTH", "GRNDDAU"),
    *("PRN", "GRPRN", "SIB", "CHILD"),
]
# Codes that say nothing of the sex.
_SEXLESS = ("PRN", "GRPRN", "SIB", "CHILD", "COUSN", "MCOUSN", "PCOUSN")
# A cancer, and a code that names the same one more widely.
WIDER = [
    (icd("C71.9"), snomed("428061005")),
    (snomed("254637007"), icd("C34.90")),
    (snomed("255032005"), icd("C73")),
    (snomed("312104005"), icd("C24.9")),
    (icd("C92.00"), icd("C95.90")),
]
VAGUE = snomed("363346000")
CANCERS = [
    BREAST,
    BREAST,
    OVARIAN,
    COLON,
    icd("C54.1"),
    icd("C61"),
    icd("C25.9"),
    icd("C16.9"),
    icd("C43.9"),
    icd("C49.9"),
    icd("C50.911"),
    icd("C95.90"),
    icd("C71.9"),
    icd("C34.90"),
    icd("C73"),
    # The same cancers by other codes, wider or closer.
    snomed("428061005"),
    snomed("254637007"),
    snomed("255032005"),
    VAGUE,
    {"text": "breast cancer"},
    {"text": "some cancer"},
]
ONSETS: list[Any] = [
    *range(25, 75, 5),
    39,
    49,
    50,
    51,
    60,
    None,
    None,
    "early 40s",
    "before 50",
    "premenopausal",
    {"onsetRange": {"low": years(45), "high": years(55)}},
]


@st.composite
def relatives(draw: DrawFn, number: int, among: list | None = None, relation: str = "") -> dict:
    """One relative with up to two cancers, some of it not recorded."""
    named = st.sampled_from(among or CANCERS)
    cancers = draw(st.lists(st.tuples(named, st.sampled_from(ONSETS)), max_size=2))
    more: dict[str, Any] = {}
    if draw(st.integers(0, 9)) == 0:
        more["status"] = draw(st.sampled_from(["health-unknown", "partial", "unknown"]))
    # Nobody fell ill after death: what contradicts itself tells nothing, and is tested elsewhere.
    if all(onset is None for _, onset in cancers) and draw(st.booleans()):
        more["deceasedAge"] = years(draw(st.sampled_from([38, 48, 66])))
    code = relation or draw(st.sampled_from(RELATIONS))
    if code in _SEXLESS and (sex := draw(st.sampled_from(["female", "male", ""]))):
        more["sex"] = {"coding": [{"code": sex}]}
    return relative(f"r{number:02}", code, *cancers, **more)


@st.composite
def families(draw: DrawFn, most: int = 12) -> tuple:
    """Up to `most` relatives."""
    return tuple(draw(relatives(number)) for number in range(draw(st.integers(1, most))))


@st.composite
def alike(draw: DrawFn, most: int) -> tuple:
    """Up to `most` relatives, no two of one relation, with few different cancers among them."""
    cancers = draw(st.lists(st.sampled_from(CANCERS), min_size=1, max_size=3))
    codes = draw(st.lists(st.sampled_from(RELATIONS), min_size=1, max_size=most, unique=True))
    return tuple(draw(relatives(number, cancers, code)) for number, code in enumerate(codes))


@st.composite
def own_problems(draw: DrawFn) -> tuple:
    """One or two own cancers as Conditions, each of a day of its own or of none."""
    codes = draw(st.lists(st.sampled_from(CANCERS), min_size=1, max_size=2))
    days = st.sampled_from(["2005-05-02", "2015-05-02", "2021-05-02", "2025-05-02", None])
    return tuple(own_problem(f"c{number}", code, draw(days)) for number, code in enumerate(codes))


@st.composite
def nearly_recorded(draw: DrawFn, relatives: int) -> tuple:
    """A family of so many, recorded in full but for up to five facts."""
    codes = [each for each in RELATIONS if each not in ("FAMMEMB", "AUNT", "UNCLE", "COUSN")]
    told = [each for each in CANCERS if "coding" in each and each["coding"][0]["code"] != _NOS]
    members = [
        relative(
            f"r{number:02}",
            draw(st.sampled_from(codes)),
            *draw(
                st.lists(
                    st.tuples(st.sampled_from(told), st.sampled_from([*range(30, 75, 5), 49, 51])),
                    max_size=1,
                )
            ),
            sex={"coding": [{"code": draw(st.sampled_from(["female", "male"]))}]},
        )
        for number in range(relatives)
    ]
    for place in draw(st.lists(st.integers(0, relatives - 1), max_size=5, unique=True)):
        members[place] = draw(st.sampled_from(_LESS))(members[place])
    return tuple(members)


_NOS = "363346000"
_GENERAL = {"MAUNT": "AUNT", "PAUNT": "AUNT", "MUNCLE": "UNCLE", "MCOUSN": "COUSN"}


def _without_age(member: dict) -> dict:
    return {**member, "condition": [{"code": each["code"]} for each in member["condition"]]}


def _without_side(member: dict) -> dict:
    code = member["relationship"]["coding"][0]["code"]
    concept = relative("", _GENERAL.get(code, code))["relationship"]
    return {**member, "relationship": concept}


def _without_sex(member: dict) -> dict:
    return {key: value for key, value in member.items() if key != "sex"}


def _by_words(member: dict) -> dict:
    return {
        **member,
        "condition": [{**each, "code": {"text": "breast cancer"}} for each in member["condition"]],
    }


_LESS = [_without_age, _without_side, _without_sex, _by_words]
