"""The decision tables of a game with normal outcomes and finitely many models, parameters and all.

    K[t][a] = (log v_t + (v + (m - m_t)**2) / v_t) / 2      (divergence up to terms that no model changes)
    U[a][t] = E pi(a, y) for y normal with mean m_t and variance v_t,  E y^(k+1) = m_t E y^k + k v_t E y^(k-1)

for true mean m and variance v (Esponda & Pouzo 2016, section 2). With these tables a game with normal outcomes is
solved like one with finitely many outcomes: `structure`, `atoms` and `phases` never look at outcomes again.
"""

from __future__ import annotations

from fractions import Fraction

from ..algebra.elements import element_of
from ..algebra.rewritings import logarithm, reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..cells.atoms import DecisionTables
from ..errors import NotSupportedError
from ..expressions.reading import Expression, Number, Power, Product, Sum, Symbol, symbols_of
from ..game.data import Normal
from ..game.game import Game
from ..game.parameter_space import game_ring


def normal_decision_tables(game: Game) -> DecisionTables:
    """The exact tables of a one-agent game with normal outcomes and finitely many models.

    Raises NotSupportedError for every other kind of game, naming the feature.

    Examples
    --------
    >>> game = Game.from_dict({"format": 1, "name": "dose", "parameters": {"m": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["give"], "outcomes": "normal", "truth": {"give": {"mean": "m", "variance": "1"}},
    ...     "payoff": {"give": "y**2"},
    ...     "models": {"none": {"predicts": {"give": {"mean": "0", "variance": "1"}}},
    ...                "some": {"predicts": {"give": {"mean": "1", "variance": "4"}}}}}}})
    >>> tables = normal_decision_tables(game)
    >>> str(tables.payoff[0][1].numerator), [str(row[0].numerator) for row in tables.divergence]
    ('5', ['m^2 + 1', 'm^2 - 2*m + 8*log(2) + 2'])
    """
    if len(game.players) != 1 or game.signals:
        raise NotSupportedError("several players or signals with normal outcomes; tables are for one player")
    (player,) = game.players
    for model in player.models:
        if model.theta:
            raise NotSupportedError(f"the continuous family {model.name} has no row in a table")
    ring = game_ring(game)
    divergence: list[list[Element]] = [[] for _ in player.models]
    payoff: list[list[Element]] = [[] for _ in player.actions]
    positive: list[Element] = []
    misfit: list[list[tuple[Element, ...]]] = [[] for _ in player.models]
    half = Fraction(1, 2)
    for a, action in enumerate(player.actions):
        truth, reward = player.truth_row((action,)), player.payoff_row(action)
        if not isinstance(truth, Normal) or isinstance(reward, tuple):
            raise NotSupportedError("finitely many outcomes; use decision_tables")
        ring, true_mean = element_of(ring, truth.mean)
        ring, true_variance = element_of(ring, truth.variance)
        ring, powers = _powers(ring, reward)
        for t, model in enumerate(player.models):
            row = model.row(action)
            assert isinstance(row, Normal)
            ring, mean = element_of(ring, row.mean)
            ring, variance = element_of(ring, row.variance)
            ring, log_variance = logarithm(ring, lift(variance, ring.context))
            spread = true_variance + (true_mean - mean) ** 2
            value = (log_variance + spread / variance) * ring.constant(half)
            divergence[t].append(reduce_roots(ring, lift(value, ring.context)))
            positive.append(variance)
            gaps = (mean - true_mean, variance - true_variance)
            misfit[t].append(tuple(gap for gap in gaps if not gap.is_zero()))
            payoff[a].append(reduce_roots(ring, lift(_expected(ring, powers, mean, variance), ring.context)))
    return DecisionTables(
        ring,
        player.actions,
        tuple(m.name for m in player.models),
        tuple(tuple(lift(e, ring.context) for e in row) for row in divergence),
        tuple(tuple(lift(e, ring.context) for e in row) for row in payoff),
        tuple(dict.fromkeys(lift(e, ring.context) for e in positive if e.rational() is None)),
        tuple(tuple(tuple(lift(e, ring.context) for e in gaps) for gaps in row) for row in misfit),
    )


def _expected(ring: Ring, powers: list[Element], mean: Element, variance: Element) -> Element:
    moments = [ring.constant(1), mean]
    for k in range(1, len(powers)):
        moments.append(mean * moments[k] + ring.constant(k) * variance * moments[k - 1])
    total = ring.constant(0)
    for coefficient, moment in zip(powers, moments, strict=False):
        total = total + coefficient * moment
    return total


def _powers(ring: Ring, expression: Expression) -> tuple[Ring, list[Element]]:
    """The coefficients of the powers of y in a payoff, which is a polynomial in y."""
    if "y" not in symbols_of(expression):
        ring, value = element_of(ring, expression)
        return ring, [value]
    match expression:
        case Symbol():
            return ring, [ring.constant(0), ring.constant(1)]
        case Sum(parts):
            total: list[Element] = []
            for part in parts:
                ring, found = _powers(ring, part)
                size = max(len(total), len(found))
                padded = [[*p, *(ring.constant(0) for _ in range(size - len(p)))] for p in (total, found)]
                total = [x + y for x, y in zip(*padded, strict=True)]
            return ring, total
        case Product(parts):
            result = [ring.constant(1)]
            for part in parts:
                ring, found = _powers(ring, part)
                result = _product(ring, result, found)
            return ring, result
        case Power(base, exponent):
            ring, found = _powers(ring, base)
            result = [ring.constant(1)]
            for _ in range(exponent):
                result = _product(ring, result, found)
            return ring, result
        case Number():
            raise AssertionError("a number holds no y")
        case _:
            raise NotSupportedError("a payoff that is no polynomial in y")


def _product(ring: Ring, first: list[Element], second: list[Element]) -> list[Element]:
    result = [ring.constant(0) for _ in range(len(first) + len(second) - 1)]
    for i, x in enumerate(first):
        for j, y in enumerate(second):
            result[i + j] = result[i + j] + x * y
    return result
