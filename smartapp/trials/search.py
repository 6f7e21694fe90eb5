"""A trial search for an opened chart: what is asked, in words, and the studies it finds."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from oncology.chart.model import Diagnosis
from oncology.dates import PartialDate
from smartapp.opened import OpenedChart
from smartapp.trials.conditions import ANY_TUMOUR, CONDITIONS
from smartapp.trials.markers import Marker, markers_of
from smartapp.trials.match import Match, Person, Question, ranked
from smartapp.trials.places import Place, find_place
from smartapp.trials.registry import Registry, RegistryUnreachable, Wanted

DISTANCES = (25, 50, 100, 250, 500)
PHASES = {"": "any phase", "1": "phase 1", "2": "phase 2", "3": "phase 3"}
_MOST_SHOWN = 40
_DEFAULT_KM = 100


class Form(Struct, frozen=True):
    """What the reader chose; empty means the first that fits, or any."""

    cancer: str = ""
    marker: str = ""
    place: str = ""
    within_km: int = _DEFAULT_KM
    phase: str = ""


class Choice(Struct, frozen=True):
    """An entry of a list in the form."""

    value: str
    label: str


class Answer(Struct, frozen=True):
    """The page: the choices there are, the query in words, and what was found.

    `fitting` have no row against them; `others` do and are shown on demand. `problem`: why there
    is nothing to show.
    """

    form: Form
    cancers: tuple[Choice, ...]
    markers: tuple[Choice, ...]
    place: str = ""
    query: str = ""
    as_of: str = ""
    is_copy: bool = False
    total: int = 0
    fitting: tuple[Match, ...] = ()
    others: tuple[Match, ...] = ()
    problem: str = ""


class TrialSearch:
    """Asks the registry for an opened chart; `home_of` a site is where it measures from."""

    def __init__(self, registry: Registry, home_of: Callable[[str], Place | None]) -> None:
        self._registry = registry
        self._home_of = home_of

    def answer(self, opened: OpenedChart, form: Form) -> Answer:
        """What there is for the chart. Nothing of the patient but condition and gene is sent."""
        present = [each for each in opened.chart.diagnoses if _counts(each)]
        names = {each.cancer: each.display for each in reversed(present)}
        found = markers_of(opened.chart.results)
        cancers = tuple(Choice(cancer, name) for cancer, name in reversed(names.items()))
        markers = (*(Choice(each.text, each.text) for each in found), Choice("none", "none"))
        shell = Answer(form=form, cancers=cancers, markers=markers)
        if not cancers:
            return replace(shell, problem="No active cancer that this release knows is on file.")
        cancer = form.cancer if form.cancer in names else cancers[0].value
        marker = next((each for each in found if each.text == form.marker), None)
        if marker is None and form.marker != "none" and found:
            marker = found[0]
        place = self._place(form, opened.site)
        chosen = replace(form, cancer=cancer, marker=marker.text if marker else "none")
        shell = replace(shell, form=chosen, place=place.name if place else "")
        if form.place and place is None:
            return replace(shell, problem=f"“{form.place}” is not in the list of cities.")
        return self._search(shell, opened, cancer, marker, place)

    def _place(self, form: Form, site: str) -> Place | None:
        return find_place(form.place) if form.place else self._home_of(site)

    def _search(
        self,
        shell: Answer,
        opened: OpenedChart,
        cancer: str,
        marker: Marker | None,
        place: Place | None,
    ) -> Answer:
        words = CONDITIONS[cancer]
        try:
            found = self._registry.search(Wanted(words[0], marker.gene if marker else ""))
        except RegistryUnreachable as error:
            return replace(shell, problem=f"{error} Try again later.")
        question = Question(
            condition_words=(*words, *ANY_TUMOUR),
            person=_person(opened),
            marker=marker,
            place=place,
            within_km=float(shell.form.within_km),
        )
        matches = [
            each for each in ranked(found.studies, question) if _is_phase(each, shell.form.phase)
        ]
        fitting = [each for each in matches if not each.against]
        return replace(
            shell,
            query=_words(words[0], marker, place, shell.form),
            as_of=found.as_of,
            is_copy=found.is_copy,
            total=found.total,
            fitting=tuple(fitting[:_MOST_SHOWN]),
            others=tuple(each for each in matches if each.against)[:_MOST_SHOWN],
        )


def _counts(diagnosis: Diagnosis) -> bool:
    return (
        diagnosis.activity.is_present
        and diagnosis.verification.is_usable
        and diagnosis.cancer in CONDITIONS
    )


def _person(opened: OpenedChart) -> Person:
    person = opened.chart.person
    age = person.age_on(PartialDate(opened.today, opened.today))
    # Completed years: 46 is anything up to the 47th birthday, which `match` allows for.
    return Person(age.low, age.high, person.sex or "")


def _is_phase(match: Match, phase: str) -> bool:
    phases = match.study.protocol_section.design_module.phases
    return not phase or any(each.endswith(phase) for each in phases)


def _words(condition: str, marker: Marker | None, place: Place | None, form: Form) -> str:
    parts = [condition, marker.text if marker else "any biomarker", "open to patients"]
    parts.append(PHASES[form.phase])
    parts.append(f"a site within {form.within_km} km of {place.name}" if place else "any place")
    return "; ".join(parts)
