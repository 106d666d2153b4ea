"""Games with a continuous family and free parameters: which closed forms cover them.

* one coordinate, everything affine in it: `line_solution`, any number of actions and parameters;
* parameters of the truth and the payoffs alone, up to two: curves of best fits (`two_actions`; `free_pure` with more);
* several families and single models, each with one coordinate at most and affine in it: `several_solution`;
* one predicted number for each action, everything affine in theta, any number of coordinates, actions and parameters:
  `scalar_solution`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ..errors import NotSupportedError
from ..game import Game
from ..solution import as_fraction
from ..undecided import attempt
from .curves import read_free_agent
from .free_pure import pure_solution
from .free_solution import FreeSolution
from .line_agent import read_line_agent
from .line_solution import line_solution
from .scalar_agent import read_scalar_agent
from .scalar_solution import scalar_solution
from .several_agent import read_several_agent
from .several_solution import several_solution
from .two_actions import two_action_solution

PARAMETER_LIMIT = 2


def solve_free(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> FreeSolution:
    """All equilibria and the structure of a game with one family, symbolic in its free parameters.

    One coordinate, predictions and payoffs affine in it: any number of actions and parameters, which may also move the
    predictions and the ends of Theta (`line_solution`). Several coordinates: the same where all is affine and one
    number is predicted for each action, the mean of a normal outcome or the chance of one of two (`scalar_solution`).
    Several families with one coordinate, and single models beside them: pure equilibria and the transition graph, and
    mixtures of two actions as far as they have closed forms (`several_solution`).
    Otherwise parameters of the truth and the payoffs: two actions in full, with more the pure equilibria (`free_pure`);
    what depends on mixtures is then listed as undecided.

    Exact: the conditions cover the domain and `assume`.

    Raises NotSupportedError, naming what, beyond these closed forms: several families with more coordinates, more than
    two outcomes with more than two parameters, fits that are no rational functions, or indifference of higher degree
    than one in the mixture.

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
    >>> [(str(vertex[0][1]), str(condition)) for vertex, condition in solve_free(game).equilibria[1].theta]
    [('q', 'q > 1/2 and q < 2/3'), ('2/3', 'q >= 2/3')]
    """
    values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at} if at else {}
    fixed = game.at(at) if at else game
    if len(fixed.players[0].models) > 1:
        return several_solution(fixed, read_several_agent(fixed), tuple(values.items()))
    line, _ = attempt(lambda: read_line_agent(fixed))
    if line is not None:
        return line_solution(fixed, line, tuple(values.items()))
    found, reason = attempt(lambda: _by_hulls(fixed, tuple(values.items())))
    if found is not None and not found.undecided:
        return found
    # Slower, but for any number of actions and parameters.
    scalar, _ = attempt(lambda: read_scalar_agent(fixed))
    if scalar is not None:
        whole, why = attempt(lambda: scalar_solution(fixed, scalar, tuple(values.items())))
        found, reason = (found, why) if whole is None else (whole, "")
    if found is None or found.undecided:
        # For predictions and payoffs curved in the coordinate.
        several, _ = attempt(lambda: several_solution(fixed, read_several_agent(fixed), tuple(values.items())))
        if several is not None and (found is None or not several.undecided):
            return several
    if found is None:
        raise NotSupportedError(reason)
    return found


def _by_hulls(game: Game, at: tuple[tuple[str, Fraction], ...]) -> FreeSolution:
    """By curves of best fits on hulls: two actions in full, the pure equilibria with more."""
    agent = read_free_agent(game)
    if len(agent.parameters) > PARAMETER_LIMIT:
        raise NotSupportedError(
            f"free parameters {', '.join(agent.parameters)}: closed forms with a continuous family cover "
            f"{PARAMETER_LIMIT}; fix the others with --at"
        )
    if len(agent.actions) > 2:
        return pure_solution(game, agent, at)
    return two_action_solution(game, agent, at)
