"""The token of a call, taken apart without trusting it: sizes and shapes, no cryptography."""

from __future__ import annotations

import binascii
import math
import re
from base64 import urlsafe_b64decode
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from cds_hooks.trust.refusal import Cause, Untrusted

MOST_CHARACTERS = 8192
# RFC 6750 section 2.1; the scheme is case-insensitive (RFC 9110 section 11.1). A comma, which is
# how a server joins two Authorization headers, fits nowhere.
_BEARER = re.compile(r"bearer +([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII | re.IGNORECASE)


class Header(Struct, frozen=True):
    """The header fields that CDS Hooks asks for. `jwk`, `x5c` and `x5u` are never looked at."""

    alg: str
    kid: str
    typ: str
    jku: str | None = None
    crit: Raw | UnsetType = UNSET
    b64: Raw | UnsetType = UNSET


class Claims(Struct, frozen=True):
    """The claims that CDS Hooks asks for; times in seconds since 1970."""

    iss: str
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    jti: str
    nbf: float | None = None
    tenant: str | None = None

    @property
    def audiences(self) -> tuple[str, ...]:
        """Whom the token is for."""
        return (self.aud,) if isinstance(self.aud, str) else self.aud


class Token(Struct, frozen=True):
    """A token as it came, and what it says of itself. Nothing in it is proven."""

    compact: str
    header: Header
    claims: Claims

    def __repr__(self) -> str:
        return "Token(…)"


_HEADER: msgspec.json.Decoder[Header] = msgspec.json.Decoder(Header)
_CLAIMS: msgspec.json.Decoder[Claims] = msgspec.json.Decoder(Claims)
_Part = TypeVar("_Part")


def read_token(authorization: str | None) -> Token:
    """The token in an Authorization header. Raises Untrusted when it has not the shape of one."""
    if not authorization:
        raise Untrusted(Cause.MISSING)
    if len(authorization) > MOST_CHARACTERS:
        raise Untrusted(Cause.OVERSIZED)
    found = _BEARER.fullmatch(authorization)
    if found is None:
        raise Untrusted(Cause.MALFORMED)
    compact = found[1]
    first, second, _ = compact.split(".")
    token = Token(
        compact, _part(first, _HEADER, Cause.HEADER), _part(second, _CLAIMS, Cause.CLAIMS)
    )
    _check_header(token.header)
    _check_claims(token.claims)
    return token


def _part(segment: str, decoder: msgspec.json.Decoder[_Part], cause: Cause) -> _Part:
    try:
        return decoder.decode(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    except msgspec.ValidationError:
        raise Untrusted(cause) from None
    except (msgspec.DecodeError, binascii.Error, UnicodeDecodeError, RecursionError):
        raise Untrusted(Cause.MALFORMED) from None


def _check_header(header: Header) -> None:
    if not header.kid or header.typ.upper() != "JWT":
        raise Untrusted(Cause.HEADER)
    # RFC 7515 section 4.1.11: an extension marked critical that is not understood is refused.
    if header.crit is not UNSET or header.b64 is not UNSET:
        raise Untrusted(Cause.HEADER)


def _check_claims(claims: Claims) -> None:
    times = (claims.exp, claims.iat, claims.nbf or 0.0)
    if not claims.jti or not all(math.isfinite(time) for time in times):
        raise Untrusted(Cause.CLAIMS)
