"""What the chart reader makes of single resources and of resources together."""
