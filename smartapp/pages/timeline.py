"""The course in order of time: diagnoses, specimens, procedures, tests, orders, drugs."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from oncology.dates import PartialDate, parse_date
from smartapp.beside import Happening
from smartapp.opened import EarlierCards, OpenedChart
from smartapp.pages.biomarkers import variant_words
from smartapp.pages.words import capital, listed, when

DISEASE, DONE, RESULTS, ORDERS, TREATMENT, CARDS = (
    "Disease",
    "Procedures",
    "Results",
    "Orders and reports",
    "Treatment",
    "Cards",
)
LANES = (DISEASE, DONE, RESULTS, ORDERS, TREATMENT, CARDS)
_PHASES = {"planned": "planned", "current": "being taken", "given": "given", "past": "stopped"}


_NONE = EarlierCards()


class Event(Struct, frozen=True):
    """Something on file with its date, as exact as recorded."""

    lane: str
    text: str
    date: PartialDate | None
    reference: str

    @property
    def when(self) -> str:
        """The date in words."""
        return when(self.date)


class Dot(Struct, frozen=True):
    """A mark of the drawing."""

    x: float
    y: float
    is_span: bool
    width: float


class Tick(Struct, frozen=True):
    """A year on the axis."""

    x: float
    label: str


class Drawing(Struct, frozen=True):
    """The marks of all dated events on a common axis."""

    width: int
    height: int
    lanes: tuple[tuple[str, float], ...]
    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    events: int


def events(opened: OpenedChart, shown: EarlierCards = _NONE) -> tuple[Event, ...]:
    """Newest first, earlier cards among them; what has no date comes last."""
    every = _disease(opened) + _done(opened) + _tests(opened) + _treatment(opened)
    every += _cards(opened, shown)
    found = list(dict.fromkeys(every))
    return tuple(sorted(found, key=_day, reverse=True))


def _day(event: Event) -> int:
    return event.date.earliest.toordinal() if event.date else 0


def _disease(opened: OpenedChart) -> list[Event]:
    chart = opened.chart
    lane = DISEASE
    found = [
        Event(lane, f"{each.display} ({each.activity.value})", each.date, each.reference)
        for each in chart.diagnoses
    ]
    found += [
        Event(lane, f"Spread: {each.display}", each.date, each.reference)
        for each in chart.metastases
    ]
    found += [
        Event(lane, _stage_words(each.kind, each.value), each.date, each.reference)
        for each in chart.stages
    ]
    found += [
        Event(lane, f"Disease status: {each.trend or 'not understood'}", each.date, each.reference)
        for each in chart.statuses
    ]
    return found


def _stage_words(kind: str, value: str | None) -> str:
    if value is None:
        return "Stage recorded, not understood"
    return f"Stage {value}" if kind == "stage-group" else value


def _done(opened: OpenedChart) -> list[Event]:
    return [
        Event(DONE, _done_words(each), each.date, each.reference)
        for each in opened.beside.happenings
    ]


def _done_words(happened: Happening) -> str:
    is_said = happened.text.casefold().startswith(happened.kind.casefold())
    return happened.text if is_said else f"{happened.kind}: {happened.text}"


def _tests(opened: OpenedChart) -> list[Event]:
    chart = opened.chart
    found = [
        Event(
            RESULTS,
            f"{listed(each.biomarkers) or 'Gene not named'}: {variant_words(each)}",
            each.date,
            each.reference,
        )
        for each in chart.results
    ]
    found += [
        Event(
            ORDERS,
            f"{_asked(each.asked.display, each.asked.means)}, {_order_state(each.is_open)}",
            each.date,
            each.reference,
        )
        for each in chart.orders
    ]
    found += [
        Event(
            ORDERS,
            capital(each.text if not each.has_results else "report with results"),
            each.date,
            each.reference,
        )
        for each in chart.reports
    ]
    return found


def _asked(display: str, means: str) -> str:
    return capital(display or means.replace("-", " "))


def _order_state(is_open: bool | None) -> str:
    if is_open is None:
        return "state not known"
    return "open" if is_open else "closed"


def _treatment(opened: OpenedChart) -> list[Event]:
    return [
        Event(
            TREATMENT,
            f"{capital(each.ingredient) or 'Cancer drug, not named'}"
            f"{', ' + _PHASES.get(each.phase, each.phase) if each.phase else ''}"
            f"{'' if each.taken is not None else ', whether taken is not recorded'}",
            each.date,
            each.reference,
        )
        for each in opened.chart.drugs
    ]


def _cards(opened: OpenedChart, shown: EarlierCards) -> list[Event]:
    zone = opened.read_at.tzinfo
    return [
        Event(
            CARDS,
            f"{'Answered in the app' if each.in_app else 'Card shown'}: {each.about}"
            f"{', ' + each.outcome if each.outcome else ''}",
            parse_date(each.at.astimezone(zone).date().isoformat()),
            "",
        )
        for each in shown.cards
    ]


_LEFT, _RIGHT, _TOP, _LANE, _APART = 150, 20, 16, 40, 4


def drawing(shown: tuple[Event, ...], width: int = 1080) -> Drawing | None:
    """The dated events on one axis; None when fewer than two days are known."""
    dated = [(each.lane, each.date) for each in shown if each.date]
    if len({day.earliest for _, day in dated}) < 2:
        return None
    first = min(day.earliest.toordinal() for _, day in dated)
    last = max(day.latest.toordinal() for _, day in dated)
    scale = (width - _LEFT - _RIGHT) / max(last - first, 1)
    used = [lane for lane in LANES if any(each == lane for each, _ in dated)]
    dots: dict[tuple[str, int, bool], Dot] = {}
    for lane, day in dated:
        x = _LEFT + (day.earliest.toordinal() - first) * scale
        wide = (day.latest.toordinal() - day.earliest.toordinal()) * scale
        y = _TOP + _LANE * used.index(lane) + _LANE / 2
        # What would be drawn over each other is drawn once.
        dots[lane, round(x / _APART), day.is_day] = Dot(
            round(x, 1), y, not day.is_day, round(max(wide, 6), 1)
        )
    lanes = tuple((lane, _TOP + _LANE * row + _LANE / 2) for row, lane in enumerate(used))
    height = _TOP + _LANE * len(used) + 28
    return Drawing(
        width, height, lanes, tuple(dots.values()), _ticks(first, last, scale), len(dated)
    )


def _ticks(first: int, last: int, scale: float) -> tuple[Tick, ...]:
    start, end = date.fromordinal(first), date.fromordinal(last)
    marks = [date(year, 1, 1) for year in range(start.year, end.year + 2)]
    step = max(1, len(marks) // 10)
    marks = [day for day in marks[::step] if first <= day.toordinal() <= last]
    ticks = [Tick(round(_LEFT + (d.toordinal() - first) * scale, 1), str(d.year)) for d in marks]
    ends = [
        Tick(_LEFT, PartialDate(start, start).words()),
        Tick(round(_LEFT + (last - first) * scale, 1), PartialDate(end, end).words()),
    ]
    far = [t for t in ticks if t.x - _LEFT > 110 and ends[1].x - t.x > 110]
    return (ends[0], *far, ends[1])
