"""Several players, or signals, with a family in one coordinate each: all answers put together, with their conditions.

The answers in the cells of signs (`symbolic.engines.signs.profiles`) become equilibria in closed form, each with the
exact condition under which it exists, and cases of the structure (Esponda & Pouzo 2016, Definition 1; Esponda & Pouzo
2025 for Gamma).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from ...algebra.ring import Element, lift
from ...algebra.text import element_expression
from ...cells.cases import Cases
from ...cells.cell import Cell
from ...cells.conditions import LiteralPrinter
from ...cells.question_cells import find_cells
from ...cells.undecided import Undecided, open_supports
from ...combinatorics.dynamics import rotated
from ...definition.objective import with_survival
from ...definition.self_confirming_cases import with_self_confirmation
from ...expressions.reading import Expression, Number
from ...forms.profiles import Sets
from ...game.free_parameters import fixed_at
from ...game.game import Game
from ...results.equilibrium import Behaviour, Equilibrium, Part, Support
from ...results.fits import FitsByCase, FitVertex
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .profiles import FoundEquilibrium, LinePlayers, SignedAnswer

ONE = Number(Fraction(1))


def solve_free_players(game: Game, at: Mapping[str, Fraction | int | str] | None = None) -> Solution:
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
    fixed, values = fixed_at(game, at)
    return replace(line_players_solution(LinePlayers(fixed)), at=values)


def line_players_solution(problem: LinePlayers) -> Solution:
    """The solution of a game that is read already. Raises BudgetError where there are too many sign vectors."""
    table = ParameterTable(problem.game, problem.agents[0].ring)
    free = tuple(p.name for p in problem.game.parameters)
    cells = find_cells(table, free, lambda p: problem.answer(p.sign_of)).cells
    return _Printed(problem, table, cells).solution(())


class _Printed:
    """The answers on all cells as cases with conditions."""

    def __init__(self, problem: LinePlayers, table: ParameterTable, cells: Sequence[Cell[SignedAnswer]]) -> None:
        self.problem, self.table, self.cells = problem, table, cells
        self.players = problem.game.players
        printer = LiteralPrinter(table, tuple(p.name for p in problem.game.parameters))
        self.found = Cases(printer, cells)

    def solution(self, at: tuple[tuple[str, Fraction], ...]) -> Solution:
        game, names = self.problem.game, self.problem.names

        def named(sets: Sets) -> tuple[tuple[str, ...], ...]:
            pairs = zip(self.problem.plan_names, sets, strict=True)
            return tuple(tuple(sorted(all_names[k] for k in own)) for all_names, own in pairs)

        return Solution(
            game=game,
            at=at,
            engine="signs",
            profiles=names,
            equilibria=with_self_confirmation(game, with_survival(game, self._equilibria())),
            rationalizable=self.found.cases(lambda answer: named(answer.rounds[-1])),
            rounds=(),
            transitions=self.found.members(lambda answer: [(names[a], names[b]) for a, b in answer.edges]),
            absorbing=self.found.members(lambda a: [tuple(sorted(names[k] for k in s)) for s in a.absorbing]),
            closed=self.found.members(lambda answer: [named(s) for s in answer.closed]),
            cycles=self.found.members(lambda answer: [rotated(tuple(names[k] for k in c)) for c in answer.cycles]),
            undecided=tuple(self._open()),
        )

    def _witnessed(self, where: set[int]) -> bool:
        return any(self.cells[k].witnessed for k in where)

    def _actions(self, support: Sets) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]:
        return tuple(
            tuple(
                (signal, tuple(sorted({plans[k][i] for k in own}))) for i, signal in enumerate(p.signals or ("",))
            )
            for p, plans, own in zip(self.players, self.problem.plans, support, strict=True)
        )

    def _equilibria(self) -> list[Equilibrium]:
        groups: dict[Any, list[tuple[int, FoundEquilibrium]]] = {}
        for number, cell in enumerate(self.cells):
            for e in cell.value.equilibria:
                groups.setdefault((e.support, e.uniform, e.strict, e.weights), []).append((number, e))
        found = []
        for key in sorted(groups, key=lambda k: (sum(map(len, k[0])), k[0], -int(k[1]), -int(k[2]), str(k[3]))):
            members = groups[key]
            where = {number for number, _ in members}
            found.append(
                Equilibrium(
                    parts=tuple(
                        self._part(j, own, key[3][j], members) for j, own in enumerate(self._actions(key[0]))
                    ),
                    dimension=0,
                    uniform=key[1],
                    strict=key[2],
                    condition=self.found.condition(where),
                    witnessed=self._witnessed(where),
                    in_families=True,
                )
            )
        return found

    def _part(
        self, player: int, support: Support, weights: Sequence[Element], members: Sequence[tuple[int, FoundEquilibrium]]
    ) -> Part:
        """The part of a player, all weight of whose belief lies on the one family that it has."""
        name, model = self.players[player].name, self.problem.agents[player].model
        strategy = self._behaviour(player, weights)
        return Part(name, support, strategy, (model,), ((model, ONE),), self._fits(player, members))

    def _fits(self, player: int, members: Sequence[tuple[int, FoundEquilibrium]]) -> FitsByCase:
        """The best fits of a player, each with the condition of the cells where it is one."""
        points: dict[Expression, set[int]] = {}
        for number, e in members:
            for point in e.theta[player]:
                points.setdefault(point, set()).add(number)
        agent = self.problem.agents[player]
        (coordinate,) = agent.coordinates
        return FitsByCase((agent.model,), tuple(
            FitVertex(agent.model, ((coordinate, point),), self.found.condition(cells))
            for point, cells in points.items()
        ))  # fmt: skip

    def _behaviour(self, player: int, weights: Sequence[Element]) -> Behaviour:
        """After each own signal the weight of each action, from those of plans."""
        ring, who = self.problem.ring, self.players[player]
        plans = self.problem.plans[player]
        rows = []
        for i, signal in enumerate(who.signals or ("",)):
            row = []
            for action in who.actions:
                parts = [w for plan, w in zip(plans, weights, strict=True) if plan[i] == action]
                total = sum(parts, start=ring.constant(0))
                row.append((action, element_expression(ring, lift(total, ring.context))))
            rows.append((signal, tuple(row)))
        return tuple(rows)

    def _open(self) -> list[Undecided]:
        where: dict[Sets, set[int]] = {}
        for number, cell in enumerate(self.cells):
            for support in cell.value.open:
                where.setdefault(support, set()).add(number)
        names = tuple(p.name for p in self.players)
        reason = "several unknown weights, or a continuum, with free parameters and families; fix every parameter"
        return [
            open_supports(names, self._actions(s), reason, self.found.condition(cells), self._witnessed(cells))
            for s, cells in sorted(where.items(), key=lambda item: (sum(map(len, item[0])), item[0]))
        ]
