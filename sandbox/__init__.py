"""A strict sandbox EHR for the demo and the tests."""
