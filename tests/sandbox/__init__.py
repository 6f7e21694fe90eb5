"""Tests of the sandbox EHR."""
