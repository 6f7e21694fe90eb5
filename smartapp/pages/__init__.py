"""The pages of an opened chart: what is known, what is missing, why, and what to send."""

from __future__ import annotations

from flask import Flask

from oncology.guidance.library import Guidance
from smartapp.answers import Answers, NoAnswers
from smartapp.opened import Charts
from smartapp.pages.compression import compressing
from smartapp.pages.drafts.request import OrderCodes, no_codes
from smartapp.pages.routes import page_routes
from smartapp.trials.search import TrialSearch


def attach_pages(  # noqa: PLR0913, PLR0917  each is a part that is wired in
    app: Flask,
    charts: Charts,
    guidance: Guidance,
    trials: TrialSearch,
    codes: OrderCodes = no_codes,
    answers: Answers | None = None,
) -> None:
    """Serve `/l/<launch>/…` of every chart that `charts` opens, judged by `guidance`.

    `codes` are the sites' codes for our orders: an order without one is not written back.
    `answers` keeps what readers answer to advice; without it nothing can be answered.
    """
    pages = page_routes(charts, guidance, trials, codes, answers or NoAnswers())
    pages.after_request(compressing(app))
    app.register_blueprint(pages)
