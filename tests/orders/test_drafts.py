"""Draft orders are read in the shapes that CDS Hooks allows, and nothing odd passes in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncocue.folders import guidance_folder
from oncology.guidance.load import load_guidance
from oncology.orders.drafts import Drafts, Known
from oncology.orders.load import load_order_rules
from oncology.orders.reading import NotABundle, NothingSelected, Session, read_drafts

GUIDANCE = load_guidance(guidance_folder())
NAMES = load_order_rules(guidance_folder(), GUIDANCE).names
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOCAL = "https://hospital.example/drugs"
CAPECITABINE = {"coding": [{"system": RXNORM, "code": "194000"}]}


def session(selections: tuple[str, ...] | None = None, **changes: Any) -> Session:
    return Session("p", GUIDANCE.terminology, NAMES, selections=selections, **changes)


def drafts(*resources: Any, selections: tuple[str, ...] | None = None, **changes: Any) -> Drafts:
    """The drafts of a Bundle of these resources."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}
    return read_drafts(json.dumps(bundle).encode(), session(selections, **changes))


def order(
    identifier: str = "1", kind: str = "MedicationRequest", **elements: Any
) -> dict[str, Any]:
    """An order of this patient."""
    subject = {"reference": "Patient/p"}
    return {
        "resourceType": kind,
        "id": identifier,
        "status": "draft",
        "subject": subject,
        **elements,
    }


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param([order(medicationCodeableConcept=CAPECITABINE)], id="R4 and STU3"),
        pytest.param([order(medication={"concept": CAPECITABINE})], id="R5"),
        pytest.param(
            [
                {
                    "resourceType": "MedicationOrder",
                    "id": "1",
                    "status": "draft",
                    "patient": {"reference": "Patient/p"},
                    "medicationCodeableConcept": CAPECITABINE,
                }
            ],
            id="DSTU2",
        ),
        pytest.param(
            [
                {"resourceType": "Medication", "id": "m", "code": CAPECITABINE},
                order(medicationReference={"reference": "Medication/m"}),
            ],
            id="a Medication of the same Bundle",
        ),
        pytest.param(
            [
                order(
                    contained=[{"resourceType": "Medication", "id": "m", "code": CAPECITABINE}],
                    medicationReference={"reference": "#m"},
                )
            ],
            id="a Medication inside the order",
        ),
        pytest.param(
            [
                {
                    "resourceType": "Medication",
                    "id": "m",
                    "code": {"text": "house mixture"},
                    "ingredient": [{"itemCodeableConcept": CAPECITABINE}],
                },
                order(medicationReference={"reference": "Medication/m"}),
            ],
            id="the ingredient of a Medication",
        ),
        pytest.param(
            [
                {
                    "resourceType": "Medication",
                    "id": "m",
                    "ingredient": [{"item": {"concept": CAPECITABINE}}],
                },
                order(medication={"reference": {"reference": "Medication/m"}}),
            ],
            id="the ingredient of an R5 Medication",
        ),
    ],
)
def test_a_drug_is_found_in_every_shape(resources: list[dict[str, Any]]) -> None:
    """By code, wherever the release of FHIR puts it."""
    [found] = drafts(*resources).orders

    assert found.drugs == ("capecitabine",)
    assert found.known_by is Known.CODE


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("5-Fluorouracil 50 mg/mL infusion", ("fluorouracil",)),
        ("TRASTUZUMAB-dkst (OGIVRI) 420 mg", ("trastuzumab",)),
        ("fam-trastuzumab deruxtecan-nxki", ()),
        ("trastuzumab deruxtecan 100 mg", ("trastuzumab deruxtecan",)),
        ("ado-trastuzumab emtansine", ()),
        ("niraparib / abiraterone acetate tablet", ("niraparib", "abiraterone acetate")),
        ("imatinibum forte", ()),
        ("paracetamol", ()),
    ],
)
def test_a_name_is_the_exact_word(text: str, drugs: tuple[str, ...]) -> None:
    """Another drug's name that holds the word is not that drug; a name is only possible."""
    found = drafts(order(medicationCodeableConcept={"text": text}))

    assert [each.drugs for each in found.orders] == ([drugs] if drugs else [])
    assert all(each.known_by is Known.NAME for each in found.orders)
    assert found.unresolved == (0 if drugs else 1)


def test_a_code_outranks_a_name() -> None:
    """The display says another drug than the code: the code counts."""
    concept = {"coding": [{"system": RXNORM, "code": "51499", "display": "capecitabine"}]}

    [found] = drafts(order(medicationCodeableConcept=concept)).orders

    assert (found.drugs, found.known_by) == (("irinotecan",), Known.CODE)


def test_a_code_of_another_system_is_none() -> None:
    """194000 in a hospital's own system is not RxNorm's capecitabine."""
    concept = {"coding": [{"system": LOCAL, "code": "194000"}]}

    assert drafts(order(medicationCodeableConcept=concept)).orders == ()


def test_the_site_maps_its_own_codes() -> None:
    """A site's map says what its code stands for."""
    concept = {"coding": [{"system": LOCAL, "code": "FOLFOX-5FU"}]}
    site = {(LOCAL, "FOLFOX-5FU"): ("fluorouracil",)}

    [found] = drafts(order(medicationCodeableConcept=concept), site=site).orders

    assert (found.drugs, found.known_by) == (("fluorouracil",), Known.SITE)


def test_an_order_without_a_drug_is_counted_and_noted() -> None:
    """It may be any drug, which must not read as none of ours."""
    found = drafts(order(), order("2", medicationReference={"reference": "Medication/elsewhere"}))

    assert (found.unnamed, found.unresolved, found.orders) == (2, 0, ())
    assert len(found.notes) == 2


@pytest.mark.parametrize(
    "status", ["cancelled", "stopped", "revoked", "completed", "entered-in-error"]
)
def test_an_order_that_is_given_up_orders_nothing(status: str) -> None:
    """Signing a stop is not ordering the drug."""
    assert drafts(order(medicationCodeableConcept=CAPECITABINE, status=status)).orders == ()


@pytest.mark.conformance("cds-hooks", 26)
@pytest.mark.parametrize("status", ["draft", "active", "on-hold", None])
def test_drafts_and_revisions_are_orders(status: str | None) -> None:
    """order-sign may hold orders that are signed anew."""
    assert drafts(order(medicationCodeableConcept=CAPECITABINE, status=status)).orders


def test_do_not_perform_is_no_order() -> None:
    """The modifier turns the order round."""
    assert drafts(order(medicationCodeableConcept=CAPECITABINE, doNotPerform=True)).orders == ()


def test_what_is_not_understood_is_not_used_and_told() -> None:
    """A modifier extension, another patient's order, a malformed one: each is noted and counted."""
    modified = order(
        medicationCodeableConcept=CAPECITABINE,
        modifierExtension=[{"url": "https://hospital.example/turns-it-round"}],
    )
    other = order("2", medicationCodeableConcept=CAPECITABINE, subject={"reference": "Patient/q"})
    malformed = order("3", medicationCodeableConcept="capecitabine")

    found = drafts(modified, other, malformed, 5)

    assert found.orders == ()
    assert found.unread == 4
    assert len(found.notes) == 4


def test_orders_of_other_kinds_are_none_of_ours() -> None:
    """CDS Hooks leaves the kinds of orders open: a diet or a device is read over."""
    diet = {"resourceType": "NutritionOrder", "id": "1", "patient": {"reference": "Patient/p"}}
    device = {"resourceType": "DeviceRequest", "id": "2", "status": "draft"}

    assert drafts(diet, device) == Drafts()


@pytest.mark.conformance("cds-hooks", 25)
@pytest.mark.parametrize(
    ("selection", "is_selected"),
    [
        ("MedicationRequest/1", True),
        ("https://fhir.hospital.example/r4/MedicationRequest/1", True),
        ("MedicationRequest/1/_history/2", True),
        ("1", True),
        ("MedicationRequest/2", False),
    ],
)
def test_selections_name_the_orders_that_are_chosen(selection: str, is_selected: bool) -> None:
    """`Type/id` as the hook says; absolute, versioned and bare ids are taken too."""
    found = drafts(
        order(medicationCodeableConcept=CAPECITABINE),
        order("2", medicationCodeableConcept={"text": "oxaliplatin"}),
        selections=(selection,),
    )

    assert [each.reference for each in found.selected] == [
        "MedicationRequest/1" if is_selected else "MedicationRequest/2"
    ]


def test_a_selection_that_was_not_sent_is_counted() -> None:
    """One of two selected orders is not in the Bundle: told, and the other one judged."""
    found = drafts(
        order(medicationCodeableConcept=CAPECITABINE),
        selections=("MedicationRequest/1", "ServiceRequest/9"),
    )

    assert len(found.selected) == 1
    assert found.unread == 1


def test_nothing_of_what_was_selected_is_a_fault() -> None:
    """No selected order can be judged."""
    with pytest.raises(NothingSelected):
        drafts(order(medicationCodeableConcept=CAPECITABINE), selections=("MedicationRequest/9",))


@pytest.mark.parametrize("body", [b"5", b"[]", b'"x"', b"{}", b'{"resourceType": "Patient"}', b"{"])
def test_what_is_no_bundle_is_refused(body: bytes) -> None:
    """draftOrders must be a Bundle."""
    with pytest.raises(NotABundle):
        read_drafts(body, session())


@pytest.mark.parametrize(
    ("kind", "elements"),
    [
        ("ServiceRequest", {"code": {"text": "DPYD genotype"}}),
        ("ProcedureRequest", {"code": {"text": "DPYD genotype"}}),
        ("ServiceRequest", {"code": {"concept": {"text": "DPYD genotype"}}}),
        ("DiagnosticOrder", {"item": [{"code": {"text": "DPYD genotype"}}]}),
    ],
)
def test_a_test_is_found_in_every_shape(kind: str, elements: dict[str, Any]) -> None:
    """ServiceRequest of R4 and R5, ProcedureRequest of STU3, DiagnosticOrder of DSTU2."""
    [found] = drafts(order(kind=kind, **elements)).orders

    assert found.test is not None
    assert found.test.biomarkers == ("DPYD",)


_KEYS = [
    *("resourceType", "id", "status", "subject", "code", "coding", "entry", "resource"),
    *("medicationCodeableConcept", "medicationReference", "contained", "reference"),
]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(
    entries=st.lists(
        st.fixed_dictionaries(
            {
                "resourceType": st.sampled_from(
                    ["MedicationRequest", "ServiceRequest", "Medication"]
                )
                | _JSON
            },
            optional={
                "id": _JSON,
                "status": _JSON,
                "subject": _JSON,
                "code": _JSON,
                "medicationCodeableConcept": _JSON,
                "medicationReference": _JSON,
                "contained": _JSON,
                "dosageInstruction": _JSON,
            },
        )
        | _JSON,
        max_size=4,
    )
)
def test_no_bundle_breaks_the_reader(entries: list[Any]) -> None:
    """Whatever the entries hold, they are read, counted or noted; nothing is raised."""
    found = drafts(*entries)

    assert len(found.orders) + found.unread + found.unnamed + found.unresolved <= len(entries)
