"""The history of the tables: `versions/NNNN_what.py`, its number is its revision."""
