"""What the screens say of a chart: biomarkers, decisions, questions, silence, data, states."""

from __future__ import annotations

from msgspec.structs import replace

from oncology.chart.model import Outcome, Result, Variant
from oncology.dates import Span
from oncology.findings import Verdict
from smartapp.opened import Focus, OpenedChart, Style
from smartapp.pages import record, timeline, words
from smartapp.pages.biomarkers import Marker, matrices, other_results, outcome_standing
from smartapp.pages.decisions import decisions, questions
from smartapp.pages.drafts.catalog import TEAM, drafts
from smartapp.pages.family import family
from smartapp.pages.frame import frame
from smartapp.pages.pedigree.labels import span_label
from smartapp.pages.references import anchor
from smartapp.pages.states import state
from smartapp.pages.style import contrast, print_sheet, style_sheet
from smartapp.pages.why_not import why_not
from tests.pages.opened_charts import FAMILY, LUNG, guidance, opened_bundle, opened_story
from tests.support.hook_calls import chart, stories


def markers(opened: OpenedChart, show: str = "all") -> dict[str, Marker]:
    """The rows of the only matrix, by name."""
    (matrix,) = matrices(opened, guidance(), show)
    return {each.name: each for each in matrix.markers}


def test_each_biomarker_says_where_it_stands() -> None:
    """Missing, not detected and reported are told apart by word and sign."""
    found = markers(opened_story(LUNG))
    assert found["ALK"].standing is words.NO_RESULT
    assert found["EGFR"].standing is words.ABSENT
    assert found["PD-L1"].standing is words.REPORTED
    assert found["PD-L1"].result == "TPS 35 %"
    assert found["EGFR"].date == "9 Nov 2026"


def test_the_filter_shows_what_is_asked_for() -> None:
    """Missing rows alone; positive rows alone."""
    assert {each.standing.word for each in markers(opened_story(LUNG), "missing").values()} == {
        "No result"
    }
    assert list(markers(opened_story("lung-kras-g12d"), "actionable")) == ["KRAS"]


def test_a_protein_is_negative_and_a_variant_not_detected() -> None:
    """The words of the laboratory for each kind of test."""
    found = markers(opened_story("breast-triple-negative-metastatic"))
    assert found["ER"].standing is words.NEGATIVE
    assert found["MSI"].standing is words.NO_RESULT
    assert {"MSI", "TMB", "NTRK"} <= found.keys()


def test_a_variant_of_uncertain_significance_is_not_positive() -> None:
    """Found, and not known to matter: uncertain."""
    found = Result(
        ("BRCA2",),
        frozenset({"mutation"}),
        Outcome.POSITIVE,
        "somatic",
        "found",
        None,
        "Observation/1",
        Variant(("BRCA2",), significance="VUS"),
    )
    assert outcome_standing(found) is words.UNCERTAIN


def test_results_nobody_asks_for_are_shown_too() -> None:
    """Every result on file stands on the page about biomarkers, asked for or not."""
    for story in stories():
        opened = opened_story(story)
        shown = matrices(opened, guidance())
        asked = {r.reference for m in shown for each in m.markers for r in each.on_file}
        others = {each.reference for each in other_results(opened, shown)}
        assert asked | others == {each.reference for each in opened.chart.results}


def test_every_row_of_a_finding_is_in_its_matrix() -> None:
    """No biomarker of a finding is lost by joining genes of one row."""
    for story in stories():
        opened = opened_story(story)
        for matrix in matrices(opened, guidance()):
            finding = next(each for each in opened.findings if each.guidance == matrix.id)
            known = finding.biomarkers
            if known is None:
                continue
            entries = known.asked + known.pending + known.resulted + known.unknown
            assert {each.show for each in entries} == {each.name for each in matrix.markers}


def test_advice_becomes_one_decision_each() -> None:
    """Every finding that advises, none that does not; the heading counts as the card does."""
    for story in stories():
        opened = opened_story(story)
        advised = {f.guidance for f in opened.findings if f.answer is Verdict.ADVISE}
        if not opened.chart.person.deceased:
            assert {each.guidance for each in decisions(opened)} == advised
    (lung,) = decisions(opened_story(LUNG))
    assert lung.heading == "5 of 9 recommended biomarkers have no result on file"
    assert [each.label for each in lung.orders] == ["Draft order: lung NGS panel, tissue"]


def test_nothing_is_decided_or_drafted_for_one_who_has_died() -> None:
    """No advice, no question, no order or letter; only the family-history form, for relatives."""
    opened = opened_story("deceased-patient")
    assert any(each.answer is Verdict.ADVISE for each in opened.findings)
    assert decisions(opened) == questions(opened) == ()
    assert [each.group for each in drafts(opened, guidance())] == [TEAM]


def test_what_the_card_was_about_comes_first() -> None:
    """By guidance, or by topic alone."""
    story = "breast-triple-negative-metastatic"
    plain = [each.guidance for each in decisions(opened_story(story))]
    assert plain == ["breast-biomarkers", "breast-germline"]
    for focus in (Focus(guidance="breast-germline"), Focus(topic=_topic("breast-germline"))):
        first = decisions(opened_story(story, focus=focus))[0]
        assert first.is_focus and first.guidance == "breast-germline"


def _topic(artifact: str) -> str:
    return guidance().artifacts[artifact].topic


def test_a_question_is_asked_once() -> None:
    """Several rules that wait for one answer share the question."""
    opened = opened_story("lung-histology-not-recorded")
    assert [each.text for each in questions(opened)] == [
        "Is the lung cancer small-cell or non-small-cell?"
    ]


def test_each_silent_rule_has_a_reason() -> None:
    """Advice and silence together are all the guidance there is, each with a reason."""
    for story in stories():
        opened = opened_story(story)
        silent = [each for group in why_not(opened, guidance()) for each in group.artifacts]
        spoken = [f.guidance for f in opened.findings if f.answer is Verdict.ADVISE]
        active = [each.id for each in guidance().of_kinds(None)]
        assert sorted([each.guidance for each in silent] + spoken) == sorted(active)
        assert all(each.reason for each in silent)


def test_rules_about_other_cancers_are_told_in_brief() -> None:
    """They share one reason; a rule about a cancer on file is never among them."""
    for story in stories():
        opened = opened_story(story)
        on_file = {each.cancer for each in opened.chart.diagnoses}
        brief = [each for each in why_not(opened, guidance()) if each.is_brief]
        for silent in (each for group in brief for each in group.artifacts):
            assert guidance().artifacts[silent.guidance].cancer not in on_file
            assert not silent.because and not silent.unresolved


def test_no_placeholder_of_guidance_reaches_a_screen() -> None:
    """A question is shown as asked, never as it stands in the guidance."""
    for story in stories():
        opened = opened_story(story)
        known = family(opened, guidance())
        asked = [text for each in known.judged for text in (each.ask, each.question)]
        asked += [each.text for each in questions(opened)]
        assert not [each for each in asked if "{" in each]


def test_the_state_of_the_chart_is_said() -> None:
    """None, one, several, past, not certain, not covered."""
    assert state(opened_story("diabetes-only"), guidance()).is_empty
    assert len(state(opened_story("two-primaries"), guidance()).present) == 2
    small = state(opened_story("small-cell-lung-cancer"), guidance())
    assert [each.id for each in small.uncovered] == ["sclc"]
    assert state(opened_story("lung-cancer-suspected"), guidance()).in_doubt
    assert state(opened_story("breast-remission-all-done"), guidance()).past


def test_dates_are_unambiguous_and_as_exact_as_recorded() -> None:
    """2 Nov 2026, Mar 2025, 2024; an unknown one says so."""
    told = {each.when for each in timeline.events(opened_story(LUNG))}
    assert "2 Nov 2026" in told
    assert words.recorded_day("2025-03") == "Mar 2025"
    assert words.recorded_day("2024") == "2024"
    assert words.when(None) == "no date"
    assert frame(opened_story(LUNG), "summary").read_at == "22 Nov 2026, 14:02 UTC"


def test_many_results_are_cut_short_and_what_findings_use_is_kept() -> None:
    """Of a long list 200 are shown, those that decide among them; all of them on demand."""
    bundle = chart(LUNG)
    pattern = next(
        entry["resource"] for entry in bundle["entry"] if entry["resource"]["id"].endswith("-egfr")
    )
    for number in range(300):
        bundle["entry"].insert(
            1, {"resource": {**pattern, "id": f"old-{number}", "effectiveDateTime": "2020-01-01"}}
        )
    opened = opened_bundle(bundle, "many")
    shown = {
        each.resource_type: each for each in record.shortened(record.parts(opened, guidance()))
    }
    results = shown["Observation"]
    assert (len(results.items), results.held) == (record.MOST_LISTED, 307)
    references = {each.reference for each in results.items}
    used = {b.reference for f in opened.findings for b in f.because if "Observation" in b.reference}
    assert used <= references
    every = {each.resource_type: each for each in record.parts(opened, guidance())}
    assert len(every["Observation"].items) == 307


def test_an_anchor_is_a_valid_id_whatever_the_reference() -> None:
    """No space, no quote; different references stay different."""
    odd = 'urn:uuid:0 "><script>'
    assert " " not in anchor(odd) and '"' not in anchor(odd) and "<" not in anchor(odd)
    assert anchor("Observation/70") == "Observation/70"


def test_the_relatives_are_the_table_of_the_drawing() -> None:
    """Each relative has a row with the number of the symbol, and the tools their outcome."""
    known = family(opened_story(FAMILY), guidance())
    assert known.drawing is not None
    numbers = {each.number for each in known.drawing.symbols if each.number}
    assert {each.number for each in known.relatives} == numbers
    assert {each.id: each.text for each in known.tools}["pat"] == "PAT 9 points, referral at 8"
    pat = next(each for each in known.tools if each.id == "pat")
    assert pat.points == (
        "Mother: 5 (ovarian cancer)",
        "Maternal aunt: 4 (breast cancer before 50)",
    )
    assert {each.id for each in known.tools} == {"pat", "fhs7", "fhat", "manchester", "rst"}
    mother = next(each for each in known.relatives if each.relation == "Mother")
    assert (mother.side, mother.life, mother.cancers) == (
        "maternal",
        "died at 59",
        "Ovarian cancer at 56",
    )


def test_an_age_that_is_not_recorded_is_not_said() -> None:
    """A cancer without an age has none on the page, in the letter or in the drawing."""
    known = family(opened_story("family-history-pat-open"), guidance())
    mother = next(each for each in known.relatives if each.relation == "Mother")
    assert mother.cancers == "Breast cancer"
    assert span_label(Span(0, None)) == span_label(Span()) == ""
    assert (span_label(Span(0, 49)), span_label(Span(50, None))) == ("<50", "50+")


def test_an_open_criterion_names_what_would_settle_it() -> None:
    """Cannot tell is said with the facts that are lacking."""
    known = family(opened_story("family-history-pat-open"), guidance())
    still_open = [each for each in known.judged if each.standing.word == "Cannot tell"]
    assert still_open
    assert any(each.needs or each.ask for each in still_open)


def test_ehr_colours_are_taken_when_they_can_be_read() -> None:
    """White text must be readable on the highlight colour; anything not a colour is left out."""
    assert "--accent: #5b2a86" in style_sheet(Style(colors={"color_highlight": "#5b2a86"}))
    for color in ("#ffee00", "red; } body { display: none", "#12", "url(x)"):
        assert style_sheet(Style(colors={"color_highlight": color})) == ""
    assert round(contrast("#ffffff", "#000000")) == 21


def test_a_name_cannot_break_out_of_the_printed_line() -> None:
    """The line in the page margin is a CSS string; every odd character is escaped."""
    opened = opened_story(LUNG)
    odd = replace(opened.patient, name='"; } body { display: none } \\')
    sheet = print_sheet(frame(replace(opened, patient=odd), "summary"))
    assert "display:" not in sheet and sheet.count("}") == 4 and "\\22 " in sheet


def test_the_family_page_lists_what_is_not_assessed() -> None:
    """Each with a reason; none of them is judged at the same time."""
    known = family(opened_story(FAMILY), guidance())
    titles = {each.title for each in known.not_assessed}
    assert "PREMM5" in titles
    assert titles.isdisjoint(each.title for each in known.judged)
