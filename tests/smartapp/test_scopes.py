"""The scope grammar: section 1.5 of the checklist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartapp.launch.scopes import Grants, asked_scopes, parse_scope
from smartapp.registration import SmartTable

TABLE = SmartTable("https://ehr.example/fhir", "x")


@pytest.mark.conformance("smart-app", 29)
@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("patient/Observation.rs", "rs"),
        ("patient/*.cruds", "cruds"),
        ("user/Patient.r", "r"),
        ("system/Observation.s", "s"),
        ("patient/Observation.cud", "cud"),
        ("patient/Observation.rs?category=laboratory&status=final", "rs"),
    ],
)
def test_good_scopes_are_understood(text: str, actions: str) -> None:
    """Context, type or star, letters in order, a query."""
    scope = parse_scope(text)

    assert scope is not None
    assert scope.actions == frozenset(actions)


@pytest.mark.conformance("smart-app", 29)
@pytest.mark.parametrize(
    "text",
    [
        "patient/Observation.dus",
        "patient/Observation.sr",
        "patient/Observation.",
        "patient/Observation",
        "patient/.rs",
        "patient/observation.rs",
        "patient/Observation.rsx",
        "patient/Observation.rr",
        "patients/Observation.rs",
        "patient/Observation.read?category=laboratory",
        "patient/Observation.rs?",
        "launch/patient",
        "openid",
        "",
        "patient/Observation.RS",
    ],
)
def test_what_the_grammar_does_not_know_grants_nothing(text: str) -> None:
    """Letters out of order, doubled or missing; v1 with a query; other scopes."""
    assert parse_scope(text) is None
    assert Grants.of(text).types == frozenset()


@pytest.mark.conformance("smart-app", 30)
@pytest.mark.parametrize(("old", "new"), [("read", "rs"), ("write", "cud"), ("*", "cruds")])
def test_v1_suffixes_mean_what_the_guide_says(old: str, new: str) -> None:
    """.read = .rs, .write = .cud, .* = .cruds."""
    assert parse_scope(f"patient/*.{old}") == parse_scope(f"patient/*.{new}")


@pytest.mark.conformance("smart-app", 31)
def test_a_grant_may_be_split_over_several_scopes() -> None:
    """Reading in one, searching in another, narrowed in a third: the union counts."""
    grants = Grants.of(
        "patient/Condition.r patient/Condition.s patient/Observation.rs?category=laboratory "
        "patient/Observation.rs?category=exam user/Procedure.cruds"
    )

    assert grants.allows("Condition", "r") and grants.allows("Condition", "s")
    assert grants.narrowed_to("Condition", "s") == ()
    assert grants.narrowed_to("Observation", "s") == ("category=laboratory", "category=exam")
    assert grants.allows("Procedure", "s")
    assert not grants.allows("Observation", "c")
    wider = Grants.of("patient/Observation.rs?category=exam patient/*.rs")
    assert wider.narrowed_to("Observation", "s") == ()


def test_system_scopes_are_not_ours() -> None:
    """The app acts for its user: what a server may do for itself does not count."""
    assert not Grants.of("system/*.cruds").allows("Condition", "s")


@pytest.mark.conformance("smart-app", 19)
def test_as_little_is_asked_as_the_pages_need() -> None:
    """Reading, by type; writing only where the site turned acting on; nothing left out is asked."""
    from_ehr = asked_scopes(TABLE, ["permission-v2"], from_ehr=True)
    by_hand = asked_scopes(TABLE, ["permission-v2"], from_ehr=False)
    writing = asked_scopes(
        SmartTable("https://ehr.example/fhir", "x", write=True, leave_out=("Specimen",)),
        ["permission-v2"],
        from_ehr=True,
    )

    assert from_ehr[:3] == ("launch", "openid", "fhirUser")
    assert by_hand[0] == "launch/patient"
    assert not [each for each in from_ehr if "*" in each or "c" in each.partition(".")[2]]
    assert "patient/ServiceRequest.c" in writing
    assert "patient/Specimen.rs" not in writing


CONTEXTS = st.sampled_from(["patient", "user", "system"])
TYPES = st.sampled_from(["*", "Observation", "Condition"])


@pytest.mark.conformance("smart-app", 29)
@given(CONTEXTS, TYPES, st.sets(st.sampled_from("cruds"), min_size=1), st.booleans())
def test_every_ordered_subset_is_read_as_written(
    context: str, kind: str, letters: set[str], narrowed: bool
) -> None:
    """Each of the 31 subsets of cruds, for each context and type."""
    ordered = "".join(letter for letter in "cruds" if letter in letters)
    scope = parse_scope(f"{context}/{kind}.{ordered}{'?code=1' if narrowed else ''}")

    assert scope is not None
    assert (scope.context, scope.resource_type) == (context, kind)
    assert scope.actions == letters
    assert bool(scope.only) == narrowed


@pytest.mark.conformance("smart-app", 29)
@given(st.text(max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    """And grants only what it names."""
    for kind in Grants.of(text).types:
        assert kind in text
