"""The pages of an opened chart."""
