r"""A family whose fit to an action depends on one predicted number, affine in theta, as functions of free parameters.

Theta is a closed polyhedron. After action a the models predict a number m_a(theta): the mean of a normal outcome whose
variance v theta does not move, or the probability of the first of two outcomes. With mu_a the true number,
``K(theta, a) = f_a(m_a(theta))`` for a convex function f_a with

    normal outcomes   f_a'(m) = (m - mu) / v
    two outcomes      f_a'(m) = (m - mu) / (m (1 - m))

so that f_a' has the sign of m - mu (for an outcome that never happens, or always does, f_a' is 1 / (1 - m), or -1 / m).
Payoffs are affine in theta. Parameters may stand everywhere. Source: Esponda & Pouzo 2016, section 2.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...algebra.linear import Row, Vector
from ...algebra.ring import Element, Ring
from ...errors import NotSupportedError
from ...forms.laws import Constraint, derivative, law_of, model_constraints, substituted
from ...game.game import Game
from ...game.parameter_space import game_ring


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + gradient . theta``."""

    gradient: Vector
    constant: Element

    def minus(self, other: Affine) -> Affine:
        """The difference."""
        pairs = zip(self.gradient, other.gradient, strict=True)
        return Affine(tuple(a - b for a, b in pairs), self.constant - other.constant)

    def row(self, *, strict: bool = False, equation: bool = False, sign: int = 1) -> Row:
        """The relation between this (or its negative) and 0."""
        if sign > 0:
            return Row(self.gradient, self.constant, strict, equation)
        return Row(tuple(-g for g in self.gradient), -self.constant, strict, equation)

    def at(self, theta: Vector) -> Element:
        """The value."""
        return self.row().at(theta)


@dataclass(frozen=True, slots=True)
class Number:
    """The predicted number after an action and the true one; with normal outcomes the variances."""

    predicted: Affine
    true: Element
    variance: Element | None = None
    spread: Element | None = None


@dataclass(frozen=True, slots=True)
class ScalarAgent:
    """One agent with one family of this kind."""

    player: str
    actions: tuple[str, ...]
    parameters: tuple[str, ...]
    model: str
    coordinates: tuple[str, ...]
    ring: Ring
    constraints: tuple[Affine, ...]
    numbers: tuple[Number, ...]
    payoffs: tuple[Affine, ...]

    @property
    def families(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The models by name, with their coordinates."""
        return ((self.model, self.coordinates),)


def read_scalar_agent(game: Game) -> ScalarAgent:
    """The game in this form; NotSupportedError, naming what, for other games."""
    (player,) = game.players
    if len(player.models) != 1 or not player.models[0].theta or game.signals:
        raise NotSupportedError("these closed forms need one family alone")
    (model,) = player.models
    names = tuple(p.name for p in game.parameters)
    coordinates = tuple(c.name for c in model.theta)
    count = len(coordinates)
    wide = Ring.of_parameters([*coordinates, *names, "y"])
    ring = game_ring(game)
    zeros = [ring.constant(0)] * count
    images = [*zeros, *(ring.parameter(p) for p in names), ring.constant(0)]

    def narrow(element: Element) -> Element:
        return substituted(element, images, ring.constant(1))

    def affine(element: Element) -> Affine:
        slopes = [derivative(element, k) for k in range(count)]
        if any(not derivative(s, k).is_zero() for s in slopes for k in range(count)):
            raise NotSupportedError(f"predictions, payoffs and relations of {model.name} must be affine in theta")
        return Affine(tuple(narrow(s) for s in slopes), narrow(element))

    def still(element: Element) -> Element:
        if any(not derivative(element, k).is_zero() for k in range(count)):
            raise NotSupportedError(f"the variance that {model.name} predicts must not move with theta")
        return narrow(element)

    constraints: list[Constraint] = []
    excluded: list[Element] = []
    model_constraints(wide, model, constraints, excluded)
    if excluded or any(c.strict for c in constraints):
        raise NotSupportedError(f"the domain of {model.name} must be a closed polyhedron")
    numbers, payoffs = [], []
    for action in player.actions:
        truth = player.truth_row((action,))
        (pairs, variances), payoff = law_of(wide, truth, model.row(action), player.payoff_row(action))
        if not variances and len(pairs) != 2:
            raise NotSupportedError(f"{len(pairs)} outcomes; these closed forms cover two, and normal ones")
        true, predicted = pairs[0]
        numbers.append(Number(affine(predicted), narrow(true), *(still(v) for v in variances)))
        payoffs.append(affine(payoff))
    bounds = tuple(affine(c.polynomial) for c in constraints)
    return ScalarAgent(
        player.name, player.actions, names, model.name, coordinates, ring, bounds, tuple(numbers), tuple(payoffs)
    )
