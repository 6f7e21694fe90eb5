"""What stands around every page: whose chart, as of when, what could not be read, the menu."""

from __future__ import annotations

from msgspec import Struct

from oncology.dates import PartialDate
from smartapp.opened import Loaded, OpenedChart, Reading
from smartapp.pages.words import capital, moment, recorded_day, resource_words

# Endpoint and label of each page, in reading order.
PAGES = (
    ("summary", "Summary"),
    ("biomarkers", "Biomarkers"),
    ("family", "Family"),
    ("trials", "Trials"),
    ("orders", "Orders and letters"),
    ("timeline", "Timeline"),
    ("data", "Data"),
)
STATES = {
    Reading.READ: "read",
    Reading.PARTIAL: "read in part",
    Reading.REFUSED: "refused by the EHR",
    Reading.TIMED_OUT: "timed out",
    Reading.FAILED: "failed",
    Reading.UNSUPPORTED: "not offered by this EHR",
    Reading.NOT_GRANTED: "not allowed by the scopes granted",
}


class Banner(Struct, frozen=True):
    """Who the patient is; `is_full` False: one line, since the EHR shows the rest."""

    name: str
    age: str
    sex: str
    born: str
    mrn: str
    deceased: bool
    is_full: bool

    @property
    def facts(self) -> str:
        """Age and sex, in one line."""
        return " · ".join(part for part in (self.age, self.sex) if part)


class Gap(Struct, frozen=True):
    """A part of the record that was not, or not wholly, read."""

    what: str
    state: str
    words: str


class Item(Struct, frozen=True):
    """One entry of the menu."""

    page: str
    label: str
    count: int
    is_here: bool


class Frame(Struct, frozen=True):
    """Everything around a page."""

    launch: str
    page: str
    title: str
    site: str
    user: str
    banner: Banner
    menu: tuple[Item, ...]
    read_at: str
    version: str
    demonstration: bool
    gaps: tuple[Gap, ...]
    has_style: bool


def frame(opened: OpenedChart, page: str, title: str = "") -> Frame:
    """The frame of one page; `title` when the page is not in the menu."""
    notes = len(opened.notes)
    menu = tuple(
        Item(each, label, notes if each == "data" else 0, each == page) for each, label in PAGES
    )
    return Frame(
        launch=opened.launch,
        page=page,
        title=title or dict(PAGES)[page],
        site=opened.site,
        user=opened.user.display,
        banner=banner(opened),
        menu=menu,
        read_at=moment(opened.read_at),
        version=opened.guidance_version,
        demonstration=opened.demonstration,
        gaps=tuple(gap(each) for each in opened.loaded if each.state is not Reading.READ),
        has_style=bool(opened.style.colors or opened.style.sizes or opened.style.fonts),
    )


def banner(opened: OpenedChart) -> Banner:
    """The patient as the EHR names them; what it did not give is said to be lacking."""
    patient = opened.patient
    age = opened.chart.person.age_on(PartialDate(opened.today, opened.today)).words()
    return Banner(
        name=patient.name or "Name not given",
        age=f"{age} y" if age else "age not known",
        sex=patient.sex or opened.chart.person.sex or "sex not recorded",
        born=recorded_day(patient.birth_date) or "not recorded",
        mrn=patient.mrn or "not given",
        deceased=opened.chart.person.deceased,
        is_full=opened.need_patient_banner,
    )


def gap(loaded: Loaded) -> Gap:
    """One search that did not bring everything."""
    what = resource_words(loaded.resource_type)
    if loaded.part:
        what = f"{what}, {loaded.part}"
    return Gap(capital(what), STATES[loaded.state], loaded.words)
