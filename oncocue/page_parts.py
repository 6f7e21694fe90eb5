"""What the page of every artifact begins and ends with, whatever its shape."""

from __future__ import annotations

from collections.abc import Iterator

from oncology.guidance.artifact import Artifact
from oncology.orders.rules import OrderArtifact


def opening(artifact: Artifact | OrderArtifact) -> Iterator[str]:
    """Title, version, question, and whether anybody approved it."""
    yield f"# {artifact.title}: {artifact.kind.replace('-', ' ')}"
    yield f"\n`{artifact.id}` {artifact.version}, {artifact.status}. Topic `{artifact.topic}`."
    yield f"\n**Question.** {artifact.question}"
    approval = artifact.approval
    signed = f"{approval.name}, {approval.role}, {approval.date}" if approval else "none"
    yield f"\n**Approval.** {signed}. **Next review.** {artifact.review}."
    if not approval:
        yield "\nDemonstration content, not clinically approved."


def closing(artifact: Artifact | OrderArtifact) -> Iterator[str]:
    """What is left out, and the sources; the cases follow."""
    yield "\n## What is left out\n"
    yield from (f"- {limit}" for limit in artifact.limits)
    yield "\n## Sources\n"
    for source in artifact.sources.values():
        yield f"- `{source.id}`: {source.label} <{source.url}>, read {source.checked}"
    yield "\n## Cases\n"
