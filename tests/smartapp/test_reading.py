"""Reading the chart: parallel, tolerant, honest, and the same judgement as the cards."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, combinations
from typing import Any

import pytest
from flask import Flask
from flask.ctx import RequestContext
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from oncocue.smart import searches_of
from oncology.chart.read import read_chart
from oncology.evaluate import evaluate
from oncology.reading.decode import read_records
from smartapp.fhir.banner import banner
from smartapp.fhir.capability import Capability, read_capability
from smartapp.fhir.charts import LaunchedCharts
from smartapp.fhir.style import read_style
from smartapp.launch.problems import LaunchFailed
from smartapp.opened import OpenedChart, Reading
from smartapp.registration import SmartTable
from tests.smartapp.conftest import LUNG, OTHER
from tests.support.hook_calls import TODAY, chart
from tests.support.smart_ehr import SmartEhr, outcome, reply, running_smart_ehr, searchset
from tests.support.smart_launches import Browser, app_for, browser_of, charts_of, front, token_of


def opened(browser: Browser, ehr: SmartEhr, story: str = "") -> OpenedChart:
    """The chart of a launch, as a page gets it."""
    return charts_of(browser, browser.launch(ehr, story))


def states(chart_: OpenedChart, kind: str) -> list[Reading]:
    """How the searches of a type went."""
    return [each.state for each in chart_.loaded if each.resource_type == kind]


@pytest.mark.parametrize(
    "story",
    [
        LUNG,
        OTHER,
        "family-history-pat-met",
        "colon-at-forty-four",
        "diabetes-only",
    ],
)
def test_app_and_card_agree_on_equal_data(story: str) -> None:
    """The same chart, read by the app and given to the core as the cards' prefetch is."""
    with running_smart_ehr(stories=(story,)) as ehr:
        seen = opened(browser_of(app_for(ehr)), ehr)
    guidance = front().answers.guidance
    whole = read_chart(read_records(json.dumps(chart(story)).encode()), guidance.terminology)
    expected = evaluate(whole, guidance, TODAY, explain=True)

    assert list(seen.findings) == expected
    assert {each.state for each in seen.loaded} == {Reading.READ}


def test_the_app_asks_all_that_cards_ask() -> None:
    """Every search of every service is among the app's, with all its codes."""
    services = front().answers.services.values()
    asked = {each.resource_type: dict(each.parameters) for each in searches_of(services)}

    for service in services:
        for item in service.prefetch:
            if "patient={{context.patientId}}" in item.query:
                codes = item.query.partition("&code=")[2].split(",")
                assert set(codes) <= set(asked[item.resource_type].get("code", "").split(","))
    assert len(asked) == len(searches_of(services))


def test_the_app_asks_access_to_all_that_cards_ask() -> None:
    """Else it could not agree with them."""
    kinds = {each.resource_type for each in searches_of(front().answers.services.values())}

    assert kinds <= set(SmartTable("https://ehr.example/fhir", "x").read_types)


@pytest.mark.conformance("smart-app", 19)
@pytest.mark.parametrize(
    "kinds",
    [
        list(each)
        for each in chain.from_iterable(
            combinations(["Observation", "FamilyMemberHistory", "ServiceRequest"], count)
            for count in range(4)
        )
    ],
)
def test_with_fewer_scopes_the_app_says_what_is_missing(kinds: list[str]) -> None:
    """Every subset: what was not granted is not asked, and its facts are not known."""
    granted = " ".join(f"patient/{kind}.rs" for kind in kinds)
    with running_smart_ehr() as ehr:
        ehr.grant = lambda _: f"openid patient/Patient.r patient/Condition.rs {granted}"
        seen = opened(browser_of(app_for(ehr)), ehr)

    for kind in ("Observation", "FamilyMemberHistory", "ServiceRequest"):
        given = kind in kinds
        wanted = {Reading.READ} if given else {Reading.NOT_GRANTED}
        assert set(states(seen, kind)) == wanted
        assert seen.chart.was_read(kind) == given
        assert bool(ehr.calls(f"/fhir/{kind}")) == given
    if "Observation" not in kinds:
        [lung] = [each for each in seen.findings if each.guidance == "nsclc-biomarkers"]
        assert lung.answer.value != "nothing_to_add"


@pytest.mark.conformance("smart-app", 19)
def test_a_grant_that_is_narrowed_by_category_is_a_part() -> None:
    """Only laboratory Observations: what came counts, what did not is unknown."""
    with running_smart_ehr() as ehr:
        ehr.grant = lambda asked: asked.replace(
            "patient/Observation.rs", "patient/Observation.rs?category=laboratory"
        )
        seen = opened(browser_of(app_for(ehr)), ehr)

    assert set(states(seen, "Observation")) == {Reading.PARTIAL}
    assert not seen.chart.was_read("Observation")
    assert "category=laboratory" in next(
        each.words for each in seen.loaded if each.resource_type == "Observation"
    )


def fail(status: int) -> Callable[[Request], Response]:
    """A search that fails."""
    return lambda _: reply(outcome("exception"), status)


@pytest.mark.conformance("smart-app", 48)
@pytest.mark.parametrize(
    ("status", "state"),
    [
        (403, Reading.REFUSED),
        (404, Reading.UNSUPPORTED),
        (400, Reading.FAILED),
        (429, Reading.FAILED),
        (500, Reading.FAILED),
        (503, Reading.FAILED),
        (406, Reading.FAILED),
        (302, Reading.FAILED),
    ],
)
def test_an_optional_search_that_fails_is_told(
    browser: Browser, ehr: SmartEhr, status: int, state: Reading
) -> None:
    """The page opens all the same and says which data it lacks."""
    ehr.faults["/fhir/FamilyMemberHistory"] = fail(status)

    seen = opened(browser, ehr)

    assert states(seen, "FamilyMemberHistory") == [state]
    assert not seen.chart.was_read("FamilyMemberHistory")
    assert states(seen, "Condition") == [Reading.READ]


@pytest.mark.conformance("smart-app", 48)
def test_a_busy_ehr_is_asked_again_a_little(browser: Browser, ehr: SmartEhr) -> None:
    """Three times at the most."""
    ehr.faults["/fhir/Specimen"] = lambda _: Response(
        "", 429, {"Retry-After": "1"}, mimetype="application/json"
    )

    seen = opened(browser, ehr)

    assert states(seen, "Specimen") == [Reading.FAILED]
    assert len(ehr.calls("/fhir/Specimen")) == 3


@pytest.mark.conformance("smart-app", 48)
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fhir/Condition", 403, "chart-refused"),
        ("/fhir/Condition", 500, "chart-unreadable"),
        ("/fhir/Condition", 404, "chart-unreadable"),
        ("/fhir/Patient/{patient}", 403, "chart-refused"),
        ("/fhir/Patient/{patient}", 404, "chart-unreadable"),
        ("/fhir/Patient/{patient}", 503, "chart-unreadable"),
    ],
)
def test_without_patient_or_conditions_there_is_no_page(
    browser: Browser, ehr: SmartEhr, path: str, status: int, code: str
) -> None:
    """Nothing on it would be right."""
    ehr.faults[path.format(patient=ehr.patient(LUNG))] = fail(status)

    answer = browser.get(f"{browser.launch(ehr)}diagnostics")

    assert f"<code>{code}</code>" in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"resourceType": "Patient", "id": "somebody-else"},
        {"resourceType": "Practitioner", "id": "{patient}"},
        {"resourceType": "OperationOutcome", "issue": []},
        [],
        "not FHIR",
    ],
)
def test_another_record_than_the_patient_s_stops(
    browser: Browser, ehr: SmartEhr, body: Any
) -> None:
    """Whose chart it is is never guessed."""
    patient = ehr.patient(LUNG)
    text = json.dumps(body).replace("{patient}", patient)
    ehr.faults[f"/fhir/Patient/{patient}"] = lambda _: Response(text, mimetype="application/json")

    answer = browser.get(f"{browser.launch(ehr)}diagnostics")

    assert answer.status_code == 502
    assert "wrong-patient" in answer.text or "chart-unreadable" in answer.text


def test_resources_of_another_patient_are_not_used(browser: Browser, ehr: SmartEhr) -> None:
    """An EHR that answers with more than was asked for: noted, never shown as this patient's."""
    resources = [entry["resource"] for entry in chart(OTHER)["entry"]]
    conditions = [each for each in resources if each["resourceType"] == "Condition"]
    ehr.faults["/fhir/Condition"] = lambda _: reply(searchset(conditions))

    seen = opened(browser, ehr)

    assert seen.chart.diagnoses == ()
    assert any("another patient" in note.problem for note in seen.notes)


@pytest.mark.conformance("smart-app", 44)
@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/fhir/Observation?page=2",
        "http://localhost:{port}/fhir/Observation?page=2",
        "http://127.0.0.1:{port}@evil.example/fhir/x",
        "//evil.example/fhir/Observation",
        "http://[bad",
        "file:///etc/passwd",
        "{self}",
    ],
)
def test_the_token_goes_to_no_other_server(browser: Browser, ehr: SmartEhr, following: str) -> None:
    """A next link elsewhere, or in a circle, is not followed; what came is a part."""
    port = ehr.base.split(":")[2].split("/")[0]

    def paged(request: Request) -> Response:
        url = following.format(port=port, self=request.url)
        link = [{"relation": "next", "url": url}]
        return reply(searchset([], link=link))

    ehr.faults["/fhir/Procedure"] = paged
    seen = opened(browser, ehr)

    assert set(states(seen, "Procedure")) == {Reading.PARTIAL}
    assert len(ehr.calls("/fhir/Procedure")) == len(states(seen, "Procedure"))
    with_token = [h for _, _, _, h in ehr.said if "Authorization" in h]
    assert {headers["Host"] for headers in with_token} == {ehr.base.split("/")[2]}


@pytest.mark.conformance("smart-app", 44)
def test_redirects_are_not_followed_with_the_token(browser: Browser, ehr: SmartEhr) -> None:
    """Not even on the same server: the answer counts as failed."""
    ehr.faults["/fhir/Procedure"] = lambda _: Response("", 307, {"Location": "/fhir/elsewhere"})

    opened(browser, ehr)

    assert ehr.calls("/fhir/elsewhere") == []


def test_pages_that_repeat_count_once(browser: Browser, ehr: SmartEhr) -> None:
    """Oracle repeats resources across pages: each is read once."""
    resources = [entry["resource"] for entry in chart(LUNG)["entry"]]
    family = [each for each in resources if each["resourceType"] == "FamilyMemberHistory"]

    def paged(request: Request) -> Response:
        if request.args.get("cursor"):
            return reply(searchset(family))
        link = [{"relation": "next", "url": "FamilyMemberHistory?patient=x&cursor=2"}]
        return reply(searchset(family, link=link))

    ehr.faults["/fhir/FamilyMemberHistory"] = paged
    seen = opened(browser, ehr)

    [loaded] = [each for each in seen.loaded if each.resource_type == "FamilyMemberHistory"]
    assert loaded.state is Reading.READ
    assert loaded.count == len(family)
    assert len(seen.chart.family) == len(family)


def test_pages_without_end_are_cut(browser: Browser, ehr: SmartEhr) -> None:
    """Twenty pages, then it is a part."""

    def endless(request: Request) -> Response:
        page = int(request.args.get("page", "1")) + 1
        link = [{"relation": "next", "url": f"Specimen?page={page}"}]
        return reply(searchset([], link=link))

    ehr.faults["/fhir/Specimen"] = endless
    seen = opened(browser, ehr)

    assert states(seen, "Specimen") == [Reading.PARTIAL]
    assert len(ehr.calls("/fhir/Specimen")) == 20


NO_HITS = {
    "resourceType": "OperationOutcome",
    "issue": [
        {"severity": "warning", "code": "processing", "details": {"coding": [{"code": "4101"}]}}
    ],
}


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (searchset([NO_HITS]), Reading.READ),
        (NO_HITS, Reading.READ),
        (searchset([outcome("suppressed", "warning")]), Reading.PARTIAL),
        (searchset([outcome("forbidden")]), Reading.PARTIAL),
        (searchset([outcome("not-supported", "information")]), Reading.READ),
        (outcome("exception"), Reading.PARTIAL),
        ({"resourceType": "Patient", "id": "x"}, Reading.PARTIAL),
        ([], Reading.PARTIAL),
        ({}, Reading.PARTIAL),
    ],
)
def test_what_an_answer_says_of_itself_counts(
    browser: Browser, ehr: SmartEhr, body: Any, state: Reading
) -> None:
    """Epic's empty search is one; an outcome that withholds makes it a part."""
    ehr.faults["/fhir/FamilyMemberHistory"] = lambda _: reply(body)

    seen = opened(browser, ehr)

    assert states(seen, "FamilyMemberHistory") == [state]
    assert seen.chart.was_read("FamilyMemberHistory") == (state is Reading.READ)


def test_one_malformed_resource_is_a_note(browser: Browser, ehr: SmartEhr) -> None:
    """The others are read."""
    resources = [entry["resource"] for entry in chart(LUNG)["entry"]]
    conditions = [each for each in resources if each["resourceType"] == "Condition"]
    broken = {**conditions[0], "id": "broken", "code": 7}
    ehr.faults["/fhir/Condition"] = lambda _: reply(searchset([*conditions, broken]))

    seen = opened(browser, ehr)

    assert seen.chart.diagnoses
    assert any(note.reference == "Condition/broken" for note in seen.notes)


def test_searches_run_at_the_same_time(browser: Browser, ehr: SmartEhr) -> None:
    """Six at once, so that a slow EHR is waited for once and not fifteen times."""
    path = browser.launch(ehr)
    ehr.delay = 0.2
    charts_of(browser, path)
    ehr.delay = 0.0

    assert len([each for each in ehr.said if each[1].startswith("/fhir/")]) > 12
    assert ehr.most_at_once == 6


def test_parallel_requests_read_the_chart_once(app: Flask, ehr: SmartEhr) -> None:
    """Two panels that open at once wait for one reading."""
    from concurrent.futures import ThreadPoolExecutor

    browser = browser_of(app)
    path = browser.launch(ehr)
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda _: charts_of(browser, path), range(4)))

    assert all(each is seen[0] for each in seen)
    assert len(ehr.calls("/fhir/Condition")) == 1


def test_reading_anew_asks_the_ehr_again(browser: Browser, ehr: SmartEhr) -> None:
    """What the clinician changed meanwhile appears."""
    path = browser.launch(ehr)
    first = charts_of(browser, path)
    again = charts_of(browser, path, reread=True)

    assert again is not first
    assert len(ehr.calls("/fhir/Condition")) == 2


def test_reading_anew_holds_for_each_process(browser: Browser, ehr: SmartEhr) -> None:
    """What another process keeps is not shown once this one was told to read the chart anew."""
    path, app = browser.launch(ehr), browser.client.application
    here = app.extensions["smartapp"]
    there = LaunchedCharts(here._launching, here._renewal, here._judging, here._browser)
    app.extensions["smartapp"] = there
    kept = charts_of(browser, path)
    assert charts_of(browser, path) is kept

    app.extensions["smartapp"] = here
    charts_of(browser, path, reread=True)
    app.extensions["smartapp"] = there
    assert charts_of(browser, path) is not kept


# -- what the server can do ---------------------------------------------------------------


def statement(**searches: list[str]) -> dict[str, Any]:
    """A CapabilityStatement with these types and their search parameters."""
    resources = [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}, {"code": "create"}],
            "searchParam": [{"name": name} for name in names],
        }
        for kind, names in searches.items()
    ]
    return {"resourceType": "CapabilityStatement", "rest": [{"resource": resources}]}


def test_types_the_server_lacks_are_not_asked(browser: Browser, ehr: SmartEhr) -> None:
    """MEDITECH has no FamilyMemberHistory: said so, and never "no family history"."""
    types = ["Patient", "Condition", "Observation", "DiagnosticReport"]
    document = statement(**{kind: ["patient", "category", "code"] for kind in types})
    ehr.faults["/fhir/metadata"] = lambda _: reply(document)

    seen = opened(browser, ehr)

    assert states(seen, "FamilyMemberHistory") == [Reading.UNSUPPORTED]
    assert ehr.calls("/fhir/FamilyMemberHistory") == []
    assert not seen.chart.was_read("FamilyMemberHistory")


def test_parameters_the_server_lacks_are_left_out(browser: Browser, ehr: SmartEhr) -> None:
    """A core search then asks wider; one that only adds is not asked twice."""
    document = statement(
        Patient=["_id"],
        Condition=["patient"],
        Observation=["patient", "category"],
        ServiceRequest=["patient"],
    )
    ehr.faults["/fhir/metadata"] = lambda _: reply(document)

    opened(browser, ehr)

    observations = [query for _, _, query, _ in ehr.calls("/fhir/Observation")]
    assert not [query for query in observations if "code" in query]
    assert {query.get("category") for query in observations} == {None, "laboratory", "genomics"}
    [requested] = [query for _, _, query, _ in ehr.calls("/fhir/ServiceRequest")]
    assert set(requested) == {"patient"}


NAMES = st.sampled_from(["rest", "resource", "type", "searchParam", "name", "interaction"])
ODD = st.recursive(
    st.sampled_from([None, 7, "", "Patient", "patient"]),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, ODD, max_size=3))
def test_any_statement_is_read_without_a_fault(document: dict[str, Any]) -> None:
    """Servers say odd things of themselves."""
    read = read_capability({**document, "resourceType": "CapabilityStatement"})

    assert isinstance(read, Capability)


# -- banner and style ---------------------------------------------------------------------


@pytest.mark.conformance("smart-app", 34)
@pytest.mark.parametrize(
    ("said", "needed"), [(True, True), (False, False), (None, True), ("no", True)]
)
def test_the_banner_is_shown_unless_the_ehr_shows_one(
    browser: Browser, ehr: SmartEhr, said: Any, needed: bool
) -> None:
    """True or absent: show it; only a plain false hides it."""
    ehr.changes["need_patient_banner"] = said

    assert opened(browser, ehr).need_patient_banner is needed


def test_the_banner_names_the_patient() -> None:
    """Official name, sex, birth date, and the identifier of type MR alone."""
    mr = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]}
    patient = {
        "id": "p1",
        "name": [
            {"use": "old", "family": "Before"},
            {"use": "nickname", "given": ["Flo"]},
            {"use": "official", "family": "Testcase", "given": ["Flora", "M."]},
        ],
        "gender": "female",
        "birthDate": "1970-05",
        "identifier": [{"value": "SSN-1"}, {"type": mr, "value": "MR-77"}],
    }

    shown = banner(patient)

    assert (shown.name, shown.sex, shown.birth_date, shown.mrn) == (
        "Testcase, Flora M.",
        "female",
        "1970-05",
        "MR-77",
    )
    assert banner({"name": "x", "identifier": [7], "gender": 1}).name == ""
    assert banner({"name": [{"text": "A\u202eB\x00  C"}]}).name == "AB C"


@pytest.mark.conformance("smart-app", 36)
def test_only_safe_values_of_a_style_are_taken() -> None:
    """It is written into a style sheet: colours, sizes and font names by their form."""
    style = read_style(
        {
            "color_background": "#edeae3",
            "color_error": "red;} body{display:none",
            "color_highlight": "#12345",
            "dim_font_size": "13px",
            "dim_border_radius": "calc(1px)",
            "dim_spacing_size": "url(https://evil)",
            "font_family_body": "Georgia, Times, 'Times New Roman', serif",
            "font_family_heading": "a;} @import 'x'",
            "color_text\n": "#000",
        }
    )

    assert style.colors == {"color_background": "#edeae3"}
    assert style.sizes == {"dim_font_size": "13px"}
    assert list(style.fonts) == ["font_family_body"]
    assert read_style([]).colors == {}


@pytest.mark.conformance("smart-app", 36)
def test_a_style_is_fetched_from_the_ehr_alone(browser: Browser, ehr: SmartEhr) -> None:
    """By the server, without the token, once; an address elsewhere is not asked."""
    ehr.faults["/style.json"] = lambda _: reply({"color_text": "#303030"})
    ehr.changes["smart_style_url"] = f"{ehr.origin}/style.json"
    assert opened(browser, ehr).style.colors == {"color_text": "#303030"}
    opened(browser, ehr)
    [(_, _, _, headers)] = ehr.calls("/style.json")
    assert "Authorization" not in headers

    ehr.changes["smart_style_url"] = ehr.origin.replace("127.0.0.1", "localhost") + "/style2.json"
    assert opened(browser, ehr).style.colors == {}
    assert ehr.calls("/style2.json") == []


@pytest.mark.conformance("smart-app", 33, 35, 38)
@pytest.mark.parametrize(
    ("changes", "intent", "guidance", "references"),
    [
        ({}, "", "", ()),
        ({"intent": "biomarkers"}, "biomarkers", "", ()),
        ({"intent": "<script>"}, "", "", ()),
        ({"intent": 7}, "", "", ()),
        ({"appContext": '{"guidance": "nsclc-biomarkers"}'}, "", "nsclc-biomarkers", ()),
        ({"appContext": {"guidance": "nsclc-biomarkers"}}, "", "nsclc-biomarkers", ()),
        ({"appContext": '{"guidance": "../x y"}'}, "", "", ()),
        ({"appContext": "[" * 5000}, "", "", ()),
        ({"appContext": "x" * 10_000}, "", "", ()),
        (
            {"fhirContext": [{"reference": "DiagnosticReport/9"}, {"reference": "Device/1"}]},
            "",
            "",
            ("DiagnosticReport/9",),
        ),
        ({"fhirContext": ["ServiceRequest/1", 7, None]}, "", "", ("ServiceRequest/1",)),
        ({"fhirContext": [{"reference": "DiagnosticReport/9", "role": "other"}]}, "", "", ()),
        ({"fhirContext": [{"reference": "https://evil.example/DiagnosticReport/9"}]}, "", "", ()),
        ({"__ext": {"a": 1}, "https://x/ext": [1]}, "", "", ()),
    ],
)
def test_what_the_ehr_points_at_is_read_with_care(
    browser: Browser,
    ehr: SmartEhr,
    changes: dict[str, Any],
    intent: str,
    guidance: str,
    references: tuple[str, ...],
) -> None:
    """Known shapes are used, unknown ones ignored."""
    ehr.changes = changes

    seen = opened(browser, ehr)

    assert (seen.intent, seen.focus.guidance, seen.focus.references) == (
        intent,
        guidance,
        references,
    )


def _charts(browser: Browser) -> LaunchedCharts:
    charts: LaunchedCharts = browser.client.application.extensions["smartapp"]
    return charts


def _asking(browser: Browser) -> RequestContext:
    """A request of this browser, within which the charts of its launches may be asked for."""
    cookie = browser.client.get_cookie("__Host-oncocue")
    assert cookie is not None
    headers = {"Cookie": f"{cookie.key}={cookie.value}"}
    return browser.client.application.test_request_context(headers=headers)


def test_reading_is_told_search_by_search(browser: Browser, ehr: SmartEhr) -> None:
    """Each in the order of the data page, with its number; the chart is then at hand."""
    path = browser.launch(ehr, LUNG)
    launch, charts = path.split("/")[2], _charts(browser)
    with _asking(browser):
        steps = list(charts.reading(launch))
        asked = len(ehr.said)
        opened = charts.open(launch)
        assert list(charts.reading(launch)) == []
    assert tuple(each.loaded for each in steps) == opened.loaded
    assert [each.number for each in steps] == list(range(1, len(steps) + 1))
    assert {each.of for each in steps} == {len(steps)}
    assert len(ehr.said) == asked


def test_a_reader_who_goes_away_leaves_nothing_locked(browser: Browser, ehr: SmartEhr) -> None:
    """The next one reads the chart from the beginning."""
    path = browser.launch(ehr, LUNG)
    launch, charts = path.split("/")[2], _charts(browser)
    with _asking(browser):
        steps = charts.reading(launch)
        assert next(iter(steps)).number == 1
        steps.close()  # type: ignore[attr-defined]
        assert charts.open(launch).loaded


def test_a_session_that_ends_while_the_chart_is_read_leaves_no_chart(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Reading takes seconds, in which somebody may end it in another tab."""
    path = browser.launch(ehr, LUNG)
    launch, charts = path.split("/")[2], _charts(browser)
    token = token_of(browser.get(f"{path}summary").text)
    charts.forget(launch)
    with _asking(browser):
        steps = charts.reading(launch)
        assert next(iter(steps)).number == 1
        ended = browser.client.post(f"{path}end", data={"csrf_token": token})
        assert ended.status_code == 200
        # A search that needs a new token is told that the session is over.
        with suppress(LaunchFailed):
            list(steps)
    assert launch not in charts._opened


def test_nobody_is_asked_for_a_reader_who_went_away(browser: Browser, ehr: SmartEhr) -> None:
    """Of the searches, those that had not begun never do."""
    path = browser.launch(ehr, LUNG)
    launch, charts = path.split("/")[2], _charts(browser)
    before, ehr.delay = len(ehr.said), 0.3
    with _asking(browser):
        steps = charts.reading(launch)
        of = next(iter(steps)).of
        steps.close()  # type: ignore[attr-defined]
    ehr.delay = 0.0
    assert len(ehr.said) - before < of
