"""The signs that polynomials have on the whole domain of a game: the side conditions of `symbolic.algebra.rewritings`.

A sign is proved by Bernstein coefficients on the box (`symbolic.cells.domain`), or else by those on ever smaller parts
of it and by the relations of ``assume`` (`symbolic.cells.proved_signs`): the proofs by which the arguments of
logarithms and roots were accepted when the game was read. So every factor of such an argument has a sign here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..algebra.box_signs import Effort
from ..algebra.parameters import Parameter
from ..algebra.ring import Element, Polynomial, Ring, polynomial_key
from ..errors import GameError, UndecidedError
from ..expressions.reading import Relation
from .search import Domain as SearchedDomain

if TYPE_CHECKING:
    from .domain import Domain

_EFFORT = 100_000


class DomainRegion:
    """The region of the parameter values that lie in a box and satisfy some relations.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from berknash.symbolic.expressions.reading import read_relation
    >>> from berknash.symbolic.algebra.parameters import Interval
    >>> unit = Interval(Fraction(0), Fraction(1), False, True)
    >>> ordered = read_relation("a < b", ["a", "b"], where="")
    >>> region = DomainRegion([Parameter("a", unit), Parameter("b", unit)], ordered)
    >>> ring = Ring.of_parameters(["a", "b"], region)
    >>> a, b = ring.context.gens()
    >>> [region.sign(ring, f) for f in (a - b, a, 2 * b - 1)], region.weak_sign(ring, a)
    ([-1, 0, 0], 1)
    """

    def __init__(self, parameters: Sequence[Parameter], assume: Sequence[Relation]) -> None:
        self._parameters = tuple(parameters)
        self._assume = tuple(assume)
        self._domain: Domain | None = None
        self._known: dict[object, int] = {}

    def sign(self, ring: Ring, factor: Polynomial) -> int:
        """1 or -1 where the polynomial is proved to have this sign on the whole domain, else 0."""
        return self._kept(ring, factor, "strict", lambda: self._strict(ring, factor))

    def weak_sign(self, ring: Ring, factor: Polynomial) -> int:
        """1 or -1 where it is proved to be nowhere negative (nowhere positive), else 0."""
        strict = self.sign(ring, factor)
        return strict or self._kept(ring, factor, "weak", lambda: self._searched(ring, factor, False))

    def _kept(self, ring: Ring, factor: Polynomial, kind: str, find: Callable[[], int]) -> int:
        names = tuple(ring.context.names()[i] for i, degree in enumerate(factor.degrees()) if degree > 0)
        key = kind, names, polynomial_key(factor)
        if key not in self._known:
            # A sign that is asked for again while it is being found is not known.
            self._known[key] = 0
            self._known[key] = find()
        return self._known[key]

    def _strict(self, ring: Ring, factor: Polynomial) -> int:
        from .domain import make_domain  # for start-up

        if self._domain is None:
            plain = Ring.of_parameters(p.name for p in self._parameters)
            self._domain = make_domain(plain, list(self._parameters), self._assume)
        generators = [g for g in self._domain.ring.generators if g.kind != "parameter"]
        wide = ring.extend(*generators) if generators else ring
        try:
            found = self._domain.over(wide).polynomial_sign(factor.project_to_context(wide.context))
        except (UndecidedError, ZeroDivisionError):
            found = None
        return found or self._searched(ring, factor, True)

    def _searched(self, ring: Ring, factor: Polynomial, strict: bool) -> int:
        from .proved_signs import proved  # for start-up

        domain = SearchedDomain(self._parameters, self._assume, Effort(_EFFORT))
        domain.know(ring)
        one = factor.context().constant(1)
        try:
            for sign in (1, -1):
                if proved(domain, Element(factor * sign, one), strict):
                    return sign
        except (GameError, ZeroDivisionError):
            # A relation of the domain that is too large to expand proves nothing.
            return 0
        return 0
