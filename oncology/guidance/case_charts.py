"""The FHIR R4 Bundle that the words of a case stand for."""

from __future__ import annotations

from typing import Any

import msgspec

from oncology.guidance.case_words import (
    ActWords,
    ConditionWords,
    DrugWords,
    PatientWords,
    RelativeWords,
    ResultWords,
    StageWords,
    VariantWords,
    Words,
    WrittenCase,
)
from oncology.terminology import SYSTEMS, Terminology

# Of several addresses of one code system the first is the one to write.
_SYSTEM_URLS = {name: url for url, name in reversed(SYSTEMS.items())}
_ME = {"reference": "Patient/patient"}
_CALLS: dict[bool | str, str] = {
    True: "LA9633-4",
    False: "LA9634-2",
    "indeterminate": "LA11884-6",
    "no call": "LA18198-4",
}
_SOURCES = {"germline": "LA6683-2", "somatic": "LA6684-0"}
_CLASSES = {"P": "LA6668-3", "LP": "LA26332-9", "VUS": "LA26333-7", "LB": "LA26334-5"}
_USES: dict[str, tuple[str, str, dict[str, str], str]] = {
    "order": ("MedicationRequest", "active", {"intent": "order"}, "authoredOn"),
    "given": ("MedicationAdministration", "completed", {}, "effectiveDateTime"),
    "stated": ("MedicationStatement", "active", {}, "effectiveDateTime"),
}
_ACTS: dict[str, tuple[str, dict[str, str], str]] = {
    "ServiceRequest": ("active", {"intent": "order"}, "authoredOn"),
    "Procedure": ("completed", {}, "performedDateTime"),
    "DiagnosticReport": ("final", {}, "effectiveDateTime"),
}
_FHIR = "http://hl7.org/fhir"
_MODIFIER = [{"url": "https://example.org/changes-the-meaning", "valueBoolean": True}]
_BIRTH_SEX = f"{_FHIR}/us/core/StructureDefinition/us-core-birthsex"
_RESULT = f"{_FHIR}/StructureDefinition/family-member-history-genetics-observation"
_HISTOLOGY = f"{_FHIR}/us/mcode/StructureDefinition/mcode-histology-morphology-behavior"

Resource = dict[str, Any]


class CaseFault(ValueError):
    """Words of a case without a meaning; the message says which."""


def chart_of(case: WrittenCase, words: Words, terminology: Terminology) -> bytes:
    """The case as a FHIR collection Bundle; raises CaseFault for words without a meaning."""
    entries = [
        {"fullUrl": f"https://example.org/{each['resourceType']}/{each['id']}", "resource": each}
        for each in ResourceWriter(words, terminology).resources(case)
    ]
    return msgspec.json.encode({"resourceType": "Bundle", "type": "collection", "entry": entries})


class ResourceWriter:
    """Turns words into resources, with the words of one file."""

    def __init__(self, words: Words, terminology: Terminology) -> None:
        self._words = words
        self._hgnc = {symbol: code for code, symbol in terminology.genes.items()}
        self._ingredients = terminology.ingredients

    def resources(self, case: WrittenCase) -> list[Resource]:
        bodies = [self._patient(case.patient or self._words.patient)]
        bodies += [self._condition(each) for each in case.conditions]
        bodies += [self._stage(each) for each in case.stages]
        bodies += [self._result(each) for each in case.results]
        bodies += [body for each in case.variants for body in self._variants(each)]
        bodies += [self._drug(each) for each in case.drugs]
        bodies += [self._act("ServiceRequest", each) for each in case.orders]
        bodies += [self._act("Procedure", each) for each in case.procedures]
        bodies += [self._act("DiagnosticReport", each) for each in case.reports]
        bodies += [self._relative(each) for each in case.relatives]
        # A number where FHIR wants a code: the resource is there and cannot be read.
        bodies += [{"resourceType": kind, "status": 1, "code": 1} for kind in case.unreadable]
        for number, body in enumerate(bodies, 1):
            body.setdefault("id", f"{body['resourceType'].lower()}-{number}")
        return bodies

    def _coding(self, word: str) -> dict[str, str]:
        system, _, code = self._words.codes.get(word, word).partition(" ")
        if system not in _SYSTEM_URLS or not code:
            raise CaseFault(f"{word!r} is no word of [codes] and not written as 'system code'")
        return {"system": _SYSTEM_URLS[system], "code": code}

    def concept(self, words: str | list[str], said: str = "") -> Resource:
        """A CodeableConcept of these codes and this text."""
        listed = [words] if isinstance(words, str) else words
        return _kept(coding=[self._coding(word) for word in listed if word], text=said)

    def drug(self, ingredient: str, code: str, said: str) -> Resource:
        """The medication of an order: by ingredient, by a code of its own, or in words."""
        coded = f"rxnorm {_meant(self._ingredients, ingredient)}" if ingredient else code
        return self.concept(coded, said)

    def test(self, words: str) -> Resource:
        """A test by its code, or by what it is called."""
        is_code = words in self._words.codes or words.partition(" ")[0] in _SYSTEM_URLS
        return self.concept(words) if is_code else {"text": words}

    def _patient(self, words: PatientWords) -> Resource:
        birth_sex = [{"url": _BIRTH_SEX, "valueCode": words.birth_sex}] if words.birth_sex else []
        return _kept(
            resourceType="Patient",
            id="patient",
            gender=words.sex,
            birthDate=words.born,
            extension=birth_sex,
        )

    def _condition(self, words: ConditionWords) -> Resource:
        histology = self.concept(words.histology) if words.histology else None
        return _kept(
            resourceType="Condition",
            id=words.id,
            modifierExtension=_MODIFIER if words.modified else [],
            extension=[{"url": _HISTOLOGY, "valueCodeableConcept": histology}] if histology else [],
            clinicalStatus=_concept("condition-clinical", words.status),
            verificationStatus=_concept("condition-ver-status", words.verification),
            code=self.concept(words.code, words.said),
            subject=_ME,
            onsetDateTime=words.onset,
            onsetAge=_years(words.onset_age) if words.onset_age is not None else None,
            recordedDate=words.recorded,
            stage=[{"summary": {"text": f"Stage {words.stage}"}}] if words.stage else [],
        )

    def _stage(self, words: StageWords) -> Resource:
        return _observation(
            words,
            code=_loinc("21907-1" if words.m else "21908-9"),
            valueCodeableConcept={"text": words.m or words.group},
        )

    def _result(self, words: ResultWords) -> Resource:
        number = _kept(value=words.number, unit=words.unit, comparator=words.comparator)
        called = _concept("v3-ObservationInterpretation", words.interpretation)
        return _observation(
            words,
            code=self.concept(words.code, words.test) if words.test else self.test(words.code),
            valueCodeableConcept=self.concept(words.value) if words.value else None,
            valueString=words.said,
            valueQuantity=number if words.number is not None else None,
            interpretation=[called] if called else [],
            dataAbsentReason=_concept("data-absent-reason", words.absent),
        )

    def _variants(self, words: VariantWords) -> list[Resource]:
        if words.fusion:
            return [self._variant(words, words.fusion)]
        genes = self._words.spelled(words.genes) or [words.gene]
        return [self._variant(words, [gene]) for gene in genes]

    def _variant(self, words: VariantWords, genes: list[str]) -> Resource:
        parts = [_part("48018-6", self._gene(gene)) for gene in genes]
        for code, change in (("48005-3", words.protein), ("48004-6", words.coding)):
            if change:
                hgvs = {"system": "http://varnomen.hgvs.org", "code": change}
                parts.append(_part(code, {"coding": [hgvs]}))
        for code, answers, word in (
            ("48002-0", _SOURCES, words.source),
            ("53037-8", _CLASSES, words.significance),
        ):
            if word:
                parts.append(_part(code, _loinc(_meant(answers, word))))
        if words.copies is not None:
            parts.append({"code": _loinc("82155-3"), "valueQuantity": {"value": words.copies}})
        said = words.present != "not said"
        return _observation(
            words,
            code=_loinc("69548-6"),
            valueCodeableConcept=_loinc(_meant(_CALLS, words.present)) if said else None,
            component=parts,
            dataAbsentReason=_concept("data-absent-reason", words.absent),
        )

    def _gene(self, word: str) -> Resource:
        code, _, symbol = word.partition(" ")
        if not symbol:
            code, symbol = _meant(self._hgnc, word), word
        coding: Resource = {**self._coding(f"hgnc {code}"), "display": symbol}
        return {"coding": [coding]}

    def _drug(self, words: DrugWords) -> Resource:
        kind, usual, fixed, dated = _meant(_USES, words.use)
        body = _kept(
            resourceType=kind,
            modifierExtension=_MODIFIER if words.modified else [],
            status=_status(words.status or usual),
            medicationCodeableConcept=self.concept(
                f"rxnorm {_meant(self._ingredients, words.drug)}"
            ),
            subject=_ME,
        )
        return {**body, **fixed, **_kept(**{dated: words.date})}

    def _act(self, kind: str, words: ActWords) -> Resource:
        usual, fixed, dated = _ACTS[kind]
        body = _kept(
            resourceType=kind,
            id=words.id,
            modifierExtension=_MODIFIER if words.modified else [],
            status=_status(words.status or usual),
            code=self.concept(words.code, words.said),
            subject=_ME,
        )
        return {**body, **fixed, **_kept(**{dated: words.date})}

    def _relative(self, words: RelativeWords) -> Resource:
        concepts = [self.concept(each) for each in words.cancers]
        concepts += [{"text": words.said}] if words.said else []
        gender = {"system": f"{_FHIR}/administrative-gender", "code": words.sex}
        observed = [self._result(each) for each in words.results]
        observed += [body for each in words.variants for body in self._variants(each)]
        names = [f"result-{number}" for number, _ in enumerate(observed, 1)]
        return _kept(
            resourceType="FamilyMemberHistory",
            contained=[{**each, "id": name} for each, name in zip(observed, names, strict=True)],
            extension=[{"url": _RESULT, "valueReference": {"reference": f"#{n}"}} for n in names],
            modifierExtension=_MODIFIER if words.modified else [],
            status=_status(words.status),
            dataAbsentReason=_concept("history-absent-reason", words.absent),
            patient=_ME,
            relationship=self.concept(f"role {words.relation}", words.called),
            sex={"coding": [gender]} if words.sex else None,
            deceasedAge=_years(words.died_at) if words.died_at is not None else None,
            condition=[{"code": concept} | _onset(words.age) for concept in concepts],
        )


def _kept(**parts: Any) -> Resource:
    """The parts that are said."""
    return {name: part for name, part in parts.items() if part not in (None, "", [], {})}


def _meant(meanings: dict[Any, Any], word: bool | str) -> Any:
    if word not in meanings:
        known = ", ".join(str(each) for each in list(meanings)[:6])
        raise CaseFault(f"{word!r} is not known here; known are {known}, …")
    return meanings[word]


def _status(word: str) -> str:
    return "" if word == "none" else word


def _concept(system: str, code: str) -> Resource | None:
    if not _status(code):
        return None
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def _loinc(code: str) -> Resource:
    return {"coding": [{"system": _SYSTEM_URLS["loinc"], "code": code}]}


def _part(code: str, value: Resource) -> Resource:
    return {"code": _loinc(code), "valueCodeableConcept": value}


def _observation(words: StageWords | ResultWords | VariantWords, **parts: Any) -> Resource:
    return _kept(
        resourceType="Observation",
        modifierExtension=_MODIFIER if words.modified else [],
        status=_status(words.status),
        subject=_ME,
        focus=[{"reference": f"Condition/{words.of}"}] if words.of else [],
        effectiveDateTime=words.date,
        **parts,
    )


def _years(value: int, comparator: str = "") -> Resource:
    system = "http://unitsofmeasure.org"
    return _kept(value=value, comparator=comparator, unit="a", system=system, code="a")


def _onset(age: int | str) -> Resource:
    """42; `<50` and `>=50`; `40-49`; any other text as it stands; nothing when not known."""
    if isinstance(age, int):
        return {"onsetAge": _years(age)}
    low, _, high = age.partition("-")
    if low.isdigit() and high.isdigit():
        return {"onsetRange": {"low": _years(int(low)), "high": _years(int(high))}}
    comparator = age.rstrip("0123456789")
    if comparator in ("<", "<=", ">", ">="):
        return {"onsetAge": _years(int(age[len(comparator) :]), comparator)}
    return {"onsetString": age} if age else {}
