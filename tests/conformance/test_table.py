"""The published tables are whole: every binding row has a test or a reason, and none is made up."""

from __future__ import annotations

import re

import pytest

from tests.conformance.table import Standard, marked_tests, standards

_MOST_SHOULD_MISSED = 0.05


@pytest.fixture(params=standards(), ids=lambda each: each.name)
def standard(request: pytest.FixtureRequest) -> Standard:
    """Each standard that has a table."""
    found: Standard = request.param
    return found


def test_every_row_has_a_test_or_a_reason(standard: Standard) -> None:
    """Whatever its level; what must or should be kept may lack a test only for a reason."""
    tests = marked_tests()

    assert [
        row.number
        for row in standard.rows
        if (standard.name, row.number) not in tests and not row.exception
    ] == []


def test_exceptions_are_few(standard: Standard) -> None:
    """No must without a test unless it is about what we do not offer; at most 5 % of should."""
    tests = marked_tests()
    should = [row for row in standard.rows if row.binds and row.level.startswith("S")]
    missed = [row for row in should if (standard.name, row.number) not in tests]
    must = [
        row
        for row in standard.rows
        if row.binds
        and not row.level.startswith("S")
        and (standard.name, row.number) not in tests
        and "not offer" not in row.exception
    ]

    assert must == []
    assert len(missed) <= max(1, _MOST_SHOULD_MISSED * len(should))


def test_no_marker_names_a_row_that_is_not_there() -> None:
    """A misspelt number would show a requirement nobody asked for."""
    known = {(each.name, row.number) for each in standards() for row in each.rows}

    assert marked_tests().keys() - known == set()


def test_the_page_tells_of_tests_that_are_there(standard: Standard) -> None:
    """Each row is published with its words; each test it names exists and passed last time.

    A test that was added since is told with the next `make conformance`.
    """
    assert standard.page.is_file(), "run make conformance"
    published = standard.page.read_text(encoding="utf-8").splitlines()
    tests = marked_tests()

    for row in standard.rows:
        [line] = [each for each in published if each.startswith(f"| {row.number} |")]
        told = line.split(" | ")
        named = set(re.findall(r"\[(\w+)\]\(\.\./\.\./([^)]+)\)", line))
        marked = {
            (test.partition("::")[2], test.partition("::")[0])
            for test in tests.get((standard.name, row.number), ())
        }
        assert told[1:3] == [row.level, row.text], row.number
        assert named <= marked, row.number
        assert told[3] in ("passed", "passed, skipped", "exception"), row.number
        assert (told[3] == "exception") is not bool(named), row.number
