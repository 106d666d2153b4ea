"""Results: what was derived, as frozen data, and the documents they are written as.

In: equilibria, cases with their conditions, phases. Out: JSON documents, graphs, and what reports read.
"""
