"""The stories of the sandbox: read whole, and kept by what the services do."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cds_hooks.answer import HookAnswers
from sandbox.charts import GROUPS, Chart, ChartFault, load_charts
from sandbox.conduct import standard
from sandbox.desk.exchange import Service
from sandbox.desk.prefetch import Visit, hook_request, prefetch_keys
from sandbox.fhir.access import Access
from sandbox.fhir.records import Records
from sandbox.fhir.server import FhirServer
from sandbox.smart.context import LaunchContext
from sandbox.smart.launching import hook_scopes
from sandbox.smart.ledger import Ledger
from tests.sandbox.conftest import write_chart
from tests.sandbox.dance import DOCTOR
from tests.support.hook_calls import CHARTS, call, cards, product

LOADED = load_charts(CHARTS)
HELD = {slug: chart for slug, chart in LOADED.items() if chart.fhir == "R4"}
TOPICS = {"BIOMARKER": "Testing card", "GENREF": "Genetics card", "TRIALSEARCH": "Trial search"}


@pytest.fixture(scope="module")
def answers() -> HookAnswers:
    return product()


@pytest.fixture(scope="module")
def fhir() -> FhirServer:
    return FhirServer(Records(each for c in HELD.values() for each in c.resources), time.sleep)


@pytest.mark.parametrize("chart", LOADED.values(), ids=LOADED)
def test_a_story_says_who_and_what_should_happen(chart: Chart) -> None:
    """The list has a name, a title, a person and an expectation for every chart."""
    assert chart.title != chart.slug
    assert chart.who
    assert chart.should
    assert "**" not in chart.who + chart.should + chart.why
    assert "Testcase" in chart.name
    assert chart.group in GROUPS


@pytest.mark.parametrize("slug", [slug for slug, chart in HELD.items() if chart.promises])
def test_the_list_promises_what_the_panel_shows(
    slug: str, answers: HookAnswers, fhir: FhirServer
) -> None:
    """The words beside a patient agree with the cards of that patient."""
    chart, shown = HELD[slug], set()
    context = LaunchContext(DOCTOR, chart.patient_id)
    grant = Ledger().hook_grant(context, hook_scopes(standard()), standard())
    access = Access(grant, "http://localhost/fhir")
    for known in (each for each in answers.services.values() if each.hook == "patient-view"):
        service = Service(known.id, "", "", {item.key: item.query for item in known.prefetch})
        visit = Visit(chart.patient_id)
        keys = prefetch_keys(service, visit, fhir, access)
        for card in cards(call(answers, known.id, hook_request(visit, keys))):
            topic = card["source"]["topic"]["code"]
            named = next(words for start, words in TOPICS.items() if topic.startswith(start))
            shown.add("Question" if topic.endswith("ASK") else named)

    assert shown == set(chart.promises) - {"No card"}


def test_only_charts_of_other_fhir_versions_are_left_out() -> None:
    """This EHR holds R4."""
    assert set(LOADED) - set(HELD) == {"r5-shaped-chart", "stu3-shaped-chart"}


@pytest.mark.parametrize(
    ("should", "promises"),
    [
        ("No testing card; a trial search is offered.", ("Trial search",)),
        ("A testing card. A genetics card.", ("Testing card", "Genetics card")),
        ("One question: is it confirmed?", ("Question",)),
        ("A testing card with the label rows only: EGFR.", ("Testing card",)),
        ("Cannot tell: the age settles it.", ("Question",)),
        ("Silence, with a note.", ("No card",)),
        ("Something nobody thought of.", ()),
    ],
)
def test_promises_are_read_from_the_story(
    tmp_path: Path, should: str, promises: tuple[str, ...]
) -> None:
    """What the story does not say plainly is promised by nobody."""
    patient = {"resourceType": "Patient", "id": "p"}
    write_chart(tmp_path, "some-one", [patient], f"# T\n\nWho.\n\n**Should happen:** {should}\n")
    assert load_charts(tmp_path)["some-one"].promises == promises


@pytest.mark.parametrize(
    ("slug", "icd", "group"),
    [
        ("lung-x", "C50.1", "lung"),
        ("referral-placed", "C50.1", "breast"),
        ("two", "C56.9", "ovarian"),
        ("diabetes-only", "E11.9", "other"),
        ("relative-denied", "E11.9", "family"),
    ],
)
def test_a_chart_stands_in_the_group_of_its_name_or_its_cancer(
    tmp_path: Path, slug: str, icd: str, group: str
) -> None:
    """The slug names the group; else the cancer on file does."""
    code = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": icd}]}
    resources = [
        {"resourceType": "Patient", "id": "p"},
        {"resourceType": "Condition", "id": "c", "code": code},
    ]
    write_chart(tmp_path, slug, resources, "# T\n")
    assert load_charts(tmp_path)[slug].group == group


def test_an_unusable_folder_is_named(tmp_path: Path) -> None:
    """No charts, no patient, no JSON: the message says where."""
    with pytest.raises(ChartFault, match="no charts here"):
        load_charts(tmp_path)
    write_chart(tmp_path, "nobody", [{"resourceType": "Condition", "id": "c"}], "# T\n")
    with pytest.raises(ChartFault, match=r"nobody.*no Patient"):
        load_charts(tmp_path)
    (tmp_path / "nobody" / "bundle.json").write_text("{", encoding="utf-8")
    with pytest.raises(ChartFault, match="nobody"):
        load_charts(tmp_path)
