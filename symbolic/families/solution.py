"""All Berk-Nash equilibria and the structure of a one-agent game with continuous model families.

sigma is an equilibrium iff some belief on Theta*(sigma) makes every action of its support optimal (Esponda & Pouzo
2016, Definition 1). Pure strategies are decided directly. On two actions the segment of mixtures splits into cells
(`mixtures`), each decided by one exact computation, so the whole set of equilibria is found, continua included.
Supports of three or more actions are treated in `supports`. The operator Gamma, the rationalizable set and the
transition graph follow (Esponda & Pouzo 2025). Parameters must be fixed; every answer is exact, or certified by
balls where a mixture has no closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

from ..answers import Answer
from ..conditions import ALWAYS
from ..correct_specification import with_survival
from ..decomposition import algebraic
from ..errors import NotSupportedError
from ..game import Game
from ..solution import Case, as_fraction
from ..structure import Set, absorbing_sets, simple_cycles
from .agent import Agent, agent_of
from .branches import strategy
from .definition import certify
from .free_solution import FreeSolution
from .minimizers import Minimizers, best_fits
from .mixtures import Cell, Place, cells
from .numbers import ONE, Real
from .parametric import solve_free
from .replies import (
    best_replies,
    is_robust_reply,
    is_self_confirming,
    supporting_belief,
    supporting_models,
)
from .supports import MixedSet, best_replies_on_mixtures, mixed_on
from .ties import Tie

Weight = Real | Tie | str


@dataclass(frozen=True, slots=True)
class FamilyEquilibrium:
    """One connected component of the equilibria with one strategy support.

    Attributes
    ----------
    support : the actions played
    strategy : the equilibrium by action, or one point of it where `dimension` > 0
    theta : the best fits there; belief_support: models with weight in some supporting belief
    belief : one supporting belief, on vertices of `theta`
    set_conditions : what cuts the component out, where it is no point
    self_confirming : some best fit predicts the path of play exactly (at the point given)
    survives : whether it is an equilibrium of the correctly specified game too
    status : "exact", or "certified" where the mixture is an isolated root known by certified enclosure
    """

    support: tuple[str, ...]
    strategy: tuple[tuple[str, Weight], ...]
    belief_support: tuple[str, ...]
    belief: tuple[tuple[str, Real], ...]
    theta: Minimizers
    dimension: int
    uniform: bool
    strict: bool
    set_conditions: tuple[str, ...] = ()
    status: str = "exact"
    self_confirming: bool = False
    condition: Any = ALWAYS
    witnessed: bool = True
    survives: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1


@dataclass(frozen=True)
class FamilySolution:
    """Everything `solve_families` finds; the shape of `symbolic.solution.Solution` with no free parameter."""

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    agent: Agent = field(repr=False, compare=False)
    equilibria: tuple[FamilyEquilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    rounds: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]

    @property
    def free(self) -> tuple[str, ...]:
        """No parameter is free."""
        return ()

    @cached_property
    def pure_fits(self) -> tuple[tuple[str, Minimizers], ...]:
        """The best fits to each pure strategy."""
        engine = _Engine(self.agent)
        return tuple((action, engine.pure(a)) for a, action in enumerate(self.agent.actions))

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with the best fits under "theta"."""
        from .documents import solution_document

        return solution_document(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.agent.actions)
        graph.add_edges_from(case.value for case in self.transitions)
        return graph


def solve_any(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None
) -> FamilySolution | FreeSolution:
    """`solve_families`, or `parametric.solve_free` where parameters stay free. Raises as these do."""
    left = [p.name for p in game.parameters if not at or p.name not in at]
    return solve_free(game, at) if left else solve_families(game, at)


def solve_families(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> FamilySolution:
    """All equilibria and the structure of a one-agent game with model families or normal outcomes.

    Parameters
    ----------
    game : one player, no signals; finite or normal outcomes; families over polynomial domains, and finite models
    at : exact values for the parameters; none may stay free

    Raises
    ------
    NotSupportedError where the engine stops, naming what; BudgetError when the algebra grows too large;
    UndecidedError when a comparison resists the highest precision.

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
    values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at} if at else {}
    fixed = game.at(at) if at else game
    engine = _Engine(agent_of(fixed))
    agent = engine.agent
    actions = tuple(range(len(agent.actions)))
    equilibria = [e for a in actions if (e := engine.pure_equilibrium(a)) is not None]
    for pair in combinations(actions, 2):
        equilibria += engine.pair_equilibria(pair)
    for size in range(3, len(actions) + 1):
        for support in combinations(actions, size):
            for found in mixed_on(agent, support):
                equilibria.append(engine.mixed(support, found))
    edges = tuple((a, b) for a in actions for b in engine.gamma((a,)))
    names = agent.actions
    rounds = _rounds(actions, engine.gamma)

    def named(indices: Set) -> tuple[str, ...]:
        return tuple(sorted(names[i] for i in indices))

    return FamilySolution(
        game=fixed,
        at=tuple(values.items()),
        agent=agent,
        equilibria=with_survival(fixed, equilibria),
        rationalizable=(Case(ALWAYS, named(rounds[-1])),),
        rounds=(Case(ALWAYS, tuple(map(named, rounds))),),
        transitions=tuple(Case(ALWAYS, edge) for edge in sorted((names[a], names[b]) for a, b in edges)),
        absorbing=tuple(Case(ALWAYS, s) for s in sorted(map(named, absorbing_sets(actions, edges)))),
        closed=tuple(Case(ALWAYS, s) for s in sorted(map(named, _closed_sets(actions, engine.gamma)))),
        cycles=tuple(
            Case(ALWAYS, c) for c in sorted(_rotated(names, c) for c in simple_cycles(actions, edges))
        ),
    )


def _rotated(names: tuple[str, ...], cycle: Set) -> tuple[str, ...]:
    named = [names[i] for i in cycle]
    first = named.index(min(named))
    return tuple(named[first:] + named[:first])


def _rounds(actions: Set, gamma: Callable[[Set], Set]) -> tuple[Set, ...]:
    rounds = [actions]
    while True:
        following = tuple(sorted(set(rounds[-1]) & set(gamma(rounds[-1]))))
        if following == rounds[-1]:
            return tuple(rounds)
        rounds.append(following)


def _closed_sets(actions: Set, gamma: Callable[[Set], Set]) -> tuple[Set, ...]:
    """The smallest closed set around each action; the minimal ones of these are all minimal closed sets."""
    closures: set[Set] = set()
    for action in actions:
        current: Set = (action,)
        while True:
            following = tuple(sorted({*current, *gamma(current)}))
            if following == current:
                break
            current = following
        closures.add(current)
    return tuple(sorted(c for c in closures if not any(set(other) < set(c) for other in closures)))


class _Engine:
    """Best fits, cells and Gamma of one agent, each computed once."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self._pure: dict[int, Minimizers] = {}
        self._cells: dict[tuple[int, int], tuple[Cell, ...]] = {}
        self._gamma: dict[Set, Set] = {}

    def pure(self, action: int) -> Minimizers:
        """Theta* at a pure strategy."""
        if action not in self._pure:
            weights = tuple(ONE if a == action else Real.of(0) for a in range(len(self.agent.actions)))
            self._pure[action] = best_fits(self.agent, weights)
        return self._pure[action]

    def pair(self, pair: tuple[int, int]) -> tuple[Cell, ...]:
        """The cells of the segment between two actions."""
        if pair not in self._cells:
            self._cells[pair] = cells(self.agent, pair)
        return self._cells[pair]

    def gamma(self, actions: Set) -> Set:
        """Best replies to beliefs on the best fits of some mixture of the actions."""
        if actions not in self._gamma:
            replies: set[int] = set()
            for action in actions:
                replies.update(best_replies(self.pure(action)))
            for pair in combinations(actions, 2):
                if len(replies) == len(self.agent.actions):
                    break
                for cell in self.pair(pair):
                    replies.update(best_replies(cell.fits))
            if len(actions) > 2 and len(replies) < len(self.agent.actions):
                replies.update(best_replies_on_mixtures(self.agent, actions, tuple(sorted(replies))))
            self._gamma[actions] = tuple(sorted(replies))
        return self._gamma[actions]

    def pure_equilibrium(self, action: int) -> FamilyEquilibrium | None:
        """The pure equilibrium at the action, with its flags, or None."""
        fits = self.pure(action)
        belief = supporting_belief(fits, (action,))
        if belief is None:
            return None
        uniform = is_robust_reply(fits, action)
        strict = self.gamma((action,)) == (action,)
        return self._entry((action,), dict.fromkeys((action,), ONE), fits, belief, 0, (), uniform, strict)

    def pair_equilibria(self, pair: tuple[int, int]) -> list[FamilyEquilibrium]:
        """The components of the equilibria with exactly these two actions in the support."""
        runs: list[list[tuple[Cell, tuple[Real, ...]]]] = [[]]
        for cell in self.pair(pair):
            belief = supporting_belief(cell.fits, pair)
            if belief is None:
                runs.append([])
            else:
                runs[-1].append((cell, belief))
        found = []
        for run in runs:
            if not run:
                continue
            inner = next(((c, b) for c, b in run if not c.is_point), run[0])
            cell, belief = inner
            share: Any = cell.share
            if isinstance(share, Tie):
                weights: dict[int, Weight] = {pair[0]: _complement(share), pair[1]: share}
            else:
                exact = strategy(self.agent, pair, share)
                weights = {a: exact[a] for a in pair}
                certify(self.agent, exact, pair)
            conditions: tuple[str, ...] = ()
            dimension = 0 if cell.is_point else 1
            if dimension:
                conditions = (self._interval(pair, run),)
            found.append(
                self._entry(pair, weights, cell.fits, belief, dimension, conditions, False, False, cell.status)
            )
        return found

    def _interval(self, pair: tuple[int, int], run: list[tuple[Cell, Any]]) -> str:
        name = f"sigma({self.agent.actions[pair[1]]})"
        first, last = run[0][0], run[-1][0]
        low = f"{_text(first.low)} {'<=' if first.is_point else '<'} "
        high = f" {'<=' if last.is_point else '<'} {_text(last.high)}"
        return low + name + high

    def mixed(self, support: Set, found: MixedSet) -> FamilyEquilibrium:
        """The entry of equilibria on three or more actions."""
        fits = certify(self.agent, found.weights, support)
        belief = supporting_belief(fits, support)
        assert belief is not None
        weights = {a: found.weights[a] for a in support}
        return self._entry(support, weights, fits, belief, found.dimension, found.conditions, False, False)

    def _entry(
        self,
        support: Set,
        weights: Mapping[int, Weight],
        fits: Minimizers,
        belief: tuple[Real, ...],
        dimension: int,
        conditions: tuple[str, ...],
        uniform: bool,
        strict: bool,
        status: str = "exact",
    ) -> FamilyEquilibrium:
        names = self.agent.actions
        return FamilyEquilibrium(
            support=tuple(sorted(names[a] for a in support)),
            strategy=tuple((name, weights.get(a, Real.of(0))) for a, name in enumerate(names)),
            belief_support=tuple(sorted(supporting_models(fits, support))),
            belief=tuple((str(v), w) for v, w in zip(fits.points, belief, strict=True)),
            theta=fits,
            dimension=dimension,
            uniform=uniform,
            strict=strict,
            set_conditions=conditions,
            status=status,
            self_confirming=is_self_confirming(self.agent, fits, support),
        )


def _text(place: Place) -> str:
    return str(place)


def _complement(tie: Tie) -> str:
    if tie.complement is not None:
        return tie.complement
    low, high = tie.refined(40)
    return f"certified root between {1 - high} and {1 - low}"


__all__ = ["FamilyEquilibrium", "FamilySolution", "NotSupportedError", "algebraic", "solve_families"]
