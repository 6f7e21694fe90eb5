"""The trial search, wired from the settings: the registry, and where each site is."""

from __future__ import annotations

from oncocue.folders import fixtures_folder, state_folder
from oncocue.settings import TrialsSection
from smartapp.registration import Ehrs, RegistrationFault
from smartapp.trials.places import Place, parse_place
from smartapp.trials.registry import LiveRegistry, RecordedRegistry, Registry
from smartapp.trials.search import TrialSearch

_RECORDED_ON = "2026-11-20"


def trial_search(section: TrialsSection, ehrs: Ehrs) -> TrialSearch:
    """The search of these settings. Raises RegistrationFault for a place that is not known."""
    default = _place(section.near, "trials.near")
    homes = {ehr.site: _place(ehr.smart.near, f"{ehr.site}: smart.near") or default for ehr in ehrs}
    return TrialSearch(_registry(section), lambda site: homes.get(site, default))


def _registry(section: TrialsSection) -> Registry:
    if section.recorded:
        return RecordedRegistry(fixtures_folder() / "trials" / "registry.json", _RECORDED_ON)
    return LiveRegistry(state_folder() / "trials.sqlite", section.keep_hours)


def _place(named: str, key: str) -> Place | None:
    if not named:
        return None
    place = parse_place(named)
    if place is None:
        raise RegistrationFault(f"{key} {named!r} is no city of the gazetteer and no coordinates.")
    return place
