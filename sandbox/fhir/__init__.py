"""The FHIR R4 server of the sandbox EHR: read, search and create, with tokens and scopes."""
