"""Attacks on a launch: each leads to its page, and to nothing else."""

from __future__ import annotations

import pytest
from flask import Flask

from smartapp.launch.problems import PROBLEMS
from tests.smartapp.attacks import ATTACKS, PAGE, Attack, Scene, table
from tests.support.smart_ehr import SmartEhr


@pytest.mark.conformance("smart-app", 17)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda each: each.words[:60])
def test_an_attack_shows_its_page(app: Flask, ehr: SmartEhr, attack: Attack) -> None:
    """The page says what happened and what to do; nothing of the attack is in it."""
    answer = attack.do(Scene(app, ehr))

    if attack.code:
        problem = PROBLEMS[attack.code]
        assert answer.status_code == problem.status
        assert f"<code>{attack.code}</code>" in answer.text
        assert "What to do" in answer.text
    else:
        assert answer.status_code == 200
    assert "<script>" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_table_of_the_docs_is_that_of_the_tests() -> None:
    """Forty attacks and more; written anew by `python -m tests.smartapp.attacks`."""
    assert len(ATTACKS) >= 40
    assert PAGE.read_text(encoding="utf-8") == table()


def test_every_problem_says_what_to_do() -> None:
    """In words for who sees it, without jargon."""
    for problem in PROBLEMS.values():
        assert problem.todo
        for word in ("OAuth", "token", "JWT", "PKCE", "scope", "redirect", "FHIR"):
            assert word not in f"{problem.title} {problem.words} {' '.join(problem.todo)}"
