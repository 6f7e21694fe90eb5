"""The pedigree as a file for other programs, and what each of them cannot carry."""
