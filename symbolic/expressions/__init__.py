"""Expressions: exact trees of numbers, symbols, sums, products, powers, exp, log and sqrt.

In: the text of a formula, or a number of a Python program. Out: `Expression`, its size, and where it needs brackets.
"""
