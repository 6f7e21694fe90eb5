"""All facts that guidance may name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import ModuleType

from msgspec import Struct

from oncology.facts import (
    adult,
    advanced,
    age_at_diagnosis,
    all_tested,
    biomarker_status,
    fhs7,
    genetics_done,
    germline_indicated,
    her2,
    histology_among,
    hormone_receptor,
    marker_without_drug,
    mismatch_repair,
    new_line,
    pat,
    prior_drug,
    progressed_on,
    recurrent,
    relapsed,
    sex,
    spread_or_recurrence,
    stage_among,
    treatment_planned,
    triple_negative,
    tumour_variant,
    uspstf_gate,
    variant_present,
)
from oncology.facts.case import Answer


class Fact(Struct, frozen=True):
    """A fact as guidance sees it: its question, answers, and the parameters it takes."""

    name: str
    question: str
    answers: tuple[str, ...]
    function: Callable[..., Answer]
    required: frozenset[str]
    optional: frozenset[str]


def _fact(module: ModuleType) -> Fact:
    parameters = list(inspect.signature(module.answer).parameters.values())[1:]
    return Fact(
        name=module.__name__.rsplit(".", 1)[-1].replace("_", "-"),
        question=(module.__doc__ or "").strip(),
        answers=module.ANSWERS,
        function=module.answer,
        required=frozenset(p.name for p in parameters if p.default is p.empty),
        optional=frozenset(p.name for p in parameters if p.default is not p.empty),
    )


FACTS: dict[str, Fact] = {
    fact.name: fact
    for fact in map(
        _fact,
        (
            adult,
            advanced,
            age_at_diagnosis,
            all_tested,
            biomarker_status,
            fhs7,
            genetics_done,
            germline_indicated,
            her2,
            histology_among,
            hormone_receptor,
            marker_without_drug,
            mismatch_repair,
            new_line,
            pat,
            prior_drug,
            progressed_on,
            recurrent,
            relapsed,
            sex,
            spread_or_recurrence,
            stage_among,
            treatment_planned,
            triple_negative,
            tumour_variant,
            uspstf_gate,
            variant_present,
        ),
    )
}
