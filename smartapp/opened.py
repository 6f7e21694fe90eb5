"""An opened chart: all that a page of one launch may show. The pages know nothing of the EHR."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from typing import Protocol

from msgspec import Struct

from oncology.chart.model import Chart
from oncology.findings import Finding
from oncology.reading.records import Note
from smartapp.beside import Beside

# A card that asks a question has the topic of its rule with this after it.
_QUESTION = "ASK"


class Reading(Enum):
    """What became of one search of the EHR."""

    READ = "read"
    PARTIAL = "partial"
    REFUSED = "refused"
    TIMED_OUT = "timed-out"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"
    NOT_GRANTED = "not-granted"


class Loaded(Struct, frozen=True):
    """One search: the type asked for (and the part of it), how it went, in words for the reader.

    `words` is empty when all was read. `count` is how many resources came.
    """

    resource_type: str
    state: Reading
    count: int = 0
    part: str = ""
    words: str = ""


class Step(Struct, frozen=True):
    """One search that came to its end while a chart is read: the how manieth, of how many."""

    loaded: Loaded
    number: int
    of: int


class User(Struct, frozen=True):
    """Who launched: a FHIR type (Practitioner, …), a name and `Practitioner/…` in this EHR.

    Empty when the EHR did not say; the last also when it named a user of another server.
    """

    type: str = ""
    display: str = ""
    reference: str = ""


class Patient(Struct, frozen=True):
    """The banner: whose chart this is. A fact the EHR did not give is empty.

    `birth_date` is as the EHR sent it, possibly a year or a month only.
    """

    id: str
    name: str = ""
    sex: str = ""
    birth_date: str = ""
    mrn: str = ""


class Focus(Struct, frozen=True):
    """What a card's link or the EHR points at: a guidance artifact, a topic, resources."""

    guidance: str = ""
    topic: str = ""
    references: tuple[str, ...] = ()

    @property
    def topics(self) -> tuple[str, ...]:
        """The topic as the card named it, and that of the rule a question card asks for."""
        return (self.topic, self.topic.removesuffix(_QUESTION)) if self.topic else ()


class Style(Struct, frozen=True):
    """Colours and sizes of the EHR, each one checked: safe to write into a style sheet."""

    colors: dict[str, str] = {}
    sizes: dict[str, str] = {}
    fonts: dict[str, str] = {}


class OpenedChart(Struct, frozen=True):
    """One launch with its chart read and judged.

    `launch` is the opaque id of the paths `/l/{launch}/…`. `site` is named for readers,
    `site_id` as in the configuration. `findings` are those of `evaluate` with everything
    explained, judged on `today`. `need_patient_banner` False: the EHR shows who
    the patient is; one line stays all the same. `may_write`: site, scopes and server allow to
    create draft orders; `may_write_family`: relatives. `demonstration`: no artifact shown has a
    site's approval.
    """

    launch: str
    site: str
    user: User
    patient: Patient
    chart: Chart
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    loaded: tuple[Loaded, ...]
    read_at: datetime
    today: date
    guidance_version: str
    need_patient_banner: bool = True
    intent: str = ""
    focus: Focus = Focus()
    style: Style = Style()
    may_write: bool = False
    may_write_family: bool = False
    demonstration: bool = True
    beside: Beside = Beside()
    site_id: str = ""


class Sent(Struct, frozen=True):
    """What the EHR said to a draft: the reference it created, or why not, in plain words."""

    reference: str = ""
    problem: str = ""


class ShownCard(Struct, frozen=True):
    """A card that was shown of this patient, and what became of it, in words.

    `in_app`: no card, but advice that was answered in the app.
    """

    at: datetime
    about: str
    outcome: str = ""
    in_app: bool = False


class EarlierCards(Struct, frozen=True):
    """The cards on record, the newest first; `problem`: why they could not be read."""

    cards: tuple[ShownCard, ...] = ()
    problem: str = ""


class Charts(Protocol):
    """How pages reach the launch in the path; made by the launch, faked in tests of pages."""

    def open(self, launch: str) -> OpenedChart:
        """The chart of this launch, read from the EHR once and kept.

        Raises an HTTPException whose page says what to do when this browser may not see it.
        """
        ...

    def is_read(self, launch: str) -> bool:
        """Whether `open` has the chart at hand and need not wait for the EHR."""
        ...

    def reading(self, launch: str) -> Iterator[Step]:
        """Read the chart, told search by search in a fixed order; then `open` has it at hand."""
        ...

    def reread(self, launch: str) -> None:
        """Let the next `open` read the chart anew."""
        ...

    def cards(self, launch: str) -> EarlierCards:
        """The cards shown of this patient before, where the site's record keeps them."""
        ...

    def create(self, launch: str, resource: dict[str, object]) -> Sent:
        """Create a draft in the EHR, once: the same resource again answers the same reference."""
        ...

    def kept(self, launch: str, name: str) -> str:
        """What a page keeps in the session while it is being typed; empty when nothing is."""
        ...

    def keep(self, launch: str, name: str, text: str) -> None:
        """Keep it, encrypted, until the session ends; empty text forgets it."""
        ...
