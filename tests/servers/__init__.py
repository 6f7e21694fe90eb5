"""Other people's software: a real FHIR server, a real validator, a real generator of patients."""
