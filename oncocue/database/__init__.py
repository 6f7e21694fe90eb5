"""The database: one place makes its engines and owns the history of its tables."""
