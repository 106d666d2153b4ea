"""Algebra: exact numbers and exact functions of the parameters, each kind implemented once.

In: expressions. Out: elements of rings with logarithms, roots and exponentials, algebraic and enclosed numbers, their
signs; solutions of polynomial systems; linear programs; elements as expressions again.
"""
