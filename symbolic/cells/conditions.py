"""Short exact conditions for sets of cells.

A *literal* says that one atom has a sign in a set (``> 0``, ``>= 0``, ``== 0``, ``!= 0``, ...). A condition is a
disjunction of conjunctions of literals. It describes a set of target cells when it holds on each of them and on no
other cell; sign vectors that do not occur are free. Literals are dropped greedily from the full description of a
cell, then the next uncovered cell is taken: a cover by prime implicants (Quine), not always the shortest.

A literal is written as ``p > f(q)`` whenever its atom is linear in a parameter with a coefficient of proved sign.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flint import fmpz_poly

from ..algebra.rewritings import solved_inside
from ..algebra.ring import Element, Polynomial
from ..algebra.text import element_expression, polynomial_expression
from ..expressions.reading import ZERO, Expression, Relation, Symbol, read_expression
from .atoms import AtomTable

Signs = Mapping[int, int]
Literal = tuple[int, tuple[int, ...]]

_OPERATOR = {(-1,): "<", (-1, 0): "<=", (0,): "==", (-1, 1): "!=", (0, 1): ">=", (1,): ">"}
_FLIPPED = {"<": ">", "<=": ">=", "==": "==", "!=": "!=", ">=": "<=", ">": "<"}


@dataclass(frozen=True, slots=True)
class Condition:
    """A disjunction of conjunctions of relations between parameters.

    ``alternatives == ((),)`` is always true, ``()`` is never true.

    Examples
    --------
    >>> str(Condition(((),)))
    '0 < 1'
    >>> Condition(((),)).is_always()
    True
    """

    alternatives: tuple[tuple[Relation, ...], ...]

    def is_always(self) -> bool:
        """Whether the condition is satisfied by its form alone."""
        return () in self.alternatives

    def __str__(self) -> str:
        if self.is_always():
            return "0 < 1"
        if not self.alternatives:
            return "1 < 0"
        parts = [" and ".join(str(r) for r in conjunction) for conjunction in self.alternatives]
        if len(parts) == 1:
            return parts[0]
        return " or ".join(
            f"({part})" if len(c) > 1 else part for part, c in zip(parts, self.alternatives, strict=True)
        )


ALWAYS = Condition(((),))


def satisfies(signs: Signs, literals: Sequence[Literal]) -> bool:
    """Whether no literal is known to fail on the cell (an atom whose sign is open fails nothing)."""
    return all(atom not in signs or signs[atom] in allowed for atom, allowed in literals)


def cover(targets: Sequence[Signs], others: Sequence[Signs]) -> tuple[tuple[Literal, ...], ...]:
    """Conjunctions of literals that hold on every target cell and on no other cell.

    Examples
    --------
    >>> cover([{0: 1, 1: 1}, {0: 1, 1: -1}], [{0: -1, 1: 1}])
    (((0, (1,)),),)
    """
    index = CoverIndex([*targets, *others])
    return index.cover((1 << len(targets)) - 1)


class CoverIndex:
    """For each literal the cells on which it holds and on which it may hold, one bit for each cell.

    Sets of cells are numbers, bit i for cell i. A cell that leaves the sign of an atom open counts as outside of a
    literal where it is to be covered, and as inside where it is to be kept out.
    """

    def __init__(self, cells: Sequence[Signs]) -> None:
        self.cells = cells
        self.every = (1 << len(cells)) - 1
        places: dict[tuple[int, int], list[int]] = {}
        for place, signs in enumerate(cells):
            for pair in signs.items():
                places.setdefault(pair, []).append(place)
        self._with_sign = {pair: _mask(found, len(cells)) for pair, found in places.items()}
        self._open: dict[int, int] = {}
        for (atom, _), mask in self._with_sign.items():
            self._open[atom] = self._open.get(atom, self.every) & ~mask

    def where(self, places: Sequence[int]) -> int:
        """The set of the cells with these numbers."""
        return _mask(places, len(self.cells))

    def cover(self, targets: int, others: int | None = None) -> tuple[tuple[Literal, ...], ...]:
        """Conjunctions of literals that hold on every target cell and on none of the others (by default all others)."""
        others = self.every & ~targets if others is None else others
        remaining = targets
        chosen: list[tuple[tuple[Literal, ...], int]] = []
        while remaining:
            seed = self.cells[(remaining & -remaining).bit_length() - 1]
            best = self._implicant(seed, remaining, targets, others)
            covered = self._sure(best) & targets
            chosen.append((best, covered))
            remaining &= ~covered
        # An earlier conjunction may have become superfluous.
        for entry in list(chosen):
            rest = [other for other in chosen if other is not entry]
            union = 0
            for _, covered in rest:
                union |= covered
            if rest and union == targets:
                chosen = rest
        return tuple(sorted(literals for literals, _ in chosen))

    def _literal(self, literal: Literal) -> int:
        found = 0
        for sign in literal[1]:
            found |= self._with_sign.get((literal[0], sign), 0)
        return found

    def _sure(self, literals: Sequence[Literal]) -> int:
        found = self.every
        for literal in literals:
            found &= self._literal(literal)
        return found

    def _possible(self, literals: Sequence[Literal]) -> int:
        found = self.every
        for literal in literals:
            found &= self._literal(literal) | self._open.get(literal[0], self.every)
        return found

    def _implicant(self, seed: Signs, remaining: int, targets: int, others: int) -> tuple[Literal, ...]:
        literals: list[Literal] = [(atom, (sign,)) for atom, sign in sorted(seed.items())]
        sure = [self._literal(literal) for literal in literals]
        possible = [mask | self._open[atom] for mask, (atom, _) in zip(sure, literals, strict=True)]
        while True:
            # Drop the literal whose loss gains most uncovered targets; on ties the last one goes first.
            gains = _without_each(sure, remaining)
            hits = _without_each(possible, others)
            options = [(gains[index].bit_count(), index) for index, hit in enumerate(hits) if not hit]
            if not options:
                break
            _, index = max(options)
            del literals[index], sure[index], possible[index]
        for index, (atom, allowed) in enumerate(literals):
            for wider in ((-1, 0), (0, 1), (-1, 1)):
                if not set(allowed) < set(wider):
                    continue
                attempt = [*literals[:index], (atom, wider), *literals[index + 1 :]]
                gained = (self._sure(attempt) & targets).bit_count() > (self._sure(literals) & targets).bit_count()
                if gained and not self._possible(attempt) & others:
                    literals = attempt
                    break
        return tuple(literals)


def _mask(places: Sequence[int], size: int) -> int:
    """A number with these bits set, in time linear in the size."""
    found = bytearray(size // 8 + 1)
    for place in places:
        found[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(found, "little")


def _without_each(masks: Sequence[int], start: int) -> list[int]:
    """The intersection of the start and of all masks but one, for each of them."""
    after = [start]
    for mask in reversed(masks):
        after.append(after[-1] & mask)
    after.reverse()
    before = start
    found = []
    for position, mask in enumerate(masks):
        found.append(before & after[position + 1])
        before &= mask
    return found


class LiteralPrinter:
    """Writes literals over one table of atoms, solved for a parameter where that is exact.

    With `inside` also out of a logarithm or exponential, ``x < exp(100)``: for people. Where a condition is read again
    the logarithm is better kept, so that the same atom comes out.
    """

    def __init__(self, table: AtomTable, preferred: Sequence[str], *, inside: bool = False) -> None:
        self.table = table
        self.preferred = tuple(preferred)
        self._inside = inside
        self._solved: dict[int, tuple[str, int, Element] | None] = {}
        self._roots: dict[int, tuple[str, int, Expression] | None] = {}
        self._relations: dict[tuple[int, tuple[int, ...]], Relation] = {}

    def solved(self, atom: int) -> tuple[str, int, Element] | None:
        """``(parameter, side, threshold)``: the atom has the sign ``side * sign(parameter - threshold)``.

        None when it is not linear in any preferred parameter with a coefficient of proved sign.
        """
        if atom not in self._solved:
            self._solved[atom] = solve_linear(self.table, self.table.atoms[atom], self.preferred)
        return self._solved[atom]

    def relation(self, literal: Literal) -> Relation:
        """The literal as a relation, ``p > 1/2`` rather than ``2*p - 1 > 0``."""
        atom, allowed = literal
        key = atom, tuple(sorted(allowed))
        if key not in self._relations:
            self._relations[key] = self._written(*key)
        return self._relations[key]

    def _written(self, atom: int, allowed: tuple[int, ...]) -> Relation:
        operator = _OPERATOR[allowed]
        threshold = self.threshold(atom)
        if threshold is None:
            return Relation(self.expression(atom), operator, ZERO)
        name, side, value = threshold
        return Relation(Symbol(name), operator if side > 0 else _FLIPPED[operator], value)

    def threshold(self, atom: int) -> tuple[str, int, Expression] | None:
        """``(parameter, side, value)`` in closed form.

        By `solved`, as a quadratic's only root in the domain, or (with `inside`) out of a logarithm or exponential.
        """
        solved = self.solved(atom)
        if solved is not None:
            return solved[0], solved[1], element_expression(self.table.ring, solved[2])
        if atom not in self._roots:
            polynomial = self.table.atoms[atom]
            found = only_quadratic_root(self.table, polynomial)
            if found is None and self._inside:
                found = solved_inside(self.table.domain, polynomial, self.preferred, element_expression)
            self._roots[atom] = found
        return self._roots[atom]

    def expression(self, atom: int) -> Expression:
        """The atom itself."""
        return polynomial_expression(self.table.ring, self.table.atoms[atom])

    def _reading_order(self, relation: Relation) -> tuple[int, int]:
        """Solved relations by parameter, lower bounds before upper ones; then the others."""
        place = {Symbol(name): i for i, name in enumerate(self.preferred)}
        rank = {"==": 0, ">": 1, ">=": 1, "!=": 2, "<": 3, "<=": 3}
        if not isinstance(relation.left, Symbol):
            return len(place), 0
        return place[relation.left], rank[relation.operator]

    def rewritten(self, condition: Condition, plain: LiteralPrinter, literals: Sequence[Literal]) -> Condition:
        """A condition whose relations another printer has written for these literals, as this one writes them."""
        images = {plain.relation(literal): self.relation(literal) for literal in literals}
        return Condition(
            tuple(
                tuple(sorted((images.get(r, r) for r in conjunction), key=self._reading_order))
                for conjunction in condition.alternatives
            )
        )

    def condition(self, conjunctions: Sequence[Sequence[Literal]]) -> Condition:
        """A cover as a condition."""
        return Condition(
            tuple(
                tuple(sorted((self.relation(literal) for literal in literals), key=self._reading_order))
                for literals in conjunctions
            )
        )


def solve_linear(
    table: AtomTable, polynomial: Polynomial, preferred: Sequence[str]
) -> tuple[str, int, Element] | None:
    """Solve ``polynomial`` for the first preferred parameter in which it is linear with a coefficient of one sign.

    Returns ``(parameter, sign of the coefficient, threshold)``; the parameter must not occur inside a logarithm.
    """
    ring = table.ring
    for name in preferred:
        position = ring.index(name)
        if int(polynomial.degrees()[position]) != 1:
            continue
        if any(
            degree > 0 and _depends(ring.generators[i].argument, position)
            for i, degree in enumerate(polynomial.degrees())
        ):
            continue
        slope = Element(polynomial.derivative(position), ring.context.constant(1))
        side = table.domain.definite_sign(slope)
        if side is None or side == 0:
            continue
        rest = ring.polynomial(polynomial) - slope * ring.parameter(name)
        return name, side, -(rest / slope)
    return None


def only_quadratic_root(table: AtomTable, polynomial: Polynomial) -> tuple[str, int, Expression] | None:
    """The single root, inside the interval of its parameter, of a rational quadratic in one parameter.

    Returns ``(parameter, sign of the quadratic above the root, root)``; None when both roots or none lie inside.
    """
    used = [i for i, degree in enumerate(polynomial.degrees()) if degree > 0]
    if len(used) != 1 or int(polynomial.degrees()[used[0]]) != 2:
        return None
    generator = table.ring.generators[used[0]]
    if generator.kind != "parameter":
        return None

    from ..decomposition import real_roots  # for start-up

    coefficients = [0, 0, 0]
    for exponents, coefficient in polynomial.to_dict().items():
        coefficients[int(exponents[used[0]])] = int(coefficient)
    (interval,) = (p.domain for p in table.domain.parameters if p.name == generator.name)
    inside = [
        (place, root)
        for place, root in enumerate(real_roots(fmpz_poly(coefficients)))
        if (interval.low is None or root >= interval.low) and (interval.high is None or root <= interval.high)
    ]
    if len(inside) != 1 or len(real_roots(fmpz_poly(coefficients))) != 2:
        return None
    place, root = inside[0]
    side = (1 if coefficients[2] > 0 else -1) * (1 if place == 1 else -1)
    return generator.name, side, read_expression(str(root), (), where="root")


def _depends(argument: Element | None, position: int) -> bool:
    if argument is None:
        return False
    for part in (argument.numerator, argument.denominator):
        degrees = part.degrees()
        if position < len(degrees) and int(degrees[position]) > 0:
            return True
    return False
