"""Systems of polynomial equations in few unknowns, solved in closed form by signs of functions of the parameters.

One unknown after another is eliminated: an equation in one unknown is solved by its roots, one that is linear in an
unknown for that unknown (the case in which its coefficient vanishes is a case of its own), and where nothing is linear
a resultant tells the values of the others. What is left over is free. Every branch lists values in terms of the free
unknowns; together they hold all solutions inside of the ranges of the unknowns.

Source: Cox, Little & O'Shea, Ideals, Varieties, and Algorithms, chapter 3 (elimination).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import comb

from ..errors import BudgetError, NotSupportedError
from .polynomials import stripped
from .ring import Element
from .roots import moving_factors, real_roots
from .signs import Sign
from .surds import Functions
from .unknowns import Unknowns, resultant

BRANCH_LIMIT = 200
TERM_LIMIT = 24
RESULTANT_DEGREE = 4
TOO_HIGH = "equations of high degree in several unknowns have no closed form; fix a parameter with --at"

Range = tuple[Element | None, Element | None]
"""The ends of the open interval in which an unknown is looked for; None: no end."""

Ratio = tuple[Unknowns, Unknowns]

Solved = tuple[tuple[int, Ratio], ...]
"""Unknowns with their values, each in terms of those that come later or are free."""

Chosen = tuple[Solved, frozenset[int]]
"""The unknowns that are solved, and those that are free."""


@dataclass(frozen=True, slots=True)
class Branch:
    """Unknowns as quotients of polynomials in the free ones, whose denominators are not zero."""

    values: tuple[tuple[int, Ratio], ...]
    free: tuple[int, ...]


def has_no_root(coefficients: Sequence[Element], ends: Range, sign: Sign, functions: Functions) -> bool:
    """Whether all coefficients have one sign when the range is mapped to the positive numbers: then none is there.

    (Descartes' rule of signs; False says nothing.)
    """
    low, high = ends
    if low is None or high is None:
        return False
    degree, ring = len(coefficients) - 1, functions.ring
    # x = (low + high t) / (1 + t), times (1 + t)**degree.
    turned = [ring.constant(0)] * (degree + 1)
    for power, c in enumerate(coefficients):
        for i in range(power + 1):
            for j in range(degree - power + 1):
                term = ring.constant(comb(power, i) * comb(degree - power, j)) * c
                turned[i + j] = turned[i + j] + term * high**i * low ** (power - i)
    return len({sign(c) for c in turned} - {0}) == 1


def roots_between(
    coefficients: Sequence[Element], ends: Range, sign: Sign, functions: Functions
) -> list[Element] | None:
    """The roots strictly between the ends, each once; None where the polynomial is zero.

    Raises NotSupportedError where they have no closed form and may be there.

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters([])
    >>> def sign(element):
    ...     return (element.rational() > 0) - (element.rational() < 0)
    >>> zero, one = ring.constant(0), ring.constant(1)
    >>> numbers = [ring.constant(k) for k in (-1, 3, -2)]
    >>> [root.rational() for root in roots_between(numbers, (zero, one), sign, Functions(ring))]
    [Fraction(1, 2)]
    >>> roots_between([ring.constant(k) for k in (1, 1, 0, 1)], (zero, one), sign, Functions(ring))
    []
    """
    if not stripped(coefficients, sign):
        return None
    low, high = ends
    found: list[Element] = []
    # Split before leading coefficients that vanish are left out, which would hide factors.
    for factor in moving_factors(coefficients):
        try:
            roots = real_roots(factor, sign, functions) or []
        except NotSupportedError:
            if has_no_root(factor, ends, sign, functions):
                continue
            raise
        for root in roots:
            inside = (low is None or sign(root - low) > 0) and (high is None or sign(high - root) > 0)
            if inside and all(sign(root - known) for known in found):
                found.append(root)
    return found


class System:
    """Solves equations; `sure` are unknowns whose coefficients never vanish where they occur alone and linearly.

    Raises NotSupportedError where a root has no closed form, BudgetError where there are too many cases.
    """

    def __init__(
        self, ranges: Mapping[int, Range], sign: Sign, functions: Functions, sure: Mapping[int, Unknowns] | None = None
    ) -> None:
        self.ranges, self.sign, self.functions = ranges, sign, functions
        self.sure = dict(sure or {})
        self._branches = 0

    def solve(self, equations: Sequence[Unknowns], unknowns: Sequence[int]) -> Iterator[Branch]:
        """All branches."""
        for chosen, left in self._solved(list(equations), frozenset(unknowns), ()):
            branch = self._read(chosen, tuple(sorted(left)))
            if branch is not None:
                yield branch

    # Elimination

    def _solved(
        self, equations: list[Unknowns], left: frozenset[int], chosen: Solved
    ) -> Iterator[Chosen]:
        self._branches += 1
        if self._branches > BRANCH_LIMIT:
            raise BudgetError(f"more than {BRANCH_LIMIT} cases in a system of equations; fix a parameter with --at")
        kept: list[Unknowns] = []
        for equation in equations:
            if equation.is_zero() or equation in kept:
                continue
            if not equation.unknowns:
                if self.sign(equation.value(self._zero)):
                    return
                continue
            kept.append(equation)
        if not kept:
            yield chosen, left
            return
        if any(len(e.unknowns) > 1 and len(e.terms) > TERM_LIMIT for e in kept):
            raise NotSupportedError(TOO_HIGH)
        alone = sorted((e for e in kept if len(e.unknowns) == 1), key=lambda e: e.total_degree)
        reason: NotSupportedError | None = None
        for equation in alone:
            try:
                yield from self._by_roots(equation, [e for e in kept if e is not equation], left, chosen)
            except _NoClosedForm as error:
                reason = error.reason
                continue
            return
        pivot = self._pivot(kept)
        if pivot is not None:
            yield from self._by_pivot(*pivot, kept, left, chosen)
            return
        if reason is not None:
            raise reason
        yield from self._by_resultant(kept, left, chosen)

    @property
    def _zero(self) -> Element:
        return self.functions.ring.constant(0)

    def _constant(self, value: Element) -> Unknowns:
        return Unknowns.constant(value)

    def _by_roots(self, equation: Unknowns, others: list[Unknowns], left: frozenset[int],
                  chosen: Solved) -> Iterator[Chosen]:  # fmt: skip
        (unknown,) = equation.unknowns
        coefficients = [part.value(self._zero) for part in equation.by_powers(unknown)]
        try:
            roots = roots_between(coefficients, self.ranges[unknown], self.sign, self.functions)
        except NotSupportedError as error:
            raise _NoClosedForm(error) from None
        if roots is None:
            yield from self._solved(others, left, chosen)
            return
        one = self._constant(self.functions.ring.constant(1))
        for root in roots:
            value = self._constant(root)
            rest = [e.put(unknown, value).mapped(self.functions.reduced) for e in others]
            yield from self._solved(rest, left - {unknown}, (*chosen, (unknown, (value, one))))

    def _pivot(self, equations: Sequence[Unknowns]) -> tuple[Unknowns, int] | None:
        """An equation and an unknown in which it is linear, best those whose coefficient cannot vanish."""
        best: tuple[tuple[int, int, int], Unknowns, int] | None = None
        others = [e for e in equations if all(self.sure.get(unknown) != e for unknown in e.unknowns)]
        for equation in equations:
            own = [unknown for unknown in equation.unknowns if self.sure.get(unknown) == equation]
            for unknown in sorted(equation.unknowns):
                if equation.degree(unknown) != 1 or (own and unknown not in own):
                    continue
                coefficient = equation.by_powers(unknown)[1]
                if own:
                    rank = 1
                elif not coefficient.unknowns:
                    # Several equations in the same unknowns fix them by themselves, with lower degrees.
                    rank = 0 if sum(e.unknowns <= equation.unknowns for e in others) > 1 else 2
                else:
                    rank = 3
                key = (rank, coefficient.total_degree, len(coefficient.terms))
                if best is None or key < best[0]:
                    best = key, equation, unknown
        return None if best is None else best[1:]

    def _by_pivot(self, equation: Unknowns, unknown: int, equations: Sequence[Unknowns], left: frozenset[int],
                  chosen: Solved) -> Iterator[Chosen]:  # fmt: skip
        rest, coefficient = equation.by_powers(unknown)
        others = [e for e in equations if e is not equation]
        vanishes: list[Unknowns] | None = [coefficient, rest, *others]
        if self.sure.get(unknown) == equation:
            vanishes = None
        elif not coefficient.unknowns:
            if not self.sign(coefficient.value(self._zero)):
                yield from self._solved([rest, *others], left, chosen)
                return
            vanishes = None
        value = (-rest, coefficient)
        put = [e.put(unknown, *value).mapped(self.functions.reduced) for e in others]
        yield from self._solved(put, left - {unknown}, (*chosen, (unknown, value)))
        if vanishes is not None:
            yield from self._solved(vanishes, left, chosen)

    def _by_resultant(self, equations: Sequence[Unknowns], left: frozenset[int],
                      chosen: Solved) -> Iterator[Chosen]:  # fmt: skip
        pairs = [
            (a.degree(k) + b.degree(k), k, a, b)
            for i, a in enumerate(equations) for b in equations[:i] for k in sorted(a.unknowns & b.unknowns)
        ]  # fmt: skip
        if not pairs:
            raise NotSupportedError("a curve of solutions has no closed form")
        degree, unknown, a, b = min(pairs, key=lambda pair: pair[:2])
        if degree > RESULTANT_DEGREE:
            raise NotSupportedError(TOO_HIGH)
        found = resultant(a, b, unknown)
        if found.is_zero():
            raise NotSupportedError("a curve of solutions has no closed form")
        others = [e for e in equations if e is not a and e is not b]
        kept = [e for e in others if unknown not in e.unknowns]
        later = [a, b, *(e for e in others if unknown in e.unknowns)]
        for values, free in self._solved([found, *kept], left - {unknown}, ()):
            rest = list(later)
            for known, (top, bottom) in values:
                rest = [e.put(known, top, bottom).mapped(self.functions.reduced) for e in rest]
            yield from self._solved(rest, free | {unknown}, (*chosen, *values))

    # Reading

    def _read(self, chosen: Sequence[tuple[int, Ratio]], free: tuple[int, ...]) -> Branch | None:
        """The values in terms of free unknowns alone; None where a denominator vanishes."""
        known: dict[int, Ratio] = {}
        for unknown, (top, bottom) in reversed(chosen):
            above, below = top, bottom
            for other in sorted((top.unknowns | bottom.unknowns) & known.keys()):
                degrees = above.degree(other), below.degree(other)
                value = known[other]
                above, below = above.put(other, *value), below.put(other, *value)
                for _ in range(max(degrees[1] - degrees[0], 0)):
                    above = above * value[1]
                for _ in range(max(degrees[0] - degrees[1], 0)):
                    below = below * value[1]
            above, below = above.mapped(self.functions.reduced), below.mapped(self.functions.reduced)
            if not below.unknowns:
                if not self.sign(below.value(self._zero)):
                    return None
                if not above.unknowns:
                    quotient = self.functions.reduced(above.value(self._zero) / below.value(self._zero))
                    above, below = Unknowns.constant(quotient), Unknowns.constant(self.functions.ring.constant(1))
            known[unknown] = above, below
        return Branch(tuple(sorted(known.items())), free)


class _NoClosedForm(Exception):
    """An equation in one unknown has no closed form; another one may come first."""

    def __init__(self, reason: NotSupportedError) -> None:
        super().__init__()
        self.reason = reason
