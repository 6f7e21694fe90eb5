"""Creating resources: what an app may write into a chart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sandbox.fhir.access import Access
from sandbox.fhir.matching import CREATED_KINDS, Resource
from sandbox.fhir.outcome import Refused
from sandbox.fhir.records import Records
from sandbox.words import items


def check_new(access: Access, kind: str, body: Any) -> Resource:
    """The body as a resource of this type that the bearer may create. Raises Refused."""
    rules = access.conduct.mood
    if kind not in CREATED_KINDS or not rules.fhir.creates or not rules.searching(kind).creates:
        raise Refused(405, "not-supported", f"This server does not create {kind}.")
    access.require(kind, "c")
    if not isinstance(body, dict):
        raise Refused(400, "structure", "The body is not a JSON object.")
    if body.get("resourceType") != kind:
        raise Refused(400, "invalid", f"The body is not a {kind}.")
    _validate(kind, body)
    if not access.sees(body, "c"):
        raise Refused(403, "forbidden", "The resource is not about the patient of the token.")
    return body


def _validate(kind: str, body: Resource) -> None:
    # Imported late: its models take long to load, and few requests create anything.
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        get_fhir_model_class(kind).model_validate(body)
    except (ValidationError, ValueError) as error:
        places = error.errors() if isinstance(error, ValidationError) else []
        where = ", ".join(".".join(map(str, each["loc"])) for each in places[:5])
        raise Refused(422, "invalid", f"This is not a valid {kind}: {where}.") from error


def existing(records: Records, access: Access, kind: str, condition: str) -> Resource | None:
    """The resource that If-None-Exist speaks of (`identifier=system|value`), if there is one.

    Raises Refused when there are several, or when the condition is of another kind.
    """
    name, _, token = condition.partition("=")
    system, bar, value = token.rpartition("|")
    if name != "identifier" or not bar or "&" in token:
        raise Refused(400, "not-supported", "If-None-Exist takes identifier=system|value alone.")
    wanted = {"system": system, "value": value}
    found = [
        each
        for each in records.of(kind)
        if any(wanted.items() <= held.items() for held in items(each.get("identifier")))
        and access.sees(each, "c")
    ]
    if len(found) > 1:
        raise Refused(412, "multiple-matches", "Several resources have this identifier.")
    return found[0] if found else None


def filed(records: Records, body: Resource) -> Resource:
    """The resource under an id of this server. Raises Refused when there is no room."""
    meta = {"versionId": "1", "lastUpdated": datetime.now(UTC).isoformat(timespec="seconds")}
    given = body.get("meta") if isinstance(body.get("meta"), dict) else {}
    resource = {**body, "id": str(uuid4()), "meta": {**(given or {}), **meta}}
    if not records.file(resource):
        raise Refused(507, "too-costly", "There is no room for another resource.")
    return resource
