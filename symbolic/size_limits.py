"""How large what is read may be, in one place: every bound is looked at before the work that it bounds.

Counts, not clocks: the same input is accepted or refused on every machine. Beyond a bound the answer is one line that
names what is too large, the bound and the remedy; nothing is expanded, allocated or recursed into first.
"""

from __future__ import annotations

# Text of an expression or a relation.
MAXIMAL_LENGTH = 10_000
MAXIMAL_TOKENS = 2_000
MAXIMAL_NESTING = 40
MAXIMAL_DIGITS = 4_000

# Numbers and powers written out.
MAXIMAL_BITS = 10_000
MAXIMAL_EXPONENT = 64

# Expressions expanded to polynomials: monomials, degree, and bits of all coefficients together.
MAXIMAL_TERMS = 50_000
MAXIMAL_DEGREE = 20_000
MAXIMAL_EXPANDED_BITS = 50_000_000

# Constants under exp; and how close to a singular point (2**-n), or how far out (2**n), zeros are looked for.
MAXIMAL_EXPONENTIAL = 5_000
MAXIMAL_MAGNITUDE = 1 << 17

# A rational between two roots: 2**n bits of either.
MAXIMAL_GAP_STEPS = 15

# Claims: words and signs, claims inside each other, terms that are defined under hypotheses only.
MAXIMAL_CLAIM_TOKENS = 2_000
MAXIMAL_CLAIM_NESTING = 40
MAXIMAL_CONDITIONAL_TERMS = 5

# Signs that decide whether a term has a value: Bernstein coefficients, as in `box_signs`, and nodes of trees of signs.
DEFINEDNESS_EFFORT = 100_000
DEFINEDNESS_NODES = 4_000

# Searches for counterexamples: coordinates of the points of a grid, all held in memory at once.
MAXIMAL_GRID_NUMBERS = 2_000_000

# Simulations: numbers held in memory at once (64 bits each), and choices made in all.
MAXIMAL_SIMULATED_NUMBERS = 50_000_000
MAXIMAL_SIMULATED_CHOICES = 200_000_000
