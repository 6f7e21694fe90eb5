"""The HTTP face: discovery and hook calls."""

from __future__ import annotations

import time

import msgspec
import structlog
from flask import Blueprint, Response, current_app, request

from cds_hooks.answer import Answer, HookAnswers, refusal
from cds_hooks.outcome import operation_outcome

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


@blueprint.get("/cds-services")
def discovery() -> Response:
    """The services and the prefetch each asks for."""
    listed = [service.discovery() for service in _answers().services.values()]
    return Response(msgspec.json.encode({"services": listed}), mimetype="application/json")


@blueprint.post("/cds-services/<service_id>")
def call(service_id: str) -> Response:
    """One hook call. A fault of ours is a 500, never an empty list of cards."""
    started = time.perf_counter()
    try:
        answer = _answers().answer(service_id, request.get_data(cache=False))
    except Exception as fault:
        # The type alone: a message could quote the chart.
        _LOG.error("hook_failed", service=service_id[:64], fault=type(fault).__name__)
        answer = refusal(500, "The service failed on this request. It was not answered.")
    _log(service_id, answer, started)
    return Response(answer.body, status=answer.status, mimetype="application/json")


def _log(service_id: str, answer: Answer, started: float) -> None:
    known = service_id if service_id in _answers().services else "unknown"
    _LOG.info(
        "hook_answered",
        service=known,
        status=answer.status,
        cards=answer.cards,
        topics=list(answer.topics),
        silence=answer.silence,
        notes=answer.notes,
        milliseconds=round((time.perf_counter() - started) * 1000, 2),
    )


def error_body(status: int, text: str) -> Response:
    """An OperationOutcome response."""
    return Response(operation_outcome(status, text), status=status, mimetype="application/json")
