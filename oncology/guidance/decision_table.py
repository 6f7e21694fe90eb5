"""Decision tables: closed, complete, without overlap; the table is the rule."""

from __future__ import annotations

from itertools import product

from msgspec import Struct

from oncology.facts.case import NOT_TESTED, TO_JUDGE, UNKNOWN, Answer, Case
from oncology.findings import Because, Criterion, Unresolved, Verdict
from oncology.guidance.artifact import Artifact, FactUse, Rule

# What a person may still answer.
_OPEN = (UNKNOWN, NOT_TESTED)


class Decided(Struct, frozen=True):
    """What a decision table came to."""

    answer: Verdict
    say: str
    reason: str
    criteria: tuple[Criterion, ...]
    because: tuple[Because, ...]
    unresolved: tuple[Unresolved, ...]


class TableFault(ValueError):
    """A gap, an overlap or a guess in a decision table; the message names the combination."""


def build_table(
    facts: dict[str, FactUse], decides: tuple[str, ...], rules: tuple[Rule, ...]
) -> dict[tuple[str, ...], Rule]:
    """Try every combination of answers: each must meet exactly one rule, and a definite answer
    must hold whatever an unknown fact turns out to be.

    Raises TableFault at the first gap, overlap or answer that takes unknown for something known.
    """
    table: dict[tuple[str, ...], Rule] = {}
    for combination in product(*(facts[name].answers for name in decides)):
        answers = dict(zip(decides, combination, strict=True))
        hits = [rule for rule in rules if _meets(rule, answers)]
        if len(hits) != 1:
            fault = "no rule" if not hits else "more than one rule"
            told = ", ".join(f"{name} = {value}" for name, value in answers.items())
            raise TableFault(f"{fault} for {told}")
        table[combination] = hits[0]
    for combination, rule in table.items():
        if rule.answer != Verdict.CANNOT_TELL.value:
            _check_unknown(facts, decides, table, combination)
    return table


def _check_unknown(
    facts: dict[str, FactUse],
    decides: tuple[str, ...],
    table: dict[tuple[str, ...], Rule],
    combination: tuple[str, ...],
) -> None:
    """Masking a fact may only open an answer: one look at each answer it may stand for."""
    answer = table[combination].answer
    for place, name in enumerate(decides):
        if combination[place] != UNKNOWN:
            continue
        for known in facts[name].answers:
            other = table[(*combination[:place], known, *combination[place + 1 :])].answer
            if other != answer:
                told = ", ".join(map(" = ".join, zip(decides, combination, strict=True)))
                raise TableFault(f"{answer} for {told}, but {other} for {name} = {known}")


def _meets(rule: Rule, answers: dict[str, str]) -> bool:
    return all(answers[name] in allowed for name, allowed in rule.when)


def decide(case: Case) -> Decided:
    """Look the facts' answers up; unknown facts of an open answer become what is unresolved."""
    artifact = case.artifact
    answers = {name: case.ask(name) for name in artifact.decides}
    rule = artifact.table[tuple(answers[name].value for name in artifact.decides)]
    verdict = Verdict(rule.answer)
    deciding = [name for name, _ in rule.when] or list(artifact.decides)
    because: dict[Because, None] = {}
    unresolved: dict[Unresolved, None] = {}
    in_vain = verdict is Verdict.CANNOT_TELL and _is_in_vain(artifact, answers)
    for name in deciding:
        because.update(dict.fromkeys(answers[name].because))
        question = "" if in_vain else _asked(artifact.facts[name], answers[name])
        is_open = answers[name].value == UNKNOWN
        # What was not tested, or has no threshold, is asked where the artifact has a question.
        is_asked = answers[name].value in (NOT_TESTED, TO_JUDGE) and question
        if verdict is Verdict.CANNOT_TELL and (is_open or is_asked):
            unresolved[Unresolved(name, question)] = None
    return Decided(
        answer=verdict,
        say=rule.say,
        reason=rule.reason,
        criteria=_criteria(case, artifact),
        because=tuple(because),
        unresolved=tuple(unresolved),
    )


def _is_in_vain(artifact: Artifact, answers: dict[str, Answer]) -> bool:
    """Whether no answer to what is open can lead to advice, in an artifact that gives any.

    What a person must judge is answered by no answer of the table.
    """
    gives_any = any(rule.answer == Verdict.ADVISE.value for rule in artifact.rules)
    if not gives_any or any(answer.value == TO_JUDGE for answer in answers.values()):
        return False
    may_be = [
        use.answers if answers[name].value in _OPEN else (answers[name].value,)
        for name, use in ((name, artifact.facts[name]) for name in artifact.decides)
    ]
    return all(artifact.table[each].answer != Verdict.ADVISE.value for each in product(*may_be))


def _asked(use: FactUse, answer: Answer) -> str:
    """The fact's question; `{need}` in it stands for what would settle the answer.

    `{question}` alone is the question the answer itself came with. What a person must judge is
    asked only where there is something to judge.
    """
    if TO_JUDGE in use.answers and answer.value != TO_JUDGE:
        return ""
    if use.ask == "{question}":
        return answer.question
    if "{need}" not in use.ask:
        return use.ask
    return use.ask.format(need=answer.needs[0]) if answer.needs else ""


def _criteria(case: Case, artifact: Artifact) -> tuple[Criterion, ...]:
    """Each criterion once: several facts may be grounds of one."""
    titles = case.evaluation.guidance.criteria
    judged: dict[str, Criterion] = {}
    if artifact.applies_criterion:
        name = artifact.applies_criterion
        judged[name] = Criterion(name, "met", title=titles[name].title)
    for use in artifact.facts.values():
        if use.criterion:
            ground = _criterion(use, case.ask(use.name), titles[use.criterion].title)
            known = judged.get(use.criterion, ground)
            judged[use.criterion] = min(known, ground, key=_weight)
    return tuple(judged.values())


def _weight(criterion: Criterion) -> int:
    """One ground that is met suffices; one that is open leaves it open."""
    return ("met", "cannot_tell", "not_met").index(criterion.answer)


def _criterion(use: FactUse, answer: Answer, title: str) -> Criterion:
    word = "cannot_tell" if answer.value in (UNKNOWN, TO_JUDGE) else "not_met"
    if answer.value == use.met:
        word = "met"
    return Criterion(
        id=use.criterion,
        answer=word,
        needs=answer.needs,
        text=answer.text,
        because=answer.decided or answer.because,
        title=title,
        question=(_asked(use, answer) or answer.question) if word == "cannot_tell" else "",
        completeness=answer.completeness if word == "not_met" else "",
    )
