"""Cards for an EHR: the CDS Hooks face."""
