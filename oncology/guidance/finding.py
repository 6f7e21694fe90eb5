"""A finding, with what every finding says of its artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncology.findings import Finding, Verdict

if TYPE_CHECKING:
    from oncology.guidance.artifact import Artifact
    from oncology.orders.rules import OrderArtifact


def finding_of(artifact: Artifact | OrderArtifact, answer: Verdict, **parts: object) -> Finding:
    """A finding of an artifact; `parts` are the further fields, its sources if not all."""
    given = {"sources": tuple(artifact.sources.values()), **parts}
    return Finding(
        guidance=artifact.id,
        version=artifact.version,
        topic=artifact.topic,
        kind=artifact.kind,
        title=artifact.title,
        answer=answer,
        why=artifact.why,
        **given,  # type: ignore[arg-type]
    )
