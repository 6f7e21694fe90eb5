"""The form of one relative: its fields, what makes an entry wrong, and the entry made of it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from oncology.dates import Span
from oncology.terminology import Terminology
from smartapp.pages.history.relations import BY_WORDS, MATERNAL, PATERNAL, RELATIONS
from smartapp.pages.history.typed import (
    ALL,
    BREAST,
    NONE,
    OTHER,
    SOME,
    UNKNOWN,
    Typed,
    TypedCancer,
    age_of,
    code_of,
    findings,
    is_premenopausal,
)
from smartapp.pages.words import capital

MOST_CANCERS = 4
_OURS = re.compile(r"[0-9a-f]{32}")
# FHIR's dates have these digits alone, where \d has those of every script.
_YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")
# FHIR's strings have none of them, and servers refuse what does.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PARENTS = ("mother", "father")
_AGE = "Write an age like 45, about 45, 40-45, early 40s, before 50, or leave it empty."


def _choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


_HEALTH = _choices(
    (NONE, "No cancer"),
    (ALL, "The cancers below, and no other"),
    (SOME, "The cancers below, perhaps others"),
    (UNKNOWN, "Not known"),
)
_SIDES = _choices(("", "not known"), (MATERNAL, "mother's side"), (PATERNAL, "father's side"))
_SEXES = _choices(("", "not known, or as the relation"), ("female", "female"), ("male", "male"))
_RELATED = _choices(("", "not known, or not asked"), ("yes", "yes"), ("no", "no"))
_LIVING = _choices(("", "not known"), ("yes", "living"), ("no", "died"))


class CancerForm(Form):
    """One cancer of the relative."""

    code = SelectField("Cancer")
    words = StringField("Which, if another", [Length(max=80)])
    age = StringField("Age when found", [Length(max=40)])
    both = BooleanField("Both breasts")


class RelativeForm(Form):
    """One relative."""

    id = HiddenField()
    relation = SelectField("Relation to the patient", [InputRequired("Choose the relation.")])
    side = SelectField("Through which parent", choices=_SIDES)
    sex = SelectField("Sex", choices=_SEXES)
    living = RadioField("Living", choices=_LIVING, default="")
    age = StringField("Age now, or at death", [Length(max=40)])
    born = StringField("Year of birth", [Length(max=4)])
    health = RadioField(
        "What is known of cancer",
        [InputRequired("Say what is known of cancer: not known is an answer too.")],
        choices=_HEALTH,
    )
    cancers = FieldList(FormField(CancerForm), min_entries=MOST_CANCERS, max_entries=MOST_CANCERS)
    finding = SelectField("Hereditary finding, tested")
    gene = StringField("Another gene with a change found", [Length(max=20)])
    ancestry = StringField("Ancestry, as told", [Length(max=80)])
    related = SelectField(
        "Related by blood to the patient's other parent", choices=_RELATED, default=""
    )
    adopted_out = BooleanField("Adopted out of the family (related by blood, raised elsewhere)")
    note = TextAreaField("Note", [Length(max=500)])


def relative_form(terminology: Terminology, sent: Any = None, typed: Typed | None = None) -> Form:
    """The form, filled in with what was sent or with an entry to change."""
    form = RelativeForm(sent, data=_data(typed) if typed else None)
    form.relation.choices = [
        SelectChoice("", "choose"),
        *(SelectChoice(r.words, capital(r.words), optgroup=r.group) for r in RELATIONS),
    ]
    names = sorted(((each.code, each.name) for each in terminology.family_codes), key=_by_name)
    choices = _choices(("", "none"), *names, (OTHER, "another cancer"))
    for each in form.cancers:
        each.form.code.choices = choices
    form.finding.choices = _choices(("", "none known of"), *findings(terminology).items())
    return form


def _by_name(choice: tuple[str, str]) -> str:
    return choice[1]


def _data(typed: Typed) -> dict[str, Any]:
    told = {name: getattr(typed, name) for name in typed.__struct_fields__}
    return told | {
        "cancers": [
            {"code": c.code, "words": c.words, "age": c.age, "both": c.both} for c in typed.cancers
        ]
    }


def read(
    form: Form, terminology: Terminology, this_year: int
) -> tuple[Typed | None, list[tuple[str, str]]]:
    """The entry, or what is wrong with it: the field's id and a sentence for each fault."""
    form.validate()
    faults = [(name, str(words)) for name, words in _field_faults(form)]
    if faults:
        return None, faults
    typed = _typed(form)
    faults = [*_faults(typed, form, terminology), *_of_birth(typed, this_year)]
    return (None, faults) if faults else (typed, [])


def _field_faults(form: Form) -> Iterator[tuple[str, object]]:
    for field in form:
        if field.type != "FieldList":
            yield from ((field.id, words) for words in field.errors)
            continue
        for entry in field:
            for part in entry.form:
                yield from ((part.id, words) for words in part.errors)


def _typed(form: Form) -> Typed:
    cancers = tuple(
        TypedCancer(
            each.code.data,
            _line(each.words.data) if each.code.data == OTHER else "",
            _line(each.age.data),
            bool(each.both.data),
        )
        for each in (entry.form for entry in form.cancers)
        if each.code.data
    )
    relation = BY_WORDS[form.relation.data]
    return Typed(
        # What was sent as an id goes to the EHR: only one that we made is taken.
        id=form.id.data if _OURS.fullmatch(form.id.data or "") else secrets.token_hex(16),
        relation=relation.words,
        health=form.health.data,
        side=form.side.data or "",
        sex=form.sex.data or "",
        living=form.living.data or "",
        age=_line(form.age.data),
        cancers=cancers,
        finding=form.finding.data or "",
        gene=_line(form.gene.data).upper(),
        adopted_out=bool(form.adopted_out.data),
        note=_line(form.note.data),
        born=_line(form.born.data),
        ancestry=_line(form.ancestry.data),
        related=form.related.data or "",
    )


def _line(text: str | None) -> str:
    return " ".join(_CONTROL.sub(" ", text or "").split())


def _faults(typed: Typed, form: Form, terminology: Terminology) -> Iterable[tuple[str, str]]:
    kin = typed.kin
    if typed.side and not kin.sided:
        yield "side", f"Leave the side open: a {kin.words} has no side of their own."
    if typed.sex and kin.sex and typed.sex != kin.sex:
        yield (
            "sex",
            f"A {kin.words} is {kin.sex}: choose the other relation, or leave the sex open.",
        )
    if age_of(typed.age) is None:
        yield "age", _AGE
    elif age_of(typed.age) != Span() and not typed.living:
        yield "living-1", "Is this the age now, or at death? Choose living or died."
    if typed.adopted_out and not kin.is_blood:
        yield "adopted_out", "One adopted into the family is not one adopted out of it."
    if typed.related and kin.words not in _PARENTS:
        yield "related", "This is asked of the patient's mother and father alone."
    if typed.gene and typed.gene not in terminology.gene_names:
        yield "gene", "Write the symbol of one gene, like PALB2, or use the note."
    told = bool(typed.cancers or typed.finding or typed.gene)
    if typed.health in (NONE, UNKNOWN) and typed.cancers:
        yield "health-0", "A cancer is named below: say that it is, or take it away."
    if typed.health in (ALL, SOME) and not told:
        yield "cancers-0-code", "Name the cancer, or say that there was none or it is not known."
    # Rows left empty do not count, so the entry's place is looked up.
    places = [place for place, each in enumerate(form.cancers) if each.form.code.data]
    for place, cancer in zip(places, typed.cancers, strict=True):
        yield from _of_cancer(cancer, typed, f"cancers-{place}", terminology)


def _of_birth(typed: Typed, this_year: int) -> Iterable[tuple[str, str]]:
    """A year that fits what else is told. FHIR (fhs-1) has an age or a birth, not both."""
    if not typed.born:
        return
    if not _YEAR.fullmatch(typed.born) or int(typed.born) > this_year:
        yield "born", "Write the year of birth in four digits, like 1951, or leave it empty."
        return
    age = age_of(typed.age) or Span()
    if age != Span() and typed.living != "no":
        yield "born", "Of one who is living, write the age or the year of birth: leave one empty."
    ages = [age, *(age_of(each.age) or Span() for each in typed.cancers)]
    if any(each.low and int(typed.born) + each.low > this_year for each in ages):
        yield "born", "By this year of birth the relative has not reached an age given here."


def _of_cancer(
    cancer: TypedCancer, typed: Typed, place: str, terminology: Terminology
) -> Iterable[tuple[str, str]]:
    code = code_of(cancer, terminology)
    is_breast = code is not None and code.cancer == BREAST
    if cancer.code == OTHER and not cancer.words:
        yield f"{place}-words", "Say which cancer, or choose “cancer, place not known”."
    if age_of(cancer.age) is None and not (is_breast and is_premenopausal(cancer.age)):
        yield f"{place}-age", _AGE
    if cancer.both and not is_breast:
        yield f"{place}-both", "Both breasts is for breast cancer."
    elif cancer.both and not (typed.kin.sex or typed.sex):
        yield f"{place}-both", "To record both breasts the sex must be known."
    found, life = age_of(cancer.age) or Span(), age_of(typed.age) or Span()
    if found.low is not None and life.high is not None and found.low > life.high:
        yield f"{place}-age", "The cancer was found at a higher age than the relative has reached."
