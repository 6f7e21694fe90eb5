"""Words of the screens: dates, counts, kinds of resources, standings of a biomarker."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct

from oncology.dates import PartialDate, parse_date

NO_DATE = "no date"

RESOURCES = {
    "Patient": "Patient",
    "Condition": "Problems and diagnoses",
    "Observation": "Results",
    "DiagnosticReport": "Reports",
    "ServiceRequest": "Orders and referrals",
    "MedicationRequest": "Prescriptions",
    "MedicationAdministration": "Drugs given",
    "MedicationStatement": "Drugs reported",
    "Procedure": "Procedures",
    "FamilyMemberHistory": "Family history",
    "Specimen": "Specimens",
    "DocumentReference": "Documents",
}

KINDS = {
    "biomarker-testing": "Biomarker testing",
    "genetic-counseling": "Cancer genetics",
    "trial-search": "Trial search",
    "pharmacogenomics": "Pharmacogenomics",
    "order-check": "Order check",
    "family-history": "Family history",
}

STRENGTHS = {
    "guideline-strong": "Guideline, strong",
    "USPSTF-B": "USPSTF grade B",
    "guideline": "Guideline",
    "label": "Drug label only",
    "consensus": "Consensus",
}


class Standing(Struct, frozen=True):
    """Where a biomarker stands: a word, a sign and a colour class; never colour alone."""

    word: str
    sign: str
    tone: str


POSITIVE = Standing("Positive", "✓", "found")
NEGATIVE = Standing("Negative", "–", "absent")
ABSENT = Standing("Not detected", "–", "absent")
REPORTED = Standing("Reported", "✓", "reported")
UNCERTAIN = Standing("Uncertain", "?", "unclear")
DIFFER = Standing("Results differ", "≠", "unclear")
PENDING = Standing("Pending", "…", "pending")
NO_RESULT = Standing("No result", "!", "missing")
FAILED = Standing("Not usable", "×", "missing")
REPEAT = Standing("Repeat advised", "↻", "missing")
NOT_CLEAR = Standing("Not clear", "?", "unclear")
POSSIBLY_MET = Standing("Possibly met", "?", "unclear")
MAYBE_DUE = Standing("May be due", "?", "unclear")


def when(day: PartialDate | None) -> str:
    """`9 Nov 2026`, as exact as recorded."""
    return day.words() if day else NO_DATE


def day_words(day: date) -> str:
    """`9 Nov 2026`."""
    return PartialDate(day, day).words()


def moment(time: datetime) -> str:
    """`22 Nov 2026, 14:02 UTC`: the zone as the time carries it."""
    zone = time.strftime(" %Z") if time.tzinfo else ""
    return f"{day_words(time.date())}, {time:%H:%M}{zone}"


def recorded_day(text: str) -> str:
    """A FHIR date as sent, in words; as sent when it is no date."""
    day = parse_date(text)
    return day.words() if day else text


def capital(text: str) -> str:
    """The first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def counted(number: int, one: str, many: str = "") -> str:
    """`1 relative`, `3 relatives`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def listed(names: Iterable[str]) -> str:
    """Names without repeats, in the order given: `ALK, MET exon 14 and RET`."""
    each = list(dict.fromkeys(names))
    if len(each) < 2:
        return "".join(each)
    return f"{', '.join(each[:-1])} and {each[-1]}"


def resource_words(resource_type: str) -> str:
    """`Family history` for FamilyMemberHistory; the type itself when it has no name here."""
    return RESOURCES.get(resource_type, resource_type)
