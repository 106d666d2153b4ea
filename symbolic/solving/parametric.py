"""Games with a continuous family and free parameters: which closed forms cover them.

* one coordinate, payoffs polynomial in it and predictions affine or products of affine factors: `line_solution`, any
  number of actions and parameters;
* parameters of the truth and the payoffs alone, up to two: curves of best fits (`symbolic.engines.signs.hull_mixtures`;
`free_pure` with more);
* several families and single models, each with one coordinate at most and polynomial in it: `several_solution`, which
  also takes one family with other polynomial predictions;
* one predicted number for each action, everything affine in theta, any number of coordinates, actions and parameters:
  `scalar_solution`;
* one family that falls apart into blocks of coordinates, each fitted alone, any number of parameters: `play_solution`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from ..cells.undecided import attempt
from ..engines.algebraic.agent import solve_families
from ..engines.signs.agent import read_line_agent
from ..engines.signs.engine import line_solution
from ..engines.signs.free_pure import pure_solution
from ..engines.signs.hull_curves import read_free_agent
from ..engines.signs.hull_mixtures import two_action_solution
from ..engines.signs.play.form import read_play
from ..engines.signs.play.solution import play_solution
from ..engines.signs.polyhedron_agent import read_scalar_agent
from ..engines.signs.polyhedron_engine import scalar_solution
from ..engines.signs.several_agent import read_several_agent
from ..engines.signs.several_solution import several_solution
from ..errors import NotSupportedError
from ..game.free_parameters import fixed_at
from ..game.game import Game
from ..results.solution import Solution

PARAMETER_LIMIT = 2


def solve_free(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
    """All equilibria and the structure of a game with families of models, symbolic in its free parameters.

    One coordinate, payoffs polynomial in it, predictions affine or products of affine factors: any number of actions
    and parameters, which may also move the predictions and the ends of Theta (`line_solution`). Several coordinates:
    the same where all is affine and one number is predicted for each action, the mean of a normal outcome or the chance
    of one of two (`scalar_solution`). Several families with one coordinate, and single models beside them, or one with
    other polynomial predictions: pure equilibria and the transition graph, and mixtures of two actions, as far as
    closed forms go (`several_solution`). Otherwise parameters of the truth and the payoffs: two actions in full, with
    more the pure equilibria (`free_pure`); what depends on mixtures is then listed as undecided.

    Exact: the conditions cover the domain and `assume`.

    Raises NotSupportedError, naming what, beyond these closed forms: several families with more coordinates; with
    several coordinates, more than two outcomes with more than two parameters, fits that are no rational functions, or
    indifference of higher degree than one in the mixture.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> for e in solve_free(game).equilibria:
    ...     print(e.support, e.dimension, "strict" if e.strict else "", "if", e.condition)
    ('bet',) 0  if q == 1/2
    ('bet',) 0 strict if q > 1/2
    ('pass',) 0 strict if q < 1/2
    ('pass',) 0  if q == 1/2
    ('bet', 'pass') 1  if q == 1/2
    >>> [(str(v.coordinates[0][1]), str(v.condition)) for v in solve_free(game).equilibria[1].theta.vertices]
    [('q', 'q > 1/2 and q < 2/3'), ('2/3', 'q >= 2/3')]
    """
    fixed, point = fixed_at(game, at)
    if len(fixed.players[0].models) > 1:
        return several_solution(fixed, read_several_agent(fixed), point)
    line, _ = attempt(lambda: read_line_agent(fixed))
    if line is not None and line.is_affine:
        return line_solution(fixed, line, point)
    scalar, _ = attempt(lambda: read_scalar_agent(fixed))
    several, _ = attempt(lambda: read_several_agent(fixed))
    # The first that leaves nothing open, or else the one that leaves least open.
    routes: list[Callable[[], Solution]] = [lambda: _by_hulls(fixed, point)]
    if line is not None:
        routes.insert(0, lambda: line_solution(fixed, line, point))
    if scalar is not None:
        # Slower, but for any number of actions and parameters.
        routes.append(lambda: scalar_solution(fixed, scalar, point))
    if several is not None:
        routes.append(lambda: several_solution(fixed, several, point))
    routes.append(lambda: solve_play(game, at))
    best, reasons = None, []
    for route in routes:
        found, reason = attempt(route)
        if found is None:
            reasons.append(reason)
        elif not found.undecided:
            return found
        elif best is None or len(found.undecided) < len(best.undecided):
            best = found
    if best is None:
        raise NotSupportedError(reasons[-1 if several is None else 0])
    return best


def _by_hulls(game: Game, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """By curves of best fits on hulls: two actions in full, the pure equilibria with more."""
    agent = read_free_agent(game)
    if len(agent.parameters) > PARAMETER_LIMIT:
        raise NotSupportedError(
            f"free parameters {', '.join(agent.parameters)}: closed forms with a continuous family cover "
            f"{PARAMETER_LIMIT}; fix the others with --at"
        )
    if len(agent.actions) > 2:
        return pure_solution(game, agent, at)
    return two_action_solution(game, agent, at, solve_families)


def solve_play(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
    """All equilibria and the structure of a game of one or several players whose families fall apart into blocks.

    Raises NotSupportedError, naming what, for other games.
    """
    fixed, point = fixed_at(game, at)
    return play_solution(read_play(fixed), point)


def solve_any(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
    """`solve_free`, or where every parameter is fixed `solve_families`, and the closed forms where they decide more.

    Raises as these do.
    """
    if any(not at or p.name not in at for p in game.parameters):
        return solve_free(game, at)
    return or_else(solve_families(game, at), lambda: solve_free(game, at))


def or_else(found: Solution, other: Callable[[], Solution]) -> Solution:
    """A solution, or another one that is asked for where the first leaves something open, if that leaves nothing."""
    second = attempt(other)[0] if found.undecided else None
    return found if second is None or second.undecided else second
