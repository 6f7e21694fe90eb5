"""The family-history form: typed, kept on the server, reviewed, written once where allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from fhir.resources.R4B.familymemberhistory import FamilyMemberHistory
from fhir.resources.R4B.provenance import Provenance
from flask.testing import FlaskClient

from smartapp.opened import Sent, User
from tests.pages.opened_charts import FAMILY, FixtureCharts, app_of, opened_story
from tests.smartapp.conftest import OTHER
from tests.support.smart_ehr import SmartEhr, outcome, reply, running_writable_ehr
from tests.support.smart_launches import app_for, browser_of, token_of

EMPTY = {
    **{f"cancers-{n}-{name}": "" for n in range(4) for name in ("code", "words", "age")},
    **dict.fromkeys(("id", "relation", "side", "sex", "living", "age", "finding", "gene"), ""),
    **dict.fromkeys(("note", "born", "ancestry", "related"), ""),
}
BREAST, OVARY = "254837009", "363443007"
AUNT = {
    **EMPTY,
    **{"relation": "aunt", "side": "paternal", "living": "no", "age": "60", "health": "some"},
    **{"cancers-0-code": BREAST, "cancers-0-age": "early 40s"},
}
BROTHER = {**EMPTY, "relation": "brother", "health": "unknown"}


class Record(FixtureCharts):
    """An EHR that takes family history, or refuses all but the first."""

    def __init__(self, takes: int = 99) -> None:
        super().__init__()
        self.takes = takes
        self.created: list[dict[str, object]] = []
        self.origins: list[dict[str, object]] = []
        self.reread_of: list[str] = []
        self.added[FAMILY] = opened_story(FAMILY, may_write_family=True)

    def create(self, launch: str, resource: dict[str, object]) -> Sent:
        """Take so many."""
        if len(self.created) >= self.takes:
            return Sent(problem="The EHR did not take the draft (422).")
        if resource["resourceType"] == "Provenance":
            self.origins.append(resource)
            return Sent("Provenance/new")
        self.created.append(resource)
        return Sent(f"FamilyMemberHistory/new-{len(self.created)}")

    def reread(self, launch: str) -> None:
        """Note that the chart would be read anew."""
        self.reread_of.append(launch)


@pytest.fixture
def record() -> Record:
    """An EHR that takes what it is sent."""
    return Record()


@pytest.fixture
def form(record: Record) -> FlaskClient:
    """The pages of that EHR's chart."""
    return app_of(record).test_client()


def faults_of(form: FlaskClient, **sent: str) -> list[str]:
    """What the form says is wrong with an entry; each fault is linked to a field that is there."""
    answer = form.post(f"/l/{FAMILY}/history", data={**EMPTY, **sent})
    assert answer.status_code == 200
    found = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', answer.text)
    for name, _ in found:
        assert f'id="{name}"' in answer.text, name
    return [words for _, words in found]


def test_typed_relatives_are_shown_before_anything_is_written(
    form: FlaskClient, record: Record
) -> None:
    """Each in words and as valid FHIR; what is not known is said to be so."""
    for entry in (AUNT, BROTHER):
        answer = form.post(f"/l/{FAMILY}/history", data=entry)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/l/{FAMILY}/history")
    page = form.get(f"/l/{FAMILY}/history/review").text
    assert "Breast cancer, age early 40s; perhaps other cancers" in page
    assert "Not known whether there was a cancer" in page
    assert record.created == []
    assert "Write to the record" in page
    done = form.post(f"/l/{FAMILY}/history/review").text
    assert "2 of 2 relatives written" in done
    aunt, brother = record.created
    for each in record.created:
        FamilyMemberHistory.model_validate(each)
        assert each["patient"] == {"reference": f"Patient/{FAMILY}"}
    assert aunt["status"] == "partial" and brother["status"] == "health-unknown"
    assert brother["dataAbsentReason"]["coding"][0]["code"] == "subject-unknown"  # type: ignore[index]
    assert "condition" not in brother and "deceasedBoolean" not in brother
    assert record.reread_of == [FAMILY]
    assert "No relative is in the draft." in form.get(f"/l/{FAMILY}/history/review").text


def test_birth_ancestry_and_related_parents_are_said_as_r4_says_them(
    form: FlaskClient, record: Record
) -> None:
    """bornDate, and Observations that the genetics extension names; without them, none of it."""
    told = {"born": "1951", "ancestry": "Ashkenazi Jewish", "related": "yes"}
    mother = {**EMPTY, "relation": "mother", "health": "none", "living": "yes", **told}
    for entry in (mother, BROTHER):
        form.post(f"/l/{FAMILY}/history", data=entry)
    page = form.get(f"/l/{FAMILY}/history/review").text
    assert "living, born 1951" in page
    assert "Ancestry, as told: Ashkenazi Jewish" in page
    assert "Related by blood to the patient&#39;s other parent" in page
    form.post(f"/l/{FAMILY}/history/review")
    written, brother = record.created
    assert written["bornDate"] == "1951"
    ancestry, related = written["contained"]  # type: ignore[misc]
    assert ancestry["valueString"] == "Ashkenazi Jewish" and "coding" not in ancestry["code"]
    assert (related["code"]["coding"][0]["code"], related["valueBoolean"]) == ("842009", True)
    assert not {"bornDate", "contained", "extension"} & brother.keys()


def test_no_control_character_is_written(form: FlaskClient, record: Record) -> None:
    """FHIR's strings have none: a server would refuse the whole relative."""
    odd = {"ancestry": "\x00Ash\x01kenazi\x7f", "note": "told\x00 twice\r\nby phone"}
    form.post(f"/l/{FAMILY}/history", data={**BROTHER, **odd})
    form.post(f"/l/{FAMILY}/history/review")
    [written] = record.created
    assert written["contained"][0]["valueString"] == "Ash kenazi"  # type: ignore[index]
    assert written["note"][0]["text"] == "told twice by phone"  # type: ignore[index]


def test_relatives_written_have_a_provenance(form: FlaskClient, record: Record) -> None:
    """One for all that were written, of the patient, with who reviewed them; never a guess."""
    user = User("Practitioner", "Dr Ada Example", "Practitioner/1")
    record.added[FAMILY] = opened_story(FAMILY, may_write_family=True, user=user)
    for entry in (AUNT, BROTHER):
        form.post(f"/l/{FAMILY}/history", data=entry)
    begun = datetime.now(UTC)
    form.post(f"/l/{FAMILY}/history/review")
    (origin,) = record.origins
    Provenance.model_validate(origin)
    # When they were written: the chart may have been read long before.
    assert begun <= datetime.fromisoformat(str(origin["recorded"])) <= datetime.now(UTC)
    named = [each["reference"] for each in origin["target"]]  # type: ignore[attr-defined]
    assert named == ["FamilyMemberHistory/new-1", "FamilyMemberHistory/new-2", f"Patient/{FAMILY}"]
    who = [each["who"] for each in origin["agent"]]  # type: ignore[attr-defined]
    assert who == [{"display": "OncoCue"}, {"reference": "Practitioner/1"}]

    record.added[FAMILY] = opened_story(FAMILY, may_write_family=True)
    form.post(f"/l/{FAMILY}/history", data=AUNT)
    form.post(f"/l/{FAMILY}/history/review")
    assert [each["who"] for each in record.origins[1]["agent"]] == who[:1]  # type: ignore[attr-defined]


def test_what_was_not_written_has_no_provenance() -> None:
    """Nothing came to be that it could be of."""
    record = Record(takes=0)
    form = app_of(record).test_client()
    form.post(f"/l/{FAMILY}/history", data=AUNT)
    form.post(f"/l/{FAMILY}/history/review")
    assert record.origins == []


def test_what_the_ehr_refuses_stays_in_the_draft() -> None:
    """The page says which was written; the rest can be tried again, and is not sent twice."""
    record = Record(takes=1)
    form = app_of(record).test_client()
    for entry in (AUNT, BROTHER):
        form.post(f"/l/{FAMILY}/history", data=entry)
    page = form.post(f"/l/{FAMILY}/history/review").text
    assert "1 of 2 relatives written" in page and "did not take the draft (422)" in page
    record.takes = 2
    form.post(f"/l/{FAMILY}/history/review")
    assert [each["status"] for each in record.created] == ["partial", "health-unknown"]


def test_without_leave_to_write_the_text_is_there(record: Record) -> None:
    """Copy and print; a request to write all the same creates nothing."""
    record.added[FAMILY] = opened_story(FAMILY)
    form = app_of(record).test_client()
    form.post(f"/l/{FAMILY}/history", data=AUNT)
    page = form.post(f"/l/{FAMILY}/history/review").text
    assert "takes no family history" in page and "Write to the record" not in page
    assert "Paternal aunt: died at 60. Breast cancer, age early 40s" in page
    assert record.created == []


def test_nothing_is_chosen_beforehand(form: FlaskClient) -> None:
    """Neither a health nor a relation is guessed; an empty form is two faults."""
    page = form.get(f"/l/{FAMILY}/history").text
    assert not re.search(r'name="health"[^>]*checked', page)
    assert faults_of(form) == [
        "Choose the relation.",
        "Say what is known of cancer: not known is an answer too.",
    ]


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"relation": "sister", "side": "maternal", "health": "none"}, "no side of their own"),
        ({"relation": "sister", "sex": "male", "health": "none"}, "A sister is female"),
        ({"relation": "sister", "age": "old", "living": "no", "health": "none"}, "Write an age"),
        ({"relation": "sister", "age": "45", "health": "none"}, "now, or at death"),
        ({"relation": "sister", "health": "none", "cancers-0-code": BREAST}, "say that it is"),
        ({"relation": "sister", "health": "unknown", "cancers-2-code": BREAST}, "say that it is"),
        ({"relation": "sister", "health": "all"}, "Name the cancer"),
        ({"relation": "sister", "health": "all", "cancers-1-code": "other"}, "Say which cancer"),
        (
            {"relation": "sister", "health": "all", "cancers-0-code": OVARY, "cancers-0-both": "y"},
            "is for breast cancer",
        ),
        (
            {
                "relation": "cousin",
                "health": "all",
                "cancers-0-code": BREAST,
                "cancers-0-both": "y",
            },
            "the sex must be known",
        ),
        (
            {
                **{"relation": "sister", "health": "all", "living": "no", "age": "40"},
                **{"cancers-0-code": BREAST, "cancers-0-age": "52"},
            },
            "higher age than the relative",
        ),
        ({"relation": "sister", "health": "all", "gene": "BRAC9"}, "symbol of one gene"),
        (
            {"relation": "adopted sister", "health": "none", "adopted_out": "y"},
            "adopted into the family",
        ),
        ({"relation": "sister", "born": "51", "health": "none"}, "in four digits"),
        ({"relation": "sister", "born": "2031", "health": "none"}, "in four digits"),
        ({"relation": "sister", "born": "19\u0665\u0661", "health": "none"}, "in four digits"),
        (
            {
                **{"relation": "sister", "born": "1951", "health": "none"},
                "living": "yes",
                "age": "75",
            },
            "leave one empty",
        ),
        (
            {
                **{"relation": "sister", "born": "1999", "health": "none"},
                "living": "no",
                "age": "40",
            },
            "has not reached an age",
        ),
        ({"relation": "aunt", "related": "yes", "health": "none"}, "mother and father alone"),
    ],
)
def test_an_entry_that_contradicts_itself_is_not_kept(
    form: FlaskClient, record: Record, sent: dict[str, str], says: str
) -> None:
    """The fault is said beside the field, and what was typed stays in it."""
    (fault,) = faults_of(form, **sent)
    assert says in fault
    assert record.typed == {}


def test_an_entry_is_changed_and_taken_out(form: FlaskClient, record: Record) -> None:
    """The form takes it back with all that was typed, and keeps its place."""
    for entry in (AUNT, BROTHER):
        form.post(f"/l/{FAMILY}/history", data=entry)
    aunt = json.loads(record.typed[FAMILY, "family-history"])[0]["id"]
    page = form.post(f"/l/{FAMILY}/history/change", data={"id": aunt}).text
    assert "Change: Paternal aunt" in page and 'value="early 40s"' in page
    form.post(f"/l/{FAMILY}/history", data={**AUNT, "id": aunt, "age": "61"})
    kept = json.loads(record.typed[FAMILY, "family-history"])
    assert [(each["relation"], each["age"]) for each in kept] == [("aunt", "61"), ("brother", "")]
    form.post(f"/l/{FAMILY}/history/change", data={"id": aunt, "remove": "1"})
    assert len(json.loads(record.typed[FAMILY, "family-history"])) == 1


def test_hostile_words_stay_words(form: FlaskClient) -> None:
    """What is typed is shown as text, in the form, the draft and the review."""
    odd = "<script>alert(1)</script>"
    other = {"cancers-1-code": "other", "cancers-1-words": odd}
    form.post(f"/l/{FAMILY}/history", data={**AUNT, **other, "note": odd})
    for page in ("history", "history/review"):
        shown = form.get(f"/l/{FAMILY}/{page}").text
        assert odd not in shown and "&lt;script&gt;" in shown
    assert odd not in form.post(f"/l/{FAMILY}/history", data={**EMPTY, "note": odd}).text


def test_an_id_is_ours_or_new(form: FlaskClient, record: Record) -> None:
    """It becomes the identifier in the EHR, so nothing else is taken for one."""
    form.post(f"/l/{FAMILY}/history", data={**BROTHER, "id": "x|y&_id=1"})
    (kept,) = json.loads(record.typed[FAMILY, "family-history"])
    assert re.fullmatch("[0-9a-f]{32}", kept["id"])


@pytest.fixture
def ehr() -> Iterator[SmartEhr]:
    """An EHR with two patients that says it takes family history."""
    kinds = ("Patient", "Condition", "FamilyMemberHistory")
    with running_writable_ehr(kinds, stories=(FAMILY, OTHER)) as running:
        yield running


def test_a_draft_belongs_to_its_launch_and_needs_the_page_stoken_of(ehr: SmartEhr) -> None:
    """Without the token nothing is kept or written; another launch sees nothing of it."""
    app = app_for(ehr)
    browser = browser_of(app)
    path, other = browser.launch(ehr, FAMILY), browser.launch(ehr, OTHER)
    refused = browser.client.post(f"{path}history", data=AUNT)
    assert refused.status_code in (400, 403)
    token = token_of(browser.get(f"{path}history").text)
    kept = browser.client.post(f"{path}history", data={**AUNT, "csrf_token": token})
    assert kept.status_code == 303
    assert "Paternal aunt" in browser.get(f"{path}history").text
    assert "Paternal aunt" not in browser.get(f"{other}history").text
    refused = browser.client.post(f"{path}history/review")
    assert refused.status_code in (400, 403) and ehr.created == []
    stranger = browser_of(app)
    assert "Paternal aunt" not in stranger.get(f"{path}history").text


def test_written_once_however_often_it_is_sent(ehr: SmartEhr) -> None:
    """The same entry has one identifier; the EHR is asked not to make it twice."""
    browser = browser_of(app_for(ehr))
    path = browser.launch(ehr, FAMILY)
    token = {"csrf_token": token_of(browser.get(f"{path}history").text)}
    browser.client.post(f"{path}history", data={**AUNT, **token})
    ehr.faults["/fhir/FamilyMemberHistory"] = lambda request: (
        reply(outcome("transient"), 503)
        if request.method == "POST"
        else reply({"resourceType": "Bundle", "type": "searchset", "entry": []})
    )
    failed = browser.client.post(f"{path}history/review", data=token).text
    assert "0 of 1 relative written" in failed and "(503)" in failed
    asked = [each for each in ehr.calls("/fhir/FamilyMemberHistory") if each[0] == "POST"]
    condition = asked[-1][3]["If-None-Exist"]
    del ehr.faults["/fhir/FamilyMemberHistory"]
    done = browser.client.post(f"{path}history/review", data=token).text
    assert "1 of 1 relative written" in done
    assert len(ehr.created) == 1
    assert ehr.created[0]["identifier"][0]["value"] in condition


def test_nothing_of_what_is_typed_stands_in_an_address(ehr: SmartEhr) -> None:
    """Every address of the form is the launch's path and fixed words."""
    browser = browser_of(app_for(ehr))
    path = browser.launch(ehr, FAMILY)
    token = {"csrf_token": token_of(browser.get(f"{path}history").text)}
    kept = browser.client.post(f"{path}history", data={**AUNT, **token})
    page = browser.get(f"{path}history").text + browser.get(f"{path}history/review").text
    addresses = re.findall(r'(?:href|action|formaction)="([^"#]*)"', page)
    addresses.append(kept.headers["Location"])
    mine = {each.removeprefix(path) for each in addresses if "history" in each}
    assert mine == {"history", "history/change", "history/review"}
    assert 'autocomplete="off"' in page
