"""An app's side of SMART App Launch, step by step, each step open to a test's changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.conduct import parse_conduct
from sandbox.smart.clients import RegisteredApp
from sandbox.smart.context import LaunchContext

CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = (
    "launch openid fhirUser online_access patient/Patient.r patient/Condition.rs "
    "patient/Observation.rs patient/FamilyMemberHistory.rs patient/ServiceRequest.cruds"
)
FLAGSHIP = "lung-adenocarcinoma-partial-results"
PUBLIC = RegisteredApp("public-app", "A public app", (CALLBACK,))
DOCTOR = "Practitioner/sandbox-oncologist"


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address, each of which is there once."""
    found = parse_qs(urlsplit(address).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


@dataclass(frozen=True)
class Dance:
    """One app at one FHIR base of a sandbox."""

    browser: FlaskClient
    app: RegisteredApp = PUBLIC
    conduct: str = ""
    verifier: str = field(default_factory=lambda: token_urlsafe(48))

    @property
    def ehr(self) -> Any:
        """The parts of the sandbox."""
        return self.browser.application.extensions["sandbox"]

    @property
    def root(self) -> str:
        """What all paths of this EHR begin with."""
        return f"/sim/{self.conduct}" if self.conduct else ""

    @property
    def base(self) -> str:
        """The FHIR base."""
        return f"http://localhost{self.root}/fhir"

    def launched(self, patient: str = FLAGSHIP, **context: Any) -> str:
        """A launch from the EHR, made without its page."""
        made = LaunchContext(**{"user": DOCTOR, "patient": patient, **context})
        named = parse_conduct(self.conduct) if self.conduct else None
        launch: str = self.ehr.smart.ledger.launch(
            self.app.client_id, made, named.slug if named else ""
        )
        return launch

    def request(self, **changes: Any) -> dict[str, Any]:
        """A good authorization request; a change to None leaves a parameter out."""
        good = {
            "response_type": "code",
            "client_id": self.app.client_id,
            "redirect_uri": CALLBACK,
            "scope": SCOPES,
            "state": token_urlsafe(24),
            "aud": self.base,
            "code_challenge": create_s256_code_challenge(self.verifier),
            "code_challenge_method": "S256",
            "nonce": token_urlsafe(16),
        }
        if "launch" in str(changes.get("scope", SCOPES)).split() and "launch" not in changes:
            good["launch"] = self.launched()
        return {name: value for name, value in {**good, **changes}.items() if value is not None}

    def authorize(self, **changes: Any) -> TestResponse:
        """Send it by address."""
        return self.browser.get(f"{self.root}/auth/authorize", query_string=self.request(**changes))

    def code(self, **changes: Any) -> str:
        """A code."""
        answer = self.authorize(**changes)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return query_of(answer.headers["Location"])["code"]

    def exchange(self, good_code: str, **changes: Any) -> TestResponse:
        """Send a token request; a change to None leaves a parameter out."""
        good = {
            "grant_type": "authorization_code",
            "code": good_code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
            "client_id": self.app.client_id,
        }
        return self.post_token({**good, **changes})

    def refresh(self, token: str, **changes: Any) -> TestResponse:
        """Send a refresh request."""
        good = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post_token({**good, "client_id": self.app.client_id, **changes})

    def post_token(self, form: dict[str, Any], **options: Any) -> TestResponse:
        """A POST to the token endpoint."""
        sent = {name: value for name, value in form.items() if value is not None}
        return self.browser.post(f"{self.root}/auth/token", data=sent, **options)

    def tokens(self, **changes: Any) -> dict[str, Any]:
        """The token response of a whole dance."""
        answer = self.exchange(self.code(**changes))
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.get_json()
        return found

    def get(self, path: str, token: str | None, **options: Any) -> TestResponse:
        """A GET of the FHIR server."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.browser.get(f"{self.root}/fhir/{path}", headers=headers, **options)

    def at(self, conduct: str) -> Dance:
        """The same app at another FHIR base."""
        return replace(self, conduct=conduct, verifier=token_urlsafe(48))
