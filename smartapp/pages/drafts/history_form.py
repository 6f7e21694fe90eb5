"""The family-history form for staff: what is on record, and lines for what is not."""

from __future__ import annotations

from oncology.guidance.library import Guidance
from smartapp.opened import OpenedChart
from smartapp.pages.drafts import facts
from smartapp.pages.drafts.letter import Block, Heading, Letter, Paragraph, Points, Table
from smartapp.pages.family import family

TITLE = "Family history of cancer"
_COLUMNS = (
    "Relative",
    "Living? Age now, or at death",
    "Cancer: where",
    "Age when found",
    "Gene test",
)
# First- and second-degree relatives, as a three-generation history asks for them.
_ASKED = (
    "Mother",
    "Father",
    "Sisters: how many?",
    "Brothers: how many?",
    "Children: how many?",
    "Mother's mother",
    "Mother's father",
    "Mother's sisters: how many?",
    "Mother's brothers: how many?",
    "Father's mother",
    "Father's father",
    "Father's sisters: how many?",
    "Father's brothers: how many?",
    "Other relatives with cancer",
)


def history_form(opened: OpenedChart, guidance: Guidance) -> Letter:
    """A form to fill in with the patient; recorded relatives are printed for checking."""
    known = family(opened, guidance)
    recorded = tuple(
        (
            f"{each.relation} ({each.side})"
            if each.side in ("maternal", "paternal")
            else each.relation,
            each.life,
            each.cancers or each.note,
            "",
            each.traits,
        )
        for each in known.relatives
        if each.relation != "Patient"
    )
    questions = dict.fromkeys(each.ask for each in known.judged if each.ask)
    blocks: list[Block] = [
        Paragraph(
            "Ask about blood relatives only. Write “not known” where the patient does not know: "
            "an empty line says nothing. Half-siblings and cousins: say through which parent."
        )
    ]
    if questions:
        blocks += [Heading("Ask first"), Points(tuple(questions))]
    if recorded:
        blocks += [Heading("On record: please check"), Table(_COLUMNS, recorded)]
    blocks += [
        Heading("To fill in"),
        Table(_COLUMNS, tuple((each, "", "", "", "") for each in _ASKED)),
        Paragraph(
            "Is any of these adopted?  Are the parents related by blood?  Ashkenazi Jewish "
            "ancestry?  Does anyone have a known gene change?"
        ),
        Table(("Taken by", "Date", "Checked by"), (("", "", ""),)),
    ]
    return Letter(
        title=TITLE,
        date=facts.today(opened),
        about=facts.about(opened),
        blocks=tuple(blocks),
        notes=facts.notes(opened)[1:],
    )
