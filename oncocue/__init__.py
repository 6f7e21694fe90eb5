"""Command line, settings and wiring."""
