"""An order rule's outcome in the words of the screen."""

from __future__ import annotations

from oncology.findings import Because, Finding, OrderCheck
from oncology.orders.standing import CONFLICT, MISSING, PENDING, UNUSABLE
from smartapp.pages.words import capital, listed

_SPEAKING = (CONFLICT, MISSING, UNUSABLE, PENDING)


def heading(finding: Finding) -> str:
    """What is against the drug, or lacking; the most pressing of the checks."""
    speaking = [each for each in finding.checks if each.state in _SPEAKING]
    speaking.sort(key=lambda each: _SPEAKING.index(each.state))
    return _said(speaking[0], len(speaking) == 1) if speaking else finding.title


def _said(check: OrderCheck, is_alone: bool) -> str:
    drugs, tests = capital(listed(check.drugs)), listed(check.shows)
    if check.state == CONFLICT:
        found = f"{tests} {check.text} on file"
        if check.is_of_gene:
            return f"{found}, before {listed(check.drugs)}"
        if is_alone:
            return f"{found}; {listed(check.drugs)} is labelled for {check.labelled_for}"
        return f"{found}; the drug of the card is labelled for another result"
    if check.state == MISSING:
        return f"{drugs}: no {tests} result on file"
    if check.state == UNUSABLE:
        return f"{drugs}: the {tests} result on file cannot be used"
    return f"{drugs}: {tests} result pending"


def points(finding: Finding) -> tuple[tuple[str, str], ...]:
    """Each requirement with where it stands, and what was given before."""
    told = [("Ordered", "one of these drugs; the order itself is not in the record")]
    for check in finding.checks:
        asks = check.labelled_for if check.is_of_gene else f"labelled for {check.labelled_for}"
        told.append((capital(listed(check.drugs)), f"{asks}: {_state(check)}"))
    given = dict.fromkeys(_given(fact) for check in finding.checks for fact in check.given)
    if given:
        told.append(("Given before", "; ".join(given)))
    return tuple(told)


def _state(check: OrderCheck) -> str:
    tests = listed(check.shows)
    words = {
        CONFLICT: f"{tests} {check.text} on file",
        MISSING: f"no {tests} result on file",
        UNUSABLE: f"{tests} result cannot be used",
        PENDING: f"{tests} result pending",
        "met": f"{tests} {check.text} on file, as it asks".replace("  ", " "),
    }
    return words.get(check.state, f"{tests} on file is not clear")


def unread(finding: Finding) -> tuple[Because, ...]:
    """Reports that may hold the result."""
    return tuple(dict.fromkeys(fact for check in finding.checks for fact in check.unread))


def _given(fact: Because) -> str:
    return f"{fact.text} ({fact.date.words()})" if fact.date else fact.text
