"""`oncocue report` as text."""

from __future__ import annotations

from cds_hooks.audit.report import Calls, Report, RuleOutcomes


def outcome_text(report: Report) -> str:
    """Cards by rule, then calls by answer; a card without feedback was not turned down."""
    lines = [f"Since {report.since.date().isoformat()}", ""]
    lines += [line for rule in report.rules for line in _rule(rule)] or ["No cards."]
    lines += ["", *(_calls(each) for each in report.calls)]
    if report.unknown_cards:
        lines.append(f"Feedback on {report.unknown_cards} cards that are not on record.")
    return "\n".join(lines).rstrip()


def _rule(rule: RuleOutcomes) -> list[str]:
    overridden = sum(rule.overridden.values())
    told = f"shown {rule.shown}, accepted {rule.accepted}, overridden {overridden}, "
    told += f"without feedback {rule.without_feedback}"
    if rule.withdrawn:
        told += f", overridden and taken back {rule.withdrawn}"
    if rule.withheld:
        told += f", withheld (silent) {rule.withheld}"
    by_count = sorted(rule.overridden.items(), key=lambda each: (-each[1], each[0]))
    return [
        f"{rule.topic} ({rule.guidance}, {rule.kind}) at {rule.site or '-'}: {told}",
        *(f"    {reason}: {count}" for reason, count in by_count),
    ]


def _calls(calls: Calls) -> str:
    how = f"refused ({calls.refused})" if calls.refused else str(calls.status)
    if calls.silence:
        how += f", no card: {calls.silence}"
    return f"{calls.service} at {calls.site or '-'}: {calls.calls} × {how}"
