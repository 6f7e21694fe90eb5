"""The cases beside the order rules come out as written, cover every row, and can fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fhir.resources.R4B import get_fhir_model_class
from msgspec.structs import replace

from oncocue.folders import guidance_folder
from oncology.guidance.load import GuidanceFault, load_guidance
from oncology.orders.cases import check_order_cases, draft_bundle, order_cases
from oncology.orders.load import FOLDER, load_order_rules

GUIDANCE = load_guidance(guidance_folder())
RULES = load_order_rules(guidance_folder(), GUIDANCE)
ARTIFACTS = sorted(RULES.artifacts)


@pytest.mark.parametrize("identifier", ARTIFACTS)
def test_every_case_comes_out_as_written_and_every_row_has_its_cases(identifier: str) -> None:
    """Each row has cases as needed, in conflict and missing; each case its author's finding."""
    assert check_order_cases(RULES.artifacts[identifier], GUIDANCE, RULES) == []


@pytest.mark.parametrize("identifier", ARTIFACTS)
def test_the_orders_of_a_case_are_fhir(identifier: str) -> None:
    """What is on the screen of a case is FHIR R4 that an EHR could have sent."""
    for case in order_cases(RULES.artifacts[identifier]).cases:
        bundle, _ = draft_bundle(case, order_cases(RULES.artifacts[identifier]), GUIDANCE)
        get_fhir_model_class("Bundle").model_validate_json(bundle)


@pytest.mark.parametrize("identifier", ARTIFACTS)
def test_a_wrong_expectation_fails(identifier: str) -> None:
    """A case that expects another answer is a fault, so the cases can fail."""
    artifact = RULES.artifacts[identifier]
    silent = replace(artifact, rows=(), judges="drugs")

    assert check_order_cases(silent, GUIDANCE, replace(RULES, artifacts={identifier: silent}))


def _changed(tmp_path: Path, old: str, new: str) -> list[str]:
    """The faults of the shipped guidance with one text of the DPYD rules replaced."""
    folder = tmp_path / "guidance"
    shutil.copytree(guidance_folder(), folder)
    path = folder / FOLDER / "dpyd-fluoropyrimidines" / "rules.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(GuidanceFault) as fault:
        load_order_rules(folder, load_guidance(folder))
    return fault.value.faults


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('drugs = ["capecitabine", "fluorouracil"]', 'drugs = ["capecitabin"]', "drugs.csv"),
        ('needs = "normal"', 'needs = "norml"', "not one of present, absent, result, normal"),
        ('topic = "DPYDFLUOROPYRIMIDINE"', 'topic = "DPYD-5FU"', "letters and digits"),
        ('labelled_for = "label: test before start"', "", "labelled_for"),
        ("against =", "agianst =", "Did you mean 'against'?"),
        ('biomarkers = ["DPYD"]', 'biomarkers = ["DPYP"]', "neither a gene"),
        ('sources = ["fda-dpd-2026"', 'sources = ["nobody"', "not declared"),
        ("review = 2027-02-22", "", "review is missing"),
        ('judges = "drugs"', 'judges = "pills"', "not one of drugs, tests"),
        ('order = "dpyd-test"', 'order = "no-such-test"', "orders.toml"),
    ],
)
def test_a_wrong_word_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    """A misspelt word would pass in silence and a rule never fire: the loader names it."""
    faults = _changed(tmp_path, old, new)

    assert any(told in fault and "rules.toml:" in fault for fault in faults), faults


def test_guidance_without_order_rules_has_none(tmp_path: Path) -> None:
    """A site's own guidance may leave them out: drugs keep their names, and nothing is judged."""
    folder = tmp_path / "guidance"
    shutil.copytree(guidance_folder(), folder, ignore=shutil.ignore_patterns(FOLDER))

    rules = load_order_rules(folder, load_guidance(folder))

    assert rules.artifacts == {}
    assert rules.names.ingredients == RULES.names.ingredients


def test_a_label_rule_needs_a_label_fact_on_its_drug(tmp_path: Path) -> None:
    """A drug without a dated label fact in the evidence it leans on is refused."""
    folder = tmp_path / "guidance"
    shutil.copytree(guidance_folder(), folder)
    path = folder / FOLDER / "colorectal-labels" / "rules.toml"
    text = path.read_text(encoding="utf-8").replace('"panitumumab"]', '"osimertinib"]')
    path.write_text(text, encoding="utf-8")

    with pytest.raises(GuidanceFault, match="no label fact on osimertinib"):
        load_order_rules(folder, load_guidance(folder))
