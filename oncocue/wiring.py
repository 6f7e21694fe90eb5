"""Wiring: settings in, the product out. The one place where parts meet."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

import msgspec
import structlog
from flask import Flask, Response, send_from_directory
from pydantic import SecretStr
from werkzeug.exceptions import HTTPException

from cds_hooks.answer import HookAnswers
from cds_hooks.client import Callers
from cds_hooks.routes import attach, error_body
from cds_hooks.services import services
from oncocue.clients import development_caller
from oncocue.folders import guidance_folder
from oncocue.settings import HooksSection, Settings
from oncology.guidance.library import Guidance
from oncology.guidance.load import load_guidance

_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not answer this method.",
    413: "The request is longer than this service reads.",
}


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
    return load_guidance(settings.guidance.folder or guidance_folder())


def hook_answers(
    guidance: Guidance, callers: Callers, today: Callable[[], date] = date.today
) -> HookAnswers:
    """Everything a hook call needs."""
    return HookAnswers(
        services=services(guidance.terminology), guidance=guidance, callers=callers, today=today
    )


def create_app(settings: Settings, callers: Callers) -> Flask:
    """The WSGI application for these callers."""
    _log_as_json()
    app = Flask("oncocue", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.hooks.most_body_bytes
    guidance = load_guidance_of(settings)
    attach(app, hook_answers(guidance, callers))
    _add_operations(app, guidance)
    # Draft orders need it at the first card: loaded here, it is frozen with the rest.
    import_module("fhir.resources.R4B.servicerequest")
    # What is loaded now stays: taken out of the collector's sight, it costs no call anything.
    gc.collect()
    gc.freeze()
    return app


def create_dev_app() -> Flask:
    """What `serve --dev` serves: no configuration, no authentication, loopback only."""
    settings = load_settings(hooks=HooksSection(profile="sandbox"))
    return create_app(settings, development_caller(settings.hooks))


def _add_operations(app: Flask, guidance: Guidance) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers."""
        return _json({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        """Guidance is loaded."""
        return _json({"status": "ready", "guidanceVersion": guidance.version})

    @app.get("/launch.html")
    def launch() -> Response:
        """The SMART entry page."""
        return send_from_directory(guidance_folder().parent, "launch.html")

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; frame-ancestors 'self'",
        )
        return response

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        status = error.code or 500
        return error_body(status, _WORDS.get(status, "The request could not be answered."))


def _json(content: dict[str, str]) -> Response:
    return Response(msgspec.json.encode(content), mimetype="application/json")


def _log_as_json() -> None:
    """One JSON object a line on stderr, without request data."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
