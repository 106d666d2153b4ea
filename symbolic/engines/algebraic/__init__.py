"""The engine for families of models at numbers: algebraic systems, certified balls.

In: one agent or several with families of any polynomial kind, all parameters fixed. Out: all equilibria, exact or
certified, and the structure.
"""
