"""The order rules: drafts read, rules judged, cases kept."""
