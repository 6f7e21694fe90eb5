"""The routes of the family-history form: type relatives, review, write them to the record."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response as AnyResponse
from wtforms import Form

from oncology.guidance.library import Guidance
from oncology.terminology import Terminology
from smartapp.opened import Charts, OpenedChart, Sent
from smartapp.pages.drafts.request import provenance_of_relatives
from smartapp.pages.family import Relative, family
from smartapp.pages.frame import frame
from smartapp.pages.history.form import read, relative_form
from smartapp.pages.history.resource import family_member_history
from smartapp.pages.history.typed import Typed, health_words, life_words, other_words

KEPT = "family-history"
_MOST = 60
_FULL = f"There are {_MOST} relatives in this draft: write these before you type others."


class Row(Struct, frozen=True):
    """One typed relative as it is shown; `sent` once it was tried to write it."""

    id: str
    name: str
    life: str
    health: str
    notes: tuple[str, ...]
    status: str
    as_json: str
    sent: Sent | None = None


class Filled(Struct):
    """The form with what is wrong in it, and whose entry it changes."""

    form: Form
    faults: list[tuple[str, str]] = []
    changing: str = ""


def add_history_routes(pages: Blueprint, charts: Charts, guidance: Guidance) -> None:
    """Add them to the pages' blueprint."""
    terminology = guidance.terminology

    @pages.route("/l/<launch>/history", methods=("GET", "POST"), endpoint="history")
    def history_page(launch: str) -> str | AnyResponse:
        """The relatives typed so far, and the form of one more, or of one to change."""
        opened = charts.open(launch)
        typed = _typed(charts, launch)
        if request.method == "GET":
            return _form_page(opened, guidance, typed, Filled(relative_form(terminology)))
        form = relative_form(terminology, request.form)
        entry, faults = read(form, terminology, opened.today.year)
        if entry is not None and len(typed) >= _MOST and entry.id not in _ids(typed):
            entry, faults = None, [("relation", _FULL)]
        if entry is None:
            return _form_page(opened, guidance, typed, Filled(form, faults))
        _keep(charts, launch, _with(typed, entry))
        return redirect(url_for("pages.history", launch=launch), code=303)

    @pages.post("/l/<launch>/history/change", endpoint="history_change")
    def change(launch: str) -> str | AnyResponse:
        """Take one typed relative into the form again, or out of the draft."""
        opened = charts.open(launch)
        typed = _typed(charts, launch)
        wanted = request.form.get("id", "")
        entry = next((each for each in typed if each.id == wanted), None)
        if entry is None or "remove" in request.form:
            _keep(charts, launch, [each for each in typed if each.id != wanted])
            return redirect(url_for("pages.history", launch=launch), code=303)
        filled = Filled(relative_form(terminology, typed=entry), changing=entry.name)
        return _form_page(opened, guidance, typed, filled)

    @pages.route("/l/<launch>/history/review", methods=("GET", "POST"), endpoint="history_review")
    def review(launch: str) -> str:
        """What would be written, word for word; with POST, what came of writing it."""
        opened = charts.open(launch)
        typed = _typed(charts, launch)
        rows = _rows(opened, typed, terminology)
        if request.method == "POST" and opened.may_write_family:
            resources = [family_member_history(opened, each, terminology) for each in typed]
            rows = _write(charts, opened, typed, list(zip(rows, resources, strict=True)))
        return render_template(
            "pages/history_review.html",
            frame=frame(opened, "family", "Review the family history"),
            rows=rows,
            text=_text(rows),
            may_write=opened.may_write_family,
        )


def _form_page(opened: OpenedChart, guidance: Guidance, typed: list[Typed], filled: Filled) -> str:
    return render_template(
        "pages/history.html",
        frame=frame(opened, "family", "Family-history form"),
        form=filled.form,
        faults=filled.faults,
        changing=filled.changing,
        rows=_rows(opened, typed, guidance.terminology),
        known=_known(opened, guidance),
    )


def _known(opened: OpenedChart, guidance: Guidance) -> tuple[Relative, ...]:
    """The relatives on record, those by adoption last."""
    found = family(opened, guidance)
    return found.relatives[1:] + found.adopted


def _write(
    charts: Charts,
    opened: OpenedChart,
    typed: list[Typed],
    ready: list[tuple[Row, dict[str, Any]]],
) -> list[Row]:
    """Create one after the other; what was created leaves the draft, the chart is read anew."""
    done = []
    for row, resource in ready:
        sent = charts.create(opened.launch, resource)
        done.append(msgspec.structs.replace(row, sent=sent))
    written = {row.id: row.sent.reference for row in done if row.sent and row.sent.reference}
    if written:
        # The relatives stand by themselves: an EHR that takes no Provenance has their notes.
        charts.create(opened.launch, provenance_of_relatives(opened, tuple(written.values())))
        _keep(charts, opened.launch, [each for each in typed if each.id not in written])
        charts.reread(opened.launch)
    return done


def _typed(charts: Charts, launch: str) -> list[Typed]:
    kept = charts.kept(launch, KEPT)
    return msgspec.json.decode(kept, type=list[Typed]) if kept else []


def _keep(charts: Charts, launch: str, typed: list[Typed]) -> None:
    charts.keep(launch, KEPT, msgspec.json.encode(typed).decode() if typed else "")


def _ids(typed: list[Typed]) -> set[str]:
    return {each.id for each in typed}


def _with(typed: list[Typed], entry: Typed) -> list[Typed]:
    """The entry in its old place, or at the end."""
    if entry.id in _ids(typed):
        return [entry if each.id == entry.id else each for each in typed]
    return [*typed, entry]


def _rows(opened: OpenedChart, typed: list[Typed], terminology: Terminology) -> list[Row]:
    rows = []
    for each in typed:
        resource = family_member_history(opened, each, terminology)
        rows.append(
            Row(
                id=each.id,
                name=each.name,
                life=life_words(each),
                health=health_words(each, terminology),
                notes=(*other_words(each), *(n["text"] for n in resource["note"][:-1])),
                status=resource["status"],
                as_json=json.dumps(resource, indent=2, ensure_ascii=False),
            )
        )
    return rows


def _text(rows: list[Row]) -> str:
    """The draft as plain text, to copy where it cannot be written."""
    lines = ["Family history of cancer, as told", ""]
    for row in rows:
        notes = f" Note: {'; '.join(row.notes)}" if row.notes else ""
        lines.append(f"{row.name}: {row.life}. {row.health}.{notes}")
    return "\n".join(lines)
