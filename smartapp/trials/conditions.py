"""How ClinicalTrials.gov words the cancers of this product: the query, and words that fit."""

from __future__ import annotations

# Cancer id → words a study's conditions, keywords or title are searched for; the first is asked.
CONDITIONS: dict[str, tuple[str, ...]] = {
    "nsclc": ("non-small cell lung cancer", "non small cell lung", "nsclc", "lung adenocarcinoma"),
    "sclc": ("small cell lung cancer", "sclc"),
    "breast": ("breast cancer", "breast neoplasm", "breast carcinoma"),
    "crc": ("colorectal cancer", "colon cancer", "rectal cancer", "colorectal"),
    "ovarian": ("ovarian cancer", "fallopian tube", "peritoneal c", "ovarian carcinoma"),
    "pancreatic": ("pancreatic cancer", "pancreatic ductal", "pancreatic adenocarcinoma"),
    "melanoma": ("melanoma",),
    "melanoma_uveal": ("uveal melanoma", "ocular melanoma", "choroidal melanoma"),
    "endometrial": ("endometrial cancer", "endometrial carcinoma", "uterine cancer"),
    "esophageal": ("esophageal cancer", "oesophageal", "esophageal carcinoma"),
    "gastric_gej": ("gastric cancer", "stomach cancer", "gastroesophageal junction"),
    "thyroid_mtc": ("medullary thyroid cancer", "medullary thyroid"),
    "thyroid_dtc": ("differentiated thyroid cancer", "papillary thyroid", "follicular thyroid"),
    "thyroid_atc": ("anaplastic thyroid cancer", "anaplastic thyroid"),
    "urothelial": ("urothelial carcinoma", "bladder cancer", "urothelial cancer"),
    "glioma": ("glioma", "glioblastoma", "astrocytoma", "oligodendroglioma"),
    "cholangiocarcinoma": ("cholangiocarcinoma", "biliary tract", "bile duct"),
    "prostate": ("prostate cancer", "mcrpc", "prostate adenocarcinoma"),
    "gist": ("gastrointestinal stromal tumor", "gist"),
    "aml": ("acute myeloid leukemia", "acute myeloid leukaemia", "aml"),
    "apl": ("acute promyelocytic leukemia", "acute promyelocytic leukaemia"),
    "all": ("acute lymphoblastic leukemia", "acute lymphoblastic leukaemia"),
    "cml": ("chronic myeloid leukemia", "chronic myeloid leukaemia"),
    "cll": ("chronic lymphocytic leukemia", "chronic lymphocytic leukaemia", "cll"),
    "dlbcl": ("diffuse large b-cell lymphoma", "dlbcl", "large b-cell lymphoma"),
    "fl": ("follicular lymphoma",),
    "mcl": ("mantle cell lymphoma",),
}
# Studies for any tumour say one of these.
ANY_TUMOUR = ("solid tumor", "solid tumour", "advanced cancer", "advanced malignanc")
