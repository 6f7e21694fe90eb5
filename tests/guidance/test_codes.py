"""Each code is one its code system has, with the meaning we give it, and names its source."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import simple_icd_10_cm as icd

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from oncology.orders.load import load_order_rules

TABLES = guidance_folder() / "terminology"
# Verhoeff's dihedral multiplication and permutation, as SNOMED CT uses them for its check digit.
_TIMES = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
]
_FIRST = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]


def _verhoeff(code: str) -> bool:
    permuted = [list(range(10))]
    for _ in range(7):
        permuted.append([permuted[-1][_FIRST[digit]] for digit in range(10)])
    check = 0
    for place, digit in enumerate(reversed(code)):
        check = _TIMES[check][permuted[place % 8][int(digit)]]
    return check == 0


def _loinc_digit(code: str) -> bool:
    """Mod 10 from the right, alternate characters doubled; letters as ASCII minus 48."""
    body, _, check = code.partition("-")
    total = 0
    for place, character in enumerate(reversed(body)):
        value = ord(character) - 48
        total += 2 * value - value // 5 * 9 if place % 2 == 0 else value
    return (10 - total % 10) % 10 == int(check)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def _coded() -> list[tuple[str, dict[str, str]]]:
    return [
        (path.name, row)
        for path in sorted(TABLES.glob("*.csv"))
        for row in _rows(path)
        if "system" in row
    ]


def test_icd_10_cm_codes_are_in_the_published_list_with_its_title() -> None:
    """Every ICD-10-CM code exists and our display is the list's title."""
    checked = 0
    for table, row in _coded():
        if row["system"] == "icd-10-cm":
            assert icd.is_valid_item(row["code"]), (table, row["code"])
            assert icd.get_description(row["code"]) == row["display"], (table, row["code"])
            checked += 1
    assert checked > 50


def test_exact_icd_10_cm_codes_are_leaves() -> None:
    """A category without its own code is a prefix, not an exact code."""
    for row in _rows(TABLES / "conditions.csv"):
        if row["system"] == "icd-10-cm" and row["prefix"] == "no":
            assert icd.is_leaf(row["code"]), row["code"]


def test_snomed_codes_have_the_right_check_digit() -> None:
    """Verhoeff proves the shape; the source column says where the meaning was read."""
    codes = [row["code"] for _, row in _coded() if row["system"] == "snomed"]
    assert len(codes) > 200
    assert [code for code in codes if not _verhoeff(code)] == []


def test_loinc_codes_have_the_right_check_digit() -> None:
    """LOINC codes and answer codes carry a mod 10 digit."""
    codes = [row["code"] for _, row in _coded() if row["system"] == "loinc"]
    wrong = [code for code in codes if not _loinc_digit(code)]
    assert len(codes) > 80
    assert wrong == []


def test_no_code_stands_twice_in_a_table() -> None:
    """One row a code, so that nothing is overruled in silence."""
    for path in sorted(TABLES.glob("*.csv")):
        rows = _rows(path)
        if "system" in rows[0]:
            keys = [(row["system"], row["code"]) for row in rows]
            assert len(set(keys)) == len(keys), path.name


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.csv")), ids=lambda path: path.stem)
def test_every_row_names_its_source_and_is_checked(path: Path) -> None:
    """No source, no row; what was not confirmed is not shipped."""
    for row in _rows(path):
        assert row["source"], row
        assert row["checked"] == "yes", row


# A list, guide, specification or repository that someone else can open.
_PLACES = re.compile(
    r"ICD-10-CM FY20|SNOMED GPS|snomed-intl-gps|mCODE|genomics-reporting IG|HL7 UTG|HL7/|HL7 IPS"
    r"|hl7\.org/fhir/us/"
    r"|HL7 FHIR (R4|STU3) (specification|example)|HL7 C-CDA|MII (oncology|molecular)|MONDO"
    r"|Synthea|synthetichealth/"
    r"|eHealth Belgium|ICHOM|NHS North West|Taiwan NHI|CDC |CPIC|healthassure\.in|github\.com/"
    r"|NCBI MedGen|LOINC answer list|OCCURS|occurs in third-party data"
)


def test_every_code_names_the_place_where_it_was_read() -> None:
    """ "Several sources agree" is no place: who checks us must be able to open it."""
    codes = [(table, row["code"], row["source"]) for table, row in _coded()]
    codes += [("drugs.csv", row["rxnorm"], row["source"]) for row in _rows(TABLES / "drugs.csv")]
    without = {code: table for table, code, source in codes if not _PLACES.search(source)}
    assert without == {}


def test_gene_ids_are_hgnc_ids() -> None:
    """`HGNC:` and digits; symbols as HGNC writes them."""
    for row in _rows(TABLES / "genes.csv"):
        assert re.fullmatch(r"HGNC:\d+", row["hgnc_id"]), row
        assert re.fullmatch(r"[A-Z0-9][A-Z0-9orf-]*", row["symbol"]), row


def _gone() -> set[str]:
    """Drugs no longer sold; the others in the table lost one use alone."""
    return {
        row["drug"].lower()
        for row in _rows(TABLES / "withdrawn.csv")
        if "ONLY" not in row["indication"]
    }


def test_no_withdrawn_drug_is_linked_to_a_row() -> None:
    """Label facts name no drug whose approval for it is gone."""
    gone = _gone()
    for artifact in load_guidance(guidance_folder()).artifacts.values():
        for row in artifact.rows:
            assert not [label for label in row.labels if label.drug.lower() in gone], row.id


def _said(table: Any, but: frozenset[str]) -> Iterator[str]:
    """Every text of a TOML table but those under the keys `but`."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key not in but:
                yield from _said(value, but)
    elif isinstance(table, list):
        for value in table:
            yield from _said(value, but)
    elif isinstance(table, str):
        yield table.lower()


@pytest.mark.parametrize(
    "path", sorted(guidance_folder().glob("*/guidance.toml")), ids=lambda path: path.parent.name
)
def test_no_withdrawn_drug_is_named_to_a_reader(path: Path) -> None:
    """Neither a list nor a trial search says its name; notes for reviewers may say it is gone.

    A drug that lost one use alone is not named in the guidance of that cancer.
    """
    lost = {"thyroid_mtc": {"pralsetinib"}}
    artifact = tomllib.loads(path.read_text(encoding="utf-8"))
    gone = _gone() | lost.get(artifact.get("cancer", ""), set())
    told = " ".join(_said(artifact, frozenset({"note", "draft_because"})))
    assert not {drug for drug in gone if drug in told}


def test_a_drug_that_lost_one_use_is_looked_for_in_that_cancer() -> None:
    """The test above knows each of them."""
    kept = {row["drug"] for row in _rows(TABLES / "withdrawn.csv")} - _gone()
    assert kept == {"pralsetinib"}


def test_no_withdrawn_drug_is_judged_when_ordered() -> None:
    """Order rules name no drug that is gone."""
    rules = load_order_rules(guidance_folder(), load_guidance(guidance_folder()))
    for artifact in rules.artifacts.values():
        for row in artifact.rows:
            assert not {drug.lower() for drug in row.drugs} & _gone(), row.id


def test_every_source_leads_to_a_public_place() -> None:
    """A DOI, a PubMed id or an https page, and the day it was read."""
    guidance = load_guidance(guidance_folder())
    rules = load_order_rules(guidance_folder(), guidance)
    for artifact in [*guidance.artifacts.values(), *rules.artifacts.values()]:
        for source in artifact.sources.values():
            assert re.match(r"https://\S+\.\S+", source.url), (artifact.id, source.id)
            assert re.fullmatch(r"\d{4}-\d\d-\d\d", source.checked), (artifact.id, source.id)
