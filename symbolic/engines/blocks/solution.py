"""Games whose families fall apart into blocks: the answers in all cells of signs, put together with their conditions.

One agent and several players, with signals or without, are printed alike (Esponda & Pouzo 2016, Definition 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from ...algebra.ring import Element, Ring, lift
from ...algebra.surds import Functions
from ...algebra.text import element_expression
from ...cells.cases import Cases
from ...cells.cell import Cell
from ...cells.conditions import LiteralPrinter
from ...cells.question_cells import find_cells
from ...cells.undecided import Undecided, attempt, open_supports
from ...combinatorics.dynamics import rotated
from ...definition.agent import is_equilibrium as is_equilibrium_of_agent
from ...definition.objective import with_survival
from ...definition.profile import is_equilibrium
from ...definition.self_confirming_cases import with_self_confirmation
from ...errors import DefectError, GameError
from ...expressions.reading import Expression, Number, substitute
from ...forms.profiles import Sets
from ...results.answers import UNDECIDED, Answer
from ...results.equilibrium import Behaviour, Equilibrium, Part
from ...results.equilibrium import Support as NamedSupport
from ...results.fits import FitsByCase, FitVertex
from ...results.parameter_table import ParameterTable
from ...results.solution import Solution
from .checked import Found, Support
from .form import Play
from .structure import PlayAnswer, Profiles, play_answer

ONE = Number(Fraction(1))

Member = tuple[int, Found, bool]
"""The number of a cell, what was found there, and whether it is locked in."""


def play_solution(play: Play, at: tuple[tuple[str, Fraction], ...]) -> Solution:
    """All equilibria and the structure, symbolic in the free parameters; exact, and what is open is named.

    Raises NotSupportedError where Theta is empty for some parameters, BudgetError where there are too many supports,
    profiles or sign vectors.

    Examples
    --------
    An action leads to a weight, and the weight to health, so the agent thinks, who knows the odds of weights:

    >>> from berknash.symbolic.game.game import Game
    >>> from berknash.symbolic.engines.blocks.form import read_play
    >>> def rows(n):
    ...     return {"nh": f"{n}*r", "ns": f"{n}*(1 - r)", "hh": f"(1 - {n})*s", "hs": f"(1 - {n})*(1 - s)"}
    >>> def truth(*q):
    ...     return dict(zip(("nh", "ns", "hh", "hs"), q))
    >>> game = Game.from_dict({"format": 1, "name": "diet", "parameters": {"k": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["diet", "free"], "outcomes": ["nh", "ns", "hh", "hs"],
    ...     "truth": {"diet": truth("1/2", "1/2", 0, 0), "free": truth("1/2", 0, 0, "1/2")},
    ...     "payoff": {"diet": truth("1 - k", "-k", "1 - k", "-k"), "free": truth(1, 0, 1, 0)},
    ...     "models": {"chain": {"theta": {"r": "[0, 1]", "s": "[0, 1]"},
    ...                          "predicts": {"diet": rows("9/10"), "free": rows("1/2")}}}}}})
    >>> for e in play_solution(read_play(game), ()).equilibria:
    ...     print(e.support, [str(w) for _, w in e.strategy], "if", e.condition)
    ('diet',) ['1', '0'] if k <= 1/5
    ('free',) ['0', '1'] if k > 2/5
    ('free',) ['0', '1'] if k == 2/5
    ('diet', 'free') ['(2 - 5*k)/(5*k)', '2*(5*k - 1)/(5*k)'] if k > 1/5 and k < 2/5
    """
    profiles, functions = Profiles(play), Functions(play.ring)
    table = ParameterTable(play.game, play.ring)
    cells = find_cells(table, play.parameters, lambda p: play_answer(profiles, p.sign_of, functions)).cells
    return _Printed(profiles, table, cells, functions.ring).solution(at)


class _Printed:
    """The answers on all cells as cases with conditions."""

    def __init__(
        self, profiles: Profiles, table: ParameterTable, cells: Sequence[Cell[PlayAnswer]], ring: Ring
    ) -> None:
        self.profiles, self.play, self.game = profiles, profiles.play, profiles.play.game
        self.cells, self.ring = cells, ring
        self._expressions: dict[Element, Expression] = {}
        self.plain = len(self.game.players) == 1 and not self.game.signals
        self.found = Cases(LiteralPrinter(table, self.play.parameters), cells)

    def solution(self, at: tuple[tuple[str, Fraction], ...]) -> Solution:
        """All of it."""
        names = self.profiles.names

        def named(sets: Sets) -> tuple[tuple[str, ...], ...]:
            pairs = zip(self.profiles.plan_names, sets, strict=True)
            return tuple(tuple(sorted(all_names[k] for k in own)) for all_names, own in pairs)

        equilibria = with_survival(self.game, self._equilibria())
        return Solution(
            game=self.game,
            at=at,
            engine="signs",
            profiles=names,
            equilibria=self._confirmed(equilibria),
            rationalizable=self.found.cases(lambda a: None if a.rationalizable is None else named(a.rationalizable)),
            rounds=(),
            transitions=self.found.members(lambda answer: [(names[a], names[b]) for a, b in answer.edges]),
            absorbing=self.found.members(lambda a: [tuple(sorted(names[k] for k in s)) for s in a.absorbing]),
            closed=self.found.members(lambda answer: [named(s) for s in answer.closed]),
            cycles=self.found.members(lambda answer: [rotated(tuple(names[k] for k in c)) for c in answer.cycles]),
            undecided=tuple(self._open()),
        )

    def _confirmed(self, equilibria: Sequence[Equilibrium]) -> tuple[Equilibrium, ...]:
        """Points, each with what is known of its self-confirmation."""
        points = iter(with_self_confirmation(self.game, [e for e in equilibria if not e.dimension]))
        unknown = Answer(UNDECIDED, reason="a continuum is not cut further")
        return tuple(replace(e, confirms=unknown) if e.dimension else next(points) for e in equilibria)

    # Equilibria

    def _equilibria(self) -> list[Equilibrium]:
        members = [
            (number, found, strict) for number, cell in enumerate(self.cells) for found, strict in cell.value.equilibria
        ]
        place = {support: k for k, support in enumerate(self.profiles.supports)}

        def kind(member: Member) -> tuple[Any, ...]:
            _, found, strict = member
            return place[found.support], found.dimension, not found.uniform, not strict

        entries = []
        for _, own in groupby(sorted(members, key=kind), key=kind):
            for group in self._by_form(list(own)):
                entry = self._entry(group)
                self._check(entry, group)
                entries.append(entry)
        return entries

    def _by_form(self, members: Sequence[Member]) -> list[list[Member]]:
        """One group for each closed form; a continuum is told apart by its text."""
        groups: dict[Any, list[Member]] = {}
        for member in sorted(members, key=lambda m: (-self.cells[m[0]].dimension, m[0])):
            _, found, _ = member
            key: Any = found.text if found.dimension else self._over_one_ring(found.weights)
            if key not in groups and not found.dimension:
                key = next((known for known in groups if self._agree(member, known)), key)
            groups.setdefault(key, []).append(member)
        return list(groups.values())

    def _over_one_ring(self, weights: Sequence[Sequence[Element]]) -> tuple[tuple[Element, ...], ...]:
        return tuple(tuple(lift(w, self.ring.context) for w in own) for own in weights)

    def _agree(self, member: Member, known: Sequence[Sequence[Element]]) -> bool:
        """Whether a closed form that holds on larger cells is the same on this one, at a point that tells."""
        number, found, _ = member
        cell = self.cells[number]
        if not (cell.plain and cell.sample) or cell.dimension:
            return False
        at = {name: Fraction(text) for name, text in cell.sample}
        for own, other in zip(found.weights, known, strict=True):
            for a, b in zip(own, other, strict=True):
                if self._value(a, at) != self._value(b, at):
                    return False
        return True

    def _value(self, element: Element, at: dict[str, Fraction]) -> str:
        try:
            return str(substitute(self._expression(element), at))
        except (ZeroDivisionError, GameError):
            return f"none: {element}"

    def _expression(self, element: Element) -> Expression:
        if element not in self._expressions:
            self._expressions[element] = element_expression(self.ring, lift(element, self.ring.context))
        return self._expressions[element]

    def _entry(self, members: Sequence[Member]) -> Equilibrium:
        _, first, strict = members[0]
        where = {number for number, _, _ in members}
        unknown = Answer(UNDECIDED, reason="a continuum without corners is not cut further")
        entry = Equilibrium(
            parts=tuple(self._part(j, members) for j in range(len(self.game.players))),
            dimension=first.dimension,
            uniform=first.uniform,
            strict=strict,
            condition=self.found.condition(where),
            set_conditions=(first.text,) if first.dimension else (),
            witnessed=any(self.cells[k].witnessed for k in where),
            in_families=True,
        )
        return entry if self.plain or not first.dimension else replace(entry, survives=unknown)

    def _part(self, player: int, members: Sequence[Member]) -> Part:
        """The part of a player, all weight of whose belief lies on the one family."""
        first = members[0][1]
        learner = self.play.learners[player]
        support: list[tuple[str, tuple[str, ...]]] = []
        strategy: list[tuple[str, tuple[tuple[str, Expression], ...]]] = []
        for place in self.play.nodes_of(player):
            node = self.play.nodes[place]
            support.append((node.signal, tuple(sorted(node.actions[a] for a in first.support[place]))))
            row = zip(node.actions, first.weights[place], strict=True)
            strategy.append((node.signal, tuple((name, self._expression(w)) for name, w in row)))
        named: NamedSupport = tuple(support)
        behaviour: Behaviour = tuple(strategy)
        belief = None if self.plain else ((learner.model, ONE),)
        return Part(learner.player, named, behaviour, (learner.model,), belief, self._fits(player, members))

    def _fits(self, player: int, members: Sequence[Member]) -> FitsByCase:
        """The corners of the best fits, each with the condition of the cells where it is one."""
        learner = self.play.learners[player]
        corners: dict[tuple[tuple[str, Expression], ...], set[int]] = {}
        for number, found, _ in members:
            for model in found.models[player] if found.models else ():
                values = dict(model)
                if len(values) == len(learner.coordinates):
                    point = tuple((name, self._expression(values[k])) for name, k in learner.coordinates)
                    corners.setdefault(point, set()).add(number)
        vertices = tuple(
            FitVertex(learner.model, point, self.found.condition(where)) for point, where in corners.items()
        )
        return FitsByCase((learner.model,), vertices)

    def _check(self, entry: Equilibrium, members: Sequence[Member]) -> None:
        """The strategy passes the definition at a rational point of its condition; DefectError where it does not."""
        cell = next((self.cells[k] for k, _, _ in members if self.cells[k].plain and self.cells[k].sample), None)
        if cell is None and self.play.parameters:
            return
        at = {name: Fraction(text) for name, text in cell.sample} if cell else {}
        fixed = self.game.at(at) if at else self.game
        strategy: dict[str, Any] = {}
        for part in entry.parts:
            rows = {
                signal: {name: substitute(w, at) for name, w in row if isinstance(w, Expression)}
                for signal, row in part.strategy
            }
            strategy[part.player] = rows.get("", rows)
        if self.plain:
            passes, _ = attempt(lambda: is_equilibrium_of_agent(fixed, strategy[entry.parts[0].player]))
        else:
            passes, _ = attempt(lambda: is_equilibrium(fixed, strategy))
        if passes is False:
            where = ", ".join(f"{name} = {value}" for name, value in at.items())
            raise DefectError(
                f"{self.game.name}: a strategy found at {where} fails the definition; this is a defect of the program, "
                "please report the game"
            )

    # What is open

    def _open(self) -> list[Undecided]:
        where: dict[tuple[str, Any, str], set[int]] = {}
        for number, cell in enumerate(self.cells):
            for entry in cell.value.open:
                where.setdefault(entry, set()).add(number)
        order = ("equilibria", "transition", "absorbing", "cycles", "rationalizable", "closed")
        found = []
        for (what, names, reason), places in sorted(where.items(), key=lambda i: (order.index(i[0][0]), str(i[0][1:]))):
            condition = self.found.condition(places) if len(places) < len(self.cells) else None
            witnessed = any(self.cells[k].witnessed for k in places)
            if what == "equilibria":
                found.append(self._open_support(names, reason, condition, witnessed))
            else:
                words = names if what == "transition" or names or not self.plain else tuple(sorted(self.profiles.names))
                shown = () if what in ("absorbing", "cycles") else words
                found.append(Undecided(what, shown, reason, condition, witnessed=witnessed))
        return found

    def _open_support(self, support: Support, reason: str, condition: Any, witnessed: bool) -> Undecided:
        if self.plain:
            (node,), (actions,) = self.play.nodes, support
            names = tuple(sorted(node.actions[a] for a in actions))
            return Undecided("equilibria", names, reason, condition, witnessed=witnessed)
        own = []
        for player in range(len(self.game.players)):
            rows = []
            for place in self.play.nodes_of(player):
                node = self.play.nodes[place]
                rows.append((node.signal, tuple(sorted(node.actions[a] for a in support[place]))))
            own.append(tuple(rows))
        return open_supports([p.name for p in self.game.players], own, reason, condition, witnessed)
