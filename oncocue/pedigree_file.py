"""`oncocue pedigree`: the family of one patient as a file for another program."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from oncocue.folders import guidance_folder
from oncocue.judge import Lacking, judge
from oncology.dates import PartialDate
from oncology.family.export.file import PedigreeFile
from oncology.family.export.formats import write
from oncology.family.export.ped import write_ped
from oncology.family.read import read_pedigree
from oncology.guidance.load import load_guidance


def pedigree_file(file: str, wanted: str, affected: str, as_of: date) -> PedigreeFile:
    """The file and what it does not carry. Raises ValueError or OSError saying what is wrong."""
    guidance = load_guidance(guidance_folder())
    terminology = guidance.terminology
    if affected and (wanted != "ped" or affected not in terminology.family_sites):
        sites = ", ".join(terminology.family_sites)
        raise ValueError(f"--affected is for --format ped, and one of: {sites}.")
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    try:
        chart = judge(body, guidance, as_of).chart
    except Lacking as problem:
        raise ValueError(str(problem)) from None
    pedigree = read_pedigree(chart, terminology, PartialDate(as_of, as_of))
    if affected:
        return write_ped(pedigree, affected)
    return write(wanted, pedigree, terminology, as_of)
