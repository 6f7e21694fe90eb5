"""The guidance in use: all artifacts and the terminology they are judged with."""

from __future__ import annotations

from msgspec import Struct

from oncology.guidance.artifact import Artifact
from oncology.terminology import Terminology


class Guidance(Struct, frozen=True):
    """Artifacts by id, in the order of their folders, and the release they belong to."""

    version: str
    artifacts: dict[str, Artifact]
    terminology: Terminology

    def of_kinds(self, kinds: frozenset[str] | None) -> list[Artifact]:
        """The active artifacts of these kinds; all of them without `kinds`."""
        return [
            artifact
            for artifact in self.artifacts.values()
            if artifact.status == "active" and (kinds is None or artifact.kind in kinds)
        ]
