"""The database that the settings name."""

from __future__ import annotations

from sqlalchemy import Engine

from oncocue.database.engine import make_engine
from oncocue.database.schema import prepare
from oncocue.folders import state_folder
from oncocue.settings import DatabaseSection


def database_url(section: DatabaseSection) -> str:
    """The address in the settings, else that of a file in the state folder. May hold a password."""
    if section.url is not None:
        return section.url.get_secret_value()
    return f"sqlite:///{state_folder() / 'oncocue.sqlite'}"


def open_engine(section: DatabaseSection, durable: bool = True) -> Engine:
    """An engine for the database of the settings; see `make_engine` for `durable`."""
    return make_engine(database_url(section), durable)


def open_database(section: DatabaseSection) -> Engine:
    """The durable engine, once the tables are known to fit this release.

    Raises DatabaseFault when they do not, or when the database cannot be reached.
    """
    engine = open_engine(section)
    prepare(engine)
    # A connection must not be carried over a fork.
    engine.dispose()
    return engine
