"""FHIR building blocks and the codes that generated charts draw from."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
ICDO = "http://terminology.hl7.org/CodeSystem/icd-o-3"
HGNC = "http://www.genenames.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ROLE = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
AJCC = "http://cancerstaging.org"
UCUM = "http://unitsofmeasure.org"
LOCAL = "https://hospital.example/codes"
TERMS = "http://terminology.hl7.org/CodeSystem"
HISTOLOGY = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"
BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
MODIFIER = [{"url": "https://hospital.example/turns-the-meaning-round", "valueBoolean": True}]

PATIENT = "p"
ME = {"reference": f"Patient/{PATIENT}"}


def concept(system: str, code: str, display: str = "") -> Resource:
    """A CodeableConcept with one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def status(folder: str, code: str) -> Resource:
    """A coded status of HL7's terminology."""
    return concept(f"{TERMS}/{folder}", code)


def present(**elements: Any) -> Resource:
    """The elements that are there: None and empty ones are left out."""
    return {name: value for name, value in elements.items() if value not in (None, "", [], ())}


def resource(kind: str, identifier: str, **elements: Any) -> Resource:
    """A resource of this patient, or of nobody for a Patient or Medication."""
    return {"resourceType": kind, "id": identifier, **present(**elements)}


# Cancer → the codes a Condition names it with, as (system, code).
CANCERS: dict[str, list[tuple[str, str]]] = {
    "lung": [
        (SNOMED, "254626006"),  # adenocarcinoma of lung
        (SNOMED, "254637007"),  # non-small cell
        (SNOMED, "254634000"),  # squamous
        (SNOMED, "423121009"),  # non-small cell, stage 4 in the code
        (ICD, "C34.11"),  # the site alone
        (SNOMED, "254632001"),  # small cell
    ],
    "breast": [
        (SNOMED, "254837009"),
        (SNOMED, "408643008"),  # infiltrating duct
        (ICD, "C50.411"),
        (SNOMED, "314955001"),  # local recurrence
        (SNOMED, "706970001"),  # triple-negative
        (SNOMED, "417181009"),  # hormone receptor positive
    ],
    "colorectal": [
        (SNOMED, "363406005"),
        (SNOMED, "408645001"),  # adenocarcinoma
        (ICD, "C18.7"),
        (SNOMED, "314965007"),  # local recurrence
    ],
    "ovarian": [
        (SNOMED, "276870001"),  # carcinoma of fallopian tube
        (ICD, "C56.1"),  # the site alone
        (SNOMED, "363443007"),
    ],
    "other": [
        (ICD, "C74.00"),  # adrenocortical
        (SNOMED, "255032005"),  # medullary thyroid
        (SNOMED, "700423003"),  # adenocarcinoma of pancreas
        (ICD, "C25.0"),  # pancreas, the site alone
        (ICD, "C61"),
        (ICD, "D05.11"),
    ],
}
# Cancer → histology codes that go with it, that contradict it, and that nobody knows.
HISTOLOGIES: dict[str, list[tuple[str, str]]] = {
    "lung": [(ICDO, "8140/3"), (ICDO, "8070/3"), (ICDO, "8041/3"), (ICDO, "9999/3")],
    "breast": [(ICDO, "8500/3"), (ICDO, "9999/3")],
    "colorectal": [(ICDO, "8140/3"), (ICDO, "8041/3")],
    "ovarian": [(ICDO, "8461/3"), (SNOMED, "703561001"), (ICDO, "8310/3"), (SNOMED, "60718004")],
    "other": [(ICDO, "8140/3")],
}
SECONDARIES = [(SNOMED, "94381002"), (SNOMED, "94222008"), (ICD, "C78.7"), (ICD, "C77.3")]
PAST_CANCERS = [(ICD, "Z85.3"), (ICD, "Z85.43"), (ICD, "Z85.118"), (ICD, "Z85.038")]
PROBLEMS = [  # problem-list codes that say something of cancer without being one
    (ICD, "Z17.0"),
    (ICD, "Z17.1"),
    (ICD, "Z17.421"),
    (ICD, "Z17.411"),
    (ICD, "Z15.01"),
    (ICD, "Z80.3"),
    (ICD, "Z71.83"),
    (SNOMED, "429740004"),
    (SNOMED, "716318002"),
    (SNOMED, "363346000"),
    (SNOMED, "94260004"),
]
STAGES = ["IA", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "III", "IV", "IVA", "4", "Stage 2"]
GENES = {
    "EGFR": "HGNC:3236",
    "ALK": "HGNC:427",
    "ROS1": "HGNC:10261",
    "BRAF": "HGNC:1097",
    "NTRK1": "HGNC:8031",
    "NTRK2": "HGNC:8032",
    "NTRK3": "HGNC:8033",
    "MET": "HGNC:7029",
    "RET": "HGNC:9967",
    "KRAS": "HGNC:6407",
    "NRAS": "HGNC:7989",
    "ERBB2": "HGNC:3430",
    "NRG1": "HGNC:7997",
    "BRCA1": "HGNC:1100",
    "BRCA2": "HGNC:1101",
    "PALB2": "HGNC:26144",
    "MSH2": "HGNC:7325",
    "PIK3CA": "HGNC:8975",
    "AKT1": "HGNC:391",
    "PTEN": "HGNC:9588",
    "ESR1": "HGNC:3467",
    "KIF5B": "HGNC:6325",
    "TTN": "HGNC:12403",
}
# What a whole work-up of each cancer holds: LOINC codes and genes of the tumour.
WORK_UPS: dict[str, tuple[list[str], list[str]]] = {
    "lung": (
        ["83052-1"],
        [
            "EGFR",
            "ALK",
            "ROS1",
            "BRAF",
            "NTRK1",
            "NTRK2",
            "NTRK3",
            "MET",
            "RET",
            "KRAS",
            "ERBB2",
            "NRG1",
        ],
    ),
    "breast": (
        ["85337-4", "85339-0", "85319-2", "83052-1", "81695-9", "94076-7", "21636-6", "38530-2"],
        ["PIK3CA", "AKT1", "PTEN", "ESR1", "NTRK1", "NTRK2", "NTRK3"],
    ),
    "colorectal": (["81695-9", "85319-2"], ["KRAS", "NRAS", "BRAF"]),
    "ovarian": (["81695-9", "21636-6", "38530-2"], ["BRCA1", "BRCA2", "KRAS"]),
    "other": ([], ["RET", "BRCA2"]),
}
CHANGES = {
    "EGFR": ["p.Leu858Arg", "p.T790M", "p.Glu746_Ala750del", "p.Ala763_Tyr764insPheGlnGluAla"],
    "BRAF": ["p.V600E", "p.Gly466Val"],
    "KRAS": ["p.Gly12Cys", "p.G12D"],
}
DRUGS = {
    "1721560": "osimertinib",
    "72965": "letrozole",
    "40048": "carboplatin",
    "194000": "capecitabine",
    "6809": "metformin",
}
ORDERS = [  # what is ordered, done or reported
    concept(SNOMED, "79841006", "Genetic counseling"),
    concept(SNOMED, "405824009", "Genetic test"),
    concept(LOINC, "51969-4", "Genetic analysis report"),
    concept(LOINC, "100029-8"),
    concept(LOINC, "85337-4", "Estrogen receptor"),
    concept(LOINC, "21702-6", "KRAS gene mutations found"),
    {"text": "Comprehensive genomic profiling, tumour"},
    {"text": "Referral to genetics"},
    concept(LOCAL, "PANEL-7", "Lung NGS panel"),
]
# Relation → the same relation when its side, and for parents also the sex, is not known.
RELATIONS = {
    "MTH": "PRN",
    "FTH": "PRN",
    "NMTH": "NPRN",
    "SIS": "SIB",
    "NBRO": "NSIB",
    "DAU": "NCHILD",
    "MAUNT": "AUNT",
    "PAUNT": "AUNT",
    "MUNCLE": "UNCLE",
    "MGRMTH": "GRMTH",
    "PGRMTH": "GRMTH",
    "PGRFTH": "GRFTH",
    "MCOUSN": "COUSN",
    "PCOUSN": "COUSN",
    "HSIS": "HSIB",
    "AUNT": "",
    "ADOPTM": "",
    "STPSIS": "",
    "FAMMEMB": "",
    "NIECE": "NIENEPH",
}
MALE_RELATIONS = ("FTH", "NBRO", "MUNCLE", "PGRFTH")
FEMALE_RELATIONS = (
    *("MTH", "NMTH", "SIS", "DAU", "MAUNT", "PAUNT", "MGRMTH", "PGRMTH", "HSIS", "AUNT"),
    *("ADOPTM", "STPSIS", "NIECE"),
)
FAMILY_CANCERS: list[Resource] = [
    concept(SNOMED, "254837009", "Malignant neoplasm of breast"),
    concept(ICD, "C50.919"),
    concept(SNOMED, "363443007", "Malignant tumor of ovary"),
    concept(SNOMED, "363406005", "Malignant neoplasm of colon"),
    concept(SNOMED, "429740004", "Family history of malignant neoplasm of breast"),
    concept(SNOMED, "363346000", "Malignant neoplastic disease"),
    concept(SNOMED, "44054006", "Diabetes mellitus type 2"),
    {"text": "ovarian cancer"},
    concept(LOCAL, "FH-1", "breast carcinoma"),
]
