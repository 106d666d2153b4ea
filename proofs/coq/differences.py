"""Weights on columns and differences of entries to a base row, as the variables of lemmas of their own.

What makes rows tie or one row best depends on these differences alone; so lemmas about optima are stated for them, and
applied to the differences of the game's own K and U.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..search.facts import Polynomial, context_of
from .entries import Entries
from .facts import polynomial_coq


class Differences:
    """Weights on columns and differences of entries to a base row, as variables of a lemma of their own."""

    def __init__(self, kind: str, columns: Sequence[str], base: str, rows: Sequence[str], writer: Entries) -> None:
        self.kind, self.columns, self.base, self.rows, self.writer = kind, list(columns), base, list(rows), writer
        order = writer.actions if kind == "K" else writer.models
        letter = "s" if kind == "K" else "m"
        self.place = {name: order.index(name) + 1 for name in order}
        every = writer.models if kind == "K" else writer.actions
        self.row_place = {name: every.index(name) + 1 for name in rows}
        self.weights = [f"w{self.place[c]}" for c in columns]
        self.weight_names = [f"{letter}{self.place[c]}" for c in columns]
        self.pairs = [(row, c) for row in rows if row != base for c in columns]
        self.names = [f"d{self.row_place[row]}_{self.place[c]}" for row, c in self.pairs]
        self.all_names = [*self.weights, *self.names]
        self.context = context_of(self.all_names)

    def weight(self, column: str) -> Polynomial:
        return self.context.gens()[self.columns.index(column)]

    def variable(self, row: str, column: str) -> Polynomial:
        if row == self.base:
            return self.context.constant(0)
        return self.context.gens()[len(self.columns) + self.pairs.index((row, column))]

    def entry(self, row: str, column: str) -> str:
        return self.names[self.pairs.index((row, column))]

    def actual(self) -> list[str]:
        """The game's own differences, in the order of the lemma's variables."""
        base = self.row_place[self.base]
        return [
            f"({self.kind}_{self.row_place[row]}_{self.place[c]} - {self.kind}_{base}_{self.place[c]})"
            for row, c in self.pairs
        ]

    def minor(self, columns: Sequence[str], rows: Sequence[str]) -> Polynomial:
        """The bordered minor in the differences (the base row's entries are zero, which changes no minor)."""
        matrix = [[self.context.constant(1), *(self.variable(row, c) for c in columns)] for row in rows]
        return determinant(matrix, self.context)

    def weighted(self, weights: Sequence[Polynomial], row: str) -> Polynomial:
        """The sum of weights times the row's differences."""
        total = self.context.constant(0)
        for weight, column in zip(weights, self.columns, strict=True):
            total += weight * self.variable(row, column)
        return total

    def text(self, polynomial: Polynomial) -> str:
        return polynomial_coq(polynomial, self.all_names)


def determinant(matrix: list[list[Polynomial]], context: Any) -> Polynomial:
    """By expansion along the first row."""
    if not matrix:
        return context.constant(1)
    total = context.constant(0)
    for place, entry in enumerate(matrix[0]):
        minor = determinant([row[:place] + row[place + 1 :] for row in matrix[1:]], context)
        total += entry * minor * (-1 if place % 2 else 1)
    return total
