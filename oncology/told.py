"""Family history told in words: what it would meet if a person confirmed it. Never more."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from oncology.chart.model import Chart
from oncology.dates import PartialDate
from oncology.evaluate import Evaluation
from oncology.facts.case import Case
from oncology.facts.family import family_of
from oncology.family.told.model import ToldCancer, ToldRelative
from oncology.family.told.proposals import Proposal, Proposals, propose
from oncology.family.told.texts import Comment, comments_of
from oncology.findings import Because, Criterion, Finding, Verdict
from oncology.guidance.library import Guidance

_KINDS = frozenset({"genetic-counseling", "family-history"})
_MET, _NOT_MET = "met", "not_met"


class PossiblyMet(Struct, frozen=True, gc=False):
    """A criterion that the record does not meet and that may be met as told: to be confirmed.

    `is_open`: even so facts would be lacking, the `needs`. `rests_on`: what is told and counts.
    """

    id: str
    guidance: str
    title: str
    is_open: bool
    needs: tuple[str, ...]
    rests_on: tuple[Because, ...]


class FamilyTold(Struct, frozen=True, gc=False):
    """What the comments of a chart tell, apart from the record.

    `denied`: cancers said to be in nobody, None for any. `unread`: comments in which nothing was
    understood; `foreign`: those not in English; `unknown`: those that say that nobody knows.
    """

    proposals: tuple[Proposal, ...]
    possible: tuple[PossiblyMet, ...]
    denied: tuple[tuple[str | None, Comment], ...] = ()
    unread: tuple[Comment, ...] = ()
    foreign: tuple[Comment, ...] = ()
    unknown: tuple[Comment, ...] = ()


def family_told(chart: Chart, guidance: Guidance, today: date) -> FamilyTold | None:
    """What the chart's comments tell of the family; None when it holds no comment.

    No finding of `evaluate` depends on it: it is for the page and the command line.
    """
    comments = comments_of(chart, guidance.terminology)
    artifacts = guidance.of_kinds(_KINDS)
    if not comments or not artifacts:
        return None
    day = PartialDate(today, today)
    recorded, as_told = Evaluation(chart, guidance, day), Evaluation(chart, guidance, day)
    pedigree = family_of(Case(recorded, artifacts[0]))
    found = propose(pedigree, comments, guidance.terminology)
    possible: list[PossiblyMet] = []
    if any(each.is_news for each in found.proposals):
        as_told.pedigree = found.as_told
        for artifact in artifacts:
            findings = recorded.finding(artifact.id), as_told.finding(artifact.id)
            possible += _possible(*findings, guidance)
    return _told(found, tuple(possible))


def _possible(recorded: Finding, as_told: Finding, guidance: Guidance) -> list[PossiblyMet]:
    """The criteria that what is told would meet, or would leave open that were not met."""
    if as_told.answer is Verdict.DOES_NOT_APPLY:
        return []
    before = {each.id: each for each in recorded.criteria}
    found = []
    for after in as_told.criteria:
        known = before.get(after.id)
        answer = known.answer if known else _NOT_MET
        meets = after.answer == _MET and answer != _MET
        opens = after.answer == "cannot_tell" and answer == _NOT_MET
        if meets or opens:
            name = guidance.criteria.get(after.id)
            title = name.title if name else as_told.title
            rests_on = _new_facts(after, known)
            found.append(
                PossiblyMet(after.id, as_told.guidance, title, opens, after.needs, rests_on)
            )
    return found


def _new_facts(after: Criterion, before: Criterion | None) -> tuple[Because, ...]:
    known = set(before.because) if before else set()
    return tuple(each for each in after.because if each not in known)


def _told(found: Proposals, possible: tuple[PossiblyMet, ...]) -> FamilyTold:
    silent = [
        comment
        for comment, told in found.told
        if not (told.relatives or told.denied or told.is_foreign or told.is_history_unknown)
    ]
    return FamilyTold(
        proposals=found.proposals,
        possible=possible,
        denied=tuple((site, c) for c, told in found.told for site in told.denied),
        unread=tuple(silent),
        foreign=tuple(c for c, told in found.told if told.is_foreign),
        unknown=tuple(c for c, told in found.told if told.is_history_unknown),
    )


def question_of(proposal: Proposal, guidance: Guidance) -> str:
    """What to ask the patient: `Did the maternal aunt have ovarian cancer, at 44?`."""
    relative = proposal.relative
    told = [_cancer_words(each, guidance) for each in relative.cancers if not each.denied]
    told += [f"a {each.symbol} variant" for each in relative.genes if each.found]
    if not told:
        return ""
    if relative.path is None:
        return f"How is the {relative.label} with {' and '.join(told)} related to the patient?"
    return f"Did the {relative.label} have {' and '.join(told)}?"


def told_words(relative: ToldRelative, guidance: Guidance) -> str:
    """`ovarian cancer at 44, no breast cancer`: what is told of one relative."""
    said = [
        ("no " if each.denied else "") + _cancer_words(each, guidance) for each in relative.cancers
    ]
    said += [
        f"{each.symbol} variant {'' if each.found else 'not '}found" for each in relative.genes
    ]
    return ", ".join(said)


def _cancer_words(cancer: ToldCancer, guidance: Guidance) -> str:
    known = guidance.terminology.family_sites.get(cancer.site or "")
    age = cancer.age.words()
    name = known.name if known else "cancer"
    doubt = "" if cancer.is_certain or cancer.denied else " (not certain)"
    return f"{name}{f' at {age}' if age else ''}{doubt}"


def cancer_name(site: str | None, guidance: Guidance) -> str:
    """A cancer denied for the family, by name; any cancer without a site."""
    known = guidance.terminology.family_sites.get(site or "")
    return known.name if known else "any cancer"
