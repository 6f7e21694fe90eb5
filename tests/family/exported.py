"""Readers of exported pedigrees: by the formats' own rules, sharing no code with the writers."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

CANRISK_COLUMNS = 28


@dataclass
class Line:
    """One person of a PED or CanRisk file, as a program that reads it sees them."""

    father: str | None
    mother: str | None
    sex: str
    values: dict[str, str]


def read_ped(text: str) -> dict[str, Line]:
    """Six columns; `0` is no parent."""
    people = {}
    for row in csv.reader(io.StringIO(text), delimiter="\t"):
        _, identifier, father, mother, sex, phenotype = row
        people[identifier] = Line(_none(father), _none(mother), sex, {"phenotype": phenotype})
    return people


def read_canrisk(text: str) -> dict[str, Line]:
    """As CanRisk's own reader: two header lines, then 28 columns a person, `0` is no parent."""
    first, header, *rows = text.splitlines()
    assert first == "##CanRisk 4.0" and header.startswith("##FamID\tName\tTarget")
    names = header.removeprefix("##").split("\t")
    people = {}
    for row in rows:
        values = row.split("\t")
        assert len(values) == len(names) == CANRISK_COLUMNS
        told = dict(zip(names, values, strict=True))
        line = Line(_none(told["FathID"]), _none(told["MothID"]), told["Sex"], told)
        people[told["IndivID"]] = line
    return people


def _none(parent: str) -> str | None:
    return None if parent == "0" else parent


def paths_from(
    patient: str, parents: dict[str, tuple[str | None, str | None]]
) -> dict[str, str | None]:
    """How each person is related to the patient, from fathers and mothers alone.

    M to the mother, F to the father, S to one with the same two parents, C to a child.
    """
    up = {patient: ""}
    waiting = [patient]
    while waiting:
        child = waiting.pop()
        for step, parent in zip("FM", parents.get(child, (None, None)), strict=True):
            if parent is not None and parent not in up:
                up[parent] = up[child] + step
                waiting.append(parent)
    couples = {parents[each]: path for each, path in up.items() if all(parents.get(each, (None,)))}

    def path(each: str) -> str | None:
        if each in up:
            return up[each]
        couple = parents.get(each, (None, None))
        if couple in couples:
            return f"{couples[couple]}S"
        through = (path(parent) for parent in couple if parent is not None)
        return next((f"{found}C" for found in through if found is not None), None)

    return {each: path(each) for each in parents}
