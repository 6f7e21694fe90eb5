"""Wiring: settings in, the product out. The one place where parts meet."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from cds_hooks.answer import HookAnswers
from cds_hooks.audit.entry import keep_at_once
from cds_hooks.client import Callers
from cds_hooks.feedback.memory import CardMemory, development_memory
from cds_hooks.front import HookFront, Watch
from cds_hooks.limits import Wait, no_limit
from cds_hooks.origins import check_origins, cors_headers
from cds_hooks.services import services
from oncocue.clients import development_caller
from oncocue.folders import guidance_folder
from oncocue.logs import log_as_json
from oncocue.settings import Settings
from oncology.guidance.family_tool import with_family_tool
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse
    from flask import Flask
    from flask.testing import FlaskClient


def load_settings(**values: object) -> Settings:
    """Settings from environment, secrets and the file named by ONCOCUE_CONFIG.

    Relative paths in them are meant from that file's folder.
    """
    named = os.environ.get("ONCOCUE_CONFIG")
    if named and not Path(named).is_file():
        raise FileNotFoundError(f"ONCOCUE_CONFIG names {named}, which is not a file.")
    settings = Settings(**values)  # type: ignore[arg-type]
    if named:
        folder, hooks = Path(named).resolve().parent, settings.hooks
        hooks.sites = hooks.sites and folder / hooks.sites
        server = settings.server
        server.certificate = server.certificate and folder / server.certificate
        server.key = server.key and folder / server.key
        settings.app.keys = settings.app.keys and folder / settings.app.keys
        settings.database.url = _from_folder(settings.database.url, folder)
    return settings


def _from_folder(url: SecretStr | None, folder: Path) -> SecretStr | None:
    """The address of an SQLite file with a relative path, as meant from this folder."""
    before, scheme, path = url.get_secret_value().partition("sqlite:///") if url else ("", "", "")
    if before or not scheme or not path:
        return url
    return SecretStr(f"{scheme}{folder / path}")


def load_guidance_of(settings: Settings) -> Guidance:
    """The guidance the settings name, else the one shipped."""
    guidance = load_guidance(settings.guidance.folder or guidance_folder())
    return with_family_tool(guidance, settings.guidance.family_tool)


def hook_answers(
    guidance: Guidance,
    callers: Callers,
    today: Callable[[], date] = date.today,
    memory: CardMemory | None = None,
    limit: Wait = no_limit,
    folder: Path | None = None,
) -> HookAnswers:
    """Everything a hook call needs; without a memory, that of development.

    The order rules of `folder` (the shipped one) are read when the first order asks for them.
    """

    @cache
    def order_rules() -> object:
        from oncology.orders.load import load_order_rules

        return load_order_rules(folder or guidance_folder(), guidance)

    return HookAnswers(
        services=services(guidance.terminology),
        guidance=guidance,
        callers=callers,
        today=today,
        order_rules=order_rules,
        memory=memory or development_memory(),
        limit=limit,
    )


class Product:
    """The whole product as one WSGI application.

    Hook calls are answered in front, without Flask; every other address by the Flask app, which is
    made at once for production and on its first request in development.
    """

    def __init__(self, settings: Settings, guidance: Guidance, front: HookFront) -> None:
        self._settings = settings
        self._guidance = guidance
        self._front = front
        self._flask: Flask | None = None
        self._making = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        if self._front.takes(environ):
            return self._front(environ, start_response)
        return self.flask(environ, start_response)

    @property
    def flask(self) -> Flask:
        """The Flask app, which answers hook calls too, by the same front."""
        return self._flask or self.complete()

    def complete(self) -> Flask:
        """Make the Flask app now, so that no request waits for it."""
        from oncocue.flask_app import Parts, create_flask_app

        with self._making:
            if self._flask is None:
                parts = Parts(self._settings, self._guidance, self._front)
                self._flask = create_flask_app(parts)
                _settle()
            return self._flask

    def load_order_rules(self) -> None:
        """Read the order rules now, so that the first order does not wait for them."""
        self._front.answers.order_rules()

    def test_client(self) -> FlaskClient:
        """A client for tests, as every Flask app has one."""
        return self.flask.test_client()


def create_app(
    settings: Settings,
    callers: Callers,
    memory: CardMemory | None = None,
    watches: tuple[Watch, ...] = (),
    limit: Wait = no_limit,
) -> Product:
    """The product for these callers; its Flask app is not made yet.

    `watches` are told of each answer. Without a memory, that of development is used.
    """
    log_as_json()
    guidance = load_guidance_of(settings)
    if memory is None:
        memory = development_memory()
        watches = (*watches, keep_at_once(memory.ledger))
    answers = hook_answers(
        guidance, callers, memory=memory, limit=limit, folder=settings.guidance.folder
    )
    cors = cors_headers(check_origins(settings.hooks.cors_origins))
    front = HookFront(answers, settings.hooks.most_body_bytes, watches, cors)
    # Draft orders need it at the first card: loaded here, it is settled with the rest.
    import_module("fhir.resources.R4B.servicerequest")
    _settle()
    return Product(settings, guidance, front)


def create_dev_app() -> Product:
    """What `serve --dev` serves: no configuration, no authentication, loopback only."""
    settings = load_settings(hooks={"profile": "sandbox"})
    return create_app(settings, development_caller(settings.hooks))


def _settle() -> None:
    """What is loaded now stays: taken out of the collector's sight, it costs no call anything."""
    gc.collect()
    gc.freeze()
