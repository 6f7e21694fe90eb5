"""Tests of operations: logs, metrics, limits, origins, settings."""
