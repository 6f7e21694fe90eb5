"""Metrics on a port of their own, over all worker processes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from oncocue.settings import MetricsSection

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"


@contextmanager
def metrics_port(section: MetricsSection) -> Iterator[None]:
    """Serve the metrics of the worker processes that are started in the block.

    Each keeps its counts in a file; the folder of these goes with the server.
    """
    if section.port is None:
        yield
        return
    # Before the library is loaded anywhere: it looks for the folder once.
    folder = os.environ[_FOLDER] = tempfile.mkdtemp(prefix="oncocue-metrics-")
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    server, thread = start_http_server(section.port, section.host, registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        shutil.rmtree(folder, ignore_errors=True)
