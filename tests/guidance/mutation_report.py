"""`python -m tests.guidance.mutation_report` writes docs/mutations.md anew."""

from __future__ import annotations

from pathlib import Path

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from oncology.orders.load import load_order_rules
from tests.guidance.mutations import Score, score
from tests.guidance.order_mutations import order_score

REPORT = Path(__file__).parents[2] / "docs" / "mutations.md"
_HEAD = """# Do the cases notice a wrong?

Written by `python -m tests.guidance.mutation_report`. Each artifact is changed in one place at a
time: a row or a gate removed or turned round, an age one year or a score one point off, a window
half or twice as long, a stage, gene, histology or word left out, another answer or sentence, a
fact that always says the same, a row that takes another method's result for its own, each code of
its cancer and of its cases lost or misread.
Order rules (the last ones) lose a drug, a protein change or a piece of evidence, or need another
thing; what they take over from an evidence list is changed there.
A change is noticed when a case beside the artifact comes out otherwise than its author wrote.

"""


def report(scores: dict[str, Score]) -> str:
    """The page for these scores."""
    tried = sum(each.tried for each in scores.values())
    noticed = tried - sum(len(each.survivors) for each in scores.values())
    lines = [
        f"{noticed:,} of {tried:,} changes are noticed ({noticed / tried:.1%}).",
        "",
        "| artifact | changes | noticed |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {each.tried} | {each.tried - len(each.survivors)} |"
        for name, each in scores.items()
    ]
    lines += ["", "## Not noticed", ""]
    lines += [
        "A code that speaks for silence (a history, a test that does not count) is not missed when "
        "it is lost, and one that is misread may come to the same answer. Each is noticed in one "
        "of the two ways, but for those that `tests/guidance/test_mutations.py` names with the "
        "reason; so are the other changes below.",
        "",
    ]
    lines += [
        f"- {name}: {'; '.join(each.survivors)}" for name, each in scores.items() if each.survivors
    ]
    return _HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Score all active guidance and write the page."""
    guidance = load_guidance(guidance_folder())
    active = [each for each in guidance.artifacts.values() if each.status == "active"]
    scores = {each.id: score(each, guidance) for each in active}
    rules = load_order_rules(guidance_folder(), guidance)
    scores |= {each.id: order_score(each, guidance, rules) for each in rules.active}
    REPORT.write_text(report(scores), encoding="utf-8")


if __name__ == "__main__":
    main()
