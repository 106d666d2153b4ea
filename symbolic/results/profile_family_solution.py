"""Solutions of games with signals or several players and families of models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..algebra.number_field import Real
from ..cells.cases import Case
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import Undecided
from ..expressions.reading import Expression
from ..forms.profiles import Players
from ..game.game import Game
from .answers import Answer
from .family_documents import fits_document, number_document, weights_document
from .fits import Minimizers, TiedShare
from .profile_solution import NameSets, OpenSupports, behaviour_document, exact_value, supports_document

Weight = Real | TiedShare | str
Strategy = tuple[tuple[tuple[str, tuple[tuple[str, Weight], ...]], ...], ...]


@dataclass(frozen=True, slots=True)
class PlayerFamiliesEquilibrium:
    """One connected component of the equilibria with one profile of supports.

    Attributes
    ----------
    players : the names, in playing order
    support : by player and signal, the actions played
    strategy : by player and signal, the weights, or one point of the set where `dimension` > 0
    belief_support : by player, models with weight in some supporting belief
    theta : by player, the best fits there; None where the mixture is known by a certified bracket only
    belief : by player, one supporting belief on the points of `theta`; empty where that is None
    set_conditions : what cuts the component out, where it is no point
    self_confirming : whether every player has a best fit that predicts the own path of play exactly; None: not known
    survives : whether it is an equilibrium of the correctly specified game too
    status : "exact", or "certified" where the mixture has no closed form
    """

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    strategy: Strategy
    belief_support: tuple[tuple[str, ...], ...]
    theta: tuple[Minimizers | None, ...]
    belief: tuple[tuple[tuple[str, Real], ...], ...]
    dimension: int
    uniform: bool
    strict: bool
    set_conditions: tuple[str, ...] = ()
    status: str = "exact"
    self_confirming: bool | None = None
    survives: Answer | None = None
    condition: Any = ALWAYS
    witnessed: bool = True

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)

    def as_strategy(self) -> dict[str, dict[str, Any]]:
        """The strategy in the form that `is_equilibrium` reads."""
        return {
            name: {s: dict(w) for s, w in own} if own[0][0] else dict(own[0][1])
            for name, own in zip(self.players, self.strategy, strict=True)
        }


@dataclass(frozen=True)
class PlayerFamiliesSolution:
    """Everything `solve_player_families` finds, in the shape of `PlayersSolution` without free parameters.

    `undecided` lists what was not settled; where it is empty the answer is the whole one.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    form: Players = field(repr=False, compare=False)
    equilibria: tuple[PlayerFamiliesEquilibrium, ...]
    rationalizable: tuple[Case[NameSets], ...]
    rounds: tuple[Case[tuple[NameSets, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[NameSets], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    cycle_length: int
    undecided: tuple[Undecided, ...] = ()
    rationalizable_bounds: tuple[NameSets, NameSets] | None = None

    @property
    def free(self) -> tuple[str, ...]:
        """No parameter is free."""
        return ()

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players, in playing order."""
        return tuple(p.name for p in self.game.players)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The nodes of the transition graph, in order."""
        return self.form.agents[0].actions

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with the best fits under "theta"."""

        return solution_document(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.profiles)
        graph.add_edges_from(case.value for case in self.transitions)
        return graph


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

        return free_players_document(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.profiles)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph


def equilibrium_document(equilibrium: PlayerFamiliesEquilibrium) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    players = equilibrium.players
    document: dict[str, Any] = {
        "support": supports_document(players, equilibrium.support),
        "strategy": {name: _behaviour(own) for name, own in zip(players, equilibrium.strategy, strict=True)},
        "belief_support": {name: list(own) for name, own in zip(players, equilibrium.belief_support, strict=True)},
        "belief": {
            name: {point: number_document(weight) for point, weight in own}
            for name, own in zip(players, equilibrium.belief, strict=True)
        },
        "theta": {
            name: fits_document(fits)
            for name, fits in zip(players, equilibrium.theta, strict=True)
            if fits is not None
        },
        "dimension": equilibrium.dimension,
        "pure": equilibrium.pure,
        "uniform": equilibrium.uniform,
        "strict": equilibrium.strict,
        "self_confirming": equilibrium.self_confirming,
        "status": equilibrium.status,
    }
    if equilibrium.survives is not None:
        document |= equilibrium.survives.to_document("survives_correct_specification")
    if equilibrium.dimension:
        document["conditions"] = list(equilibrium.set_conditions)
    return document


def solution_document(solution: PlayerFamiliesSolution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    open_questions = {entry.what for entry in solution.undecided}
    players = solution.players

    def by_player(sets: NameSets) -> dict[str, list[str]]:
        return {name: list(own) for name, own in zip(players, sets, strict=True)}

    def members(cases: Any, what: str) -> list[list[str]] | None:
        return None if what in open_questions else [list(case.value) for case in cases]

    known = solution.rationalizable
    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e) for e in solution.equilibria],
        "rationalizable": by_player(known[0].value) if known else None,
        "rounds": [by_player(sets) for case in solution.rounds for sets in case.value],
        "transitions": [list(case.value) for case in solution.transitions],
        "absorbing": members(solution.absorbing, "absorbing"),
        "closed": None
        if "closed" in open_questions
        else [list(c.value[0]) if len(players) == 1 else by_player(c.value) for c in solution.closed],
        "cycles": members(solution.cycles, "cycles"),
        "undecided": [undecided_document(entry) for entry in solution.undecided],
    }
    if solution.cycles and solution.cycle_length < len(solution.profiles):
        document["cycles_complete_to_length"] = solution.cycle_length
    if solution.rationalizable_bounds is not None:
        inner, outer = map(by_player, solution.rationalizable_bounds)
        document["rationalizable_bounds"] = {
            name: {"contains": inner[name], "within": outer[name]} for name in players
        }
    return document


def free_players_document(solution: FreePlayersSolution) -> dict[str, Any]:
    """The whole of `solve --json` with free parameters."""
    players = solution.players

    def by_player(sets: tuple[tuple[str, ...], ...]) -> dict[str, list[str]]:
        return {name: list(own) for name, own in zip(players, sets, strict=True)}

    equilibria = []
    for e in solution.equilibria:
        document: dict[str, Any] = {
            "support": supports_document(players, e.support),
            "strategy": {n: behaviour_document(own) for n, own in zip(players, e.strategy, strict=True)},
            "belief_support": {n: list(own) for n, own in zip(players, e.belief_support, strict=True)},
            "theta": {
                name: [{"point": {coordinate: exact_value(point)}, "condition": str(c)} for point, c in own]
                for name, coordinate, own in zip(players, solution.coordinates, e.theta, strict=True)
            },
            "dimension": 0,
            "pure": e.pure,
            "uniform": e.uniform,
            "strict": e.strict,
            "condition": str(e.condition),
        }
        equilibria.append(document if e.witnessed else document | {"witnessed": False})
    return {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "parameters": list(solution.free),
        "equilibria": equilibria,
        "rationalizable": [{**by_player(c.value), "condition": str(c.condition)} for c in solution.rationalizable],
        "transitions": [{"edge": list(c.value), "condition": str(c.condition)} for c in solution.transitions],
        "absorbing": [{"set": list(c.value), "condition": str(c.condition)} for c in solution.absorbing],
        "closed": [
            {"set": list(c.value[0]) if len(players) == 1 else by_player(c.value), "condition": str(c.condition)}
            for c in solution.closed
        ],
        "cycles": [{"cycle": list(c.value), "condition": str(c.condition)} for c in solution.cycles],
        "undecided": [entry.to_document() for entry in solution.undecided],
    }


def _behaviour(behaviour: Any) -> dict[str, Any]:
    """Action -> exact number, or signal -> action -> exact number."""
    rows = {signal: weights_document(weights) for signal, weights in behaviour}
    return rows[""] if list(rows) == [""] else rows


def undecided_document(entry: Undecided) -> dict[str, Any]:
    """One entry of ``undecided``: profiles and supports are named whole."""
    key = {"equilibria": "support", "transition": "edge"}.get(entry.what, "profiles")
    return {"what": entry.what, key: list(entry.names), "reason": entry.reason}
