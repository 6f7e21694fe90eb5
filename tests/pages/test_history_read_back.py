"""What is typed about a relative is what is read of it: the draft gives the same pedigree."""

from __future__ import annotations

import json

import simple_icd_10_cm as icd
from hypothesis import given, settings
from hypothesis import strategies as st

from oncology.chart.read import read_chart
from oncology.dates import PartialDate, Span
from oncology.family.model import Pedigree, Person
from oncology.family.read import read_pedigree
from oncology.reading.decode import read_records
from smartapp.pages.history.relations import BY_WORDS, RELATIONS
from smartapp.pages.history.resource import BOTH_BREASTS, family_member_history
from smartapp.pages.history.typed import Typed, TypedCancer, findings
from tests.pages.opened_charts import FAMILY, TODAY, guidance, opened_story

TERMINOLOGY = guidance().terminology
OPENED = opened_story(FAMILY)
# By hand, from genetics: M to the mother, F to the father, P to one of them, S to a sibling.
PATHS = {
    **{"mother": "M", "father": "F", "sister": "S", "brother": "S", "sibling": "S"},
    **{"identical twin sister": "I", "identical twin brother": "I"},
    **{"fraternal twin sister": "S", "fraternal twin brother": "S"},
    **{"daughter": "C", "son": "C", "child": "C", "niece": "SC", "nephew": "SC"},
    **{"granddaughter": "CC", "grandson": "CC"},
    **{"grandmother": "PM", "grandfather": "PF", "aunt": "PS", "uncle": "PS"},
    **{"half-sister": "PC", "half-brother": "PC", "cousin": "PSC"},
    **{"great-grandmother": "PPM", "great-grandfather": "PPF"},
    **{"great-aunt": "PPS", "great-uncle": "PPS"},
    "relative, relation not known": None,
}
AGES = {
    **{"": Span(), "not known": Span(), "45": Span(45, 45), "about 50": Span(48, 52)},
    **{"40-45": Span(40, 45), "early 40s": Span(40, 43), "before 50": Span(0, 49)},
    **{"60 or older": Span(60, None), "50s": Span(50, 59), "thirties": Span(30, 39)},
}
OF_ONE_SEX = {"ovarian": "female", "endometrial": "female", "prostate": "male"}
ages = st.sampled_from(list(AGES))
cancers = st.builds(
    TypedCancer,
    code=st.sampled_from([each.code for each in TERMINOLOGY.family_codes]),
    age=ages,
    both=st.just(False),
) | st.builds(TypedCancer, code=st.just("other"), words=st.just("thymoma"), age=ages)


@st.composite
def entries(draw: st.DrawFn) -> Typed:
    """Any relative whom the form lets pass."""
    kin = draw(st.sampled_from(RELATIONS))
    health = draw(st.sampled_from(["none", "all", "some", "unknown"]))
    told = health in ("all", "some")
    sex = kin.sex or draw(st.sampled_from(["", "female", "male"]))
    typed = draw(st.lists(cancers, min_size=1, max_size=3)) if told else []
    if told and sex and draw(st.booleans()):
        typed = [TypedCancer("254837009", age=draw(ages), both=True), *typed]
    living = draw(st.sampled_from(["", "yes", "no"]))
    age = draw(ages) if living else ""
    # Of one who is living FHIR has an age or a birth.
    may_be_born = living == "no" or AGES[age] == Span()
    is_parent = kin.words in ("mother", "father")
    return Typed(
        id="entry",
        relation=kin.words,
        health=health,
        side=draw(st.sampled_from(["", "maternal", "paternal"])) if kin.sided else "",
        sex="" if kin.sex else sex,
        living=living,
        age=age,
        cancers=tuple(dict.fromkeys(typed)),
        finding=draw(st.sampled_from(["", *findings(TERMINOLOGY)])) if told else "",
        gene=draw(st.sampled_from(["", "PALB2"])) if told else "",
        note=draw(st.sampled_from(["", "mother of three, no cancer in her sisters"])),
        adopted_out=kin.is_blood and draw(st.booleans()),
        born=draw(st.sampled_from(["", "1930"])) if may_be_born else "",
        ancestry=draw(st.sampled_from(["", "Ashkenazi Jewish"])),
        related=draw(st.sampled_from(["", "yes", "no"])) if is_parent else "",
    )


def read_back(*typed: Typed) -> Pedigree:
    """The pedigree of the patient with the drafts, as the chart would hold them."""
    drafts = [family_member_history(OPENED, each, TERMINOLOGY) for each in typed]
    drafts = [{**each, "id": f"new-{number}"} for number, each in enumerate(drafts)]
    patient = {"resourceType": "Patient", "id": FAMILY, "gender": "female"}
    entry = [{"resource": each} for each in (patient, *drafts)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    chart = read_chart(read_records(json.dumps(bundle).encode()), TERMINOLOGY)
    assert not chart.notes
    return read_pedigree(chart, TERMINOLOGY, PartialDate(TODAY, TODAY))


def expected_path(typed: Typed) -> str | None:
    """The place in the family, by hand."""
    path = PATHS[typed.relation]
    if path and typed.side:
        return ("M" if typed.side == "maternal" else "F") + path[1:]
    return path


@settings(deadline=None)
@given(entries())
def test_the_pedigree_read_is_the_pedigree_typed(typed: Typed) -> None:
    """Relation, side, sex, life, ages, cancers, findings, and what is not known, for any entry."""
    pedigree = read_back(typed)
    relatives = pedigree.relatives
    assert pedigree.parents_are_related == (typed.related == "yes")
    if not BY_WORDS[typed.relation].is_blood:
        assert relatives == ()
        return
    (person,) = relatives
    assert person.path == expected_path(typed)
    assert person.sex == (BY_WORDS[typed.relation].sex or typed.sex or None)
    assert person.twin == typed.relation.partition(" twin")[0] * ("twin" in typed.relation)
    assert_life(person, typed)
    assert person.is_health_known == (typed.health != "unknown")
    assert person.is_partial == (typed.health in ("some", "unknown"))
    assert person.is_adopted_out == typed.adopted_out
    assert person.birth_year == (int(typed.born) if typed.born else None)
    assert person.tests == ()
    assert_cancers(person, typed)
    certain = [each for each in person.traits if each.is_certain]
    assert len(certain) == bool(typed.finding)
    assert len(person.traits) == bool(typed.finding) + bool(typed.gene)


def lived(typed: Typed) -> Span:
    """How long by the year of birth: until today, or, of the dead, at most until today."""
    if not typed.born:
        return Span()
    oldest = TODAY.year - int(typed.born)
    return Span(0, oldest) if typed.living == "no" else Span(oldest - 1, oldest)


def assert_life(person: Person, typed: Typed) -> None:
    """Living, dead or not known, with the same interval of age."""
    age = AGES[typed.age].within(lived(typed))
    assert person.is_deceased == {"yes": False, "no": True, "": None}[typed.living]
    assert (person.age.low or 0, person.age.high) == (age.low or 0, age.high)


def assert_cancers(person: Person, typed: Typed) -> None:
    """The same sites and intervals; words alone are a possible cancer of a site not known."""
    sites = {each.code: each.cancer for each in TERMINOLOGY.family_codes}
    expected = set()
    for each in typed.cancers:
        site = sites.get(each.code)
        site = None if site == "any_malignancy" else site
        # No cancer is found after the age that was reached.
        age = AGES[each.age].within(Span(0, AGES[typed.age].within(lived(typed)).high))
        organ_of = OF_ONE_SEX.get(site or "")
        # A man's organ in a woman may be a slip of the pen, or of the sex: it stays open.
        is_certain = each.code != "other" and not (organ_of and person.sex not in (organ_of, None))
        expected.add((site, age.low or 0, age.high, is_certain))
    assert {
        (each.site, each.age.low or 0, each.age.high, each.is_certain) for each in person.cancers
    } == expected
    both = any(each.both for each in typed.cancers)
    assert all(
        c.is_bilateral is (True if both else None) for c in person.cancers if c.site == "breast"
    )


def test_two_healthy_brothers_are_two() -> None:
    """The same words typed twice are two people, the mother typed twice is one."""
    brothers = [Typed(id=each, relation="brother", health="none") for each in "ab"]
    mother = [Typed(id=each, relation="mother", health="none") for each in "cd"]
    assert [each.path for each in read_back(*brothers, *mother).relatives] == ["S", "S", "M"]


def test_a_premenopausal_breast_cancer_keeps_its_word() -> None:
    """The menopause is told where the age is not."""
    cancer = TypedCancer("254837009", age="premenopausal")
    (person,) = read_back(Typed("x", "sister", "all", cancers=(cancer,))).relatives
    assert person.cancers[0].premenopausal


def test_the_codes_of_both_breasts_are_in_the_published_list() -> None:
    """Code and title as ICD-10-CM has them."""
    for code, display in (pair for pairs in BOTH_BREASTS.values() for pair in pairs):
        assert icd.is_leaf(code) and icd.get_description(code) == display


def test_every_code_of_a_relation_is_in_the_terminology() -> None:
    """Codes are those already confirmed, of the same sex and relation."""
    for each in RELATIONS:
        for code in filter(None, (each.code, each.maternal, each.paternal)):
            known = TERMINOLOGY.relationships[code]
            assert known.sex in ("", each.sex), each.words
            assert (known.blood != "no") == each.is_blood
