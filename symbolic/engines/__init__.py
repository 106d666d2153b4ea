"""Engines: each finds all equilibria and the structure of the forms that it takes; none knows another.

In: a form. Out: equilibria in closed form with the condition under which they exist, Gamma and what follows from it.
"""
