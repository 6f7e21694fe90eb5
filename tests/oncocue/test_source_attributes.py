"""The sheets of source attributes name all thirteen, and tell truly what is used."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from oncocue.command_line import app
from oncocue.folders import guidance_folder
from oncocue.source_attributes import source_attributes
from oncology.guidance.load import load_guidance

GUIDANCE = load_guidance(guidance_folder())
SEX, BIRTH_DATE = 10, 11
# The data elements of 45 CFR 170.315(b)(11)(iv)(A), in its order.
NAMES = (
    "Bibliographic citation of the intervention",
    "Developer of the intervention",
    "Funding source of the technical implementation",
    "Release and revision dates of the intervention",
    *(
        f"Use of {element}"
        for element in (
            *("race", "ethnicity", "language", "sexual orientation", "gender identity", "sex"),
            *("date of birth", "social determinants of health data"),
            "health status assessments data",
        )
    ),
)


def _sheet(identifier: str) -> dict[int, object]:
    sheet = source_attributes(GUIDANCE.artifacts[identifier], GUIDANCE)
    listed = sheet["sourceAttributes"]
    assert isinstance(listed, list)
    return {each["number"]: each["value"] for each in listed}


@pytest.mark.parametrize("identifier", GUIDANCE.artifacts)
def test_all_thirteen_are_told(identifier: str) -> None:
    """None is missing or empty, and every source is cited with the day it was read."""
    sheet = _sheet(identifier)
    assert list(sheet) == list(range(1, 14))
    assert all(sheet.values())
    listed = source_attributes(GUIDANCE.artifacts[identifier], GUIDANCE)["sourceAttributes"]
    assert isinstance(listed, list)
    assert tuple(each["attribute"] for each in listed) == NAMES
    citations = sheet[1]
    assert isinstance(citations, list)
    assert {each["id"] for each in citations} == set(GUIDANCE.artifacts[identifier].sources)
    assert all(each["url"].startswith("https://") and each["read"] for each in citations)


@pytest.mark.parametrize(
    ("identifier", "sex", "birth_date"),
    [
        ("nsclc-biomarkers", "Not used", "Used"),
        ("breast-germline", "Used", "Used"),
        ("apl-biomarkers", "Not used", "Not used"),
    ],
)
def test_what_is_used_is_told(identifier: str, sex: str, birth_date: str) -> None:
    """Adult rules use the birth date; male breast cancer is a ground of its own."""
    sheet = _sheet(identifier)
    assert str(sheet[SEX]).startswith(f"{sex}:")
    assert str(sheet[BIRTH_DATE]).startswith(f"{birth_date}:")


def test_the_command_prints_the_sheet() -> None:
    """`oncocue explain ID --sheet` is JSON; an unknown id is a clear error."""
    runner = CliRunner()
    printed = runner.invoke(app, ["explain", "crc", "--sheet"])
    assert printed.exit_code == 2
    printed = runner.invoke(app, ["explain", "colorectal-germline", "--sheet"])
    assert json.loads(printed.stdout)["regulation"] == "45 CFR 170.315(b)(11)(iv)(A)"
