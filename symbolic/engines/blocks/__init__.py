"""Best fits in closed form as functions of play: families that fall apart into blocks of coordinates.

In: one agent or several players, with signals or without, one family each, whose predictions are products of factors
of single blocks. Out: equilibria and structure in closed form, with exact conditions.
"""
