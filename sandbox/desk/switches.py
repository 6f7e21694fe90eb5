"""How the sandbox EHR behaves on a page: kept in the page's address, nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from sandbox.conduct import Conduct, Mood, faults, moods
from sandbox.conduct.mood import STANDARD
from sandbox.desk.prefetch import ORDER_SELECT, ORDER_SIGN, Prefetching
from sandbox.smart.context import USERS, USUAL_USER


@dataclass(frozen=True)
class Switches:
    """Prefetch, FHIR server, who is signed in, mood and faults; and the order hook that fires.

    `selected` is the draft order that order-select is about.
    """

    prefetching: Prefetching = Prefetching.FULL
    is_ehr_up: bool = True
    mood: str = STANDARD
    faults: tuple[str, ...] = ()
    user: str = USUAL_USER
    hook: str = ""
    selected: str = ""

    @classmethod
    def of(cls, args: MultiDict[str, str]) -> Switches:
        """Switches from query parameters; unknown words mean the usual setting.

        An EHR that is down sends no prefetch unless told to.
        """
        is_up = args.get("ehr") != "down"
        usual = Prefetching.FULL if is_up else Prefetching.NONE
        named = {each.value: each for each in Prefetching}
        chosen = [name for name in faults() if name in args.getlist("fault")]
        return cls(
            named.get(args.get("prefetch", ""), usual),
            is_up,
            mood if (mood := args.get("mood", STANDARD)) in moods() else STANDARD,
            # A fault of discovery needs an address of its own: no launch can carry it.
            tuple(name for name in chosen if faults()[name].place != "discovery"),
            user if (user := args.get("user", USUAL_USER)) in USERS else USUAL_USER,
            hook if (hook := args.get("hook", "")) in (ORDER_SELECT, ORDER_SIGN) else "",
            args.get("selected", ""),
        )

    @property
    def query(self) -> dict[str, str | list[str]]:
        """The query parameters that stand for these switches."""
        found: dict[str, str | list[str]] = {}
        usual = Prefetching.FULL if self.is_ehr_up else Prefetching.NONE
        if self.prefetching is not usual:
            found["prefetch"] = self.prefetching.value
        if not self.is_ehr_up:
            found["ehr"] = "down"
        if self.mood != STANDARD:
            found["mood"] = self.mood
        if self.faults:
            found["fault"] = list(self.faults)
        if self.user != USUAL_USER:
            found["user"] = self.user
        if self.hook:
            found["hook"] = self.hook
        if self.hook and self.selected:
            found["selected"] = self.selected
        return found

    @property
    def conduct_query(self) -> dict[str, str | list[str]]:
        """The query parameters of everything but prefetch and FHIR server."""
        return {n: value for n, value in self.query.items() if n not in ("prefetch", "ehr")}

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The lasting query parameters one by one, as a form carries them."""
        lasting = {n: each for n, each in self.query.items() if n not in ("hook", "selected")}
        every = [(n, each if isinstance(each, list) else [each]) for n, each in lasting.items()]
        return [(name, value) for name, values in every for value in values]

    @property
    def conduct(self) -> Conduct:
        """The conduct whose addresses the page uses: the mood's. Faults go with each token."""
        return Conduct(self.chosen_mood)

    @property
    def chosen_mood(self) -> Mood:
        """The mood."""
        return moods()[self.mood]
