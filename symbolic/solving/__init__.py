"""Solving: from a game to its solution or phase diagram, whatever its kind.

In: a game, and values for some parameters. Out: the result of the first engine that takes it; phases, measures.
"""
