"""The addresses of the authorization server."""

from __future__ import annotations

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from flask import Blueprint, Response, abort, jsonify, render_template, request

from sandbox.addresses import conduct_here, faults_here, here, take_conduct
from sandbox.smart.asking import Refused, read_request
from sandbox.smart.chooser import Chooser
from sandbox.smart.discovery import openid_configuration
from sandbox.smart.publishing import WEB_PAGE
from sandbox.smart.rules import authentication_faults, check_token_request
from sandbox.smart.server import SmartServer


def smart_routes(server: SmartServer, chooser: Chooser) -> Blueprint:
    """The blueprint of /auth/…; registered once for the plain conduct and once for the others."""
    smart = Blueprint("smart", __name__)
    smart.url_value_preprocessor(take_conduct)

    @smart.route("/authorize", methods=["GET", "POST"])
    def authorize() -> Response | str:
        """An authorization request, by address or by form (the capability authorize-post)."""
        asked = read_request(server.registry)
        launch = server.ledger.launches.get(asked.values.get("launch"))
        if fault := server.fault_of(asked, launch.context if launch else None):
            return fault
        if launch:
            return server.authorize(asked, launch.context)
        return chooser.page(asked)

    @smart.post("/choose")
    def choose() -> Response:
        """What the user chose on the page of a standalone launch."""
        asked, context = chooser.chosen(request.form)
        return server.authorize(asked, context)

    @smart.post("/token")
    def token() -> Response:
        """Codes and refresh tokens against access tokens."""
        held = server.ledger.about(request.form.get("code"), request.form.get("refresh_token"))
        if "token-down" in faults_here(held.faults if held else frozenset()):
            return Response(WEB_PAGE, status=503, mimetype="text/html")
        try:
            check_token_request(request, conduct_here().mood.tokens)
        except OAuth2Error as error:
            return server.refuse(error)
        return server.create_token_response()

    @smart.post("/revoke")
    def revoke() -> Response:
        """RFC 7009."""
        return _endpoint("revocation", conduct_here().mood.discovery.revocation)

    @smart.post("/introspect")
    def introspect() -> Response:
        """RFC 7662."""
        return _endpoint("introspection", conduct_here().mood.discovery.introspection)

    def _endpoint(name: str, is_offered: bool) -> Response:
        if not is_offered:
            abort(404)
        for fault in authentication_faults(request, conduct_here().mood.tokens):
            return server.refuse(InvalidRequestError(fault))
        return server.create_endpoint_response(name)

    @smart.get("/jwks")
    def jwks() -> Response:
        """The keys of ID tokens."""
        return jsonify(server.keys.id_token_jwks())

    @smart.get("/.well-known/openid-configuration")
    @smart.get("/<path:issuer>/.well-known/openid-configuration")
    def openid(issuer: str = "") -> Response:
        """Discovery of the issuer of ID tokens, and of no other."""
        if issuer != conduct_here().mood.discovery.id_token_issuer.strip("/"):
            abort(404)
        return jsonify(openid_configuration(here()))

    @smart.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[str, int]:
        """A request that must not be answered at its redirect_uri: RFC 6749, 4.1.2.1."""
        page = render_template(
            "error.html", status=400, title="The app's request is refused", words=str(refusal)
        )
        return page, 400

    return smart
