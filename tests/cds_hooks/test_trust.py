"""Who may call: every token that is not quite right is a 401 that looks like any other."""

from __future__ import annotations

import hmac
import io
import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_hooks.front import HookFront
from cds_hooks.routes import attach
from cds_hooks.trust.keys import KeysFault, read_key_set
from cds_hooks.trust.published import PublishedKeys, refresh_all
from cds_hooks.trust.replay import SqlReplays
from cds_hooks.trust.site import load_sites
from oncocue.callers import signed_callers
from oncocue.settings import HooksSection, Settings
from oncocue.wiring import hook_answers, load_guidance_of
from oncology.guidance.library import Guidance
from tests.support.databases import database
from tests.support.hook_calls import TODAY, request_for
from tests.support.key_server import KeyServer, running_key_server
from tests.support.tokens import NOW, PUBLIC_URL, URL, Signer, encoded, forged, key_of, key_set

ES384 = Signer(key_of("EC", "P-384"))
RS384 = Signer(key_of("RSA", 2048), "RS384", "rsa")
ES256 = Signer(key_of("EC", "P-256"), "ES256", "p256")
OTHER = Signer(key_of("EC", "P-384", "other"), kid="theirs", issuer="https://other.example/fhir")
STRANGER = Signer(key_of("EC", "P-384", "stranger"))
PUBLISHED = Signer(key_of("EC", "P-384", "published"), issuer="https://published.example/fhir")
BODY = json.dumps(request_for("lung-adenocarcinoma-partial-results")).encode()


@dataclass
class World:
    """The service, the sites it knows, and a clock."""

    client: FlaskClient
    clock: list[float]
    keys: KeyServer
    log: io.StringIO

    def call(
        self, token: str | None, path: str = "/cds-services/biomarker-testing"
    ) -> TestResponse:
        """POST with a token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.post(path, data=BODY, headers=headers)

    def logged(self) -> list[dict[str, Any]]:
        """The log lines so far."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]


@pytest.fixture(scope="session")
def guidance() -> Guidance:
    """The shipped guidance."""
    return load_guidance_of(Settings())


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything that is logged: by structlog, and by any library at any level."""
    stream = io.StringIO()
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.JSONRenderer()],
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    # Loggers of their own: those of the modules may have been used, and bound, before.
    for module in ("front", "trust.published"):
        monkeypatch.setattr(f"cds_hooks.{module}._LOG", structlog.get_logger())
    yield stream
    structlog.configure(**before)


@pytest.fixture
def world(tmp_path: Path, guidance: Guidance, log: io.StringIO) -> Iterator[World]:
    """Three sites: two with key files, one that publishes its keys."""
    with running_key_server() as keys:
        keys.body = key_set(PUBLISHED.public())
        sites = tmp_path / "sites"
        sites.mkdir()
        (sites / "general.jwks").write_bytes(
            key_set(ES384.public(), RS384.public(), ES256.public())
        )
        (sites / "other.jwks").write_bytes(key_set(OTHER.public()))
        (sites / "general.toml").write_text(
            f'name = "general"\nissuer = "{ES384.issuer}"\njwks_file = "general.jwks"\n'
            'audiences = ["sand_man"]\n'
        )
        (sites / "other.toml").write_text(
            f'name = "other"\nissuer = "{OTHER.issuer}"\njwks_file = "other.jwks"\n'
            'tenants = ["north"]\nprofile = "plain"\n'
        )
        (sites / "published.toml").write_text(
            f'name = "published"\nissuer = "{PUBLISHED.issuer}"\njku = "{keys.base}/jwks"\n'
        )
        yield _world(tmp_path, guidance, keys, log)


def _world(folder: Path, guidance: Guidance, keys: KeyServer, log: io.StringIO) -> World:
    clock = [NOW]
    hooks = HooksSection(sites=folder / "sites", public_url=PUBLIC_URL)
    callers = signed_callers(hooks, database(folder / "state.sqlite"), now=lambda: clock[0])
    app = Flask("oncocue")
    attach(app, HookFront(hook_answers(guidance, callers, lambda: TODAY)))
    return World(app.test_client(), clock, keys, log)


# ------------------------------------------------------------------------------ good callers


@pytest.mark.conformance("cds-hooks", 91, 97, 99)
@pytest.mark.parametrize("signer", [ES384, RS384], ids=lambda signer: signer.algorithm)
def test_a_well_signed_call_is_answered(world: World, signer: Signer) -> None:
    """ES384 and RS384 by a key on file."""
    reply = world.call(signer.token())

    assert reply.status_code == 200, reply.data
    assert reply.json is not None
    assert len(reply.json["cards"]) == 1
    assert world.logged()[-1]["site"] == "general"


GOOD_CHANGES: dict[str, dict[str, Any]] = {
    "audience in a list": {"aud": ["https://elsewhere.example", URL]},
    "an audience the site configured": {"aud": "sand_man"},
    "nbf like Epic": {"nbf": NOW - 1, "sub": "oncocue"},
    "clock of the EHR ahead within the skew": {"iat": NOW + 59, "nbf": NOW + 59, "exp": NOW + 300},
    "expired within the skew": {"iat": NOW - 300, "exp": NOW - 59},
    "times with fractions": {"iat": NOW - 0.5, "exp": NOW + 60.5},
    "a tenant although none is asked for": {"tenant": "anything"},
}


@pytest.mark.conformance("cds-hooks", 93, 95, 101)
@pytest.mark.parametrize("changes", GOOD_CHANGES.values(), ids=GOOD_CHANGES)
def test_an_odd_but_legal_token_is_taken(world: World, changes: dict[str, Any]) -> None:
    """What the specification allows and EHRs send."""
    assert world.call(ES384.token(**changes)).status_code == 200


def test_the_scheme_may_be_lower_case(world: World) -> None:
    """HTTP schemes are case-insensitive."""
    headers = {"Authorization": f"bearer {ES384.token()}"}

    reply = world.client.post("/cds-services/biomarker-testing", data=BODY, headers=headers)

    assert reply.status_code == 200


@pytest.mark.conformance("cds-hooks", 93, 99)
def test_a_jku_beside_a_key_file_changes_nothing(world: World) -> None:
    """The public sandbox always sends one: its keys on file are used, nothing is fetched."""
    before = list(world.keys.calls)
    header = ES384.header(jku=f"{world.keys.base}/evil")

    assert world.call(ES384.signed(header, ES384.claims())).status_code == 200
    assert world.keys.calls == before


@pytest.mark.conformance("cds-hooks", 8, 92, 95)
def test_discovery_wants_a_token_for_its_own_address(world: World) -> None:
    """GET is a call like any other."""

    def discover(token: str | None) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return world.client.get("/cds-services", headers=headers).status_code

    assert discover(ES384.token(aud=f"{PUBLIC_URL}/cds-services")) == 200
    assert discover(ES384.token()) == 401
    assert discover(None) == 401


def test_each_site_is_answered_by_its_own_profile(world: World) -> None:
    """Who signed decides how the card looks: plain has no suggestions, standard has."""
    general = world.call(ES384.token()).json
    other = world.call(OTHER.token(tenant="north")).json

    assert general is not None and other is not None
    assert general["cards"][0].get("suggestions")
    assert not other["cards"][0].get("suggestions")


# ------------------------------------------------------------------------------ hostile tokens

_PUBLIC_PEM = RS384.key.as_pem(private=False)


def _hs(name: str, secret: bytes) -> Callable[[bytes], bytes]:
    return lambda text: hmac.new(secret, text, name).digest()


def _tampered(token: str, **claims: Any) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{encoded(ES384.claims(**claims))}.{signature}"


def _flipped(token: str) -> str:
    head, _, signature = token.rpartition(".")
    raw = bytearray(urlsafe_b64decode(signature + "=" * (-len(signature) % 4)))
    raw[0] ^= 1
    return f"{head}.{encoded(bytes(raw))}"


def _header(**changes: Any) -> Callable[[], str]:
    return lambda: ES384.signed(ES384.header(**changes), ES384.claims())


def _claims(**changes: Any) -> Callable[[], str]:
    return lambda: ES384.token(**changes)


HOSTILE: dict[str, tuple[str, Callable[[], str | None]]] = {
    # no token, or nothing like one
    "no header": ("no-token", lambda: None),
    "empty token": ("not-a-token", lambda: ""),
    "garbage": ("not-a-token", lambda: "open sesame"),
    "two parts": ("not-a-token", lambda: ES384.token().rpartition(".")[0]),
    "no signature": ("not-a-token", lambda: ES384.token().rpartition(".")[0] + "."),
    "five parts, an encrypted token": ("not-a-token", lambda: "a.b.c.d.e"),
    "not base64": ("not-a-token", lambda: "a.a.a"),
    "header not JSON": ("not-a-token", lambda: ES384.signed(b"{alg", ES384.claims())),
    "claims not JSON": ("not-a-token", lambda: ES384.signed(ES384.header(), b"\xff\xfe")),
    "claims a list": ("claims", lambda: ES384.signed(ES384.header(), [])),
    "header nested past any sense": (
        "not-a-token",
        lambda: ES384.signed(b'{"x":' + b"[" * 2000 + b"]" * 2000 + b"}", ES384.claims()),
    ),
    "oversized": ("token-too-long", _claims(padding="x" * 9000)),
    "a comma, two tokens in one": (
        "not-a-token",
        lambda: f"{ES384.token()}, Bearer {ES384.token()}",
    ),
    "padded base64": ("not-a-token", lambda: ES384.token() + "=="),
    # algorithms
    "none": (
        "algorithm",
        lambda: forged(ES384.header(alg="none"), ES384.claims(), lambda _: b"x"),
    ),
    "none with capitals": (
        "algorithm",
        lambda: forged(ES384.header(alg="NoNe"), ES384.claims(), lambda _: b"x"),
    ),
    "HS256 with the public key as secret": (
        "algorithm",
        lambda: forged(RS384.header(alg="HS256"), RS384.claims(), _hs("sha256", _PUBLIC_PEM)),
    ),
    "HS384 with the public key as secret": (
        "algorithm",
        lambda: forged(RS384.header(alg="HS384"), RS384.claims(), _hs("sha384", _PUBLIC_PEM)),
    ),
    "ES256, which this site has not opted in to": ("algorithm", ES256.token),
    "RS256 with a key on file": (
        "algorithm",
        Signer(RS384.key, "RS256", "rsa").token,
    ),
    "RS384 named over an EC key": (
        "key-unknown",
        lambda: forged(ES384.header(alg="RS384"), ES384.claims(), lambda _: b"x" * 256),
    ),
    "ES384 named over a key of another curve": (
        "key-unknown",
        lambda: forged(ES256.header(alg="ES384"), ES256.claims(), lambda _: b"x" * 96),
    ),
    "ES384 over an RSA key, RS384 signed": (
        "key-unknown",
        lambda: RS384.signed(RS384.header(alg="ES384"), RS384.claims()),
    ),
    # signatures
    "claims changed after signing": ("signature", lambda: _tampered(ES384.token())),
    "one bit of the signature": ("signature", lambda: _flipped(ES384.token())),
    "signature of zeros": (
        "signature",
        lambda: forged(ES384.header(), ES384.claims(), lambda _: bytes(96)),
    ),
    "signature of zeros, RSA": (
        "signature",
        lambda: forged(RS384.header(), RS384.claims(), lambda _: bytes(256)),
    ),
    "a stranger's key": ("signature", STRANGER.token),
    "a stranger's key brought along as jwk": (
        "signature",
        lambda: STRANGER.signed(STRANGER.header(jwk=STRANGER.public()), STRANGER.claims()),
    ),
    "another site's key under our key id": (
        "signature",
        Signer(OTHER.key, kid="one").token,
    ),
    "another site's key under its own id": (
        "key-unknown",
        Signer(OTHER.key, kid="theirs").token,
    ),
    "another site's name with our key": (
        "key-unknown",
        lambda: ES384.token(iss=OTHER.issuer, tenant="north"),
    ),
    # header fields
    "no alg": ("header", _header(alg=None)),
    "no kid": ("header", _header(kid=None)),
    "no typ": ("header", _header(typ=None)),
    "alg a number": ("header", _header(alg=384)),
    "kid a list": ("header", _header(kid=["one"])),
    "kid empty": ("header", _header(kid="")),
    "typ of another kind": ("header", _header(typ="at+jwt")),
    "kid unknown": ("key-unknown", _header(kid="two")),
    "kid a path": ("key-unknown", _header(kid="../../../../dev/null")),
    "critical extension": ("header", _header(crit=["exp"])),
    "unencoded payload": ("header", _header(b64=False, crit=["b64"])),
    # claims
    "no iss": ("claims", _claims(iss=None)),
    "no aud": ("claims", _claims(aud=None)),
    "no exp": ("claims", _claims(exp=None)),
    "no iat": ("claims", _claims(iat=None)),
    "no jti": ("claims", _claims(jti=None)),
    "jti empty": ("claims", _claims(jti="")),
    "jti a number": ("claims", _claims(jti=7)),
    "exp a text": ("claims", _claims(exp=str(NOW + 60))),
    "exp true": ("claims", _claims(exp=True)),
    "exp beyond any number": (
        "not-a-token|claims",
        lambda: ES384.signed(
            ES384.header(),
            json.dumps(ES384.claims(exp=0)).replace('"exp": 0', '"exp": 1e999').encode(),
        ),
    ),
    "iss unknown": ("issuer-unknown", _claims(iss="https://evil.example/fhir")),
    "iss with a slash more": ("issuer-unknown", _claims(iss=f"{ES384.issuer}/")),
    "iss in capitals": ("issuer-unknown", _claims(iss=ES384.issuer.upper())),
    "tenant missing where one is needed": ("tenant", OTHER.token),
    "tenant not listed": ("tenant", lambda: OTHER.token(tenant="south")),
    # audience
    "aud of another service": ("audience", _claims(aud=f"{PUBLIC_URL}/cds-services/trial-search")),
    "aud the prefix": ("audience", _claims(aud=PUBLIC_URL)),
    "aud discovery": ("audience", _claims(aud=f"{PUBLIC_URL}/cds-services")),
    "aud with a slash more": ("audience", _claims(aud=f"{URL}/")),
    "aud by http": ("audience", _claims(aud=URL.replace("https", "http"))),
    "aud with a query": ("audience", _claims(aud=f"{URL}?a=b")),
    "aud the Host header": (
        "audience",
        _claims(aud="http://localhost/cds-services/biomarker-testing"),
    ),
    "aud in capitals": ("audience", _claims(aud=URL.upper())),
    "aud empty list": ("audience", _claims(aud=[])),
    "aud list of others": ("audience", _claims(aud=["a", "b"])),
    "aud an object": ("claims", _claims(aud={"url": URL})),
    # time
    "expired": ("expired", _claims(iat=NOW - 200, exp=NOW - 61)),
    "issued in the future": ("not-yet-valid", _claims(iat=NOW + 61, exp=NOW + 200)),
    "nbf in the future": ("not-yet-valid", _claims(nbf=NOW + 61)),
    "lives too long": ("lifetime", _claims(iat=NOW - 1, exp=NOW + 300)),
    "lives for ever": ("lifetime", _claims(exp=9e15)),
    "ends before it begins": ("lifetime", _claims(iat=NOW + 30, exp=NOW + 10)),
    "issued at the beginning of time": ("lifetime", _claims(iat=0)),
}


@pytest.mark.conformance("cds-hooks", 93, 94, 95, 96, 97, 98, 101, 103, 104)
@pytest.mark.parametrize(("cause", "token"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_token_is_refused(
    world: World, cause: str, token: Callable[[], str | None]
) -> None:
    """401, the one body and headers, and the cause in the log alone."""
    reply = world.call(token())

    assert reply.status_code == 401, reply.data
    assert (reply.data, sorted(reply.headers)) == _plain_refusal(world)
    assert world.logged()[-2]["cause"] in cause.split("|")


def _plain_refusal(world: World) -> tuple[bytes, list[tuple[str, str]]]:
    reply = world.call(None)
    assert reply.json is not None
    assert reply.json["resourceType"] == "OperationOutcome"
    assert reply.headers["WWW-Authenticate"] == "Bearer"
    return reply.data, sorted(reply.headers)


@pytest.mark.conformance("cds-hooks", 92)
@pytest.mark.parametrize(
    "header",
    [
        "Basic b25jb2N1ZTpvbmNvY3Vl",
        "Bearer",
        "Bearer ",
        "{token}",
        "DPoP {token}",
        "Bearer\t{token}",
    ],
)
def test_another_scheme_is_refused(world: World, header: str) -> None:
    """Only Bearer, followed by one token."""
    value = header.format(token=ES384.token())

    reply = world.client.post(
        "/cds-services/biomarker-testing", data=BODY, headers={"Authorization": value}
    )

    assert (reply.status_code, reply.data) == (401, _plain_refusal(world)[0])


def test_two_authorization_headers_are_refused(world: World) -> None:
    """Which one counts is not ours to guess."""
    headers = [("Authorization", f"Bearer {ES384.token()}") for _ in range(2)]

    reply = world.client.post("/cds-services/biomarker-testing", data=BODY, headers=headers)

    assert reply.status_code == 401


def test_a_token_in_the_query_is_not_looked_at(world: World) -> None:
    """RFC 6750 section 5.3: tokens in URLs end up in logs."""
    path = f"/cds-services/biomarker-testing?access_token={ES384.token()}"

    assert world.call(None, path).status_code == 401


@pytest.mark.conformance("cds-hooks", 102)
def test_a_token_used_before_is_refused_until_it_ends(world: World) -> None:
    """Once each, also at the last moment it is valid, and for another service."""
    token = ES384.token(aud="sand_man")

    assert world.call(token).status_code == 200
    assert world.call(token).status_code == 401
    assert world.call(token, "/cds-services/trial-search").status_code == 401
    world.clock[0] = NOW + 299 + 59
    assert world.call(token).status_code == 401
    assert world.logged()[-1]["cause"] == "token-used-before"


def test_a_refused_token_uses_up_no_id(world: World) -> None:
    """Who cannot sign cannot burn the ids of those who can."""
    claims = ES384.claims()

    assert world.call(STRANGER.signed(STRANGER.header(), claims)).status_code == 401
    assert world.call(ES384.signed(ES384.header(), claims)).status_code == 200


def test_the_same_id_of_another_site_is_not_a_replay(world: World) -> None:
    """Ids are unique within an issuer only."""
    assert world.call(ES384.token(jti="1")).status_code == 200
    assert world.call(OTHER.token(jti="1", tenant="north")).status_code == 200


def test_a_strangers_body_is_not_read(world: World) -> None:
    """Refused before the chart comes in."""

    class Untouched(io.BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("the body was read")

    reply = world.client.post(
        "/cds-services/biomarker-testing", input_stream=Untouched(), content_length=10
    )

    assert reply.status_code == 401


@pytest.mark.conformance("cds-hooks", 23)
def test_an_unknown_service_is_a_404_before_it_is_a_401(world: World) -> None:
    """The road looks the service up first."""
    assert world.call(None, "/cds-services/nothing").status_code == 404


@pytest.mark.conformance("cds-hooks", 56)
def test_a_replay_store_that_fails_lets_nobody_through(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is our fault: 500, never 200."""

    def fail(*_: object) -> bool:
        raise OSError("disk full, token eyJ")

    monkeypatch.setattr(SqlReplays, "is_first", fail)

    assert world.call(ES384.token()).status_code == 500
    assert "eyJ" not in world.log.getvalue()


@pytest.mark.conformance("cds-hooks", 46, 104)
def test_nothing_of_a_token_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of good ones nor of bad ones, at any level, by any library."""
    caplog.set_level(logging.DEBUG)
    canary = "canary-7d1c"
    good = PUBLISHED.signed(PUBLISHED.header(canary=canary), PUBLISHED.claims(sub=canary))
    bad = ES384.signed(ES384.header(kid=canary), ES384.claims(iss=canary, jti=canary))
    unknown = PUBLISHED.signed(PUBLISHED.header(kid=canary), PUBLISHED.claims(jti=canary))
    tokens = [good, good, bad, unknown, _flipped(ES384.token(jti=canary)), f"{canary}.a.b"]

    for token in tokens:
        world.call(token)

    text = world.log.getvalue() + caplog.text
    assert len(world.logged()) >= len(tokens)
    assert canary not in text
    assert not any(part in text for token in tokens for part in token.split(".") if len(part) > 9)


# ------------------------------------------------------------------------------ published keys


def _published(world: World, **header: Any) -> int:
    token = PUBLISHED.signed(PUBLISHED.header(**header), PUBLISHED.claims(exp=world.clock[0] + 90))
    return world.call(token).status_code


def _rotated(name: str = "new") -> Signer:
    return Signer(key_of("EC", "P-384", name), kid=name, issuer=PUBLISHED.issuer)


def test_published_keys_are_fetched_once_at_the_start(world: World) -> None:
    """The road of a call fetches nothing."""
    assert [_published(world), _published(world)] == [200, 200]
    assert _published(world, jku=f"{world.keys.base}/jwks") == 200
    assert world.keys.calls == ["/jwks"]


@pytest.mark.conformance("cds-hooks", 98)
def test_a_jku_that_is_not_listed_is_never_fetched(world: World) -> None:
    """Not on the listed host, not elsewhere, not on another path."""
    with running_key_server() as elsewhere:
        elsewhere.body = key_set(STRANGER.public())
        evil = Signer(STRANGER.key, issuer=PUBLISHED.issuer)
        for jku in (
            f"{elsewhere.base}/jwks",
            f"{world.keys.base}/jwks2",
            f"{world.keys.base}/jwks#x",
            f"{world.keys.base}/jwks/../evil",
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "",
        ):
            assert world.call(evil.signed(evil.header(jku=jku), evil.claims())).status_code == 401
        assert elsewhere.calls == []
    assert world.keys.calls == ["/jwks"]
    assert world.logged()[-1]["cause"] == "jku-not-listed"


@pytest.mark.conformance("cds-hooks", 100)
def test_a_new_key_is_found_by_its_unknown_id(world: World) -> None:
    """Rotation: the first call with the new key looks it up; the old one stays while listed."""
    new = _rotated()
    world.keys.body = key_set(PUBLISHED.public(), new.public())
    world.clock[0] = NOW + 11

    assert world.call(new.token()).status_code == 200
    assert _published(world) == 200
    assert world.keys.calls == ["/jwks"] * 2


@pytest.mark.conformance("cds-hooks", 100)
def test_a_key_taken_away_is_no_longer_trusted(world: World) -> None:
    """After the next reading only the new set counts."""
    new = _rotated()
    world.keys.body = key_set(new.public())
    world.clock[0] = NOW + 11

    assert world.call(new.token()).status_code == 200
    assert _published(world) == 401


@pytest.mark.conformance("cds-hooks", 100)
def test_unknown_ids_do_not_make_us_hammer_the_ehr(world: World) -> None:
    """A flood of made-up ids is one fetch in ten seconds."""
    world.clock[0] = NOW + 11
    for number in range(20):
        assert _published(world, kid=f"made-up-{number}") == 401

    assert len(world.keys.calls) == 2


@pytest.mark.conformance("cds-hooks", 100)
def test_an_outage_leaves_the_last_keys_in_use(world: World) -> None:
    """The EHR's keys cannot be had for hours: calls go on; afterwards new keys are found."""
    new = _rotated()
    for status, body in ((503, b""), (200, b"<html>"), (200, b'{"keys": []}'), (302, b"")):
        world.keys.status, world.keys.body = status, body
        world.clock[0] += 3600
        token = new.signed(new.header(), new.claims(iat=world.clock[0], exp=world.clock[0] + 60))
        assert world.call(token).status_code == 401
        good = PUBLISHED.claims(iat=world.clock[0], exp=world.clock[0] + 60)
        assert world.call(PUBLISHED.signed(PUBLISHED.header(), good)).status_code == 200
    assert "keys_not_refreshed" in world.log.getvalue()

    world.keys.status, world.keys.body = 200, key_set(new.public())
    world.clock[0] += 3600
    token = new.signed(new.header(), new.claims(iat=world.clock[0], exp=world.clock[0] + 60))
    assert world.call(token).status_code == 200


def test_failures_double_the_pause() -> None:
    """Ten seconds, twenty, forty …, at most five minutes."""
    clock, calls = [0.0], []

    def fail(_: str) -> bytes:
        calls.append(clock[0])
        raise KeysFault("down")

    keys = PublishedKeys("https://ehr.example/jwks", lambda: clock[0], fail, wait=5.0)
    while clock[0] < 1200:
        keys.find("any", "ES384")
        clock[0] += 10

    assert calls == [0, 20, 60, 140, 300, 600, 900]


def test_a_slow_ehr_holds_a_call_up_for_a_moment_only() -> None:
    """The wait is bounded; the keys are there for a later call."""
    with running_key_server() as server:
        server.body, server.delay = key_set(PUBLISHED.public()), 1.0
        keys = PublishedKeys(f"{server.base}/jwks", lambda: NOW, wait=0.01)

        assert keys.find("one", "ES384") is None
        waited = PublishedKeys(f"{server.base}/jwks", lambda: NOW, wait=20.0)
        assert waited.find("one", "ES384") is not None


def test_redirects_and_endless_key_sets_are_not_followed() -> None:
    """Keys come from the listed address itself, and are short."""
    with running_key_server() as elsewhere, running_key_server() as server:
        elsewhere.body = key_set(STRANGER.public())
        server.status, server.headers = 302, {"Location": f"{elsewhere.base}/jwks"}
        keys = PublishedKeys(f"{server.base}/jwks", lambda: NOW)
        refresh_all([keys])
        assert elsewhere.calls == []

        server.status, server.headers, server.body = 200, {}, b" " * 300_000 + key_set()
        other = PublishedKeys(f"{server.base}/jwks", lambda: NOW)
        refresh_all([other])
        assert other.find("one", "ES384") is None


# ------------------------------------------------------------------------------ keys


@pytest.mark.parametrize(
    "entry",
    [
        {"kty": "oct", "kid": "one", "k": "c2VjcmV0"},
        Signer(key_of("RSA", 1024), "RS384").public(),
        Signer(key_of("EC", "secp256k1")).public(),
        ES384.public(use="enc"),
        ES384.public(key_ops=["sign"]),
        ES384.public(kid=""),
        ES384.public(kid=7),
        ES384.public(x="AAAA"),
        ES384.public(crv="P-256"),
        ES384.public(alg="HS384"),
        {**ES384.key.as_dict(private=True), "kid": "one"},
        {"kid": "one"},
        {},
    ],
)
def test_a_key_that_must_not_check_signatures_is_left_out(entry: dict[str, Any]) -> None:
    """Symmetric, weak, private, for encryption, or broken: a set of it alone is a fault."""
    with pytest.raises(KeysFault):
        read_key_set(key_set(entry))


@pytest.mark.parametrize("body", [b"", b"[]", b'{"keys": 1}', b'{"keys": [1]}', b"\xff"])
def test_what_is_not_a_key_set_is_a_fault(body: bytes) -> None:
    """With a reason, not a traceback."""
    with pytest.raises(KeysFault):
        read_key_set(body)


def test_a_bad_key_hides_no_good_one() -> None:
    """A set may hold kinds we do not know."""
    index = read_key_set(key_set({"kty": "OKP", "kid": "x"}, ES384.public(alg="ES384")))

    assert set(index) == {("one", "ES384")}


# ------------------------------------------------------------------------------ sites


@pytest.mark.conformance("cds-hooks", 103)
def test_one_issuer_of_many_hospitals_is_told_apart_by_tenant(
    tmp_path: Path, guidance: Guidance, log: io.StringIO
) -> None:
    """Each tenant is its own site with its own keys."""
    sites = tmp_path / "sites"
    sites.mkdir()
    for name, signer in (("north", ES384), ("south", STRANGER)):
        (sites / f"{name}.jwks").write_bytes(key_set(signer.public()))
        (sites / f"{name}.toml").write_text(
            f'name = "{name}"\nissuer = "{ES384.issuer}"\njwks_file = "{name}.jwks"\n'
            f'tenants = ["{name}"]\n'
        )
    with running_key_server() as keys:
        world = _world(tmp_path, guidance, keys, log)

    assert len(load_sites(sites)) == 2
    assert world.call(ES384.token(tenant="north")).status_code == 200
    assert world.call(STRANGER.token(tenant="south")).status_code == 200
    assert world.call(STRANGER.token(tenant="north")).status_code == 401
    assert world.call(ES384.token(tenant="south")).status_code == 401
    assert world.call(ES384.token()).status_code == 401


@pytest.mark.conformance("cds-hooks", 97)
def test_a_site_may_opt_in_to_another_algorithm_and_a_longer_life(
    tmp_path: Path, guidance: Guidance, log: io.StringIO
) -> None:
    """What it lists replaces the default list."""
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "general.jwks").write_bytes(key_set(ES384.public(), ES256.public(), RS384.public()))
    (sites / "general.toml").write_text(
        f'name = "general"\nissuer = "{ES384.issuer}"\njwks_file = "general.jwks"\n'
        'algorithms = ["ES256", "PS256"]\nlifetime_seconds = 3600\nskew_seconds = 0\n'
    )
    with running_key_server() as keys:
        world = _world(tmp_path, guidance, keys, log)

    assert world.call(ES256.token(exp=NOW + 3000)).status_code == 200
    assert world.call(Signer(RS384.key, "PS256", "rsa").token()).status_code == 200
    assert world.call(ES384.token()).status_code == 401
    assert world.call(ES256.token(iat=NOW + 1)).status_code == 401
