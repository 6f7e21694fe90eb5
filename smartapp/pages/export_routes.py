"""The routes of pedigree files: what each format carries, and the file itself."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template
from msgspec import Struct

from oncology.family.export.canrisk import NotWritable
from oncology.family.export.file import PedigreeFile
from oncology.family.export.formats import FORMATS, Format, write
from oncology.guidance.library import Guidance
from smartapp.opened import Charts, OpenedChart
from smartapp.pages.family import pedigree_of
from smartapp.pages.frame import frame


class Offer(Struct, frozen=True):
    """One format with its file, or the reason why there is none."""

    format: Format
    file: PedigreeFile | None = None
    obstacle: str = ""


def add_export_routes(pages: Blueprint, charts: Charts, guidance: Guidance) -> None:
    """Add them to the pages' blueprint."""

    @pages.get("/l/<launch>/family/files", endpoint="pedigree_files")
    def files_page(launch: str) -> str:
        """The formats, who is who in each, and what it leaves out."""
        opened = charts.open(launch)
        return render_template(
            "pages/pedigree_files.html",
            frame=frame(opened, "family", "Pedigree files"),
            offers=[_offer(opened, guidance, each) for each in FORMATS],
        )

    @pages.get("/l/<launch>/family/files/<wanted>", endpoint="pedigree_file")
    def file(launch: str, wanted: str) -> Response:
        """One file; no name in it or of it tells whose it is."""
        made = _file(charts.open(launch), guidance, wanted)
        return _download(made.text, made.name, made.media_type)

    @pages.get("/l/<launch>/family/files/<wanted>/list", endpoint="pedigree_list")
    def listing(launch: str, wanted: str) -> Response:
        """Who is who in a file, and what is not in it."""
        made = _file(charts.open(launch), guidance, wanted)
        return _download(made.legend, f"{made.name.split('.')[0]}-list.txt", "text/plain")


def _offer(opened: OpenedChart, guidance: Guidance, wanted: Format) -> Offer:
    pedigree = pedigree_of(opened, guidance)
    try:
        return Offer(wanted, write(wanted.id, pedigree, guidance.terminology, opened.today))
    except NotWritable as reason:
        return Offer(wanted, obstacle=str(reason))


def _file(opened: OpenedChart, guidance: Guidance, wanted: str) -> PedigreeFile:
    known = next((each for each in FORMATS if each.id == wanted), None) or abort(404)
    return _offer(opened, guidance, known).file or abort(404)


def _download(text: str, name: str, media_type: str) -> Response:
    answer = Response(text, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
