"""Drafts: what each holds, the same on the page as in the text, and what none of them holds."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from oncology.findings import Verdict
from smartapp.pages.drafts import handout, necessity, referral
from smartapp.pages.drafts.catalog import LETTERS, ORDERS, PATIENT, TEAM, Draft, by_finding, drafts
from smartapp.pages.drafts.letter import letter_text
from tests.pages.opened_charts import FAMILY, LUNG, guidance, opened_story
from tests.support.hook_calls import stories

BREAST = "breast-triple-negative-metastatic"


def made(story: str, group: str) -> list[Draft]:
    """The drafts of one group."""
    return [each for each in drafts(opened_story(story), guidance()) if each.group == group]


def text_of(draft: Draft, name_cancer: bool = False) -> str:
    """A draft in plain text, its lines joined."""
    return " ".join(letter_text(draft.write(name_cancer)).split())


def test_an_order_names_what_it_must_cover() -> None:
    """Biomarkers, specimen, facts with dates, sources; a draft, and whose."""
    (order,) = made(LUNG, ORDERS)
    text = text_of(order)
    for word in ("ALK", "ROS1", "MET exon 14", "Adenocarcinoma of lung (2 Nov 2026)", "ASCO"):
        assert word in text
    assert "made from the record. Check every line" in text
    assert "Dr Ada Example" in text


def test_the_referral_letter_holds_family_criteria_and_what_is_not_known() -> None:
    """Facts as recorded, criteria with their outcome, the lines that are missing."""
    letter = next(each for each in made(FAMILY, LETTERS) if referral.TITLE[1:] in each.label)
    text = text_of(letter)
    assert "Mother; Side: maternal; Sex: female; Life: died at 59" in text
    assert "Pedigree Assessment Tool (PAT): met, PAT 9 points, referral at 8" in text
    assert "Family history meets criteria for cancer genetics referral." in text
    assert "Germline results on file".upper() in text


def test_the_insurer_s_letter_holds_facts_rule_and_label() -> None:
    """Every test asked for, its source, and which label names it; no drug is proposed."""
    letter = next(each for each in made(BREAST, LETTERS) if each.label == necessity.LABEL)
    text = text_of(letter)
    assert "coverage of 5 biomarker tests" in text
    assert "MSI or TMB or NTRK: named in the FDA label of pembrolizumab" in text
    assert "(revised 10 Feb 2026)" in text
    assert "doi.org" in text
    assert not re.search(r"\b(?:start|give|treat with|recommend(?:ed)? drug)\b", text, re.I)


def test_a_handout_holds_no_diagnosis_unless_it_is_ticked() -> None:
    """Neither name nor cancer of the patient; with the tick the diagnosis alone."""
    opened = opened_story(BREAST)
    for each in made(BREAST, PATIENT):
        text = text_of(each)
        assert opened.patient.name not in text and opened.patient.mrn not in text
        assert "breast" not in text.lower() and "infiltrating" not in text.lower()
    (english,) = [
        each for each in made(BREAST, PATIENT) if each.may_name_cancer and each.about == "English"
    ]
    assert "Infiltrating duct carcinoma of breast" in text_of(english, name_cancer=True)


def test_spanish_says_that_it_is_a_draft() -> None:
    """Until a qualified translator has read it."""
    spanish = [each for each in made(BREAST, PATIENT) if each.about == handout.LANGUAGES["es"]]
    assert len(spanish) == 2
    for each in spanish:
        letter = each.write(False)
        assert letter.language == "es"
        assert "Borrador" in text_of(each)


def test_handouts_are_written_in_short_sentences() -> None:
    """Reading age about grade 6 to 8 (Flesch-Kincaid) for the English texts."""
    for kind in handout.KINDS:
        words = handout._texts()[kind]["en"]
        text = " ".join(words["blocks"] + words["questions"] + [words["small"]])
        sentences = [each for each in re.split(r"[.?!]", text) if each.strip()]
        spoken = re.findall(r"[A-Za-z’']+", text)
        syllables = sum(
            max(1, len(re.findall(r"[aeiouy]+", w.lower().removesuffix("e")))) for w in spoken
        )
        grade = 0.39 * len(spoken) / len(sentences) + 11.8 * syllables / len(spoken) - 15.59
        assert grade < 8, (kind, grade)


def test_the_form_asks_for_three_generations() -> None:
    """Recorded relatives to check, lines for the others, the open questions first."""
    (form,) = made("family-history-pat-open", TEAM)
    text = text_of(form)
    for word in ("ASK FIRST", "ON RECORD", "Mother's mother", "Father's brothers", "Checked by"):
        assert word in text


def test_each_advice_with_an_order_has_its_draft() -> None:
    """And nothing is drafted of what is not advised, save handouts and the form."""
    for story in stories():
        opened = opened_story(story)
        found = by_finding(drafts(opened, guidance()))
        advised = {f.guidance for f in opened.findings if f.answer is Verdict.ADVISE}
        assert found.keys() <= advised
        for finding in opened.findings if not opened.chart.person.deceased else ():
            asked = finding.biomarkers.asked if finding.biomarkers else ()
            has_order = finding.order or any(each.order for each in asked)
            if finding.answer is Verdict.ADVISE and has_order:
                assert finding.guidance in found, story


def test_the_page_and_the_text_say_the_same(client: FlaskClient) -> None:
    """Every line of the plain text stands on the previewed sheet."""
    opened = opened_story(FAMILY)
    for draft in drafts(opened, guidance()):
        html = client.get(f"/l/{FAMILY}/orders/{draft.id}").text
        sheet = re.search(r"<article class=\"sheet.*?</article>", html, re.S)
        assert sheet is not None
        letter = draft.write(False)
        assert f"<h2>{letter.title}</h2>" in sheet[0]
        assert sheet[0].count("<tr>") >= sum(
            len(block.rows) for block in letter.blocks if hasattr(block, "rows")
        )


def test_changes_are_shown_as_text_and_not_kept(client: FlaskClient) -> None:
    """What was typed comes back escaped; the next visit shows the draft as made."""
    (order,) = made(LUNG, ORDERS)
    address = f"/l/{LUNG}/orders/{order.id}"
    changed = client.post(address, data={"text": "<script>alert(1)</script> my words"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt; my words" in changed.text
    assert "my words" not in client.get(address).text


@pytest.mark.parametrize("came", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused(client: FlaskClient, came: str) -> None:
    """Text of another site is never shown under our name."""
    (order,) = made(LUNG, ORDERS)
    response = client.post(
        f"/l/{LUNG}/orders/{order.id}", data={"text": "x"}, headers={"Sec-Fetch-Site": came}
    )
    assert response.status_code == 403
