"""The drawn pedigree: places, links, symbols, and that nobody is lost."""

from __future__ import annotations

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from oncology.dates import Span
from oncology.family.model import Pedigree, Person, Trait
from oncology.family.tree import tree_of
from smartapp.pages.pedigree.drawing import Drawing, draw
from smartapp.pages.pedigree.labels import cancer_label, span_label
from smartapp.pages.pedigree.layout import GAP, lay_out
from smartapp.pages.pedigree.symbols import RADIUS
from tests.pages.families import PATIENT, cancer, family, person

GRANDPARENTS = (
    person("MM", "female"),
    person("MF", "male"),
    person("FM", "female"),
    person("FF", "male"),
)
PARENTS = (person("M", "female"), person("F", "male"))


def test_three_generations_stand_where_they_always_stood() -> None:
    """Golden coordinates: pedview's layout is no documented API, a change of it must be seen."""
    pedigree = family(
        *GRANDPARENTS,
        *PARENTS,
        person("MS", "female"),
        person("FS", "male"),
        person("S", "female"),
        person("C", "male"),
    )
    layout = lay_out(tree_of(pedigree).members.values())
    places = {each: (place.x, place.generation) for each, place in layout.places.items()}
    assert places == {
        "FF": (0.0, 0),
        "FM": (104.0, 0),
        "MF": (208.0, 0),
        "MM": (312.0, 0),
        "FS": (0.0, 1),
        "F": (104.0, 1),
        "M": (208.0, 1),
        "MS": (312.0, 1),
        PATIENT: (104.0, 2),
        "S": (208.0, 2),
        "C": (156.0, 3),
    }


def test_an_aunt_is_linked_through_unseen_grandparents() -> None:
    """What is not recorded is drawn dashed, has no number, and is not counted."""
    drawing = draw(
        family(person("M", "female"), person("MS", "female", cancers=(cancer("breast", 44),)))
    )
    unseen = [each for each in drawing.symbols if each.is_unseen]
    assert [each.labels for each in unseen] == [("not recorded",)] * 3
    assert not any(each.number for each in unseen)
    assert drawing.numbers["MS"] == "II-2"
    assert any(line.is_unseen for line in drawing.lines)


def test_a_side_not_stated_is_never_guessed() -> None:
    """A cousin of a side not said, and a relative of a relation not said, stand underneath."""
    pedigree = family(person("PSC", "female"), person(None, None, cancers=(cancer("breast"),)))
    drawing = draw(pedigree)
    assert [each.number for each in drawing.loose] == ["U-1", "U-2"]
    assert all(each.y > max(s.y for s in drawing.symbols) for each in drawing.loose)


def test_cousins_without_a_parent_on_record_hang_on_an_unseen_one() -> None:
    """A recorded aunt is not taken for the mother unless the record says so."""
    aunt = person("MS", "female", key="aunt")
    cousin = person("MSC", "female", key="cousin")
    linked = person("MSC", "female", key="cousin", parents=("aunt",))
    assert tree_of(family(aunt, cousin)).members["cousin"].mother == "unseen MS"
    assert tree_of(family(aunt, linked)).members["cousin"].mother == "aunt"


def test_a_half_brother_has_one_parent_only() -> None:
    """He hangs on the father's free side, not on the couple."""
    drawing = draw(family(*PARENTS, person("FC", "male", key="half")))
    tree = tree_of(family(*PARENTS, person("FC", "male", key="half")))
    assert (tree.members["half"].father, tree.members["half"].mother) == ("F", None)
    by_number = {each.number: each for each in drawing.symbols}
    father, half = by_number[drawing.numbers["F"]], by_number[drawing.numbers["half"]]
    assert half.x < father.x


def test_many_alike_are_one_symbol_with_a_number() -> None:
    """Five sisters without a cancer; a sixth with one stands alone."""
    sisters = [person("S", "male", key=f"b{n}") for n in range(5)]
    drawing = draw(family(*sisters, person("S", "male", key="ill", cancers=(cancer("crc", 40),))))
    folded = next(each for each in drawing.symbols if each.inside == "5")
    assert folded.labels[1] == "5 alike"
    assert {drawing.numbers[each.key] for each in sisters} == {folded.number}
    assert drawing.numbers["ill"] != folded.number


def test_symbols_say_what_is_known() -> None:
    """Dead with age, health not known, not certain, both breasts, no sex recorded."""
    drawing = draw(
        family(
            person("M", "female", is_deceased=True, age=Span(58, 58), is_health_known=False),
            person("S", None, cancers=(cancer("breast", 50, is_certain=False),)),
            patient=person("", "female", cancers=(cancer("breast", 46, is_bilateral=True),)),
        )
    )
    by_number = {each.number: each for each in drawing.symbols}
    mother = by_number[drawing.numbers["M"]]
    assert mother.is_dead and mother.inside == "?" and mother.labels == ("I-1 · d. 58",)
    sibling = by_number[drawing.numbers["S"]]
    assert sibling.fills[0].is_faint and sibling.labels[-1] == "Breast? 50"
    patient = by_number[drawing.numbers[PATIENT]]
    assert patient.arrow == "P" and patient.labels[-2:] == ("Breast (both)", "46")


def test_more_cancers_than_quadrants_share_the_last() -> None:
    """Four patterns at most; the commonest cancers have their own, unknown sites come last."""
    sites = ("breast", "crc", "ovarian", "prostate", None)
    people = [
        person("S", "male", key=f"s{n}", cancers=(cancer(s, 50),)) for n, s in enumerate(sites)
    ]
    people.append(person("S", "male", key="again", cancers=(cancer("prostate", 60),)))
    legend = draw(family(*people)).legend
    assert legend[0].words == "Prostate cancer"
    assert {each.pattern for each in legend} == {0, 1, 2, 3}
    assert [each.words for each in legend if each.pattern == 3] == ["Other cancer"] * 2


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (Span(46, 46), "46"),
        (Span(40, 43), "40–43"),
        (Span(0, 49), "<50"),
        (Span(50, None), "50+"),
        (Span(), ""),
    ],
)
def test_ages_are_as_exact_as_recorded(span: Span, words: str) -> None:
    """An interval stays an interval."""
    assert span_label(span) == words


def test_an_age_bounded_by_today_alone_is_no_age_at_onset() -> None:
    """Every cancer was found by now; a label says nothing of that."""
    assert cancer_label(cancer("breast")) == "Breast"


PATHS = ["".join(each) for n in (1, 2, 3) for each in product("MFPSC", repeat=n)]


@st.composite
def people(draw_: st.DrawFn) -> tuple[Person, ...]:
    """Relatives at any paths, some twice, with cancers, links that may be nonsense."""
    paths = draw_(st.lists(st.sampled_from(PATHS), max_size=25))
    made = []
    for number, path in enumerate(paths):
        made.append(
            person(
                path,
                draw_(st.sampled_from(["male", "female", None])),
                key=f"{path}-{number}",
                cancers=(cancer("breast", 50),) if draw_(st.booleans()) else (),
                parents=(f"{draw_(st.sampled_from(paths))}-0",),
            )
        )
    return tuple(made)


@given(people())
def test_nobody_is_lost_and_nobody_overlaps(relatives: tuple[Person, ...]) -> None:
    """Everyone has a number; in each generation symbols keep their distance."""
    drawing = draw(family(*relatives))
    assert all(drawing.numbers.get(each.key) for each in relatives)
    shown = sum(int(s.inside) if s.inside.isdigit() else 1 for s in drawing.symbols if s.number)
    assert shown + len(drawing.loose) == len(relatives) + 1
    rows: dict[float, list[float]] = {}
    for symbol in drawing.symbols:
        rows.setdefault(symbol.y, []).append(symbol.x)
        assert 0 < symbol.x < drawing.width
        assert 0 < symbol.y < drawing.height
    for row in rows.values():
        assert all(right - left >= GAP - 0.2 for left, right in pairwise(sorted(row)))


def adoptive(path: str, sex: str) -> Person:
    """A relative by adoption, at the place they have."""
    return person(path, sex, key=f"adopted {path}")


def lines_at(drawing: Drawing, kind: str) -> list[str]:
    """The paths of the lines of adoption, or of all others."""
    return [line.d for line in drawing.lines if line.is_adoption == (kind == "adoption")]


def test_adoptive_parents_hang_on_a_dashed_line_beside_the_parents_by_blood() -> None:
    """The patient stands in brackets; both couples are there, the adoptive one beside."""
    blood = family(*PARENTS)
    drawing = draw(replace(blood, by_adoption=(adoptive("M", "female"), adoptive("F", "male"))))
    by_number = {each.number: each for each in drawing.symbols}
    patient, mother = by_number[drawing.numbers[PATIENT]], by_number[drawing.numbers["adopted M"]]
    assert patient.brackets and not mother.brackets
    assert mother.y == by_number[drawing.numbers["M"]].y
    (line,) = lines_at(drawing, "adoption")
    assert line.endswith(f"V{patient.y - RADIUS:g}")
    assert drawing.has_adopted


def test_an_adopted_child_stands_in_brackets_and_counts_for_nothing() -> None:
    """Dashed from the patient; the table has a row that says so."""
    pedigree = replace(family(person("C", "male")), by_adoption=(adoptive("C", "female"),))
    drawing = draw(pedigree)
    by_number = {each.number: each for each in drawing.symbols}
    assert by_number[drawing.numbers["adopted C"]].brackets
    assert not by_number[drawing.numbers["C"]].brackets
    assert len(lines_at(drawing, "adoption")) == 1


def test_one_adopted_out_stands_in_brackets_on_a_solid_line() -> None:
    """By blood still: a number, cancers, the line from the parents; never folded with others."""
    out = replace(person("S", "female", key="out"), is_adopted_out=True)
    sisters = [person("S", "female", key=f"sister {each}") for each in range(3)]
    drawing = draw(family(*PARENTS, *sisters, out))
    by_number = {each.number: each for each in drawing.symbols}
    symbol = by_number[drawing.numbers["out"]]
    assert symbol.brackets and not symbol.inside
    assert not by_number[drawing.numbers["sister 0"]].brackets
    assert any(line.endswith(f"V{symbol.y - RADIUS:g}") for line in lines_at(drawing, "other"))
    assert lines_at(drawing, "adoption") == []
    assert drawing.has_adopted_out and not drawing.has_adopted


def test_one_without_a_side_may_be_adopted_out_too() -> None:
    """In the row underneath, in brackets."""
    out = replace(person(None, "male", key="out"), is_adopted_out=True)
    drawing = draw(family(*PARENTS, out))
    assert [bool(each.brackets) for each in drawing.loose] == [True]


@pytest.mark.parametrize(("twin", "bar", "sign"), [("identical", 1, ()), ("fraternal", 0, ())])
def test_twins_hang_on_one_point(twin: str, bar: int, sign: tuple[str, ...]) -> None:
    """Two slanting lines from one point; a bar between them for identical ones."""
    path = "I" if twin == "identical" else "S"
    sister = person(path, "female", key="twin", twin=twin)
    drawing = draw(family(*PARENTS, person("S", "male", key="older"), sister))
    slanting = [line.d for line in drawing.lines if "L" in line.d]
    assert len(slanting) == 2
    assert len({line.split("L")[0] for line in slanting}) == 1
    by_number = {each.number: each for each in drawing.symbols}
    one, other = by_number[drawing.numbers[PATIENT]], by_number[drawing.numbers["twin"]]
    assert abs(one.x - other.x) == GAP
    level = [d for d in lines_at(drawing, "other") if d.count("H") == 1 and "V" not in d]
    middle = (one.x + other.x) / 2
    between = [d for d in level if abs(float(d[1:].split(" ")[0]) - middle) < GAP / 2]
    assert len([d for d in between if float(d.split("H")[1]) - middle < GAP / 2]) == bar
    assert tuple(each.text for each in drawing.marks) == sign


def test_twins_of_whom_it_is_not_known_have_a_question_mark() -> None:
    """Neither identical nor fraternal is assumed."""
    drawing = draw(family(*PARENTS, person("S", "female", key="twin", twin="twin")))
    assert [each.text for each in drawing.marks] == ["?"]


def test_related_parents_have_a_double_line() -> None:
    """By a record that says so, or by one person whom both sides name as a parent."""

    def couples(pedigree: Pedigree) -> int:
        drawing = draw(pedigree)
        y = {each.number: each.y for each in drawing.symbols}[drawing.numbers["M"]]
        return sum(
            abs(float(line.d.split(" ")[1].split("H")[0]) - y) < 5
            for line in drawing.lines
            if "H" in line.d and "V" not in line.d
        )

    plain = family(*PARENTS)
    assert couples(plain) == 1
    related = replace(plain, parents_are_related=True)
    assert couples(related) == 2
    adopting = (adoptive("M", "female"), adoptive("F", "male"))
    assert couples(replace(related, by_adoption=adopting)) == 3
    great = person("MPM", "female", key="great")
    named = family(
        person("M", "female", parents=("MM",)),
        person("F", "male", parents=("FM",)),
        person("MM", "female", parents=("great",)),
        person("FM", "female", parents=("great",)),
        great,
    )
    assert draw(named).has_related
    assert not draw(
        family(person("M", "female", parents=("MM",)), person("MM", "female"))
    ).has_related


def test_a_finding_has_a_part_of_its_own_and_never_the_whole_symbol() -> None:
    """A carrier without a cancer is not drawn as one who has had it."""
    carrier = person("M", "female", traits=(Trait("brca1", "BRCA1 gene mutation positive", True),))
    drawing = draw(family(carrier))
    (symbol,) = [each for each in drawing.symbols if each.fills]
    assert symbol.fills[0].d != symbol.d
    assert [each.words for each in drawing.legend] == ["Hereditary finding"]
    ill = person("S", "female", cancers=(cancer("breast", 40),))
    both = draw(family(carrier, ill))
    assert {each.words: each.pattern for each in both.legend} == {
        "Breast cancer": 0,
        "Hereditary finding": 3,
    }
