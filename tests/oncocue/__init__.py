"""Tests of the oncocue package."""
