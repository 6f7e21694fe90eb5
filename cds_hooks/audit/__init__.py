"""The record of every answer: what was judged by which guidance, and what was shown."""
