r"""All equilibria with one support, where functions of the parameters have given signs.

Unknown are the weights of the actions and the best fits inside of their intervals. An equilibrium satisfies

* for each block whose fit is inside: the slope of the divergence vanishes there, which is linear in each player's play;
* where several actions are played at a node: their payoffs tie, polynomials in the fits.

Which blocks fit at which end of Theta is a case; the equations of a case are solved by `symbolic.algebra.unknown_systems`.
Every solution is only a candidate: at its play all best fits are computed anew and the definition is checked
(Esponda & Pouzo 2016, Definition 1). Where one unknown stays free, the zeros of all functions that matter cut the curve
into pieces, each decided at one point; where several do, the conditions must be constant or linear.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import combinations, product

from ....algebra.linear import Row, hull_equations, point_of, rank
from ....algebra.ring import Element, lift
from ....algebra.text import element_text
from ....algebra.unknown_systems import Branch, Ratio, System, roots_between
from ....algebra.unknowns import Unknowns, total_of
from ....cells.undecided import attempt
from ....errors import NotSupportedError
from .fits import Fits, Values, Weights, relevant_unknowns
from .form import Learner, Line, Play, Simplex

Support = tuple[tuple[int, ...], ...]
"""For each node the actions played."""


@dataclass(frozen=True, slots=True)
class Found:
    """Equilibria with one support: a point, or a piece that `text` describes; `weights` by node and action.

    `models` are, by player, the corners of the best fits at these weights, as coordinates and values.
    """

    support: Support
    weights: tuple[tuple[Element, ...], ...]
    models: tuple[tuple[tuple[tuple[int, Element], ...], ...], ...]
    uniform: bool
    dimension: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Condition:
    """A polynomial that must be positive, or not negative."""

    polynomial: Unknowns
    strict: bool


class Supports:
    """The equilibria with each support."""

    def __init__(self, fits: Fits) -> None:
        self.fits = fits
        self.play: Play = fits.play
        self.relevant = [relevant_unknowns(learner) for learner in self.play.learners]

    # Weights

    def symbolic(self, support: Support) -> dict[int, Unknowns]:
        """The weights of the actions of a support: unknowns, but for the first action of each node."""
        found: dict[int, Unknowns] = {}
        one = Unknowns.constant(self.fits.one)
        for node, actions in zip(self.play.nodes, support, strict=True):
            rest = one
            for action in actions[1:]:
                found[node.weights[action]] = Unknowns.of(node.weights[action], self.fits.one)
                rest = rest - found[node.weights[action]]
            found[node.weights[actions[0]]] = rest
        return found

    def situations(self, weights: Mapping[int, Unknowns]) -> dict[int, Unknowns]:
        """The probabilities of the situations that may come."""
        found: dict[int, Unknowns] = {}
        for number, situation in enumerate(self.play.situations):
            total: Unknowns | None = Unknowns.constant(situation.chance)
            for node, action in situation.picks:
                weight = weights.get(self.play.nodes[node].weights[action])
                total = None if weight is None or total is None else total * weight
            if total is not None and not total.is_zero():
                found[number] = total
        return found

    def at(self, weights: Mapping[int, Unknowns], values: Values) -> dict[int, Unknowns]:
        """The weights at values of the unknowns."""
        reduced = self.fits.functions.reduced
        return {k: Unknowns.constant(reduced(w.at(values, self.fits.zero))) for k, w in weights.items()}

    # Answers

    def equilibria(self, support: Support) -> list[Found]:
        """All of them. Raises NotSupportedError or BudgetError where they have no closed form."""
        found, reason = attempt(lambda: self._equilibria(support))
        if found is None:
            if self.is_excluded(support):
                return []
            raise NotSupportedError(reason)
        return found

    def _equilibria(self, support: Support) -> list[Found]:
        weights = self.symbolic(support)
        seen = self.situations(weights)
        unknown = sorted({k for w in weights.values() for k in w.unknowns})
        if not unknown:
            here = self.checked(support, weights, {}, {})
            return [] if here is None else [here]
        ties = self._ties(support, seen)
        if ties is None:
            return []
        found: list[Found] = []
        for branch, rows in self._branches(ties, seen, unknown):
            for here in self._read(support, weights, seen, branch, rows):
                if not any(self._same(here, known) for known in found):
                    found.append(here)
        return found

    def _same(self, first: Found, second: Found) -> bool:
        return first.dimension == second.dimension and first.text == second.text and not any(
            self.fits.sign(a - b)
            for own, other in zip(first.weights, second.weights, strict=True) for a, b in zip(own, other, strict=True)
        )  # fmt: skip

    def _ties(self, support: Support, seen: Weights) -> list[tuple[int, Unknowns]] | None:
        """The differences of payoffs that vanish, with their player, where no free block moves them."""
        found = []
        for node, actions in enumerate(support):
            player = self.play.nodes[node].player
            for other in actions[1:]:
                difference = self.play.learners[player].difference(node, actions[0], other)
                if self._free_unknowns(player, seen).isdisjoint(difference.unknowns):
                    found.append((player, difference))
        return found

    def _free_unknowns(self, player: int, seen: Weights) -> frozenset[int]:
        """The coordinates that play leaves free."""
        learner, found = self.play.learners[player], set[int]()
        for block in learner.blocks:
            if self.relevant[player].isdisjoint(block.unknowns):
                continue
            if isinstance(block, Simplex):
                free = self.fits.counts(block, seen) is None
            else:
                free = self.fits.score(learner, block, seen) is None
            if free:
                found |= set(block.unknowns)
        return frozenset(found)

    def _branches(
        self, ties: Sequence[tuple[int, Unknowns]], seen: Weights, unknown: Sequence[int]
    ) -> Iterator[tuple[Branch, list[_Condition]]]:
        """The solutions case by case, fits at ends among them, with what the case asks for beyond its equations."""
        cases: list[list[tuple[dict[int, Element], list[Unknowns], list[_Condition], list[int], dict[int, Unknowns]]]] = []  # fmt: skip
        ranges: dict[int, tuple[Element | None, Element | None]] = {k: (self.fits.zero, self.fits.one) for k in unknown}
        for player, learner in enumerate(self.play.learners):
            moved = frozenset(k for j, tie in ties if j == player for k in tie.unknowns)
            for block in learner.blocks:
                if moved.isdisjoint(block.unknowns):
                    continue
                if isinstance(block, Simplex):
                    cases.append([self._simplex_case(block, seen)])
                    ranges.update({k: (None, None) for k in block.unknowns})
                else:
                    cases.append(self._line_cases(learner, block, seen))
                    theta = self.fits.theta(learner, block)
                    ranges[block.unknown] = theta.low.value, theta.high.value
        for chosen in product(*cases):
            put = {k: v for case in chosen for k, v in case[0].items()}
            equations = [*(tie for _, tie in ties), *(e for case in chosen for e in case[1])]
            for place, value in put.items():
                equations = [e.put(place, Unknowns.constant(value)) for e in equations]
            inner = [k for case in chosen for k in case[3]]
            sure = {k: e for case in chosen for k, e in case[4].items()}
            system = System(ranges, self.fits.sign, self.fits.functions, sure)
            rows = [row for case in chosen for row in case[2]]
            one = Unknowns.constant(self.fits.one)
            ends = tuple((k, (Unknowns.constant(value), one)) for k, value in put.items())
            for branch in system.solve(equations, [*unknown, *inner]):
                yield Branch((*branch.values, *ends), branch.free), rows

    def _line_cases(
        self, learner: Learner, block: Line, seen: Weights
    ) -> list[tuple[dict[int, Element], list[Unknowns], list[_Condition], list[int], dict[int, Unknowns]]]:
        theta, score = self.fits.theta(learner, block), self.fits.score(learner, block, seen)
        assert score is not None
        found: list[tuple[dict[int, Element], list[Unknowns], list[_Condition], list[int], dict[int, Unknowns]]] = []
        inner: list[_Condition] = []
        for place, off in ((theta.low, score.off_low), (theta.high, score.off_high)):
            if place.value is None or off:
                continue
            slope = score.polynomial.put(block.unknown, Unknowns.constant(place.value))
            if place.side < 0:
                slope = -slope
            found.append(({block.unknown: place.value}, [], [_Condition(slope, False)], [], {}))
            inner.append(_Condition(-slope, True))
            if theta.point:
                return [({block.unknown: place.value}, [], [], [], {})]
        sure = {block.unknown: score.polynomial} if score.polynomial.degree(block.unknown) == 1 else {}
        found.append(({}, [score.polynomial], inner, [block.unknown], sure))
        return found

    def _simplex_case(
        self, block: Simplex, seen: Weights
    ) -> tuple[dict[int, Element], list[Unknowns], list[_Condition], list[int], dict[int, Unknowns]]:
        counts = self.fits.counts(block, seen)
        assert counts is not None
        total, equations = total_of(counts), {}
        for k, count in zip(block.unknowns, counts[1:], strict=True):
            equations[k] = Unknowns.of(k, self.fits.one) * total - count
        return {}, list(equations.values()), [], list(block.unknowns), equations

    # Branches

    def _read(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, branch: Branch, rows: list[_Condition]
    ) -> Iterator[Found]:
        free = [k for k in branch.free if k in {u for w in weights.values() for u in w.unknowns}]
        if len(free) < len(branch.free):
            raise NotSupportedError("best fits that nothing determines")
        values = dict(branch.values)
        if not free:
            known = self._point(values, {})
            here = None if known is None else self.checked(support, self.at(weights, known), {}, known)
            if here is not None:
                yield here
        elif len(free) == 1:
            yield from self._curve(support, weights, seen, values, free[0])
        else:
            here = self._region(support, weights, seen, values, free, rows)
            if here is not None:
                yield here

    def _point(self, values: Mapping[int, Ratio], chosen: Values) -> Values | None:
        """The values of all unknowns at those of the free ones; None where a denominator vanishes."""
        found, zero = dict(chosen), self.fits.zero
        for unknown, (top, bottom) in values.items():
            below = bottom.at(chosen, zero)
            if not self.fits.sign(below):
                return None
            found[unknown] = self.fits.functions.reduced(top.at(chosen, zero) / below)
        return found

    def checked(
        self, support: Support, weights: Mapping[int, Unknowns], chosen: Values, hints: Values
    ) -> Found | None:
        """The play if it is an equilibrium with this support: by the definition."""
        zero = self.fits.zero
        if any(self.fits.sign(w.value(zero)) <= 0 for w in weights.values()):
            return None
        seen = self.situations(weights)
        shown, uniform = [], True
        for player in range(len(self.play.learners)):
            played = {node: support[node] for node in self.play.nodes_of(player)}
            models = self.fits.models(player, seen, hints)
            if not self.fits.is_optimal(player, played, models):
                return None
            uniform = uniform and all(self.fits.is_best(player, played, model) for model in models)
            shown.append(tuple(tuple(sorted(model.items())) for model in models))
        rows = tuple(
            tuple(weights[k].value(zero) if k in weights else zero for k in node.weights) for node in self.play.nodes
        )
        pure = all(len(actions) == 1 for actions in support)
        return Found(support, rows, tuple(shown), uniform and pure)

    # One free unknown

    def _curve(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, values: Mapping[int, Ratio], free: int
    ) -> Iterator[Found]:
        marks = self.cuts(self.marking(weights, seen, values), free)
        ends = [self.fits.zero, *marks, self.fits.one]
        half = self.fits.functions.ring.constant(2)

        def here(value: Element) -> Found | None:
            known = self._point(values, {free: value})
            return None if known is None else self.checked(support, self.at(weights, known), {}, known)

        between = [here((a + b) / half) for a, b in zip(ends, ends[1:], strict=False)]
        at_marks = [here(mark) for mark in marks]
        start: int | None = None
        for k, inside in enumerate(between):
            if inside is not None and start is None:
                start = k
            goes_on = k < len(marks) and at_marks[k] is not None and between[k + 1] is not None
            if inside is not None and start is not None and not goes_on:
                closed = (start > 0 and at_marks[start - 1] is not None, k < len(marks) and at_marks[k] is not None)
                text = self._curve_text(weights, values, free, (ends[start], ends[k + 1]), closed)
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
        return sorted(marks, key=cmp_to_key(lambda a, b: self.fits.sign(a - b)))

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
                    raise NotSupportedError("beliefs on what play leaves open move with it; fix the parameters with --at")
                for i, j in combinations(range(len(columns[0])), 2):
                    yield columns[0][i] * columns[-1][j] - columns[0][j] * columns[-1][i]

    def _inserted(self, polynomial: Unknowns, values: Mapping[int, Ratio]) -> Unknowns:
        """The polynomial in the free unknowns, times powers of denominators."""
        for unknown in sorted(polynomial.unknowns & values.keys()):
            polynomial = polynomial.put(unknown, *values[unknown])
        return polynomial.mapped(self.fits.functions.reduced)

    def _options(
        self, learner: Learner, block: Line | Simplex, seen: Weights, values: Mapping[int, Ratio]
    ) -> tuple[list[dict[int, Ratio]], list[Unknowns], bool]:
        """What a block may fit along a set of play, where that may change, and whether play leaves it free."""
        one = Unknowns.constant(self.fits.one)
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

    def _region(
        self, support: Support, weights: Mapping[int, Unknowns], seen: Weights, values: Mapping[int, Ratio],
        free: Sequence[int], rows: Sequence[_Condition],
    ) -> Found | None:  # fmt: skip
        """All of a region whose conditions are linear in the free unknowns, or do not move with them."""
        conditions = [_Condition(self._positive(w, values), True) for w in weights.values()]
        conditions += [_Condition(self._positive(row.polynomial, values), row.strict) for row in rows]
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
        known = self._point(values, dict(zip(free, found, strict=True)))
        here = None if known is None else self.checked(support, self.at(weights, known), {}, known)
        if here is None:
            return None
        equations = hull_equations(linear, len(free), self.fits.functions.ring, self.fits.sign)
        dimension = len(free) - (rank(equations, self.fits.sign) if equations else 0)
        if not dimension:
            return here
        text = " and ".join([*self._equations(values), *(self._relation(c) for c in conditions if c.polynomial.unknowns)])
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

    def name(self, unknown: int) -> str:
        """A weight as the format writes it."""
        for node in self.play.nodes:
            if unknown in node.weights:
                action = node.actions[node.weights.index(unknown)]
                player = self.play.game.players[node.player].name
                several = len(self.play.game.players) > 1 or bool(self.play.game.signals)
                parts = [player, node.signal, action] if several else [action]
                return f"sigma({', '.join(part for part in parts if part)})"
        raise KeyError(unknown)

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

    def _relation(self, condition: _Condition) -> str:
        return f"{self.written(condition.polynomial)} {'>' if condition.strict else '>='} 0"

    def _equations(self, values: Mapping[int, Ratio]) -> list[str]:
        weights = {k for node in self.play.nodes for k in node.weights}
        return [
            f"{self.written(bottom * Unknowns.of(k, self.fits.one))} == {self.written(top)}"
            for k, (top, bottom) in values.items() if k in weights
        ]  # fmt: skip

    def _curve_text(
        self, weights: Mapping[int, Unknowns], values: Mapping[int, Ratio], free: int,
        ends: tuple[Element, Element], closed: tuple[bool, bool],
    ) -> str:  # fmt: skip
        low, high = (self._number(end) for end in ends)
        signs = ["<=" if end else "<" for end in closed]
        return " and ".join([f"{low} {signs[0]} {self.name(free)}", f"{self.name(free)} {signs[1]} {high}", *self._equations(values)])  # fmt: skip

    # Exclusion

    def is_excluded(self, support: Support) -> bool:
        """Whether a tie is impossible because a difference of payoffs has one sign at all fits that may come."""
        seen = self.situations(self.symbolic(support))

        def excluded() -> bool:
            for node, actions in enumerate(support):
                player = self.play.nodes[node].player
                learner = self.play.learners[player]
                corners = self.corners(player, seen)
                for first, second in product(actions, range(len(self.play.nodes[node].actions))):
                    if first == second:
                        continue
                    difference = learner.difference(node, first, second)
                    if self.is_curved(learner, difference):
                        continue
                    signs = {self.fits.sign(difference.at(corner, self.fits.zero)) for corner in corners}
                    if signs == {-1} or (second in actions and signs == {1}):
                        return True
            return False

        return attempt(excluded)[0] is True

    def is_curved(self, learner: Learner, difference: Unknowns) -> bool:
        """Whether a difference of payoffs is not affine in each block."""
        if learner.has_quotients:
            return True
        for block in learner.blocks:
            degrees = [sum(p for k, p in m if k in block.unknowns) for m, _ in difference.terms]
            if max(degrees, default=0) > 1:
                return True
        return False

    def corners(self, player: int, seen: Weights) -> list[Values]:
        """The corners of a box in which the fits to all (also correlated) play of these situations lie."""
        learner, found = self.play.learners[player], []
        one = Unknowns.constant(self.fits.one)
        for block in learner.blocks:
            if self.relevant[player].isdisjoint(block.unknowns):
                continue
            own: list[Values] = []
            for number in sorted(seen):
                for corner in self.fits.vertices(learner, block, {number: one}, {}):
                    if corner not in own:
                        own.append(corner)
            found.append(own)
        return [{k: v for part in chosen for k, v in part.items()} for chosen in product(*found)]
