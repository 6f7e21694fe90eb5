"""The relations the form offers, with the v3-RoleCode of each.

Code and words say the same, so that reading them back gives the same place in the family. Where
the code system has no code for a side or a relation, the words alone say it.
"""

from __future__ import annotations

from msgspec import Struct

MATERNAL, PATERNAL = "maternal", "paternal"


class Relation(Struct, frozen=True):
    """One choice. `sided`: through the mother or the father must be told, or is not known.

    `maternal` and `paternal` are the codes of a known side. `sex` "" where the relation leaves it
    open. `is_blood` False: recorded, and never counted.
    """

    words: str
    group: str
    sex: str = ""
    code: str = ""
    maternal: str = ""
    paternal: str = ""
    sided: bool = False
    is_blood: bool = True

    def code_on(self, side: str) -> str:
        """The code for a side; the general one where the side has none."""
        return {MATERNAL: self.maternal, PATERNAL: self.paternal}.get(side, "") or self.code

    def words_on(self, side: str) -> str:
        """`maternal aunt`; without a side `aunt`."""
        return f"{side} {self.words}" if self.sided and side else self.words


def _sided(words: str, group: str, sex: str, *codes: str) -> Relation:
    code, maternal, paternal = codes or ("", "", "")
    return Relation(words, group, sex, code, maternal, paternal, sided=True)


_CLOSE, _SECOND, _THIRD = "Parents, siblings, children", "Second degree", "Third degree"
_ADOPTED, _OTHER = "By adoption (never counted)", "Other"
_F, _M = "female", "male"

RELATIONS = (
    Relation("mother", _CLOSE, _F, "MTH"),
    Relation("father", _CLOSE, _M, "FTH"),
    Relation("sister", _CLOSE, _F, "SIS"),
    Relation("brother", _CLOSE, _M, "BRO"),
    Relation("sibling", _CLOSE, "", "SIB"),
    Relation("identical twin sister", _CLOSE, _F, "ITWINSIS"),
    Relation("identical twin brother", _CLOSE, _M, "ITWINBRO"),
    Relation("fraternal twin sister", _CLOSE, _F, "FTWINSIS"),
    Relation("fraternal twin brother", _CLOSE, _M, "FTWINBRO"),
    Relation("daughter", _CLOSE, _F, "DAU"),
    Relation("son", _CLOSE, _M, "SON"),
    Relation("child", _CLOSE, "", "NCHILD"),
    _sided("grandmother", _SECOND, _F, "GRMTH", "MGRMTH", "PGRMTH"),
    _sided("grandfather", _SECOND, _M, "GRFTH", "MGRFTH", "PGRFTH"),
    _sided("aunt", _SECOND, _F, "AUNT", "MAUNT", "PAUNT"),
    _sided("uncle", _SECOND, _M, "UNCLE", "MUNCLE", "PUNCLE"),
    _sided("half-sister", _SECOND, _F, "HSIS", "HSIS", "HSIS"),
    _sided("half-brother", _SECOND, _M, "HBRO", "HBRO", "HBRO"),
    Relation("niece", _SECOND, _F, "NIECE"),
    Relation("nephew", _SECOND, _M, "NEPHEW"),
    Relation("granddaughter", _SECOND, _F, "GRNDDAU"),
    Relation("grandson", _SECOND, _M, "GRNDSON"),
    _sided("cousin", _THIRD, "", "COUSN", "MCOUSN", "PCOUSN"),
    _sided("great-grandmother", _THIRD, _F, "GGRMTH", "MGGRMTH", "PGGRMTH"),
    _sided("great-grandfather", _THIRD, _M, "GGRFTH", "MGGRFTH", "PGGRFTH"),
    _sided("great-aunt", _THIRD, _F),
    _sided("great-uncle", _THIRD, _M),
    Relation("adoptive mother", _ADOPTED, _F, "ADOPTM", is_blood=False),
    Relation("adoptive father", _ADOPTED, _M, "ADOPTF", is_blood=False),
    Relation("adopted sister", _ADOPTED, _F, is_blood=False),
    Relation("adopted brother", _ADOPTED, _M, is_blood=False),
    Relation("adopted daughter", _ADOPTED, _F, "DAUADOPT", is_blood=False),
    Relation("adopted son", _ADOPTED, _M, "SONADOPT", is_blood=False),
    Relation("relative, relation not known", _OTHER, "", "FAMMEMB"),
)
BY_WORDS = {each.words: each for each in RELATIONS}
