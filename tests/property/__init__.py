"""Properties that hold for every chart: what missing, broken or reordered data may change."""
