"""The engine for finitely many models: signs of minors, linear pieces, polynomial systems in the weights.

In: the tables of one agent, or a strategic form, parameters and all. Out: all equilibria and the structure.
"""
