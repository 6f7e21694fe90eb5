"""Pages of a search, and the opaque links from one to the next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from secrets import token_urlsafe

from sandbox.conduct import Conduct
from sandbox.fhir.matching import Resource
from sandbox.fhir.outcome import Refused
from sandbox.smart.ledger import Shelf
from sandbox.words import codes

Page = tuple[Resource, ...]


@dataclass(frozen=True)
class Results:
    """What a search found, page by page, and the page at hand."""

    kind: str
    pages: tuple[Page, ...]
    total: int
    self_link: str
    family: str
    number: int = 0

    @property
    def page(self) -> Page:
        """The resources of this page."""
        return self.pages[self.number] if self.pages else ()

    @property
    def following(self) -> Results | None:
        """The next page; None after the last."""
        is_last = self.number + 1 >= len(self.pages)
        return None if is_last else replace(self, number=self.number + 1)


def pages_of(found: Page, count: int, conduct: Conduct) -> tuple[Page, ...]:
    """What was found, cut into pages as the mood and the faults have it."""
    rules, repeats = conduct.mood.fhir, conduct.mood.fhir.repeats_across_pages
    if {"duplicates", "down-midway"} & conduct.faults:
        count = 2  # so that small charts have several pages
    repeats = repeats or "duplicates" in conduct.faults
    first: Page = ()
    if rules.first_page_social:
        # One vendor's first page holds all social history, whatever _count says.
        social = tuple(each for each in found if "social-history" in codes(each.get("category")))
        others = tuple(each for each in found if each not in social)
        first, found = (*social, *others[: max(count - len(social), 0)]), (*social, *others)
        found = found[len(first) :]
    cut = [found[start : start + count] for start in range(0, len(found), count)]
    pages = [page for page in (first, *cut) if page]
    if repeats and pages:
        before = [()] + [page[-1:] for page in pages[:-1]]
        pages = [(*last, *page) for last, page in zip(before, pages, strict=True)]
    return tuple(pages)


class Pages:
    """The pages still to come, each under a name nobody can guess or make."""

    def __init__(self) -> None:
        self._waiting: Shelf[Results] = Shelf()

    def put(self, results: Results) -> str:
        """Keep a page; its name."""
        name = token_urlsafe(24)
        self._waiting.put(name, results)
        return name

    def find(self, name: str, family: str) -> Results:
        """The page of a name. Raises Refused when it is unknown or another's."""
        results = self._waiting.get(name)
        if results is None or results.family != family:
            raise Refused(410, "not-found", "The paging session has expired.", number="4113")
        return results
