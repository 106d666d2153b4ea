"""What the signs of some minors of a table say about the signs of others.

The bordered minors of one table V (`symbolic.combinatorics.envelopes`) are tied together by identities: the differences
of three rows in one column add up, ``(V_j - V_i) + (V_k - V_j) = V_k - V_i``, and a larger minor is expanded along any
of its columns c, with the differences taken to any of its rows i (Laplace),

    W(C, R) = sum over r in R without i of  +- (V[r][c] - V[i][c]) W(C without c, R without r).

Each is a sum of products of signs that is zero: when the signs of all terms but one agree, the last is of the other
sign; when all agree, the signs contradict one another. Such contradictions are beyond what a decomposition in few
parameters sees, and the signs that follow need not be asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from .atoms import AtomTable, SignProduct
from .thresholds import Term

Set = tuple[int, ...]
Key = tuple[str, Set, Set]
Terms = tuple[tuple[tuple[Key, ...], int], ...]


@dataclass(frozen=True, slots=True)
class ZeroSum:
    """Terms that add up to zero at every point of the domain."""

    terms: tuple[Term, ...]

    def consequences(self, signs: Mapping[int, int]) -> list[tuple[int, int]] | None:
        """Signs of atoms that follow, or None when the signs contradict the identity."""
        unknown: Term | None = None
        seen = set()
        for term in self.terms:
            value = term.value(signs)
            if value is None:
                if unknown is not None:
                    return []
                unknown = term
            else:
                seen.add(value)
        if seen >= {-1, 1}:
            return []
        needed = -1 if 1 in seen else 1 if -1 in seen else 0
        if unknown is None:
            return [] if needed == 0 else None
        found = unknown.consequence(signs, needed)
        return [] if found is None else [found]


class Identity(Protocol):
    """Terms and what their signs imply."""

    @property
    def terms(self) -> tuple[Term, ...]:
        """The terms of the identity."""

    def consequences(self, signs: Mapping[int, int]) -> list[tuple[int, int]] | None:
        """Signs of atoms that follow, or None for a contradiction."""


class Identities:
    """Identities of any kind, looked up by the atoms that occur in them."""

    def __init__(self, identities: Iterable[Identity]) -> None:
        self._with_atom: dict[int, list[Identity]] = {}
        for identity in identities:
            for atom in sorted({atom for term in identity.terms for atom, _ in term.atoms}):
                self._with_atom.setdefault(atom, []).append(identity)

    def closed(self, signs: Mapping[int, int], fresh: Iterable[int]) -> dict[int, int] | None:
        """The signs with all that follow from the fresh ones among them; None when they contradict one another."""
        known = dict(signs)
        waiting = list(fresh)
        while waiting:
            for identity in self._with_atom.get(waiting.pop(), ()):
                found = identity.consequences(known)
                if found is None:
                    return None
                for atom, sign in found:
                    if atom not in known:
                        known[atom] = sign
                        waiting.append(atom)
                    elif known[atom] != sign:
                        return None
        return known


class MinorRelations:
    """The identities between the minors that a table of atoms has formed so far.

    Examples
    --------
    >>> from berknash.symbolic.game.game import Game
    >>> from berknash.symbolic.forms.decision_atoms import atom_table
    >>> unit = "(0, 1)"
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "rewards", "parameters": {"u": unit, "v": unit, "w": unit},
    ...     "players": {"agent": {
    ...         "actions": ["a", "b", "c"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "1/2", "lose": "1/2"}},
    ...         "payoff": {"a": {"win": "u", "lose": 0}, "b": {"win": "v", "lose": 0}, "c": {"win": "w", "lose": 0}},
    ...         "models": {"only": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}}}}}})
    >>> table = atom_table(game)
    >>> for rows in ((0, 1), (1, 2), (0, 2)):
    ...     product = table.sign_product("payoff", (0,), rows)
    >>> relations = MinorRelations(table)
    >>> relations.closed({0: 1, 1: 1}), relations.closed({0: 1, 1: 1, 2: -1})
    ({0: 1, 1: 1, 2: 1}, None)
    """

    def __init__(self, table: AtomTable) -> None:
        self._products = dict(table.sign_products())
        self.sums = tuple(dict.fromkeys(self._sums()))

    def closed(self, signs: Mapping[int, int]) -> dict[int, int] | None:
        """The signs with all that follow from them; None when they contradict one another (a proof)."""
        return Identities(self.sums).closed(signs, signs)

    def _sums(self) -> Iterator[ZeroSum]:
        for kind, columns, rows in self._products:
            for terms in (
                _expansions(kind, columns, rows) if len(columns) > 1 else self._differences(kind, columns, rows)
            ):
                if any(key not in self._products for keys, _ in terms for key in keys):
                    continue
                whole = tuple(self._term(keys, sign) for keys, sign in terms)
                present = tuple(term for term in whole if term.constant)
                if len(present) > 1:
                    yield ZeroSum(present)

    def _term(self, keys: tuple[Key, ...], sign: int) -> Term:
        constant = sign
        parities: dict[int, int] = {}
        for key in keys:
            product: SignProduct = self._products[key]
            constant *= product.constant
            for atom, parity in product.factors:
                parities[atom] = parities.get(atom, 0) + parity
        # Parity 2 stands for any even power.
        return Term(constant, tuple(sorted((atom, 1 if power % 2 else 2) for atom, power in parities.items())))

    def _differences(self, kind: str, columns: Set, rows: Set) -> Iterator[Terms]:
        """Three differences in one column, for every third row after these two."""
        low, high = rows
        for other_kind, other_columns, other_rows in self._products:
            if (other_kind, other_columns, other_rows[0]) == (kind, columns, high) and len(other_rows) == len(rows):
                last = other_rows[1]
                yield (
                    (((kind, columns, rows),), 1),
                    (((kind, columns, (high, last)),), 1),
                    (((kind, columns, (low, last)),), -1),
                )


def _expansions(kind: str, columns: Set, rows: Set) -> Iterator[Terms]:
    """Every expansion of a minor, as terms that add up to zero."""
    for place, row in enumerate(rows):
        others = rows[:place] + rows[place + 1 :]
        for position, column in enumerate(columns):
            rest = columns[:position] + columns[position + 1 :]
            terms: list[tuple[tuple[Key, ...], int]] = [(((kind, columns, rows),), -1)]
            for number, other in enumerate(others):
                remaining = tuple(r for r in rows if r != other)
                # det = (-1)**place * sum_n (-1)**(n + position) * difference * (minor up to its own border sign)
                exponent = place + remaining.index(row) + number + position + (1 if other < row else 0)
                pair = (min(row, other), max(row, other))
                factors = ((kind, (column,), pair), (kind, rest, remaining))
                terms.append((factors, -1 if exponent % 2 else 1))
            yield tuple(terms)
