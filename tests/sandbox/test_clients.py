"""How confidential apps prove who they are: a secret by HTTP Basic, or a signed assertion."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from sandbox.smart.clients import RegisteredApp
from tests.sandbox.conftest import running
from tests.sandbox.dance import CALLBACK, Dance

TOKEN = "http://localhost/auth/token"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SECRET = "s:e%c r€t+"
BASIC = RegisteredApp(
    "basic-app", "Basic", (CALLBACK,), method="client_secret_basic", secret=SECRET
)
ES384 = ECKey.generate_key("P-384", {"alg": "ES384", "use": "sig", "kid": "es"})
RS384 = RSAKey.generate_key(2048, {"alg": "RS384", "use": "sig", "kid": "rs"})
STRANGER = ECKey.generate_key("P-384", {"alg": "ES384", "use": "sig", "kid": "es"})
KEYS = KeySet([ES384, RS384]).as_dict(private=False)
SIGNED = RegisteredApp("signed-app", "Signed", (CALLBACK,), method="private_key_jwt", keys=KEYS)


def _claims(**changes: Any) -> dict[str, Any]:
    good = {
        "iss": "signed-app",
        "sub": "signed-app",
        "aud": TOKEN,
        "exp": int(time.time()) + 200,
        "jti": str(uuid4()),
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def _signed(key: Any = ES384, header: dict[str, Any] | None = None, **claims: Any) -> str:
    usual = {"alg": key.get("alg"), "kid": key.kid, "typ": "JWT"}
    head = {name: value for name, value in {**usual, **(header or {})}.items() if value is not None}
    return jwt.encode(head, _claims(**claims), key, algorithms=[head["alg"]])


def _prove(dance: Dance, assertion: str, **changes: Any) -> Any:
    proof = {"client_assertion_type": ASSERTION, "client_assertion": assertion, "client_id": None}
    return dance.exchange(dance.code(), **{**proof, **changes})


@pytest.fixture
def signed(client: FlaskClient) -> Dance:
    """An app with its keys on file."""
    dance = Dance(client, SIGNED)
    dance.ehr.smart.registry.register(SIGNED)
    return dance


@pytest.fixture
def basic(client: FlaskClient) -> Dance:
    """An app with a secret."""
    dance = Dance(client, BASIC)
    dance.ehr.smart.registry.register(BASIC)
    return dance


@pytest.mark.parametrize("key", [ES384, RS384], ids=["ES384", "RS384"])
def test_both_algorithms_of_the_standard_are_taken(signed: Dance, key: Any) -> None:
    """SMART 2.2: servers support RS384 and ES384."""
    assert _prove(signed, _signed(key)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "someone"},
        {"sub": "someone"},
        {"iss": None},
        {"sub": None},
        {"aud": None},
        {"aud": "http://localhost/auth"},
        {"aud": f"{TOKEN}/"},
        {"aud": [TOKEN, "http://elsewhere.example/"]},
        {"exp": None},
        {"exp": int(time.time()) - 120},
        {"exp": int(time.time()) + 3600},
        {"exp": "soon"},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(signed: Dance, claims: dict[str, Any]) -> None:
    """Each claim is looked at."""
    answer = _prove(signed, _signed(**claims))
    assert answer.status_code in (400, 401)
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "header",
    [{"typ": "at+jwt"}, {"kid": "rs"}, {"kid": "unknown"}, {"jku": "http://evil/"}],
)
def test_an_assertion_with_a_wrong_header_is_refused(signed: Dance, header: dict[str, Any]) -> None:
    """typ, kid, and a jku that is not the registered one."""
    assert _prove(signed, _signed(header=header)).get_json()["error"] == "invalid_client"


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _by_hand(algorithm: str) -> str:
    head = {"alg": algorithm, "kid": "es", "typ": "JWT"}
    return f"{_part(json.dumps(head).encode())}.{_part(json.dumps(_claims()).encode())}"


def _unsigned() -> str:
    return f"{_by_hand('none')}."


def _by_public_key() -> str:
    signed = _by_hand("HS256")
    mac = hmac.digest(ES384.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{_part(mac)}"


@pytest.mark.parametrize(
    "make",
    [
        lambda: _signed(STRANGER),
        _unsigned,
        _by_public_key,
        lambda: _signed()[:-4] + "AAAA",
        lambda: "",
        lambda: "no.jwt.here",
        lambda: "e30.e30.e30",
    ],
)
def test_an_assertion_that_the_app_did_not_sign_is_refused(signed: Dance, make: Any) -> None:
    """A stranger's key, alg none, a public key taken for a secret, a broken signature."""
    assert _prove(signed, make()).get_json()["error"] == "invalid_client"


def test_an_assertion_is_good_once(signed: Dance) -> None:
    """Its jti is remembered."""
    assertion = _signed()
    assert _prove(signed, assertion).status_code == 200
    assert _prove(signed, assertion).get_json()["error"] == "invalid_client"


def test_an_app_with_keys_cannot_do_without(signed: Dance) -> None:
    """The public launcher lets it in as if it were public."""
    assert signed.exchange(signed.code()).get_json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changes", [{"client_id": "signed-app"}, {"client_secret": "x"}, {"state": "s" * 30}]
)
def test_what_does_not_belong_beside_an_assertion_is_refused(
    signed: Dance, changes: dict[str, Any]
) -> None:
    """SMART: confidential apps leave client_id out; one way of authentication."""
    assert _prove(signed, _signed(), **changes).get_json()["error"] == "invalid_request"


def test_a_refresh_needs_the_proof_too(signed: Dance) -> None:
    """A stolen refresh token alone is worth nothing."""
    token = _prove(signed, _signed()).get_json()["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": token}
    proof = {"client_assertion_type": ASSERTION, "client_assertion": _signed()}

    alone = signed.post_token({**form, "client_id": "signed-app"})
    assert alone.get_json()["error"] == "invalid_client"
    assert signed.post_token({**form, **proof}).status_code == 200


@pytest.fixture
def served() -> Iterator[tuple[dict[str, Any], str]]:
    """A JWKS that a test can change, and its address."""
    document: dict[str, Any] = {"keys": []}
    app = Flask("keys")
    app.add_url_rule("/jwks.json", view_func=lambda: document)
    with running(app) as address:
        yield document, f"{address}/jwks.json"


def test_keys_at_an_address_may_rotate(
    client: FlaskClient, served: tuple[dict[str, Any], str]
) -> None:
    """A new key is good as soon as it is served, an old one ends when it is taken away."""
    document, address = served
    dance = Dance(client, replace(SIGNED, keys=None, keys_at=address))
    dance.ehr.smart.registry.register(dance.app)

    document["keys"] = KeySet([RS384]).as_dict(private=False)["keys"]
    assert _prove(dance, _signed(RS384)).status_code == 200
    assert _prove(dance, _signed(ES384)).get_json()["error"] == "invalid_client"
    document["keys"] = KeySet([ES384]).as_dict(private=False)["keys"]
    assert _prove(dance, _signed(ES384, header={"jku": address})).status_code == 200
    assert _prove(dance, _signed(RS384)).get_json()["error"] == "invalid_client"


def test_a_private_key_in_the_set_spoils_it(
    client: FlaskClient, served: tuple[dict[str, Any], str]
) -> None:
    """Whoever publishes a private key is told at once."""
    document, address = served
    dance = Dance(client, replace(SIGNED, keys=None, keys_at=address))
    dance.ehr.smart.registry.register(dance.app)
    document["keys"] = [ES384.as_dict(private=True)]
    assert _prove(dance, _signed()).get_json()["error"] == "invalid_client"


def test_the_usual_app_is_public_until_it_serves_keys(
    client: FlaskClient, served: tuple[dict[str, Any], str]
) -> None:
    """From then on nothing but an assertion will do."""
    document, address = served
    app = replace(SIGNED, keys=None, keys_at=address, public_without_keys=True)
    dance = Dance(client, app)
    dance.ehr.smart.registry.register(app)

    assert dance.exchange(dance.code()).status_code == 200
    document["keys"] = KEYS["keys"]
    assert dance.exchange(dance.code()).get_json()["error"] == "invalid_client"
    assert _prove(dance, _signed()).status_code == 200


def _basic(name: str, secret: str) -> dict[str, str]:
    given = f"{quote(name, safe='')}:{quote(secret, safe='')}".encode()
    return {"Authorization": f"Basic {base64.b64encode(given).decode()}"}


def _with_secret(dance: Dance, headers: dict[str, str], **changes: Any) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": dance.code(),
        "redirect_uri": CALLBACK,
        "code_verifier": dance.verifier,
    }
    return dance.post_token({**form, **changes}, headers=headers)


def test_a_secret_comes_by_http_basic(basic: Dance) -> None:
    """Also one with a colon, a percent sign and letters beyond ASCII (RFC 6749, 2.3.1)."""
    assert _with_secret(basic, _basic("basic-app", SECRET)).status_code == 200


def test_a_wrong_secret_is_401_with_the_scheme(basic: Dance) -> None:
    """RFC 6749, 5.2."""
    answer = _with_secret(basic, _basic("basic-app", "guess"))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert answer.get_json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "changes", [{"client_id": "basic-app"}, {"client_id": "basic-app", "client_secret": SECRET}]
)
def test_a_secret_comes_by_nothing_else(basic: Dance, changes: dict[str, str]) -> None:
    """Not beside client_id, not in the body."""
    answer = _with_secret(basic, _basic("basic-app", SECRET), **changes)
    assert answer.get_json()["error"] == "invalid_request"
    assert _with_secret(basic, {}, **changes).get_json()["error"].startswith("invalid_")
