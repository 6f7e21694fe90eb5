"""Hook calls answered in front of Flask: over real sockets, whole bodies only, as hardened."""

from __future__ import annotations

import gzip
import io
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from cds_hooks.front import HookFront, Unreadable, read_body
from cds_hooks.routes import attach
from oncocue.clients import development_caller
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import Product, create_app
from tests.support.hook_calls import product, request_for
from tests.support.servers import running_product

PATH = "/cds-services/biomarker-testing"
BODY = json.dumps(request_for("lung-adenocarcinoma-partial-results")).encode()
LIMIT = 1_000_000


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The product as `serve --dev` runs it, with a limit of one megabyte."""
    with running_product({"ONCOCUE__HOOKS__MOST_BODY_BYTES": str(LIMIT)}) as port:
        yield port


def _exchange(port: int, *sent: bytes, pause: float = 0.0, close: bool = False) -> bytes:
    """What a server answers to these bytes, sent one after another."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        for part in sent:
            connection.sendall(part)
            time.sleep(pause)
        if close:
            connection.shutdown(socket.SHUT_WR)
        return _answer(connection)


def _answer(connection: socket.socket) -> bytes:
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
        head, found, body = received.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            break
    return received


def _length(head: bytes) -> int:
    lines = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(lines[0].partition(b":")[2]) if lines else 0


def _head(*lines: str, path: str = PATH) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def _outcome(answer: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


@pytest.mark.conformance("cds-hooks", 2)
def test_a_call_is_answered_with_hardened_headers(port: int) -> None:
    """The card, as JSON, never to be kept or sniffed."""
    answer = _exchange(port, _head(f"Content-Length: {len(BODY)}"), BODY)
    head = answer.partition(b"\r\n\r\n")[0].lower()

    status, content = _outcome(answer)
    assert status == 200
    assert len(content["cards"]) == 1
    for line in (b"content-type: application/json", b"cache-control: no-store", b"nosniff"):
        assert line in head


def test_a_body_in_chunks_is_read(port: int) -> None:
    """Without Content-Length, the transfer coding marks the end."""
    chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (BODY[:1000], BODY[1000:])]

    status, content = _outcome(
        _exchange(port, _head("Transfer-Encoding: chunked"), *chunks, b"0\r\n\r\n", pause=0.05)
    )

    assert (status, len(content["cards"])) == (200, 1)


def test_a_body_over_the_limit_is_refused_before_it_comes(port: int) -> None:
    """Its announced length is enough: not one byte of it was sent."""
    status, outcome = _outcome(_exchange(port, _head(f"Content-Length: {LIMIT + 1}")))

    assert status == 413
    assert outcome["issue"][0]["code"] == "too-long"


def test_an_endless_body_in_chunks_is_refused_at_the_limit(port: int) -> None:
    """What announces no length is read up to the limit and no further."""
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        sender = threading.Thread(target=_send_for_ever, args=(connection, chunk), daemon=True)
        sender.start()
        answer = _answer(connection)

    assert _outcome(answer)[0] == 413


def _send_for_ever(connection: socket.socket, chunk: bytes) -> None:
    try:
        connection.sendall(_head("Transfer-Encoding: chunked"))
        for _ in range(1000):
            connection.sendall(chunk)
    except OSError:
        pass  # the answer came and the connection is gone


def test_a_compressed_body_is_refused_unread(port: int) -> None:
    """A thousand bytes that would become a gigabyte are not unpacked."""
    bomb = gzip.compress(b" " * 10_000_000)
    head = _head(f"Content-Length: {len(bomb)}", "Content-Encoding: gzip")

    status, outcome = _outcome(_exchange(port, head))

    assert status == 415
    assert "Content-Encoding" in outcome["issue"][0]["diagnostics"]


def test_a_body_cut_off_is_no_request(port: int) -> None:
    """Half a chart is never judged: 400, or a closed connection; and the server lives on."""
    answer = _exchange(port, _head(f"Content-Length: {len(BODY)}"), BODY[:5000], close=True)
    assert not answer or _outcome(answer)[0] == 400

    status, _ = _outcome(_exchange(port, _head(f"Content-Length: {len(BODY)}"), BODY))
    assert status == 200


@pytest.mark.conformance("cds-hooks", 8, 23)
def test_everything_else_is_flasks(port: int) -> None:
    """Discovery, operations, unknown addresses and wrong methods, each hardened alike."""
    for path, method, expected in (
        ("/cds-services", "GET", 200),
        ("/healthz", "GET", 200),
        (PATH, "GET", 405),
        ("/cds-services/a/b", "POST", 404),
        ("/cds-services/nothing", "POST", 404),
        ("/nothing", "GET", 404),
    ):
        head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode()
        answer = _exchange(port, head)
        status, _ = _outcome(answer)
        assert status == expected, path
        assert b"cache-control: no-store" in answer.lower(), path


def test_both_roads_give_one_answer() -> None:
    """The Flask app alone answers a hook call as the front does."""
    front = HookFront(product())
    app = Flask("both")
    attach(app, front)
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": PATH,
        "CONTENT_LENGTH": str(len(BODY)),
        "wsgi.input": io.BytesIO(BODY),
    }
    told: list[Any] = []

    [direct] = front(environ, lambda *start: told.append(start))  # type: ignore[arg-type]
    flask = app.test_client().post(PATH, data=BODY)

    assert told[0][0] == flask.status == "200 OK"
    assert dict(told[0][1]).items() <= dict(flask.headers).items() | {
        ("Content-Length", str(len(direct)))
    }
    assert _without_ids(json.loads(direct)) == _without_ids(flask.json)


def _without_ids(content: Any) -> Any:
    if isinstance(content, dict):
        return {
            key: _without_ids(value)
            for key, value in content.items()
            if key not in ("uuid", "appContext", "id")
        }
    return [_without_ids(each) for each in content] if isinstance(content, list) else content


def test_flask_is_made_on_its_first_request_only() -> None:
    """A hook call in development waits for no framework; both are one product."""
    settings = Settings()
    whole = create_app(settings, development_caller(HooksSection(profile="sandbox")))
    assert isinstance(whole, Product)
    assert whole._flask is None

    assert whole.test_client().get("/healthz").status_code == 200
    assert whole._flask is whole.flask


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"CONTENT_LENGTH": "11"}, 413),
        ({"CONTENT_LENGTH": "9" * 4000}, 400),
        ({"CONTENT_LENGTH": "-1"}, 400),
        ({"CONTENT_LENGTH": "ten"}, 400),
        ({"CONTENT_LENGTH": "²"}, 400),
        ({"CONTENT_LENGTH": "6"}, 400),
        ({"CONTENT_LENGTH": "5", "HTTP_CONTENT_ENCODING": "gzip"}, 415),
        ({"CONTENT_LENGTH": "5", "HTTP_CONTENT_ENCODING": "deflate, gzip"}, 415),
    ],
)
def test_a_body_that_cannot_be_read_whole_is_refused(environ: dict[str, str], status: int) -> None:
    """Too long, compressed, cut off, or of a length that is no number."""
    with pytest.raises(Unreadable) as refused:
        read_body({**environ, "wsgi.input": io.BytesIO(b"12345")}, 10)

    assert refused.value.answer.status == status


def test_a_stream_that_gives_little_at_a_time_is_read_to_its_end() -> None:
    """Servers may hand a body on in parts."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 2))

    assert read_body({"CONTENT_LENGTH": "5", "wsgi.input": Slow(b"12345678")}, 10) == b"12345"


def test_without_a_length_there_is_no_body() -> None:
    """Nothing is waited for that is not announced."""
    assert read_body({"wsgi.input": io.BytesIO(b"12345")}, 10) == b""
