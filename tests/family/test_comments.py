"""Family-history comments: what is read of them, with its quote, and what never is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncology.family.told.model import Told
from oncology.family.told.reader import Subject, read_comment
from tests.family.builders import TERMINOLOGY
from tests.family.comments.corpus import FILES, UNSEEN, Comment, comments, read
from tests.family.comments.otherwise import READ_OTHERWISE
from tests.family.comments.scores import at_opening, score

ALL = [each for name in FILES for each in comments(name)]
_WORDS = st.sampled_from(
    [
        "mother",
        "mat",
        "aunt",
        "MGM",
        "sister's",
        "her",
        "his",
        "and",
        "or",
        "no",
        "denies",
        "breast",
        "ovarian",
        "ca",
        "cancer",
        "of",
        "in",
        "with",
        "dx",
        "42",
        "40s",
        "<50",
        "died",
        "at",
        "@",
        "(",
        ")",
        ",",
        ";",
        ".",
        ":",
        "-",
        "+",
        "?",
        "x2",
        "two",
        "both",
        "all",
        "BRCA1",
        "neg",
        "maternal",
        "side",
        "adopted",
        "FHx",
        "polyps",
        "mets",
        "to",
        "unknown",
        "possibly",
        "it",
        "too",
        "\n",
    ]
)


@pytest.mark.parametrize("comment", ALL, ids=lambda each: each.id)
def test_a_comment_is_read_as_labelled(comment: Comment) -> None:
    """Relatives, cancers, ages and denials are those that a reader wrote down."""
    differs = any(each.wrong or each.missed for each in score([comment]).values())
    assert differs is (comment.id in READ_OTHERWISE)


def test_comments_that_nobody_looked_at_are_read_as_well_as_when_they_were_opened() -> None:
    """A change of the reader may lose nothing on what it was not built with."""
    now, then = score(comments(UNSEEN)), at_opening(UNSEEN)
    assert {name: each.right >= then[name].right for name, each in now.items()} == dict.fromkeys(
        now, True
    )
    assert {name: each.wrong <= then[name].wrong for name, each in now.items()} == dict.fromkeys(
        now, True
    )


@pytest.mark.parametrize("comment", comments("open.txt"), ids=lambda each: each.id)
def test_genes_and_unread_texts_are_labelled_too(comment: Comment) -> None:
    """The whole reading of an open comment, variants and languages among it, is its label."""
    assert (read(comment) == comment.gold) is (comment.id not in READ_OTHERWISE)


@pytest.mark.parametrize("file", [*FILES, UNSEEN])
def test_each_proposal_quotes_the_comment(file: str) -> None:
    """The quote stands in the text word for word, and is not empty."""
    for comment in comments(file):
        subject = Subject("relative", comment.subject) if comment.subject else None
        for relative in read_comment(comment.text, TERMINOLOGY, subject).relatives:
            assert relative.quote
            assert relative.quote in comment.text


_TYPED = {
    "two spaces": lambda text: text.replace(" ", "  "),
    "tabs": lambda text: text.replace(" ", "\t"),
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "long dashes": lambda text: text.replace(" - ", " – "),
    "the word mother": lambda text: re.sub(r"\b[Mm]om\b", "mother", text),
    "the word patient": lambda text: re.sub(r"\bpt\b", "patient", text),
    "at age": lambda text: re.sub(r"\bat (?=\d\d\b)", "at age ", text),
}


@pytest.mark.parametrize("typed", _TYPED.values(), ids=_TYPED)
def test_a_comment_is_read_alike_however_it_is_typed(typed: Callable[[str], str]) -> None:
    """Spaces, dashes and words of one meaning change nothing of what is read."""
    differ = [
        comment.id
        for comment in ALL
        if comment.id not in READ_OTHERWISE
        and read(Comment(comment.id, typed(comment.text), comment.subject, comment.gold))
        != read(comment)
    ]
    assert not differ


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Her mother died from kidney and heart failure.", []),
        ("Kidney stones (brother), renal cell carcinoma (mother, 57)", [("M", "kidney", "57")]),
        ("Cancer: mother breast 70\nRenal: brother on dialysis", [("M", "breast", "70")]),
        ("Father lung disease; mother thyroid problems; sister liver cirrhosis", []),
        ("Diabetes in a grandparent, and my sister had breast cancer", [("S", "breast", "")]),
        (
            "Mother breast ca. Father had the same pattern of cough for months.",
            [("M", "breast", "")],
        ),
        (
            "I have a BRCA2 mutation and my mother died of pancreatic cancer",
            [("M", "pancreatic", "")],
        ),
        (
            "Problem: Breast cancer; Relation: Mother; Age of onset: 44",
            [("M", "breast", "44")],
        ),
        ("Problem: Ovarian cancer; Relation: Neg Hx", []),
        ("Who: mother\nType: bowel\nAge: 51", [("M", "crc", "51")]),
        (
            "includes Breast cancer (age of onset: 60) in her maternal aunt; Breast cancer (age of "
            "onset: 37) in her sister",
            [("MS", "breast", "60"), ("S", "breast", "37")],
        ),
        ("Any cancer in the family? My aunt had breast cancer at 50.", [("PS", "breast", "50")]),
    ],
)
def test_other_illnesses_and_printed_forms(text: str, read_as: list[tuple[str, str, str]]) -> None:
    """What charts hold beside cancers is none, and the tables that EHRs print are sentences."""
    told = read_comment(text, TERMINOLOGY).relatives
    found = [(e.path, c.site, c.age.words() or "") for e in told for c in e.cancers]
    assert sorted(found, key=str) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Dx 44, L mastectomy + chemo", [("breast", "44")]),
        ("Dx 39 triple neg, BRCA1+", [("breast", "39")]),
        ("Diagnosed at 30", [(None, "30")]),
        ("Dx 44, mastectomy", [(None, "44")]),
        ("Dx BRCA2 carrier at 35, prophylactic mastectomy", []),
        ("Dx 35, BRCA2 carrier, prophylactic mastectomy", []),
        ("BRCA1+ found at 34, had preventive mastectomies 36", []),
        ("Diagnosed with fibroadenoma at 30, lumpectomy", []),
        ("Gender dysphoria dx 20, mastectomy", []),
        ("DM dx at 40, mastectomy no", []),
        ("Dx at 12 with autism", []),
    ],
)
def test_an_age_of_diagnosis_alone_tells_of_no_other_illness(
    text: str, read_as: list[tuple[str | None, str]]
) -> None:
    """In the record of a relative it may be a cancer's; surgery alone does not name the breast."""
    told = read_comment(text, TERMINOLOGY, Subject("sister", "S", "female")).relatives
    assert [(c.site, c.age.words()) for each in told for c in each.cancers] == read_as


@given(st.lists(_WORDS, max_size=60).map(" ".join) | st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    """No text is a fault, and what is quoted stands in it."""
    told = read_comment(text, TERMINOLOGY)
    assert all(each.quote in text.replace("’", "'") for each in told.relatives)
    assert told == read_comment(text, TERMINOLOGY)


@given(st.lists(_WORDS, max_size=40).map(" ".join))
def test_a_denied_cancer_has_no_age(text: str) -> None:
    """What is denied was never found, at no age."""
    for relative in read_comment(text, TERMINOLOGY).relatives:
        for cancer in relative.cancers:
            assert not cancer.denied or cancer.age.words() is None


@pytest.mark.parametrize("words", ["ca ", "no breast ca, ", "mother ", "42 ", "mother's ", "("])
def test_reading_ends_on_any_length(words: str) -> None:
    """A long text is cut, and told as far as it was read."""
    long = read_comment(words * 5_000, TERMINOLOGY)
    assert long == read_comment((words * 5_000)[:10_000], TERMINOLOGY)


def test_a_cancer_that_ends_its_line_is_read() -> None:
    """One that is told of those named after it, in other words, is no fault."""
    told = read_comment("Mo's Mo. ovarian ca - 60. Fa. & Fa's family no ca", TERMINOLOGY)
    assert {each.path for each in told.relatives} >= {"MM", "F"}


@pytest.mark.parametrize(
    "text",
    [
        "Hermana con cáncer de mama a los 40 años",
        "\u0443 \u043c\u0430\u0442\u0435\u0440\u0438 \u0440\u0430\u043a",
        "母亲乳腺癌",
        "Mutter: Krebs",
    ],
)
def test_another_language_is_said_to_be_unread(text: str) -> None:
    """What is not English is not guessed at."""
    assert read_comment(text, TERMINOLOGY) == Told(is_foreign=True)


@pytest.mark.parametrize(
    "text",
    [
        "mother-in-law had breast cancer",
        "best friend with ovarian ca at 40",
        "Husband has colon cancer; his father too.",
        "Her husband had lung cancer. His mother had breast ca.",
        "stepfather: colon ca 48",
        "Sister-in-law breast ca; her mother too",
        "Husband's family: mother breast ca, sister ovarian ca",
        "FOB's mother had breast ca",
        "adopted sister breast ca 30",
        "Patient had breast cancer at 45.",
        "Mother had a benign breast lump.",
        "Father: colon polyps at 50, colonoscopy due",
    ],
)
def test_nobody_is_proposed_who_is_no_relative_or_has_no_cancer(text: str) -> None:
    """People by marriage, friends, the patient, and what is benign."""
    assert not read_comment(text, TERMINOLOGY).relatives


def test_the_age_at_death_is_no_age_at_onset() -> None:
    """One who died at 62 of lung cancer had it at an age that is not told."""
    (father,) = read_comment("Father died at 62 of lung ca.", TERMINOLOGY).relatives
    assert father.cancers[0].site == "lung_nos"
    assert father.cancers[0].age.words() is None


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("She has an aunt with healthy lungs. Her mother had ovarian cancer.", "M"),
        ("Wife had lung cancer. His father colon ca 60.", "F"),
        ("Father has 3 brothers and 2 sisters, one sister with breast cancer.", "FS"),
        ("Twin sister (identical) with breast ca.", "I"),
        ("Mom's twin sister (identical) with breast ca.", "MI"),
    ],
)
def test_whose_relative_is_meant(text: str, path: str) -> None:
    """Of two who may be meant, the one whom the words and their numbers fit."""
    (relative,) = read_comment(text, TERMINOLOGY).relatives
    assert relative.path == path


@pytest.mark.parametrize(
    "text",
    [
        "Maternal aunt had breast cancer in the 90s.",
        "Sister: ovarian ca, colon polyps (50)",
        "Mother died 2013 aged 67 of breast cancer.",
    ],
)
def test_years_and_ages_of_other_things_are_none_at_onset(text: str) -> None:
    """Decades of the calendar, and ages at what is benign or at death."""
    (relative,) = read_comment(text, TERMINOLOGY).relatives
    assert relative.cancers[0].age.words() is None


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Father pancreatic ca 66, died 8 mo later", [("F", "pancreatic", "66")]),
        (
            "Uncle colon ca 60. Aunt colon ca. Both maternal.",
            [("MS", "crc", ""), ("MS", "crc", "60")],
        ),
        (
            "Pancreas ca in mother (dx 66) and melanoma in aunt",
            [("M", "pancreatic", "66"), ("PS", "melanoma", "")],
        ),
        ("2 mat cousins (sisters), breast ca", [("MSC", "breast", ""), ("MSC", "breast", "")]),
        (
            "Father and his brother colon ca. Father dx at 50.",
            [("F", "crc", "50"), ("FS", "crc", "")],
        ),
        ("Father colon ca; father at 50 had a stroke", [("F", "crc", "")]),
        ("My dad has 6 siblings, three of them had colon ca", [("FS", "crc", "")] * 3),
        ("Aunt, whose son had colon ca at 40, is well", [("PSC", "crc", "40")]),
        ("On her mother's side, her grandmother had breast ca", [("MM", "breast", "")]),
        ("Brothers x3: #1 colon ca 50; #2 well", [("S", "crc", "50")]),
        ("Mom BrCa 67", [("M", "breast", "67")]),
        ("GM colon ca, GF lung ca", [("PF", "lung_nos", ""), ("PM", "crc", "")]),
        ("GF lung ca", []),
        ("Somebody at work had breast ca", []),
    ],
)
def test_nothing_is_read_into_words_that_say_less(
    text: str, read_as: list[tuple[str, str, str]]
) -> None:
    """Whose cancer it was, and at what age, as the words alone tell it."""
    told = read_comment(text, TERMINOLOGY).relatives
    found = [(e.path, c.site, c.age.words() or "") for e in told for c in e.cancers]
    assert sorted(found, key=str) == read_as


@pytest.mark.parametrize(
    ("text", "path", "site"),
    [
        ("No cancer on dad's side but mum's aunt had bowel ca.", None, None),
        ("mother: no breast ca, no ov ca; father: well", "M", "ovarian"),
        ("Dad's side clear of cancer.", None, None),
        ("My sister has the BRCA gene. She is 36 and has not had cancer.", "S", None),
    ],
)
def test_a_denial_is_of_those_it_is_said_of(text: str, path: str | None, site: str | None) -> None:
    """Of one side, or of one relative, and not of the whole family."""
    told = read_comment(text, TERMINOLOGY)
    assert not told.denied
    denied = [(each.path, c.site) for each in told.relatives for c in each.cancers if c.denied]
    assert (path, site) in denied


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PALB2 in twin", True),
        ("TP53 on mum: pathogenic.", True),
        ("Brother tested pos for MLH1", True),
        ("Sister has the BRCA gene", True),
        ("Father tested neg for BRCA1, ATM", False),
        ("Sister BRCA1 -ve", False),
        ("Sister has BRCA testing booked", None),
        ("Mother carries a BRCA2 variant of uncertain significance", None),
    ],
)
def test_a_gene_is_found_not_found_or_not_told(text: str, found: bool | None) -> None:
    """Who was tested is not who carries."""
    genes = [gene for each in read_comment(text, TERMINOLOGY).relatives for gene in each.genes]
    assert {each.found for each in genes} == ({found} if found is not None else set())


def test_an_adopted_patient_who_knows_a_parent_has_some_history() -> None:
    """What is told of the mother by birth stands; without it nothing is known."""
    told = read_comment("Adopted. Birth mother had breast ca at 45.", TERMINOLOGY)
    assert [each.path for each in told.relatives] == ["M"]
    assert not told.is_history_unknown
    assert read_comment("Adopted. Daughter had leukemia.", TERMINOLOGY).is_history_unknown
