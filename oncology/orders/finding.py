"""A finding of the order rules, with what every finding says of its artifact."""

from __future__ import annotations

from oncology.findings import Finding, Verdict
from oncology.orders.rules import OrderArtifact


def finding_of(artifact: OrderArtifact, answer: Verdict, **parts: object) -> Finding:
    """A finding of an order artifact."""
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
