"""Scopes of a hook's token, as far as their words can be understood."""

from __future__ import annotations

import re

# SMART App Launch: `patient/Observation.rs?category=…` (2.x) and `user/*.read` (1.0).
_RESOURCE = re.compile(
    r"(?:patient|user|system)/(\*|[A-Z][A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)(?:\?\S*)?"
)
# Scopes about the launch and the user, which neither grant nor refuse data.
_OF_THE_LAUNCH = re.compile(
    r"launch(?:/\S+)?|openid|fhirUser|profile|online_access|offline_access|smart/\S+"
)


def may_read(scope: str | None, resource_type: str) -> bool:
    """Whether asking for this type may succeed.

    False only when every scope was understood and none lets this type be read: EHRs send texts of
    their own too, and nobody is refused for words we do not know.
    """
    understood = False
    for word in (scope or "").split():
        granted = _RESOURCE.fullmatch(word)
        if granted is None:
            if not _OF_THE_LAUNCH.fullmatch(word):
                return True
            continue
        understood = True
        kind, rights = granted.groups()
        if kind in ("*", resource_type) and _reads(rights):
            return True
    return not understood


def _reads(rights: str) -> bool:
    if rights in ("read", "*"):
        return True
    return rights != "write" and ("r" in rights or "s" in rights)
