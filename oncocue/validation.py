"""`oncocue validate`: load the guidance, run its cases, look at its codes and dates."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from oncocue.folders import guidance_folder
from oncology.guidance.cases import check_cases, read_cases
from oncology.guidance.load import GuidanceFault, load_guidance
from oncology.orders.cases import check_order_cases, order_cases
from oncology.orders.load import load_order_rules


def validate_guidance(folder: Path | None, today: date) -> tuple[list[str], str]:
    """Faults with file, line and remedy, and one sentence on what was checked."""
    chosen = folder or guidance_folder()
    if not chosen.is_dir():
        raise ValueError(f"{chosen} is not a folder. Name the one that holds release.toml.")
    try:
        guidance = load_guidance(chosen)
        rules = load_order_rules(chosen, guidance)
    except GuidanceFault as fault:
        return fault.faults, f"{len(fault.faults)} faults in {chosen}"
    faults: list[str] = []
    cases = 0
    for artifact in guidance.artifacts.values():
        faults += check_cases(artifact, guidance)
        cases += len(read_cases(Path(artifact.path).parent / "cases.toml").cases)
        faults += _overdue(artifact.path, artifact.review, today)
    for order in rules.artifacts.values():
        faults += check_order_cases(order, guidance, rules)
        cases += len(order_cases(order).cases)
        faults += _overdue(order.path, order.review, today)
    told = (
        f"{len(guidance.artifacts) + len(rules.artifacts)} artifacts, {cases} cases, "
        f"{len(faults)} faults; guidance {guidance.version}"
    )
    return faults, told


def _overdue(path: str, review: date, today: date) -> list[str]:
    if review >= today:
        return []
    return [
        f"{path}:1: review date {review} is past. "
        "Review it, raise its version and set the next date."
    ]
