"""Why a caller is not trusted: one fixed word for the log, nothing for the caller."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """What was wrong with a call's token. The words are for the log; callers never see them."""

    MISSING = "no-token"
    OVERSIZED = "token-too-long"
    MALFORMED = "not-a-token"
    HEADER = "header"
    CLAIMS = "claims"
    ISSUER = "issuer-unknown"
    TENANT = "tenant"
    ALGORITHM = "algorithm"
    AUDIENCE = "audience"
    EXPIRED = "expired"
    EARLY = "not-yet-valid"
    LIFETIME = "lifetime"
    KEY_SOURCE = "jku-not-listed"
    KEY = "key-unknown"
    SIGNATURE = "signature"
    REPLAY = "token-used-before"


class Untrusted(Exception):
    """The call is refused with 401. Holds the cause and, when its issuer is known, the site."""

    def __init__(self, cause: Cause, site: str = "") -> None:
        super().__init__(cause.value)
        self.cause = cause
        self.site = site
