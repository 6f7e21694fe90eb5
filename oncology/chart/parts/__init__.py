"""The parts of a chart, each read from the resources of its kinds."""
