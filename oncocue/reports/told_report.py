"""`oncocue evaluate`: what notes tell of the family, apart from what is on record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from oncology.family.told.proposals import Proposal
from oncology.guidance.library import Guidance
from oncology.told import FamilyTold, PossiblyMet, cancer_name, question_of, told_words

POSSIBLY_MET = "possibly_met"


def told_json(told: FamilyTold | None, guidance: Guidance) -> dict[str, Any]:
    """Proposed relatives, and the criteria they would meet if confirmed."""
    if told is None:
        return {"relatives": [], "criteria": [], "denied": [], "notRead": []}
    return {
        "relatives": [_relative(each, guidance) for each in told.proposals],
        "criteria": [_criterion(each) for each in told.possible],
        "denied": [
            {"cancer": site or "any", "quote": comment.text, "reference": comment.reference}
            for site, comment in told.denied
        ],
        "notRead": [each.reference for each in (*told.foreign, *told.unread)],
    }


def _relative(proposal: Proposal, guidance: Guidance) -> dict[str, Any]:
    relative = proposal.relative
    return {
        "relation": relative.label,
        "side": relative.side,
        "degree": relative.degree,
        "cancers": [
            {
                "cancer": each.site or "unknown",
                "ageLow": each.age.low,
                "ageHigh": each.age.high,
                "denied": each.denied,
                "certain": each.is_certain,
            }
            for each in relative.cancers
        ],
        "genes": [{"gene": each.symbol, "found": each.found} for each in relative.genes],
        "quote": relative.quote,
        "reference": proposal.comment.reference,
        "recordedAs": proposal.recorded,
        "ask": question_of(proposal, guidance) if proposal.is_news else "",
    }


def _criterion(possible: PossiblyMet) -> dict[str, Any]:
    return {
        "id": possible.id,
        "guidance": possible.guidance,
        "answer": POSSIBLY_MET,
        "needs": list(possible.needs),
        "because": [{"text": each.text, "reference": each.reference} for each in possible.rests_on],
    }


def told_text(told: FamilyTold | None, guidance: Guidance) -> Iterator[str]:
    """The same in lines of text; nothing when the chart holds no comment."""
    if told is None:
        return
    yield "Told in notes, not recorded (meets no criterion until confirmed):"
    for each in told.proposals:
        known = f", on record as {each.recorded}" if each.recorded else ""
        told_of = f"{each.relative.label}: {told_words(each.relative, guidance)}"
        yield f"  {told_of}{known}  “{_one_line(each.relative.quote)}” [{each.comment.reference}]"
        question = question_of(each, guidance) if each.is_news else ""
        if question:
            yield f"    ask: {question}"
    for site, comment in told.denied:
        yield f"  in nobody: {cancer_name(site, guidance)} [{comment.reference}]"
    for comment in told.unknown:
        yield f"  the family history is said to be unknown [{comment.reference}]"
    for comment in told.foreign:
        yield f"  not in English, not read [{comment.reference}]"
    for comment in told.unread:
        yield f"  nothing in it was understood [{comment.reference}]"
    for possible in told.possible:
        needs = f"; would still need {', '.join(possible.needs)}" if possible.needs else ""
        yield f"  {possible.id}: possibly met: confirm{needs}  ({possible.guidance})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
