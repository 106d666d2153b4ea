r"""A family with one coordinate x whose predictions are affine in x, as functions of free parameters.

Let x range over an interval. After action a the models predict probabilities ``c_y + d_y x`` (finite outcomes), or the
mean ``c + d x`` and a variance that x does not move (normal outcomes). Then K(x, a) is convex in x, with slope

    finite outcomes   K'(x, a) = - sum_y Q(y|a) d_y / (c_y + d_y x)
    normal outcomes   K'(x, a) = d (c + d x - m) / v

and payoffs are lines ``U(a, x) = alpha_a + beta_a x``. Parameters may stand in all of Q, c, d, m, v and the payoffs.
Source: Esponda & Pouzo 2016, section 2 (definitions); the rest is calculus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..algebra import Element, Ring
from ..errors import NotSupportedError
from ..game import Game, Model, Normal, PayoffRow, Player, Row
from .agent import Constraint, derivative, expected_payoff, model_constraints, rational_element, substituted
from .line_domain import Bound

Situation = tuple[str, Row, Row, PayoffRow]
"""A name, the true law, the predicted law, the payoff."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome after one action: it happens with `chance` and is predicted with ``start + step * x``."""

    chance: Element
    start: Element
    step: Element


@dataclass(frozen=True, slots=True)
class Law:
    """What happens after one action.

    `outcomes` for finitely many; for normal ones a single entry, with the true mean as chance and the prediction of
    the mean; then `variance` is the predicted variance and `spread` the true one.
    """

    outcomes: tuple[Outcome, ...]
    variance: Element | None = None
    spread: Element | None = None


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
    alpha: tuple[Element, ...]
    beta: tuple[Element, ...]

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

    Raises NotSupportedError, naming what, for other games: several families or models, several coordinates,
    predictions, payoffs or relations that are not affine in the coordinate.
    """
    (player,) = game.players
    if len(player.models) != 1 or not player.models[0].theta or game.signals:
        raise NotSupportedError("closed forms on a line need one family with one coordinate")
    return line_family(player, player.models[0], tuple(p.name for p in game.parameters))


def line_family(player: Player, model: Model, names: tuple[str, ...]) -> LineAgent:
    """One model of a class in this form; a single model, without a coordinate, is the family with Theta = {0}.

    Raises NotSupportedError as `read_line_agent`.
    """
    situations = [(a, player.truth_row((a,)), model.row(a), player.payoff_row(a)) for a in player.actions]
    return line_family_of(player.name, model, names, situations)


def line_family_of(owner: str, model: Model, names: tuple[str, ...], situations: Sequence[Situation]) -> LineAgent:
    """One model where these situations, whatever they are, stand for the actions.

    Raises NotSupportedError as `read_line_agent`.
    """
    if len(model.theta) > 1:
        raise NotSupportedError(f"closed forms on a line need families with one coordinate; {model.name} has more")
    coordinate = model.theta[0].name if model.theta else None
    wide = Ring.of_parameters([coordinate or "no coordinate", *names, "y"])
    ring = Ring.of_parameters(names)
    zero, one = ring.constant(0), ring.constant(1)
    laws, alpha, beta = [], [], []

    def line(element: Element, what: str = "predictions and payoffs") -> tuple[Element, Element]:
        slope = derivative(element, 0)
        if not derivative(slope, 0).is_zero():
            raise NotSupportedError(f"{what} of {model.name} must be affine in {coordinate}")
        images = [zero, *(ring.parameter(p) for p in names), zero]
        return substituted(element, images, one), substituted(slope, images, one)

    constraints: list[Constraint] = []
    excluded: list[Element] = []
    model_constraints(wide, model, constraints, excluded)
    if excluded:
        raise NotSupportedError(f"the domain of {model.name} is no interval")
    bounds = tuple(Bound(*line(c.polynomial, "relations"), c.strict, c.text) for c in constraints)
    if coordinate is None:
        bounds = (Bound(zero, one, False, "a point"), Bound(zero, -one, False, "a point"))
    for _, truth, row, reward in situations:
        law, payoff = law_of(wide, truth, row, reward)
        outcomes = tuple(Outcome(line(q)[0], *line(p)) for q, p in law[0])
        variances = [line(v) for v in law[1]]
        if any(not slope.is_zero() for _, slope in variances):
            raise NotSupportedError(f"the variance that {model.name} predicts must not move with {coordinate}")
        laws.append(Law(outcomes, *(v for v, _ in variances)))
        start, step = line(payoff)
        alpha.append(start)
        beta.append(step)
    return LineAgent(
        owner, tuple(s[0] for s in situations), names, model.name, coordinate, ring, bounds, tuple(laws), tuple(alpha),
        tuple(beta),
    )  # fmt: skip


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

