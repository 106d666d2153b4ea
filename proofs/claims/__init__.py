"""Claims: statements about a game, read, and decided on the cells of its parameter domain.

In: the text of a claim. Out: a verdict, or the exact condition under which the claim holds.
"""
