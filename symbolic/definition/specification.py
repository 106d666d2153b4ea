"""Which equilibria survive when every player knows the truth.

Replace each player's class of models by the truth. With the models right, a belief on the best fits is the truth
itself wherever play reaches, and an action is a best reply iff it is one objectively. So a Berk-Nash equilibrium sigma
*survives correct specification* iff for every player i, every own signal s and every action a that i plays after s,

    E[pi_i(s, a, y)] >= E[pi_i(s, b, y)]  for every action b,

expectations under the true law ``Q_i(y | signals, actions)`` with the others' signals given s and the others' play
sigma_-i: for one agent a best reply to Q itself, for several players a Nash (Bayesian Nash) equilibrium of the
objective game (Esponda & Pouzo 2016, section 4: correctly specified and identified games have BNE = Nash; several
players: `symbolic.definition.objective`). For one agent it is a matter of the support alone. What survives is no
product of the misspecification; what does not survive is.

The differences of expected payoffs are exact. With every parameter fixed their signs are decided; with free parameters
the answer is the exact condition within the condition under which the equilibrium exists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..algebra.elements import element_of
from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..algebra.signs import Point
from ..algebra.text import element_expression
from ..cells.conditions import Condition
from ..errors import BudgetError, NotSupportedError, UndecidedError
from ..expressions.reading import Expression
from ..forms.laws import expected_payoff as normal_expectation
from ..game.data import Model, Normal, Player
from ..game.game import Game
from ..game.parameter_space import game_ring
from ..limits import Allowance
from ..results.answers import AT_LEAST_ZERO, NO, UNDECIDED, YES, Answer, Questions


def correctly_specified(game: Game) -> Game:
    """The game of one player, with or without signals, whose class of models is the truth alone.

    Raises NotSupportedError for several players: there the truth about a player's outcome is a law for each way the
    others play, and the correctly specified game is the objective one (`symbolic.definition.objective`).

    Examples
    --------
    >>> rows = {"stay": {"good": "1/2", "bad": "1/2"}}
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "one", "players": {"agent": {
    ...         "actions": ["stay"], "outcomes": ["good", "bad"], "truth": rows,
    ...         "payoff": {"stay": {"good": 1, "bad": 0}},
    ...         "models": {"rosy": {"predicts": {"stay": {"good": "9/10", "bad": "1/10"}}}}}}})
    >>> [str(q) for q in correctly_specified(game).players[0].models[0].row("stay")]
    ['1/2', '1/2']
    """
    if len(game.players) != 1:
        raise NotSupportedError("several players: the truth about one depends on how the others play")
    (player,) = game.players
    rows = tuple((((signals[0] if signals else ""), actions[0]), row) for (signals, actions), row in player.truth)
    return replace(game, players=(replace(player, models=(Model("truth", rows),)),))


def objective_payoffs(game: Game) -> tuple[tuple[str, tuple[tuple[str, Expression], ...]], ...]:
    """For one player, after each own signal ("" without signals), the true expected payoff of each action; exact.

    Raises NotSupportedError for several players, and for payoffs that are no polynomials in a normal outcome.
    """
    (player,) = game.players
    names = [p.name for p in game.parameters]
    found = []
    for signal in player.signals or ("",):
        ring = Ring.of_parameters([*names, "y"]) if player.outcomes == "normal" else game_ring(game)
        gains = []
        for action in player.actions:
            ring, gain = _true_payoff(ring, player, signal, action)
            gains.append((action, gain))
        found.append((signal, tuple((a, element_expression(ring, lift(gain, ring.context))) for a, gain in gains)))
    return tuple(found)


def _true_payoff(ring: Ring, player: Player, signal: str, action: str) -> tuple[Ring, Element]:
    row = player.truth_row((action,), (signal,) if signal else ())
    reward = player.payoff_row(action, signal)
    if isinstance(row, Normal):
        return _normal_payoff(ring, reward, row)
    assert isinstance(reward, tuple)
    total = ring.constant(0)
    for entry, gain in zip(row, reward, strict=True):
        ring, q = element_of(ring, entry)
        ring, value = element_of(ring, gain)
        total = lift(total, ring.context) + lift(q, ring.context) * value
    return ring, reduce_roots(ring, lift(total, ring.context))


def _normal_payoff(ring: Ring, reward: Expression | tuple[Expression, ...], row: Normal) -> tuple[Ring, Element]:
    assert not isinstance(reward, tuple)
    ring, mean = element_of(ring, row.mean)
    ring, variance = element_of(ring, row.variance)
    return ring, normal_expectation(ring, reward, lift(mean, ring.context), variance)


def normal_payoff(
    parameters: Sequence[str], reward: Expression | tuple[Expression, ...], row: Normal
) -> Expression:
    """The expected payoff, a polynomial in y, where y has this normal law; exact."""
    ring, gain = _normal_payoff(Ring.of_parameters([*parameters, "y"]), reward, row)
    return element_expression(ring, gain)


def agent_survival(
    game: Game,
    entries: Sequence[tuple[Mapping[str, Sequence[str]], Condition]],
    allowance: Allowance | None = None,
) -> tuple[Answer, ...]:
    """For one player: whether all actions of a support are objectively optimal, for each entry.

    Parameters
    ----------
    game : one player, of any kind
    entries : the actions played after each signal ("" without signals), and the condition of the equilibrium
    allowance : the steps that may be taken; beyond them answers are undecided

    Returns one exact `Answer` for each entry; undecided ones carry the reason.
    """
    try:
        payoffs = objective_payoffs(game)
    except NotSupportedError as error:
        return tuple(Answer(UNDECIDED, reason=str(error)) for _ in entries)
    questions = Questions(game, allowance)
    questions.prepare(condition for _, condition in entries)
    found = []
    for support, condition in entries:
        gaps: list[tuple[Expression, Expression]] = []
        for signal, gains in payoffs:
            by_action = dict(gains)
            for played in support[signal]:
                gaps.extend((by_action[played], other) for name, other in gains if name != played)
        found.append(_all_at_least(questions, gaps, condition))
    return tuple(found)


def _all_at_least(questions: Questions, pairs: Sequence[tuple[Expression, Expression]], condition: Condition) -> Answer:
    """Whether ``first >= second`` for all pairs, within a condition on the parameters."""
    ring = game_ring(questions.game)
    gaps: list[Element] = []
    for first, second in pairs:
        ring, high = element_of(ring, first)
        ring, low = element_of(ring, second)
        gaps.append(reduce_roots(ring, lift(high, ring.context) - low))
    try:
        if not questions.free:
            point = Point(ring, {})
            return Answer(YES if all(point.sign(lift(g, ring.context)) >= 0 for g in gaps) else NO)
        return questions.within(ring, [(gap, AT_LEAST_ZERO) for gap in gaps], condition)
    except (BudgetError, UndecidedError, NotSupportedError) as error:
        return Answer(UNDECIDED, reason=str(error))
