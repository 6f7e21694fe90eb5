"""A cancer is added by files alone: its codes, its list with cases, and what is advanced in it."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cds_hooks.answer import HookAnswers
from oncocue.clients import development_caller
from oncocue.command_line import app
from oncocue.folders import guidance_folder
from oncocue.settings import GuidanceSection, HooksSection, Settings
from oncocue.wiring import hook_answers, load_guidance_of
from tests.support.hook_calls import TYPES, call, cards, searchset

TODAY = date(2026, 11, 22)
_MADE_UP = "made up for a test,yes"
# Nothing here is of any code system: the cancer, its gene and its test exist in this file alone.
_ROWS = {
    "cancers.csv": f"moonshine,moonshine carcinoma,moonshine,adenocarcinoma,{_MADE_UP}",
    "conditions.csv": f"C98,icd-10-cm,yes,Moonshine carcinoma,primary,moonshine,,,,,{_MADE_UP}",
    "genes.csv": f"MOON1,HGNC:999991,,{_MADE_UP}",
    "observations.csv": "99999-1,loinc,MOON1 gene mutations found,presence,MOON1,mutation,,,"
    + _MADE_UP,
}
_LIST = """
id = "moonshine-biomarkers"
version = "1.0.0"
status = "active"
shape = "evidence-list"
kind = "biomarker-testing"
topic = "BIOMARKERMOON"
title = "Moonshine carcinoma"
question = "Is MOON1 on file in advanced moonshine carcinoma?"
cancer = "moonshine"
review = 2099-01-01
grace_days = 0
why = "Treatment can depend on the result"
limits = ["A made-up cancer."]

[facts.advanced]
fact = "advanced"
# In this cancer stage II is advanced already; no list of another cancer says so.
stages = ["II", "IV"]
early = ["I"]
m = ["M1"]
words = ["metastatic"]
ask = "Is the moonshine carcinoma metastatic? No stage on file tells."

[[source]]
id = "moon-2026"
label = "Moonshine guideline, 2026"
url = "https://example.org/moonshine"
checked = 2026-11-22

[[row]]
id = "moon1"
biomarkers = ["MOON1"]
alteration = "mutation"
origin = "somatic"
sees = ["mutation"]
settings = ["advanced"]
when = { advanced = ["yes"] }
specimen = "tissue"
strength = "guideline"
pending_days = 28
sources = ["moon-2026"]
"""
_CASES = """
as_of = 2026-11-22
patient = { sex = "female", born = "1960-03-01" }

[codes]
"moonshine" = "icd-10-cm C98.1"
"MOON1 test" = "loinc 99999-1"
"negative" = "loinc LA6577-6"

[[case]]
name = "Stage II is advanced here: MOON1 is due"
conditions = [{ code = "moonshine", stage = "II" }]
expect = { answer = "advise", missing = ["moon1"], settings = ["advanced"] }

[[case]]
name = "Tested: nothing to add"
conditions = [{ code = "moonshine", stage = "II" }]
results = [{ code = "MOON1 test", value = "negative", date = "2026-11-01" }]
expect = { answer = "nothing_to_add", resulted = ["moon1"] }

[[case]]
name = "Ordered: pending"
conditions = [{ code = "moonshine", stage = "II" }]
orders = [{ code = "MOON1 test", date = "2026-11-15" }]
expect = { answer = "nothing_to_add", pending = ["moon1"] }

[[case]]
name = "The sample failed: due again"
conditions = [{ code = "moonshine", stage = "II" }]
results = [{ code = "MOON1 test", said = "insufficient", date = "2026-11-01" }]
expect = { answer = "advise", unusable = ["moon1"] }

[[case]]
name = "Stage I: silence"
conditions = [{ code = "moonshine", stage = "I" }]
expect = { answer = "nothing_to_add", missing = [] }

[[case]]
name = "No stage: one question"
conditions = [{ code = "moonshine" }]
expect = { answer = "cannot_tell", asks = ["advanced"] }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped guidance with one cancer more: one folder, one row in each table."""
    copy = tmp_path / "guidance"
    shutil.copytree(guidance_folder(), copy)
    for name, row in _ROWS.items():
        with (copy / "terminology" / name).open("a", encoding="utf-8") as table:
            table.write(f"{row}\n")
    artifact = copy / "moonshine-biomarkers"
    artifact.mkdir()
    (artifact / "guidance.toml").write_text(_LIST, encoding="utf-8")
    (artifact / "cases.toml").write_text(_CASES, encoding="utf-8")
    return copy


def _chart(stage: str, *more: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The resources of a small chart by the prefetch key they come under."""
    patient = {"reference": "Patient/p"}
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C98.1"}]},
        "stage": [{"summary": {"text": f"Stage {stage}"}}],
        "subject": patient,
        "onsetDateTime": "2026-08-01",
    }
    return {"conditions": [condition], "observations": [{**each, **_about(each)} for each in more]}


def _about(resource: dict[str, Any]) -> dict[str, Any]:
    return {"id": resource["resourceType"].lower(), "subject": {"reference": "Patient/p"}}


PERSON = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1960-03-01"}
NEGATIVE = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "99999-1"}]},
    "valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6577-6"}]},
    "effectiveDateTime": "2026-11-01",
}


def _evaluated(folder: Path, tmp_path: Path, *, stage: str, more: tuple[Any, ...] = ()) -> Any:
    """The finding `oncocue evaluate --folder` prints for the made-up cancer; None without one."""
    resources = [PERSON, *(each for kind in _chart(stage, *more).values() for each in kind)]
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    words = ["evaluate", str(path), "--format", "json", "--as-of", "2026-11-22"]
    told = CliRunner().invoke(app, [*words, "--folder", str(folder)])
    assert told.exit_code == 0, told.output
    findings = json.loads(told.stdout)["findings"]
    return next((each for each in findings if each["guidance"] == "moonshine-biomarkers"), None)


def test_the_folder_with_the_new_cancer_is_valid(folder: Path) -> None:
    """Shape, codes, sources and the new cases, beside all that was there before."""
    told = CliRunner().invoke(app, ["validate", str(folder)])

    assert told.exit_code == 0, told.output
    assert " 0 faults" in told.output


def test_a_wrong_case_of_the_new_cancer_is_a_fault(folder: Path) -> None:
    """Its cases are judged, not only read."""
    cases = folder / "moonshine-biomarkers" / "cases.toml"
    cases.write_text(_CASES.replace('stage = "II"', 'stage = "I"', 1), encoding="utf-8")

    told = CliRunner().invoke(app, ["validate", str(folder)])

    assert told.exit_code == 1
    assert "expected answer = 'advise', got 'nothing_to_add'" in told.output


def test_a_chart_gets_its_findings(folder: Path, tmp_path: Path) -> None:
    """Due by its own list of advanced stages, answered by its own test, silent when early."""
    due = _evaluated(folder, tmp_path, stage="II")
    assert due["answer"] == "advise"
    assert due["biomarkers"]["missing"][0]["biomarker"] == "MOON1"

    answered = _evaluated(folder, tmp_path, stage="II", more=(NEGATIVE,))
    assert answered["answer"] == "nothing_to_add"
    assert answered["biomarkers"]["resulted"][0]["biomarker"] == "MOON1"

    early = _evaluated(folder, tmp_path, stage="I")
    assert early["answer"] == "nothing_to_add"
    assert early["biomarkers"]["missing"] == []


def test_the_shipped_guidance_does_not_know_it(tmp_path: Path) -> None:
    """What the other tests see comes from the files they add."""
    assert _evaluated(guidance_folder(), tmp_path, stage="II") is None


@pytest.fixture
def answers(folder: Path) -> HookAnswers:
    """The CDS Hooks face with the new cancer."""
    guidance = load_guidance_of(Settings(guidance=GuidanceSection(folder=folder)))
    caller = development_caller(HooksSection(profile="sandbox"))
    return hook_answers(guidance, caller, lambda: TODAY, folder=folder)


def _request(stage: str, *more: dict[str, Any]) -> dict[str, Any]:
    chart = _chart(stage, *more)
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": "p"},
        "prefetch": {"patient": PERSON, **{key: searchset(chart.get(key, [])) for key in TYPES}},
    }


def test_a_hook_call_gets_its_card(answers: HookAnswers) -> None:
    """One card that names the cancer and the test; none once it is tested."""
    [card] = cards(call(answers, "biomarker-testing", _request("II")))
    assert "MOON1" in card["summary"]
    assert "oonshine carcinoma" in card["summary"] + card["detail"]

    assert cards(call(answers, "biomarker-testing", _request("II", NEGATIVE))) == []
