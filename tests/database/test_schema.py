"""The tables: made once, brought forward by migrations, refused when they do not fit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from typer.testing import CliRunner

from oncocue.command_line import app
from oncocue.database import schema
from oncocue.database.engine import DatabaseFault, make_engine
from oncocue.database.schema import current_revision, prepare, revisions, upgrade
from oncocue.database.tables import TABLES


def test_the_migrations_make_the_tables_the_code_uses(engine: Engine) -> None:
    """Column for column and index for index."""
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), list(TABLES))

    assert differences == []


def test_the_history_is_one_line_and_each_file_begins_with_its_revision() -> None:
    """`prepare` knows the newest revision by the names of the files, without Alembic."""
    scripts = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    line = [each.revision for each in scripts.walk_revisions()]

    assert line[::-1] == revisions()


def test_upgrades_at_the_same_moment_make_one(database_url: str) -> None:
    """Servers that start together, or two administrators, do not collide."""
    engines = [make_engine(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(upgrade, engines))

    assert sorted(before for before, _ in done) == ["", *[revisions()[-1]] * 3]
    assert {after for _, after in done} == {revisions()[-1]}


def test_a_step_that_fails_leaves_everything_as_it_was(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All or nothing, tables included."""
    engine = make_engine(database_url)

    def fail(*_: object) -> str:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr("alembic.op.create_index", fail)
        with pytest.raises(RuntimeError):
            upgrade(engine)

    with engine.connect() as connection:
        assert current_revision(connection) == ""
    assert upgrade(engine) == ("", revisions()[-1])


def _at(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_a_database_of_a_newer_release_is_refused(engine: Engine) -> None:
    """By the service and by the upgrade, which would not know what to do."""
    _at(engine, "9999")

    for step in (prepare, upgrade):
        with pytest.raises(DatabaseFault, match=r"9999.*newer release"):
            step(engine)


def test_a_database_of_an_older_release_is_refused_until_it_is_upgraded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service changes no table that may hold data: a person makes a backup first."""
    monkeypatch.setattr(schema, "revisions", lambda: ["0001", "9998"])
    _at(engine, "0001")

    with pytest.raises(DatabaseFault, match=r"0001, this release needs 9998.*oncocue db upgrade"):
        prepare(engine)


def test_only_an_sqlite_file_gets_its_tables_by_itself(database_url: str) -> None:
    """It is ours; a PostgreSQL database belongs to somebody, who upgrades it."""
    engine = make_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare(engine)
    else:
        with pytest.raises(DatabaseFault, match=r"empty.*oncocue db upgrade"):
            prepare(engine)
        upgrade(engine)
    prepare(engine)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "not an address like"),
        ("mysql://user:hidden-word@host/database", "is not like"),
        ("sqlite://", "is not like"),
        ("postgresql://user:hidden-word@127.0.0.1:1/database", "cannot be used: "),
        ("sqlite:////proc/nowhere/file", "/proc/nowhere"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_message_without_its_password(
    url: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`oncocue db upgrade` says what to change, and ends with 2."""
    monkeypatch.setenv("ONCOCUE__DATABASE__URL", url)

    done = CliRunner().invoke(app, ["db", "upgrade"])

    assert done.exit_code == 2
    assert says in done.output
    assert "hidden-word" not in done.output


def test_db_upgrade_tells_what_it_did(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The revision before and after; the second time nothing changes."""
    monkeypatch.setenv("ONCOCUE__DATABASE__URL", database_url)

    first, second = (CliRunner().invoke(app, ["db", "upgrade"]).output for _ in range(2))

    assert f"at revision {revisions()[-1]} (was empty)" in first
    assert f"at revision {revisions()[-1]} (was {revisions()[-1]})" in second
