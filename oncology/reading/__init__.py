"""From FHIR bytes to typed records: one module per kind of resource."""
