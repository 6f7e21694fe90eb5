"""How registries write genes, changes and therapies: words of the language, no clinical facts."""

from __future__ import annotations

import re

MUTATION, FUSION, AMPLIFICATION = "mutation", "fusion", "amplification"
EXPRESSION, LOSS, HIGH = "expression", "loss", "high"

_BRCA = ("BRCA1", "BRCA2")
_NTRK = ("NTRK1", "NTRK2", "NTRK3")
# Written name → what it stands for. Longer names are tried first.
GENES: dict[str, tuple[str, ...]] = {
    "EGFR": ("EGFR",),
    "ALK": ("ALK",),
    "ROS1": ("ROS1",),
    "ROS-1": ("ROS1",),
    "RET": ("RET",),
    "METex14": ("MET",),
    "MET": ("MET",),
    "c-MET": ("MET",),
    "BRAF": ("BRAF",),
    "KRAS": ("KRAS",),
    "K-RAS": ("KRAS",),
    "NRAS": ("NRAS",),
    "HRAS": ("HRAS",),
    "RAS": ("KRAS", "NRAS", "HRAS"),
    "HER2": ("HER2", "ERBB2"),
    "HER-2": ("HER2", "ERBB2"),
    "HER2/neu": ("HER2", "ERBB2"),
    "ERBB2": ("HER2", "ERBB2"),
    "gBRCA1/2": _BRCA,
    "gBRCA": _BRCA,
    "BRCA1/2": _BRCA,
    "BRCA1": ("BRCA1",),
    "BRCA2": ("BRCA2",),
    "BRCA": _BRCA,
    "PALB2": ("PALB2",),
    "ATM": ("ATM",),
    "CHEK2": ("CHEK2",),
    "CDK12": ("CDK12",),
    "PIK3CA": ("PIK3CA",),
    "AKT1": ("AKT1",),
    "PTEN": ("PTEN",),
    "ESR1": ("ESR1",),
    "FGFR1-3": ("FGFR1", "FGFR2", "FGFR3"),
    "FGFR2/3": ("FGFR2", "FGFR3"),
    "FGFR1": ("FGFR1",),
    "FGFR2": ("FGFR2",),
    "FGFR3": ("FGFR3",),
    "IDH1/2": ("IDH1", "IDH2"),
    "IDH1": ("IDH1",),
    "IDH2": ("IDH2",),
    "IDH": ("IDH1", "IDH2"),
    "NTRK1/2/3": _NTRK,
    "NTRK1": ("NTRK1",),
    "NTRK2": ("NTRK2",),
    "NTRK3": ("NTRK3",),
    "NTRK": _NTRK,
    "NRG1": ("NRG1",),
    "KIT": ("KIT",),
    "PDGFRA": ("PDGFRA",),
    "FLT3": ("FLT3",),
    "NPM1": ("NPM1",),
    "KMT2A": ("KMT2A",),
    "MLL": ("KMT2A",),
    "TP53": ("TP53",),
    "p53": ("TP53",),
    "BTK": ("BTK",),
    "ABL1": ("ABL1", "BCR::ABL1"),
    "BCR::ABL1": ("BCR::ABL1",),
    "BCR-ABL1": ("BCR::ABL1",),
    "BCR-ABL": ("BCR::ABL1",),
    "Philadelphia chromosome": ("BCR::ABL1",),
    "Ph": ("BCR::ABL1",),
    "POLE": ("POLE",),
    "CLDN18.2": ("CLDN18.2",),
    "claudin 18.2": ("CLDN18.2",),
    "FOLR1": ("FOLR1",),
    "folate receptor alpha": ("FOLR1",),
    "HRD": ("HRD",),
    "TMB": ("TMB",),
    "tumor mutational burden": ("TMB",),
    "tumour mutational burden": ("TMB",),
    "PD-L1": ("PD-L1",),
}
# Names that say at once what was found: the marker, and whether it is there.
STATES: dict[str, tuple[str, bool]] = {
    "MSI-H": ("MSI", True),
    "MSI-high": ("MSI", True),
    "MSI high": ("MSI", True),
    "microsatellite instability-high": ("MSI", True),
    "microsatellite instability high": ("MSI", True),
    "microsatellite-instability-high": ("MSI", True),
    "dMMR": ("MSI", True),
    "mismatch repair-deficient": ("MSI", True),
    "mismatch repair deficient": ("MSI", True),
    "mismatch repair deficiency": ("MSI", True),
    "deficient mismatch repair": ("MSI", True),
    "MSS": ("MSI", False),
    "pMMR": ("MSI", False),
    "microsatellite stable": ("MSI", False),
    "microsatellite-stable": ("MSI", False),
    "mismatch repair proficient": ("MSI", False),
    "mismatch repair-proficient": ("MSI", False),
    "proficient mismatch repair": ("MSI", False),
}

# The markers a text can be searched for.
KNOWN = frozenset(gene for genes in GENES.values() for gene in genes) | {
    marker for marker, _ in STATES.values()
}


def _names(names: dict[str, object]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w])", re.IGNORECASE)


GENE = re.compile(
    r"(?<![\w])(?:"
    + "|".join(re.escape(n) for n in sorted(GENES, key=len, reverse=True))
    + r")(?!\w)"
)
STATE = _names(dict(STATES))

# Words that tell the kind of a finding, first one after the name.
KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"amplif\w*|gene copies|gene copy number", re.I), AMPLIFICATION),
    (
        re.compile(r"fusions?\b|fused|re-?arrang\w*|translocat\w*|transloc\w*", re.I),
        FUSION,
    ),
    (
        re.compile(
            r"over-?express\w*|express\w*|IHC|immunohistochem\w*|immunostain\w*|"
            r"percent of cells|% of cells|CPS|TPS|\d\+",
            re.I,
        ),
        EXPRESSION,
    ),
    (re.compile(r"loss\b|delet(?:ed|ion of)", re.I), LOSS),
    (re.compile(r"high\b", re.I), HIGH),
    (
        re.compile(
            r"mutat\w*|mutants?\b|substitution\w*|insertions?\b|deletions?\b|"
            r"single nucleotide variants?|variants?\b|skipping",
            re.I,
        ),
        MUTATION,
    ),
)
# Words that say something was found without saying what.
PRESENT = re.compile(
    r"alterations?|altered|aberrations?|positive|drivers?|harbou?r\w*|carriers?|abnormal\w*|"
    r"deleterious|pathogenic|known to",
    re.I,
)
ABSENT = re.compile(
    r"wild[- ]?type|\bWT\b|negative|unmutated|non-?amplified|non-?mutated|not detected|"
    r"undetected|absent\b",
    re.I,
)
# A statement that asks for a test, or says how others of this marker are handled.
NEUTRAL = re.compile(
    r"\bstatus\b|testing (?:for|of)\b|for [\w/, -]{2,40} testing|\btested for\b|\banalysis\b|"
    r"regardless|irrespective|\bunless\b|\bif\b|must have (?:received|progressed|had|failed|been)|"
    r"should have (?:had|received)|who have not|have not received|for whom|subtype|when available|"
    r"\breversion\b",
    re.I,
)
ALLOWED = re.compile(
    r"with or without|\b(?:is|are) (?:allowed|permitted|eligible|acceptable)|"
    r"\ballowed\b|\bpermitted\b|may enrol|may participate|not an exclusion",
    re.I,
)
REFUSED = re.compile(r"\b(?:is|are) (?:excluded|not eligible|ineligible|not allowed)", re.I)
THERAPY = re.compile(
    r"[- ]?(?:directed|target\w*|inhibit\w*|TKIs?\b|antibod\w*|agents?\b|therap\w*|degrader|"
    r"blocker|antagonist|pathway inhibitor|tyrosine kinase inhibitor)",
    re.I,
)
NEGATION = re.compile(
    r"\b(?:no|not|without|absence of|absent|lack(?:ing)? of|lacking|negative for|free of|"
    r"must not|never|neither|wild[- ]?type for|do not have|does not have)\b|\bnon-",
    re.I,
)
EXCEPT = re.compile(r"\b(?:other than|except(?:ing|ion of|ions? of)?|excluding|besides)\b", re.I)
PARTS = re.compile(r"\b(?:cohorts?|arms?|parts?|expansion|escalation)\b", re.I)
