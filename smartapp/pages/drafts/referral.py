"""The referral letter to cancer genetics."""

from __future__ import annotations

from oncology.findings import Finding
from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.criteria import Judged
from smartapp.pages.drafts import facts
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.family import Family, Relative, family

TITLE = "Referral to cancer genetics"
_SIDES = ("maternal", "paternal")


def referral_letter(
    opened: OpenedChart, guidance: Guidance, findings: tuple[Finding, ...]
) -> Letter:
    """One letter for all that speaks for a referral."""
    known = family(opened, guidance)
    rules = {each.guidance for each in findings}
    judged = [each for each in known.judged if each.guidance in rules]
    reasons = tuple(f"{each.say}." for each in findings if each.say)
    blocks: list[Block] = [
        Paragraph("Thank you for seeing this patient for cancer genetics assessment."),
        Heading("Reason"),
        Points(reasons or tuple(each.title for each in findings)),
        Heading("Cancers of the patient"),
        Points(facts.diagnoses(opened) or ("None on file.",)),
        *_family(known),
        *_criteria(judged),
        Heading("Germline results on file"),
        Points(facts.results(opened, "germline") or ("None.",)),
        *_missing(known, findings),
        Heading("Sources"),
        Points(tuple(dict.fromkeys(s for each in findings for s in facts.cited(each)))),
    ]
    return Letter(
        title=TITLE,
        to="Cancer genetics service",
        date=facts.today(opened),
        about=facts.about(opened),
        blocks=tuple(blocks),
        sender=opened.user.display,
        notes=facts.notes(opened),
    )


def _family(known: Family) -> list[Block]:
    relatives = [each for each in known.relatives if each.relation != "Patient"]
    if not relatives:
        return [Heading("Family"), Paragraph("No relative is on record.")]
    rows = tuple((r.relation, r.side, r.sex, r.life, _health(r)) for r in relatives)
    columns = ("Relative", "Side", "Sex", "Life", "Cancers, tests")
    return [Heading("Family, as recorded"), Table(columns, rows)]


def _health(relative: Relative) -> str:
    told = [each for each in (relative.cancers, relative.traits, relative.note) if each]
    return "; ".join(told) or "no cancer recorded"


def _criteria(judged: list[Judged]) -> list[Block]:
    lines = tuple(
        f"{each.title}: {each.standing.word.lower()}{', ' + each.text if each.text else ''}"
        for each in {each.id: each for each in judged}.values()
    )
    return [Heading("Criteria"), Points(lines)] if lines else []


def _missing(known: Family, findings: tuple[Finding, ...]) -> list[Block]:
    lines = [question for each in findings for question in facts.open_questions(each)]
    sides = {each.side for each in known.relatives}
    lines += [
        f"No relative of the {side} side is on record." for side in _SIDES if side not in sides
    ]
    if not known.is_read:
        lines.append("Family history could not be read from the record.")
    return [Heading("Not known"), Points(tuple(dict.fromkeys(lines)))] if lines else []
