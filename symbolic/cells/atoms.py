"""Atoms: the few expressions whose signs decide everything about a game.

The structure of a finite one-agent game is a function of the signs of the bordered minors ``W_K(S, R)`` and
``W_U(R, S)`` (`symbolic.combinatorics.envelopes`). Each minor is factored; its sign is a constant times the signs of
its irreducible factors. The factors whose sign is not the same on the whole parameter domain are the *atoms*; each
remembers the minors it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from ..algebra.rewritings import log_comparison, reduce_roots, root_comparison
from ..algebra.ring import Element, Polynomial, Ring, irreducible_factors, lift, lift_polynomial, polynomial_key
from ..algebra.text import polynomial_text
from ..combinatorics.agent import Problem
from .domain import Domain

Set = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SignProduct:
    """``constant * prod_i sign(atom_i)**parity_i`` with constant in -1, 0, 1; parity 1 or 2."""

    constant: int
    factors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """An expression whose sign varies over the domain.

    Attributes
    ----------
    index : position in the list of atoms
    polynomial : over the ring of the game; irreducible, its leading coefficient positive
    kind : ``polynomial`` when only parameters occur (then decided by algebra alone), ``algebraic`` when square roots
        do as well, else ``log``
    origins : where it came from, for people
    """

    index: int
    polynomial: Polynomial
    kind: str
    origins: tuple[str, ...] = field(compare=False)


class AtomTable:
    """The minors of a game as products of atoms, found on demand and kept.

    Examples
    --------
    See `symbolic.engines.finite.agent_engine`; ``table.sign_product("divergence", (0,), (0, 1))`` is the comparison of
    two models' divergences at one action.
    """

    on_demand_only = False  # True where the list of all atoms is too long to form

    def __init__(self, tables: DecisionTables, domain: Domain) -> None:
        self.tables = tables
        self.domain = domain.over(tables.ring)
        self.atoms: list[Polynomial] = []
        self.origins: list[list[str]] = []
        self._index: dict[object, int] = {}
        self._products: dict[tuple[str, Set, Set], SignProduct] = {}
        self._minors: dict[tuple[str, Set, Set], Element] = {}
        self._definite: dict[object, int | None] = {}

    def over(self, ring: Ring) -> AtomTable:
        """The same game seen from a ring with further generators; nothing found so far is kept."""
        if ring is self.ring:
            return self
        return AtomTable(tables_over(self.tables, ring), self.domain)

    @property
    def ring(self) -> Ring:
        """The ring all atoms live in."""
        return self.tables.ring

    def entry(self, kind: str, row: int, column: int) -> Element:
        """``K[row][column]`` (rows are models) or ``U[row][column]`` (rows are actions)."""
        if kind == "payoff":
            return self.tables.payoff[row][column]
        value = self.tables.divergence[row][column]
        if value is None:
            raise ValueError("an infinite divergence has no minors")
        return value

    def minor(self, kind: str, columns: Set, rows: Set) -> Element:
        """The bordered minor ``det [1, V[r][c]]``, as the determinant of differences to the first row."""
        key = (kind, columns, rows)
        if key not in self._minors:
            if len(columns) == 1:
                value = self.entry(kind, rows[1], columns[0]) - self.entry(kind, rows[0], columns[0])
            else:
                # Expansion along the last column: each cofactor is again a bordered minor.
                value = self.ring.constant(0)
                last = columns[-1]
                for position, row in enumerate(rows):
                    smaller = self.minor(kind, columns[:-1], rows[:position] + rows[position + 1 :])
                    term = self.entry(kind, row, last) * smaller
                    value = value + term if (position + len(columns)) % 2 == 0 else value - term
            self._minors[key] = value
        return self._minors[key]

    def sign_product(self, kind: str, columns: Set, rows: Set) -> SignProduct:
        """The sign of a minor as a product of atoms' signs."""
        key = (kind, columns, rows)
        if key not in self._products:
            origin = self._describe(kind, columns, rows)
            self._products[key] = self.product_of(self.minor(kind, columns, rows), origin)
        return self._products[key]

    @property
    def minor_count(self) -> int:
        """How many minors have been formed so far."""
        return len(self._products)

    def sign_products(self) -> Iterator[tuple[tuple[str, Set, Set], SignProduct]]:
        """``(kind, columns, rows)`` and the sign of every minor formed so far."""
        yield from self._products.items()

    def product_of(self, element: Element, origin: str) -> SignProduct:
        """The sign of any element as a product of atoms' signs; new atoms are recorded with their origin."""
        element = reduce_roots(self.ring, lift(element, self.ring.context))
        if element.is_zero():
            return SignProduct(0, ())
        constant = 1
        parities: dict[int, int] = {}
        for part in (element.numerator, element.denominator):
            polynomial = lift_polynomial(part, self.ring.context)
            if self.domain.is_constant(polynomial):
                # Nothing to factor: the sign of a number is decided as it stands.
                constant *= self.domain.constant_sign(polynomial)
                if constant == 0:
                    return SignProduct(0, ())
                continue
            content, factors = irreducible_factors(polynomial)
            constant *= 1 if content > 0 else -1
            for factor, power in factors:
                constant *= self._factor_into(factor, power, parities, origin)
                if constant == 0:
                    return SignProduct(0, ())
        return SignProduct(constant, tuple(sorted((i, 1 if n % 2 else 2) for i, n in parities.items())))

    def _factor_into(self, factor: Polynomial, power: int, parities: dict[int, int], origin: str) -> int:
        key = polynomial_key(factor)
        if key not in self._definite:
            self._definite[key] = self.domain.polynomial_sign(factor)
        definite = self._definite[key]
        if definite is not None:
            return definite if power % 2 else definite * definite
        comparison = log_comparison(self.domain, factor)
        orientation = 1
        if comparison is None:
            orientation, comparison = root_comparison(self.domain, factor) or (1, None)
        if comparison is not None:
            content, factors = irreducible_factors(comparison)
            constant = 1 if content * orientation > 0 or power % 2 == 0 else -1
            for inner, multiplicity in factors:
                constant *= self._factor_into(inner, multiplicity * power, parities, origin)
            return constant
        radicand = self._radicand(factor)
        if radicand is not None:
            # The sign of a root is that of the radicand, which is nowhere negative: that of its square.
            for part in (radicand.numerator, radicand.denominator):
                for inner, multiplicity in irreducible_factors(part)[1]:
                    if self._factor_into(inner, 2 * multiplicity * power, parities, origin) == 0:
                        return 0
            return 1
        if key not in self._index:
            self._index[key] = len(self.atoms)
            self.atoms.append(factor)
            self.origins.append([])
        index = self._index[key]
        if origin not in self.origins[index]:
            self.origins[index].append(origin)
        parities[index] = parities.get(index, 0) + power
        return 1

    def _radicand(self, factor: Polynomial) -> Element | None:
        """What stands under the root where a factor is nothing but a root."""
        used = [place for place, degree in enumerate(factor.degrees()) if degree > 0]
        generator = self.ring.generators[used[0]]
        if len(used) > 1 or generator.kind != "sqrt" or factor != self.ring.context.gen(used[0]):
            return None
        return None if generator.argument is None else lift(generator.argument, self.ring.context)

    def _describe(self, kind: str, columns: Set, rows: Set) -> str:
        actions, models = self.tables.actions, self.tables.models
        if kind == "divergence":
            what = f"fit of {', '.join(models[r] for r in rows)} on {', '.join(actions[c] for c in columns)}"
        else:
            what = f"payoff of {', '.join(actions[r] for r in rows)} under {', '.join(models[c] for c in columns)}"
        return what

    def complete(self) -> None:
        """Find every atom of the game by forming every minor."""
        actions, models = range(len(self.tables.actions)), range(len(self.tables.models))
        finite = self.tables.finite
        for size in range(1, len(models)):
            for columns in combinations(actions, size):
                for rows in combinations(models, size + 1):
                    if all(finite[t][a] for t in rows for a in columns):
                        self.sign_product("divergence", columns, rows)
        for size in range(1, len(actions)):
            for columns in combinations(models, size):
                for rows in combinations(actions, size + 1):
                    self.sign_product("payoff", columns, rows)

    def described(self) -> tuple[Atom, ...]:
        """The atoms found so far."""
        return tuple(
            Atom(i, p, kind_of(self.ring, p), tuple(self.origins[i])) for i, p in enumerate(self.atoms)
        )

    def problem_at(self, signs: Sequence[int]) -> Problem:
        """The combinatorial problem at a sign vector, one sign for each atom."""
        return self.problem(lambda atom: signs[atom])

    def problem(self, sign_of_atom: Callable[[int], int]) -> Problem:
        """The combinatorial problem in which atom i has the sign ``sign_of_atom(i)``."""

        def sign(product: SignProduct) -> int:
            result = product.constant
            if result == 0:
                return 0
            for index, parity in product.factors:
                atom = sign_of_atom(index)
                result *= atom if parity == 1 else atom * atom
                if result == 0:
                    return 0
            return result

        return Problem(
            len(self.tables.actions),
            len(self.tables.models),
            self.tables.finite,
            lambda columns, rows: sign(self.sign_product("divergence", columns, rows)),
            lambda columns, rows: sign(self.sign_product("payoff", columns, rows)),
            lambda element: sign(self.product_of(element, "the claim")),
        )


def kind_of(ring: Ring, polynomial: Polynomial) -> str:
    """``polynomial`` when only parameters occur in it, ``algebraic`` with square roots of such, else ``log``.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> from berknash.symbolic.algebra.elements import element_of
    >>> for text in ("p**2 - 2", "p - sqrt(2)", "p - sqrt(1 + sqrt(p))", "sqrt(log(p + 1)) - p", "exp(p) - 2"):
    ...     ring, element = element_of(Ring.of_parameters(["p"]), read_expression(text, ["p"], where=""))
    ...     print(kind_of(ring, element.numerator))
    polynomial
    algebraic
    algebraic
    log
    log
    """
    kinds = _kinds_in(ring, polynomial)
    return "polynomial" if kinds <= {"parameter"} else "algebraic" if kinds <= {"parameter", "sqrt"} else "log"


def _kinds_in(ring: Ring, polynomial: Polynomial) -> set[str]:
    """The kinds of the generators that occur, also inside of others."""
    found: set[str] = set()
    for index, degree in enumerate(polynomial.degrees()):
        if degree > 0:
            generator = ring.generators[index]
            found.add(generator.kind)
            if generator.argument is not None:
                for part in (generator.argument.numerator, generator.argument.denominator):
                    found |= _kinds_in(ring, part)
    return found


def atom_text(table: AtomTable, index: int) -> str:
    """The atom in the expression syntax."""
    return polynomial_text(table.ring, table.atoms[index])


@dataclass(frozen=True, slots=True)
class DecisionTables:
    """Exact tables of one agent: ``divergence[t][a]`` (None = infinite) and ``payoff[a][t]``.

    ``positive`` lists the probabilities that must not vanish on the domain for the tables to be right: those that
    a model gives to outcomes, and the true ones of outcomes that a model rules out. ``misfit[t][a]`` holds the
    differences ``Q_t(y|a) - Q(y|a)`` that are not identically zero: a model fits an action exactly iff all vanish.
    """

    ring: Ring
    actions: tuple[str, ...]
    models: tuple[str, ...]
    divergence: tuple[tuple[Element | None, ...], ...]
    payoff: tuple[tuple[Element, ...], ...]
    positive: tuple[Element, ...]
    misfit: tuple[tuple[tuple[Element, ...], ...], ...] = ()

    @classmethod
    def none(cls, ring: Ring) -> DecisionTables:
        """No actions and no models: for atoms that are not those of one agent."""
        return cls(ring, (), (), (), (), ())

    @property
    def finite(self) -> tuple[tuple[bool, ...], ...]:
        """Which divergences are finite."""
        return tuple(tuple(entry is not None for entry in row) for row in self.divergence)


def tables_over(tables: DecisionTables, ring: Ring) -> DecisionTables:
    """The tables with every entry over a ring that has more generators."""
    if ring is tables.ring:
        return tables
    return DecisionTables(
        ring,
        tables.actions,
        tables.models,
        tuple(tuple(None if e is None else lift(e, ring.context) for e in row) for row in tables.divergence),
        tuple(tuple(lift(e, ring.context) for e in row) for row in tables.payoff),
        tuple(lift(e, ring.context) for e in tables.positive),
        tuple(tuple(tuple(lift(e, ring.context) for e in gaps) for gaps in row) for row in tables.misfit),
    )
