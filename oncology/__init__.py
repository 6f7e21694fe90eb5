"""The pure core: FHIR bytes in, findings out. No network, no clock, no web framework."""
