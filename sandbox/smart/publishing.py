"""The SMART configuration as it is served: at the place and with the faults of the conduct."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify

from sandbox.addresses import conduct_here, here, take_conduct
from sandbox.smart.discovery import smart_configuration
from sandbox.smart.faulty import faulty_configuration

WEB_PAGE = "<!doctype html><title>Sign in</title><h1>Sign in</h1><p>This is not what you asked for."


def configuration(place: str, kinds: tuple[str, ...]) -> Response:
    """The answer to a request for smart-configuration at a place: `base` or `root`."""
    conduct = conduct_here()
    if "configuration-down" in conduct.faults:
        return Response(WEB_PAGE, status=503, mimetype="text/html")
    if conduct.mood.discovery.place != place or "no-configuration" in conduct.faults:
        abort(404)
    if "configuration-page" in conduct.faults:
        return Response(WEB_PAGE, mimetype="text/html")
    return jsonify(faulty_configuration(smart_configuration(here(), kinds), here()))


def root_routes(kinds: tuple[str, ...]) -> Blueprint:
    """The blueprint for moods whose configuration lies beside the FHIR base."""
    root = Blueprint("root", __name__)
    root.url_value_preprocessor(take_conduct)

    @root.get("/.well-known/smart-configuration")
    def beside() -> Response:
        """SMART's discovery document at the wrong place, where one vendor has it."""
        return configuration("root", kinds)

    return root
