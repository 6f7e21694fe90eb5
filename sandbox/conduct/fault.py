"""Faults: what can go wrong at an EHR, each under a name that an address or a launch can carry."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

_FILE = Path(__file__).parent / "faults.toml"


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """One fault: where it shows, in words."""

    place: str  # discovery, authorization, token, fhir
    title: str
    words: str
    id: str = ""


@cache
def faults() -> dict[str, Fault]:
    """Every fault by its name, in the order of the file."""
    listed = msgspec.convert(tomllib.loads(_FILE.read_text(encoding="utf-8")), dict[str, Fault])
    return {name: msgspec.structs.replace(fault, id=name) for name, fault in listed.items()}
