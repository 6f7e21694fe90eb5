"""The browser: the one cookie that binds launches to it, and what its pages may do."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import Flask, Response, request, session
from flask_wtf.csrf import generate_csrf
from secure import (
    ContentSecurityPolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
)
from werkzeug.wrappers import Response as AnyResponse

from smartapp.sessions.session import new_browser

_BROWSER = "browser"
_A_YEAR = 365 * 24 * 3600
_SECONDS_OF_AN_ATTEMPT = 600
_ATTRIBUTES: dict[str, Any] = {
    "path": "/",
    "secure": True,
    "httponly": True,
    "samesite": "None",
    "partitioned": True,
}


def set_cookie_rules(app: Flask, secrets: Sequence[str]) -> None:
    """One signed cookie: kept in a frame of another site, never in clear, never read by scripts.

    It holds a random mark of the browser and the secret of its forms; launches, patients and
    tokens are on the server. The first secret signs, the others are still taken.
    """
    app.secret_key = secrets[0]
    app.config.update(
        SECRET_KEY_FALLBACKS=list(secrets[1:]),
        SESSION_COOKIE_NAME="__Host-oncocue",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="None",
        SESSION_COOKIE_PARTITIONED=True,
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_DOMAIN=None,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
    )


def known_browser() -> str | None:
    """The mark in the cookie of this request; None when none came."""
    browser = session.get(_BROWSER)
    return browser if isinstance(browser, str) and browser else None


def browser_here() -> str:
    """The mark of this browser, given to it when it has none."""
    browser = known_browser()
    if browser is None:
        browser = session[_BROWSER] = new_browser()
        # Now, and not at the first form: two charts that open at once would each make one, and
        # the browser would keep the last.
        generate_csrf()
    return browser


def protect(
    response: Response, ancestors: tuple[str, ...], forms_to: tuple[str, ...], https: bool
) -> None:
    """Security headers of a page: who may embed it, where its forms may lead, nothing kept."""
    policy = (
        ContentSecurityPolicy()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .form_action("'self'", *forms_to)
        .base_uri("'none'")
        .frame_ancestors(*(ancestors or ("'none'",)))
    )
    headers = Secure(
        csp=policy,
        # Not "no-referrer": with that, browsers send our own forms with an Origin of "null".
        referrer=ReferrerPolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone(),
        hsts=StrictTransportSecurity().max_age(_A_YEAR) if https else None,
        xcto=XContentTypeOptions().nosniff(),
    )
    for name, value in headers.headers.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"


def mark_attempt(response: AnyResponse, state: str, browser: str) -> None:
    """Give a fresh browser its mark once more, under this attempt's own name.

    Two charts that open at once in a fresh browser each get a mark, and the browser keeps the last
    one in its cookie: this one brings the other attempt home too.
    """
    response.set_cookie(
        _attempt_cookie(state), browser, max_age=_SECONDS_OF_AN_ATTEMPT, **_ATTRIBUTES
    )


def attempt_mark(state: str) -> str | None:
    """The mark under this attempt's own name, if it came."""
    return request.cookies.get(_attempt_cookie(state))


def forget_attempt(response: AnyResponse, state: str) -> None:
    """Take that cookie away, if it came."""
    if attempt_mark(state) is not None:
        response.delete_cookie(_attempt_cookie(state), **_ATTRIBUTES)


def _attempt_cookie(state: str) -> str:
    return f"__Host-oncocue-{sha256(state.encode()).hexdigest()[:16]}"
