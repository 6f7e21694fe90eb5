"""The EHR's FHIR server as the app reads it: what it can do, what it gave, what it refused."""
