"""`oncocue serve` for real: one worker process a core, from configuration, callers verified."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
from collections.abc import Callable

from cds_hooks.services import services
from oncocue.callers import signed_callers, trusted_sites
from oncocue.database.opening import open_database, open_engine
from oncocue.metrics_port import metrics_port
from oncocue.recording import card_memory, metrics, recorder, site_limit
from oncocue.serving import PortTaken
from oncocue.settings import Settings
from oncocue.site_names import check_names
from oncocue.smart import check_smart_app
from oncocue.transport import TlsOnly, check_transport
from oncocue.wiring import create_app, load_guidance_of, load_settings

_TARGET = f"{__name__}:create_production_app"
# A call that brings all its data keeps the processor busy and gains nothing from threads; one that
# must ask the FHIR server, or wait for a key, should not hold up the others.
_THREADS = 4
_SECONDS_TO_STOP = 5


def serve(host: str, port: int, workers: int | None = None) -> None:
    """Serve until stopped, by `workers` processes or one a core.

    In a container say how many: the cores seen there are those of the machine.
    Raises ValueError or OSError with what is wrong before it starts.
    """
    settings = load_settings()
    check_transport(settings.server, host)
    sites = check(settings)
    _check_free(host, port)
    if settings.metrics.port is not None:
        _check_free(settings.metrics.host, settings.metrics.port)
    print(f"OncoCue for {', '.join(sites)}: {host} port {port}", file=sys.stderr)
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        _TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        ssl_cert=settings.server.certificate,
        ssl_key=settings.server.key,
        workers=workers or os.cpu_count() or 1,
        blocking_threads=_THREADS,
        # A worker told to stop while it still starts does not hear it.
        workers_kill_timeout=_SECONDS_TO_STOP,
        log_level=LogLevels.warning,
    )
    with metrics_port(settings.metrics):
        server.serve(target_loader=_shared_app())


def _shared_app() -> Callable[[str], TlsOnly] | None:
    """What gives each worker the app: made here once, where workers are forks of this process.

    They share its memory then, as nothing that is loaded is ever changed. Nothing in it has
    connected or started a thread yet. None where workers are fresh processes: they make their own.
    """
    if multiprocessing.get_start_method() != "fork":
        return None
    app = create_production_app()
    return lambda target: app


def create_production_app() -> TlsOnly:
    """What `serve` serves: from configuration, callers verified, over TLS, whole from the start."""
    settings = load_settings()
    engine = open_database(settings.database)
    # For what may be lost with the last moment before a power cut: used tokens, which expire
    # soon, and the audit.
    quick = open_engine(settings.database, durable=False)
    product = create_app(
        settings,
        signed_callers(settings.hooks, quick),
        card_memory(settings.record, engine),
        (recorder(settings.record, quick, metrics(settings)),),
        site_limit(settings.limits),
    )
    product.load_order_rules()
    product.complete()
    return TlsOnly(product, settings.server.behind_proxy)


def check(settings: Settings) -> list[str]:
    """The names of the sites; raises when a worker could not start with these settings."""
    trusted, _ = trusted_sites(settings.hooks)
    known = services(load_guidance_of(settings).terminology)
    check_names([each.site for each in trusted], known)
    engine = open_database(settings.database)
    card_memory(settings.record, engine)
    recorder(settings.record, engine)
    check_smart_app(settings)
    return [each.site.name for each in trusted]


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Cannot listen at {host} port {port} ({error.strerror}): choose others with "
                "--host and --port."
            ) from None
