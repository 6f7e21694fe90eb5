"""The trial card: a search that is a real question, never a match."""

from __future__ import annotations

from cds_hooks.cards.card import override_reasons
from cds_hooks.cards.draft import Draft, source_of
from cds_hooks.cards.wording import safe, said, shorten
from oncology.findings import Because, Finding

REASONS = override_reasons(
    ("action-completed", "Already screened or enrolled"),
    ("action-not-priority", "Not looking for a trial now"),
    ("patient-refuses", "Patient not interested"),
)


def draft(finding: Finding, gaps: tuple[Because, ...]) -> Draft:
    """The card's content."""
    result = finding.because[-1] if finding.because else Because("")
    subject = f"{finding.subject[0].lower()}{finding.subject[1:]}"
    by_marker = finding.reason in ("marker", "resistance")
    start = f"{safe(result.text)}, {subject}" if by_marker else finding.subject
    searched = [finding.title.lower(), safe(result.text) if by_marker else "", "recruiting"]
    return Draft(
        topic=finding.topic,
        summary=shorten(
            f"{start}: {finding.say}; trial search is ready",
            f"{start}: {finding.say}",
            f"{finding.title}: {finding.say}",
        ),
        lines=(
            ("Would search for", "; ".join(term for term in searched if term)),
            ("Result", said(result)),
            ("Would not check", "performance status, lab values, earlier treatment"),
            ("Not read", ", ".join(said(gap) for gap in gaps)),
        ),
        closing=f"{finding.why}.",
        source=source_of(finding),
        link="See trials and change filters",
        reasons=REASONS,
    )
