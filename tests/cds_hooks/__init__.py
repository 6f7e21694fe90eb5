"""Tests of the cds_hooks package."""
