"""Findings for people and programs: JSON as the contract fixes it, and plain text."""
