"""The pedigree and the criteria that judge it."""
