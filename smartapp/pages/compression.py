"""Smaller answers: what a browser asked for is sent compressed, what it sent is not answered so.

A compressed page can be guessed from its length when it holds a secret beside words that a
stranger chose (BREACH). No page asked for by GET repeats anything of its request: the address
holds words from closed lists, and a chart is read once. The answer to a form repeats what was
sent in it, so it goes uncompressed.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, request
from flask_compress import Compress

# Browsers know both; what else the library offers is not needed.
_ALGORITHMS = ["br", "gzip"]


def compressing(app: Flask) -> Callable[[Response], Response]:
    """What to do to each answer of the pages of this app."""
    app.config["COMPRESS_REGISTER"] = False
    app.config["COMPRESS_ALGORITHM"] = _ALGORITHMS
    compress = Compress(app)

    def compressed(response: Response) -> Response:
        # What is made while it is sent would wait in the compressor.
        is_made_meanwhile = response.is_streamed and not response.direct_passthrough
        if request.method != "GET" or is_made_meanwhile:
            return response
        if response.direct_passthrough:  # a file: small, and as a whole gzip does too
            response.direct_passthrough = False
            response.get_data()
        return compress.after_request(response)

    return compressed
