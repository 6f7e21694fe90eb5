"""WSGI entry: `app` from configuration, `create_dev_app()` as `oncocue serve --dev` serves."""

from oncocue.wiring import create_dev_app

__all__ = ["create_dev_app"]


def __getattr__(name: str) -> object:
    # Built on first use, so that importing this module for `create_dev_app` needs no settings.
    if name == "app":
        from oncocue.production import create_production_app  # noqa: PLC0415

        return create_production_app()
    raise AttributeError(name)
