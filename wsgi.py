"""WSGI entry: `app` from configuration, `create_dev_app()` as `oncocue serve --dev` serves."""

from oncocue.wiring import create_app, create_dev_app, load_settings

__all__ = ["create_dev_app"]


def __getattr__(name: str) -> object:
    # Built on first use, so that importing this module for `create_dev_app` needs no settings.
    if name == "app":
        return create_app(load_settings())
    raise AttributeError(name)
