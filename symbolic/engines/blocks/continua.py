"""Sets of equilibria along which some weights stay free.

Where one unknown is free, the zeros of all functions that matter (weights, slopes of the divergence at the ends of
Theta, differences of payoffs) cut the curve into pieces, each decided by the definition at one point. Where several
are, best fits must not move and conditions must be linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cmp_to_key
from itertools import combinations, pairwise, product

from ...algebra.linear import Row, hull_equations, point_of, rank
from ...algebra.ring import Element, lift
from ...algebra.text import element_text
from ...algebra.unknown_systems import Ratio, roots_between
from ...algebra.unknowns import Unknowns, total_of
from ...errors import NotSupportedError
from .checked import Checked, Condition, Found, Support
from .fits import Weights
from .form import Block, Given, Learner, Line, Simplex


class Continua(Checked):
    """Curves and regions of equilibria."""

    def curve(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, values: Mapping[int, Ratio], free: int
    ) -> Iterator[Found]:
        marks = self.cuts(self.marking(weights, seen, values), free)
        ends = [self.fits.zero, *marks, self.fits.one]
        half = self.fits.functions.ring.constant(2)

        def here(value: Element) -> Found | None:
            known = self.point(values, {free: value})
            return None if known is None else self.checked(support, self.at(weights, known), {}, known)

        between = [here((a + b) / half) for a, b in pairwise(ends)]
        at_marks = [here(mark) for mark in marks]
        start: int | None = None
        for k, inside in enumerate(between):
            if inside is not None and start is None:
                start = k
            goes_on = k < len(marks) and at_marks[k] is not None and between[k + 1] is not None
            if inside is not None and start is not None and not goes_on:
                closed = (start > 0 and at_marks[start - 1] is not None, k < len(marks) and at_marks[k] is not None)
                text = self._curve_text(values, free, (ends[start], ends[k + 1]), closed)
                yield Found(support, inside.weights, (), False, 1, text)
                start = None
        for k, point in enumerate(at_marks):
            if point is not None and between[k] is None and between[k + 1] is None:
                yield point

    def cuts(self, polynomials: Iterable[Unknowns], unknown: int) -> list[Element]:
        """The zeros of polynomials in one unknown between 0 and 1, in order."""
        marks: list[Element] = []
        ends = self.fits.zero, self.fits.one
        for polynomial in dict.fromkeys(polynomials):
            coefficients = [part.value(self.fits.zero) for part in polynomial.by_powers(unknown)]
            for root in roots_between(coefficients, ends, self.fits.sign, self.fits.functions) or []:
                if all(self.fits.sign(root - mark) for mark in marks):
                    marks.append(root)

        def order(first: Element, second: Element) -> int:
            return self.fits.sign(first - second)

        return sorted(marks, key=cmp_to_key(order))

    def marking(
        self, weights: Mapping[int, Unknowns], seen: Weights, values: Mapping[int, Ratio],
        players: Sequence[int] | None = None,
    ) -> Iterator[Unknowns]:  # fmt: skip
        """Polynomials in the free unknowns of which one vanishes wherever something may change for these players."""
        for _, bottom in values.values():
            yield bottom
        for weight in weights.values():
            yield self._inserted(weight, values)
        for player, learner in enumerate(self.play.learners):
            if players is not None and player not in players:
                continue
            options: list[list[dict[int, tuple[Unknowns, Unknowns]]]] = []
            loose = False
            for block in learner.blocks:
                if self.relevant[player].isdisjoint(block.unknowns):
                    continue
                own, marks, free = self._options(learner, block, seen, values)
                loose = loose or free
                options.append(own)
                yield from marks
            columns = []
            for chosen in product(*options):
                fits = {k: ratio for part in chosen for k, ratio in part.items()}
                column = []
                for node in self.play.nodes_of(player):
                    for first, second in combinations(range(len(self.play.nodes[node].actions)), 2):
                        difference = learner.difference(node, first, second)
                        for unknown, (top, bottom) in fits.items():
                            difference = difference.put(unknown, top, bottom)
                        column.append(difference.mapped(self.fits.functions.reduced))
                columns.append(column)
                yield from column
            if loose and any(entry.unknowns for column in columns for entry in column):
                # Beliefs on two corners: whether one supports play changes where a minor vanishes.
                if len(columns) > 2:
                    raise NotSupportedError("beliefs on what play leaves open move with it; fix parameters with --at")
                for i, j in combinations(range(len(columns[0])), 2):
                    yield columns[0][i] * columns[-1][j] - columns[0][j] * columns[-1][i]

    def _inserted(self, polynomial: Unknowns, values: Mapping[int, Ratio]) -> Unknowns:
        """The polynomial in the free unknowns, times powers of denominators."""
        for unknown in sorted(polynomial.unknowns & values.keys()):
            polynomial = polynomial.put(unknown, *values[unknown])
        return polynomial.mapped(self.fits.functions.reduced)

    def _options(
        self, learner: Learner, block: Block, seen: Weights, values: Mapping[int, Ratio]
    ) -> tuple[list[dict[int, Ratio]], list[Unknowns], bool]:
        """What a block may fit along a set of play, where that may change, and whether play leaves it free."""
        one = Unknowns.constant(self.fits.one)
        if isinstance(block, Given):
            corners = self.fits.vertices(learner, block, seen, {})
            return [{k: (Unknowns.constant(v), one) for k, v in c.items()} for c in corners], [], len(corners) > 1
        if isinstance(block, Simplex):
            counts = self.fits.counts(block, seen)
            if counts is None:
                corners = self.fits.vertices(learner, block, seen, {})
                return [{k: (Unknowns.constant(v), one) for k, v in c.items()} for c in corners], [], True
            total = total_of(counts)
            shares = {
                k: self._quotient(count, total, values) for k, count in zip(block.unknowns, counts[1:], strict=True)
            }
            return [shares], [], False
        score = self.fits.score(learner, block, seen)
        if score is None:
            corners = self.fits.vertices(learner, block, seen, {})
            return [{k: (Unknowns.constant(v), one) for k, v in c.items()} for c in corners], [], True
        theta = self.fits.theta(learner, block)
        found: list[dict[int, Ratio]] = []
        marks: list[Unknowns] = []
        for place, off in ((theta.low, score.off_low), (theta.high, score.off_high)):
            if place.value is None or off:
                continue
            end = Unknowns.constant(place.value)
            found.append({block.unknown: (end, one)})
            marks.append(self._inserted(score.polynomial.put(block.unknown, end), values))
            if theta.point:
                return found, [], False
        if block.unknown in values:
            return [{block.unknown: values[block.unknown]}], marks, False
        degree = score.polynomial.degree(block.unknown)
        if degree == 1:
            rest, step = score.polynomial.by_powers(block.unknown)
            found.append({block.unknown: self._quotient(-rest, step, values)})
        elif degree:
            (only,) = self.fits.vertices(learner, block, self._alike(learner, block, seen), {})
            return [{block.unknown: (Unknowns.constant(only[block.unknown]), one)}], [], False
        return found, marks, False

    def _alike(self, learner: Learner, block: Line, seen: Weights) -> Weights:
        """One situation, where all that count move a block alike, so that it fits the same to all their mixtures."""
        one = Unknowns.constant(self.fits.one)
        alone = {number: self.fits.score(learner, block, {number: one}) for number in sorted(seen)}
        counting = {number: score.polynomial for number, score in alone.items() if score is not None}
        first = next(iter(counting))
        for polynomial in counting.values():
            (monomial, lead), other = polynomial.terms[-1], dict(counting[first].terms)
            share = other.get(monomial, self.fits.zero) / lead
            if not (polynomial.scaled(share) - counting[first]).is_zero():
                raise NotSupportedError(f"the best fits in {block.name} along a continuum have no closed form")
        return {first: one}

    def _quotient(self, top: Unknowns, bottom: Unknowns, values: Mapping[int, Ratio]) -> Ratio:
        """The quotient in the free unknowns; a number where it is one formally."""
        for unknown in sorted((top.unknowns | bottom.unknowns) & values.keys()):
            above, below = values[unknown]
            degrees = top.degree(unknown), bottom.degree(unknown)
            top, bottom = top.put(unknown, above, below), bottom.put(unknown, above, below)
            for _ in range(max(degrees[1] - degrees[0], 0)):
                top = top * below
            for _ in range(max(degrees[0] - degrees[1], 0)):
                bottom = bottom * below
        reduced = self.fits.functions.reduced
        top, bottom = top.mapped(reduced), bottom.mapped(reduced)
        if bottom.terms:
            monomial, below_it = bottom.terms[0]
            share = dict(top.terms).get(monomial, self.fits.zero) / below_it
            if (bottom.scaled(share) - top).mapped(reduced).is_zero():
                return Unknowns.constant(share), Unknowns.constant(self.fits.one)
        return top, bottom

    # Several free unknowns

    def region(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, values: Mapping[int, Ratio],
        free: Sequence[int], rows: Sequence[Condition],
    ) -> Found | None:  # fmt: skip
        """All of a region whose conditions are linear in the free unknowns, or do not move with them."""
        conditions = [Condition(self._positive(w, values), True) for w in weights.values()]
        conditions += [Condition(self._positive(row.polynomial, values), row.strict) for row in rows]
        for player, learner in enumerate(self.play.learners):
            for block in learner.blocks:
                if self.relevant[player].isdisjoint(block.unknowns):
                    continue
                options, _, _ = self._options(learner, block, seen, values)
                if any(r.unknowns for option in options for ratio in option.values() for r in ratio):
                    raise NotSupportedError("a continuum on which best fits move")
        linear: list[Row] = []
        for condition in conditions:
            if condition.polynomial.total_degree > 1:
                raise NotSupportedError("a continuum with conditions that are not linear")
            if not condition.polynomial.unknowns:
                order = self.fits.sign(condition.polynomial.value(self.fits.zero))
                if order < 0 or (condition.strict and not order):
                    return None
                continue
            entries = dict(condition.polynomial.terms)
            linear.append(Row(
                tuple(entries.get(((k, 1),), self.fits.zero) for k in free), entries.get((), self.fits.zero),
                condition.strict,
            ))  # fmt: skip
        found = point_of(linear, len(free), self.fits.functions.ring, self.fits.sign)
        if found is None:
            return None
        known = self.point(values, dict(zip(free, found, strict=True)))
        here = None if known is None else self.checked(support, self.at(weights, known), {}, known)
        if here is None:
            return None
        equations = hull_equations(linear, len(free), self.fits.functions.ring, self.fits.sign)
        dimension = len(free) - (rank(equations, self.fits.sign) if equations else 0)
        if not dimension:
            return here
        relations = [self._relation(c) for c in conditions if c.polynomial.unknowns]
        text = " and ".join([*self._equations(values), *relations])
        return Found(support, here.weights, (), False, dimension, text)

    def _positive(self, polynomial: Unknowns, values: Mapping[int, Ratio]) -> Unknowns:
        """What has its sign, in the free unknowns."""
        for unknown in sorted(polynomial.unknowns & values.keys()):
            degree = polynomial.degree(unknown)
            top, bottom = values[unknown]
            polynomial = polynomial.put(unknown, top, bottom)
            if degree % 2 and bottom.unknowns:
                polynomial = polynomial * bottom
        return polynomial.mapped(self.fits.functions.reduced)

    # Text

    def written(self, polynomial: Unknowns) -> str:
        """A polynomial in the weights."""
        terms = []
        for monomial, c in polynomial.terms:
            factors = [] if monomial and c.rational() == 1 else [f"({self._number(c)})"]
            factors += [self.name(k) + (f"**{power}" if power > 1 else "") for k, power in monomial]
            terms.append("*".join(factors))
        return " + ".join(terms) or "0"

    def _number(self, element: Element) -> str:
        ring = self.fits.functions.ring
        return element_text(ring, lift(element, ring.context))

    def _relation(self, condition: Condition) -> str:
        return f"{self.written(condition.polynomial)} {'>' if condition.strict else '>='} 0"

    def _equations(self, values: Mapping[int, Ratio]) -> list[str]:
        weights = {k for node in self.play.nodes for k in node.weights}
        return [
            f"{self.written(bottom * Unknowns.of(k, self.fits.one))} == {self.written(top)}"
            for k, (top, bottom) in values.items() if k in weights
        ]  # fmt: skip

    def _curve_text(
        self, values: Mapping[int, Ratio], free: int,
        ends: tuple[Element, Element], closed: tuple[bool, bool],
    ) -> str:  # fmt: skip
        low, high = (self._number(end) for end in ends)
        signs = ["<=" if end else "<" for end in closed]
        relations = [f"{low} {signs[0]} {self.name(free)}", f"{self.name(free)} {signs[1]} {high}"]
        return " and ".join([*relations, *self._equations(values)])

