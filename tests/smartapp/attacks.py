"""Faults of an EHR and attacks on a launch, each with the page the user sees.

`python -m tests.smartapp.attacks` writes the table of docs/conformance/smart-app-attacks.md.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import time_machine
from flask import Flask
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from smartapp.launch.problems import PROBLEMS
from smartapp.sessions.store import StoreFailed
from tests.support.hook_calls import chart
from tests.support.smart_ehr import SmartEhr, outcome, reply, searchset
from tests.support.smart_launches import Browser, browser_of, token_of

PAGE = Path(__file__).parents[2] / "docs" / "conformance" / "smart-app-attacks.md"


class Seen(NamedTuple):
    """The page of this problem, or the chart with these types marked as lacking."""

    code: str = ""
    lacking: tuple[str, ...] = ()


# Every search in parts: the chart opens, and says of each type that it may lack something.
ALL = (
    *("Condition", "Observation", "DiagnosticReport", "ServiceRequest", "MedicationRequest"),
    *("MedicationAdministration", "FamilyMemberHistory", "Procedure", "Specimen"),
    "DocumentReference",
)
FAULTS: dict[str, Seen] = {
    "no-configuration": Seen(),
    "configuration-down": Seen("discovery-failed"),
    "configuration-page": Seen(),
    "hostile-configuration": Seen(),
    "foreign-endpoints": Seen("discovery-unsafe"),
    "denied": Seen("access-denied"),
    "wrong-state": Seen("state-unknown"),
    "no-state": Seen("callback-unclear"),
    "foreign-issuer": Seen("mixed-up"),
    "expired-token": Seen(),
    "dead-refresh": Seen(),
    "no-patient": Seen("no-patient"),
    "no-expiry": Seen(),
    "odd-types": Seen(),
    "wrong-token-type": Seen("token-unusable"),
    "narrowed-scopes": Seen(lacking=("FamilyMemberHistory", "Observation")),
    "split-scopes": Seen(),
    "token-down": Seen("token-unreachable"),
    "wrong-key": Seen("identity-failed"),
    "unsigned-id-token": Seen("identity-failed"),
    "wrong-nonce": Seen("identity-failed"),
    "wrong-audience": Seen("identity-failed"),
    "old-id-token": Seen("identity-failed"),
    "foreign-user": Seen(),
    "relative-user": Seen(),
    "slow": Seen(),
    "forbidden": Seen(lacking=("Observation",)),
    "break-the-glass": Seen(lacking=("Observation",)),
    "too-many": Seen(),
    "down": Seen("chart-unreadable"),
    "down-midway": Seen("chart-unreadable"),
    "outcome-entries": Seen(lacking=ALL),
    "duplicates": Seen(),
    "hostile-next": Seen(lacking=ALL),
    "endless": Seen(lacking=ALL),
    "scripts": Seen(),
    "malformed": Seen(),
    "page-instead": Seen("chart-unreadable"),
}


class Scene(NamedTuple):
    """What an attack has to work with."""

    app: Flask
    ehr: SmartEhr

    def browser(self) -> Browser:
        """Another person's browser."""
        return browser_of(self.app)

    def opened(self) -> tuple[Browser, str]:
        """A launch that went well: whose browser, which path."""
        browser = self.browser()
        return browser, browser.launch(self.ehr)

    def finished(self, **ehr: Any) -> TestResponse:
        """A launch at an EHR changed like this, to the end of its callback."""
        for field, value in ehr.items():
            setattr(self.ehr, field, value)
        browser = self.browser()
        return browser.get(browser.sign_in(browser.start(self.ehr)))

    def read(self, path: str, answer: Response) -> TestResponse:
        """A chart whose reading meets this answer at a path."""
        patient = self.ehr.patient(self.ehr.stories[0])
        self.ehr.faults[path.format(patient=patient)] = lambda _: answer
        browser, opened = self.opened()
        return browser.get(f"{opened}summary")


class Attack(NamedTuple):
    """One attack: in words, the problem whose page is shown, and how it is done."""

    words: str
    code: str
    do: Callable[[Scene], TestResponse]


ATTACKS: list[Attack] = []


def attack(words: str, code: str) -> Callable[[Callable[[Scene], TestResponse]], None]:
    """Add a function to the table."""

    def add(do: Callable[[Scene], TestResponse]) -> None:
        ATTACKS.append(Attack(words, code, do))

    return add


def query(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


# -- the link that launches --------------------------------------------------------------

for _words, _iss in {
    "A link names an EHR that is not registered": "https://evil.example/fhir",
    "A link names the registered EHR with a user in front (`https://evil@…`)": "http://evil@{rest}",
    "A link names a neighbour of the registered EHR (`…/fhir.evil.example`)": "{base}.evil.example",
    "A link climbs out of the registered path (`…/fhir/../admin`)": "{base}/../admin",
    "A link names the metadata address of a cloud": "http://169.254.169.254/latest",
    "A link names a file": "file:///etc/passwd",
}.items():

    def _strange_issuer(scene: Scene, iss: str = _iss) -> TestResponse:
        rest = scene.ehr.base.removeprefix("http://")
        answer = scene.browser().start(scene.ehr, iss=iss.format(base=scene.ehr.base, rest=rest))
        assert scene.ehr.said == [], "nobody is contacted"
        return answer

    attack(_words, "issuer-unknown")(_strange_issuer)


@attack("A link gives `iss` twice, once for us and once for a proxy", "launch-unclear")
def _(scene: Scene) -> TestResponse:
    return scene.browser().start(scene.ehr, iss=[scene.ehr.base, "https://evil.example"])


@attack("A link carries a launch value of 9,000 characters", "launch-unclear")
def _(scene: Scene) -> TestResponse:
    return scene.browser().start(scene.ehr, launch="x" * 9000)


@attack("A link leaves the launch value out", "launch-missing")
def _(scene: Scene) -> TestResponse:
    return scene.browser().start(scene.ehr, launch=None)


@attack("A standalone start names a site that does not exist", "site-unknown")
def _(scene: Scene) -> TestResponse:
    return scene.browser().get("/launch?site=elsewhere")


# -- the way back ------------------------------------------------------------------------


@attack("State swap: the attacker's answer is opened in the victim's browser", "other-browser")
def _(scene: Scene) -> TestResponse:
    attacker, victim = scene.browser(), scene.browser()
    victim.launch(scene.ehr)
    return victim.get(attacker.sign_in(attacker.start(scene.ehr)))


@attack("The attacker's answer is opened in a browser that never launched", "no-cookie")
def _(scene: Scene) -> TestResponse:
    attacker = scene.browser()
    return scene.browser().get(attacker.sign_in(attacker.start(scene.ehr)))


@attack("Code injection: the attacker's code under the victim's state (PKCE)", "code-refused")
def _(scene: Scene) -> TestResponse:
    attacker, victim = scene.browser(), scene.browser()
    stolen = query(attacker.sign_in(attacker.start(scene.ehr)))["code"]
    own = query(victim.sign_in(victim.start(scene.ehr)))["state"]
    return victim.get(f"/callback?{urlencode({'code': stolen, 'state': own})}")


@attack("Code replay: the same answer is opened twice", "state-unknown")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    back = browser.sign_in(browser.start(scene.ehr))
    browser.get(back)
    return browser.get(back)


@attack("A guessed state", "state-unknown")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    browser.start(scene.ehr)
    return browser.get(f"/callback?{urlencode({'code': 'x', 'state': 'A' * 43})}")


@attack("An answer after eleven minutes", "state-unknown")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    back = browser.sign_in(browser.start(scene.ehr))
    with time_machine.travel(time.time() + 660, tick=True):
        return browser.get(back)


@attack("An answer without a state", "callback-unclear")
def _(scene: Scene) -> TestResponse:
    return scene.browser().get("/callback?code=x")


@attack("An answer with two states", "callback-unclear")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    back = browser.sign_in(browser.start(scene.ehr))
    return browser.get(f"{back}&state=other")


@attack("An answer with two codes", "callback-unclear")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    back = browser.sign_in(browser.start(scene.ehr))
    return browser.get(f"{back}&code=other")


@attack("Mix-up: the answer names another authorization server", "mixed-up")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    back = browser.sign_in(browser.start(scene.ehr))
    answer = browser.get(f"{back}&iss=https%3A%2F%2Fevil.example")
    assert scene.ehr.calls("/token") == [], "the code goes nowhere"
    return answer


@attack("Mix-up: the server promised to name itself and does not", "mixed-up")
def _(scene: Scene) -> TestResponse:
    return scene.finished(configuration={"authorization_response_iss_parameter_supported": True})


@attack("A refusal with a script in its words", "access-denied")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    state = query(browser.start(scene.ehr).location)["state"]
    said = {"error": "access_denied", "error_description": "<script>x</script>", "state": state}
    answer = browser.get(f"/callback?{urlencode(said)}")
    assert "script>" not in answer.text
    return answer


@attack("A refusal whose error code is a script", "ehr-refused")
def _(scene: Scene) -> TestResponse:
    browser = scene.browser()
    state = query(browser.start(scene.ehr).location)["state"]
    return browser.get(f"/callback?{urlencode({'error': '<script>', 'state': state})}")


# -- tokens and identity -------------------------------------------------------------------


@attack("The token endpoint redirects to another host", "token-unusable")
def _(scene: Scene) -> TestResponse:
    elsewhere = Response("", 307, {"Location": "https://evil.example/token"})
    return scene.finished(faults={"/token": lambda _: elsewhere})


@attack("The token endpoint answers without end", "token-unreachable")
def _(scene: Scene) -> TestResponse:
    return scene.finished(faults={"/token": lambda _: Response(b"x" * 1_000_000)})


@attack("The EHR does not take our key", "client-refused")
def _(scene: Scene) -> TestResponse:
    return scene.finished(jwks=lambda: {"keys": []})


@attack("A token that smuggles a header", "token-unusable")
def _(scene: Scene) -> TestResponse:
    return scene.finished(changes={"access_token": "a\r\nX-Evil: 1"})


@attack("A patient id that climbs to another address", "no-patient")
def _(scene: Scene) -> TestResponse:
    return scene.finished(changes={"patient": "../Practitioner/1"})


@attack("A grant without the right to read conditions", "too-little")
def _(scene: Scene) -> TestResponse:
    return scene.finished(changes={"scope": "openid patient/Patient.r"})


@attack("A patient launches the clinicians' app", "not-for-patients")
def _(scene: Scene) -> TestResponse:
    return scene.finished(user="Patient/self")


@attack("A standalone sign-in that does not say who it is", "identity-missing")
def _(scene: Scene) -> TestResponse:
    scene.ehr.changes["id_token"] = None
    browser = scene.browser()
    site = scene.ehr.base.partition("://")[2]
    return browser.get(browser.sign_in(browser.get(f"/launch?{urlencode({'site': site})}")))


@attack("An ID token of another issuer", "identity-failed")
def _(scene: Scene) -> TestResponse:
    return scene.finished(id_changes={"iss": "https://evil.example"})


@attack("An ID token of another launch (nonce)", "identity-failed")
def _(scene: Scene) -> TestResponse:
    return scene.finished(id_changes={"nonce": "other"})


# -- the opened chart ----------------------------------------------------------------------


@attack("A launch id with one character changed", "launch-over")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    return browser.get(f"{path[:-2]}{'B' if path[-2] == 'A' else 'A'}/summary")


@attack("A launch id sent to a colleague", "launch-over")
def _(scene: Scene) -> TestResponse:
    _, path = scene.opened()
    colleague, _ = scene.opened()
    return colleague.get(f"{path}summary")


@attack("A forged cookie", "launch-over")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    cookie = browser.client.get_cookie("__Host-oncocue")
    assert cookie is not None
    browser.client.set_cookie("__Host-oncocue", cookie.value[:-3] + "abc", secure=True)
    return browser.get(f"{path}summary")


@attack("The back button after the chart was closed", "launch-over")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    page = browser.get(f"{path}summary").text
    token = token_of(page)
    browser.client.post(f"{path}end", data={"csrf_token": token})
    return browser.get(f"{path}summary")


@attack("A page left open over night", "launch-over")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    with time_machine.travel(time.time() + 9 * 3600, tick=True):
        return browser.get(f"{path}summary")


@attack("A form that another site sends", "form-stale")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    return browser.client.post(f"{path}end")


@attack("Closing by a mere link", "page-unknown")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    return browser.get(f"{path}end")


@attack("A page that does not exist", "page-unknown")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    return browser.get(f"{path}../../etc/passwd")


@attack("The EHR ends the access and renews it no longer", "access-over")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    scene.ehr.tokens.clear()
    scene.ehr.refreshes.clear()
    return browser.get(f"{path}summary")


@attack("The EHR refuses the patient", "chart-refused")
def _(scene: Scene) -> TestResponse:
    return scene.read("/fhir/Patient/{patient}", reply(outcome("forbidden"), 403))


@attack("The EHR refuses the conditions", "chart-refused")
def _(scene: Scene) -> TestResponse:
    return scene.read("/fhir/Condition", reply(outcome("forbidden"), 403))


@attack("The EHR fails while conditions are read", "chart-unreadable")
def _(scene: Scene) -> TestResponse:
    return scene.read("/fhir/Condition", reply(outcome("exception"), 500))


@attack("The EHR sends another patient's record", "wrong-patient")
def _(scene: Scene) -> TestResponse:
    other = {"resourceType": "Patient", "id": "somebody-else"}
    return scene.read("/fhir/Patient/{patient}", reply(other))


@attack("Our storage is away", "storage-failed")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()
    sessions = scene.app.extensions["smartapp"]._launching.sessions

    def fail(*_: Any) -> None:
        raise StoreFailed("away")

    sessions._store.get = fail
    return browser.get(f"{path}summary")


@attack("A fault of ours that quotes the chart", "our-fault")
def _(scene: Scene) -> TestResponse:
    browser, path = scene.opened()

    def fail(*_: Any) -> None:
        raise RuntimeError("canary of the chart")

    scene.app.extensions["smartapp"].open = fail
    answer = browser.get(f"{path}summary")
    assert "canary" not in answer.text
    return answer


def _script_everywhere(resource: Any) -> Any:
    if isinstance(resource, dict):
        kept = ("resourceType", "id", "reference", "system", "code", "status", "url")
        return {k: v if k in kept else _script_everywhere(v) for k, v in resource.items()}
    if isinstance(resource, list):
        return [_script_everywhere(each) for each in resource]
    is_text = isinstance(resource, str) and not re.match(r"\d{4}", resource)
    return "<script>x</script>" if is_text else resource


@attack("A script in every text of the chart", "")
def _(scene: Scene) -> TestResponse:
    story = scene.ehr.stories[0]
    for kind in ("Condition", "Observation", "FamilyMemberHistory", "DiagnosticReport"):
        every = [entry["resource"] for entry in chart(story)["entry"]]
        mine = [_script_everywhere(each) for each in every if each["resourceType"] == kind]
        scene.ehr.faults[f"/fhir/{kind}"] = lambda _, mine=mine: reply(searchset(mine))
    browser, path = scene.opened()
    for page in ("biomarkers", "family", "timeline", "data", "orders", "why-not"):
        assert "<script>x" not in browser.get(f"{path}{page}").text
    return browser.get(f"{path}summary")


def table() -> str:
    """The page of the documentation."""
    from sandbox.conduct.fault import faults

    lines = [
        "<!-- Generated by `python -m tests.smartapp.attacks`. Edit that file, not this one. -->",
        "",
        "# What a user sees when a launch is attacked or an EHR fails",
        "",
        "Each row is run in the tests: attacks against a strict EHR, faults against the sandbox "
        "EHR. The page names what to do and a code; the log holds the same code with a reference, "
        "never patient data.",
        "",
        "## Attacks",
        "",
        "| # | attack | page | code |",
        "|---|---|---|---|",
    ]
    for number, each in enumerate(ATTACKS, 1):
        lines.append(f"| {number} | {each.words} | {_page(each.code)} | {_code(each.code)} |")
    lines += [
        "",
        "## Faults of an EHR",
        "",
        "| fault | what the EHR does | page | code |",
        "|---|---|---|---|",
    ]
    for name, fault in faults().items():
        seen = FAULTS[name]
        page = _page(seen.code, seen.lacking)
        lines.append(f"| {name} | {fault.words} | {page} | {_code(seen.code)} |")
    return "\n".join(lines) + "\n"


def _page(code: str, lacking: tuple[str, ...] = ()) -> str:
    if code:
        return PROBLEMS[code].title
    if not lacking:
        return "The chart"
    what = "every type" if lacking == ALL else ", ".join(lacking)
    return f"The chart; said on it that {what} could not be read in full"


def _code(code: str) -> str:
    return f"`{code}`" if code else ""


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
