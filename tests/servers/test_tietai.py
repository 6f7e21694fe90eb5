"""A second generator, in Python alone: Synthea's cancer modules, and genetic reports of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from oncocue.folders import guidance_folder
from oncocue.judge import Judged, judge
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance
from tests.servers.hapi import Hapi, errors
from tests.servers.synthea import SEED
from tests.servers.synthea_report import TODAY, pattern_of
from tests.servers.through_hapi import cross

pytestmark = pytest.mark.timeout(600)
_PATIENTS = 12
# Without the modules of every other disease a patient takes half a second.
_MODULES = ("breast_cancer", "colorectal_cancer", "lung_cancer", "prostate_cancer")
_GENE = "48018-6"  # LOINC: gene studied
Bundle = dict[str, Any]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder it writes: charts in `fhir`, pathology and genetic reports in the pack."""
    folder = tmp_path_factory.mktemp("tietai")
    modules = folder / "modules"
    for name in _MODULES:
        place = Path(str(files("synthea"))) / "resources" / "modules"
        modules.mkdir(exist_ok=True)
        shutil.copy(place / f"{name}.json", modules)
        if (place / name).is_dir():
            shutil.copytree(place / name, modules / name)
    seeds = ["-s", str(SEED), "--clinician-seed", str(SEED), "-r", "20261101", "-a", "50-85"]
    kind = ["--locale", "us", "--profile", "none", "--genomics-cohort", "-d", str(modules)]
    command = [sys.executable, "-m", "synthea.cli", "-p", str(_PATIENTS), *seeds, *kind]
    done = subprocess.run(
        [*command, "-o", str(folder)], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return folder


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    """The guidance shipped."""
    return load_guidance(guidance_folder())


def _read(paths: Iterator[Path]) -> list[Bundle]:
    return [json.loads(path.read_bytes()) for path in sorted(paths)]


def _reports(generated: Path) -> list[Bundle]:
    return _read((generated / "genomics-oncology-pack" / "patients").glob("*/fhir/*.json"))


def _judged(bundle: Bundle, guidance: Guidance) -> Judged:
    return judge(json.dumps(bundle).encode(), guidance, TODAY)


def _genes(bundle: Bundle) -> set[str]:
    """The genes its variants name, looked for without the product's reading."""
    components = (
        each for entry in bundle["entry"] for each in entry["resource"].get("component", ())
    )
    return {
        each["valueCodeableConcept"]["coding"][0]["display"]
        for each in components
        if each["code"]["coding"][0].get("code") == _GENE
    }


def test_every_gene_of_a_report_is_read(generated: Path, guidance: Guidance) -> None:
    """Each variant in it is a finding of its gene; nothing else is said to be found but MSI."""
    reports = [each for each in _reports(generated) if _genes(each)]
    for report in reports:
        results = _judged(report, guidance).chart.results
        found = {name for each in results for name in each.biomarkers}
        assert found - {"MSI"} == _genes(report)
        assert {each.outcome.value for each in results} == {"positive"}

    assert len(reports) >= 3


def test_a_chart_without_cancer_gets_no_card(generated: Path, guidance: Guidance) -> None:
    """By the words of its conditions; and every chart is read without a complaint."""
    charts = _read((generated / "fhir").glob("*.json"))
    kinds = [pattern_of(each, guidance) for each in charts]

    assert len(charts) == _PATIENTS
    assert {kind.answers for kind in kinds if kind.says == "no cancer"} <= {"no finding"}
    assert any(kind.answers != "no finding" for kind in kinds)


def test_reports_say_the_same_after_hapi(hapi: Hapi, generated: Path, guidance: Guidance) -> None:
    """Taken whole, with their genetic findings."""
    crossings = [cross(hapi, json.dumps(each).encode(), guidance) for each in _reports(generated)]

    assert [words for each in crossings for words in each.refused] == []
    assert [each.after for each in crossings] == [each.before for each in crossings]


def test_reports_are_valid(hapi: Hapi, generated: Path) -> None:
    """By HAPI's validator, against R4; a resource of each kind and code is looked at."""
    kinds: dict[str, dict[str, Any]] = {}
    for report in _reports(generated):
        for entry in report["entry"]:
            resource = {**entry["resource"], "meta": {"source": "urn:tietai"}}
            kinds.setdefault(f"{resource['resourceType']} {resource.get('code')}", resource)
    found = [errors(hapi.validate(each)) for each in kinds.values()]

    assert [each for each in found if each] == []
