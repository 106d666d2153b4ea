"""Several players, or signals, with a family in one coordinate each, symbolic in free parameters.

Every player learns from profiles like one agent (`agents`), here one whose predictions and payoffs are affine in a
coordinate of an interval (`families.line_agent`). In every cell of signs of the parameters (`players.cells`) the pure
equilibria, Gamma over correlated play and what follows from it are exact. Where one player mixes two actions, let g(P)
and g(Q) be the slopes of the divergence at the theta where their payoffs tie, after the two profiles: the only mixture
that fits this theta gives the second g(P) / (g(P) - g(Q)), and the others' conditions are linear in the mixture.
Supports with more unknown weights are excluded where the slopes' signs cannot balance, and named undecided elsewhere
(Esponda & Pouzo 2016, Definition 1; Esponda & Pouzo 2025 for Gamma).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any, TypeVar

from ..algebra import Element
from ..conditions import Condition, LiteralPrinter, cover
from ..errors import BudgetError, NotSupportedError
from ..expressions import Expression, multiply
from ..families.line_agent import LineAgent, Situation, line_family_of
from ..families.line_domain import Place, Sign
from ..families.line_fits import Line
from ..families.line_solution import ParameterTable
from ..finder import Case
from ..game import Game, Model, Normal
from ..players.cells import PlayersCell, players_cells
from ..players.equilibrium import OpenSupports
from ..players.forms import acts, plans_of
from ..printing import element_expression
from ..solution import as_fraction
from ..structure import absorbing_sets, listed_cycles
from .agents import PROFILE_LIMIT, Sets, plan_name
from .solution import supports_of
from .weights import sets_of

Value = TypeVar("Value", bound=Hashable)
Weights = tuple[tuple[Element, ...], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """An equilibrium at a sign vector: the plans played, all weights, the best fits by player where they are known."""

    support: Sets
    weights: Weights
    theta: tuple[tuple[Expression, ...], ...]
    uniform: bool
    strict: bool


@dataclass(frozen=True, slots=True)
class _Answer:
    """Everything at a sign vector, in numbers of plans and profiles; `open` are supports that are not decided."""

    equilibria: tuple[_Found, ...]
    open: tuple[Sets, ...]
    rounds: tuple[Sets, ...]
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[tuple[int, ...], ...]
    closed: tuple[Sets, ...]
    cycles: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class FreePlayersEquilibrium:
    """An equilibrium in closed form with the exact condition under which it exists; `theta` as in `FreeEquilibrium`."""

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    strategy: tuple[tuple[tuple[str, tuple[tuple[str, Expression], ...]], ...], ...]
    belief_support: tuple[tuple[str, ...], ...]
    theta: tuple[tuple[tuple[Expression, Condition], ...], ...]
    uniform: bool
    strict: bool
    condition: Condition
    witnessed: bool = True
    dimension: int = 0

    @property
    def pure(self) -> bool:
        """Whether every player plays one action."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)


@dataclass(frozen=True)
class FreePlayersSolution:
    """What `solve_free_players` finds, in the shape of `PlayersSolution`; supports that are open are in `undecided`."""

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    profiles: tuple[str, ...]
    equilibria: tuple[FreePlayersEquilibrium, ...]
    rationalizable: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    undecided: tuple[OpenSupports, ...] = ()
    coordinates: tuple[str, ...] = field(default=(), repr=False)

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players, in playing order."""
        return tuple(p.name for p in self.game.players)

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with conditions."""
        from .free_documents import free_players_document

        return free_players_document(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.profiles)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph


def solve_free_players(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None
) -> FreePlayersSolution:
    """All equilibria that are pure or in which one player mixes two actions, and the structure; symbolic and exact.

    Parameters
    ----------
    game : signals (then with finitely many outcomes), several players, or both; each player has one family in one
        coordinate, with affine predictions and payoffs
    at : exact values for some parameters

    Raises NotSupportedError, naming what, beyond that; BudgetError where there are too many profiles or sign vectors.

    Examples
    --------
    Both see a number that is k whatever they do, and act b where they expect more than 1/2:

    >>> law = lambda mean: {"mean": mean, "variance": 1}
    >>> player = {"actions": ["a", "b"], "outcomes": "normal", "truth": {"*,*": law("k")},
    ...           "payoff": {"a": "0", "b": "y - 1/2"},
    ...           "models": {"one": {"theta": {"u": "[0, 1]"}, "predicts": {"*": law("u")}}}}
    >>> game = Game.from_dict({"format": 1, "name": "same", "parameters": {"k": "(0, 1)"},
    ...                        "players": {"one": player, "two": player}})
    >>> for e in solve_free_players(game).equilibria:
    ...     if e.strict:
    ...         print([own[0][1][0] for own in e.support], "if", e.condition)
    ['a', 'a'] if k < 1/2
    ['b', 'b'] if k > 1/2
    """
    values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at} if at else {}
    fixed = game.at(at) if at else game
    problem = _Problem(fixed)
    table = ParameterTable(fixed, problem.agents[0].ring)
    free = tuple(p.name for p in fixed.parameters)
    cells, _ = players_cells(table, free, lambda p: problem.answer(p.sign_of))  # type: ignore[arg-type]
    return _Printed(problem, table, cells).solution(tuple(values.items()))


class _Problem:
    """The players of a game as agents on a line, and their answers at sign vectors."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.plans = tuple(plans_of(player) for player in game.players)
        if prod(map(len, self.plans)) > PROFILE_LIMIT:
            raise BudgetError(f"more than {PROFILE_LIMIT} profiles of plans; use fewer actions")
        self.profiles = tuple(product(*(range(len(own)) for own in self.plans)))
        self.place = {profile: k for k, profile in enumerate(self.profiles)}
        self.plan_names = tuple(
            tuple(plan_name(p, plan) for plan in own) for p, own in zip(game.players, self.plans, strict=True)
        )
        self.names = tuple(
            ",".join(own[k] for own, k in zip(self.plan_names, profile, strict=True)) for profile in self.profiles
        )
        self.supports = tuple(
            (sets_of(game, self.plans, support), sum(len(a) - 1 for own in support for a in own))
            for support in supports_of(game)
        )
        names = tuple(p.name for p in game.parameters)
        agents = []
        for j, player in enumerate(game.players):
            if len(player.models) != 1 or not player.models[0].theta:
                raise NotSupportedError(
                    f"{player.name} has several models; with free parameters each player needs one family alone"
                )
            (model,) = player.models
            situations = [self._situation(j, model, k) for k in range(len(self.profiles))]
            agents.append(line_family_of(player.name, model, names, situations))
        self.agents: tuple[LineAgent, ...] = tuple(agents)

    def _situation(self, place: int, model: Model, index: int) -> Situation:
        """What a player sees under a profile; with signals, each signal profile with each outcome is an outcome.

        The slopes of the divergence do not change when a prediction is multiplied by a number, so predictions stand
        without the probabilities of the signals; payoffs are weighted instead.
        """
        game, player = self.game, self.game.players[place]
        played = [own[k] for own, k in zip(self.plans, self.profiles[index], strict=True)]
        if not game.signals:
            actions = tuple(plan[0] for plan in played)
            own = actions[place]
            return self.names[index], player.truth_row(actions), model.row(own), player.payoff_row(own)
        truths: list[Expression] = []
        predictions: list[Expression] = []
        payoffs: list[Expression] = []
        for signals, probability in game.signals:
            actions = tuple(acts(p, m, signals, j) for j, (p, m) in enumerate(zip(game.players, played, strict=True)))
            truth, row = player.truth_row(actions, signals), model.row(actions[place], signals[place])
            reward = player.payoff_row(actions[place], signals[place])
            if isinstance(truth, Normal) or isinstance(row, Normal) or not isinstance(reward, tuple):
                raise NotSupportedError("normal outcomes with signals and free parameters have no closed form here")
            truths += [multiply([probability, q]) for q in truth]
            predictions += row
            payoffs += [multiply([probability, value]) for value in reward]
        return self.names[index], tuple(truths), tuple(predictions), tuple(payoffs)

    def answer(self, sign: Sign) -> _Answer:
        """Everything where elements of the ring of the parameters have these signs."""
        return _AtSigns(self, [Line(agent, sign) for agent in self.agents], sign).answer()

    def inside(self, sets: Sets) -> tuple[int, ...]:
        """The profiles of a product set."""
        return tuple(self.place[profile] for profile in product(*sets))


class _AtSigns:
    def __init__(self, problem: _Problem, lines: Sequence[Line], sign: Sign) -> None:
        self.problem, self.lines, self.sign = problem, lines, sign
        self.ring = problem.agents[0].ring

    def gamma(self, sets: Sets) -> Sets:
        """Best replies to correlated play of a product set."""
        inside = self.problem.inside(sets)
        return tuple(
            tuple(sorted({self.problem.profiles[k][j] for k in line.gamma(inside)}))
            for j, line in enumerate(self.lines)
        )

    def answer(self) -> _Answer:
        problem = self.problem
        everything: Sets = tuple(tuple(range(len(own))) for own in problem.plans)
        rounds = [everything]
        while True:
            reached = self.gamma(rounds[-1])
            kept = tuple(tuple(sorted(set(a) & set(b))) for a, b in zip(rounds[-1], reached, strict=True))
            if kept == rounds[-1]:
                break
            rounds.append(kept)
        single = [tuple((k,) for k in profile) for profile in problem.profiles]
        edges = tuple((k, target) for k, own in enumerate(single) for target in problem.inside(self.gamma(own)))
        nodes = tuple(range(len(single)))
        closures = {self._closure(own) for own in single}
        closed = [c for c in sorted(closures) if not any(o != c and _below(o, c) for o in closures)]
        found: list[_Found] = []
        still_open: list[Sets] = []
        for support, unknown in problem.supports:
            if unknown == 0:
                found += self._pure(support)
            elif not self._can_balance(support):
                continue
            elif unknown == 1 and (mixture := self._one_mixes(support)) is not None:
                found += mixture
            else:
                still_open.append(support)
        return _Answer(
            tuple(found),
            tuple(still_open),
            tuple(rounds),
            edges,
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(nodes, edges))),
            tuple(closed),
            listed_cycles(len(nodes), edges)[0],
        )

    def _closure(self, start: Sets) -> Sets:
        current = start
        while True:
            following = tuple(
                tuple(sorted({*a, *b})) for a, b in zip(current, self.gamma(current), strict=True)
            )
            if following == current:
                return current
            current = following

    def _pure(self, support: Sets) -> list[_Found]:
        (index,) = self.problem.inside(support)
        own = [line.pure(index) for line in self.lines]
        if any(e is None for e in own):
            return []
        known = [e for e in own if e is not None]
        zero, one = self.ring.constant(0), self.ring.constant(1)
        weights = tuple(
            tuple(one if k in plans else zero for k in range(len(all_plans)))
            for all_plans, plans in zip(self.problem.plans, support, strict=True)
        )
        strict = self.gamma(support) == support
        theta = tuple(tuple(point[0] for point in e.theta) for e in known)
        return [_Found(support, weights, theta, all(e.uniform for e in known), strict)]

    def _can_balance(self, support: Sets) -> bool:
        """Whether every player's best fit to some mixture with this support may make the plans optimal together."""
        inside = self.problem.inside(support)
        for line in self.lines:
            common = line.common(inside)
            if common is None:
                return False
            heard = [k for k in inside if line.heard[k]]
            if len(heard) < len(inside):
                continue
            low, high = common
            if low.side >= 0 and all(line.slope_sign(k, low) > 0 for k in heard):
                return False
            if high.side <= 0 and all(line.slope_sign(k, high) < 0 for k in heard):
                return False
        return True

    def _one_mixes(self, support: Sets) -> list[_Found] | None:
        """The equilibria in which one player mixes two plans; None where they are not known."""
        mixing = next(j for j, own in enumerate(support) if len(own) == 2)
        pair = self.problem.inside(support)
        line = self.lines[mixing]
        common = line.common(pair)
        assert common is not None
        low, high = common
        if low != high or low.side or not all(line.heard[k] for k in pair):
            return None  # a whole interval of thetas, an end, or data that tell nothing: there may be a continuum
        slopes = [line.slope(k, low) for k in pair]
        first, second = slopes
        if first is None or second is None:
            return None
        signs = (self.sign(first), self.sign(second))
        if signs == (0, 0):
            return None
        if signs[0] * signs[1] >= 0:
            return []
        share = first / (first - second)
        for j, other in enumerate(self.lines):
            if j == mixing:
                continue
            holds = self._fits_between(other, pair, share)
            if holds is None:
                return None
            if not holds:
                return []
        zero, one = self.ring.constant(0), self.ring.constant(1)
        weights = []
        for j, (all_plans, plans) in enumerate(zip(self.problem.plans, support, strict=True)):
            row = [zero] * len(all_plans)
            if j == mixing:
                row[plans[0]], row[plans[1]] = one - share, share
            else:
                row[plans[0]] = one
            weights.append(tuple(row))
        assert low.value is not None
        tie = element_expression(self.ring, low.value)
        theta: tuple[tuple[Expression, ...], ...] = tuple(
            (tie,) if j == mixing else () for j in range(len(self.lines))
        )
        return [_Found(support, tuple(weights), theta, False, False)]

    def _fits_between(self, line: Line, pair: tuple[int, ...], share: Element) -> bool | None:
        """Whether a player's best fit to the mixture makes the own plan optimal; None: not known."""
        common = line.common(pair)
        if common is None:
            return False
        if not all(line.heard[k] for k in pair):
            return None
        for place, side in ((common[0], -1), (common[1], 1)):
            if place.side == side:
                continue
            order = self._slope_sign(line, pair, share, place)
            if order is None:
                return None
            if order * side < 0:
                return False
        return True

    def _slope_sign(self, line: Line, pair: Sequence[int], share: Element, place: Place) -> int | None:
        """The sign of the slope of the divergence of the mixture at a place."""
        first, second = (line.slope(k, place) for k in pair)
        if first is None or second is None:
            return None
        one = self.ring.constant(1)
        return self.sign((one - share) * first + share * second)


def _below(first: Sets, second: Sets) -> bool:
    return all(set(a) <= set(b) for a, b in zip(first, second, strict=True))


class _Printed:
    """The answers on all cells as cases with conditions."""

    def __init__(self, problem: _Problem, table: ParameterTable, cells: Sequence[PlayersCell[_Answer]]) -> None:
        self.problem, self.table, self.cells = problem, table, cells
        self.players = problem.game.players
        self.printer = LiteralPrinter(table, tuple(p.name for p in problem.game.parameters))
        self.signs = [dict(cell.signs) for cell in cells]

    def solution(self, at: tuple[tuple[str, Fraction], ...]) -> FreePlayersSolution:
        names = self.problem.names

        def named(sets: Sets) -> tuple[tuple[str, ...], ...]:
            pairs = zip(self.problem.plan_names, sets, strict=True)
            return tuple(tuple(sorted(all_names[k] for k in own)) for all_names, own in pairs)

        def turned(cycle: Sequence[int]) -> tuple[str, ...]:
            words = tuple(names[k] for k in cycle)
            start = words.index(min(words))
            return words[start:] + words[:start]

        return FreePlayersSolution(
            game=self.problem.game,
            at=at,
            profiles=names,
            equilibria=tuple(self._equilibria()),
            rationalizable=self._cases(lambda answer: named(answer.rounds[-1])),
            transitions=self._members(lambda answer: [(names[a], names[b]) for a, b in answer.edges]),
            absorbing=self._members(lambda a: [tuple(sorted(names[k] for k in s)) for s in a.absorbing]),
            closed=self._members(lambda answer: [named(s) for s in answer.closed]),
            cycles=self._members(lambda answer: [turned(c) for c in answer.cycles]),
            undecided=tuple(self._open()),
            coordinates=tuple(agent.coordinates[0] for agent in self.problem.agents),
        )

    def _condition(self, where: set[int]) -> Condition:
        inside = [signs for k, signs in enumerate(self.signs) if k in where]
        outside = [signs for k, signs in enumerate(self.signs) if k not in where]
        return self.printer.condition(cover(inside, outside))

    def _witnessed(self, where: set[int]) -> bool:
        return any(self.cells[k].sample for k in where)

    def _cases(self, read: Callable[[_Answer], Value]) -> tuple[Case[Value], ...]:
        values = [read(cell.value) for cell in self.cells]
        return tuple(
            Case(self._condition({k for k, found in enumerate(values) if found == value}), value)
            for value in dict.fromkeys(values)
        )

    def _members(self, read: Callable[[_Answer], Sequence[Value]]) -> tuple[Case[Value], ...]:
        values = [read(cell.value) for cell in self.cells]
        return tuple(
            Case(self._condition({k for k, found in enumerate(values) if member in found}), member)
            for member in sorted({m for found in values for m in found})  # type: ignore[type-var]
        )

    def _actions(self, support: Sets) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
        return tuple(
            tuple(
                (signal, tuple(sorted({plans[k][i] for k in own}))) for i, signal in enumerate(p.signals or ("",))
            )
            for p, plans, own in zip(self.players, self.problem.plans, support, strict=True)
        )

    def _equilibria(self) -> list[FreePlayersEquilibrium]:
        groups: dict[Any, list[tuple[int, _Found]]] = {}
        for number, cell in enumerate(self.cells):
            for e in cell.value.equilibria:
                groups.setdefault((e.support, e.uniform, e.strict, e.weights), []).append((number, e))
        found = []
        for key in sorted(groups, key=lambda k: (sum(map(len, k[0])), k[0], -int(k[1]), -int(k[2]), str(k[3]))):
            members = groups[key]
            where = {number for number, _ in members}
            theta = []
            for j in range(len(self.players)):
                points: dict[Expression, set[int]] = {}
                for number, e in members:
                    for point in e.theta[j]:
                        points.setdefault(point, set()).add(number)
                theta.append(tuple((point, self._condition(cells)) for point, cells in points.items()))
            strategy = tuple(self._behaviour(j, row) for j, row in enumerate(members[0][1].weights))
            found.append(
                FreePlayersEquilibrium(
                    players=tuple(p.name for p in self.players),
                    support=self._actions(key[0]),
                    strategy=strategy,
                    belief_support=tuple((agent.model,) for agent in self.problem.agents),
                    theta=tuple(theta),
                    uniform=key[1],
                    strict=key[2],
                    condition=self._condition(where),
                    witnessed=self._witnessed(where),
                )
            )
        return found

    def _behaviour(
        self, player: int, weights: Sequence[Element]
    ) -> tuple[tuple[str, tuple[tuple[str, Expression], ...]], ...]:
        """After each own signal the weight of each action, from those of plans."""
        ring, who = self.problem.agents[0].ring, self.players[player]
        plans = self.problem.plans[player]
        rows = []
        for i, signal in enumerate(who.signals or ("",)):
            row = []
            for action in who.actions:
                parts = [w for plan, w in zip(plans, weights, strict=True) if plan[i] == action]
                row.append((action, element_expression(ring, sum(parts, start=ring.constant(0)))))
            rows.append((signal, tuple(row)))
        return tuple(rows)

    def _open(self) -> list[OpenSupports]:
        where: dict[Sets, set[int]] = {}
        for number, cell in enumerate(self.cells):
            for support in cell.value.open:
                where.setdefault(support, set()).add(number)
        names = tuple(p.name for p in self.players)
        reason = "several unknown weights, or a continuum, with free parameters and families; fix every parameter"
        return [
            OpenSupports(names, self._actions(s), self._condition(cells), self._witnessed(cells), reason)
            for s, cells in sorted(where.items(), key=lambda item: (sum(map(len, item[0])), item[0]))
        ]
