"""The app from a configuration: what is checked before it starts, and that it then works."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from oncocue.command_line import app as command
from oncocue.settings import AppSection, DatabaseSection, HooksSection, Settings
from oncocue.smart import check_smart_app, registered_ehrs
from smartapp.launch.client_keys import KeyFolder
from smartapp.sessions.vault import make_vault_key
from tests.support.databases import database
from tests.support.smart_ehr import SECRET, SmartEhr, running_smart_ehr
from tests.support.smart_launches import app_for, browser_of

SITE = 'name = "one"\nissuer = "https://ehr.example"\njku = "https://ehr.example/jwks"\n'


def settings_of(folder: Path, smart: str, **app: object) -> Settings:
    """Settings with one site whose `[smart]` table is given."""
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites" / "one.toml").write_text(f"{SITE}[smart]\n{smart}", encoding="utf-8")
    url = f"sqlite:///{folder / 'oncocue.sqlite'}"
    return Settings(
        hooks=HooksSection(sites=folder / "sites", public_url="http://127.0.0.1:8000"),
        app=AppSection(**{"keys": folder / "keys", **app}),  # type: ignore[arg-type]
        database=DatabaseSection(url=url),  # type: ignore[arg-type]
    )


GOOD = 'issuer = "https://ehr.example/fhir"\nclient_id = "oncocue"\n'


@pytest.mark.parametrize(
    ("smart", "words"),
    [
        (GOOD + "misspelt = 1\n", "misspelt"),
        (GOOD + 'redirect_base = "https://*.example"\n', "redirect_base"),
        (GOOD + 'auth = "basic"\n', "secret_file"),
        (GOOD + 'auth = "basic"\nsecret_file = "none"\n', "cannot be read"),
        ('issuer = "https://ehr.example/fhir"\n', "client_id"),
    ],
)
def test_a_table_that_cannot_be_used_names_its_file(tmp_path: Path, smart: str, words: str) -> None:
    """At the start, not at the first launch."""
    with pytest.raises(ValueError, match=words) as fault:
        registered_ehrs(settings_of(tmp_path, smart))
    assert "one.toml" in str(fault.value)


def test_sessions_of_real_sites_need_a_key(tmp_path: Path) -> None:
    """Tokens are kept, so they are encrypted; the message says how to make a key."""
    with pytest.raises(ValueError, match="oncocue keys secret"):
        check_smart_app(settings_of(tmp_path, GOOD))
    with pytest.raises(ValueError, match="not one of ours"):
        check_smart_app(settings_of(tmp_path, GOOD, store_keys=["short"]))


def test_a_site_that_asks_for_signatures_needs_a_key(tmp_path: Path) -> None:
    """Made by `oncocue keys make`."""
    settings = settings_of(tmp_path, GOOD, store_keys=[make_vault_key()])

    with pytest.raises(ValueError, match="oncocue keys make"):
        check_smart_app(settings)
    KeyFolder(tmp_path / "keys").make("ES384", 0.0)
    check_smart_app(settings)


def test_try_outs_are_for_development(tmp_path: Path) -> None:
    """A real server knows the EHRs of its sites' files alone."""
    settings = settings_of(tmp_path, GOOD, issuers=["https://other.example/fhir"])

    with pytest.raises(ValueError, match="for --dev"):
        registered_ehrs(settings)
    result = CliRunner().invoke(command, ["serve", "--issuer", "https://x.example"])
    assert result.exit_code == 2
    assert "--dev" in result.output


def test_one_issuer_has_one_registration(tmp_path: Path) -> None:
    """Which of two would be launched could not be told."""
    settings = settings_of(tmp_path, GOOD)
    other = SITE.replace("one", "two").replace("https://ehr.example", "https://b.example")
    slash = GOOD.replace("/fhir", "/fhir/")
    (tmp_path / "sites" / "two.toml").write_text(f"{other}[smart]\n{slash}", encoding="utf-8")

    with pytest.raises(ValueError, match="registered by one and two"):
        registered_ehrs(settings)


def configured(folder: Path, ehr: SmartEhr, more: str = "") -> Settings:
    """A configuration for this EHR that can start."""
    (folder / "secret").parent.mkdir(exist_ok=True)
    (folder / "sites").mkdir(exist_ok=True)
    (folder / "sites" / "secret.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    database(folder / "oncocue.sqlite").dispose()
    KeyFolder(folder / "keys").make("ES384", 0.0)
    smart = (
        f'issuer = "{ehr.base}"\nclient_id = "oncocue"\nlabel = "General"\n'
        f'frame_ancestors = ["{ehr.origin}"]\n{more}'
    )
    return settings_of(folder, smart, store_keys=[make_vault_key()])


@pytest.mark.conformance("smart-app", 21, 23)
@pytest.mark.parametrize("auth", ["asymmetric", "basic"])
def test_launches_survive_in_the_table_of_a_real_server(tmp_path: Path, auth: str) -> None:
    """Two server processes share a session: one begins, the other finishes and shows."""
    with running_smart_ehr(auth=auth) as ehr:
        more = 'auth = "basic"\nsecret_file = "secret.txt"\n' if auth == "basic" else ""
        settings = configured(tmp_path, ehr, more)
        one, two = (app_for(ehr, settings=settings) for _ in range(2))
        ehr.jwks = lambda: one.test_client().get("/.well-known/jwks.json").get_json()
        browser, other = browser_of(one), browser_of(two)
        back = browser.sign_in(browser.start(ehr))
        cookie = browser.client.get_cookie("__Host-oncocue")
        assert cookie is not None
        other.client.set_cookie(cookie.key, cookie.value, secure=True)
        path = other.get(back).location

        assert browser.get(f"{path}summary").status_code == 200
        assert other.get(f"{path}summary").status_code == 200
        assert "diagnostics-off" in browser.get(f"{path}diagnostics").text
        form = ehr.calls("/token")[0][2]
        assert ("client_assertion" in form) == (auth == "asymmetric")
    assert "Steps" not in browser.get("/launch?iss=x").text


def test_a_site_that_launches_too_often_is_slowed_down(tmp_path: Path) -> None:
    """The attempts of a caller that runs wild do not fill the store."""
    with running_smart_ehr() as ehr:
        settings = configured(tmp_path, ehr)
        settings.limits.launches_per_minute = 3
        browser = browser_of(app_for(ehr, settings=settings))
        answers = [browser.start(ehr).status_code for _ in range(5)]

        assert answers == [302, 302, 302, 429, 429]
        assert "too-many" in browser.start(ehr).text


def test_changing_the_store_s_keys_ends_no_session(tmp_path: Path) -> None:
    """Neither what is kept nor the browser's cookie depends on one key."""
    with running_smart_ehr() as ehr:
        before = configured(tmp_path, ehr)
        browser = browser_of(app_for(ehr, settings=before))
        path = browser.launch(ehr)
        after = configured(tmp_path, ehr)
        after.app.store_keys += before.app.store_keys
        changed = browser_of(app_for(ehr, settings=after))
        cookie = browser.client.get_cookie("__Host-oncocue")
        assert cookie is not None
        changed.client.set_cookie(cookie.key, cookie.value, secure=True)

        assert changed.get(f"{path}summary").status_code == 200
