"""The state of the tables: which revision they are at, and bringing them to this release's."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from oncocue.database.engine import DatabaseFault

_MIGRATIONS = Path(__file__).parent / "migrations"
# A number of our own: machines that upgrade one PostgreSQL at a time wait for each other.
_UPGRADE_LOCK = 7_262_283


def revisions() -> list[str]:
    """The revisions this release knows, oldest first: the numbers its migrations begin with."""
    return sorted(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def current_revision(connection: Connection) -> str:
    """The revision the tables are at; empty when there are none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def upgrade(engine: Engine) -> tuple[str, str]:
    """Bring the tables to this release's revision, all or nothing: the revision before and after.

    Raises DatabaseFault when they are of a newer release or the database cannot be reached.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(:number)")
                connection.execute(lock, {"number": _UPGRADE_LOCK})
            before = current_revision(connection)
            _refuse_newer(before)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return before, current_revision(connection)
    except DBAPIError as error:
        raise _unreachable(engine, error) from None


def prepare(engine: Engine) -> None:
    """Check that the tables fit this release; an SQLite file without any is given them.

    Raises DatabaseFault with what to do when they do not fit or cannot be reached.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            found = current_revision(connection)
    except DBAPIError as error:
        raise _unreachable(engine, error) from None
    if not found and engine.dialect.name == "sqlite":
        upgrade(engine)
        return
    _refuse_newer(found)
    if found != revisions()[-1]:
        raise DatabaseFault(
            f"The database is {f'at revision {found}' if found else 'empty'}, this release needs "
            f"{revisions()[-1]}: back it up, then run `oncocue db upgrade`."
        )


def _refuse_newer(found: str) -> None:
    if found and found not in revisions():
        raise DatabaseFault(
            f"The database is at revision {found}, which this release does not know: it is that "
            "of a newer release. Run that one, or restore the backup made before the upgrade."
        )


def _unreachable(engine: Engine, error: DBAPIError) -> DatabaseFault:
    # The driver's first line says what is wrong; it names no password.
    reason = str(error.orig).partition("\n")[0]
    return DatabaseFault(f"The database {engine.url.render_as_string()} cannot be used: {reason}")
