"""The cases beside the guidance come out as written, cover every row and rule, and can fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest
from fhir.resources.R4B.bundle import Bundle

from oncocue.folders import guidance_folder
from oncology.guidance.artifact import Artifact
from oncology.guidance.case_charts import chart_of
from oncology.guidance.case_words import WrittenCase
from oncology.guidance.cases import CaseBook, check_cases, judge_case, read_cases, uncovered
from oncology.guidance.load import load_guidance

GUIDANCE = load_guidance(guidance_folder())
BOOKS = {
    artifact.id: read_cases(Path(artifact.path).parent / "cases.toml")
    for artifact in GUIDANCE.artifacts.values()
}
CASES = [
    pytest.param(identifier, case, id=f"{identifier}: {case.name}")
    for identifier, book in BOOKS.items()
    for case in book.cases
]
NSCLC, PROSTATE = "nsclc-biomarkers", "prostate-biomarkers"


@pytest.mark.parametrize("identifier", BOOKS)
def test_the_cases_of_an_artifact_can_be_read(identifier: str) -> None:
    """Every word of every cases.toml is known."""
    assert BOOKS[identifier].faults == ()


@pytest.mark.parametrize("identifier", BOOKS)
def test_every_word_of_a_case_file_is_used(identifier: str) -> None:
    """A code that no case writes would look covered and is not."""
    book = BOOKS[identifier]
    written = json.dumps([msgspec.to_builtins(each) for each in book.cases], ensure_ascii=False)
    assert [word for word in book.words.codes if f'"{word}"' not in written] == []


@pytest.mark.parametrize(("identifier", "case"), CASES)
def test_a_case_comes_out_as_written(identifier: str, case: WrittenCase) -> None:
    """The finding for the patient of a case is the one its author wrote down."""
    assert judge_case(case, BOOKS[identifier], GUIDANCE.artifacts[identifier], GUIDANCE) == []


@pytest.mark.parametrize("identifier", BOOKS)
def test_every_row_and_rule_has_a_case(identifier: str) -> None:
    """Each row has cases due, resulted, pending and failed; each rule is met."""
    assert uncovered(BOOKS[identifier], GUIDANCE.artifacts[identifier], GUIDANCE) == []


def _is_whole(case: WrittenCase) -> bool:
    """Without something on purpose unreadable, and without required elements left out."""
    words = [*case.orders, *case.procedures, *case.reports, *case.results, *case.relatives]
    words += [each for relative in case.relatives for each in relative.results]
    return not case.unreadable and all(each.status != "none" for each in words)


@pytest.mark.parametrize("identifier", BOOKS)
def test_cases_are_fhir(identifier: str) -> None:
    """What a case describes in words is a FHIR R4 Bundle that an EHR could have sent."""
    for case in BOOKS[identifier].cases:
        if _is_whole(case):
            Bundle.model_validate_json(
                chart_of(case, BOOKS[identifier].words, GUIDANCE.terminology)
            )


# ---------------------------------------------------------------- the checker can fail


@pytest.fixture
def spoilt(tmp_path: Path) -> Path:
    """A copy of the lung cancer cases to spoil."""
    copy = tmp_path / "cases.toml"
    shutil.copy(BOOKS[NSCLC].path, copy)
    return copy


def _spoil(path: Path, old: str, new: str) -> CaseBook:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read_cases(path)


def _faults(book: CaseBook, identifier: str = NSCLC) -> list[str]:
    artifact: Artifact = GUIDANCE.artifacts[identifier]
    judged = [fault for case in book.cases for fault in judge_case(case, book, artifact, GUIDANCE)]
    return [*book.faults, *judged, *uncovered(book, artifact, GUIDANCE)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('answer = "advise"', 'answer = "nothing_to_add"', "expected answer = 'nothing_to_add'"),
        ('missing = ["panel", "nsclc-pdl1"]', 'missing = ["panel"]', "got ['nsclc-alk'"),
        ("asks = []", 'asks = ["advanced"]', "expected asks = ['advanced'], got []"),
        ('settings = ["advanced"]', 'seting = ["advanced"]', "cannot expect 'seting'"),
        ('expect = { answer = "advise", ', "expect = { ", "expects no answer"),
        ('stage = "IV"', 'stag = "IV"', "unknown field `stag`"),
        ('code = "lung adenocarcinoma"', 'code = "lung cancer"', "'lung cancer' is no word"),
        ('gene = "EGFR"', 'gene = "EGFRR"', "'EGFRR' is not known here"),
        ('drug = "pemetrexed"', 'drug = "water"', "'water' is not known here"),
        ("present = false", 'present = "maybe"', "'maybe' is not known here"),
        ("as_of = 2026-11-22", "", "as_of is missing"),
        ("as_of = 2026-11-22", "as_off = 2026-11-22", "'as_off' is not known at the top"),
        ("[codes]", "[codes", "not valid TOML"),
        ('patient = { sex = "male"', 'patient = { sexx = "male"', "unknown field `sexx`"),
    ],
)
def test_a_wrong_case_is_a_fault(spoilt: Path, old: str, new: str, says: str) -> None:
    """A wrong expectation, an unknown word or an excuse without ground never passes."""
    faults = _faults(_spoil(spoilt, old, new))
    assert any(says in fault for fault in faults), faults[:3]
    assert all(str(spoilt) in fault for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[unreached]]", "[unused]", "no case for 'prostate-somatic-again' (missing)"),
        (
            'row = "prostate-somatic-again"\nplace = "missing"',
            'row = "prostate-msi"\nplace = "missing"',
            "'prostate-msi' (missing) has a case",
        ),
        (
            'row = "prostate-somatic-again"\nplace = "missing"',
            'row = "prostate-once"\nplace = "missing"',
            "'prostate-once' (missing) is no row or rule",
        ),
    ],
)
def test_an_excuse_without_ground_is_a_fault(tmp_path: Path, old: str, new: str, says: str) -> None:
    """What no case can show is named with its reason, and only that."""
    copy = tmp_path / "cases.toml"
    shutil.copy(BOOKS[PROSTATE].path, copy)
    faults = _faults(_spoil(copy, old, new), PROSTATE)
    assert any(says in fault for fault in faults), faults[:3]


def test_a_row_without_a_case_is_a_fault(spoilt: Path) -> None:
    """Rows and rules cannot be added without cases."""
    text = spoilt.read_text(encoding="utf-8").replace("nsclc-early-pdl1", "nsclc-pdl1")
    spoilt.write_text(text, encoding="utf-8")
    faults = _faults(read_cases(spoilt))
    assert any("no case for 'nsclc-early-pdl1' (missing)" in fault for fault in faults)
    assert any("no case for 'nsclc-early-pdl1' (resulted)" in fault for fault in faults)


def test_a_rule_without_a_case_is_a_fault(tmp_path: Path) -> None:
    """A rule of a decision table that no case meets is named."""
    copy = tmp_path / "cases.toml"
    text = BOOKS["medullary-thyroid-germline"].path.read_text(encoding="utf-8")
    copy.write_text(text.replace('status = "unknown", ', ""), encoding="utf-8")
    artifact = GUIDANCE.artifacts["medullary-thyroid-germline"]
    faults = uncovered(read_cases(copy), artifact, GUIDANCE)
    assert faults == [
        f"{copy}: no case for 'Whether genetics was involved is not known' (rule). "
        "Write one, or say under [[unreached]] why."
    ]


def test_two_cases_need_two_names(spoilt: Path) -> None:
    """A name says what sets a case apart; the same name twice is a fault."""
    name = BOOKS[NSCLC].cases[1].name
    faults = _faults(_spoil(spoilt, f'name = "{BOOKS[NSCLC].cases[0].name}"', f'name = "{name}"'))
    assert any("two cases are named" in fault for fault in faults)


def test_an_artifact_without_cases_is_a_fault(spoilt: Path) -> None:
    """An empty cases.toml does not count as tested."""
    spoilt.write_text("as_of = 2026-11-22\n", encoding="utf-8")
    faults = _faults(read_cases(spoilt))
    assert f"{spoilt}: no [[case]]. An artifact without cases is not tested." in faults


def test_the_checker_of_a_whole_artifact_finds_nothing() -> None:
    """`check_cases`, which `oncocue validate` calls, agrees with the tests above."""
    assert check_cases(GUIDANCE.artifacts[NSCLC], GUIDANCE) == []
