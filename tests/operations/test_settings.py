"""Where settings come from, and what `oncocue doctor` says of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from oncocue.command_line import app
from oncocue.wiring import load_settings
from tests.support.databases import database
from tests.support.two_servers import write_config

SECRET = "canary-5d1f-of-thirty-two-characters"


@pytest.fixture
def secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of secrets as Kubernetes mounts it: links to links, and hidden folders."""
    folder = tmp_path / "secrets"
    (folder / "..2026").mkdir(parents=True)
    (folder / "..data").symlink_to("..2026")
    monkeypatch.setenv("ONCOCUE_SECRETS", str(folder))
    return folder


def _mount(folder: Path, name: str, content: str) -> None:
    (folder / "..2026" / name).write_text(content)
    (folder / name).symlink_to(f"..data/{name}")


def test_a_secret_is_a_file_named_after_its_setting(secrets: Path) -> None:
    """Without the newline that editors add."""
    _mount(secrets, "record__hash_key", f"{SECRET}\n")

    assert load_settings().record.hash_key.get_secret_value() == SECRET  # type: ignore[union-attr]


def test_the_environment_beats_secrets_beat_the_file(
    secrets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that the contract fixes."""
    config = tmp_path / "oncocue.toml"
    config.write_text("[record]\nkeep_days = 1\npending_days = 1\noverride_days = 1\n")
    monkeypatch.setenv("ONCOCUE_CONFIG", str(config))
    _mount(secrets, "record__pending_days", "2")
    _mount(secrets, "record__override_days", "2")
    monkeypatch.setenv("ONCOCUE__RECORD__OVERRIDE_DAYS", "3")

    record = load_settings().record
    assert (record.keep_days, record.pending_days, record.override_days) == (1, 2, 3)


@pytest.mark.parametrize("name", ["record__nonsense", "recrod__hash_key", "nonsense"])
def test_a_secret_nobody_asks_for_is_an_error(secrets: Path, name: str) -> None:
    """It is most likely misspelt; its content is not told."""
    _mount(secrets, name, SECRET)

    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2
    assert name.replace("__", ".") in done.output or name in done.output
    assert SECRET not in done.output


@pytest.mark.parametrize("name", ["ONCOCUE__RECORD__NONSENSE", "ONCOCUE__RECROD__HASH_KEY"])
def test_an_unknown_name_in_the_environment_is_an_error(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the file."""
    monkeypatch.setenv(name, SECRET)

    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2 and SECRET not in done.output


def test_a_directory_that_is_not_there_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mount that failed is not an empty one."""
    monkeypatch.setenv("ONCOCUE_SECRETS", str(tmp_path / "nowhere"))

    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 2 and "nowhere" in done.output


def _doctor(config: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setenv("ONCOCUE_CONFIG", str(config))
    done = CliRunner().invoke(app, ["doctor"])
    return done.exit_code, done.output


def test_doctor_tells_sites_and_database(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may call, where the database is and whether it fits; no secret."""
    database(database_url).dispose()
    more = f'[record]\nhash_key = "{SECRET}"\n[metrics]\nport = 9464\n'
    more += f'[limits]\nstorage = "redis://:{SECRET}@127.0.0.1:1"\n'

    code, told = _doctor(write_config(tmp_path, database_url, more), monkeypatch)

    assert code == 0, told
    assert "site     general: https://general.example/fhir, profile standard" in told
    assert "at revision" in told
    assert "metrics  127.0.0.1 port 9464" in told and "counted in redis" in told
    assert SECRET not in told


def test_doctor_tells_what_is_wrong_with_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 1, and no password."""
    url = f"postgresql://user:{SECRET}@127.0.0.1:1/database"

    code, told = _doctor(write_config(tmp_path, url), monkeypatch)

    assert code == 1
    assert "database The database postgresql+psycopg://user:***@127.0.0.1:1/database" in told
    assert SECRET not in told


def test_a_short_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keyed hash with a guessable key is none."""
    url = f"sqlite:///{tmp_path}/state.sqlite"
    database(tmp_path / "state.sqlite").dispose()

    code, told = _doctor(write_config(tmp_path, url, '[record]\nhash_key = "short"\n'), monkeypatch)

    assert code == 1
    assert "record.hash_key has fewer than 32 characters" in told


@pytest.mark.postgres
def test_machines_that_share_a_database_need_a_key_to_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Each would make its own, and none know the other's patients."""
    url = request.getfixturevalue("postgres").new_database()
    database(url).dispose()

    code, told = _doctor(write_config(tmp_path, url), monkeypatch)

    assert code == 1
    assert "record.hash_key is missing" in told
