"""The same card by HealthChain (PyPI), in an environment of its own: `BENCH_HEALTHCHAIN` names it.

Never imported by the product or its tests; `tests.benchmarks.load` starts it with uvicorn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from healthchain.gateway import CDSHooksService, HealthChainAPI
from healthchain.io import CdsFhirAdapter
from healthchain.models.requests.cdsrequest import CDSRequest
from healthchain.models.responses.cdsresponse import Card, CDSResponse, IndicatorEnum, Source

_COLON = {"363406005", "93761005"}
_MSI = {"81695-9", "43368-0", "62862-8"}


def _codes(resource: dict[str, Any]) -> set[str]:
    return {each.get("code") for each in (resource.get("code") or {}).get("coding", ())}


def _entries(bundle: Any) -> list[dict[str, Any]]:
    return [each["resource"] for each in (bundle or {}).get("entry", ())]


def _response(due: bool) -> CDSResponse:
    card = Card(summary="x" * 100, indicator=IndicatorEnum.info, source=Source(label="bench"))
    return CDSResponse(cards=[card] if due else [])


def raw(request: CDSRequest) -> CDSResponse:
    """One rule on the dictionaries of the request."""
    prefetch = request.prefetch or {}
    colon = any(_codes(each) & _COLON for each in _entries(prefetch.get("conditions")))
    tested = any(_codes(each) & _MSI for each in _entries(prefetch.get("observations")))
    return _response(colon and not tested)


def adapter(request: CDSRequest) -> CDSResponse:
    """One rule on what HealthChain's own FHIR adapter makes of the request."""
    bundles = {key: value for key, value in (request.prefetch or {}).items() if value}
    document = CdsFhirAdapter().parse(request.model_copy(update={"prefetch": bundles}))
    return _response(document is not None)


def _app(handler: Callable[[CDSRequest], CDSResponse]) -> HealthChainAPI:
    """An application of its own: HealthChain knows one handler a hook, the last one."""
    service = CDSHooksService()
    service.hook("patient-view", id="bench")(handler)
    app = HealthChainAPI()
    app.register_service(service)
    return app


raw_app, adapter_app = _app(raw), _app(adapter)
