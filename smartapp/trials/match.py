"""A study beside the patient's facts: what fits, what does not, what is not known.

No score and no word of eligibility: five marks, each with its ground.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from smartapp.trials.biomarker import Said, Says, judge
from smartapp.trials.eligibility import statements
from smartapp.trials.markers import Marker
from smartapp.trials.places import Place, kilometres
from smartapp.trials.study import OPEN, Location, Study, age_in_years


class Mark(Enum):
    """Fits, does not fit, not known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Line(Struct, frozen=True):
    """One row of a study's match table."""

    name: str
    mark: Mark
    words: str
    quote: str = ""


class Person(Struct, frozen=True):
    """What is compared: age in years, at least and at most (None: not known); recorded sex."""

    youngest: float | None = None
    oldest: float | None = None
    sex: str = ""


class Question(Struct, frozen=True):
    """What a study is held against."""

    condition_words: tuple[str, ...]
    person: Person
    marker: Marker | None = None
    place: Place | None = None
    within_km: float = 100.0


class Match(Struct, frozen=True):
    """A study with its table; `distance` to the nearest open site in kilometres."""

    study: Study
    lines: tuple[Line, ...]
    distance: float | None
    site: Location | None

    @property
    def against(self) -> int:
        """How many rows do not fit."""
        return sum(line.mark is Mark.NO for line in self.lines)

    @property
    def open_questions(self) -> int:
        """How many rows are not known."""
        return sum(line.mark is Mark.UNKNOWN for line in self.lines)


def ranked(studies: tuple[Study, ...], question: Question) -> list[Match]:
    """Fewest that do not fit first, then fewest not known, then the nearest."""
    found = [match(each, question) for each in studies]
    return sorted(found, key=_rank)


def _rank(each: Match) -> tuple[int, int, float, str]:
    far = float("inf") if each.distance is None else each.distance
    return each.against, each.open_questions, far, each.study.nct_id


def match(study: Study, question: Question) -> Match:
    """The table of one study."""
    site, distance = _nearest(study, question.place)
    lines = [
        _condition(study, question),
        _biomarker(study, question.marker),
        _age(study, question.person),
        _sex(study, question.person),
        _site(study, question, site, distance),
    ]
    return Match(study, tuple(lines), distance, site)


def _condition(study: Study, question: Question) -> Line:
    listed = study.protocol_section.conditions_module
    about = " ".join((*listed.conditions, *listed.keywords, study.title)).casefold()
    fits = any(word in about for word in question.condition_words)
    words = ", ".join(listed.conditions[:3]) or "no condition listed"
    return Line("condition", Mark.YES if fits else Mark.UNKNOWN, words)


def _biomarker(study: Study, marker: Marker | None) -> Line:
    if marker is None:
        return Line("biomarker", Mark.UNKNOWN, "none chosen to compare")
    said: Said = judge(
        statements(study.protocol_section.eligibility_module.eligibility_criteria), marker
    )
    mark = {
        Says.INCLUDED: Mark.YES,
        Says.EXCLUDED: Mark.NO,
        Says.NOT_MENTIONED: Mark.UNKNOWN,
    }[said.says]
    return Line("biomarker", mark, f"{marker.text}: {said.says.value}", said.quote)


def _age(study: Study, person: Person) -> Line:
    limits = study.protocol_section.eligibility_module
    least, most = age_in_years(limits.minimum_age), age_in_years(limits.maximum_age)
    words = _limits(limits.minimum_age, limits.maximum_age)
    if least is None and most is None:
        return Line("age", Mark.YES, words)
    if person.youngest is None or person.oldest is None:
        return Line("age", Mark.UNKNOWN, words)
    # Registries count whole years: "65 Years" ends with the 66th birthday.
    above = least is None or person.youngest >= least
    below = most is None or person.oldest < most + 1
    if above and below:
        return Line("age", Mark.YES, words)
    outside = (least is not None and person.oldest < least) or (
        most is not None and person.youngest >= most + 1
    )
    return Line("age", Mark.NO if outside else Mark.UNKNOWN, words)


def _limits(least: str, most: str) -> str:
    if least and most:
        return f"{least} to {most}"
    if least or most:
        return f"{least} and older" if least else f"up to {most}"
    return "no limit"


def _sex(study: Study, person: Person) -> Line:
    wanted = study.protocol_section.eligibility_module.sex.lower()
    if wanted in ("", "all"):
        return Line("sex", Mark.YES, "all")
    if person.sex not in ("male", "female"):
        return Line("sex", Mark.UNKNOWN, wanted)
    return Line("sex", Mark.YES if person.sex == wanted else Mark.NO, wanted)


def _nearest(study: Study, place: Place | None) -> tuple[Location | None, float | None]:
    """The nearest site that is open, and how far it is."""
    if place is None:
        return None, None
    sites = study.protocol_section.contacts_locations_module.locations
    open_sites = [each for each in sites if _is_open(each, study)]
    far = [
        (kilometres(place, each.geo_point.lat, each.geo_point.lon), each)
        for each in open_sites
        if each.geo_point is not None
    ]
    if not far:
        return None, None
    distance, site = min(far, key=lambda pair: pair[0])
    return site, distance


def _is_open(site: Location, study: Study) -> bool:
    return study.is_open and (not site.status or site.status in OPEN)


def _site(study: Study, question: Question, site: Location | None, distance: float | None) -> Line:
    sites = study.protocol_section.contacts_locations_module.locations
    open_sites = [each for each in sites if _is_open(each, study)]
    if sites and not open_sites:
        return Line("site", Mark.NO, "no site is open")
    if not sites:
        return Line("site", Mark.UNKNOWN, "no site is listed")
    if question.place is None:
        return Line("site", Mark.UNKNOWN, f"{len(open_sites)} open, no place to measure from")
    if site is None or distance is None:
        return Line("site", Mark.UNKNOWN, "no site says where it is")
    words = f"{site.facility or site.city}, {site.city}, {distance:.0f} km"
    return Line("site", Mark.YES if distance <= question.within_km else Mark.NO, words)
