"""The question card and the gap card: what a person can settle now, what was not read."""

from __future__ import annotations

from cds_hooks.cards.card import override_reasons
from cds_hooks.cards.draft import Draft, source_of
from cds_hooks.cards.wording import said, shorten
from oncology.findings import Because, Finding, Source, telling

_REASONS = override_reasons(
    ("need-more-info", "Not known yet"),
    ("action-completed", "Recorded elsewhere"),
    ("patient-ineligible", "Does not apply to this patient"),
)
_GAP_REASONS = override_reasons(
    ("action-completed", "Read elsewhere"),
    ("action-not-priority", "Not needed now"),
    ("need-more-info", "Will be looked into"),
)
_ASKED_ONCE = ("clinical status", "verification status", "histology", "advanced")
_PROJECT = Source("completeness", "Completeness of the data read for this patient", "", "")


def question_of(finding: Finding) -> str:
    """The question a person can settle now; empty when there is none.

    Advice that makes no card of its own may still have one. What several services would ask
    alike, only biomarker testing asks.
    """
    if finding.kind == "trial-search":
        return ""
    shared = () if finding.kind == "biomarker-testing" else _ASKED_ONCE
    return next(
        (item.question for item in finding.unresolved if item.question and item.fact not in shared),
        "",
    )


def draft_question(finding: Finding, gaps: tuple[Because, ...]) -> Draft:
    """A card that asks, never "if advanced"."""
    asked = {"biomarker-testing": "which biomarkers are due", "trial-search": "trial search"}
    return Draft(
        topic=f"{finding.topic}ASK",
        summary=shorten(question_of(finding)),
        lines=(
            ("On file", ", ".join(dict.fromkeys(map(said, telling(finding.because)[:3])))),
            ("Needed to tell", asked.get(finding.kind, "whether genetic counselling is due")),
            ("Not read", ", ".join(said(gap) for gap in gaps)),
        ),
        closing="Nothing is advised until this is recorded.",
        source=source_of(finding),
        link="See facts and options",
        reasons=_REASONS,
    )


def draft_gap(kind: str, gaps: tuple[Because, ...]) -> Draft:
    """A card that says what could not be read, so that silence is not taken for all clear."""
    what = ", ".join(dict.fromkeys(gap.text for gap in gaps))
    return Draft(
        topic="NOTASSESSED" + "".join(part for part in kind.upper() if part.isalpha()),
        summary=shorten(f"Not assessed: {what} could not be read", "Not assessed: data unread"),
        lines=(
            ("Could not be read", what),
            ("Not assessed", kind.replace("-", " ").replace("counseling", "counselling")),
        ),
        closing="This is not an all-clear.",
        source=_PROJECT,
        link="See data notes",
        reasons=_GAP_REASONS,
    )
