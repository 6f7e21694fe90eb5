"""The HTTP face: discovery and hook calls."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from cds_hooks.answer import Answer, HookAnswers, refusal
from cds_hooks.outcome import operation_outcome
from cds_hooks.services import DISCOVERY

blueprint = Blueprint("cds_hooks", __name__)
_LOG = structlog.get_logger("cds_hooks")
_ANSWERS = "ONCOCUE_HOOK_ANSWERS"


def attach(app: object, answers: HookAnswers) -> None:
    """Give a Flask app this face."""
    app.extensions[_ANSWERS] = answers  # type: ignore[attr-defined]
    app.register_blueprint(blueprint)  # type: ignore[attr-defined]


def _answers() -> HookAnswers:
    answers: HookAnswers = current_app.extensions[_ANSWERS]
    return answers


@blueprint.get(DISCOVERY)
def discovery() -> Response:
    """The services and the prefetch each asks for."""
    answers = _answers()
    return _respond("discovery", lambda: answers.discover(_authorization()))


@blueprint.post(f"{DISCOVERY}/<service_id>")
def call(service_id: str) -> Response:
    """One hook call."""
    answers = _answers()
    name = service_id if service_id in answers.services else "unknown"
    return _respond(name, lambda: answers.answer(service_id, _read_body, _authorization()))


def _authorization() -> str | None:
    """The header as it came. Tokens anywhere else, in the query say, are not looked at."""
    value: str | None = request.environ.get("HTTP_AUTHORIZATION")
    return value


def _read_body() -> bytes:
    return request.get_data(cache=False)


def _respond(name: str, answering: Callable[[], Answer]) -> Response:
    """The answer over HTTP, and its log line. A fault of ours is a 500, never empty cards."""
    started = time.perf_counter()
    try:
        answer = answering()
    except HTTPException:
        raise  # the body could not be read: too long, or cut off
    except Exception as fault:
        # The type alone: a message could quote the chart or a token.
        _LOG.error("hook_failed", service=name, fault=type(fault).__name__)
        answer = refusal(500, "The service failed on this request. It was not answered.")
    _log(name, answer, started)
    response = Response(answer.body, status=answer.status, mimetype="application/json")
    if answer.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _log(name: str, answer: Answer, started: float) -> None:
    milliseconds = round((time.perf_counter() - started) * 1000, 2)
    if answer.refused:
        _LOG.warning(
            "caller_refused",
            service=name,
            site=answer.site or "unknown",
            cause=answer.refused,
            milliseconds=milliseconds,
        )
        return
    _LOG.info(
        "hook_answered",
        service=name,
        site=answer.site,
        status=answer.status,
        cards=answer.cards,
        topics=list(answer.topics),
        silence=answer.silence,
        notes=answer.notes,
        milliseconds=milliseconds,
    )


def error_body(status: int, text: str) -> Response:
    """An OperationOutcome response."""
    return Response(operation_outcome(status, text), status=status, mimetype="application/json")
