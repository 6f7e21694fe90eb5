"""Family history told in words, in Observations: kept as text, read elsewhere as proposals."""

from __future__ import annotations

from oncology.chart.answers import observation_date
from oncology.chart.model import FamilyText
from oncology.reading.observation import Observation

_NAMES = ("family history", "family hx", "history of family")
_INVALID = ("entered-in-error", "cancelled")


def names_family_history(words: str) -> bool:
    """Whether the words of an Observation's code say that it tells of the family."""
    lowered = words.lower()
    return any(name in lowered for name in _NAMES)


def family_texts(observation: Observation, reference: str) -> list[FamilyText]:
    """The texts of one Observation, its components' among them; codes and numbers are none."""
    if observation.status in _INVALID:
        return []
    told = [observation.value_string, *(each.value_string for each in observation.component)]
    coded = observation.value_codeable_concept
    if coded is not None and not coded.coding:
        told.append(coded.text)
    day = observation_date(observation)
    return [FamilyText(text, reference, day) for text in told if text and text.strip()]
