"""Pedigree files on the pages: what is left out is shown first, and no file tells whose it is."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient
from msgspec.structs import replace

from tests.pages.opened_charts import FAMILY, FixtureCharts, opened_story

NAMES = {
    "canrisk": "pedigree-canrisk.txt",
    "ped": "pedigree.ped",
    "ga4gh": "pedigree-ga4gh.json",
}


def test_the_page_says_what_each_file_leaves_out(client: FlaskClient) -> None:
    """Each format with its list, and who is who in it."""
    html = client.get(f"/l/{FAMILY}/family/files").text
    assert "Ashkenazi ancestry is not in the pedigree" in html
    assert "No disease means that none is written" in html
    assert "R3 (maternal aunt): age not recorded" in html
    assert "<dt>R2</dt><dd>mother</dd>" in html
    assert "family/files" in client.get(f"/l/{FAMILY}/family").text


@pytest.mark.parametrize("wanted", NAMES)
def test_a_file_is_kept_nowhere_and_named_for_nobody(client: FlaskClient, wanted: str) -> None:
    """An attachment under a neutral name, never stored, without the patient's names and numbers."""
    patient = opened_story(FAMILY).patient
    for address in (f"family/files/{wanted}", f"family/files/{wanted}/list"):
        answer = client.get(f"/l/{FAMILY}/{address}")
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        kind, _, name = answer.headers["Content-Disposition"].partition("; ")
        assert kind == "attachment"
        assert name.removeprefix('filename="').startswith("pedigree")
        for word in (patient.id, patient.mrn, *patient.name.replace(",", "").split()):
            assert not word or word not in answer.text + name
    answer = client.get(f"/l/{FAMILY}/family/files/{wanted}")
    assert NAMES[wanted] in answer.headers["Content-Disposition"]


def test_ga4gh_is_json_and_an_unknown_format_is_not_there(client: FlaskClient) -> None:
    """The type says what it is."""
    answer = client.get(f"/l/{FAMILY}/family/files/ga4gh")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.text)["indexPatients"] == ["P1"]
    assert client.get(f"/l/{FAMILY}/family/files/docx").status_code == 404


def test_a_patient_of_unknown_sex_has_no_canrisk_file(
    client: FlaskClient, charts: FixtureCharts
) -> None:
    """The page says why; the other formats are there."""
    opened = opened_story(FAMILY)
    person = replace(opened.chart.person, sex=None)
    charts.added["sex-open"] = replace(
        opened, launch="sex-open", chart=replace(opened.chart, person=person)
    )
    assert "CanRisk needs the sex" in client.get("/l/sex-open/family/files").text
    assert client.get("/l/sex-open/family/files/canrisk").status_code == 404
    assert client.get("/l/sex-open/family/files/ped").status_code == 200
