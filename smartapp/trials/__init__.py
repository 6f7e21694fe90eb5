"""Trials: the registry's studies for this patient, each beside the patient's own facts."""
