"""The pedigree as a drawing of our own, by the NSGC symbols of 2022."""
