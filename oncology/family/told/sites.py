"""The cancers among the marks: an organ with its cancer word, or a cancer by its own name."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from oncology.family.told.marks import AGE, CLOSE, COLON, COMMA, DASH, OPEN, STOP, Mark

SITE, SPREAD = "site", "spread"
# What a second name in brackets makes more exact: `brain tumor (glioblastoma)`.
_KINDS = {
    "biliary": ("cholangiocarcinoma",),
    "urothelial": ("upper_urinary", "bladder"),
    "sarcoma": ("soft_tissue_sarcoma", "bone_sarcoma", "gist"),
}
_WIDE = (None, "brain_nos", "leukaemia", "lymphoma", "other")
_UROTHELIAL = ("upper_urinary", "bladder")
_SECOND_OF_TWO = ("other", "opposite", "contralateral", "second")
_REMOVED = ("removed", "resected", "out", "taken out", "taken", "excised", "cut")
_FOR, _REASON = ("for", "due to", "because of", "2/2"), 2
_MOST_GRADES = 4
# What a word behind a cancer makes of it.
_CLOSER = {
    "thyroid": {"medullary": "thyroid_mtc"},
    "melanoma": dict.fromkeys(("uveal", "ocular", "choroidal", "choroid"), "melanoma_uveal"),
    "sarcoma": {"soft": "soft_tissue_sarcoma"},
}
_MOST_CLOSER = 6
# "Sarcoma of thigh (".
_TO_A_PLACE, _SIGNED = 3, 2
_TO_ORGAN = ("of", "in", "on", "the", "her", "his", "my")
_ILLNESSES = ("failure", "disease", "problems", "trouble", "issues", "dz")
# These are said of nothing but a cancer.
_CELLS = ("papillary thyroid", "follicular thyroid", "medullary thyroid", "renal cell")
_PARTS = ("gi", "gu", "gyn", "gynecologic", "gynecological", "gynaecological", "female", "pelvic")
# Tissues that are named for themselves and found in many organs.
_TISSUES = ("scc", "squamous", "neuroendocrine", "carcinoid", "germ cell")
_NAMED_WITH_ORGAN = ("gist", "scc", "carcinoid", "lymphoma")
_SHORTENED = ("ca", "carc", "adenoca", "malig")


class Site(Struct, frozen=True, gc=False):
    """A cancer named. `is_bare`: an organ alone, a cancer only where the text makes it one.

    `is_part`: of some organs, as a "GI cancer": to deny it denies no cancer at all.
    """

    site: str | None
    is_bare: bool = False
    is_part: bool = False


def with_sites(marks: list[Mark]) -> list[Mark]:
    """The same row with one mark for each cancer; what is benign, or spread, is a plain word."""
    found: list[Mark] = []
    place = 0
    while place < len(marks):
        length, made = _at(marks, place)
        if made is None:
            found.append(marks[place])
            place += 1
        else:
            found.append(made)
            place += length
    return _refined(found)


def site_of(mark: Mark) -> Site:
    """The cancer of a mark of kind `site`."""
    assert isinstance(mark.value, Site)
    return mark.value


def _at(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    """What stands here: how many marks it takes, and the one mark for them; None as it is."""
    here = marks[place]
    if here.is_a("benign-before"):
        # "cystic" and the like take what they describe with them.
        after = _after_grades(marks, place + 1)
        length, made = _at(marks, after) if after < len(marks) else (0, None)
        return (after + length - place, _word(marks, place, after + length)) if made else (1, None)
    if here.is_a("spread"):
        return _spread(marks, place)
    if here.is_a("alone"):
        end = place + 1
        end += end < len(marks) and marks[end].is_a("malignant")
        site = here.means["alone"] or None
        if (organ := _organ_behind(marks, end)) >= 0:
            end = organ + 1
            of_organ = here.text.startswith(_TISSUES)
            site = (marks[organ].means["organ"] or site) if of_organ else site
        return _made(marks, place, end, Site(site))
    if here.is_a("organ"):
        return _organ(marks, place)
    if here.is_a("malignant"):
        return _cancer(marks, place)
    return 1, None


def _organ_behind(marks: list[Mark], place: int) -> int:
    """The place of the organ in `GIST of stomach`, `melanoma of the skin`; -1: none."""
    if place >= len(marks):
        return -1
    if marks[place].text in ("of", "in"):
        place += 1
    elif marks[place - 1].text not in _NAMED_WITH_ORGAN:
        return -1
    while place < len(marks) and marks[place].text in ("the", "her", "his", "left", "right"):
        place += 1
    return place if place < len(marks) and _is_bare(marks, place) else -1


def _organ(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    site = marks[place].means["organ"] or None
    after = _after_grades(marks, place + 1)
    if (end := _removed_for_cancer(marks, place)) and site:
        return _made(marks, place, end, Site(site))
    if _is_a_place(marks, place, after):
        return 1, Mark(marks[place].start, marks[place].end, {"filler": ""})
    if after < len(marks) and (marks[after].is_a("malignant") or _is_tissue(marks, after)):
        return _made(marks, place, after + 1, Site(site, is_part=marks[place].text in _PARTS))
    if after < len(marks) and marks[after].is_a("alone") and after > place + 1:
        return 1, None
    if place + 1 < len(marks) and marks[place + 1].is_a("spread"):
        # "Bone mets".
        return 2, Mark(marks[place].start, marks[place + 1].end, {"grade": "", SPREAD: ""})
    if place + 1 < len(marks) and marks[place + 1].is_a("benign", "void"):
        return 2, _word(marks, place, place + 2)
    # "3 br, 2 sis" are brothers.
    counted = marks[place].text == "br" and place > 0 and marks[place - 1].is_a("number")
    # "Endo: mother DM2" is of the glands.
    unclear = counted or marks[place].text == "endo"
    if site is None or unclear or _is_ill_otherwise(marks, place + 1):
        return 1, None
    return _made(marks, place, place + 1, Site(site, marks[place].text not in _CELLS))


def _is_tissue(marks: list[Mark], place: int) -> bool:
    """`ureteral TCC`, and not `bladder cancer`."""
    return marks[place].text in ("tcc", "scc") and marks[place - 1].is_a("organ")


def _is_ill_otherwise(marks: list[Mark], place: int) -> bool:
    """`kidney and heart failure`, `lung or liver disease`: one illness named of both."""
    following = marks[place : place + 3]
    if len(following) < 2 or not (following[0].is_a("and", "or") or following[0].text == "/"):
        return False
    if following[1].is_a("organ"):
        return len(following) > 2 and following[2].is_a("benign")
    return following[1].is_a("disease") and following[1].text.split()[-1] in _ILLNESSES


def _is_a_place(marks: list[Mark], place: int, after: int) -> bool:
    """`51 (other breast)`, `a GIST removed from his stomach`: where a cancer was, told before."""
    if after < len(marks) and marks[after].is_a("malignant"):
        return False
    before = place - 1
    if before > 0 and marks[before].text in _SECOND_OF_TWO:
        return marks[before - 1].is_a(OPEN, COMMA, DASH, AGE, "and", "but")
    while before > 0 and marks[before].is_a("own", "her"):
        before -= 1
    return before > 0 and marks[before].text == "from" and marks[before - 1].text in _REMOVED


def _removed_for_cancer(marks: list[Mark], place: int) -> int:
    """The end of `breast removed for cancer`; 0: something else stands here."""
    texts = [each.text for each in marks[place + 1 : place + 3]]
    if len(texts) < _REASON or texts[0] not in _REMOVED or texts[1] not in _FOR:
        return 0
    end = place + 1 + _REASON
    return end + 1 if end < len(marks) and marks[end].is_a("malignant") else 0


def _cancer(marks: list[Mark], place: int) -> tuple[int, Mark | None]:
    """`cancer`, `ca breast`, `cancer of the colon`, `cancer (breast)`."""
    after = place + 1
    if after < len(marks) and marks[after].text == "." and marks[place].text in _SHORTENED:
        # "Ca. Sigmoid": the point shortens.
        after += 1
    while after < len(marks) and (
        marks[after].text in _TO_ORGAN or (after > place + 1 and marks[after].is_a("grade"))
    ):
        after += 1
    bracketed = False
    if after == place + 1 and after < len(marks) and marks[after].is_a(OPEN, DASH, COLON):
        after, bracketed = after + 1, True
    if after < len(marks) and marks[after].is_a("organ"):
        length, made = _organ(marks, after)
        if made is not None and made.is_a(SITE) and site_of(made).is_bare:
            end = after + length
            if bracketed and _names_more(marks, end):
                return _made(marks, place, place + 1, Site(None))
            end += bracketed and end < len(marks) and marks[end].is_a(CLOSE)
            return _made(marks, place, end, Site(site_of(made).site))
        if made is not None and made.is_a("benign"):
            return after + length - place, _word(marks, place, after + length)
    return _made(marks, place, place + 1, Site(None))


def _names_more(marks: list[Mark], end: int) -> bool:
    """Whether a heading follows: `cancer: breast - mother, colon - father`."""
    return end < len(marks) and marks[end].is_a(DASH, COLON)


def _made(marks: list[Mark], place: int, end: int, site: Site) -> tuple[int, Mark]:
    if end < len(marks) and marks[end].is_a("void"):
        return end + 1 - place, _word(marks, place, end + 1)
    if site.site == "brain_nos" and (benign := _said_benign(marks, end)):
        return benign - place, _word(marks, place, benign)
    if end + 1 < len(marks) and marks[end].is_a(COMMA, OPEN, DASH) and _is_benign(marks, end + 1):
        return end + 2 - place, _word(marks, place, end + 2)
    start, last = marks[place].start, marks[end - 1].end
    return end - place, Mark(start, last, {SITE: ""}, marks[place].text, site)


def _said_benign(marks: list[Mark], place: int) -> int:
    """The end of `brain tumor removed, 58, benign meningioma`; 0: not said to be benign."""
    for after in range(place, min(place + _MOST_CLOSER, len(marks))):
        if marks[after].is_a(STOP, "relation", "relations", "but"):
            return 0
        if marks[after].is_a("benign-before"):
            named = after + 1 < len(marks) and marks[after + 1].is_a("alone", "malignant")
            return after + 1 + named
    return 0


def _is_benign(marks: list[Mark], place: int) -> bool:
    """`ovarian tumor, benign`, and not `…, benign breast lump`."""
    after = marks[place + 1] if place + 1 < len(marks) else None
    ends = after is None or after.is_a(COMMA, CLOSE) or after.text in (".", ";", "\n")
    return marks[place].is_a("benign-before") and ends


def _word(marks: list[Mark], place: int, end: int) -> Mark:
    return Mark(marks[place].start, marks[end - 1].end, {"disease": "", "benign": ""})


def _spread(marks: list[Mark], place: int) -> tuple[int, Mark]:
    """`mets to liver and bone`: where it spread to is no cancer of its own."""
    end = place + 1
    while end < len(marks) and (
        marks[end].is_a("organ")
        or marks[end].text in ("the", "to")
        or (marks[end].is_a("and", COMMA) and end + 1 < len(marks) and _is_bare(marks, end + 1))
    ):
        end += 1
    return end - place, Mark(marks[place].start, marks[end - 1].end, {"grade": "", SPREAD: ""})


def _is_bare(marks: list[Mark], place: int) -> bool:
    after = _after_grades(marks, place + 1)
    followed = after < len(marks) and marks[after].is_a("malignant")
    return marks[place].is_a("organ") and not followed


def _after_grades(marks: list[Mark], place: int) -> int:
    end = place
    while end < len(marks) and end - place < _MOST_GRADES and marks[end].is_a("grade"):
        end += 1
    return end


def _is_its_tissue(mark: Mark, known: str | None) -> bool:
    """`ureter ca (TCC)`: the tissue of the cancer named before the bracket."""
    return site_of(mark).site == "urothelial" and known in _UROTHELIAL


def _refined(marks: list[Mark]) -> list[Mark]:
    """`brain tumor (glioblastoma)` and `thyroid cancer (medullary)` are one cancer each."""
    found: list[Mark] = []
    for here in marks:
        at = _named_at(found)
        made = _closer(found[at], found[-1], here) if at >= 0 and here.is_a(SITE) else None
        if made is None:
            found.append(here)
            continue
        found[at] = made
        found[-1] = Mark(found[-1].start, here.end, {"grade": ""})
    return [_told_closer(found, place) for place in range(len(found))]


def _named_at(found: list[Mark]) -> int:
    """The place of the cancer before a sign: also in `sarcoma of thigh (`; -1: none."""
    if len(found) < _SIGNED or not found[-1].is_a(OPEN, DASH, COMMA):
        return -1
    if len(found) > _TO_A_PLACE and found[-1].is_a(OPEN) and found[-3].text == "of":
        return len(found) - 4 if found[-4].is_a(SITE) else -1
    return len(found) - 2 if found[-2].is_a(SITE) else -1


def _closer(before: Mark, sign: Mark, here: Mark) -> Mark | None:
    """The one cancer that both name; None where they are two."""
    known, named = site_of(before).site, site_of(here).site
    if before.text == "skin" and named == "melanoma":
        # "Skin cancer, melanoma".
        return replace(before, value=Site(named))
    if not sign.is_a(OPEN):
        return None
    if _is_its_tissue(here, known):
        return before
    if known in _WIDE or named in _KINDS.get(known or "", ()):
        return replace(here, start=before.start, value=Site(named))
    return None


def _told_closer(marks: list[Mark], place: int) -> Mark:
    """`thyroid ca, medullary`, `melanoma (uveal)`, `sarcoma of thigh (soft tissue)`."""
    here = marks[place]
    closer = _CLOSER.get(site_of(here).site or "", {}) if here.is_a(SITE) else {}
    for after in marks[place + 1 : place + _MOST_CLOSER] if closer else ():
        if after.is_a(SITE, STOP, AGE, "relation", "relations"):
            break
        if after.text in closer:
            return replace(here, value=Site(closer[after.text]))
    return here
