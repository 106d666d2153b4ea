"""berknash: exact analysis of misspecified games (Berk-Nash equilibrium and rationalizability)."""
