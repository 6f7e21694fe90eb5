"""The page of a standalone launch: who you are, which patient, what the app may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_urlsafe

from flask import render_template
from werkzeug.datastructures import MultiDict

from sandbox.addresses import conduct_here
from sandbox.smart.asking import Asked, Refused
from sandbox.smart.context import USERS, USUAL_USER, LaunchContext, user_reference
from sandbox.smart.ledger import Shelf
from sandbox.smart.server import SmartServer

_TOO_OLD = "This page is too old, or was sent before. Go back to the app and begin again."


@dataclass(frozen=True)
class Choice:
    """A patient to choose."""

    id: str
    name: str
    words: str


class Chooser:
    """Asks the user, and remembers what the app had asked for."""

    def __init__(self, server: SmartServer, patients: Iterable[Choice]) -> None:
        self._server = server
        self._patients = {each.id: each for each in patients}
        self._waiting: Shelf[Asked] = Shelf()

    def page(self, asked: Asked) -> str:
        """The page; its form carries a ticket for one answer."""
        ticket = token_urlsafe(24)
        self._waiting.put(ticket, asked)
        return render_template(
            "authorize.html",
            app=asked.app,
            action=f"{conduct_here().prefix}/auth/choose",
            ticket=ticket,
            users={kind: words for kind, (_, words) in USERS.items()},
            usual=USUAL_USER,
            patients=self._patients.values() if self._needs_patient(asked) else (),
            scopes=self._granted(asked).split(),
        )

    def chosen(self, form: MultiDict[str, str]) -> tuple[Asked, LaunchContext | None]:
        """The request and its context; None as context when the user says no. Raises Refused."""
        asked = self._waiting.take(form.get("ticket"))
        if asked is None or asked.conduct != conduct_here():
            raise Refused(_TOO_OLD)
        if "allow" not in form:
            return asked, None
        user = form.get("user", USUAL_USER)
        chosen = form.get("patient") if self._needs_patient(asked) else None
        if self._needs_patient(asked) and chosen not in self._patients:
            raise Refused("No patient was chosen.")
        shown = self._granted(asked).split()
        denied = set(shown) - set(form.getlist("scope"))
        is_told = user != USUAL_USER or conduct_here().mood.tokens.provider_picks_patient
        return asked, LaunchContext(
            user=user_reference(user, chosen or ""),
            # Whoever takes the scope away tells the app no patient.
            patient=chosen if is_told and "launch/patient" not in denied else None,
            denied=frozenset(denied),
        )

    def _granted(self, asked: Asked) -> str:
        return self._server.rules(asked.app).grant(asked.values["scope"])

    def _needs_patient(self, asked: Asked) -> bool:
        return "launch/patient" in asked.values["scope"].split()
