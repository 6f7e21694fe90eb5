"""The family page shows what notes tell, quoted and apart from the record."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from smartapp.pages.told import told
from tests.pages.opened_charts import FAMILY, guidance, opened_story

STORY = "family-history-told-in-notes"


def test_each_relative_told_of_is_shown_once_with_every_quote() -> None:
    """The aunt stands in two notes and is one; the mother is on record too."""
    found = told(opened_story(STORY), guidance())
    assert found is not None
    rows = {each.relation: each for each in found.rows}
    assert list(rows) == ["Mother", "Maternal aunt", "Maternal grandfather"]
    assert [each.words for each in rows["Maternal aunt"].quotes] == [
        "mat aunt ov ca 55",
        "Her sister had ovarian ca, dx 55",
    ]
    assert rows["Maternal aunt"].ask == ("Did the maternal aunt have ovarian cancer at 55?",)
    assert rows["Mother"].recorded == f"FamilyMemberHistory/{STORY}-mother"
    assert rows["Mother"].ask == ()


def test_what_would_be_met_is_named_and_is_not_met() -> None:
    """The tool is possibly met as told, and not met by the record on the same page."""
    found = told(opened_story(STORY), guidance())
    assert found is not None
    assert "Pedigree Assessment Tool (PAT)" in [each.title for each in found.possible]
    assert [each.words for each in found.remarks] == [
        "Said to be in nobody of the family: colorectal cancer"
    ]


def test_the_page_has_the_section_only_where_there_are_notes(client: FlaskClient) -> None:
    """Quotes are text of the record: shown as such, each with its source."""
    page = client.get(f"/l/{STORY}/family").get_data(as_text=True)
    section = re.search(r'<section aria-labelledby="told">.*?</section>', page, re.S)
    assert section is not None
    assert "<q>mat aunt ov ca 55</q>" in section[0]
    assert f"Observation/{STORY}-words" in section[0]
    assert "Possibly met: confirm" in section[0]
    assert 'id="told"' not in client.get(f"/l/{FAMILY}/family").get_data(as_text=True)


def test_the_text_is_among_the_data(client: FlaskClient) -> None:
    """The source of a quote is found on the data page."""
    page = client.get(f"/l/{STORY}/data").get_data(as_text=True)
    assert "Family history in words: read as proposals, never counted" in page
