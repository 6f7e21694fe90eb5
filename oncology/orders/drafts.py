"""Draft orders: what the clinician is about to order, each as far as it is understood."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from oncology.chart.model import Asked
from oncology.reading.records import Note


class Known(Enum):
    """How the drug of an order was recognised."""

    CODE = "code"
    SITE = "site"
    NAME = "name"


class DraftOrder(Struct, frozen=True, gc=False):
    """One order that is not signed yet, or that is signed anew.

    `drugs` are ingredients; several in a combination. `is_topical`: for the skin, so that nothing
    about systemic treatment applies. `test` is what an order of a test asks for.
    """

    reference: str
    drugs: tuple[str, ...] = ()
    known_by: Known | None = None
    is_topical: bool = False
    test: Asked | None = None
    is_selected: bool = True


class Drafts(Struct, frozen=True):
    """The orders of one ordering session.

    `unresolved` counts the medication orders whose drug is not one we know, `unnamed` those that
    name none at all, `unread` the orders that could not be read or were not sent. `elsewhere` are
    the references to Medications that did not come with the orders.
    """

    orders: tuple[DraftOrder, ...] = ()
    unresolved: int = 0
    unnamed: int = 0
    unread: int = 0
    notes: tuple[Note, ...] = ()
    elsewhere: tuple[str, ...] = ()

    @property
    def selected(self) -> tuple[DraftOrder, ...]:
        """What is being ordered now: a selection of order-select, everything of order-sign."""
        return tuple(order for order in self.orders if order.is_selected)

    @property
    def drugs(self) -> frozenset[str]:
        """Every ingredient on the screen, selected or not."""
        return frozenset(drug for order in self.orders for drug in order.drugs)

    @property
    def references(self) -> frozenset[str]:
        """The orders themselves, which the record may hold as well."""
        return frozenset(order.reference for order in self.orders)
