"""Advice is answered in the app as on a card, and both rest by one memory."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from cds_hooks.audit.history import CardHistory
from cds_hooks.audit.report import read_report
from cds_hooks.audit.store import AuditStore
from cds_hooks.cards.advised import advised
from cds_hooks.cards.candidate import Candidate
from cds_hooks.cards.render import render
from cds_hooks.feedback.memory import development_memory
from cds_hooks.feedback.sql_ledger import SqlLedger
from cds_hooks.profiles import load_profiles
from cds_hooks.trust.site import Site
from cds_hooks.unreachable import Unreachable
from oncocue.app_answers import Caller, CardAnswers
from oncocue.card_history import earlier_cards
from oncocue.judge import judge
from oncology.findings import Verdict
from smartapp.opened import EarlierCards, User
from smartapp.pages.summary import AWAY, NOT_KEPT, STALE
from tests.pages.opened_charts import (
    FAMILY,
    LUNG,
    TODAY,
    FixtureCharts,
    app_of,
    guidance,
    opened_story,
)
from tests.support.databases import database
from tests.support.hook_calls import request_for, stories
from tests.support.product import Hospital, shipped_guidance
from tests.support.smart_ehr import running_smart_ehr
from tests.support.smart_launches import app_for, browser_of, token_of

ONE, TWO = "Practitioner/one", "Practitioner/two"
SITE = "general"
# Their FHIR is of another release, which hook requests do not carry.
_OTHER_RELEASES = ("r5-shaped-chart", "stu3-shaped-chart")


class Ward:
    """One site: its hook calls and its app, with one memory."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.hospital = Hospital(shipped_guidance(), SqlLedger(engine), site=SITE)
        self.hospital.now = datetime.now(UTC) - timedelta(seconds=5)
        self.memory = self.hospital.front.answers.memory
        self.charts = FixtureCharts()
        caller = Caller(SITE, f"https://{SITE}.example")
        audit = AuditStore(engine)
        self.answers = CardAnswers(
            self.memory, lambda site: caller if site == SITE else None, lambda e: audit.keep([e])
        )
        self.app = app_of(self.charts, answers=self.answers).test_client()
        for user in (ONE, TWO):
            self.open(LUNG, user, user.rpartition("/")[2])

    def open(self, story: str, user: str, launch: str) -> None:
        """Let a user open a story under this launch."""
        who = User("Practitioner", "", user)
        self.charts.added[launch] = opened_story(story, launch=launch, user=who, site_id=SITE)

    def summary(self, launch: str = "one") -> str:
        """The page this user sees."""
        return self.app.get(f"/l/{launch}/summary").text

    def told(self) -> EarlierCards:
        """What the record tells of the patient's cards."""
        history = CardHistory(self.engine, self.memory.secret)
        look_up = earlier_cards(history, [Site(SITE, f"https://{SITE}.example")], guidance(), _none)
        return look_up(SITE, self.charts.open("one").patient.id)

    def answer(self, launch: str = "one", advice: str = "nsclc-biomarkers", **given: str) -> Any:
        """What a button of the page sends."""
        data = {"advice": advice, "facts": facts_of(self.summary(launch), advice), **given}
        return self.app.post(f"/l/{launch}/answer", data=data)


def facts_of(page: str, advice: str) -> str:
    """What the form of this advice says of the facts shown; empty without such a form."""
    found = re.search(rf'value="{advice}"><input type="hidden" name="facts" value="(\w+)"', page)
    return found[1] if found else ""


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A site with a database."""
    return Ward(database(tmp_path / "state.sqlite"))


@pytest.mark.parametrize("story", [each for each in stories() if each not in _OTHER_RELEASES])
def test_app_and_card_know_advice_by_the_same_key(story: str) -> None:
    """Or what is answered in one would be said again by the other."""
    opened = opened_story(story)
    call = development_memory().of_call("development", "", opened.patient.id, ONE)
    in_app = {each.draft.topic: each for each in advised(opened.findings, opened.chart)}
    judged = judge(json.dumps(request_for(story)).encode(), guidance(), TODAY)
    cards: list[Candidate] = []
    for kind in {each.kind for each in judged.findings}:
        found = [each for each in judged.findings if each.kind == kind]
        rendered = render(found, judged.chart, load_profiles()["standard"], False)
        cards += [each for each in rendered.spoken if each.kind == "advice"]
    for card in cards:
        assert call.patient_key(in_app[card.draft.topic]) == call.patient_key(card)
    answered = [f.guidance for each in in_app.values() for f in each.findings]
    advising = {f.guidance for f in opened.findings if f.answer is Verdict.ADVISE}
    assert sorted(answered) == sorted(advising)


def test_done_elsewhere_rests_the_card_for_everybody(ward: Ward) -> None:
    """No card any more, and the other user's page says by whom, why and until when."""
    assert "Done elsewhere…" in ward.summary()
    sent = ward.answer(reason="action-completed")
    assert sent.status_code == 303 and "nsclc" not in sent.location

    assert ward.hospital.look(ONE) == ward.hospital.look(TWO) == []
    mine, theirs = ward.summary(), ward.summary("two")
    assert "answered by you" in mine and "answered by another user" in theirs
    assert "Already tested; result is outside this record" in theirs
    assert "rests for this patient, whoever looks" in theirs
    assert 'To decide now <span class="tally">0</span>' in theirs


def test_another_process_tells_an_answer_at_once(ward: Ward) -> None:
    """The page that the answer leads to may come from any: still open, it would be answered
    twice."""
    other = Ward(ward.engine)
    assert "answered by" not in other.summary()
    ward.answer(reason="action-completed")
    assert "answered by you" in other.summary()


def test_not_now_rests_for_the_user_who_said_it(ward: Ward) -> None:
    """The other one still has it to decide, on card and page."""
    ward.answer(reason="action-not-priority")
    assert ward.hospital.look(ONE) == []
    assert "answered by you" in ward.summary() and "rests for you" in ward.summary()
    assert len(ward.hospital.look(TWO)) == 1
    assert "answered by" not in ward.summary("two")


def test_a_card_put_aside_in_the_ehr_is_answered_in_the_app(ward: Ward) -> None:
    """And its answer is taken back here: the card comes again."""
    [card] = ward.hospital.look(ONE)
    ward.hospital.override(card, "patient-refuses")
    assert "Patient declined testing" in ward.summary("two")
    assert ward.answer("two", undo="1").status_code == 303
    assert "answered by" not in ward.summary("two")
    assert len(ward.hospital.look(ONE)) == 1


def test_a_pending_result_rests_fourteen_days(ward: Ward) -> None:
    """The days of the reason, as for a card."""
    ward.answer(reason="need-more-info")
    ward.hospital.later(days=13)
    assert "Result or specimen pending" in ward.summary()
    ward.hospital.later(days=1, seconds=10)
    assert "answered by" not in ward.summary()


def test_new_facts_open_it_again(ward: Ward) -> None:
    """The same advice on another chart is another one."""
    ward.answer(reason="action-completed")
    ward.open("lung-egfr-progression-on-osimertinib", ONE, "one")
    assert "answered by" not in ward.summary()


def test_an_answer_is_to_the_facts_that_the_page_showed(ward: Ward) -> None:
    """The chart was read anew meanwhile: the same advice, but nobody saw what it rests on now."""
    shown = facts_of(ward.summary(), "nsclc-biomarkers")
    ward.open("lung-egfr-progression-on-osimertinib", ONE, "one")
    sent = ward.answer(reason="action-completed", facts=shown)
    assert sent.status_code == 409 and STALE in sent.text
    assert "answered by" not in ward.summary()


def test_a_button_pressed_twice_answers_once(ward: Ward) -> None:
    """Another answer to what was answered meanwhile is told, and not kept."""
    facts = facts_of(ward.summary(), "nsclc-biomarkers")
    statuses = [
        ward.answer(reason=reason, facts=facts).status_code
        for reason in ("action-completed", "action-completed", "patient-refuses")
    ]
    assert statuses == [303, 303, 409]
    [rule] = read_report(ward.engine, datetime(2020, 1, 1, tzinfo=UTC)).rules
    assert rule.overridden == {"action-completed": 1}


def test_one_answer_for_all_that_one_card_speaks_of(ward: Ward) -> None:
    """Counselling makes one card a patient, whichever criteria are met."""
    ward.open(FAMILY, ONE, "family")
    assert "One card speaks of 2 of these" in ward.summary("family")
    assert ward.summary("family").count("Not now…") == 2
    ward.answer("family", "family-ovarian", reason="patient-refuses")
    assert ward.summary("family").count("answered by you") == 2
    ward.answer("family", "brca-family-history", undo="1")
    assert "answered by" not in ward.summary("family")


def test_report_record_and_timeline_count_it(ward: Ward) -> None:
    """Under the service `app`; what was taken back is told as that."""
    ward.answer(reason="action-completed")
    ward.answer("two", undo="1")
    ward.answer("two", reason="patient-refuses")
    report = read_report(ward.engine, datetime(2020, 1, 1, tzinfo=UTC))
    [rule] = [each for each in report.rules if each.service == "app"]
    assert (rule.guidance, rule.shown, rule.withdrawn) == ("nsclc-biomarkers", 2, 1)
    assert rule.overridden == {"patient-refuses": 1}
    assert [(each.service, each.calls) for each in report.calls] == [("app", 2)]

    ward.charts.shown["one"] = ward.told()
    page = ward.app.get("/l/one/timeline").text
    title = guidance().artifacts["nsclc-biomarkers"].title
    assert f"Answered in the app: {title}, put aside: patient refuses" in page
    assert f"Answered in the app: {title}, put aside, then taken back" in page


def test_a_launched_app_and_its_service_agree() -> None:
    """From the launch to the card: the user of the ID token is the user of the hook call."""
    with running_smart_ehr(stories=(LUNG,)) as ehr:
        app = app_for(ehr)
        request = request_for(LUNG)
        request["context"]["userId"] = ehr.user

        def cards() -> list[dict[str, Any]]:
            answer = app.test_client().post("/cds-services/biomarker-testing", json=request)
            found: list[dict[str, Any]] = answer.get_json()["cards"]
            return found

        browser = browser_of(app)
        path = browser.launch(ehr, LUNG)
        page = browser.get(f"{path}summary").text
        advice = "nsclc-biomarkers"
        facts = facts_of(page, advice)
        data = {"advice": advice, "facts": facts, "csrf_token": token_of(page)}
        post = browser.client.post
        assert len(cards()) == 1
        without_token = {"advice": advice, "facts": facts, "reason": "action-not-priority"}
        assert post(f"{path}answer", data=without_token).status_code == 400
        assert (
            post(f"{path}answer", data={**data, "reason": "action-not-priority"}).status_code == 303
        )
        assert cards() == [] and "answered by you" in browser.get(f"{path}summary").text
        assert post(f"{path}answer", data={**data, "undo": "1"}).status_code == 303
        assert len(cards()) == 1


def _none() -> object:
    raise AssertionError("no order rule is asked for")


@pytest.mark.parametrize(
    "given",
    [
        {"reason": "made-up"},
        {"reason": "wrong-time-workflow"},
        {"advice": "breast-biomarkers", "reason": "action-completed"},
        {"undo": "1"},
        {"facts": "", "reason": "action-completed"},
        {},
    ],
)
def test_what_the_page_does_not_offer_is_not_kept(ward: Ward, given: dict[str, str]) -> None:
    """Another reason, other advice, nothing to take back, facts that nobody was shown."""
    sent = ward.answer(**given)
    assert sent.status_code == 409 and STALE in sent.text
    assert len(ward.hospital.look(ONE)) == 1


def test_a_user_nobody_named_gives_no_answer_for_themselves(ward: Ward) -> None:
    """Every unnamed user would be the same one; a fact about the patient can be said."""
    ward.open(LUNG, "", "unnamed")
    page = ward.summary("unnamed")
    assert "Done elsewhere…" in page and "Patient declined testing" in page
    assert "Would not change the current plan" not in page
    assert ward.answer("unnamed", reason="action-not-priority").status_code == 409
    ward.answer("unnamed", reason="action-completed")
    assert "answered by another user" in ward.summary("unnamed")


def test_without_a_store_nothing_can_be_answered(client: FlaskClient, ward: Ward) -> None:
    """No buttons, and a form sent all the same changes nothing; so too at a site without hooks."""
    ward.charts.added["elsewhere"] = opened_story(LUNG, launch="elsewhere", site_id="elsewhere")
    for page in (client.get(f"/l/{LUNG}/summary").text, ward.summary("elsewhere")):
        assert "To decide now" in page
        assert "Done elsewhere" not in page and "Not now" not in page
    data = {"advice": "nsclc-biomarkers", "reason": "action-completed"}
    assert client.post(f"/l/{LUNG}/answer", data=data).status_code == 409


def test_a_store_that_is_away_is_told_and_nothing_is_lost(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The summary is shown as open; an answer that could not be kept says so."""

    def away(*_: object) -> None:
        raise Unreachable("OperationalError")

    for part in ((SqlLedger, "keep_feedback"), (AuditStore, "keep")):
        with monkeypatch.context() as patch:
            patch.setattr(*part, away)
            sent = ward.answer(reason="action-completed")
            assert sent.status_code == 503 and NOT_KEPT in sent.text
        assert "answered by" not in ward.summary()
        assert not ward.told().cards
    with monkeypatch.context() as patch:
        patch.setattr(SqlLedger, "overrides", away)
        page = ward.summary()
        assert AWAY in page and "Adenocarcinoma" in page and "Done elsewhere…" not in page
    assert "answered by" not in ward.summary()


def test_nothing_to_answer_of_one_who_has_died(ward: Ward) -> None:
    """No card speaks of them either."""
    ward.open("deceased-patient", ONE, "dead")
    page = ward.summary("dead")
    assert "Nothing." in page and "Done elsewhere…" not in page
