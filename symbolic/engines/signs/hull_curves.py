"""Best fits as rational functions of free parameters.

With parameters in the truth and in the payoffs only, one family, affine predictions on a polyhedron, and stationarity
conditions that are linear in theta (least squares, or means of a family), the stationary point on each hull is a
rational function of the mixture and the parameters, by Cramer's rule; that it is the best fit is a conjunction of
signs: the constraints that are not held, and the multipliers of those that are (Karush-Kuhn-Tucker).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import fmpq_mat

from ...algebra.ring import Element, Ring
from ...definition.extremes import is_curved
from ...definition.hulls import Hull, affine_constraints, affine_parts, determinant, hulls, kernel
from ...definition.unbounded import check_bounded
from ...errors import NotSupportedError
from ...expressions.reading import symbols_of
from ...forms.laws import (
    Constraint,
    Divergence,
    Family,
    derivative,
    expected_payoff,
    model_constraints,
    rational_element,
    substituted,
)
from ...game.data import Model, Normal, Player
from ...game.game import Game


@dataclass(frozen=True, slots=True)
class FreeAgent:
    """A problem with free parameters: slopes of K and payoffs as functions of theta and the parameters."""

    player: str
    actions: tuple[str, ...]
    parameters: tuple[str, ...]
    family: Family
    ring: Ring
    slopes: tuple[tuple[Element, ...], ...]
    payoffs: tuple[Element, ...]

    @property
    def families(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The models by name, with their coordinates."""
        return ((self.family.name, self.family.coordinates),)


@dataclass(frozen=True, slots=True)
class Curve:
    """A stationary point on one hull: theta as functions of (s, parameters), and what makes it the best fit.

    All of `conditions` must be non-negative; `payoffs` are those of all actions there.
    """

    theta: tuple[Element, ...]
    conditions: tuple[Element, ...]
    payoffs: tuple[Element, ...]
    dimension: int


def read_free_agent(game: Game) -> FreeAgent:
    """The problem of a game with free parameters; NotSupportedError, naming what, where closed forms do not reach."""
    (player,) = game.players
    names = ", ".join(p.name for p in game.parameters)
    remedy = f"fix {names} with --at"
    if len(player.actions) < 2 or len(player.models) != 1 or not player.models[0].theta:
        raise NotSupportedError(
            f"free parameters {names}: closed forms with a continuous family cover one family alone; {remedy}"
        )
    (model,) = player.models
    free = {p.name for p in game.parameters}
    used: set[str] = set()
    for _, row in model.predicts:
        entries = (row.mean, row.variance) if isinstance(row, Normal) else row
        for entry in entries:
            used |= symbols_of(entry) & free
    for relation in model.where:
        used |= (symbols_of(relation.left) | symbols_of(relation.right)) & free
    if used:
        raise NotSupportedError(
            f"the free parameters {', '.join(sorted(used))} move the models of {model.name}; closed forms cover "
            f"parameters of the truth and the payoffs; {remedy}"
        )
    family = _plain_family(player, model)
    if len(affine_constraints(family)) < len(family.constraints) or family.excluded or not all(family.affine):
        raise NotSupportedError(
            f"free parameters {names}: predictions of {model.name} must be affine on a polyhedron; {remedy}"
        )
    if any(constraint.strict for constraint in family.constraints):
        raise NotSupportedError(f"the domain of {model.name} must be closed; close theta")
    parameters = tuple(p.name for p in game.parameters)
    ring = Ring.of_parameters([*family.coordinates, *parameters, "y"])
    slopes, payoffs = [], []
    for action in player.actions:
        truth, row, payoff = player.truth_row((action,)), model.row(action), player.payoff_row(action)
        gradient = [ring.constant(0) for _ in family.coordinates]
        if isinstance(truth, Normal):
            assert isinstance(row, Normal) and not isinstance(payoff, tuple)
            mean, variance = rational_element(ring, row.mean), rational_element(ring, row.variance)
            miss = (mean - rational_element(ring, truth.mean)) / variance
            for k in range(family.dimension):
                gradient[k] = miss * derivative(mean, k)
            payoffs.append(expected_payoff(ring, payoff, mean, variance))
        else:
            assert not isinstance(row, Normal) and isinstance(payoff, tuple)
            total = ring.constant(0)
            for q, p, reward in zip(truth, row, payoff, strict=True):
                chance, predicted = rational_element(ring, q), rational_element(ring, p)
                total = total + predicted * rational_element(ring, reward)
                if chance.is_zero():
                    continue
                for k in range(family.dimension):
                    gradient[k] = gradient[k] - chance * derivative(predicted, k) / predicted
            payoffs.append(total)
        slopes.append(tuple(gradient))
    return FreeAgent(player.name, player.actions, parameters, family, ring, tuple(slopes), tuple(payoffs))


def _plain_family(player: Player, model: Model) -> Family:
    """The family without truth and payoffs: constraints, and predictions in the place of divergences."""
    names = tuple(coordinate.name for coordinate in model.theta)
    ring = Ring.of_parameters([*names, "y"])
    constraints: list[Constraint] = []
    excluded: list[Element] = []
    model_constraints(ring, model, constraints, excluded)
    divergences: list[Divergence | None] = []
    affine = []
    for action in player.actions:
        truth, row = player.truth_row((action,)), model.row(action)
        if isinstance(row, Normal):
            mean, variance = rational_element(ring, row.mean), rational_element(ring, row.variance)
            predicted = [mean]
            flat = variance.rational() is not None
        else:
            assert not isinstance(truth, Normal)
            predicted = [rational_element(ring, p) for q, p in zip(truth, row, strict=True) if str(q) != "0"]
            flat = True
        affine.append(
            flat and all(p.denominator.is_constant() and p.numerator.total_degree() <= 1 for p in predicted)
        )
        divergences.append(Divergence(ring.constant(0), tuple((Fraction(1), p) for p in predicted)))
    zero = tuple(ring.constant(0) for _ in player.actions)
    return Family(
        model.name, names, ring, tuple(constraints), tuple(excluded), tuple(divergences), zero, tuple(affine)
    )


def curves(agent: FreeAgent, support: Sequence[int]) -> list[Curve]:
    """The stationary points on all hulls for play of one action, or of a mixture with share s of the second.

    Raises NotSupportedError where they are not rational functions, or payoffs curve along what is not identified.
    """
    family = agent.family
    fixed = kernel(family, support)
    if any(is_curved_free(agent, payoff, fixed) for payoff in agent.payoffs):
        raise NotSupportedError(
            f"payoffs are not affine in what play leaves open in {family.name}; fix the parameters with --at"
        )
    check_bounded(family, fixed, True)
    if fixed and len(support) > 1:
        raise NotSupportedError(
            f"mixtures do not identify {family.name}; closed forms need that they do; fix the parameters with --at"
        )
    found = []
    for hull in hulls(family, fixed, ("s", *agent.parameters)):
        curve = _curve(agent, hull, support)
        if curve is not None:
            found.append(curve)
    return sorted(found, key=lambda c: -c.dimension)


def is_curved_free(agent: FreeAgent, payoff: Element, fixed: Sequence[Any]) -> bool:
    """Whether a payoff is not affine along the kernel."""
    return is_curved(replace(agent.family, ring=agent.ring), payoff, fixed)


def _curve(agent: FreeAgent, hull: Hull, support: Sequence[int]) -> Curve | None:
    ring, family = hull.ring, agent.family
    one = ring.constant(1)
    images = [*hull.theta, *(ring.parameter(p) for p in agent.parameters), one]
    weights = [one]
    if len(support) == 2:
        weights = [one - ring.parameter("s"), ring.parameter("s")]
    gradient = [ring.constant(0) for _ in family.coordinates]
    try:
        for action, weight in zip(support, weights, strict=True):
            for k, slope in enumerate(agent.slopes[action]):
                gradient[k] = gradient[k] + weight * substituted(slope, images, one)
    except ZeroDivisionError:
        return None  # infinite all over the hull
    solution = _solve(agent, hull, gradient)
    if solution is None:
        return None

    def along(element: Element) -> Element:
        rest = [ring.parameter(g.name) for g in ring.generators[hull.dimension :]]
        return substituted(element, [*solution, *rest], one)

    theta = tuple(along(value) for value in hull.theta)
    conditions = [
        along(hull.restricted(c.polynomial)) for k, c in enumerate(family.constraints) if k not in hull.active
    ]
    try:
        here = [along(g) for g in gradient]
    except ZeroDivisionError:
        return None
    conditions += _multipliers(family, hull, here)
    payoffs = tuple(substituted(payoff, [*theta, *images[family.dimension :]], one) for payoff in agent.payoffs)
    return Curve(theta, tuple(c for c in conditions if _not_plainly_positive(c)), payoffs, hull.dimension)


def _not_plainly_positive(element: Element) -> bool:
    value = element.rational()
    return value is None or value < 0


def _solve(agent: FreeAgent, hull: Hull, gradient: Sequence[Element]) -> list[Element] | None:
    """u on the hull as functions of s and the parameters; None without a generic solution."""
    size, ring = hull.dimension, hull.ring
    if size == 0:
        return []
    one = ring.context.constant(1)
    equations = []
    for k in range(size):
        total = ring.constant(0)
        for i, entry in enumerate(gradient):
            total = total + derivative(hull.theta[i], k) * entry
        equations.append(total.numerator)
    rows, right = [], []
    zeros = [ring.constant(0)] * size + [ring.parameter(g.name) for g in ring.generators[size:]]
    for equation in equations:
        if any(sum(int(e) for e in exponents[:size]) > 1 for exponents in equation.to_dict()):
            raise NotSupportedError(
                f"the best fit of {agent.family.name} is no rational function of the parameters; fix them with --at"
            )
        rows.append([Element(equation.derivative(k), one) for k in range(size)])
        right.append(-substituted(Element(equation, one), zeros, ring.constant(1)))
    bottom = determinant(rows, ring)
    if bottom.is_zero():
        return None
    return [
        determinant([[*row[:k], side, *row[k + 1 :]] for row, side in zip(rows, right, strict=True)], ring)
        / bottom
        for k in range(size)
    ]


def _multipliers(family: Family, hull: Hull, gradient: Sequence[Element]) -> list[Element]:
    """The multipliers of the held constraints: gradient = sum_j lambda_j normal_j, normals independent."""
    if not hull.active:
        return []
    normals = [affine_parts(family.constraints[k].polynomial, family.dimension)[0] for k in hull.active]
    matrix = fmpq_mat([list(n) for n in normals])
    inverse = (matrix * matrix.transpose()).inv() * matrix
    found = []
    for j in range(len(normals)):
        total = hull.ring.constant(0)
        for i, entry in enumerate(gradient):
            weight = inverse[j, i]
            total = total + hull.ring.constant(Fraction(int(weight.p), int(weight.q))) * entry
        found.append(total)
    return found

