"""All Berk-Nash equilibria and the structure of a one-agent game with continuous model families.

sigma is an equilibrium iff some belief on Theta*(sigma) makes every action of its support optimal (Esponda & Pouzo
2016, Definition 1). Pure strategies are decided directly. On two actions the segment of mixtures splits into cells
(`mixtures`), each decided by one exact computation, so the whole set of equilibria is found, continua included.
Supports of three or more actions are treated in `supports`. The operator Gamma, the rationalizable set and the
transition graph follow (Esponda & Pouzo 2025). Parameters must be fixed; every answer is exact, or certified by
balls where a mixture has no closed form.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any

from ...algebra.number_field import ONE, Real
from ...cells.cases import Case
from ...cells.conditions import ALWAYS
from ...cells.undecided import Undecided
from ...definition.agent import certify
from ...definition.objective import with_survival
from ...definition.replies import is_robust_reply, supporting_belief
from ...definition.told import told_entry, told_part
from ...forms.laws import Agent, agent_of
from ...game.free_parameters import fixed_at
from ...game.game import Game
from ...results.equilibrium import BestFits, Equilibrium, Names, Weight, Weights
from ...results.fits import Minimizers
from ...results.solution import Solution
from .branches import strategy
from .dynamics import structure_of
from .fits import Engine, Set
from .mixtures import Cell
from .supports import MixedSet, can_be_best
from .tie_fits import TieFits
from .tied_supports import CertifiedMixture
from .ties import Tie


def solve_families(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
    """All equilibria and the structure of a one-agent game with model families or normal outcomes.

    Parameters
    ----------
    game : one player, no signals; finite or normal outcomes; families over polynomial domains, and finite models
    at : exact values for the parameters; none may stay free

    What the engine cannot settle is listed in `undecided` of the solution; the rest is complete.

    Raises
    ------
    NotSupportedError for kinds of games beyond the engine, naming what; GameError where no model fits what happens.

    Examples
    --------
    A coin that the agent takes for fair at best, with a bet that pays beyond one half:

    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "2/3", "tails": "1/3"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 1/2]"}, "predicts": {"*": rows}}}}}})
    >>> for e in solve_families(game).equilibria:
    ...     print(e.support, e.dimension, [str(v) for v in e.theta.vertices])
    ('bet',) 0 ['coin(x = 1/2)']
    ('pass',) 0 ['coin(x = 1/2)']
    ('bet', 'pass') 1 ['coin(x = 1/2)']
    """
    fixed, values = fixed_at(game, at)
    engine = Engine(agent_of(fixed))
    names = engine.agent.actions
    actions = tuple(range(len(names)))
    equilibria: list[Equilibrium] = []
    undecided: list[Undecided] = []
    for size in range(1, len(actions) + 1):
        for support in combinations(actions, size):
            found, reason = equilibria_on(engine, support)
            equilibria += found
            if reason:
                undecided.append(Undecided("equilibria", tuple(sorted(names[a] for a in support)), reason))
    dynamics = structure_of(engine)
    return Solution(
        game=fixed,
        at=values,
        engine="algebraic",
        profiles=names,
        equilibria=with_survival(fixed, equilibria),
        rationalizable=() if dynamics.rationalizable is None else (Case(ALWAYS, (dynamics.rationalizable,)),),
        rounds=() if dynamics.rounds is None else (Case(ALWAYS, tuple((own,) for own in dynamics.rounds)),),
        transitions=tuple(Case(ALWAYS, edge) for edge in dynamics.transitions),
        absorbing=tuple(Case(ALWAYS, s) for s in dynamics.absorbing or ()),
        closed=tuple(Case(ALWAYS, (s,)) for s in dynamics.closed or ()),
        cycles=tuple(Case(ALWAYS, c) for c in dynamics.cycles or ()),
        undecided=(*undecided, *dynamics.undecided),
        bounds=None if dynamics.bounds is None else ((dynamics.bounds[0],), (dynamics.bounds[1],)),
        pure_fits=_pure_fits(engine),
    )


def _pure_fits(engine: Engine) -> tuple[tuple[str, Minimizers], ...]:
    found = [(action, engine.pure(a)[0]) for a, action in enumerate(engine.agent.actions)]
    return tuple((action, fits) for action, fits in found if fits is not None)


def equilibria_on(engine: Engine, support: Set) -> tuple[list[Equilibrium], str]:
    """The equilibria with exactly this support that were found, and why there may be more ("" when there are not)."""
    if len(support) == 1:
        return _pure_equilibrium(engine, support[0])
    if len(support) == 2:
        return _pair_equilibria(engine, (support[0], support[1]))
    sets = engine.mixed(support)
    return [_mixed(engine, support, found) for found in sets.found], sets.reason


def _pure_equilibrium(engine: Engine, action: int) -> tuple[list[Equilibrium], str]:
    fits, reason = engine.pure(action)
    if fits is None:
        return [], reason
    belief = supporting_belief(fits, (action,))
    if belief is None:
        return [], ""
    uniform = is_robust_reply(fits, action)
    strict = engine.gamma((action,)).sure == (action,)
    weights = dict.fromkeys((action,), ONE)
    return [told_entry(engine.agent, (action,), weights, fits, belief, 0, (), uniform, strict)], ""


def _pair_equilibria(engine: Engine, pair: tuple[int, int]) -> tuple[list[Equilibrium], str]:
    """The components of the equilibria with exactly these two actions in the support."""
    agent = engine.agent
    cells, reason = engine.pair(pair)
    if cells is None:
        return ([], reason) if can_be_best(agent, pair) else ([], "")
    runs: list[list[tuple[Cell, Minimizers | TieFits, tuple[Real, ...]]]] = [[]]
    for cell in cells:
        belief: tuple[Real, ...] | None
        if isinstance(cell.fits, TieFits):
            belief = None if cell.fits.belief is None else ()
        else:
            belief = None if cell.fits is None else supporting_belief(cell.fits, pair)
        if cell.fits is None or belief is None:
            reason = reason or cell.reason
            runs.append([])
        else:
            runs[-1].append((cell, cell.fits, belief))
    found = []
    for run in runs:
        if not run:
            continue
        cell, fits, belief = next((entry for entry in run if not entry[0].is_point), run[0])
        share: Any = cell.share
        if isinstance(fits, TieFits):
            found.append(_tied(agent, pair, share, fits))
            continue
        if isinstance(share, Tie):
            weights: dict[int, Weight] = {pair[0]: share.rest, pair[1]: share}
        else:
            exact = strategy(agent, pair, share)
            weights = {a: exact[a] for a in pair}
            certify(agent, exact, pair)
        conditions: tuple[str, ...] = ()
        dimension = 0 if cell.is_point else 1
        if dimension:
            conditions = (_interval(agent, pair, run[0][0], run[-1][0]),)
            for end in (run[0][0], run[-1][0]):
                if end.is_point and not isinstance(end.share, Tie):
                    certify(agent, strategy(agent, pair, end.share), pair)
        found.append(
            told_entry(agent, pair, weights, fits, belief, dimension, conditions, False, False, cell.status)
        )
    return found, reason if can_be_best(agent, pair) else ""


def _tied(agent: Agent, pair: tuple[int, int], tie: Tie, fits: TieFits) -> Equilibrium:
    """An equilibrium at a tie without closed form."""
    assert fits.belief is not None
    belief = tuple((str(v), w) for v, w in zip(fits.fits.vertices, fits.belief, strict=True))
    weights: dict[int, Weight] = {pair[0]: tie.rest, pair[1]: tie}
    return _certified(agent, pair, weights, fits.belief_support, belief, fits.fits, fits.self_confirming)


def _interval(agent: Agent, pair: tuple[int, int], first: Cell, last: Cell) -> str:
    name = f"sigma({agent.actions[pair[1]]})"
    low = f"{first.low} {'<=' if first.is_point else '<'} "
    high = f" {'<=' if last.is_point else '<'} {last.high}"
    return low + name + high


def _mixed(engine: Engine, support: Set, found: MixedSet | CertifiedMixture) -> Equilibrium:
    """The entry of equilibria on three or more actions."""
    if isinstance(found, CertifiedMixture):
        belief = tuple((str(v), w) for v, w in zip(found.fits.vertices, found.belief, strict=True))
        mixture = dict(zip(support, found.weights, strict=True))
        models = tuple(sorted(found.fits.models))
        return _certified(engine.agent, support, mixture, models, belief, found.fits, found.self_confirming)
    fits = certify(engine.agent, found.weights, support)
    supporting = supporting_belief(fits, support)
    assert supporting is not None
    weights = {a: found.weights[a] for a in support}
    return told_entry(engine.agent, support, weights, fits, supporting, found.dimension, found.conditions)


def _certified(
    agent: Agent,
    support: Set,
    weights: Mapping[int, Weight],
    models: Names,
    belief: Weights,
    fits: BestFits,
    self_confirming: bool | None,
) -> Equilibrium:
    """The entry of an isolated root."""
    return Equilibrium(
        parts=(told_part(agent, support, weights, models, belief, fits),),
        dimension=0,
        uniform=False,
        strict=False,
        status="certified",
        self_confirming=self_confirming,
        in_families=True,
    )
