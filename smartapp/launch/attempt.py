"""The road of a launch: begin at the EHR's link, finish at its callback, each step once."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from msgspec import Struct

from smartapp.launch.client_auth import method_of
from smartapp.launch.client_keys import ClientKeys
from smartapp.launch.context import Context, Tokens, context_of, tokens_of
from smartapp.launch.discovery import Discovery, Endpoints
from smartapp.launch.identity import Identity
from smartapp.launch.oauth import OAuth
from smartapp.launch.problems import LaunchFailed
from smartapp.launch.scopes import Grants, asked_scopes
from smartapp.launch.steps import Step, masked
from smartapp.opened import User
from smartapp.registration import Ehr, Ehrs
from smartapp.sessions.session import Attempt, Session, Sessions, mark

_LOG = structlog.get_logger("smartapp.launch")
_LONGEST_LAUNCH = 8192
_LONGEST_ISS = 2048
_ERROR_WORD = re.compile(r"[a-z][a-z_]{0,63}\Z")
_ERRORS = {
    "access_denied": "access-denied",
    "invalid_scope": "scope-refused",
    "login_required": "login-needed",
    "interaction_required": "login-needed",
    "consent_required": "login-needed",
    "account_selection_required": "login-needed",
    "unauthorized_client": "client-refused",
    "temporarily_unavailable": "token-unreachable",
    "server_error": "token-unreachable",
}


class Launching(Struct, frozen=True):
    """Everything a launch needs; made once at start."""

    ehrs: Ehrs
    sessions: Sessions
    discovery: Discovery
    identity: Identity
    keys: Callable[[], ClientKeys]

    def oauth(self, ehr: Ehr, endpoints: Endpoints) -> OAuth:
        """OAuth with one EHR."""
        return OAuth(ehr, endpoints, self.keys, self.sessions.now)

    def oauth_of(self, session: Session) -> OAuth:
        """OAuth with the EHR of a session, at the addresses it began with."""
        ehr = self.ehrs.at(session.site)
        if ehr is None:
            raise LaunchFailed("launch-over", "the site is no longer registered", session.site)
        return self.oauth(ehr, session.endpoints)

    def ehr_of_launch(self, parameters: Mapping[str, list[str]]) -> tuple[Ehr, str, str]:
        """The registered EHR, `iss` and `launch` of an EHR's link. Nothing is asked of anybody.

        Raises LaunchFailed for everything else.
        """
        isses, launches = parameters.get("iss", []), parameters.get("launch", [])
        if len(isses) > 1 or len(launches) > 1:
            raise LaunchFailed("launch-unclear", "iss or launch is given twice")
        iss, launch = "".join(isses), "".join(launches)
        if not iss:
            raise LaunchFailed("no-issuer", "no iss")
        if len(iss) > _LONGEST_ISS or len(launch) > _LONGEST_LAUNCH:
            raise LaunchFailed("launch-unclear", "iss or launch is too long")
        ehr = self.ehrs.issued(iss)
        if ehr is None:
            raise LaunchFailed("issuer-unknown", "iss is not a smart.issuer of any site")
        if not launch:
            raise LaunchFailed("launch-missing", "no launch", ehr.site)
        return ehr, iss, launch

    def ehr_of_site(self, site: str) -> Ehr:
        """The EHR chosen for a standalone launch. Raises LaunchFailed."""
        ehr = self.ehrs.at(site)
        if ehr is None or not ehr.smart.standalone:
            raise LaunchFailed("site-unknown", "no site of this name, or not standalone")
        return ehr

    def begin(self, ehr: Ehr, iss: str, launch: str, browser: str) -> tuple[str, str]:
        """Where the browser goes to sign in, and the state; without `launch` it is standalone."""
        endpoints = self.discovery.endpoints(ehr)
        scopes = asked_scopes(ehr.smart, endpoints.capabilities, bool(launch))
        attempt = Attempt(
            site=ehr.site,
            iss=iss,
            from_ehr=bool(launch),
            browser=mark(browser),
            # RFC 7636: 43 to 128 characters; 64 bytes make 86.
            verifier=secrets.token_urlsafe(64),
            nonce=secrets.token_urlsafe(32),
            scopes=scopes,
            endpoints=endpoints,
            reference=secrets.token_hex(4),
            steps=(
                Step("The EHR is registered", True, iss),
                Step("Launch value", True, masked(launch) if launch else "standalone: none"),
                *_discovered(ehr, endpoints),
                Step("Asked for", True, " ".join(scopes)),
            ),
        )
        state = self.sessions.begin(attempt)
        _LOG.info("launch_begun", site=ehr.site, from_ehr=attempt.from_ehr, ref=attempt.reference)
        context = {"launch": launch} if launch else {}
        address = self.oauth(ehr, endpoints).authorization_url(
            state, attempt.verifier, scopes, aud=iss, nonce=attempt.nonce, **context
        )
        return address, state

    def finish(self, attempt: Attempt, parameters: Mapping[str, list[str]]) -> str:
        """The id of the session that a callback opens. Raises LaunchFailed."""
        ehr = self.ehrs.at(attempt.site)
        if ehr is None:
            raise LaunchFailed("launch-over", "the site is no longer registered", attempt.site)
        code = _code(parameters, attempt)
        response = self.oauth(ehr, attempt.endpoints).exchange(code, attempt.verifier)
        now = self.sessions.now()
        asked = " ".join(attempt.scopes)
        try:
            tokens = tokens_of(response, asked, now)
        except ValueError as error:
            raise LaunchFailed("token-unusable", str(error), ehr.site) from None
        user = self._user(response, ehr, attempt)
        context = context_of(response, ehr)
        _check_enough(tokens, ehr)
        session = Session(
            site=attempt.site,
            iss=attempt.iss,
            browser=attempt.browser,
            tokens=tokens,
            context=context,
            user=user,
            endpoints=attempt.endpoints,
            reference=attempt.reference,
            ends_at=self.sessions.ends_at(),
            steps=(*attempt.steps, *_finished(tokens, context, user, now)),
        )
        launch = self.sessions.open(session)
        _LOG.info("launch_opened", site=ehr.site, ref=attempt.reference)
        return launch

    def _user(self, response: dict[str, Any], ehr: Ehr, attempt: Attempt) -> User:
        token = response.get("id_token")
        if token is not None:
            return self.identity.user(token, ehr, attempt.endpoints.issuer, attempt.nonce)
        if not attempt.from_ehr:
            raise LaunchFailed("identity-missing", "no id_token in a standalone launch", ehr.site)
        return User()


def state_of(parameters: Mapping[str, list[str]]) -> str:
    """The state of a callback. Raises LaunchFailed unless there is exactly one."""
    states = parameters.get("state", [])
    if len(states) != 1 or not states[0]:
        raise LaunchFailed("callback-unclear", "state is missing or given twice")
    return states[0]


def _code(parameters: Mapping[str, list[str]], attempt: Attempt) -> str:
    """The code of a callback, once it is clear who sent it and that it is no refusal."""
    issuers = parameters.get("iss", [])
    # RFC 9207: `iss` here is the authorization server, not the FHIR base.
    wanted = attempt.endpoints.issuer
    if issuers and wanted and issuers != [wanted]:
        raise LaunchFailed("mixed-up", "iss of the callback is another server's", attempt.site)
    errors = parameters.get("error", [])
    if errors:
        word = errors[0] if _ERROR_WORD.match(errors[0]) else "unreadable error"
        raise LaunchFailed(_ERRORS.get(word, "ehr-refused"), word, attempt.site)
    if attempt.endpoints.says_iss and not issuers:
        raise LaunchFailed("mixed-up", "the EHR promised iss and sent none", attempt.site)
    codes = parameters.get("code", [])
    if len(codes) != 1 or not codes[0]:
        raise LaunchFailed("callback-unclear", "code is missing or given twice", attempt.site)
    return codes[0]


def _check_enough(tokens: Tokens, ehr: Ehr) -> None:
    grants = Grants.of(tokens.scope)
    if not (grants.allows("Patient", "r") and grants.allows("Condition", "s")):
        raise LaunchFailed("too-little", "no scope to read Patient and search Condition", ehr.site)


def _discovered(ehr: Ehr, endpoints: Endpoints) -> tuple[Step, ...]:
    challenge = "S256" in endpoints.challenge_methods
    words = "S256 is advertised" if challenge else "not advertised; sent all the same"
    ours = {"asymmetric": "private_key_jwt", "basic": "client_secret_basic", "public": "none"}
    method = ours[method_of(ehr, endpoints)]
    offered = not endpoints.auth_methods or method in endpoints.auth_methods
    said = f"{method}; the EHR offers {', '.join(sorted(endpoints.auth_methods)) or 'nothing'}"
    return (
        Step("Endpoints", True, f"{endpoints.found_in}: {endpoints.authorize}, {endpoints.token}"),
        Step("Proof key (PKCE)", ehr.smart.pkce, words if ehr.smart.pkce else "switched off"),
        Step("Client authentication", offered or method == "none", said),
    )


def _finished(tokens: Tokens, context: Context, user: User, now: float) -> tuple[Step, ...]:
    return (
        Step("Code exchanged", True, f"token {masked(tokens.access)}"),
        Step("Granted", True, tokens.scope),
        Step("Token lives", True, f"{round(tokens.expires_at - now)} s"),
        Step("Refresh token", bool(tokens.refresh), masked(tokens.refresh)),
        Step("Patient", True, masked(context.patient)),
        Step("User", bool(user.type), user.type or "the EHR did not say who signed in"),
        Step("The EHR sent", True, ", ".join(context.said)),
        Step("Intent", True, context.intent or "none"),
    )
