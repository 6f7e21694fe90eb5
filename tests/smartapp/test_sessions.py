"""Sessions: one for each launch, bound to its browser, encrypted, renewed once, ended for good."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine
from werkzeug.wrappers import Response

from smartapp.launch.context import Context, Tokens
from smartapp.launch.discovery import Endpoints
from smartapp.launch.oauth import OAuth
from smartapp.launch.problems import LaunchFailed
from smartapp.opened import User
from smartapp.sessions.renewal import Renewal
from smartapp.sessions.session import Attempt, Held, Session, Sessions, mark, new_browser
from smartapp.sessions.store import MemoryStore, Store, StoreFailed
from smartapp.sessions.tables import SqlStore
from smartapp.sessions.vault import Sealed, Vault, VaultFault, make_vault_key
from tests.smartapp.conftest import LUNG, OTHER
from tests.support.databases import PostgresServer, database
from tests.support.smart_ehr import SmartEhr, outcome, reply
from tests.support.smart_launches import Browser, app_for, browser_of, token_of

NOW = 1_795_312_800.0
ENDPOINTS = Endpoints("https://e/authorize", "https://e/token")


@pytest.fixture(params=["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Each kind of store."""
    if request.param == "memory":
        return MemoryStore()
    if request.param == "sqlite":
        return SqlStore(database(tmp_path / "oncocue.sqlite"))
    server: PostgresServer = request.getfixturevalue("postgres")
    return SqlStore(database(server.new_database()))


def session_of(browser: str, **changes: Any) -> Session:
    """An opened launch."""
    made = Session(
        site="one",
        iss="https://e/fhir",
        browser=mark(browser),
        tokens=Tokens("access-canary", "refresh-canary", NOW + 300, "patient/*.rs"),
        context=Context("patient-canary"),
        user=User("Practitioner"),
        endpoints=ENDPOINTS,
        reference="abcd",
        ends_at=NOW + 1000,
    )
    return msgspec.structs.replace(made, **changes)


def attempt_of(browser: str) -> Attempt:
    """A launch under way."""
    return Attempt(
        "one", "https://e/fhir", True, mark(browser), "verifier", "n", (), ENDPOINTS, "abcd"
    )


def sessions_on(store: Store, key: str | None = None, now: float = NOW) -> Sessions:
    """Sessions over a store, at a fixed time."""
    return Sessions(store, Vault([key or make_vault_key()]), lambda: now)


@pytest.mark.conformance("smart-app", 14)
def test_a_state_is_good_once_for_its_browser(store: Store) -> None:
    """Used up by whoever shows it."""
    sessions, browser = sessions_on(store), new_browser()
    state = sessions.begin(attempt_of(browser))

    assert sessions.come_back(state, browser).site == "one"
    with pytest.raises(LaunchFailed, match="state-unknown"):
        sessions.come_back(state, browser)


@pytest.mark.conformance("smart-app", 14)
@pytest.mark.parametrize(("shown", "code"), [(None, "no-cookie"), ("another", "other-browser")])
def test_a_state_shown_by_another_browser_is_burnt(
    store: Store, shown: str | None, code: str
) -> None:
    """Whoever has it without the cookie took it from somewhere."""
    sessions, browser = sessions_on(store), new_browser()
    state = sessions.begin(attempt_of(browser))

    with pytest.raises(LaunchFailed, match=code):
        sessions.come_back(state, shown)
    with pytest.raises(LaunchFailed, match="state-unknown"):
        sessions.come_back(state, browser)


@pytest.mark.conformance("smart-app", 14)
def test_a_state_expires(store: Store) -> None:
    """After ten minutes."""
    key, browser = make_vault_key(), new_browser()
    state = sessions_on(store, key).begin(attempt_of(browser))

    with pytest.raises(LaunchFailed, match="state-unknown"):
        sessions_on(store, key, NOW + 601).come_back(state, browser)


@pytest.mark.conformance("smart-app", 14)
def test_of_many_callbacks_with_one_state_one_goes_on(store: Store) -> None:
    """At the same moment, from several threads."""
    sessions, browser = sessions_on(store), new_browser()
    state = sessions.begin(attempt_of(browser))

    def come_back(_: int) -> bool:
        try:
            sessions.come_back(state, browser)
        except LaunchFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(come_back, range(24))).count(True) == 1


def test_a_session_belongs_to_its_browser_until_its_end(store: Store) -> None:
    """Another browser, no browser, another id, after its end: nothing."""
    key, browser = make_vault_key(), new_browser()
    sessions = sessions_on(store, key)
    launch = sessions.open(session_of(browser))

    assert sessions.find(launch, browser).session.context.patient == "patient-canary"
    for asked, shown in ((launch, None), (launch, new_browser()), (launch[:-1], browser)):
        with pytest.raises(LaunchFailed, match="launch-over"):
            sessions.find(asked, shown)
    with pytest.raises(LaunchFailed, match="launch-over"):
        sessions_on(store, key, NOW + 1001).find(launch, browser)
    sessions.end(launch)
    with pytest.raises(LaunchFailed, match="launch-over"):
        sessions.find(launch, browser)


@pytest.mark.conformance("smart-app", 45)
def test_what_is_kept_is_unreadable_without_the_key(engine: Engine) -> None:
    """Tokens, patient, browser, and the ids that lead to them: none stands in the table."""
    sessions, browser = sessions_on(SqlStore(engine)), new_browser()
    launch = sessions.open(session_of(browser))
    state = sessions.begin(attempt_of(browser))
    with engine.connect() as connection:
        rows = repr(connection.exec_driver_sql("SELECT * FROM launches").all())

    for secret in ("access-canary", "refresh-canary", "patient-canary", "verifier", browser):
        assert secret not in rows
    assert launch not in rows
    assert state not in rows


def test_keys_are_changed_without_losing_sessions(store: Store) -> None:
    """The new one in front encrypts; the old one still opens; without it the session is over."""
    old, new, browser = make_vault_key(), make_vault_key(), new_browser()
    launch = sessions_on(store, old).open(session_of(browser))
    both = Sessions(store, Vault([new, old]), lambda: NOW)

    held = both.find(launch, browser)
    assert both.change(held, held.session)
    assert sessions_on(store, new).find(launch, browser).version == 2
    with pytest.raises(LaunchFailed, match="launch-over"):
        sessions_on(store, old).find(launch, browser)


def test_a_tampered_record_is_no_session() -> None:
    """Encrypted and authenticated: one bit is enough."""
    vault = Vault([make_vault_key()])
    sealed = bytearray(vault.seal(b"content"))
    sealed[20] ^= 1

    with pytest.raises(Sealed):
        vault.open(bytes(sealed))
    for keys in ([], ["short"], ["é" * 44]):
        with pytest.raises(VaultFault):
            Vault(keys)


def test_what_has_ended_is_swept_out(store: Store) -> None:
    """And nothing else."""
    for number in range(5):
        store.put(f"old-{number}", b"x", NOW - 1)
    store.put("young", b"x", NOW + 1)

    assert store.purge(NOW) == 5
    assert store.get("young", NOW) is not None


def test_a_change_loses_against_an_earlier_one(store: Store) -> None:
    """Two who read the same version: the second must look again."""
    store.put("k", b"1", NOW + 10)

    assert store.replace("k", b"2", 1, NOW + 10)
    assert not store.replace("k", b"3", 1, NOW + 10)
    kept = store.get("k", NOW)
    assert kept is not None and kept.body == b"2"
    assert not store.replace("none", b"", 1, NOW)


def test_a_lease_is_one_s_at_a_time(store: Store) -> None:
    """It ends by itself, by release and by the change it was taken for."""
    store.put("k", b"1", NOW + 100)

    assert store.lease("k", 1, NOW, 10)
    assert not store.lease("k", 1, NOW + 9, 10)
    assert store.lease("k", 1, NOW + 10, 10)
    store.release("k")
    assert store.lease("k", 1, NOW + 11, 10)
    assert store.replace("k", b"2", 1, NOW + 100)
    assert not store.lease("k", 1, NOW + 12, 10)
    assert store.lease("k", 2, NOW + 12, 10)
    store.remove("k")
    assert not store.lease("k", 2, NOW + 99, 10)


def test_a_store_that_is_gone_says_so(engine: Engine) -> None:
    """Not an empty answer: a session that cannot be looked up is not over."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE launches")

    with pytest.raises(StoreFailed):
        SqlStore(engine).get("k", NOW)


class Renewing(OAuth):
    """An EHR that counts how often it is asked, and answers slowly."""

    def __init__(self, answer: Callable[[str], dict[str, Any]]) -> None:
        self.asked: list[str] = []
        self._answered = answer

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The scripted answer."""
        self.asked.append(refresh_token)
        time.sleep(0.2)
        return self._answered(refresh_token)


def rotated(used: str) -> dict[str, Any]:
    """New tokens of both kinds."""
    return {
        "access_token": f"{used}-access",
        "token_type": "bearer",
        "expires_in": 600,
        "refresh_token": f"{used}-next",
    }


def renewal_of(store: Store, key: str, oauth: OAuth, now: Callable[[], float]) -> Renewal:
    """Renewal as one process would have it."""
    return Renewal(Sessions(store, Vault([key]), now), lambda _: oauth)


@pytest.mark.conformance("smart-app", 42)
def test_many_requests_in_two_processes_refresh_once(store: Store) -> None:
    """A refresh token is used once; everybody gets the tokens it brought."""
    key, browser, oauth = make_vault_key(), new_browser(), Renewing(rotated)
    start = time.time()
    sessions = Sessions(store, Vault([key]), time.time)
    old = Tokens("old", "r1", start + 5, "patient/*.rs")
    launch = sessions.open(session_of(browser, tokens=old, ends_at=start + 1000))
    processes = [renewal_of(store, key, oauth, time.time) for _ in range(2)]
    together = threading.Barrier(8)

    def ask(number: int) -> str:
        held = sessions.find(launch, browser)
        together.wait()
        return processes[number % 2].fresh(held).session.tokens.access

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(8))) == {"r1-access"}
    assert oauth.asked == ["r1"]
    kept = sessions.find(launch, browser).session.tokens
    assert kept.refresh == "r1-next"
    assert kept.scope == "patient/*.rs"


@pytest.mark.conformance("smart-app", 42)
def test_the_old_refresh_token_is_kept_when_none_is_returned(store: Store) -> None:
    """Oracle returns none."""
    key, browser = make_vault_key(), new_browser()
    oauth = Renewing(lambda used: {**rotated(used), "refresh_token": None})
    sessions = Sessions(store, Vault([key]), lambda: NOW)
    launch = sessions.open(session_of(browser, tokens=Tokens("old", "r1", NOW + 5, "s")))

    renewed = renewal_of(store, key, oauth, lambda: NOW).fresh(sessions.find(launch, browser))

    assert renewed.session.tokens.refresh == "r1"


@pytest.mark.conformance("smart-app", 42, 48)
def test_a_refused_refresh_ends_the_session(store: Store) -> None:
    """The clinician is asked to open the chart again; the token is not tried twice."""
    key, browser = make_vault_key(), new_browser()

    def refuse(_: str) -> dict[str, Any]:
        raise LaunchFailed("access-over", "invalid_grant")

    oauth = Renewing(refuse)
    sessions = Sessions(store, Vault([key]), lambda: NOW)
    launch = sessions.open(session_of(browser, tokens=Tokens("old", "r1", NOW + 5, "s")))
    renewal = renewal_of(store, key, oauth, lambda: NOW)

    held = sessions.find(launch, browser)
    for _ in range(2):
        with pytest.raises(LaunchFailed, match="access-over"):
            renewal.fresh(held)
    assert oauth.asked == ["r1"]


def test_an_ehr_that_fails_during_a_refresh_may_be_asked_again(store: Store) -> None:
    """Down for a moment is not refused: the session lives, the next request tries."""
    key, browser = make_vault_key(), new_browser()
    answers: list[Callable[[str], dict[str, Any]]] = [rotated]

    def fail_first(used: str) -> dict[str, Any]:
        if len(oauth.asked) == 1:
            raise LaunchFailed("token-unreachable", "503")
        return answers[0](used)

    oauth = Renewing(fail_first)
    sessions = Sessions(store, Vault([key]), lambda: NOW)
    launch = sessions.open(session_of(browser, tokens=Tokens("old", "r1", NOW + 5, "s")))
    renewal = renewal_of(store, key, oauth, lambda: NOW)
    held: Held = sessions.find(launch, browser)

    with pytest.raises(LaunchFailed, match="token-unreachable"):
        renewal.fresh(held)
    assert renewal.fresh(held).session.tokens.access == "r1-access"


def test_a_renewal_does_not_lose_a_draft_noted_meanwhile(store: Store) -> None:
    """Both change the session; neither forgets the other's."""
    key, browser = make_vault_key(), new_browser()
    sessions = Sessions(store, Vault([key]), lambda: NOW)

    def note_meanwhile(used: str) -> dict[str, Any]:
        held = sessions.look(launch)
        assert held is not None
        drafts = msgspec.structs.replace(held.session, drafts={"d": "ServiceRequest/1"})
        assert sessions.change(held, drafts)
        return rotated(used)

    launch = sessions.open(session_of(browser, tokens=Tokens("old", "r1", NOW + 5, "s")))
    renewal = renewal_of(store, key, Renewing(note_meanwhile), lambda: NOW)
    renewal.fresh(sessions.find(launch, browser))

    kept = sessions.find(launch, browser).session
    assert kept.drafts == {"d": "ServiceRequest/1"}
    assert kept.tokens.access == "r1-access"


# -- over HTTP -------------------------------------------------------------------------


def test_the_cookie_is_kept_in_a_frame_and_nowhere_else(browser: Browser, ehr: SmartEhr) -> None:
    """`__Host-`, Secure, HttpOnly, SameSite=None, Partitioned, without a Domain."""
    cookies = browser.start(ehr).headers.getlist("Set-Cookie")

    for cookie in cookies:
        name, *attributes = [part.strip() for part in cookie.split(";")]
        kept = {each for each in attributes if not each.startswith(("Expires", "Max-Age"))}
        assert name.startswith("__Host-oncocue")
        assert kept == {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"}
    assert len(cookies) == 2


@pytest.mark.conformance("smart-app", 5)
def test_two_charts_that_open_at_once_in_a_fresh_browser_both_open(
    app: Flask, ehr: SmartEhr
) -> None:
    """Each begins before the other's cookie came; the browser keeps what came last."""
    browser, other = browser_of(app), browser_of(app)
    first, second = browser.start(ehr, LUNG), other.start(ehr, OTHER)
    for cookie in second.headers.getlist("Set-Cookie"):
        name, _, value = cookie.partition(";")[0].partition("=")
        browser.client.set_cookie(name, value, secure=True)
    paths = [browser.get(browser.sign_in(each)).location for each in (first, second)]

    for path in paths:
        assert browser.get(f"{path}summary").status_code == 200
    left = [name for name in ("", "-") if browser.client.get_cookie(f"__Host-oncocue{name}")]
    assert left == [""]


def test_a_launch_id_opens_nothing_in_another_browser(
    app: Flask, browser: Browser, ehr: SmartEhr
) -> None:
    """Tampered with, guessed or sent to a colleague: a plain page."""
    path = browser.launch(ehr)
    tampered = path[:-2] + ("A" if path[-2] != "A" else "B") + "/"

    for visitor, asked in ((browser_of(app), path), (browser, tampered), (browser, "/l/x/")):
        for page in ("", "diagnostics", "anything"):
            answer = visitor.get(f"{asked}{page}")
            assert answer.status_code == 403
            assert "launch-over" in answer.text


@pytest.mark.conformance("smart-app", 47)
def test_ending_a_session_gives_the_tokens_back(browser: Browser, ehr: SmartEhr) -> None:
    """Both tokens revoked at the EHR, the session gone, the back button shows nothing."""
    path = browser.launch(ehr)
    page = browser.get(f"{path}diagnostics")
    token = token_of(page.text)
    held = {*ehr.tokens, *ehr.refreshes}

    ended = browser.client.post(f"{path}end", data={"csrf_token": token})

    assert ended.status_code == 200
    assert set(ehr.revoked) == held
    assert browser.get(f"{path}diagnostics").status_code == 403
    assert page.headers["Cache-Control"] == "no-store"
    assert ended.headers["Cache-Control"] == "no-store"


@pytest.mark.conformance("smart-app", 47)
def test_an_ehr_that_takes_no_tokens_back_does_not_keep_a_session_open(
    browser: Browser, ehr: SmartEhr
) -> None:
    """Epic offers no revocation; an endpoint may fail too."""
    ehr.faults["/revoke"] = lambda _: Response("", 500)
    path = browser.launch(ehr)
    page = browser.get(f"{path}diagnostics")
    token = token_of(page.text)

    assert browser.client.post(f"{path}end", data={"csrf_token": token}).status_code == 200
    assert browser.get(path).status_code == 403


@pytest.mark.parametrize("token", [None, "", "x", "another browser's"])
def test_a_form_of_another_site_is_not_taken(
    app: Flask, browser: Browser, ehr: SmartEhr, token: str | None
) -> None:
    """Without the page's own token nothing happens, and the session lives on."""
    path = browser.launch(ehr)
    if token == "another browser's":
        other = browser_of(app)
        page = other.get(f"{other.launch(ehr, OTHER)}diagnostics")
        token = token_of(page.text)

    answer = browser.client.post(f"{path}end", data={} if token is None else {"csrf_token": token})

    assert answer.status_code == 400
    assert "form-stale" in answer.text
    assert browser.get(f"{path}diagnostics").status_code == 200


@pytest.mark.conformance("smart-app", 42, 48)
def test_an_expired_token_is_renewed_on_the_way(browser: Browser, ehr: SmartEhr) -> None:
    """The EHR takes it no longer, though it should: refreshed once, the page comes."""
    path = browser.launch(ehr)
    ehr.tokens.clear()

    assert browser.get(f"{path}diagnostics").status_code == 200
    refreshed = [f for _, _, f, _ in ehr.calls("/token") if f["grant_type"] == "refresh_token"]
    assert len(refreshed) == 1


@pytest.mark.conformance("smart-app", 48)
def test_an_ehr_that_takes_no_token_at_all_is_asked_twice_each(
    browser: Browser, ehr: SmartEhr
) -> None:
    """One refresh for all searches together, then the page that says what to do."""
    path = browser.launch(ehr)
    ehr.faults[f"/fhir/Patient/{ehr.patient(LUNG)}"] = lambda _: reply(outcome("login"), 401)

    answer = browser.get(f"{path}diagnostics")

    assert answer.status_code == 403
    assert "chart-refused" in answer.text
    assert len(ehr.calls(f"/fhir/Patient/{ehr.patient(LUNG)}")) == 2


@pytest.mark.conformance("smart-app", 48)
def test_a_grant_without_refresh_ends_with_its_token(browser: Browser, ehr: SmartEhr) -> None:
    """Then the chart has to be opened anew."""
    ehr.changes["refresh_token"] = None
    path = browser.launch(ehr)

    with time_machine.travel(time.time() + 3601, tick=True):
        answer = browser.get(f"{path}diagnostics")

    assert "access-over" in answer.text
    assert "open OncoCue from the patient" in answer.text


def test_a_session_ends_after_eight_hours(browser: Browser, ehr: SmartEhr) -> None:
    """Whatever the EHR renews."""
    path = browser.launch(ehr)
    browser.get(f"{path}diagnostics")

    with time_machine.travel(time.time() + 8 * 3600 + 1, tick=True):
        assert "launch-over" in browser.get(f"{path}diagnostics").text


def test_pages_may_be_embedded_by_their_own_ehr_alone() -> None:
    """frame-ancestors of this launch's EHR; no X-Frame-Options; scripts and styles of ours only."""
    from tests.support.smart_ehr import running_smart_ehr

    with running_smart_ehr() as one, running_smart_ehr() as two:
        browser = browser_of(app_for(one, two))
        page = browser.get(f"{browser.launch(one)}diagnostics")
        nobody_s = browser.get("/launch?iss=https://evil.example&launch=x")

        policy = page.headers["Content-Security-Policy"]
        assert f"frame-ancestors {one.origin}" in policy
        assert two.origin not in policy
        assert f"frame-ancestors {one.origin} {two.origin}" in str(nobody_s.headers)
    assert "X-Frame-Options" not in page.headers
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_names_the_patient_where_it_must_not(browser: Browser, ehr: SmartEhr) -> None:
    """Not in a title, an address, a cookie or a log."""
    path = browser.launch(ehr)
    page = browser.get(f"{path}diagnostics")
    [title] = re.findall(r"<title>(.*?)</title>", page.text)
    patient = ehr.patient(LUNG)

    for place in (title, path, str(page.headers), page.text):
        assert patient not in place
