r"""One agent whose models may be continuous families, as exact functions of theta.

Up to terms that no model changes, the divergence of theta after action a is (Esponda & Pouzo 2016, section 2)

    finite outcomes   K(theta, a) = - sum_y Q(y|a) log Q_theta(y|a)
    normal outcomes   K(theta, a) = (log v_theta + (v + (m - m_theta)**2) / v_theta) / 2

for true mean m and variance v. Both are a rational function plus rational multiples of logarithms of rational
functions, so every derivative is rational. U(a, theta) is the expected payoff, for normal outcomes a polynomial in
the moments of the predicted law. All parameters of the game must be fixed, and every entry rational.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ..algebra.elements import element_of
from ..algebra.number_field import ZERO, Real
from ..algebra.ring import Element, Ring, evaluate
from ..errors import NotSupportedError
from ..expressions.reading import Apply, Expression, Number, Power, Product, Relation, Sum, Symbol, brief
from ..game.data import Model, Normal, PayoffRow, Player, Row
from ..game.game import Game

Polynomial = Any


@dataclass(frozen=True, slots=True)
class Divergence:
    """``rational + sum_j coefficient_j log(argument_j)`` as a function of theta; None stands for +oo."""

    rational: Element
    logs: tuple[tuple[Fraction, Element], ...]


@dataclass(frozen=True, slots=True)
class Constraint:
    """``polynomial >= 0`` (> 0 where strict) as a condition on theta."""

    polynomial: Element
    strict: bool
    text: str
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One model or family: the ring of its coordinates, Theta by constraints, divergences and payoffs by action.

    `affine` says after which actions the predictions are affine in theta (and the variance fixed); theta fits an action
    exactly iff all of its `misfits` vanish.
    """

    name: str
    coordinates: tuple[str, ...]
    ring: Ring
    constraints: tuple[Constraint, ...]
    excluded: tuple[Element, ...]
    divergences: tuple[Divergence | None, ...]
    payoffs: tuple[Element, ...]
    affine: tuple[bool, ...]
    misfits: tuple[tuple[Element, ...], ...] = ()

    @property
    def dimension(self) -> int:
        """The number of coordinates of theta; 0 for a single model."""
        return len(self.coordinates)


@dataclass(frozen=True, slots=True)
class Agent:
    """A decision problem with model families; see the module's docstring."""

    player: str
    actions: tuple[str, ...]
    normal: bool
    families: tuple[Family, ...]


def agent_of(game: Game) -> Agent:
    """The exact decision problem of a one-player game without signals whose parameters are all fixed.

    Raises NotSupportedError, naming what, for several players, signals, free parameters, and for entries that
    are not rational functions.
    """
    if len(game.players) != 1:
        raise NotSupportedError(f"{len(game.players)} players; model families are solved here for one player")
    if game.signals:
        raise NotSupportedError("private signals; model families are solved here without signals")
    if game.parameters:
        names = ", ".join(p.name for p in game.parameters)
        raise NotSupportedError(f"free parameters {names} with a continuous model family; fix them with --at")
    (player,) = game.players
    return Agent(
        player.name,
        player.actions,
        player.outcomes == "normal",
        tuple(_family(player, model) for model in player.models),
    )


def _family(player: Player, model: Model) -> Family:
    ring = theta_ring(model)
    return family_of(
        model,
        ring,
        [prediction_of(ring, player.truth_row((a,)), model.row(a), player.payoff_row(a)) for a in player.actions],
    )


def theta_ring(model: Model) -> Ring:
    """The ring of the coordinates; the moment y never occurs, but tells a ring without coordinates from another."""
    return Ring.of_parameters([*(coordinate.name for coordinate in model.theta), "y"])


def family_of(model: Model, ring: Ring, predictions: Sequence[Prediction]) -> Family:
    """The family whose predictions after the actions, in their order, are these."""
    constraints: list[Constraint] = []
    excluded: list[Element] = []
    model_constraints(ring, model, constraints, excluded)
    return Family(
        model.name,
        tuple(coordinate.name for coordinate in model.theta),
        ring,
        tuple(constraints),
        tuple(excluded),
        tuple(p.divergence for p in predictions),
        tuple(p.payoff for p in predictions),
        tuple(p.affine for p in predictions),
        tuple(p.misfits for p in predictions),
    )


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one model says of one action: divergence (None: +oo), expected payoff, gaps to the truth.

    `affine`: whether the predictions are affine in theta and the variance fixed, for what happens.
    """

    divergence: Divergence | None
    payoff: Element
    affine: bool
    misfits: tuple[Element, ...]


def prediction_of(ring: Ring, truth: Row, row: Row, payoff: PayoffRow) -> Prediction:
    """The law of one action as functions of theta: `truth` and `payoff` against what the model predicts, `row`."""
    if isinstance(truth, Normal):
        assert isinstance(row, Normal) and not isinstance(payoff, tuple)
        mean, variance = rational_element(ring, row.mean), rational_element(ring, row.variance)
        true_mean, true_variance = rational_element(ring, truth.mean), rational_element(ring, truth.variance)
        half = ring.constant(Fraction(1, 2))
        rest = (true_variance + (true_mean - mean) ** 2) / variance * half
        return Prediction(
            Divergence(rest, ((Fraction(1, 2), variance),)),
            expected_payoff(ring, payoff, mean, variance),
            _is_affine(mean) and variance.rational() is not None,
            (mean - true_mean, variance - true_variance),
        )
    assert not isinstance(row, Normal) and isinstance(payoff, tuple)
    predicted = [rational_element(ring, entry) for entry in row]
    actual = [_constant(entry) for entry in truth]
    happening = [(q, p) for q, p in zip(actual, predicted, strict=True) if q]
    divergence = None
    if not any(p.is_zero() for _, p in happening):
        divergence = Divergence(ring.constant(0), tuple((-q, p) for q, p in happening))
    total = ring.constant(0)
    for p, entry in zip(predicted, payoff, strict=True):
        total = total + p * rational_element(ring, entry)
    misfits = tuple(p - ring.constant(q) for q, p in zip(actual, predicted, strict=True))
    return Prediction(divergence, total, all(_is_affine(p) for _, p in happening), misfits)


def model_constraints(ring: Ring, model: Model, constraints: list[Constraint], excluded: list[Element]) -> None:
    """Adds the constraints on theta of a model, and the functions that must not vanish."""
    for coordinate in model.theta:
        value, domain = ring.parameter(coordinate.name), coordinate.domain
        if domain.low is not None:
            text = f"{coordinate.name} >= {domain.low}"
            constraints.append(Constraint(value - ring.constant(domain.low), domain.low_open, text))
        if domain.high is not None:
            text = f"{coordinate.name} <= {domain.high}"
            constraints.append(Constraint(ring.constant(domain.high) - value, domain.high_open, text))
    for relation in model.where:
        _add_relation(ring, relation, constraints, excluded)


def _add_relation(
    ring: Ring, relation: Relation, constraints: list[Constraint], excluded: list[Element]
) -> None:
    difference = rational_element(ring, relation.left) - rational_element(ring, relation.right)
    text = str(relation)
    match relation.operator:
        case ">" | ">=":
            constraints.append(Constraint(difference, relation.operator == ">", text))
        case "<" | "<=":
            constraints.append(Constraint(-difference, relation.operator == "<", text))
        case "==":
            constraints.append(Constraint(difference, False, text))
            constraints.append(Constraint(-difference, False, text))
        case _:
            excluded.append(difference)


def rational_element(ring: Ring, expression: Expression) -> Element:
    """The element of an expression that must be a rational function."""
    function = _function_in(expression)
    if function is not None:
        raise NotSupportedError(
            f"{brief(expression)} holds {function}, beside a continuous family; use rational functions there"
        )
    return element_of(ring, expression)[1]


def _function_in(expression: Expression) -> str | None:
    stack = [expression]
    while stack:
        match stack.pop():
            case Sum(terms=parts) | Product(factors=parts):
                stack.extend(parts)
            case Power(base=base):
                stack.append(base)
            case Apply(function=function):
                return function
            case Number() | Symbol():
                pass
    return None


def _constant(expression: Expression) -> Fraction:
    ring = Ring.of_parameters(["y"])
    value = rational_element(ring, expression).rational()
    if value is None:
        raise NotSupportedError(f"the true probability {brief(expression)} is not a number; fix the parameters")
    return value


def _is_affine(element: Element) -> bool:
    return bool(element.denominator.is_constant()) and int(element.numerator.total_degree()) <= 1


def expected_payoff(ring: Ring, payoff: Expression, mean: Element, variance: Element) -> Element:
    """``E payoff(y)`` for a normal y: E y^(k+1) = mean E y^k + k variance E y^(k-1) (Stein's identity)."""
    element = rational_element(ring, payoff)
    place = ring.index("y")
    degree = max(int(element.numerator.degrees()[place]), 0)
    moments = [ring.constant(1), mean]
    for k in range(1, degree):
        moments.append(mean * moments[k] + ring.constant(k) * variance * moments[k - 1])
    total = ring.constant(0)
    for exponents, coefficient in element.numerator.to_dict().items():
        rest = [int(e) for e in exponents]
        power, rest[place] = rest[place], 0
        term = Element(ring.context.from_dict({tuple(rest): coefficient}), ring.context.constant(1))
        total = total + term * moments[power]
    one = ring.context.constant(1)
    return total / Element(element.denominator, one)


def derivative(element: Element, variable: int) -> Element:
    """The partial derivative by one generator, by the rule for quotients."""
    top, bottom = element.numerator, element.denominator
    return Element.make(top.derivative(variable) * bottom - top * bottom.derivative(variable), bottom * bottom)


def substituted(element: Element, images: list[Element], one: Element) -> Element:
    """The element with every generator replaced; raises ZeroDivisionError where a denominator vanishes."""
    return evaluate(element.numerator, images, one) / evaluate(element.denominator, images, one)


def value_at(element: Element, values: Sequence[Real]) -> Real:
    """A function of the first generators at numbers of one field; ZeroDivisionError where it has a pole."""
    if element.denominator.is_constant():
        bottom = Real.of(int(element.denominator.leading_coefficient()))
    else:
        bottom = _polynomial_at(element.denominator, values)
    return _polynomial_at(element.numerator, values) / bottom


def _polynomial_at(polynomial: Any, values: Sequence[Real]) -> Real:
    total = ZERO
    for exponents, coefficient in polynomial.to_dict().items():
        term = Real.of(int(coefficient))
        for k, exponent in enumerate(exponents):
            if exponent:
                term = term * values[k] ** int(exponent)
        total = total + term
    return total


def law_of(
    ring: Ring, truth: Row, row: Row, payoff: PayoffRow
) -> tuple[tuple[list[tuple[Element, Element]], list[Element]], Element]:
    """((truth, prediction) of each outcome or of the mean, (predicted, true) variance), and the expected payoff."""
    if isinstance(truth, Normal):
        assert isinstance(row, Normal) and not isinstance(payoff, tuple)
        mean, variance = rational_element(ring, row.mean), rational_element(ring, row.variance)
        means = [(rational_element(ring, truth.mean), mean)]
        variances = [variance, rational_element(ring, truth.variance)]
        return (means, variances), expected_payoff(ring, payoff, mean, variance)
    assert not isinstance(row, Normal) and isinstance(payoff, tuple)
    pairs = [(rational_element(ring, q), rational_element(ring, p)) for q, p in zip(truth, row, strict=True)]
    total = ring.constant(0)
    for (_, predicted), reward in zip(pairs, payoff, strict=True):
        total = total + predicted * rational_element(ring, reward)
    return (pairs, []), total
