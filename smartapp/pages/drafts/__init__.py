"""Drafts for a person to check, copy, print and send: orders, letters, handouts, forms."""
