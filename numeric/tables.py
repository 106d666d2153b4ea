r"""The two tables of a one-agent game at a point, in high precision and straight from their definitions.

    K[t][a] = sum_y Q(y|a) log( Q(y|a) / Q_t(y|a) ),   0 log 0 = 0,   +oo when model t rules out what happens
    U[a][t] = sum_y Q_t(y|a) pi(a, y)

(Esponda & Pouzo 2016, Econometrica 84(3), section 2). Values are mpmath numbers rounded at
`Precision.digits`; a number below `Precision.tie` in absolute value counts as zero. Parameter values may be
irrational, because the boundaries of phases are: `p = log(5/3)/log(4)` is given as the mpmath number it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

from ..symbolic.errors import GameError, NotSupportedError
from ..symbolic.expressions.reading import Expression, fold
from ..symbolic.game.data import Normal, Player, Row
from ..symbolic.game.game import Game

Real: TypeAlias = Any  # an mpmath number
Value: TypeAlias = Any  # Fraction | int | mpmath number


@dataclass(frozen=True, slots=True)
class Precision:
    """Digits carried, and the absolute value below which a computed number counts as zero.

    The tolerance is 10^-tie_digits; what lies between zero and it cannot be told from a tie, and every answer
    of the numerical route is an answer up to that.
    """

    digits: int = 50
    tie_digits: int = 30

    def __post_init__(self) -> None:
        if not 0 < self.tie_digits < self.digits:
            raise GameError(
                f"precision: tie_digits={self.tie_digits} must lie between 0 and digits={self.digits}; "
                "leave room for rounding, as 30 of 50 does"
            )

    @property
    def tie(self) -> Real:
        """The tolerance as a number."""
        return mpmath.mpf(10) ** -self.tie_digits


DEFAULT_PRECISION = Precision()


@dataclass(frozen=True, slots=True)
class NumericalTables:
    """`divergence[t][a]` (mpmath's +inf where infinite) and `payoff[a][t]` of one agent at a point."""

    player: str
    actions: tuple[str, ...]
    models: tuple[str, ...]
    divergence: tuple[tuple[Real, ...], ...]
    payoff: tuple[tuple[Real, ...], ...]
    precision: Precision


def as_real(value: Value) -> Real:
    """The number rounded at mpmath's working precision; fractions are divided there, never through a float.

    >>> with mpmath.workdps(30):
    ...     print(as_real(Fraction(1, 3)))
    0.333333333333333333333333333333
    """
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    if isinstance(value, float):
        raise GameError(f"the value {value} is a float; give a Fraction, an int or an mpmath number")
    return mpmath.mpf(value)


def evaluate(expression: Expression, values: Mapping[str, Value]) -> Real:
    """The expression at these values of its symbols, rounded at mpmath's working precision.

    Raises GameError for a symbol without a value, and where a quotient, logarithm or root is undefined.

    >>> from berknash.symbolic.expressions.reading import read_expression
    >>> tree = read_expression("log(p)/(1 - q)", ["p", "q"], where="here")
    >>> with mpmath.workdps(20):
    ...     print(evaluate(tree, {"p": mpmath.e, "q": Fraction(1, 2)}))
    2.0
    """

    def symbol(name: str) -> Real:
        if name not in values:
            raise GameError(f"no value for {name}; give one, as in {{{name!r}: Fraction(1, 2)}}")
        return as_real(values[name])

    def apply(function: str, argument: Real) -> Real:
        if (function == "log" and argument <= 0) or (function == "sqrt" and argument < 0):
            raise GameError(f"{function} of {mpmath.nstr(argument, 8)} is not a real number; move the point")
        return {"exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt}[function](argument)

    def power(base: Real, exponent: int) -> Real:
        if base == 0 and exponent < 0:
            raise GameError("a denominator vanishes at this point; move the point")
        return base**exponent

    return fold(expression, as_real, symbol, mpmath.fsum, mpmath.fprod, power, apply)


def distribution(row: Row, values: Mapping[str, Value], precision: Precision, where: str) -> tuple[Real, ...]:
    """The row of probabilities at a point, entries within the tolerance of zero set to zero.

    Raises GameError when they are not probabilities at that point, NotSupportedError for a normal law.
    """
    if isinstance(row, Normal):
        raise NotSupportedError(f"{where}: normal outcomes have no finite table; use a game with finite outcomes")
    entries = [evaluate(entry, values) for entry in row]
    rounded = tuple(mpmath.mpf(0) if abs(entry) < precision.tie else entry for entry in entries)
    if min(rounded) < 0 or abs(mpmath.fsum(rounded) - 1) > precision.tie * (len(rounded) + 1):
        shown = ", ".join(mpmath.nstr(entry, 6) for entry in entries)
        raise GameError(f"{where}: ({shown}) is not a probability distribution; move the point into the domain")
    return rounded


def divergence(truth: tuple[Real, ...], predicted: tuple[Real, ...]) -> Real:
    """Kullback-Leibler divergence of `predicted` from `truth` in nats, +inf when it rules out what happens.

    >>> zero, half, one = mpmath.mpf(0), mpmath.mpf("0.5"), mpmath.mpf(1)
    >>> print(divergence((one, zero), (half, half)) / mpmath.log(2))
    1.0
    >>> print(divergence((one, zero), (zero, one)))
    +inf
    """
    happens = [(true, believed) for true, believed in zip(truth, predicted, strict=True) if true > 0]
    if any(believed == 0 for _, believed in happens):
        return mpmath.inf
    return mpmath.fsum(true * mpmath.log(true / believed) for true, believed in happens)


def normal_divergence(truth: tuple[Real, Real], predicted: tuple[Real, Real]) -> Real:
    """Kullback-Leibler divergence between normal laws given as (mean, variance), in nats.

    >>> print(normal_divergence((mpmath.mpf(1), mpmath.mpf(1)), (mpmath.mpf(0), mpmath.mpf(1))))
    0.5
    """
    (mean, variance), (believed, spread) = truth, predicted
    return (mpmath.log(spread / variance) + (variance + (mean - believed) ** 2) / spread - 1) / 2


def normal_law(row: Row, values: Mapping[str, Value], where: str) -> tuple[Real, Real]:
    """Mean and variance at a point; GameError when the variance is not positive there."""
    assert isinstance(row, Normal)
    mean, variance = evaluate(row.mean, values), evaluate(row.variance, values)
    if not variance > 0:
        raise GameError(f"{where}: the variance {mpmath.nstr(variance, 6)} is not positive; move the point")
    return mean, variance


def normal_expectation(payoff: Expression, law: tuple[Real, Real], values: Mapping[str, Value]) -> Real:
    """The mean of a polynomial in y under a normal law, by Gauss-Hermite quadrature, which is exact for it."""
    mean, variance = law
    nodes, weights = _gauss_hermite(_degree(payoff) // 2 + 1)
    spread = mpmath.sqrt(variance)
    return mpmath.fsum(
        weight * evaluate(payoff, {**values, "y": mean + spread * node})
        for node, weight in zip(nodes, weights, strict=True)
    )


def _degree(payoff: Expression) -> int:
    """A bound for the degree in y of a polynomial."""
    found: int = fold(
        payoff, lambda _: 0, lambda name: int(name == "y"), max, sum, lambda base, exponent: base * abs(exponent),
        lambda _, argument: argument,
    )  # fmt: skip
    return found


def _gauss_hermite(count: int) -> tuple[list[Real], list[Real]]:
    """Nodes and weights for the standard normal law: the zeros of He_n, and (n-1)! / (n He_{n-1}(x)**2)."""
    before, here = [mpmath.mpf(1)], [mpmath.mpf(1), mpmath.mpf(0)]
    for k in range(1, count):
        shifted = [*here, mpmath.mpf(0)]
        padded = [mpmath.mpf(0)] * (len(shifted) - len(before)) + before
        before, here = here, [a - k * b for a, b in zip(shifted, padded, strict=True)]
    nodes = mpmath.polyroots(here, maxsteps=200, extraprec=200)
    factor = mpmath.factorial(count) / count**2
    return nodes, [factor / mpmath.polyval(before, node) ** 2 for node in nodes]


def _normal_tables(player: Player, point: Mapping[str, Value], precision: Precision) -> NumericalTables:
    """The tables of a player with normal outcomes."""
    laws = {a: normal_law(player.truth_row((a,)), point, f"truth.{a}") for a in player.actions}
    predicted = [
        [normal_law(m.row(a), point, f"models.{m.name}.predicts.{a}") for a in player.actions] for m in player.models
    ]
    payoffs = []
    for place, action in enumerate(player.actions):
        reward = player.payoff_row(action)
        assert not isinstance(reward, tuple)
        payoffs.append(tuple(normal_expectation(reward, row[place], point) for row in predicted))
    return NumericalTables(
        player.name,
        player.actions,
        tuple(m.name for m in player.models),
        tuple(
            tuple(normal_divergence(laws[a], law) for a, law in zip(player.actions, row, strict=True))
            for row in predicted
        ),
        tuple(payoffs),
        precision,
    )


def single_player(game: Game, *, normal: bool = False) -> Player:
    """The player of a game with one player, no signals, finitely many models, and finite outcomes (or, where asked
    for, normal ones); else NotSupportedError.
    """
    if len(game.players) != 1 or game.signals:
        kind = f"{len(game.players)} players" if len(game.players) != 1 else "signals"
        raise NotSupportedError(f"{game.name}: the numerical route takes one player without signals, not {kind}")
    (player,) = game.players
    if player.outcomes == "normal" and not normal:
        raise NotSupportedError(f"{game.name}: the numerical route takes finite outcomes, not normal ones")
    for model in player.models:
        if model.theta:
            raise NotSupportedError(
                f"{game.name}: the numerical route takes finite models, not the family {model.name}"
            )
    return player


def numerical_tables(
    game: Game, values: Mapping[str, Value] | None = None, precision: Precision = DEFAULT_PRECISION
) -> NumericalTables:
    """The tables K and U of a one-agent game where every parameter is fixed, by `game.at` or by `values`.

    Parameters: `values` maps the remaining parameters to Fractions, ints or mpmath numbers (floats are
    refused). Returns numbers correct up to rounding at `precision.digits`; numerical, not certified. Raises
    GameError for a missing value or a row that is no distribution at the point, NotSupportedError for other
    kinds of game.

    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"stay": {"good": "p", "bad": "1 - p"}}
    >>> even = {"predicts": {"stay": {"good": "1/2", "bad": "1/2"}}}
    >>> game = Game.from_dict({"format": 1, "name": "one action", "parameters": {"p": "(0, 1)"},
    ...     "players": {"agent": {"actions": ["stay"], "outcomes": ["good", "bad"], "truth": rows,
    ...                           "payoff": {"stay": {"good": 3, "bad": 0}}, "models": {"even": even}}}})
    >>> tables = numerical_tables(game, {"p": Fraction(1, 4)})
    >>> print(mpmath.nstr(tables.divergence[0][0], 12), mpmath.nstr(tables.payoff[0][0], 12))
    0.130812035941 1.5
    """
    point = dict(values or {})
    if game.has_tables and game.players[0].outcomes == "normal":
        with mpmath.workdps(precision.digits):
            return _normal_tables(game.players[0], point, precision)
    player = single_player(game)
    with mpmath.workdps(precision.digits):
        truth = {
            action: distribution(player.truth_row((action,)), point, precision, f"truth.{action}")
            for action in player.actions
        }
        predicted = {
            (model.name, action): distribution(
                model.row(action), point, precision, f"models.{model.name}.predicts.{action}"
            )
            for model in player.models
            for action in player.actions
        }
        rewards: dict[str, tuple[Real, ...]] = {}
        for action in player.actions:
            row = player.payoff_row(action)
            assert isinstance(row, tuple)
            rewards[action] = tuple(evaluate(entry, point) for entry in row)
        models = tuple(model.name for model in player.models)
        return NumericalTables(
            player.name,
            player.actions,
            models,
            tuple(
                tuple(divergence(truth[action], predicted[model, action]) for action in player.actions)
                for model in models
            ),
            tuple(
                tuple(
                    mpmath.fsum(map(lambda left, right: left * right, predicted[model, action], rewards[action]))
                    for model in models
                )
                for action in player.actions
            ),
            precision,
        )


def is_infinite(value: Real) -> bool:
    """Whether a divergence is +oo."""
    return bool(mpmath.isinf(value)) or value == math.inf
