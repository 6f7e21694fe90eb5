"""The HTTP face of hook calls: a small WSGI application, since a framework costs as much as a call.

It answers `POST /cds-services/{id}`; everything else belongs to the Flask application behind it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import structlog
from msgspec import Struct

from cds_hooks.answer import Answer, HookAnswers, refusal
from cds_hooks.request import Body
from cds_hooks.services import DISCOVERY
from cds_hooks.unreachable import Unreachable

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

Watch = Callable[[str, Answer, float], None]
"""Told of each answer: the service's id (or `unknown`), the answer, the milliseconds it took."""

HARDENING = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; frame-ancestors 'self'",
    ),
)
"""Headers of every answer that does not set its own."""

_LOG = structlog.get_logger("cds_hooks")
_PREFIX = f"{DISCOVERY}/"
_LENGTH_DIGITS = 18
_PIECE_BYTES = 128 * 1024
_REASONS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    412: "412 Precondition Failed",
    413: "413 Content Too Large",
    415: "415 Unsupported Media Type",
    429: "429 Too Many Requests",
    500: "500 Internal Server Error",
    503: "503 Service Unavailable",
}


class Unreadable(Exception):
    """A body that is not read, or not to its end; holds the answer to it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.answer = refusal(status, text)


class HookFront(Struct, frozen=True):
    """Answers hook calls. `watches` are told of each; `cors` gives headers for an Origin."""

    answers: HookAnswers
    most_body_bytes: int = 32 * 1024 * 1024
    watches: tuple[Watch, ...] = ()
    cors: Callable[[str], tuple[tuple[str, str], ...]] = lambda origin: ()

    def takes(self, environ: dict[str, Any]) -> bool:
        """Whether a request is a hook call, so for this application."""
        path: str = environ["PATH_INFO"]
        return (
            environ["REQUEST_METHOD"] == "POST"
            and path.startswith(_PREFIX)
            and "/" not in path[len(_PREFIX) :]
        )

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """WSGI: the answer to one hook call."""
        service_id = environ["PATH_INFO"][len(_PREFIX) :]
        answer = self.run(
            service_id if service_id in self.answers.services else "unknown",
            lambda: self.answers.answer(
                service_id,
                lambda: read_body(environ, self.most_body_bytes),
                environ.get("HTTP_AUTHORIZATION"),
            ),
        )
        headers = [("Content-Type", "application/json"), *HARDENING, *answer.headers]
        headers.append(("Content-Length", str(len(answer.body))))
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None:
            headers += self.cors(origin)
        start_response(_REASONS.get(answer.status, f"{answer.status} Answer"), headers)
        return (answer.body,)

    def run(self, name: str, answering: Callable[[], Answer]) -> Answer:
        """The answer, told to the log and the watches.

        A fault of ours is a 500, never empty cards.
        """
        started = time.perf_counter()
        try:
            answer = answering()
        except Unreadable as unreadable:
            answer = unreadable.answer
        except Unreachable as fault:
            _LOG.error("database_unreachable", service=name, fault=str(fault))
            answer = refusal(503, "The service cannot answer now. Ask again later.")
        except Exception as fault:
            # The type alone: a message could quote the chart or a token.
            _LOG.error("hook_failed", service=name, fault=type(fault).__name__)
            answer = refusal(500, "The service failed on this request. It was not answered.")
        milliseconds = (time.perf_counter() - started) * 1000
        _log(name, answer, milliseconds)
        self.tell(name, answer, milliseconds)
        return answer

    def tell(self, name: str, answer: Answer, milliseconds: float = 0.0) -> None:
        """Tell the watches of an answer."""
        for watch in self.watches:
            try:
                watch(name, answer, milliseconds)
            except Exception as fault:
                # What counts and records may fail; the answer is given all the same.
                _LOG.error("watch_failed", service=name, fault=type(fault).__name__)


def read_body(environ: dict[str, Any], most_bytes: int) -> Body:
    """The body of a request, whole.

    Raises Unreadable without reading for one that is too long or compressed, and for one that
    ends before its announced length.
    """
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Unreadable(415, "Bodies are read as they are: send no Content-Encoding.")
    announced: str = environ.get("CONTENT_LENGTH") or ""
    if not announced:
        # Without a length only a body that marks its own end can be read (RFC 9112 section 6.3).
        body = environ["wsgi.input"].read(most_bytes + 1) if _ends_itself(environ) else b""
        if len(body) > most_bytes:
            raise _too_long()
        return bytes(body)
    if not (announced.isascii() and announced.isdigit() and len(announced) <= _LENGTH_DIGITS):
        raise Unreadable(400, "Content-Length is not a number.")
    length = int(announced)
    if length > most_bytes:
        raise _too_long()
    body = _read_exactly(environ["wsgi.input"], length)
    if len(body) < length:
        raise Unreadable(400, "The body ended before its Content-Length.")
    return body


def _too_long() -> Unreadable:
    return Unreadable(413, "The request is longer than this service reads.")


def _ends_itself(environ: dict[str, Any]) -> bool:
    return bool(
        environ.get("wsgi.input_terminated")
        or environ.get("HTTP_TRANSFER_ENCODING")
        or environ.get("SERVER_PROTOCOL", "").startswith("HTTP/2")
    )


def _read_exactly(stream: Any, length: int) -> bytearray:
    """Up to `length` bytes. A stream may give less than it is asked for before its end.

    Piece by piece: a server that is asked for all at once holds it several times.
    """
    whole = bytearray()
    while left := length - len(whole):
        piece = stream.read(min(left, _PIECE_BYTES))
        if not piece:
            break
        whole += piece
    return whole


def _log(name: str, answer: Answer, milliseconds: float) -> None:
    taken = round(milliseconds, 2)
    if answer.refused:
        _LOG.warning(
            "caller_refused",
            service=name,
            site=answer.site or "unknown",
            cause=answer.refused,
            milliseconds=taken,
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
        unresolved=answer.unresolved,
        milliseconds=taken,
    )
