"""Cells: the parameter domain cut into pieces on which every sign that matters is constant.

In: a domain (a box, cut down by relations) and atoms, the expressions whose signs matter. Out: cells with their signs
and a sample point each, the answers to questions on them as cases, and exact conditions that describe sets of cells.
"""
