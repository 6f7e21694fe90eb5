"""Does the family meet this published criterion?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from oncology.facts.case import NO, UNKNOWN, YES, Answer, Case
from oncology.facts.family import family_of, recorded_cancers
from oncology.facts.pathology import with_pathology
from oncology.family.completeness import completeness, unread_of
from oncology.family.completions import is_about
from oncology.family.points import score_words
from oncology.family.rule import PATHOLOGY, Rule
from oncology.family.settling import settling_set
from oncology.family.verdict import Verdict
from oncology.family.wording import need_of, question_of
from oncology.findings import Because

ANSWERS = (YES, NO, UNKNOWN)
Build = Callable[..., Rule]

_CODED = "who the relatives behind the coded family history are"
# No fact that a family history can hold would settle it.
_WORDING = "how the affected relatives are related to each other, or the reading of the criterion"
_rules: dict[tuple[Build, str], Rule] = {}


def criterion(build: Build, name: str) -> Callable[..., Answer]:
    """The fact that judges one criterion; its parameters are those of the criterion's rule."""

    _builds[build.__module__.rsplit(".", 1)[-1].replace("_", "-")] = build

    def answer(case: Case, **parameters: Any) -> Answer:
        rule, family = _rule(build, parameters), family_of(case)
        if PATHOLOGY in rule.asks:
            family = with_pathology(case.evaluation, family)
        verdict = Verdict(rule, family)
        return _answer(verdict, name)

    return answer


_builds: dict[str, Build] = {}


def rule_of(fact: str, parameters: dict[str, Any]) -> Rule | None:
    """The rule behind a fact with these numbers; None when the fact is no family criterion."""
    build = _builds.get(fact)
    return None if build is None else _rule(build, parameters)


def _rule(build: Build, parameters: dict[str, Any]) -> Rule:
    """Each rule is built once: its numbers come from guidance and do not change."""
    key = build, repr(parameters)
    rule = _rules.get(key)
    if rule is None:
        rule = _rules[key] = build(**parameters)
    return rule


def _answer(verdict: Verdict, name: str) -> Answer:
    pedigree = verdict.pedigree
    text = score_words(verdict, name)
    because = _because(verdict, verdict.contributors)
    if verdict.answer is True:
        return Answer(YES, because, text=text, decided=_because(verdict, verdict.deciders))
    if verdict.answer is False:
        return Answer(NO, because, text=text, completeness=completeness(pedigree))
    facts = settling_set(verdict)
    needs = tuple(dict.fromkeys(need_of(fact, pedigree) for fact in facts))
    if not needs and verdict.may_be_more:
        return Answer(
            UNKNOWN, because, (unread_of(pedigree) if verdict.is_unread else _CODED,), text
        )
    if verdict.is_left_to_words or not needs:
        needs += (_WORDING,)
    question = question_of(facts[0], pedigree) if facts else ""
    return Answer(UNKNOWN, because, needs, text, question=question)


def _because(verdict: Verdict, places: tuple[int, ...]) -> tuple[Because, ...]:
    """The cancers, with ages, of these people that the criterion is about."""
    found: list[Because] = []
    for place in places:
        person = verdict.pedigree.people[place]
        sites = [each.site for each in person.cancers if each.site]
        sites = [site for site in sites if is_about(verdict.rule, site)]
        found += recorded_cancers(person, *sites)
    return tuple(found)
