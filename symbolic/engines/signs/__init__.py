"""The engine for families of models by signs of functions of the parameters, any number of them.

In: agents whose models move on a line, on several lines, in a polyhedron, or along curves of best fits on hulls. Out:
equilibria and structure in closed form, with exact conditions.
"""
