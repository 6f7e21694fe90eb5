"""What users did with cards, and which cards rest because of it."""
