"""`python -m tests.pages.pictures`: the picture of the app in README and docs, synthetic data."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pages.conftest import CHROMIUM
from tests.pages.opened_charts import LUNG, FixtureCharts, app_of
from tests.sandbox.conftest import running

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "app-summary.png"
# What a panel of an EHR shows without scrolling.
_SIZE = {"width": 1180, "height": 800}


def main() -> None:
    """Write the summary of the lung story."""
    with running(app_of(FixtureCharts())) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-lcd-text"]
        )
        page = browser.new_page(viewport=_SIZE)
        page.goto(f"{address}/l/{LUNG}/summary")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
