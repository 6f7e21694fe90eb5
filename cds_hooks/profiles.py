"""Client profiles: what kind of client a card is for, as data."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct


class OrderCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The site's code for one of our orders or override reasons."""

    system: str
    code: str
    display: str


class DrugCode(Struct, frozen=True, forbid_unknown_fields=True):
    """A site's own code of a drug, and the ingredients it stands for."""

    system: str
    code: str
    ingredients: tuple[str, ...]


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """How a client calls, and how it wants its cards.

    `hooks` are those it knows; `off` are our services it does without; `users` limits a service
    to types of user. `prefetch` maps our prefetch keys to the client's names for them, `queries`
    to the queries it can answer. The orders of one card complement each other, so several may
    be taken unless a client knows only one choice. `orders` and `reasons` map our orders and
    override reasons to the site's codes; an order without one makes no suggestion. `link_url` is
    where smart links launch; empty: no links. `links`, unless empty, are the beginnings of the
    addresses a card may hold. `ballot`: the client knows the CDS Hooks 3.0 ballot. `deletions`:
    whether a card may offer to remove an order that conflicts with a result. `drugs` are the
    site's own drug codes.
    """

    name: str
    hooks: tuple[str, ...] = ("patient-view", "order-select", "order-sign")
    off: tuple[str, ...] = ()
    users: dict[str, tuple[str, ...]] = {}
    prefetch: dict[str, str] = {}
    queries: dict[str, str] = {}
    markdown: bool = True
    selection_behavior: str = "any"
    recommend: bool = True
    most_suggestions: int = 2
    most_lines: int = 6
    override_reasons: bool = True
    gap_cards: bool = True
    question_cards: bool = True
    silent: bool = False
    ballot: bool = False
    link_url: str = ""
    links: tuple[str, ...] = ()
    orders: dict[str, OrderCode] = {}
    reasons: dict[str, OrderCode] = {}
    deletions: bool = False
    drugs: tuple[DrugCode, ...] = ()

    def offers(self, service_id: str, hook: str) -> bool:
        """Whether this client is told of a service."""
        return hook in self.hooks and service_id not in self.off

    def is_for(self, service_id: str, user_type: str) -> bool:
        """Whether a service speaks to users of this type."""
        return user_type in self.users.get(service_id, (user_type,))

    def our_reasons(self) -> dict[str, str]:
        """Our override reasons by the client's codes for them."""
        return {theirs.code: ours for ours, theirs in self.reasons.items()}

    def may_link(self, address: str) -> bool:
        """Whether a card for this client may hold this address."""
        return not self.links or address.startswith(self.links)


class ProfileFault(ValueError):
    """A profile file that cannot be used; the message names it."""


def load_profiles(folder: Path | None = None) -> dict[str, Profile]:
    """The profiles shipped with the product (or those of `folder`), by name.

    Raises ProfileFault with the file and the reason.
    """
    profiles = {}
    for path in sorted((folder or Path(__file__).parent / "profiles").glob("*.toml")):
        try:
            profile = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Profile)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise ProfileFault(f"{path}: {error}") from error
        profiles[profile.name] = profile
    return profiles
