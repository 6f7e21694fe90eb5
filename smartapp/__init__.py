"""The clinician's pages, launched from an EHR with SMART on FHIR."""
