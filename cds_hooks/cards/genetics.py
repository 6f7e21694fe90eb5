"""The counselling card: one a patient, with the facts that decided."""

from __future__ import annotations

from cds_hooks.cards.card import override_reasons
from cds_hooks.cards.draft import Draft, OrderChoice, source_of
from cds_hooks.cards.wording import safe, said, shorten
from oncology.findings import OWN_CANCER, Because, Finding, telling

REASONS = override_reasons(
    ("action-completed", "Already referred, seen or tested elsewhere"),
    ("patient-refuses", "Patient declined referral"),
    ("patient-ineligible", "History is recorded wrongly"),
    ("wrong-time-workflow", "Raise at a later visit"),
    ("service-not-available", "No genetics service within reach"),
)
_MOST_FACTS, _MOST_OWN = 5, 3
_CASCADE, _REFERRAL = "GENREFCASCADE", "cancer-genetics-referral"
_TESTED = (_CASCADE, "GENREFTUMOURVARIANT")
_CONFIRM = "History is as recorded. Confirm it with the patient."


def draft(findings: list[Finding], gaps: tuple[Because, ...]) -> Draft:
    """The content of the one card for all counselling findings that advise."""
    findings = sorted(findings, key=_place)
    first = findings[0]
    facts = telling(dict.fromkeys(fact for each in findings for fact in each.because))
    own = [fact for fact in facts if not fact.reference.startswith("FamilyMemberHistory")]
    family = [fact for fact in facts if fact.reference.startswith("FamilyMemberHistory")]
    needs = [need for each in findings for need in _wanting(each)]
    mine = dict.fromkeys(said(fact).removeprefix(OWN_CANCER) for fact in own)
    lines = [("Patient", "; ".join(list(mine)[:_MOST_OWN]))]
    for fact in family[:_MOST_FACTS]:
        relation, _, cancer = fact.text.partition(": ")
        lines.append((safe(relation), safe(cancer)))
    return Draft(
        topic=first.topic,
        summary=shorten(f"{first.say}{_no_referral(first, gaps)}", first.say),
        lines=(
            *lines[:_MOST_FACTS],
            ("Test", _test_due(findings)),
            ("Not on file", _not_on_file(gaps)),
            ("Missing", ", ".join(dict.fromkeys(needs))),
            ("Not read", ", ".join(said(gap) for gap in gaps)),
        ),
        closing=_CONFIRM if family else f"{first.why}.",
        source=source_of(first),
        link="See pedigree and criteria met" if family else "See facts and options",
        reasons=REASONS,
        orders=(OrderChoice(first.order, first.say),) if first.order else (),
    )


def _wanting(finding: Finding) -> list[str]:
    """What its open criteria wait for; nothing where another one is met already."""
    if any(each.answer == "met" for each in finding.criteria):
        return []
    return [need for each in finding.criteria for need in each.needs]


def _test_due(findings: list[Finding]) -> str:
    """Which test a variant known in the family or in the tumour calls for, and of what sample."""
    criteria = [c for each in findings if each.topic in _TESTED for c in each.criteria]
    return "; ".join(safe(each.text) for each in criteria if each.text)


def _no_referral(finding: Finding, gaps: tuple[Because, ...]) -> str:
    """That nobody was referred is said only of referrals, and where orders were read."""
    unread = any(gap.text == "orders" for gap in gaps)
    return "" if unread or not _is_referral(finding) else "; no referral on file"


def _place(finding: Finding) -> tuple[bool, bool]:
    """A variant known in the family leads; a referral goes before a test of the tumour."""
    return finding.topic != _CASCADE, not _is_referral(finding)


def _is_referral(finding: Finding) -> bool:
    return finding.order is None or finding.order.id == _REFERRAL


def _not_on_file(gaps: tuple[Because, ...]) -> str:
    """What was looked for and not found; what could not be read was not looked for."""
    unread = {gap.text for gap in gaps}
    looked_for = {
        "results": "germline result",
        "procedures": "genetics visit",
        "orders": "referral",
    }
    return ", ".join(words for kind, words in looked_for.items() if kind not in unread)
