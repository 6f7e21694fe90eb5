"""Orders on the screen: what is being ordered, and what its label or a drug-gene pair asks for."""
