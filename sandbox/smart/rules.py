"""What SMART demands beyond OAuth 2: checked on every authorization and token request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, InvalidScopeError, OAuth2Error
from flask import Request
from werkzeug.datastructures import MultiDict

from sandbox.addresses import here
from sandbox.conduct.mood import Tokens
from sandbox.smart.ledger import Ledger
from sandbox.smart.scopes import BadScope, ScopeRules

# SMART App Launch 2.2, "Considerations for scope": state holds at least 122 bits; as base64url
# that is 21 characters.
_LEAST_STATE = 21
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_AUTHORIZE = (
    *("response_type", "client_id", "redirect_uri", "scope", "state", "aud"),
    *("code_challenge", "code_challenge_method"),
)
# Parameters that would change what the answer means and that this EHR does not offer.
_NOT_OFFERED = ("max_age", "request", "request_uri", "claims", "response_mode", "acr_values")
_FORM = "application/x-www-form-urlencoded"
_AUTHENTICATION = ("client_id", "client_secret", "client_assertion", "client_assertion_type")
_TOKEN = {
    "authorization_code": ("code", "redirect_uri", "code_verifier"),
    "refresh_token": ("refresh_token", "scope"),
}


def check_authorization(values: MultiDict[str, str], rules: ScopeRules, ledger: Ledger) -> None:
    """Raises InvalidRequestError or InvalidScopeError with the first fault of a request."""
    for fault in _request_faults(values):
        raise InvalidRequestError(fault)
    if values["response_type"] != "code":
        raise OAuth2Error(error="unsupported_response_type", description="Only codes are given.")
    try:
        granted = rules.grant(values["scope"]).split()
    except BadScope:
        raise InvalidScopeError("A scope is in neither grammar of SMART.") from None
    if not granted:
        raise InvalidScopeError("None of the scopes can be granted to this app.")
    for fault in _launch_faults(values, ledger):
        raise InvalidRequestError(fault)


def _request_faults(values: MultiDict[str, str]) -> Iterator[str]:
    for name in values:
        if len(values.getlist(name)) > 1:
            yield "A parameter is there more than once."
    for name in _AUTHORIZE:
        if not values.get(name):
            yield f"{name} is missing."
    if len(values["state"]) < _LEAST_STATE:
        yield "state is too short to hold 122 bits."
    if values["aud"] != here().fhir:
        yield "aud is not the address of this FHIR server."
    if values["code_challenge_method"] != "S256":
        yield "code_challenge_method must be S256."
    if not _CHALLENGE.fullmatch(values["code_challenge"]):
        yield "code_challenge is not one of S256."
    for name in _NOT_OFFERED:
        if name in values:
            yield f"{name} is not supported."


def _launch_faults(values: MultiDict[str, str], ledger: Ledger) -> Iterator[str]:
    asks = "launch" in values["scope"].split()
    if "launch" not in values:
        if asks:
            yield "The scope launch needs the parameter launch."
        return
    if not asks:
        yield "The parameter launch needs the scope launch."
    held = ledger.launches.get(values["launch"])
    if held is None or held.until <= ledger.now():
        yield "This launch is unknown, used or too old."
    elif held.client_id != values["client_id"]:
        yield "This launch is for another app."
    elif held.conduct != here().conduct.slug:
        yield "This launch is of another FHIR server."


def check_token_request(request: Request, rules: Tokens) -> None:
    """Raises InvalidRequestError for a token request that is not just what it should be."""
    for fault in _token_faults(request, rules):
        raise InvalidRequestError(fault)


def _token_faults(request: Request, rules: Tokens) -> Iterator[str]:
    form = request.form
    if request.mimetype != _FORM:
        yield f"The body must be {_FORM}."
    if request.query_string:
        yield "Parameters belong in the body, not in the address."
    for name in form:
        if len(form.getlist(name)) > 1:
            yield "A parameter is there more than once."
    known = ("grant_type", *_AUTHENTICATION, *_TOKEN.get(form.get("grant_type", ""), ()))
    for name in form:
        if name not in known:
            yield "There is a parameter that does not belong into a token request."
    yield from authentication_faults(request, rules)


def authentication_faults(request: Request, rules: Tokens) -> Iterator[str]:
    """What is wrong with how a client says who it is, before anything is verified."""
    ways: list[Any] = [
        request.headers.get("Authorization"),
        request.form.get("client_secret"),
        request.form.get("client_assertion"),
    ]
    proofs = len([way for way in ways if way])
    if proofs > 1:
        yield "A client may authenticate in one way only."  # RFC 6749, 2.3
    if request.form.get("client_secret") and "client_secret_post" not in rules.methods:
        yield "A secret belongs into HTTP Basic."
    if proofs and "client_id" in request.form and rules.client_id == "public":
        yield "Only public clients send client_id."  # SMART: "Omit for confidential apps"
