"""Relations between atoms that are linear in a common parameter: what the signs of some say about others.

Let ``f = a*x + b`` and ``g = c*x + d``. Then ``c*f - a*g = c*b - a*d``: an identity between three terms whose signs are
products of signs of atoms, and of factors with one sign on the whole domain. Of three reals with ``A = B + D`` the
signs of two often fix the third. So ``x < y`` between two thresholds on one parameter rules out half of the sign
vectors, and the signs that follow from others need not be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

from ..algebra.ring import Polynomial, irreducible_factors, polynomial_key
from .atoms import AtomTable
from .blocks import parameters_in, used_generators

_MOST_TERMS = 400  # an eliminant with more terms is not factored


@dataclass(frozen=True, slots=True)
class Term:
    """The sign of a term: ``constant`` times the signs of atoms, each with parity 1 or 2."""

    constant: int
    atoms: tuple[tuple[int, int], ...]

    def value(self, signs: Mapping[int, int]) -> int | None:
        """The sign where it is known."""
        result = self.constant
        open_atoms = False
        for atom, parity in self.atoms:
            sign = signs.get(atom)
            if sign == 0:
                return 0
            if sign is None:
                open_atoms = True
            elif parity == 1:
                result *= sign
        return None if open_atoms and result != 0 else result

    def consequence(self, signs: Mapping[int, int], value: int) -> tuple[int, int] | None:
        """``(atom, sign)`` when the term has this sign and one atom of it is left open."""
        open_atoms = [(atom, parity) for atom, parity in self.atoms if atom not in signs]
        if len(open_atoms) != 1 or self.constant == 0:
            return None
        ((atom, parity),) = open_atoms
        if value == 0:
            return atom, 0
        if parity == 2:
            return None
        others = self.constant
        for other, odd in self.atoms:
            if other != atom and odd == 1:
                others *= signs[other]
        return atom, value * others


@dataclass(frozen=True, slots=True)
class Sum:
    """Three terms with ``total == first + second`` at every point of the domain."""

    total: Term
    first: Term
    second: Term

    @property
    def terms(self) -> tuple[Term, ...]:
        """The three terms."""
        return self.total, self.first, self.second

    def consequences(self, signs: Mapping[int, int]) -> list[tuple[int, int]] | None:
        """Signs that follow, or None when the signs contradict the identity."""
        total, first, second = (t.value(signs) for t in (self.total, self.first, self.second))
        deduced: list[tuple[Term, int | None, int | None]] = [
            (self.total, total, _added(first, second)),
            (self.first, first, _added(total, None if second is None else -second)),
            (self.second, second, _added(total, None if first is None else -first)),
        ]
        found = []
        for term, known, needed in deduced:
            if needed is None:
                continue
            if known is None:
                one = term.consequence(signs, needed)
                if one is not None:
                    found.append(one)
            elif known != needed:
                return None
        return found


def _added(first: int | None, second: int | None) -> int | None:
    """The sign of a sum of two numbers of known sign, where it has only one.

    >>> [_added(1, 1), _added(0, -1), _added(1, -1), _added(1, None)]
    [1, -1, None, None]
    """
    if first is None or second is None:
        return None
    if first == 0 or first == second:
        return second
    return first if second == 0 else None


class Thresholds:
    """All such identities between the atoms of a table, found once.

    Examples
    --------
    >>> from berknash.symbolic.game.game import Game
    >>> from berknash.symbolic.forms.decision_atoms import atom_table
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "urns", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {
    ...         "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
    ...         "truth": {"*": {"win": "p", "lose": "1 - p"}},
    ...         "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
    ...         "models": {"good": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}},
    ...                    "fair": {"predicts": {"*": {"win": "1/2", "lose": "1/2"}}},
    ...                    "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})
    >>> table = atom_table(game)
    >>> table.complete()
    >>> thresholds = Thresholds(table)
    >>> len(table.atoms), thresholds.closed({0: 1}), thresholds.closed({0: 1, 1: -1})
    (3, {0: 1, 1: 1, 2: 1}, None)
    """

    def __init__(self, table: AtomTable) -> None:
        self._table = table
        self._place = {polynomial_key(atom): i for i, atom in enumerate(table.atoms)}
        self.sums = tuple(self._sums())

    def _sums(self) -> list[Sum]:
        ring = self._table.ring
        found: dict[tuple[int, int, str], Sum] = {}
        for name in ring.parameters:
            position = ring.index(name)
            linear = [i for i in range(len(self._table.atoms)) if self._is_linear(i, name, position)]
            slopes = {i: self._table.atoms[i].derivative(position) for i in linear}
            generator = ring.context.gens()[position]
            rests = {i: self._table.atoms[i] - slopes[i] * generator for i in linear}
            terms = {i: self._term(slopes[i]) for i in linear}
            for i, j in combinations(linear, 2):
                slope_i, slope_j = terms[i], terms[j]
                if slope_i is None or slope_j is None:
                    continue
                rest = self._term(slopes[j] * rests[i] - slopes[i] * rests[j])
                if rest is not None:
                    found[i, j, name] = Sum(_times(slope_j, i), _times(slope_i, j), rest)
        return list(found.values())

    def _is_linear(self, atom: int, name: str, position: int) -> bool:
        polynomial = self._table.atoms[atom]
        if int(polynomial.degrees()[position]) != 1:
            return False
        ring = self._table.ring
        gens = ring.context.gens()
        others = [gens[i] for i in used_generators(polynomial) if i != position]
        return name not in parameters_in(ring, *others)

    def _term(self, polynomial: Polynomial) -> Term | None:
        """The sign of a polynomial as a product of atoms' signs; None when a factor is neither definite nor an atom."""
        if polynomial.is_zero():
            return Term(0, ())
        if len(polynomial) > _MOST_TERMS:
            return None
        domain = self._table.domain
        if domain.is_constant(polynomial):
            return Term(domain.constant_sign(polynomial), ())
        content, factors = irreducible_factors(polynomial)
        constant = 1 if content > 0 else -1
        parities: dict[int, int] = {}
        for factor, power in factors:
            atom = self._place.get(polynomial_key(factor))
            if atom is not None:
                parities[atom] = parities.get(atom, 0) + power
                continue
            definite = domain.polynomial_sign(factor)
            if definite is None:
                return None
            constant *= definite if power % 2 else definite * definite
        return Term(constant, tuple(sorted((a, 1 if n % 2 else 2) for a, n in parities.items())))

    def closed(self, signs: Mapping[int, int]) -> dict[int, int] | None:
        """The signs with all that follow from them; None when they contradict one another (a proof)."""
        known = dict(signs)
        changed = True
        while changed:
            changed = False
            for identity in self.sums:
                found = identity.consequences(known)
                if found is None:
                    return None
                for atom, sign in found:
                    if known.setdefault(atom, sign) != sign:
                        return None
                    changed = True
        return known


def _times(term: Term, atom: int) -> Term:
    parities = dict(term.atoms)
    parities[atom] = 1 if parities.get(atom) in (None, 2) else 2
    return Term(term.constant, tuple(sorted(parities.items())))
