"""Client profiles: what kind of client a card is for, as data."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct


class OrderCode(Struct, frozen=True, forbid_unknown_fields=True):
    """The site's orderable for one of our orders."""

    system: str
    code: str
    display: str


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """How a client wants its cards.

    The orders of one card complement each other, so several may be taken unless a client knows
    only one choice. `orders` maps our order names to the site's orderables; an order without a
    code makes no suggestion. `link_url` is where smart links launch; empty: no links.
    """

    name: str
    markdown: bool = True
    selection_behavior: str = "any"
    recommend: bool = True
    most_suggestions: int = 2
    override_reasons: bool = True
    gap_cards: bool = True
    question_cards: bool = True
    silent: bool = False
    link_url: str = ""
    orders: dict[str, OrderCode] = {}


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
