"""A strict EHR over a real socket: refuses what SMART App Launch 2.2 forbids, fails as told."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.support.hook_calls import chart

CLIENT = "oncocue"
SECRET = "p:ss%wörd"
_AUTHORIZE = {
    *("response_type", "client_id", "redirect_uri", "scope", "state", "aud", "nonce"),
    *("code_challenge", "code_challenge_method"),
}
_ASSERTED = {"client_assertion", "client_assertion_type"}
_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ID_TOKEN_KEY = RSAKey.generate_key(2048, parameters={"kid": "ehr-1"})


class Refused(Exception):
    """What a strict server answers with an OAuth error."""

    def __init__(self, error: str, words: str = "") -> None:
        super().__init__(words)
        self.error = error
        self.words = words


@dataclass
class SmartEhr:
    """An EHR with one client and the charts of some stories. Its fields change how it answers.

    `changes` and `id_changes` are merged into token responses and ID tokens; None takes a value
    away. `faults` answer a path instead of the EHR. `said` are the requests as they came.
    """

    stories: tuple[str, ...] = ("lung-adenocarcinoma-partial-results",)
    auth: str = "asymmetric"
    configuration: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    id_changes: dict[str, Any] = field(default_factory=dict)
    id_header: dict[str, Any] = field(default_factory=dict)
    id_key: Key = field(default_factory=lambda: ID_TOKEN_KEY)
    id_keys: list[Key] = field(default_factory=lambda: [ID_TOKEN_KEY])
    grant: Callable[[str], str] = lambda asked: asked
    faults: dict[str, Callable[[Request], Response]] = field(default_factory=dict)
    redirect_uri: str = "http://127.0.0.1:8000/callback"
    jwks: Callable[[], dict[str, Any]] = lambda: {"keys": []}
    user: str = "Practitioner/dr-1"
    life: Any = 3600
    rotates: bool = True
    delay: float = 0.0
    base: str = ""
    launches: dict[str, str] = field(default_factory=dict)
    said: list[tuple[str, str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._open = self.most_at_once = 0
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, str] = {}
        self.refreshes: dict[str, str] = {}
        self.spent: set[str] = set()
        self.created: list[dict[str, Any]] = []
        self.revoked: list[str] = []
        self.charts = {story: chart(story) for story in self.stories}

    @property
    def origin(self) -> str:
        """Where it listens."""
        return self.base.removesuffix("/fhir")

    def patient(self, story: str) -> str:
        """The id of a story's patient."""
        entries = self.charts[story]["entry"]
        found = next(e["resource"] for e in entries if e["resource"]["resourceType"] == "Patient")
        return str(found["id"])

    def launch(self, story: str = "") -> str:
        """A launch of a story's patient: an opaque value with what URLs must escape."""
        value = f"{secrets.token_urlsafe(9)}+/=%&é"
        self.launches[value] = self.patient(story or self.stories[0])
        return value

    def calls(self, path: str) -> list[tuple[str, str, dict[str, str], dict[str, str]]]:
        """The requests to a path (below the origin)."""
        return [each for each in self.said if each[1] == path]

    # -- HTTP --------------------------------------------------------------------------

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        query = dict(parse_qsl(request.query_string.decode(), keep_blank_values=True))
        form = dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
        values = form if request.path in ("/token", "/revoke") else query
        self.said.append((request.method, request.path, values, dict(request.headers)))
        with self._lock:
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        time.sleep(self.delay)
        with self._lock:
            self._open -= 1
        response = self.faults.get(request.path, self._answer)(request)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        form = dict(parse_qsl(request.get_data(as_text=True), keep_blank_values=True))
        routes: dict[str, Callable[[], Response]] = {
            "/fhir/.well-known/smart-configuration": lambda: reply(self._configuration()),
            "/.well-known/openid-configuration": lambda: reply(self._openid()),
            "/jwks": lambda: reply(
                {"keys": [{**k.as_dict(private=False), "use": "sig"} for k in self.id_keys]}
            ),
            "/authorize": lambda: self._authorize(request),
            "/token": lambda: self._token(request, form),
            "/revoke": lambda: self._revoke(form),
        }
        try:
            if request.path in routes:
                return routes[request.path]()
            return self._fhir(request)
        except Refused as refused:
            if request.path == "/authorize":
                return Response(f"authorize: {refused.words}", 400)
            return reply({"error": refused.error, "error_description": refused.words}, 400)

    def _configuration(self) -> dict[str, Any]:
        document = {
            "issuer": self.origin,
            "jwks_uri": f"{self.origin}/jwks",
            "authorization_endpoint": f"{self.origin}/authorize",
            "token_endpoint": f"{self.origin}/token",
            "revocation_endpoint": f"{self.origin}/revoke",
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_basic"],
            "capabilities": [
                "launch-ehr",
                "launch-standalone",
                "permission-v2",
                "sso-openid-connect",
            ],
        }
        return without_none({**document, **self.configuration})

    def _openid(self) -> dict[str, Any]:
        return {
            "issuer": self.origin,
            "jwks_uri": f"{self.origin}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "ES384"],
        }

    def _authorize(self, request: Request) -> Response:
        pairs = parse_qsl(request.query_string.decode(), keep_blank_values=True)
        asked = dict(pairs)
        needed = _AUTHORIZE | ({"launch"} if "launch" in asked["scope"].split() else set())
        _require(len(pairs) == len(asked), "a parameter is given twice")
        _require(set(asked) == needed, f"parameters {sorted(set(asked) ^ needed)}")
        _require(asked["response_type"] == "code", "response_type")
        _require(asked["client_id"] == CLIENT, "client_id")
        _require(asked["redirect_uri"] == self.redirect_uri, "redirect_uri")
        _require(asked["aud"] == self.base, "aud")
        _require(asked["code_challenge_method"] == "S256", "code_challenge_method")
        _require(len(asked["code_challenge"]) == 43, "code_challenge")
        _require(len(asked["state"]) >= 22, "state")
        if "launch" in asked:
            _require(asked["launch"] in self.launches, "launch is not one of ours")
            patient = self.launches[asked["launch"]]
        else:
            _require("launch/patient" in asked["scope"].split(), "launch/patient")
            patient = self.patient(self.stories[0])
        code = secrets.token_urlsafe(16) + "+/="
        self.codes[code] = {**asked, "patient": patient}
        answer = {"code": code, "state": asked["state"]}
        return Response("", 302, {"Location": f"{self.redirect_uri}?{urlencode(answer)}"})

    def _token(self, request: Request, form: dict[str, str]) -> Response:
        names = {"grant_type", *self._client(request, form)}
        if form.get("grant_type") == "refresh_token":
            if set(form) != names | {"refresh_token"}:
                raise Refused("invalid_request", f"unknown parameters {sorted(form)}")
            used = form["refresh_token"]
            if used not in self.refreshes or used in self.spent:
                raise Refused("invalid_grant", "refresh token used or unknown")
            scope, patient = self.refreshes[used].split("|")
            if self.rotates:
                self.spent.add(used)
            return reply(self._issued(scope, patient, None, first=False))
        if set(form) != names | {"code", "redirect_uri", "code_verifier"}:
            raise Refused("invalid_request", f"unknown parameters {sorted(form)}")
        began = self.codes.pop(form["code"], None)
        if began is None or began["redirect_uri"] != form["redirect_uri"]:
            raise Refused("invalid_grant", "code")
        digest = sha256(form["code_verifier"].encode()).digest()
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != began["code_challenge"]:
            raise Refused("invalid_grant", "code_verifier")
        return reply(self._issued(self.grant(began["scope"]), began["patient"], began, first=True))

    def _client(self, request: Request, form: dict[str, str]) -> set[str]:
        """Authenticate the client; the form's names that this takes."""
        if self.auth == "public":
            if form.get("client_id") != CLIENT:
                raise Refused("invalid_client", "client_id")
            return {"client_id"}
        if self.auth == "basic":
            sent = request.headers.get("Authorization", "").removeprefix("Basic ")
            name, _, secret = b64decode(sent).decode().partition(":")
            if (unquote_plus(name), unquote_plus(secret)) != (CLIENT, SECRET):
                raise Refused("invalid_client", "secret")
            return set()
        self._check_assertion(form)
        return _ASSERTED

    def _check_assertion(self, form: dict[str, str]) -> None:
        if form.get("client_assertion_type") != _BEARER:
            raise Refused("invalid_client", "client_assertion_type")
        published = self.jwks()["keys"]
        if any("d" in key or not {"kty", "kid", "alg", "use"} <= set(key) for key in published):
            raise Refused("invalid_client", "key set")
        try:
            token = jwt.decode(
                form.get("client_assertion", ""),
                KeySet.import_key_set({"keys": published}),
                algorithms=["ES384", "RS384"],
            )
        except Exception as error:
            raise Refused("invalid_client", type(error).__name__) from error
        claims, now = token.claims, time.time()
        fits = (
            claims["iss"] == claims["sub"] == CLIENT
            and claims["aud"] == f"{self.origin}/token"
            and now - 60 < claims["exp"] <= now + 300
            and claims["jti"] not in self.spent
            and token.header["typ"] == "JWT"
        )
        if not fits:
            raise Refused("invalid_client", "assertion")
        self.spent.add(claims["jti"])

    def _issued(
        self, scope: str, patient: str, began: dict[str, str] | None, first: bool
    ) -> dict[str, Any]:
        access = secrets.token_urlsafe(24)
        self.tokens[access] = f"{scope}|{patient}"
        response: dict[str, Any] = {
            "access_token": access,
            "token_type": "bearer",
            "expires_in": self.life,
            "scope": scope,
        }
        if first or self.rotates:
            refresh = secrets.token_urlsafe(24)
            self.refreshes[refresh] = f"{scope}|{patient}"
            response["refresh_token"] = refresh
        if began is not None:
            response |= {"patient": patient, "id_token": self._id_token(began["nonce"])}
            response |= self.changes
        return without_none(response)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self.origin,
            "sub": "dr-1",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
            "fhirUser": self.user,
        }
        algorithm = "ES384" if isinstance(self.id_key, ECKey) else "RS256"
        header = {"alg": algorithm, "kid": self.id_key.kid, "typ": "JWT", **self.id_header}
        kept = without_none({**claims, **self.id_changes})
        return jwt.encode(without_none(header), kept, self.id_key, algorithms=[header["alg"]])

    def _revoke(self, form: dict[str, str]) -> Response:
        self._check_assertion(form)
        self.revoked.append(form["token"])
        self.tokens.pop(form["token"], None)
        self.refreshes.pop(form["token"], None)
        return reply({})

    # -- FHIR --------------------------------------------------------------------------

    def _fhir(self, request: Request) -> Response:
        kind, _, identifier = request.path.removeprefix("/fhir/").partition("/")
        if kind == "metadata":
            return reply({"resourceType": "Parameters"})
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if bearer not in self.tokens:
            return reply(outcome("login"), 401)
        scope, patient = self.tokens[bearer].split("|")
        action = "c" if request.method == "POST" else "r" if identifier else "s"
        if not _allows(scope, kind, action):
            return reply(outcome("forbidden"), 403)
        if action == "c":
            self.created.append(json.loads(request.get_data()))
            place = f"{self.base}/{kind}/made-{len(self.created)}/_history/1"
            return Response("", 201, {"Location": place})
        resources = [
            entry["resource"]
            for bundle in self.charts.values()
            for entry in bundle["entry"]
            if entry["resource"]["resourceType"] == kind
        ]
        if identifier:
            found = [each for each in resources if each["id"] == identifier == patient]
            return reply(found[0]) if found else reply(outcome("not-found"), 404)
        if request.args.get("patient") != patient:
            return reply(outcome("forbidden"), 403)
        mine = [each for each in resources if _is_of(each, patient) and _matches(each, request)]
        return reply(searchset(mine))


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise Refused("invalid_request", words)


def _allows(scope: str, kind: str, action: str) -> bool:
    for part in scope.split():
        context, _, rest = part.partition("/")
        name, _, letters = rest.partition("?")[0].partition(".")
        known = {"read": "rs", "write": "cud"}.get(letters, letters)
        if context == "patient" and name in ("*", kind) and action in known:
            return True
    return False


def _is_of(resource: dict[str, Any], patient: str) -> bool:
    subject = resource.get("subject") or resource.get("patient") or {}
    return str(subject.get("reference", "")).endswith(f"Patient/{patient}")


def _matches(resource: dict[str, Any], request: Request) -> bool:
    wanted = request.args.get("code")
    if wanted:
        held = {
            f"{coding.get('system')}|{coding.get('code')}"
            for coding in resource.get("code", {}).get("coding", [])
        }
        if not held & set(wanted.split(",")):
            return False
    category = request.args.get("category")
    if category:
        held = {
            coding.get("code")
            for concept in resource.get("category", [])
            for coding in concept.get("coding", [])
        }
        return category in held
    return True


def searchset(resources: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A search result."""
    entries = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries, **more}


def outcome(code: str, severity: str = "error") -> dict[str, Any]:
    """An OperationOutcome."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": code}]}


def reply(document: Any, status: int = 200) -> Response:
    """A JSON response."""
    return Response(json.dumps(document), status, mimetype="application/json")


def without_none(values: dict[str, Any]) -> dict[str, Any]:
    """The values that are there."""
    return {name: value for name, value in values.items() if value is not None}


@contextmanager
def running_smart_ehr(**fields: Any) -> Iterator[SmartEhr]:
    """The EHR on a free loopback port while the block runs."""
    ehr = SmartEhr(**fields)
    server = make_server("127.0.0.1", 0, ehr, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    ehr.base = f"http://127.0.0.1:{server.server_port}/fhir"
    try:
        yield ehr
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def running_writable_ehr(kinds: tuple[str, ...], **fields: Any) -> Iterator[SmartEhr]:
    """The same, saying that it reads, searches and creates these types."""
    actions = [{"code": each} for each in ("read", "search-type", "create")]
    resources = [
        {"type": kind, "interaction": actions, "searchParam": [{"name": "patient"}]}
        for kind in kinds
    ]
    document = {"resourceType": "CapabilityStatement", "rest": [{"resource": resources}]}
    with running_smart_ehr(**fields) as running:
        running.faults["/fhir/metadata"] = lambda _: reply(document)
        yield running
