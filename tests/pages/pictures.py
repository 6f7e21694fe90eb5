"""`python -m tests.pages.pictures`: the picture of the app in README and docs, synthetic data."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from cds_hooks.feedback.memory import development_memory
from oncocue.app_answers import Caller, CardAnswers
from smartapp.opened import User
from tests.pages.conftest import CHROMIUM
from tests.pages.opened_charts import LUNG, FixtureCharts, app_of, opened_story
from tests.sandbox.conftest import running

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "app-summary.png"
# What a panel of an EHR shows without scrolling.
_SIZE = {"width": 1180, "height": 800}


def main() -> None:
    """Write the summary of the lung story, as a named user sees it."""
    charts = FixtureCharts()
    user = User("Practitioner", "Dr Ada Example", "Practitioner/1")
    charts.added[LUNG] = opened_story(LUNG, user=user)
    answers = CardAnswers(development_memory(), lambda _: Caller("development"))
    app = app_of(charts, answers=answers)
    with running(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-lcd-text"]
        )
        page = browser.new_page(viewport=_SIZE)
        page.goto(f"{address}/l/{LUNG}/summary")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
