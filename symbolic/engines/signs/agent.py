r"""A family with one coordinate x, as functions of free parameters.

Let x range over an interval, and let predictions and payoffs be polynomials in x. Where after action a every predicted
probability is a product of affine factors, ``p_y = k_y prod_i (c_i + d_i x)**n_i`` (finite outcomes: probabilities that
are affine themselves, or those of repeated draws such as ``x**2, 2*x*(1 - x), (1 - x)**2``), or where the mean is
``c + d x`` and the variance is not moved by x (normal outcomes), K(x, a) is convex on every interval without a zero of
a prediction, with slope

    finite outcomes   K'(x, a) = - sum_y Q(y|a) sum_i n_i d_i / (c_i + d_i x)
    normal outcomes   K'(x, a) = d (c + d x - m) / v

Payoffs are polynomials ``U(a, x)`` too. Parameters may stand in all of Q, k, c, d, m, v and the payoffs.
Source: Esponda & Pouzo 2016, section 2 (definitions); the rest is calculus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ...algebra.ring import Element, Polynomial, Ring, context_of, evaluate, in_powers_of, irreducible_factors
from ...errors import NotSupportedError
from ...forms.laws import Constraint, law_of, model_constraints
from ...forms.theta_interval import Bound
from ...game.data import Model, PayoffRow, Player, Row
from ...game.game import Game

Situation = tuple[str, Row, Row, PayoffRow]
"""A name, the true law, the predicted law, the payoff."""


@dataclass(frozen=True, slots=True)
class Factor:
    """The factor ``(start + step * x)**power`` of a prediction."""

    start: Element
    step: Element
    power: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome after one action: it happens with `chance` and is predicted with a polynomial, lowest power first.

    The polynomial is `scale` times the product of the factors; `factors` is None where it has none of this kind.
    """

    chance: Element
    prediction: tuple[Element, ...]
    scale: Element
    factors: tuple[Factor, ...] | None

    @property
    def start(self) -> Element:
        """The prediction at x = 0."""
        return self.prediction[0]

    @property
    def step(self) -> Element:
        """The slope of an affine prediction."""
        assert len(self.prediction) == 2
        return self.prediction[1]


@dataclass(frozen=True, slots=True)
class Law:
    """What happens after one action.

    `outcomes` for finitely many; for normal ones a single entry, with the true mean as chance and the prediction of
    the mean; then `variance` is the predicted variance and `spread` the true one.
    """

    outcomes: tuple[Outcome, ...]
    variance: Element | None = None
    spread: Element | None = None

    @property
    def convex(self) -> bool:
        """Whether the divergence is convex on intervals without a zero of a prediction."""
        if self.variance is not None:
            return all(len(outcome.prediction) == 2 for outcome in self.outcomes)
        return all(outcome.factors is not None for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class LineAgent:
    """One agent with one family in one coordinate; `bounds` cut out its interval, which parameters may move."""

    player: str
    actions: tuple[str, ...]
    parameters: tuple[str, ...]
    model: str
    coordinate: str | None
    ring: Ring
    bounds: tuple[Bound, ...]
    laws: tuple[Law, ...]
    payoffs: tuple[tuple[Element, ...], ...]

    @property
    def has_curved_payoffs(self) -> bool:
        """Whether a payoff is no line."""
        return any(len(payoff) > 2 for payoff in self.payoffs)

    @property
    def is_affine(self) -> bool:
        """Whether all predictions and payoffs are lines."""
        return not self.has_curved_payoffs and all(len(o.prediction) == 2 for law in self.laws for o in law.outcomes)

    def difference(self, first: int, second: int) -> tuple[Element, ...]:
        """The polynomial ``U(first, x) - U(second, x)``, lowest power first; two entries at least."""
        zero = self.ring.constant(0)
        return tuple(a - b for a, b in zip_longest(self.payoffs[first], self.payoffs[second], fillvalue=zero))

    @property
    def coordinates(self) -> tuple[str, ...]:
        """The coordinate, as one of a list; none for a single model."""
        return () if self.coordinate is None else (self.coordinate,)

    @property
    def families(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The models by name, with their coordinates."""
        return ((self.model, self.coordinates),)


def read_line_agent(game: Game) -> LineAgent:
    """The game in this form.

    Raises NotSupportedError, naming what, for other games: several families or models, several coordinates, divergences
    that need not be convex, and what `line_family_of` refuses.
    """
    (player,) = game.players
    if len(player.models) != 1 or not player.models[0].theta or game.signals:
        raise NotSupportedError("closed forms on a line need one family with one coordinate")
    return with_convex_laws(line_family(player, player.models[0], tuple(p.name for p in game.parameters)))


def with_convex_laws(agent: LineAgent) -> LineAgent:
    """The agent, whose divergences are convex; NotSupportedError for another."""
    if not all(law.convex for law in agent.laws):
        raise NotSupportedError(f"predictions of {agent.model} must have factors affine in {agent.coordinate}")
    return agent


def line_family(player: Player, model: Model, names: tuple[str, ...]) -> LineAgent:
    """One model of a class in this form; a single model, without a coordinate, is the family with Theta = {0}.

    Raises NotSupportedError as `line_family_of`.
    """
    situations = [(a, player.truth_row((a,)), model.row(a), player.payoff_row(a)) for a in player.actions]
    return line_family_of(player.name, model, names, situations)


def line_family_of(owner: str, model: Model, names: tuple[str, ...], situations: Sequence[Situation]) -> LineAgent:
    """One model where these situations, whatever they are, stand for the actions.

    Raises NotSupportedError for families with several coordinates, predictions and payoffs that are no polynomials in
    the coordinate, relations that are not affine in it, variances that it moves.
    """
    if len(model.theta) > 1:
        raise NotSupportedError(f"closed forms on a line need families with one coordinate; {model.name} has more")
    coordinate = model.theta[0].name if model.theta else None
    wide = Ring.of_parameters([coordinate or "no coordinate", *names, "y"])
    ring = Ring.of_parameters(names)
    zero, one = ring.constant(0), ring.constant(1)
    images = [zero, *(ring.parameter(p) for p in names), zero]
    reading = _Reading(wide, images, one, f"{model.name} must be {{}} in {coordinate}")
    constraints: list[Constraint] = []
    excluded: list[Element] = []
    model_constraints(wide, model, constraints, excluded)
    if excluded:
        raise NotSupportedError(f"the domain of {model.name} is no interval")
    bounds = tuple(Bound(*reading.line(c.polynomial, "relations"), c.strict, c.text) for c in constraints)
    if coordinate is None:
        bounds = (Bound(zero, one, False, "a point"), Bound(zero, -one, False, "a point"))
    laws, payoffs = [], []
    for _, truth, row, reward in situations:
        law, payoff = law_of(wide, truth, row, reward)
        outcomes = tuple(reading.outcome(q, p) for q, p in law[0])
        variances = [reading.line(v, "variances") for v in law[1]]
        if any(not slope.is_zero() for _, slope in variances):
            raise NotSupportedError(f"the variance that {model.name} predicts must not move with {coordinate}")
        laws.append(Law(outcomes, *(v for v, _ in variances)))
        payoffs.append(reading.polynomial(payoff, "payoffs"))
    actions = tuple(s[0] for s in situations)
    return LineAgent(owner, actions, names, model.name, coordinate, ring, bounds, tuple(laws), tuple(payoffs))


@dataclass(frozen=True, slots=True)
class _Reading:
    """Functions of the coordinate, the first generator of a ring, as polynomials in it."""

    wide: Ring
    images: list[Element]
    one: Element
    refusal: str

    def polynomial(self, element: Element, what: str) -> tuple[Element, ...]:
        """The coefficients, lowest first, at least two."""
        if element.denominator.degrees()[0] > 0:
            raise NotSupportedError(f"{what} of {self.refusal.format('polynomials')}")
        below = evaluate(element.denominator, self.images, self.one)
        return tuple(part / below for part in self._parts(element.numerator))

    def _parts(self, polynomial: Polynomial) -> list[Element]:
        rest = context_of([g.name for g in self.wide.generators[1:]])
        found = [evaluate(part, self.images[1:], self.one) for part in in_powers_of(0, polynomial, rest)]
        return found if len(found) > 1 else [*found, self.one - self.one]

    def line(self, element: Element, what: str) -> tuple[Element, Element]:
        """Start and step of what is affine."""
        found = self.polynomial(element, what)
        if len(found) > 2:
            raise NotSupportedError(f"{what} of {self.refusal.format('affine')}")
        return found[0], found[1]

    def outcome(self, chance: Element, predicted: Element) -> Outcome:
        """An outcome, or the mean of a normal one."""
        happens = self.line(chance, "chances")[0]
        prediction = self.polynomial(predicted, "predictions")
        if len(prediction) == 2:
            return Outcome(happens, prediction, self.one, (Factor(prediction[0], prediction[1]),))
        content, parts = irreducible_factors(predicted.numerator)
        scale, factors = self.one * self._number(content) / evaluate(predicted.denominator, self.images, self.one), []
        for part, power in parts:
            coefficients = self._parts(part)
            if len(coefficients) > 2:
                return Outcome(happens, prediction, self.one, None)
            if coefficients[1].is_zero():
                scale = scale * coefficients[0] ** power
            else:
                factors.append(Factor(coefficients[0], coefficients[1], power))
        return Outcome(happens, prediction, scale, tuple(factors))

    def _number(self, value: int) -> Element:
        context = self.one.numerator.context()
        return Element(context.constant(value), context.constant(1))
