"""What the load benchmark serves: bare applications, and the product as production wires it."""

from __future__ import annotations

from typing import Any

import msgspec

from cds_hooks.request import HookRequest

_CARD = b'{"cards":[{"summary":"%s","indicator":"info","source":{"label":"bench"}}]}' % (b"x" * 230)
_DECODER = msgspec.json.Decoder(HookRequest)


def _answered(start_response: Any) -> tuple[bytes]:
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(_CARD)))]
    start_response("200 OK", headers)
    return (_CARD,)


def create_echo() -> Any:
    """Reads the whole body and answers a fixed card."""

    def echo(environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        return _answered(start_response)

    return echo


def create_decode_only() -> Any:
    """Decodes the body with the product's structs and answers a fixed card."""
    import gc

    def decode(environ: dict[str, Any], start_response: Any) -> Any:
        _DECODER.decode(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        return _answered(start_response)

    gc.collect()
    gc.freeze()
    return decode


def create_open_product() -> Any:
    """The product with database, audit and metrics, for callers that are not asked who they are."""
    from oncocue.clients import development_caller
    from oncocue.database.opening import open_database, open_engine
    from oncocue.recording import card_memory, metrics, recorder
    from oncocue.wiring import create_app, load_settings

    settings = load_settings()
    quick = open_engine(settings.database, durable=False)
    product = create_app(
        settings,
        development_caller(settings.hooks),
        card_memory(settings.record, open_database(settings.database)),
        (recorder(settings.record, quick, metrics(settings)),),
    )
    product.complete()
    return product
