"""OAuth 2.0 with an EHR. The one module that uses Authlib."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from smartapp.launch.client_auth import client_auth
from smartapp.launch.client_keys import ClientKeys
from smartapp.launch.discovery import Endpoints
from smartapp.launch.problems import LaunchFailed
from smartapp.outbound import bound
from smartapp.registration import Ehr

_SECONDS = 10.0
_MOST_BYTES = 256 * 1024
_OURS = "site"
# Authlib's debug log prints the code verifier, urllib3's the addresses, with patients' ids.
for _name in ("authlib", "urllib3"):
    logging.getLogger(_name).setLevel(logging.INFO)

_REFUSALS = {
    "invalid_client": "client-refused",
    "unauthorized_client": "client-refused",
    "invalid_scope": "scope-refused",
    "temporarily_unavailable": "token-unreachable",
    "server_error": "token-unreachable",
}


class _Session(OAuth2Session):
    """Authlib's session, but for the answer: Authlib fails on an `expires_in` that is no number."""

    answer: dict[str, Any]

    def parse_response_token(self, reply: requests.Response) -> dict[str, Any]:
        """Keep the answer as it came. Raises as Authlib does when it is no token."""
        if reply.status_code >= requests.codes.server_error:
            reply.raise_for_status()
        try:
            answer = reply.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            reply.raise_for_status()
            raise ValueError("not a JSON object")
        if "error" in answer:
            raise OAuthError(answer["error"])
        self.answer = answer
        self.token = {"access_token": ""}
        return answer


class OAuth:
    """Asks one EHR. Only what is passed here reaches Authlib: never an EHR's own document."""

    def __init__(
        self,
        ehr: Ehr,
        endpoints: Endpoints,
        keys: Callable[[], ClientKeys],
        now: Callable[[], float],
    ) -> None:
        self._ehr = ehr
        self._endpoints = endpoints
        self._sign = client_auth(ehr, endpoints, keys, now)

    def authorization_url(
        self, state: str, verifier: str, scopes: tuple[str, ...], **parameters: str
    ) -> str:
        """Where the browser is sent; `parameters` are aud, nonce and launch."""
        with self._session() as session:
            session.scope = " ".join(scopes)
            url, _ = session.create_authorization_url(
                self._endpoints.authorize,
                state=state,
                code_verifier=verifier if self._ehr.smart.pkce else None,
                **parameters,
            )
        return str(url)

    def exchange(self, code: str, verifier: str) -> dict[str, Any]:
        """The token response for a code. Raises LaunchFailed."""
        proof = {"code_verifier": verifier} if self._ehr.smart.pkce else {}
        return self._ask(
            lambda session: session.fetch_token(
                self._endpoints.token,
                grant_type="authorization_code",
                code=code,
                redirect_uri=self._ehr.redirect_uri,
                allow_redirects=False,
                **proof,
            ),
            "code-refused",
        )

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The token response for a refresh token; the scopes stay those granted.

        Raises LaunchFailed, `access-over` when the EHR renews no longer.
        """
        return self._ask(
            lambda session: session.refresh_token(
                self._endpoints.token, refresh_token=refresh_token, allow_redirects=False
            ),
            "access-over",
        )

    def revoke(self, token: str, hint: str) -> bool:
        """Give a token back (RFC 7009), where the EHR takes it; whether it did."""
        if not self._endpoints.revoke or not token:
            return False
        try:
            with self._session() as session:
                reply = session.revoke_token(
                    self._endpoints.revoke,
                    token=token,
                    token_type_hint=hint,
                    allow_redirects=False,
                )
        except (requests.RequestException, LaunchFailed):
            return False
        return bool(reply.status_code == requests.codes.ok)

    def _session(self) -> _Session:
        session = _Session(
            client_id=self._ehr.smart.client_id,
            redirect_uri=self._ehr.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=_OURS,
            revocation_endpoint_auth_method=_OURS,
        )
        session.register_client_auth_method((_OURS, self._sign))
        bound(session, _SECONDS, _MOST_BYTES)
        return session

    def _ask(self, ask: Callable[[_Session], Any], refused: str) -> dict[str, Any]:
        site = self._ehr.site
        try:
            with self._session() as session:
                ask(session)
                return session.answer
        except OAuthError as error:
            # The error code alone: a description may hold anything.
            word = _word(error)
            raise LaunchFailed(_REFUSALS.get(word, refused), word, site) from None
        except requests.HTTPError as error:
            status = error.response.status_code if error.response is not None else 0
            code = (
                "client-refused" if status == requests.codes.unauthorized else "token-unreachable"
            )
            raise LaunchFailed(code, f"the token endpoint answered {status}", site) from None
        except requests.RequestException as error:
            detail = f"the token endpoint: {type(error).__name__}"
            raise LaunchFailed("token-unreachable", detail, site) from None
        except (ValueError, TypeError, RecursionError):
            raise LaunchFailed("token-unusable", "the answer is not a token", site) from None


_KNOWN_ERRORS = (
    *("invalid_request", "invalid_client", "invalid_grant", "unauthorized_client"),
    *("unsupported_grant_type", "invalid_scope", "temporarily_unavailable", "server_error"),
)


def _word(error: OAuthError) -> str:
    known = isinstance(error.error, str) and error.error in _KNOWN_ERRORS
    return error.error if known else "an error of its own"
