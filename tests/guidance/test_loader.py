"""Guidance that is incomplete, overlapping, unsourced, untested or misspelt never starts."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from oncocue.folders import guidance_folder
from oncocue.judge import judge
from oncology.findings import Verdict
from oncology.guidance.load import GuidanceFault, load_guidance

NSCLC = "nsclc-biomarkers/guidance.toml"
CRC = "colorectal-germline/guidance.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped guidance to spoil."""
    copy = tmp_path / "guidance"
    shutil.copytree(guidance_folder(), copy)
    return copy


def _replace(folder: Path, name: str, old: str, new: str) -> int:
    """Replace the first `old`; the line it stood in."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        (NSCLC, 'biomarkers = ["ALK"]', 'biomarkers = ["ALKK"]', "Did you mean 'ALK'?"),
        (NSCLC, 'sees = ["fusion"]', 'sees = ["fussion"]', "Did you mean 'fusion'?"),
        (NSCLC, 'origin = "somatic"', 'origin = "somatc"', "Did you mean 'somatic'?"),
        (NSCLC, 'strength = "guideline-strong"', 'strength = "strong"', "strength = 'strong'"),
        (NSCLC, 'settings = ["advanced"]', 'settings = ["advancd"]', "Did you mean 'advanced'?"),
        (NSCLC, 'status = "draft"', 'status = "drafft"', "Did you mean 'draft'?"),
        (NSCLC, "draft_because = ", "# draft_because = ", "says why a row is not active"),
        (NSCLC, 'id = "nsclc-alk"', 'id = "nsclc-alk"\ndraft_because = "x"', "and only there"),
        (NSCLC, "pending_days = 28", 'pending_days = "28"', "whole number of days"),
        (NSCLC, "pending_days = 28", "pending_day = 28", "Did you mean 'pending_days'?"),
        (NSCLC, 'advanced = ["yes"]', 'advanced = "yes"', "must be a list of texts"),
        (NSCLC, 'advanced = ["yes"]', 'advanced = ["ja"]', "advanced = 'ja'"),
        (NSCLC, 'advanced = ["yes"]', 'advancd = ["yes"]', "not declared under [facts]"),
        (NSCLC, 'order = "tumour-panel-lung"', 'order = "nope"', "not in orders.toml"),
        (CRC, 'criterion = "crc-young"', 'criterion = "crc-yung"', "not in criteria.toml"),
        (NSCLC, '"IIIB", "IIIC"', '"Stage IIIB", "IIIC"', "'Stage IIIB' is not written"),
        (NSCLC, 'cancer = "nsclc"', 'cancer = "nscl"', "Did you mean 'nsclc'?"),
        (NSCLC, 'fact = "advanced"', 'fact = "advance"', "fact 'advance' is not known"),
        (NSCLC, "checked = 2026-11-22", "", "lacks checked"),
        (NSCLC, 'url = "https://doi', 'url = "ftp://doi', "no https url"),
        (NSCLC, "review = 2027-02-22", "", "review is missing"),
        (NSCLC, 'topic = "BIOMARKERNSCLC"', 'topic = "BIO-MARKER"', "letters and digits"),
        (NSCLC, 'version = "1.1.0"', 'version = "1"', "not like 1.0.0"),
        (NSCLC, 'title = "', "title = ", "not valid TOML"),
        (CRC, 'answer = "advise"', 'answer = "yes"', "not one of the four answers"),
        (CRC, 'done = ["no"], young = ["yes"]', 'done = ["no"], young = ["no"]', "rule for"),
        (CRC, 'done = ["yes"]', 'done = ["yes", "no"]', "more than one rule for"),
    ],
)
def test_a_fault_is_refused_with_file_line_and_remedy(
    folder: Path, name: str, old: str, new: str, says: str
) -> None:
    """Each spoilt word or table stops the load with a message that helps."""
    _replace(folder, name, old, new)

    with pytest.raises(GuidanceFault) as refused:
        load_guidance(folder)

    faults = refused.value.faults
    assert any(says in fault and name in fault for fault in faults), faults


def test_the_line_is_that_of_the_row(folder: Path) -> None:
    """The message leads to the row that is wrong."""
    row = _replace(folder, NSCLC, 'id = "nsclc-alk"', 'id = "nsclc-alk"')
    text = (folder / NSCLC).read_text(encoding="utf-8").splitlines()
    place = next(n for n, line in enumerate(text) if n >= row and line.startswith("strength"))
    text[place] = 'strength = "hearsay"'
    (folder / NSCLC).write_text("\n".join(text), encoding="utf-8")

    with pytest.raises(GuidanceFault) as refused:
        load_guidance(folder)

    assert refused.value.faults[0].startswith(f"{folder / NSCLC}:{row}:")


def test_an_artifact_without_cases_is_not_tested(folder: Path) -> None:
    """cases.toml belongs to the artifact."""
    (folder / "breast-trials" / "cases.toml").unlink()

    with pytest.raises(GuidanceFault, match="not tested"):
        load_guidance(folder)


def test_guidance_past_its_review_date_cannot_tell(folder: Path) -> None:
    """Old knowledge is a visible open answer, never silence."""
    _replace(folder, "colorectal-biomarkers/guidance.toml", "review = 2027", "review = 2026")
    chart = guidance_folder().parent / "fixtures/charts/colon-stage-two-without-mmr/bundle.json"

    judged = judge(chart.read_bytes(), load_guidance(folder), date(2026, 11, 22))

    finding = next(each for each in judged.findings if each.guidance == "colorectal-biomarkers")
    assert finding.answer is Verdict.CANNOT_TELL
    assert finding.unresolved[0].fact == "review date"


def test_a_new_cancer_is_a_new_folder(folder: Path) -> None:
    """A made-up evidence list for an existing diagnosis code is judged without any Python."""
    text = (folder / "colorectal-biomarkers/guidance.toml").read_text(encoding="utf-8")
    new = folder / "salivary-biomarkers"
    new.mkdir()
    text = text.replace('"colorectal-biomarkers"', '"salivary-biomarkers"')
    text = text.replace('"BIOMARKERCRC"', '"BIOMARKERSALIVARY"').replace('"crc"', '"gist"')
    (new / "guidance.toml").write_text(text.replace('"crc-', '"gist-'), encoding="utf-8")
    (new / "cases.toml").write_text("as_of = 2026-11-22\n", encoding="utf-8")
    chart = guidance_folder().parent / "fixtures/charts/colon-stage-two-without-mmr/bundle.json"
    body = chart.read_text(encoding="utf-8")
    for code in ("363406005", "363412000", "363410008", "363408006", "363409003"):
        body = body.replace(code, "420120006")

    judged = judge(body.encode(), load_guidance(folder), date(2026, 11, 22))

    finding = next(each for each in judged.findings if each.guidance == "salivary-biomarkers")
    assert finding.answer is Verdict.ADVISE
    assert finding.biomarkers is not None
    assert [entry.row for entry in finding.biomarkers.missing] == ["gist-mmr"]


def test_a_criterion_asks_with_numbers_its_fact_has(folder: Path) -> None:
    """A number in braces that the fact does not take is refused."""
    _replace(folder, "criteria.toml", "found before {young_below}?", "found before {age}?")
    with pytest.raises(GuidanceFault, match=r"'age' is no number of fact criterion"):
        load_guidance(folder)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[premm5]", "[amsterdam2]", "amsterdam2 is judged"),
        ('url = "https://premm', 'url = "http://premm', "premm5 needs a title"),
    ],
)
def test_what_is_not_assessed_has_a_reason_and_is_not_judged(
    folder: Path, old: str, new: str, fault: str
) -> None:
    """A list that says the opposite of the artifacts, or names no public page, is refused."""
    _replace(folder, "not_assessed.toml", old, new)
    with pytest.raises(GuidanceFault, match=fault):
        load_guidance(folder)


def test_the_licensed_and_the_unread_are_told_to_be_not_assessed(folder: Path) -> None:
    """A reader finds them named, with the reason."""
    listed = load_guidance(folder).not_assessed
    assert {"acmg-nsgc-2015", "premm5", "brst-3", "ancestry", "hlrcc-patient"} <= listed.keys()
