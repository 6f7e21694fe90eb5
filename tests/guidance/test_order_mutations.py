"""Every drug, change, age, window and requirement of the order rules matters to a case."""

from __future__ import annotations

import pytest

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from oncology.orders.load import load_order_rules
from oncology.orders.rules import OrderArtifact
from tests.guidance.order_mutations import order_score
from tests.guidance.test_mutations import AT_LEAST

GUIDANCE = load_guidance(guidance_folder())
RULES = load_order_rules(guidance_folder(), GUIDANCE)
# Small artifacts: so many mutants are all there are.
FEWER = {
    "g6pd-rasburicase",
    "glioma-labels",
    "pancreatic-labels",
    "prostate-labels",
    "repeated-tests",
    "thyroid-labels",
    "ugt1a1-irinotecan",
}
UNREACHED = {
    # It has no rows of its own: the lists it repeats say for themselves when they are out of date.
    "repeated-tests": {"past its review"},
}


@pytest.mark.parametrize("artifact", RULES.active, ids=lambda each: each.id)
def test_a_wrong_in_an_order_rule_fails_a_case(artifact: OrderArtifact) -> None:
    """Nothing of an order artifact can be changed unnoticed but what no screen can show.

    A code that is not known may say the same as the code: that nothing is known.
    """
    judged = order_score(artifact, GUIDANCE, RULES)
    unnoticed = {what for what in judged.survivors if not what.startswith("code ")}
    assert unnoticed == UNREACHED.get(artifact.id, set())
    noticed = judged.tried - len(judged.survivors)
    assert noticed >= AT_LEAST or artifact.id in FEWER
