"""Moods: in what a vendor's servers differ from the plain reading of the standards."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

_FOLDER = Path(__file__).parent / "moods"
STANDARD = "standard"


class Discovery(Struct, frozen=True, forbid_unknown_fields=True):
    """What the discovery documents say, and where they lie."""

    capabilities: tuple[str, ...] = (
        "launch-ehr",
        "launch-standalone",
        "authorize-post",
        "client-public",
        "client-confidential-symmetric",
        "client-confidential-asymmetric",
        "sso-openid-connect",
        "context-banner",
        "context-style",
        "context-ehr-patient",
        "context-ehr-encounter",
        "context-standalone-patient",
        "permission-offline",
        "permission-online",
        "permission-patient",
        "permission-user",
        "permission-v1",
        "permission-v2",
    )
    place: str = "base"  # base, root (beside the FHIR base), capability-statement
    relative: bool = False
    states_pkce: bool = True
    states_scopes: bool = True
    scopes: tuple[str, ...] = ()  # the only ones stated
    revocation: bool = True
    introspection: bool = True
    issuer_in_callback: bool = True  # RFC 9207
    id_token_issuer: str = ""  # a path below the authorization server; empty: the server itself


class Tokens(Struct, frozen=True, forbid_unknown_fields=True):
    """What the token endpoint does."""

    seconds: int = 3600
    rotates: bool = True
    grammars: tuple[str, ...] = ("v1", "v2")
    methods: tuple[str, ...] = ("none", "client_secret_basic", "private_key_jwt")
    client_id: str = "public"  # who sends client_id: public (others must not), any
    provider_picks_patient: bool = True
    plain: tuple[str, ...] | None = None  # the only scopes it knows that are not of resources
    context: tuple[str, ...] | None = None  # the only context parameters it sends
    tenant: str = ""
    states_expiry: bool = True
    extra: dict[str, int] = {}
    online: bool = True
    other_base: int = 401  # the status for a token of another FHIR base


class Searching(Struct, frozen=True, forbid_unknown_fields=True):
    """What a search of one type needs and knows, where that differs."""

    one_of: tuple[str, ...] = ()  # beside patient, one of these parameters
    without: tuple[str, ...] = ()  # parameters it does not know
    only: tuple[str, ...] | None = None  # the only parameters it knows beside patient
    categories: tuple[str, ...] = ()  # other categories are an error
    is_offered: bool = True
    reads: bool = True
    creates: bool = True


class Fhir(Struct, frozen=True, forbid_unknown_fields=True):
    """What the FHIR server does."""

    page: int = 100
    most: int = 500
    creates: bool = True
    numbers: bool = False  # OperationOutcomes carry the vendor's own numbers
    empty_is_outcome: bool = False  # an empty search holds an OperationOutcome entry, 4101
    repeats_across_pages: bool = False  # the first of a page was the last of the page before
    first_page_social: bool = False  # all social history comes first, whatever _count says
    post_ignores_query: bool = False  # _search by POST ignores the query string
    json_only: bool = False  # anything but JSON is 406 with an empty body
    paging_parameter: str = "page"
    states_total: bool = True
    keeps_last_updated: bool = True
    types: dict[str, Searching] = {}


class Mood(Struct, frozen=True, forbid_unknown_fields=True):
    """One mood. What a file leaves out is as the standards have it."""

    title: str
    words: str
    discovery: Discovery = Discovery()
    tokens: Tokens = Tokens()
    fhir: Fhir = Fhir()
    id: str = ""

    def searching(self, kind: str) -> Searching:
        """What differs in searches of a type."""
        return self.fhir.types.get(kind, Searching())


@cache
def moods() -> dict[str, Mood]:
    """Every mood by its id, the plain one first."""
    found = {path.stem: path for path in sorted(_FOLDER.glob("*.toml"))}
    order = sorted(found, key=lambda name: (name != STANDARD, name))
    return {name: _load(found[name]) for name in order}


def _load(path: Path) -> Mood:
    mood = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Mood)
    return msgspec.structs.replace(mood, id=path.stem)
