"""Synthea's patients: judged, reviewed, valid, and the same after HAPI."""

from __future__ import annotations

import json
from itertools import chain
from typing import Any

import pytest

from cds_hooks.profiles import load_profiles
from oncocue.folders import guidance_folder
from oncocue.judge import cards_of
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.real_charts.sources import Chart
from tests.servers.artefacts import HOW, is_here
from tests.servers.hapi import Hapi, errors
from tests.servers.many_through_hapi import crossings
from tests.servers.synthea import CANCER, FEW, GENERAL, Bundle, Population, charts, generate
from tests.servers.synthea_orders import drugs_with_rules, known_drugs, ordered
from tests.servers.synthea_report import pattern_of, reviewed
from tests.servers.synthea_set import small_set, thinned
from tests.servers.through_hapi import Crossing, cross
from tests.support.parts import lacking

pytestmark = pytest.mark.timeout(600)
_A_FEW = 20
# In place of their own, which claims profiles.
_META = {"source": "urn:synthea"}


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    """The guidance shipped."""
    return load_guidance(guidance_folder())


@pytest.fixture(scope="module")
def patients() -> list[Bundle]:
    """The charts in the repository."""
    return list(small_set())


@pytest.fixture
def synthea() -> None:
    """The generator is here."""
    if not is_here("synthea"):
        lacking("synthea", HOW)


@pytest.fixture
def program() -> None:
    """HAPI is here, to be started as often as is needed."""
    if not is_here("hapi"):
        lacking("hapi", HOW)


def _body(bundle: Bundle) -> bytes:
    return json.dumps(bundle).encode()


def test_every_chart_is_of_a_kind_that_was_reviewed(
    patients: list[Bundle], guidance: Guidance
) -> None:
    """What we say of it, cards and silence included, has an explanation; and none is left over."""
    kinds = {pattern_of(each, guidance).shown for each in patients}

    assert kinds == set(reviewed())


def test_a_chart_without_cancer_gets_no_card(patients: list[Bundle], guidance: Guidance) -> None:
    """By the words of its conditions, looked at without the product's tables."""
    kinds = [pattern_of(each, guidance) for each in patients]
    healthy = [kind for kind in kinds if kind.says == "no cancer"]

    assert len(healthy) >= 10
    assert {kind.answers for kind in healthy} == {"no finding"}


def test_no_order_of_a_drug_without_a_rule_gets_a_card(
    patients: list[Bundle], guidance: Guidance
) -> None:
    """Synthea orders chemotherapy by product name; the rules know it and have nothing to ask."""
    known: set[str] = set()
    for patient in patients:
        judged = ordered(patient, guidance)
        drugs = set(known_drugs(judged))
        known |= drugs
        assert cards_of(judged, guidance, load_profiles()["standard"]) == [] or (
            drugs & drugs_with_rules(judged)
        )

    assert {"paclitaxel", "oxaliplatin", "cisplatin", "etoposide"} <= known


def test_a_few_charts_say_the_same_after_hapi(
    hapi: Hapi, patients: list[Bundle], guidance: Guidance
) -> None:
    """Nothing of Synthea's is refused, and no finding changes."""
    chosen = sorted(patients, key=lambda each: len(each["entry"]))[:_A_FEW]
    crossings = [cross(hapi, _body(each), guidance) for each in chosen]

    assert [words for each in crossings for words in each.refused] == []
    assert [each.after for each in crossings] == [each.before for each in crossings]


def test_the_charts_are_valid(hapi: Hapi, patients: list[Bundle]) -> None:
    """By HAPI's validator, against R4: the profiles of US Core that they claim are not here.

    A resource of each kind and code is looked at, since Synthea writes the same again and again.
    """
    kinds: dict[str, dict[str, Any]] = {}
    for entry in chain.from_iterable(each["entry"] for each in patients):
        resource = entry["resource"]
        kinds.setdefault(f"{resource['resourceType']} {resource.get('code')}", resource)
    found = [errors(hapi.validate({**each, "meta": _META})) for each in kinds.values()]

    assert [each for each in found if each] == []


@pytest.mark.synthea
@pytest.mark.usefixtures("synthea")
def test_the_same_seed_makes_the_same_patient(patients: list[Bundle]) -> None:
    """The first patient of the general population is the one in the repository."""
    [first, *_] = generate(Population(FEW.name, 1))

    assert thinned(first) in patients


@pytest.mark.full
@pytest.mark.synthea
@pytest.mark.timeout(7200)
@pytest.mark.usefixtures("synthea", "program")
def test_two_hundred_patients_say_the_same_after_hapi(guidance: Guidance) -> None:
    """Both populations, whole."""
    patients = (
        Chart("Synthea", "", _body(chart)) for chart in chain(charts(CANCER), charts(GENERAL))
    )
    different, count = [], 0
    for count, (_, crossing) in enumerate(crossings(patients, guidance), 1):
        assert isinstance(crossing, Crossing)
        if crossing.refused or crossing.before != crossing.after:
            different.append(crossing.refused or count)

    assert different == []
    assert count >= 200
