"""Third-party charts: read them all, judge them all, and say what came of it."""
