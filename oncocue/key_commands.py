"""`oncocue keys`: our keys as a client of EHRs, and the keys that encrypt sessions."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from smartapp.launch.client_keys import KeyFolder

keys = typer.Typer(
    help="Our keys as a client of EHRs: make, list, rotate; the key that encrypts sessions.",
    no_args_is_help=True,
)


class Algorithm(Enum):
    """The algorithms SMART asks clients to support."""

    ES384 = "ES384"
    RS384 = "RS384"


Chosen = Annotated[Algorithm, typer.Option("--algorithm", help="ES384 is the usual one.")]


@keys.command()
def make(algorithm: Chosen = Algorithm.ES384) -> None:
    """Add a key. The first signs at once, a later one an hour after it was published."""
    from oncocue.command_line import _usage_errors

    with _usage_errors():
        made = _folder().make(algorithm.value, time.time())
    typer.echo(f"{made.kid} {made.algorithm}, signs from {_when(made.signs_from)}")


@keys.command()
def rotate(algorithm: Chosen = Algorithm.ES384) -> None:
    """Add a key and let the present ones end after it has taken over: no launch fails meanwhile."""
    from oncocue.command_line import _usage_errors

    with _usage_errors():
        made = _folder().rotate(algorithm.value, time.time())
    typer.echo(f"{made.kid} {made.algorithm}, signs from {_when(made.signs_from)}")


@keys.command(name="list")
def list_keys() -> None:
    """Every key and what it does now; no private part."""
    from oncocue.command_line import _usage_errors

    with _usage_errors():
        folder = _folder()
        found = folder()
    now = time.time()
    for key in found.all():
        signing = found.signing(key.algorithm, now)
        if key.ends_at is not None and key.ends_at <= now:
            state = "ended: the file may be deleted"
        elif signing and signing.kid == key.kid:
            state = "signs"
        else:
            state = "published"
        ends = f", ends {_when(key.ends_at)}" if key.ends_at else ""
        typer.echo(f"{key.kid} {key.algorithm} made {_when(key.made_at)}{ends}: {state}")
    if not found.all():
        typer.echo(f"{folder.folder} has no keys: run `oncocue keys make`.", err=True)


@keys.command()
def jwks() -> None:
    """The key set as it is served, for an EHR that takes a file."""
    import json

    from oncocue.command_line import _usage_errors

    with _usage_errors():
        typer.echo(json.dumps({"keys": _folder()().published(time.time())}, indent=2))


@keys.command()
def secret() -> None:
    """A new key for app.store_keys. Put it before the present one, and keep that for a day."""
    from smartapp.sessions.vault import make_vault_key

    typer.echo(make_vault_key())


def _folder() -> KeyFolder:
    from oncocue.smart import key_folder
    from oncocue.wiring import load_settings
    from smartapp.launch.client_keys import KeyFolder

    return KeyFolder(key_folder(load_settings().app))


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
