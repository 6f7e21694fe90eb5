"""The chart: what is known of one patient, each item with its reference and date."""
