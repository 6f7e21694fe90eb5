"""A study beside the patient's facts: unknown is never a match, and nothing is a verdict."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from smartapp.trials.match import Mark, Match, Person, Question, match, ranked
from smartapp.trials.places import Place, find_place, kilometres, parse_place
from smartapp.trials.study import Study
from tests.trials.make_registry import Text, marker_of, study

BOSTON = Place("Boston", 42.3601, -71.0589)
TEXT = Text("T", "nsclc", ["KRAS G12D mutation"], [])


def made(**changes: Any) -> Study:
    """A study open in Boston and Chicago, with modules changed."""
    body = study(TEXT, 13)
    for module, fields in changes.items():
        body["protocolSection"][module].update(fields)
    return msgspec.convert(body, Study)


def question(**changes: Any) -> Question:
    """A woman of 60 in Boston with a KRAS G12D lung cancer."""
    known = Question(
        ("non-small cell lung",), Person(60, 60, "female"), marker_of("KRAS p.Gly12Asp"), BOSTON
    )
    return msgspec.structs.replace(known, **changes)


def mark(found: Match, name: str) -> Mark:
    """One row's mark."""
    return next(line.mark for line in found.lines if line.name == name)


@pytest.mark.parametrize(
    ("least", "most", "person", "expected"),
    [
        ("18 Years", "", Person(18, 18), Mark.YES),
        ("18 Years", "", Person(17, 17), Mark.NO),
        ("18 Years", "", Person(17, 18), Mark.UNKNOWN),
        ("18 Years", "75 Years", Person(75, 75), Mark.YES),
        ("18 Years", "75 Years", Person(76, 76), Mark.NO),
        ("18 Years", "75 Years", Person(), Mark.UNKNOWN),
        ("6 Months", "", Person(1, 1), Mark.YES),
        ("N/A", "", Person(), Mark.YES),
    ],
)
def test_age(least: str, most: str, person: Person, expected: Mark) -> None:
    """Whole years, both limits included; an age not known is not a match."""
    found = match(
        made(eligibilityModule={"minimumAge": least, "maximumAge": most}), question(person=person)
    )
    assert mark(found, "age") is expected


@pytest.mark.parametrize(
    ("wanted", "sex", "expected"),
    [
        ("ALL", "", Mark.YES),
        ("FEMALE", "female", Mark.YES),
        ("FEMALE", "male", Mark.NO),
        ("MALE", "", Mark.UNKNOWN),
        ("MALE", "other", Mark.UNKNOWN),
    ],
)
def test_sex(wanted: str, sex: str, expected: Mark) -> None:
    """A sex not recorded is asked about, not guessed."""
    asked = question(person=Person(60, 60, sex))
    assert mark(match(made(eligibilityModule={"sex": wanted}), asked), "sex") is expected


def _site(status: str, place: Place | None = BOSTON) -> dict[str, Any]:
    point = {"geoPoint": {"lat": place.latitude, "lon": place.longitude}} if place else {}
    return {"facility": "F", "city": "C", "status": status, **point}


@pytest.mark.parametrize(
    ("sites", "asked", "expected"),
    [
        ([_site("RECRUITING")], {}, Mark.YES),
        ([_site("COMPLETED")], {}, Mark.NO),
        ([_site("")], {}, Mark.YES),
        ([_site("RECRUITING", None)], {}, Mark.UNKNOWN),
        ([_site("RECRUITING")], {"place": None}, Mark.UNKNOWN),
        ([_site("RECRUITING", Place("London", 51.5072, -0.1276))], {}, Mark.NO),
        ([], {}, Mark.UNKNOWN),
    ],
)
def test_site(sites: list[Any], asked: dict[str, Any], expected: Mark) -> None:
    """Only a site that is open counts, and only when it is near."""
    found = match(made(contactsLocationsModule={"locations": sites}), question(**asked))
    assert mark(found, "site") is expected


def test_the_biomarker_s_words_are_shown() -> None:
    """The statement that includes or excludes is quoted as written."""
    line = next(each for each in match(made(), question()).lines if each.name == "biomarker")
    assert (line.mark, line.quote) == (Mark.YES, "KRAS G12D mutation")
    line = match(made(), question(marker=marker_of("KRAS p.Gly12Cys"))).lines[1]
    assert line.mark is Mark.NO


def test_without_a_biomarker_none_is_said_to_fit() -> None:
    """What a study asks of biomarkers is not known to fit when none was chosen."""
    found = match(made(), question(marker=None))
    assert mark(found, "biomarker") is Mark.UNKNOWN
    assert found.open_questions == 1


def test_order() -> None:
    """What has nothing against it comes first, then the nearest."""
    far = made(
        identificationModule={"nctId": "NCT1"},
        contactsLocationsModule={
            "locations": [_site("RECRUITING", Place("Providence", 41.824, -71.4128))]
        },
    )
    near = made(
        identificationModule={"nctId": "NCT2"},
        contactsLocationsModule={"locations": [_site("RECRUITING")]},
    )
    closed = made(
        identificationModule={"nctId": "NCT0"},
        contactsLocationsModule={"locations": [_site("COMPLETED")]},
    )
    found = ranked((closed, far, near), question())
    assert [each.study.nct_id for each in found] == ["NCT2", "NCT1", "NCT0"]


def test_places() -> None:
    """Cities by name, with state or country; coordinates; nothing else."""
    boston = find_place("boston, MA")
    assert boston is not None
    assert kilometres(boston, 42.36, -71.06) < 5
    assert find_place("London") == find_place("london, GB")
    assert find_place("London, ON") != find_place("London")
    assert find_place("New York") is not None
    assert find_place("Nowhere at all") is None
    assert parse_place("42.36, -71.06") == Place("42.36, -71.06", 42.36, -71.06)
    assert parse_place("142.36, -71.06") is None
