"""The formats a pedigree can be written in, by their names."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from oncology.family.export.canrisk import write_canrisk
from oncology.family.export.file import PedigreeFile
from oncology.family.export.ga4gh import write_ga4gh
from oncology.family.export.ped import write_ped
from oncology.family.model import Pedigree
from oncology.terminology import Terminology


class Format(Struct, frozen=True):
    """A format: its name in addresses and options, and what it is for."""

    id: str
    title: str
    about: str


FORMATS = (
    Format("canrisk", "CanRisk 4", "for breast and ovarian cancer risk at canrisk.org"),
    Format("ped", "PED", "for PLINK and linkage programs: who is affected by any cancer"),
    Format("ga4gh", "GA4GH Pedigree", "for genetics systems: JSON with Phenopackets"),
)


def write(wanted: str, pedigree: Pedigree, terminology: Terminology, today: date) -> PedigreeFile:
    """The pedigree in one of FORMATS. Raises NotWritable where CanRisk cannot take it."""
    if wanted == "canrisk":
        return write_canrisk(pedigree)
    return write_ped(pedigree) if wanted == "ped" else write_ga4gh(pedigree, terminology, today)
