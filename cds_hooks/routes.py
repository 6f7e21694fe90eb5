"""The Flask part of this face: discovery, and hook calls for whoever serves the Flask app alone."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request

from cds_hooks.answer import Answer
from cds_hooks.front import HookFront, read_body
from cds_hooks.outcome import operation_outcome
from cds_hooks.services import DISCOVERY

blueprint = Blueprint("cds_hooks", __name__)
_MOST_FEEDBACK_BYTES = 1024 * 1024
_FRONT = "ONCOCUE_HOOK_FRONT"


def attach(app: Flask, front: HookFront) -> None:
    """Give a Flask app this face."""
    app.extensions[_FRONT] = front
    app.register_blueprint(blueprint)


def _front() -> HookFront:
    front: HookFront = current_app.extensions[_FRONT]
    return front


@blueprint.get(DISCOVERY)
def discovery() -> Response:
    """The services and the prefetch each asks for."""
    # The header as it came. Tokens anywhere else, in the query say, are not looked at.
    authorization = request.environ.get("HTTP_AUTHORIZATION")
    front = _front()
    answer = front.run("discovery", lambda: front.answers.discover(authorization))
    return _response(answer)


@blueprint.post(f"{DISCOVERY}/<service_id>")
def call(service_id: str) -> Response:
    """One hook call; in production the front answers it before it comes here."""
    return Response.from_app(_front(), request.environ)  # type: ignore[return-value]


@blueprint.post(f"{DISCOVERY}/<service_id>/feedback")
def feedback(service_id: str) -> Response:
    """What users did with cards."""
    front = _front()
    environ = request.environ
    answer = front.run(
        "feedback",
        lambda: front.answers.take_feedback(
            service_id,
            lambda: read_body(environ, _MOST_FEEDBACK_BYTES),
            environ.get("HTTP_AUTHORIZATION"),
        ),
    )
    return _response(answer)


def _response(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, mimetype="application/json")
    response.headers.extend(answer.headers)
    return response


def error_body(status: int, text: str) -> Response:
    """An OperationOutcome response."""
    return Response(operation_outcome(status, text), status=status, mimetype="application/json")
