"""The CDS Hooks face: cards for an EHR."""
