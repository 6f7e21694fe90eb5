"""Launching: from the EHR's link to an opened chart, by SMART App Launch 2.2."""
