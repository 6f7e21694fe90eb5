"""Conformance: the standards' requirements row by row, and the judges they come with."""
