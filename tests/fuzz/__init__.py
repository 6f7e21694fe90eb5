"""Fuzzing: whatever arrives, an answer leaves: never a 500, never a hang."""
