"""Forms: what a game comes down to, as exact functions of parameters, models and play.

In: a game. Out: true and subjective laws, divergences and payoffs of each player after each profile of plans, and the
atoms of their comparisons.
"""
