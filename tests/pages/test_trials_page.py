"""The trials page: what is asked stands in the body, and every state has its words."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from smartapp.trials.places import Place
from smartapp.trials.registry import Found, RegistryUnreachable, Wanted
from smartapp.trials.search import TrialSearch
from tests.pages.opened_charts import FixtureCharts, app_of

KRAS = "lung-kras-g12d"


@pytest.fixture
def client() -> FlaskClient:
    """The pages over the fixture charts and the recorded registry."""
    return app_of(FixtureCharts()).test_client()


def _text(client: FlaskClient, **form: str) -> str:
    reply = client.post(f"/l/{KRAS}/trials", data=form)
    assert reply.status_code == 200
    return str(reply.get_data(as_text=True))


def test_the_page_asks_for_what_the_chart_holds(client: FlaskClient) -> None:
    """Condition and biomarker of the chart, in words, with the day of the registry."""
    page = client.get(f"/l/{KRAS}/trials").get_data(as_text=True)
    assert "non-small cell lung cancer; KRAS G12D; open to patients" in page
    assert "Registry as of 20 Nov 2026" in page
    assert "Advanced NSCLC with KRAS G12D mutation, confirmed centrally" in page


def test_what_excludes_the_patient_is_apart(client: FlaskClient) -> None:
    """A study of another change stands under what has something against it."""
    page = _text(client, within_km="500")
    fitting, _, others = page.partition("Something against it")
    assert "Prior KRAS G12C inhibitor" not in fitting
    assert "does not fit" in others


def test_the_choices_count(client: FlaskClient) -> None:
    """Biomarker none, another place and phase change the question in words."""
    page = _text(client, marker="none", place="London, GB", within_km="50", phase="3")
    assert "any biomarker; open to patients; phase 3; a site within 50 km of London, GB" in page


def test_odd_choices_are_defaults(client: FlaskClient) -> None:
    """What the form does not offer is not asked."""
    page = _text(client, cancer="x", marker="<script>", within_km="7000000", phase="9")
    assert "KRAS G12D; open to patients; any phase; a site within 100 km" in page
    assert "<script>" not in page.split("<main")[1]


def test_an_unknown_city_is_said(client: FlaskClient) -> None:
    """Nothing is guessed: the reader is told."""
    assert "“Xyzzytown” is not in the list of cities." in _text(client, place="Xyzzytown")


def test_a_registry_that_is_down_is_said() -> None:
    """Not an empty list, which would read as: there are none."""

    class Down:
        def search(self, wanted: Wanted) -> Found:
            raise RegistryUnreachable("ClinicalTrials.gov could not be reached.")

    search = TrialSearch(Down(), lambda site: Place("Boston", 42.36, -71.06))
    charts = FixtureCharts()
    page = app_of(charts, search).test_client().get(f"/l/{KRAS}/trials").get_data(as_text=True)
    assert "ClinicalTrials.gov could not be reached. Try again later." in page
    assert "Nothing against it" not in page


def test_no_cancer_no_search(client: FlaskClient) -> None:
    """Without an active cancer there is nothing to ask."""
    page = client.get("/l/family-history-pat-met/trials").get_data(as_text=True)
    assert "No active cancer that this release knows is on file." in page


def test_a_note_to_the_coordinator_holds_facts_query_and_studies(client: FlaskClient) -> None:
    """What is on file and was searched for; no word that the patient is eligible."""
    page = client.post(f"/l/{KRAS}/trials/note", data={"within_km": "100"}).text
    sheet = page[page.index("<article") : page.index("</article>")]
    for said in ("Trial coordinator", "Biomarker results on file", "NCT", "Registry as of 20 Nov"):
        assert said in sheet
    assert "whether the patient is eligible was not judged" in sheet
    changed = client.post(f"/l/{KRAS}/trials/note", data={"within_km": "100", "text": "My words"})
    assert "My words" in changed.text


def test_the_list_is_a_table_of_the_studies(client: FlaskClient) -> None:
    """One row a study with its marks; the name of the file tells nothing."""
    answer = client.post(f"/l/{KRAS}/trials/list", data={"within_km": "100"})
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="trials.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert rows and {"fits"} <= {row["biomarker"] for row in rows}
    assert "does not fit" in {mark for row in rows for mark in row.values()}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_positive_marker_leads_to_its_trials(client: FlaskClient) -> None:
    """The search is asked by a form: no result stands in an address."""
    page = client.get(f"/l/{KRAS}/biomarkers").text
    assert re.search(r'name="marker" value="KRAS[^"]*"', page)
    assert "Trials with KRAS" in page
