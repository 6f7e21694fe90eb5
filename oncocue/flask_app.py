"""The Flask app: every address but hook calls. Both faces and operations attach to it here.

Loaded late: a hook call does without it (`cds_hooks.front`). A blueprint that needs heavy libraries
imports them inside the function that attaches it, which is called from `create_flask_app`.
"""

from __future__ import annotations

import msgspec
from flask import Flask, Response
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from cds_hooks.front import HARDENING, HookFront
from cds_hooks.openapi import openapi
from cds_hooks.origins import ASKED, EXPOSED, METHODS, MOST_SECONDS, check_origins
from cds_hooks.routes import attach, error_body
from cds_hooks.services import DISCOVERY
from oncocue import __version__
from oncocue.settings import Settings
from oncology.guidance.library import Guidance

_WORDS = {
    404: "There is nothing at this address.",
    405: "This address does not answer this method.",
    413: "The request is longer than this service reads.",
}


class Parts(Struct, frozen=True):
    """What is made before the Flask app and shared with it."""

    settings: Settings
    guidance: Guidance
    front: HookFront


def create_flask_app(parts: Parts) -> Flask:
    """The Flask app over these parts."""
    app = Flask("oncocue", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = parts.settings.hooks.most_body_bytes
    attach(app, parts.front)
    _allow_origins(app, parts.settings)
    _add_operations(app, parts.guidance)
    _describe(app, parts)
    _add_smart_app(app, parts)
    return app


def _describe(app: Flask, parts: Parts) -> None:
    @app.get("/openapi.json")
    def describe() -> Response:
        """This face in OpenAPI 3.1."""
        hooks = parts.settings.hooks
        described = openapi(
            parts.front.answers.services.values(),
            hooks.public_url.rstrip("/"),
            __version__,
            signed=hooks.sites is not None,
        )
        return Response(msgspec.json.encode(described), mimetype="application/json")


def _allow_origins(app: Flask, settings: Settings) -> None:
    """Browsers of listed origins may call the paths of CDS Hooks: preflights are answered here."""
    if not settings.hooks.cors_origins:
        return
    from flask_cors import CORS

    allowed = {
        "origins": list(check_origins(settings.hooks.cors_origins)),
        "methods": METHODS,
        "allow_headers": ASKED,
        "expose_headers": EXPOSED,
        "max_age": MOST_SECONDS,
        "always_send": False,
    }
    CORS(app, resources={rf"{DISCOVERY}(/.*)?": allowed})


def _add_smart_app(app: Flask, parts: Parts) -> None:
    from oncocue.smart import attach_smart_app

    attach_smart_app(app, parts.settings, parts.guidance, parts.front)


def _add_operations(app: Flask, guidance: Guidance) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        """The process answers."""
        return _json({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        """Guidance is loaded."""
        return _json({"status": "ready", "guidanceVersion": guidance.version})

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HARDENING:
            response.headers.setdefault(name, value)
        return response

    @app.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> Response:
        status = error.code or 500
        answer = error_body(status, _WORDS.get(status, "The request could not be answered."))
        # RFC 9110 section 15.5.6: a 405 says which methods there are.
        answer.headers.extend(each for each in error.get_headers() if each[0] == "Allow")
        return answer


def _json(content: dict[str, str]) -> Response:
    return Response(msgspec.json.encode(content), mimetype="application/json")
