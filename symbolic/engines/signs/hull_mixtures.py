"""Two actions, one family and free parameters: (guard, value) lists in closed form.

On each hull the best fit is a rational function of the mixture and the parameters, and whether it is the best fit is a
conjunction of signs (`curves`). A mixed equilibrium is a zero s of the payoff difference along a curve; where that is
linear in s the zero is rational in the parameters. So every statement about the game is a Boolean function of the
signs of finitely many polynomials in the parameters. A full decomposition of the domain into sign vectors
(`decomposition`, one or two parameters) then gives the condition of every statement, knife edges included.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

from ...algebra.number_field import Real
from ...algebra.ring import Element, Ring, irreducible_factors
from ...algebra.text import element_expression
from ...cells.cell import Cell
from ...combinatorics.dynamics import absorbing_sets, simple_cycles
from ...definition.hulls import kernel
from ...definition.objective import with_survival
from ...errors import NotSupportedError
from ...forms.laws import substituted
from ...game.game import Game
from ...game.parameter_space import game_ring
from ...results.equilibrium import Equilibrium, plain_part
from ...results.fits import FitsByCase, FitVertex, Named
from ...results.solution import Solution
from .hull_curves import Curve, FreeAgent, curves
from .self_confirmation import where_identified
from .sign_cells import Sign, SignCells, Signs, fails

Value = TypeVar("Value", bound=Hashable)

_WEAK, _STRICT, _NONE = (0, 1), (1,), (0,)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A vertex of the best fits to an action: its theta, its guard, and U(first) - U(second) there."""

    theta: tuple[Element, ...]
    guard: tuple[Sign, ...]
    advantage: Element


@dataclass(frozen=True, slots=True)
class _Mixed:
    """A mixed equilibrium on one hull, or a continuum (share None)."""

    share: Element | None
    theta: tuple[Element, ...]
    guard: tuple[Sign, ...]
    limits: tuple[Element, ...] = ()
    text: str = ""
    curve: Curve | None = None


SolveAt = Callable[[Game, Mapping[str, Fraction]], Solution]


def two_action_solution(
    game: Game, agent: FreeAgent, at: tuple[tuple[str, Fraction], ...], solve_at: SolveAt
) -> Solution:
    """All equilibria and the structure of a game with two actions; exact.

    `solve_at` solves the game where all parameters are fixed. Raises NotSupportedError where the indifference is no
    linear equation for the mixture.
    """
    return _Finder(game, agent, solve_at).solution(at)


class _Finder:
    """Writes the game as Boolean functions of signs, and these as conditions on the parameters."""

    def __init__(self, game: Game, agent: FreeAgent, solve_at: SolveAt) -> None:
        self.game = game
        self.solve_at = solve_at
        self.agent = agent
        self.ring = game_ring(game)
        self.pure = [[self._fit(c) for c in curves(agent, (a,))] for a in range(2)]
        self.mixed = [m for c in curves(agent, (0, 1)) for m in self._mixtures(c)]
        self.signs = SignCells(game, self.ring, self._elements())
        self.cells = self.signs.cells
        self.continua = self._continua()

    # Formulas

    def _parameter_element(self, element: Element, dimension: int, share: Element | None) -> Element:
        """An element of the ring of a hull as one of the parameters, at a share that may depend on them."""
        zero = self.ring.constant(0)
        images = [zero] * dimension + [zero if share is None else share]
        images += [self.ring.parameter(p) for p in self.agent.parameters] + [zero]
        return substituted(element, images, self.ring.constant(1))

    def _fit(self, curve: Curve) -> _Fit:
        size = curve.dimension
        return _Fit(
            tuple(self._parameter_element(t, size, None) for t in curve.theta),
            tuple(Sign(self._parameter_element(c, size, None), _WEAK) for c in curve.conditions),
            self._parameter_element(curve.advantage, size, None),
        )

    def _mixtures(self, curve: Curve) -> list[_Mixed]:
        """The zeros of the advantage along a curve that are linear in the share, and the conditions for continua."""
        size, one = curve.dimension, self.ring.constant(1)
        place = size
        found = []
        if curve.advantage.is_zero():
            return [self._continuum(curve, ())]
        for factor, _ in irreducible_factors(curve.advantage.numerator)[1]:
            degree = int(factor.degrees()[place])
            parts: list[dict[tuple[int, ...], int]] = [{} for _ in range(degree + 1)]
            for exponents, coefficient in factor.to_dict().items():
                rest = [int(e) for e in exponents]
                power, rest[place] = rest[place], 0
                parts[power][tuple(rest)] = int(coefficient)
            context = factor.context()
            unit = context.constant(1)
            coefficients = [
                self._parameter_element(Element(context.from_dict(p), unit), size, None) for p in parts
            ]
            if degree > 1:
                raise NotSupportedError(
                    f"the indifference of {' and '.join(self.agent.actions)} has degree {degree} in the mixture; "
                    f"fix {', '.join(self.agent.parameters)} with --at"
                )
            if all(c.rational() != 0 for c in coefficients) and any(
                c.rational() is not None for c in coefficients
            ):
                together: tuple[Sign, ...] | None = None  # one of them never vanishes
            else:
                together = tuple(Sign(c, _NONE) for c in coefficients)
            if together is not None:
                found.append(self._continuum(curve, together))
            if degree == 1:
                share = -(coefficients[0] / coefficients[1])
                guard = [Sign(share, _STRICT), Sign(one - share, _STRICT)]
                try:
                    guard += [Sign(self._parameter_element(c, size, share), _WEAK) for c in curve.conditions]
                    theta = tuple(self._parameter_element(t, size, share) for t in curve.theta)
                except ZeroDivisionError:
                    continue
                if not any(fails(s) for s in guard):
                    found.append(_Mixed(share, theta, tuple(guard)))
        return found

    def _continuum(self, curve: Curve, guard: tuple[Sign, ...]) -> _Mixed:
        middle = self.ring.constant(Fraction(1, 2))
        theta = tuple(self._parameter_element(t, curve.dimension, middle) for t in curve.theta)
        # Where the set of shares is empty can change only where conditions vanish at an end, together, or doubly.
        place, context = curve.dimension, curve.advantage.numerator.context()
        one = context.constant(1)
        parts = [
            part
            for condition in curve.conditions
            for part in (condition.numerator, condition.denominator)
            if part.degrees()[place] > 0
        ]
        limits = [
            self._parameter_element(Element(part, one), place, self.ring.constant(end))
            for part in parts
            for end in (0, 1)
        ]
        for k, part in enumerate(parts):
            found = [part.resultant(other, "s") for other in parts[:k]]
            if part.degrees()[place] > 1:
                found.append(part.discriminant("s"))
            limits += [self._parameter_element(Element(r, one), place, None) for r in found]
        limits += [
            self._parameter_element(c, place, None)
            for c in curve.conditions
            if c.numerator.degrees()[place] <= 0
        ]
        return _Mixed(None, theta, guard, tuple(limits), self._described(curve), curve)

    def _middle(self, curve: Curve, sample: Sequence[Fraction]) -> Element | None:
        """The middle of the first interval of shares at which all conditions hold, in closed form; None without one.

        The ends are 0, 1 or zeros of conditions, in an order that is the same all over a cell of the parameters.
        """
        place, zero, one = curve.dimension, self.ring.constant(0), self.ring.constant(1)
        numbers = [self.ring.constant(x) for x in sample]

        def at_sample(element: Element) -> Fraction:
            value = (substituted(element, numbers, one) if numbers else element).rational()
            assert value is not None
            return value

        ends = {Fraction(0): zero, Fraction(1): one}
        for condition in curve.conditions:
            for factor, _ in irreducible_factors(condition.numerator)[1]:
                degree = int(factor.degrees()[place])
                if degree > 1:
                    raise NotSupportedError(
                        f"the ends of a continuum of equilibria have degree {degree}; fix "
                        f"{', '.join(self.agent.parameters)} with --at"
                    )
                if degree == 1:
                    unit = Element(factor, factor.context().constant(1))
                    start = self._parameter_element(unit, place, zero)
                    slope = self._parameter_element(unit, place, one) - start
                    if at_sample(slope) and 0 < at_sample(-(start / slope)) < 1:
                        ends.setdefault(at_sample(-(start / slope)), -(start / slope))
        values = sorted(ends)
        for low, high in pairwise(values):
            inner = self.ring.constant((low + high) / 2)
            held = [at_sample(self._parameter_element(c, place, inner)) for c in curve.conditions]
            if all(value >= 0 for value in held):
                return (ends[low] + ends[high]) * self.ring.constant(Fraction(1, 2))
        return None

    def _described(self, curve: Curve) -> str:
        """The conditions on the share along a curve, written for the weight of the second action."""
        name = f"sigma({self.agent.actions[1]})"
        ring = Ring.of_parameters([name, *self.agent.parameters])
        zero = ring.constant(0)
        images = [zero] * curve.dimension + [ring.parameter(g) for g in (name, *self.agent.parameters)] + [zero]
        parts = [f"0 < {name} < 1"]
        for condition in curve.conditions:
            value = substituted(condition, images, ring.constant(1))
            parts.append(f"{element_expression(ring, value)} >= 0")
        return " and ".join(dict.fromkeys(parts))

    def _elements(self) -> list[Element]:
        found = [s.element for fits in self.pure for fit in fits for s in fit.guard]
        found += [fit.advantage for fits in self.pure for fit in fits]
        found += [s.element for entry in self.mixed for s in entry.guard]
        found += [element for entry in self.mixed for element in entry.limits]
        return found

    # Answers

    def solution(self, at: tuple[tuple[str, Fraction], ...]) -> Solution:
        """All of it."""
        equilibria: list[Equilibrium] = []
        for action in range(2):
            equilibria += self._pure_equilibria(action)
        equilibria += self._mixed_equilibria()
        graphs = [self._graph(k) for k in range(len(self.cells))]
        return Solution(
            game=self.game,
            at=at,
            engine="signs",
            profiles=self.agent.actions,
            equilibria=where_identified(self.game, self.agent, with_survival(self.game, equilibria)),
            rationalizable=self.signs.cases.cases_at([g[0] for g in graphs]),
            rounds=(),
            transitions=self.signs.cases.members_at([g[1] for g in graphs]),
            absorbing=self.signs.cases.members_at([g[2] for g in graphs]),
            closed=self.signs.cases.members_at([g[3] for g in graphs]),
            cycles=self.signs.cases.members_at([g[4] for g in graphs]),
        )

    def _fits(self, cell: Cell[Signs], action: int) -> list[_Fit]:
        return [fit for fit in self.pure[action] if self.signs.holds(cell, fit.guard)]

    def _reply_signs(self, cell: Cell[Signs], action: int) -> list[int]:
        """The signs of U(first) - U(second) at the vertices of the best fits to the action."""
        found = [self.signs.sign(cell, fit.advantage) for fit in self._fits(cell, action)]
        return [sign for sign in found if sign is not None]

    def _replies(self, cell: Cell[Signs], action: int) -> tuple[int, ...]:
        found = self._reply_signs(cell, action)
        first = (0,) if any(sign >= 0 for sign in found) else ()
        return first + ((1,) if any(sign <= 0 for sign in found) else ())

    def _pure_equilibria(self, action: int) -> list[Equilibrium]:
        identified = not kernel(self.agent.family, (action,))
        flags: dict[int, tuple[bool, bool]] = {}
        vertices: dict[int, list[Named]] = {}
        for k, cell in enumerate(self.cells):
            replies = self._replies(cell, action)
            if action not in replies:
                continue
            found = self._reply_signs(cell, action)
            flags[k] = (replies == (action,), all(sign * (1 if action == 0 else -1) >= 0 for sign in found))
            fits = self._fits(cell, action)
            # An identified best fit is one point, which may lie on several hulls: the largest comes first.
            vertices[k] = [self._named(fit.theta) for fit in (fits[:1] if identified else fits)]
        entries = []
        for key in dict.fromkeys(flags.values()):
            where = {k for k, flag in flags.items() if flag == key}
            theta = tuple(
                self._vertex(vertex, {k for k in where if vertex in vertices[k]})
                for vertex in dict.fromkeys(v for k in sorted(where) for v in vertices[k])
            )
            weights = [self.ring.constant(int(a == action)) for a in range(2)]
            entries.append(self._entry((action,), weights, theta, where, uniform=key[1], strict=key[0]))
        return entries

    def _mixed_equilibria(self) -> list[Equilibrium]:
        points: dict[Named, dict[Named, set[int]]] = {}
        weights: dict[Named, list[Element]] = {}
        for entry in self.mixed:
            where = {k for k, cell in enumerate(self.cells) if self.signs.holds(cell, entry.guard)}
            if entry.share is None:
                continue
            where = {k for k in where if self._stands_alone(entry.share, k)}
            if not where:
                continue
            pair = [self.ring.constant(1) - entry.share, entry.share]
            known = points.setdefault(self._strategy(pair), {})
            weights[self._strategy(pair)] = pair
            # A point on two hulls is listed with the first, larger one.
            left = where.difference(*known.values())
            if left:
                known.setdefault(self._named(entry.theta), set()).update(left)
        entries = []
        for strategy, known in points.items():
            where = set().union(*known.values())
            theta = tuple(self._vertex(vertex, cells) for vertex, cells in known.items())
            entries.append(self._entry((0, 1), weights[strategy], theta, where))
        groups: dict[tuple[tuple[str, ...], Named], tuple[list[Element], set[int]]] = {}
        for k, (lines, _, middle) in self.continua.items():
            pair = [self.ring.constant(1) - middle, middle]
            groups.setdefault((lines, self._strategy(pair)), (pair, set()))[1].add(k)
        for (lines, _), (pair, where) in groups.items():
            entries.append(self._entry((0, 1), pair, (), where, dimension=1, texts=lines))
        return entries

    def _continua(self) -> dict[int, tuple[tuple[str, ...], frozenset[Fraction], Element]]:
        """The cells with continua of mixed equilibria: what describes these, and the shares of isolated ones beside.

        Payoffs that tie along a whole curve are looked at where that happens, at rational samples, by the exact engine
        for fixed parameters.
        """
        found: dict[int, tuple[tuple[str, ...], frozenset[Fraction], Element]] = {}
        for k, cell in enumerate(self.cells):
            here = [e for e in self.mixed if e.share is None and self.signs.holds(cell, e.guard)]
            if not here:
                continue
            if not (cell.coordinates and cell.plain):
                raise NotSupportedError(
                    f"a continuum of equilibria on a knife edge of {', '.join(self.agent.parameters)} without rational "
                    "point; fix a parameter with --at"
                )
            at = dict(cell.coordinates)
            sample = tuple(at.values())
            there = self.solve_at(self.game, at)
            if there.undecided:
                raise NotSupportedError(str(there.undecided[0]))
            mixed = [e for e in there.equilibria if not e.pure]
            if any(e.dimension for e in mixed):
                shares = [dict(e.parts[0].weights)[self.agent.actions[1]] for e in mixed if not e.dimension]
                exact = [x.rational() for x in shares if isinstance(x, Real)]
                middles = [(e.text, self._middle(e.curve, sample)) for e in here if e.curve is not None]
                inside = [(text, middle) for text, middle in middles if middle is not None]
                texts = tuple(dict.fromkeys(text for text, _ in inside))
                found[k] = (texts, frozenset(x for x in exact if x is not None), inside[0][1])
        return found

    def _stands_alone(self, share: Element, number: int) -> bool:
        """Whether a point equilibrium is none of the points of a continuum on the cell."""
        if number not in self.continua:
            return True
        images = [self.ring.constant(x) for _, x in self.cells[number].coordinates]
        value = substituted(share, images, self.ring.constant(1)).rational() if images else share.rational()
        return value in self.continua[number][1]

    def _graph(self, number: int) -> tuple[Any, Any, Any, Any, Any]:
        """Rationalizable set, edges, absorbing sets, closed sets, cycles on one cell.

        A mixture reaches an action that no pure strategy reaches only where the payoffs tie on the way, because the
        best fit moves continuously with the mixture.
        """
        cell = self.cells[number]
        names = self.agent.actions
        replies = [self._replies(cell, a) for a in range(2)]
        edges = tuple((a, b) for a in range(2) for b in replies[a])
        points = [entry for entry in self.mixed if entry.share is not None]
        tied = number in self.continua or any(self.signs.holds(cell, entry.guard) for entry in points)
        reached = {b for found in replies for b in found}
        if tied:
            reached = {0, 1}
        kept: tuple[int, ...] = (0, 1) if len(reached) == 2 else tuple(reached)
        closed = []
        for action in range(2):
            closure = {action, *replies[action]}
            closed.append(tuple(sorted(closure if len(closure) == 1 else {0, 1})))
        minimal = {c for c in closed if not any(set(o) < set(c) for o in closed)}

        def named(indices: Sequence[int]) -> tuple[str, ...]:
            return tuple(sorted(names[i] for i in indices))

        cycles = simple_cycles((0, 1), edges)
        return (
            (named(kept),),
            tuple(sorted((names[a], names[b]) for a, b in edges)),
            tuple(sorted(named(s) for s in absorbing_sets((0, 1), edges))),
            tuple(sorted((named(s),) for s in minimal)),
            tuple(sorted(tuple(sorted(names[i] for i in c)) for c in cycles)),
        )

    # Names

    def _named(self, theta: Sequence[Element]) -> Named:
        return tuple(
            (name, element_expression(self.ring, value))
            for name, value in zip(self.agent.family.coordinates, theta, strict=True)
        )

    def _strategy(self, weights: Sequence[Element]) -> Named:
        return tuple(
            (name, element_expression(self.ring, w))
            for name, w in zip(self.agent.actions, weights, strict=True)
        )

    def _vertex(self, theta: Named, where: set[int]) -> FitVertex:
        """A vertex of the best fits on the cells where it is one."""
        return FitVertex(self.agent.family.name, theta, self.signs.cases.condition(where))

    def _entry(
        self,
        support: tuple[int, ...],
        weights: Sequence[Element],
        theta: tuple[FitVertex, ...],
        where: set[int],
        *,
        dimension: int = 0,
        uniform: bool = False,
        strict: bool = False,
        texts: tuple[str, ...] = (),
    ) -> Equilibrium:
        return Equilibrium(
            parts=(
                plain_part(
                    self.agent.player,
                    tuple(sorted(self.agent.actions[a] for a in support)),
                    self._strategy(weights),
                    (self.agent.family.name,),
                    fits=FitsByCase((self.agent.family.name,), theta),
                ),
            ),
            dimension=dimension,
            uniform=uniform,
            strict=strict,
            condition=self.signs.cases.condition(where),
            set_conditions=texts,
            in_families=True,
        )
