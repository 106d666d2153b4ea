"""Definition: what Definition 1 of Esponda & Pouzo (2016) says of given play, and of given play alone.

In: a form and the weights of a strategy. Out: the best fits and best replies there, whether it is an equilibrium,
whether it survives correct specification, whether it confirms itself, whether the models are right.
"""
