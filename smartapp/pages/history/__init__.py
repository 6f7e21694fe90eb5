"""The family-history form: relatives typed by staff, drafted as FamilyMemberHistory."""
