"""What can go wrong on the way to a chart, in words for who sees it, and what to do."""

from __future__ import annotations

from msgspec import Struct

_AGAIN = "Close this page and open OncoCue from the patient's chart again."
_TELL = "If it happens again, tell your EHR support the code and reference below."
_ADMIN = "Tell your EHR support the code and reference below: the setup needs a change."
_LATER = "Wait a minute, then open OncoCue from the patient's chart again."


class Problem(Struct, frozen=True):
    """One failure as the user sees it."""

    code: str
    status: int
    title: str
    words: str
    todo: tuple[str, ...] = (_AGAIN, _TELL)


_ALL = (
    # -- starting
    Problem(
        "no-issuer",
        400,
        "Open OncoCue from the EHR",
        "This address was opened without saying which EHR it belongs to.",
        ("Open OncoCue from a patient's chart in your EHR.",),
    ),
    Problem(
        "launch-unclear",
        400,
        "This launch is not clear",
        "The link that opened this page gives a value twice, or one that is too long.",
    ),
    Problem(
        "issuer-unknown",
        403,
        "This EHR is not registered here",
        "The link names an EHR that this OncoCue does not know. It was not contacted.",
        ("If you expected this to work, tell your EHR support the code below.",),
    ),
    Problem(
        "launch-missing",
        400,
        "The EHR did not say which launch this is",
        "The link names the EHR but not the launch, so the patient is not known.",
        (_AGAIN, "To sign in without the EHR's window, start at the page of OncoCue itself."),
    ),
    Problem(
        "site-unknown",
        404,
        "There is no such EHR here",
        "The EHR you chose is not one that can be opened from here.",
        ("Go back to the start page and choose one from the list.",),
    ),
    Problem(
        "too-many",
        429,
        "Too many launches at once",
        "So many people open OncoCue from this EHR right now that it has to slow down.",
        (_LATER, _TELL),
    ),
    Problem(
        "discovery-failed",
        502,
        "The EHR does not answer",
        "The EHR's description of its sign-in could not be read.",
        (_LATER, _TELL),
    ),
    Problem(
        "discovery-unsafe",
        502,
        "The EHR's sign-in is set up in an unsafe way",
        "The EHR names a sign-in address that is not secure. It was not contacted.",
        (_ADMIN,),
    ),
    # -- coming back
    Problem(
        "callback-unclear",
        400,
        "The EHR's answer is not clear",
        "The EHR sent the browser back without what is needed to go on.",
    ),
    Problem(
        "state-unknown",
        400,
        "This sign-in is over",
        "It was used already, took too long, or did not start here.",
    ),
    Problem(
        "no-cookie",
        403,
        "The browser did not keep our cookie",
        "Without it we cannot tell that this sign-in is yours, so we stop here.",
        (
            "Open OncoCue in a window of its own, if your EHR offers that.",
            "Or allow this site to keep cookies inside the EHR.",
            _TELL,
        ),
    ),
    Problem(
        "other-browser",
        403,
        "This sign-in was started in another browser",
        "To keep patients apart, it can be finished only where it was started.",
    ),
    Problem(
        "mixed-up",
        400,
        "The answer came from another EHR",
        "The sign-in was started with one EHR and answered by another. Nothing was sent to it.",
    ),
    Problem(
        "access-denied",
        403,
        "The EHR did not give access",
        "You or the EHR declined what OncoCue asked for.",
        ("Open OncoCue again and agree to the access it asks for, if you want to go on.", _TELL),
    ),
    Problem(
        "scope-refused",
        403,
        "The EHR refuses what OncoCue asks for",
        "It does not allow OncoCue the kinds of data it needs.",
        (_ADMIN,),
    ),
    Problem(
        "login-needed",
        403,
        "The EHR wants you to sign in first",
        "Your sign-in at the EHR has ended, or needs an answer from you.",
        ("Sign in to the EHR, then open OncoCue from the patient's chart again.",),
    ),
    Problem(
        "ehr-refused",
        403,
        "The EHR refused the sign-in",
        "The EHR sent the browser back with a refusal.",
    ),
    # -- tokens
    Problem(
        "code-refused",
        403,
        "This sign-in is no longer valid",
        "The EHR refused to finish it: it took too long, or was used already.",
    ),
    Problem(
        "client-refused",
        502,
        "The EHR does not recognise OncoCue",
        "It refused our registration or our key.",
        (_ADMIN,),
    ),
    Problem(
        "token-unreachable",
        502,
        "The EHR does not answer",
        "It could not be reached, or failed, while the sign-in was being finished.",
        (_LATER, _TELL),
    ),
    Problem(
        "token-unusable",
        502,
        "The EHR's answer cannot be used",
        "It finished the sign-in in a way that the standard does not allow.",
        (_ADMIN,),
    ),
    Problem(
        "no-patient",
        403,
        "The EHR did not say which patient",
        "We never guess whose chart to show, so we stop here.",
        ("Open a patient's chart in the EHR, then open OncoCue from it.", _TELL),
    ),
    Problem(
        "too-little",
        403,
        "The EHR gave too little access",
        "OncoCue needs to read at least the patient and the conditions, and may not.",
        (_ADMIN,),
    ),
    Problem(
        "identity-failed",
        403,
        "We cannot be sure who you are",
        "The EHR's statement of who signed in did not pass our checks.",
        (_AGAIN, _TELL),
    ),
    Problem(
        "identity-missing",
        403,
        "The EHR did not say who you are",
        "Outside the EHR's own window we need to know that you are a clinician.",
        (_ADMIN,),
    ),
    Problem(
        "not-for-patients",
        403,
        "These pages are for care teams",
        "You are signed in as a patient or a family member. OncoCue shows clinical working "
        "material that is meant to be read together with a clinician.",
        ("Ask your care team about tests, genetic counselling or trials that may matter to you.",),
    ),
    Problem(
        "tenant-unknown",
        403,
        "This part of the EHR is not registered here",
        "The EHR says you belong to an organisation that this OncoCue does not know.",
        (_ADMIN,),
    ),
    # -- the opened launch
    Problem(
        "launch-over",
        403,
        "This page is closed",
        "It was closed, timed out, or belongs to another browser.",
        (_AGAIN,),
    ),
    Problem(
        "access-over",
        403,
        "The EHR has ended the access",
        "It takes our access to this chart no longer, and did not renew it.",
        (_AGAIN,),
    ),
    Problem(
        "chart-refused",
        403,
        "The EHR does not open this chart",
        "It refused the patient or the conditions, so nothing here would be right.",
        ("If the EHR asks for a reason to open this chart, give it there first.", _AGAIN, _TELL),
    ),
    Problem(
        "chart-unreadable",
        502,
        "The chart could not be read",
        "The EHR did not give the patient or the conditions, so nothing here would be right.",
        (_LATER, _TELL),
    ),
    Problem(
        "wrong-patient",
        502,
        "The EHR answered with another patient",
        "It sent a record that is not of the patient of this launch. Nothing of it is shown.",
        (_AGAIN, _ADMIN),
    ),
    Problem(
        "form-stale",
        400,
        "This form is too old",
        "It was not sent. The page it stood on is older than its launch, or another site sent it.",
        ("Go back, load the page again and send the form anew.",),
    ),
    Problem(
        "page-unknown",
        404,
        "There is no such page",
        "Nothing is at this address of OncoCue.",
        ("Go back to the chart, or open OncoCue from the patient's chart again.",),
    ),
    Problem(
        "diagnostics-off",
        404,
        "This page is switched off",
        "What happened during a launch is shown where the administrator switches it on.",
        ("Go back to the chart.",),
    ),
    Problem(
        "our-fault",
        500,
        "OncoCue failed",
        "This is a fault of OncoCue, not of the EHR. Nothing was changed in the chart.",
        (_AGAIN, _TELL),
    ),
    Problem(
        "storage-failed",
        503,
        "OncoCue cannot keep this sign-in",
        "Our own storage does not answer.",
        (_LATER, _TELL),
    ),
)
PROBLEMS = {problem.code: problem for problem in _ALL}


class LaunchFailed(Exception):
    """The launch or page cannot go on; `code` names the Problem.

    `detail` is for integrators and the log: what was wrong, never with patient data or secrets.
    """

    def __init__(self, code: str, detail: str = "", site: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.problem = PROBLEMS[code]
        self.detail = detail
        self.site = site
