"""Where a place is: the site's own coordinates, or a city of the bundled gazetteer.

The gazetteer lists cities of more than 50,000 people from GeoNames (CC BY 4.0); nothing is
looked up outside.
"""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path

from msgspec import Struct

_GAZETTEER = Path(__file__).parent / "places.csv.gz"


class Place(Struct, frozen=True):
    """A named point; degrees."""

    name: str
    latitude: float
    longitude: float


def find_place(typed: str) -> Place | None:
    """The city a person typed: `Boston`, `Boston, MA`, `London, GB`. None when it is not listed.

    Of cities with one name the largest counts, unless a state or country is given too.
    """
    city, _, region = (part.strip().casefold() for part in typed.partition(","))
    rows = _cities().get(city) or _cities().get(f"{city} city") or []
    for row in rows:
        if not region or region in (row["region"].casefold(), row["country"].casefold()):
            name = ", ".join(filter(None, (row["name"], row["region"], row["country"])))
            return Place(name, float(row["latitude"]), float(row["longitude"]))
    return None


def parse_place(named: str) -> Place | None:
    """A city of the gazetteer, or `latitude, longitude` in degrees; None when it is neither."""
    try:
        latitude, longitude = (float(part) for part in named.split(","))
    except ValueError:
        return find_place(named)
    is_there = abs(latitude) <= 90 and abs(longitude) <= 180
    return Place(named, latitude, longitude) if is_there else None


def kilometres(one: Place, latitude: float, longitude: float) -> float:
    """The distance over the ground."""
    from geopy.distance import geodesic  # noqa: PLC0415  slow to import, trials alone need it

    return float(geodesic((one.latitude, one.longitude), (latitude, longitude)).kilometers)


@cache
def _cities() -> dict[str, list[dict[str, str]]]:
    cities: dict[str, list[dict[str, str]]] = {}
    with gzip.open(_GAZETTEER, "rt", encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            cities.setdefault(row["name"].casefold(), []).append(row)
    return cities
