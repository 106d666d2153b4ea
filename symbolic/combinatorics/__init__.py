"""Combinatorics: everything about a game that depends on signs only.

In: the signs of minors, or which action answers which belief. Out: equilibria as supports with the faces on which they
lie, the operator Gamma, rationalizable sets, transition graphs, sinks and cycles.
"""
