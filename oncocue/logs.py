"""The log: one JSON object a line on stderr, with keys from a closed list and no request data."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from types import TracebackType

import msgspec
import structlog
from structlog.typing import EventDict, WrappedLogger

KEYS = frozenset(
    {
        *("event", "level", "timestamp"),
        *("service", "site", "status", "milliseconds", "cause", "silence"),
        *("cards", "drafts", "unresolved", "topics", "notes", "entries", "known", "dropped"),
        *("address", "why", "fault", "places", "library"),
        *("ref", "code", "detail", "from_ehr", "type", "created"),
    }
)
"""All a log line may hold. Each of them is a word, a number or an address of the configuration."""

# What is no JSON is told by its type: what it holds could be of a chart.
_ENCODER = msgspec.json.Encoder(enc_hook=lambda value: type(value).__name__)


def log_as_json() -> None:
    """Set the log up, for the product's own lines and those of libraries."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_listed,
            _to_json,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.BytesLoggerFactory(file=sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    if not any(isinstance(each, WithoutWords) for each in root.handlers):
        root.addHandler(WithoutWords(logging.WARNING))
    sys.excepthook = _crashed
    threading.excepthook = lambda crash: _crashed(
        crash.exc_type, crash.exc_value, crash.exc_traceback
    )


def keep_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop every key that is not in the list, and count them."""
    dropped = event.keys() - KEYS
    if dropped:
        return {**{key: event[key] for key in event if key in KEYS}, "dropped": len(dropped)}
    return event


def _to_json(_: WrappedLogger, __: str, event: EventDict) -> bytes:
    """The line. Every call writes one: the standard library takes three times as long."""
    return _ENCODER.encode(event)


class WithoutWords(logging.Handler):
    """Tells that a library logged, and where. Its words may hold an address with a patient's id."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        fault = record.exc_info[0] if record.exc_info else None
        line = {
            "library": record.name,
            "level": record.levelname.lower(),
            "places": [f"{record.module}:{record.lineno}"],
            "fault": fault.__name__ if fault else "",
            "event": "library_logged",
        }
        print(json.dumps(line), file=sys.stderr)


def _crashed(
    kind: type[BaseException], fault: BaseException | None, trace: TracebackType | None
) -> None:
    """What Python prints when a program or thread ends by a fault: where, never with what."""
    if issubclass(kind, KeyboardInterrupt):
        return
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(trace)]
    line = {"fault": kind.__name__, "places": places, "event": "crashed", "level": "critical"}
    print(json.dumps(line), file=sys.stderr)
