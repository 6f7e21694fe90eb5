"""Debian's Redis on a loopback port of its own."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.parts import lacking
from tests.support.servers import free_port, wait_for

_PROGRAM = Path("/usr/bin/redis-server")


class RedisServer:
    """Redis without a file; it may be killed."""

    def __init__(self, folder: str) -> None:
        self.port = free_port()
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", folder)
        self._process = subprocess.Popen(
            [str(_PROGRAM), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for(self._process, self.port)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()


@contextmanager
def running_redis() -> Iterator[RedisServer]:
    """A Redis while the block runs; a skip without it."""
    if not _PROGRAM.exists():
        lacking("redis", "apt-get install redis-server")
    with tempfile.TemporaryDirectory(prefix="oncocue-redis-") as folder:
        server = RedisServer(folder)
        try:
            yield server
        finally:
            server.kill()
