"""Draft orders on the desk: from suggestions and from the composer, until they are signed."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import msgspec
from msgspec import Struct

from sandbox.words import codings, concept_words, first, items, text

_CATALOGUE = Path(__file__).parent / "catalogue.toml"
_MOST_DRAFTS = 50
Resource = dict[str, Any]


class Orderable(Struct, frozen=True, forbid_unknown_fields=True):
    """Something a clinician can order here."""

    title: str
    kind: str  # ServiceRequest or MedicationRequest
    system: str
    code: str
    display: str
    source: str

    def drafted(self, patient: str, user: str) -> Resource:
        """The draft order of it for a patient."""
        concept = {
            "coding": [{"system": self.system, "code": self.code, "display": self.display}],
            "text": self.display,
        }
        element = "code" if self.kind == "ServiceRequest" else "medicationCodeableConcept"
        return {
            "resourceType": self.kind,
            "status": "draft",
            "intent": "order",
            "subject": {"reference": f"Patient/{patient}"},
            "requester": {"reference": user},
            element: concept,
        }


@cache
def catalogue() -> dict[str, Orderable]:
    """What can be ordered, by name."""
    listed = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return msgspec.convert(listed, dict[str, Orderable])


@dataclass(frozen=True)
class DraftOrder:
    """An order nobody has signed yet. `topic` is that of the card it came from, if from one."""

    id: str
    topic: str
    label: str
    resource: Resource

    @property
    def code(self) -> str:
        """The code of what is ordered."""
        what = self.resource.get("code") or self.resource.get("medicationCodeableConcept")
        return text(first(codings(what)).get("code"))

    @property
    def reference(self) -> str:
        """`ServiceRequest/1`: how hook contexts and suggestions name it."""
        return f"{self.resource.get('resourceType')}/{self.id}"


class DraftOrders:
    """The draft orders of each patient, oldest first. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._drafts: dict[str, list[DraftOrder]] = {}

    def of(self, slug: str) -> list[DraftOrder]:
        """The drafts of a patient."""
        with self._lock:
            return list(self._drafts.get(slug, []))

    def add(self, slug: str, topic: str, label: str, resource: Resource) -> DraftOrder:
        """Put an order on the desk."""
        name = str(uuid4())
        draft = DraftOrder(name, topic, label, {**resource, "id": name})
        with self._lock:
            held = self._drafts.setdefault(slug, [])
            held.append(draft)
            del held[:-_MOST_DRAFTS]
        return draft

    def remove(self, slug: str, draft_id: str) -> None:
        """Take an order off the desk."""
        with self._lock:
            kept = [draft for draft in self._drafts.get(slug, []) if draft.id != draft_id]
            self._drafts[slug] = kept

    def take_all(self, slug: str) -> list[DraftOrder]:
        """All orders of a patient, which leave the desk."""
        with self._lock:
            return self._drafts.pop(slug, [])

    def follow(self, slug: str, topic: str, suggestion: Resource) -> None:
        """Do what a suggestion says: deletes, then creates, then updates (CDS Hooks 2.0)."""
        label, actions = text(suggestion.get("label")), items(suggestion.get("actions"))
        for action in _of_type(actions, "delete"):
            named = text(action.get("resourceId")) or _reference(first(action.get("resource")))
            self.remove(slug, named.rpartition("/")[2])
        taken = any((draft.topic, draft.label) == (topic, label) for draft in self.of(slug))
        for action in [] if taken else _of_type(actions, "create"):
            for resource in items(action.get("resource")):
                self.add(slug, topic, label, resource)
        for action in _of_type(actions, "update"):
            self._replace(slug, first(action.get("resource")))

    def _replace(self, slug: str, resource: Resource) -> None:
        with self._lock:
            held = self._drafts.get(slug, [])
            for place, draft in enumerate(held):
                if draft.reference == _reference(resource):
                    label = concept_words(resource.get("code")) or draft.label
                    held[place] = DraftOrder(draft.id, draft.topic, label, resource)


def _of_type(actions: list[Resource], kind: str) -> list[Resource]:
    return [each for each in actions if each.get("type") == kind]


def _reference(resource: Resource) -> str:
    return f"{text(resource.get('resourceType'))}/{text(resource.get('id'))}"
