"""Databases for tests, with the tables of this release."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from oncocue.database.engine import make_engine
from oncocue.database.schema import upgrade
from tests.support.parts import lacking
from tests.support.servers import free_port

_SUPERUSER = "oncocue_test"
_DEBIAN = "postgres"  # the account that Debian's package makes; the server refuses root


def database(place: Path | str) -> Engine:
    """An engine for an SQLite file or an address, with the tables."""
    engine = make_engine(f"sqlite:///{place}" if isinstance(place, Path) else place)
    upgrade(engine)
    return engine


class PostgresServer:
    """PostgreSQL on a loopback port of its own, in a folder of its own; it may be killed."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder, self._programs = folder, programs
        self.port = free_port()
        self._run("initdb", "--auth=trust", f"--username={_SUPERUSER}", "--no-sync", "data")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"-c listen_addresses=127.0.0.1 -c port={self.port} -k {self._folder}"
        self._run("pg_ctl", "start", "--wait", "-D", "data", "-l", "log", "-o", options)

    def kill(self) -> None:
        """End it at once, as in a crash: connections are cut, nothing is written out."""
        self._run("pg_ctl", "stop", "--mode=immediate", "-D", "data")

    def new_database(self) -> str:
        """The address of a fresh and empty database."""
        name = f"test_{uuid4().hex}"
        address = ("-h", "127.0.0.1", "-p", str(self.port), "-U", _SUPERUSER)
        self._run("createdb", *address, name)
        return f"postgresql+psycopg://{_SUPERUSER}@127.0.0.1:{self.port}/{name}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", _DEBIAN, "--", *command]
        # Its output goes to a file: the server keeps it open, and a pipe would never end.
        with (self._folder / "output").open("ab") as output:
            done = subprocess.run(
                command, check=False, cwd=self._folder, stdout=output, stderr=output
            )
        assert done.returncode == 0, (self._folder / "output").read_text()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Debian's PostgreSQL, ended with the test; a skip without it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        lacking("postgres", "apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="oncocue-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, _DEBIAN)
    server = None
    try:
        server = PostgresServer(folder, found[-1].parent)
        yield server
    finally:
        if server and (folder / "data" / "postmaster.pid").exists():
            server.kill()
        shutil.rmtree(folder)
