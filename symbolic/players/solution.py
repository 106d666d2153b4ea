"""The exact solution of games with private signals, several players, or both.

`solve_players` finds every Berk-Nash equilibrium (Esponda & Pouzo 2016, Def. 1), the rationalizable product set with
its rounds, the transition graph on profiles of plans, its sinks and cycles, and the minimal closed product sets of
``Gamma`` over correlated play (Esponda & Pouzo 2025); symbolic in the parameters left free wherever the equilibrium
conditions are linear in each player's play, exact at rational parameters otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import product
from typing import Any

from ..answers import YES, Answer, Questions
from ..cells import numeric_value
from ..condition_parts import case_parts
from ..conditions import ALWAYS
from ..errors import BudgetError, DefectError, NotSupportedError, UndecidedError
from ..expression_tree import Number
from ..finder import Case, Finder
from ..game import Game
from ..solution import as_fraction
from ..solve_limits import SolveLimits, remedy
from ..structure import absorbing_sets, listed_cycles, rotated
from ..undecided import Undecided
from .components import components
from .definition import is_equilibrium
from .equilibrium import OpenCount, OpenSupports, PlayersEquilibrium, equilibrium_of, played
from .minors import PlayersTable, players_table
from .nonlinear import PolynomialSolver
from .objective import survivals
from .plain_solution import Found, is_plain, plain_equilibria
from .problem import PlayersProblem
from .quadratic import quadratic_equilibria
from .rational_check import rational_check
from .self_confirming import fits_its_path, settled, where_self_confirming
from .shape import Sets

Names = tuple[str, ...]
NameSets = tuple[Names, ...]


@dataclass(frozen=True)
class PlayersSolution:
    """Everything `solve_players` finds; sets of plans are by player, profiles are comma-joined plan names.

    Conditions are `ALWAYS` where no parameter is free. `closed` and `rationalizable` hold one sorted tuple of plan
    names for each player. `cycle_lengths` says up to which length `cycles` lists them all: graphs with many ties have
    more simple cycles than can be listed. `undecided` names the supports on which further equilibria were neither found
    nor excluded, with the condition under which that is so; all others are covered. `unlisted` are the parts of the
    structure that are left out because they are too large, named in `undecided` too; in JSON they are null.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    table: PlayersTable = field(repr=False, compare=False)
    equilibria: tuple[PlayersEquilibrium, ...]
    rationalizable: tuple[Case[NameSets], ...]
    rounds: tuple[Case[tuple[NameSets, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[Names], ...]
    closed: tuple[Case[NameSets], ...]
    cycles: tuple[Case[Names], ...]
    cycle_lengths: tuple[Case[int], ...] = ()
    undecided: tuple[OpenSupports | OpenCount | Undecided, ...] = ()
    unlisted: tuple[str, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players, in playing order."""
        return tuple(p.name for p in self.game.players)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The nodes of the transition graph, in order."""
        return tuple(profile_name(self.table, p) for p in self.table.form.profiles)

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format."""
        conditional = bool(self.free)
        document: dict[str, Any] = {
            "format": 1,
            "game": self.game.name,
            "at": {name: str(value) for name, value in self.at},
            "equilibria": [e.to_document(conditional) for e in self.equilibria],
        }
        if self.undecided:
            document["undecided"] = [
                {"what": entry.what, "reason": entry.reason} if isinstance(entry, Undecided) else entry.to_document()
                for entry in self.undecided
            ]
        if not conditional:
            return document | {
                "rationalizable": self._by_player(self.rationalizable[0].value),
                "rounds": [self._by_player(sets) for sets in self.rounds[0].value],
                "transitions": [list(case.value) for case in self.transitions],
                "absorbing": [list(case.value) for case in self.absorbing],
                "closed": [self._closed(case.value) for case in self.closed],
                "cycles": [list(case.value) for case in self.cycles],
                **self._cut(),
                **dict.fromkeys(self.unlisted),
            }
        return document | {
            "parameters": list(self.free),
            "rationalizable": [{**self._by_player(c.value), **_condition(c)} for c in self.rationalizable],
            "transitions": [{"edge": list(c.value), **_condition(c)} for c in self.transitions],
            "absorbing": [{"set": list(c.value), **_condition(c)} for c in self.absorbing],
            "closed": [{"set": self._closed(c.value), **_condition(c)} for c in self.closed],
            "cycles": [{"cycle": list(c.value), **_condition(c)} for c in self.cycles],
            **self._cut(),
        }

    def _cut(self) -> dict[str, Any]:
        """Where longer cycles exist than are listed, up to which length the list is complete."""
        lengths = [c.value for c in self.cycle_lengths if c.value < len(self.profiles)]
        return {"cycles_complete_to_length": min(lengths)} if lengths else {}

    def _by_player(self, sets: NameSets) -> dict[str, list[str]]:
        return {name: list(own) for name, own in zip(self.players, sets, strict=True)}

    def _closed(self, sets: NameSets) -> Any:
        return list(sets[0]) if len(sets) == 1 else self._by_player(sets)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.profiles)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph

    def __repr__(self) -> str:
        count = len(self.equilibria)
        free = f"; free: {', '.join(self.free)}" if self.free else ""
        return f"<PlayersSolution of {self.game.name!r}: {count} equilibrium entr{'y' if count == 1 else 'ies'}{free}>"


def _condition(case: Case[Any]) -> dict[str, Any]:
    document: dict[str, Any] = {"condition": str(case.condition)}
    if not case.witnessed:
        document["witnessed"] = False
    return document


def profile_name(table: PlayersTable, profile: tuple[int, ...]) -> str:
    """A profile of plans as the format writes it: ``"heads,tails"``, ``"plus:high|minus:low"``."""
    return ",".join(p.plan_name(k) for p, k in zip(table.form.players, profile, strict=True))


def _set_names(table: PlayersTable, sets: Sets) -> NameSets:
    return tuple(
        tuple(sorted(player.plan_name(k) for k in own)) for player, own in zip(table.form.players, sets, strict=True)
    )


def solve_players(
    game: Game, at: Mapping[str, Fraction | int | str] | None = None, limits: SolveLimits | None = None
) -> PlayersSolution:
    """All Berk-Nash equilibria and the structure of a game with signals or several players, exactly.

    Parameters
    ----------
    game : finitely many outcomes; each player has finitely many models, or one family that is recognized as
        reproducing what it averages (`families`), for instance all mixtures of what the others do
    at : exact values for some parameters; the others stay symbols
    limits : how many profiles of supports are gone through, how many equilibria and transitions are listed

    Returns
    -------
    PlayersSolution
        Exact; with free parameters every case carries the exact condition under which it holds. Supports that were not
        decided are listed as `undecided` with the reason: with free parameters those whose equilibrium conditions are
        neither linear nor quadratic (`quadratic`), with fixed ones those beyond the methods of `nonlinear`.

    Raises
    ------
    NotSupportedError
        for a family that is not recognized, or normal outcomes; BudgetError when there are too many plans, supports or
        sign vectors; UndecidedError when a sign resists.

    Source: Esponda & Pouzo (2016), Definition 1; Esponda & Pouzo (2025) for ``Gamma``.

    Examples
    --------
    >>> def penny(own, other, sign):
    ...     return {"actions": ["heads", "tails"], "outcomes": ["h", "t"],
    ...             "truth": {key.replace("?", side): {"h": int(side == "heads"), "t": int(side == "tails")}
    ...                       for side in ("heads", "tails") for key in [other]},
    ...             "payoff": {"heads": {"h": sign, "t": -sign}, "tails": {"h": -sign, "t": sign}},
    ...             "models": {"all": {"theta": {"x": "[0, 1]"}, "predicts": {"*": {"h": "x", "t": "1 - x"}}}}}
    >>> game = Game.from_dict({"format": 1, "name": "pennies", "players": {
    ...     "row": penny("row", "*,?", 1), "column": penny("column", "?,*", -1)}})
    >>> [e.strategy[0][0][1][0][1].value for e in solve_players(game).equilibria]
    [Fraction(1, 2)]
    """
    if at:
        fixed = game.at(at)
        values = {p.name: as_fraction(at[p.name]) for p in game.parameters if p.name in at}
    else:
        fixed, values = game, {}
    table = players_table(fixed, limits)
    free = tuple(p.name for p in fixed.parameters)
    finder = Finder(table, free) if free else _Fixed(table)
    if isinstance(finder, _Fixed) and is_plain(table):
        equilibria, undecided = plain_equilibria(table, finder.problem)
    else:
        equilibria, undecided = _by_supports(fixed, table, finder)
    if not fixed.parameters:
        equilibria = _verified(fixed, equilibria)
    else:
        questions = Questions(fixed)
        equilibria = [_marked(e, where_self_confirming(questions, table.form, e)) for e in equilibria]
    left = [e for e in equilibria if e.survives is None]
    answers = dict(zip(map(id, left), survivals(fixed, left), strict=True))
    equilibria = [replace(e, survives=answers[id(e)]) if e.survives is None else e for e in equilibria]

    unlisted = _unlisted(finder, table)

    def node(k: int) -> str:
        return profile_name(table, table.form.profiles[k])

    nodes = tuple(range(len(table.form.profiles)))

    def sinks(problem: PlayersProblem) -> tuple[Names, ...]:
        return tuple(sorted(tuple(sorted(node(k) for k in s)) for s in absorbing_sets(nodes, problem.edges)))

    def cycles(problem: PlayersProblem) -> tuple[Names, ...]:
        found, _ = listed_cycles(len(nodes), problem.edges)
        return tuple(sorted(rotated(tuple(node(k) for k in c)) for c in found))

    return PlayersSolution(
        game=fixed,
        at=tuple(values.items()),
        table=table,
        equilibria=tuple(equilibria),
        undecided=(*undecided, *unlisted),
        rationalizable=finder.cases(lambda p: _set_names(table, p.rationalizable_rounds()[-1])),  # type: ignore[attr-defined]
        rounds=finder.cases(
            lambda p: tuple(_set_names(table, r) for r in p.rationalizable_rounds())  # type: ignore[attr-defined]
        ),
        transitions=()
        if unlisted
        else finder.members(lambda p: tuple(sorted((node(a), node(b)) for a, b in p.edges))),  # type: ignore[attr-defined]
        absorbing=() if unlisted else finder.members(sinks),  # type: ignore[arg-type]
        closed=finder.members(lambda p: tuple(sorted(_set_names(table, s) for s in p.minimal_closed_sets()))),  # type: ignore[attr-defined]
        cycles=() if unlisted else finder.members(cycles),  # type: ignore[arg-type]
        cycle_lengths=()
        if unlisted
        else finder.cases(lambda p: listed_cycles(len(nodes), p.edges)[1]),  # type: ignore[attr-defined]
        unlisted=tuple(entry.what for entry in unlisted),
    )


def _by_supports(game: Game, table: PlayersTable, finder: Finder | _Fixed) -> Found:
    """The equilibria of every profile of supports, one after the other; BudgetError at once when they are too many."""
    equilibria: list[PlayersEquilibrium] = []
    undecided: list[OpenSupports | OpenCount] = []
    solver = None if game.parameters else PolynomialSolver(table)
    for supports in sorted(product(*table.shape.supports), key=lambda s: (sum(map(len, s)), s)):
        cases = finder.members(lambda p, s=supports: components(p, s))  # type: ignore[misc]
        played_here = tuple(played(table, j, plans) for j, plans in enumerate(supports))
        if solver is not None and any(case.value.open for case in cases):
            try:
                equilibria.extend(solver.on(supports))
            except (BudgetError, NotSupportedError, UndecidedError) as error:
                undecided.append(OpenSupports(table.names, played_here, ALWAYS, reason=str(error)))
            continue
        open_cases = [case for case in cases if case.value.open]
        if open_cases:
            try:
                found, left = quadratic_equilibria(game, supports)
            except (BudgetError, NotSupportedError, UndecidedError) as error:
                reason = f"mixed equilibria with these supports solve a polynomial system; {error}"
                undecided += [
                    OpenSupports(table.names, played_here, c.condition, c.witnessed, reason) for c in open_cases
                ]
            else:
                equilibria += found
                undecided += left
                continue
        for case in cases:
            if not case.value.open:
                parts = case_parts(table, case) if case.value.dimension else None
                equilibria.append(equilibrium_of(table, case.value, case.condition, case.witnessed, parts))
    return equilibria, undecided


def _marked(equilibrium: PlayersEquilibrium, answer: Answer) -> PlayersEquilibrium:
    return replace(equilibrium, self_confirming=settled(answer), self_confirming_where=answer)


def _unlisted(finder: Finder | _Fixed, table: PlayersTable) -> tuple[Undecided, ...]:
    """The parts that rest on the transition graph where it has more edges than are listed."""
    if not isinstance(finder, _Fixed):
        return ()
    count = finder.problem.edge_count()
    if count <= table.limits.transitions:
        return ()
    reason = f"{count} transitions, {remedy('transitions', table.limits.transitions, count)}"
    return tuple(Undecided(what, (), reason) for what in ("transitions", "absorbing", "cycles"))


class _Fixed:
    """The answers where no parameter is free: one problem, whose envelopes serve all questions."""

    def __init__(self, table: PlayersTable) -> None:
        self.problem: PlayersProblem = numeric_value(table, lambda p: p)  # type: ignore[assignment]

    def cases(self, question: Callable[[Any], Any]) -> tuple[Case[Any], ...]:
        """The one value."""
        return (Case(ALWAYS, question(self.problem)),)

    def members(self, question: Callable[[Any], tuple[Any, ...]]) -> tuple[Case[Any], ...]:
        """Each member of the value."""
        return tuple(Case(ALWAYS, member) for member in question(self.problem))


def _verified(game: Game, equilibria: list[PlayersEquilibrium]) -> list[PlayersEquilibrium]:
    """The equilibria, each after it has passed the definition, marked where it is self-confirming.

    Of a correctly specified game they are self-confirming objective equilibria, by the same check (`rational_check`).
    """
    check = rational_check(game)
    found = []
    for equilibrium in equilibria:
        weights = None if check is None else _rational_weights(equilibrium)
        if check is not None and weights is not None and check.accepts(weights):
            found.append(replace(equilibrium, self_confirming=True, survives=Answer(YES)))
            continue
        strategy = equilibrium.as_strategy()
        if not is_equilibrium(game, strategy):
            raise DefectError(
                f"the engine and the definition disagree on {equilibrium.strategy}; please report this game"
            )
        believed = [[name for name, weight in own if str(weight) != "0"] for own in equilibrium.belief]
        fits = fits_its_path(game, strategy, believed)
        found.append(replace(equilibrium, self_confirming=fits))
    return found


def _rational_weights(equilibrium: PlayersEquilibrium) -> list[dict[str, Fraction]] | None:
    """The weights of the actions played, None unless all are rational."""
    found = []
    for (_, weights), *_ in equilibrium.strategy:
        values = {action: value.value for action, value in weights if isinstance(value, Number)}
        if len(values) < len(weights):
            return None
        found.append({action: value for action, value in values.items() if value})
    return found
