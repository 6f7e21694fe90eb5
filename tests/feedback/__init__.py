"""Tests of feedback, card memory and the record of answers."""
