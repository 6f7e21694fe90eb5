"""Tests of the SMART app."""
