"""Solutions of games with signals or several players and finitely many models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..algebra.signs import approximate
from ..cells.cases import Case
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import Undecided
from ..decomposition import AlgebraicNumber
from ..expressions.reading import Expression
from ..floats import float_or_none
from ..forms.minors import PlayersTable
from ..game.game import Game
from .answers import Answer

Names = tuple[str, ...]
NameSets = tuple[Names, ...]

Value = Expression | AlgebraicNumber
Weights = tuple[tuple[str, Value], ...]
Behaviour = tuple[tuple[str, Weights], ...]


@dataclass(frozen=True, slots=True)
class PlayersEquilibrium:
    """One connected component of the Berk-Nash equilibria with one profile of supports.

    Attributes
    ----------
    players : the names, in playing order
    support : by player and signal, the actions played
    strategy : by player, the behaviour strategy, or one point of the set where `dimension` > 0
    belief_support : by player, all models with weight in some supporting belief
    belief : by player, one supporting belief; a family is listed with weight 1 (its fit is unique in what it predicts)
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict
    condition : where it exists; `set_conditions` describe the set when it is no point, one line for each piece
    vertices : corners of the pieces, by piece and player, when the set is no point
    self_confirming : whether `belief` fits the play of `strategy` exactly; None where that depends on free parameters
        (then `self_confirming_where` says on which)
    survives : whether it is an equilibrium of the objective game too (`symbolic.definition.specification`)
    """

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    strategy: tuple[Behaviour, ...]
    belief_support: tuple[tuple[str, ...], ...]
    belief: tuple[Weights, ...]
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition = ALWAYS
    set_conditions: tuple[str, ...] = ()
    vertices: tuple[tuple[tuple[Behaviour, ...], ...], ...] = field(default=(), repr=False)
    witnessed: bool = True
    self_confirming: bool | None = None
    joint: tuple[Any, ...] = field(default=(), repr=False)
    survives: Answer | None = None
    self_confirming_where: Answer | None = None

    def as_strategy(self) -> dict[str, dict[str, Any]]:
        """The strategy in the form that `is_equilibrium` reads, all weights in one number field."""
        if self.joint:
            found: dict[str, dict[str, Any]] = {name: {} for name in self.players}
            for (player, place, action), value in self.joint:
                name, signal = self.players[player], self.strategy[player][place][0]
                row = found[name].setdefault(signal, {}) if signal else found[name]
                row[action] = value
            return found
        return {
            name: {s: dict(w) for s, w in own} if own[0][0] else dict(own[0][1])
            for name, own in zip(self.players, self.strategy, strict=True)
        }

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)

    def noted(self, conditional: bool) -> tuple[dict[str, Any], str]:
        """The document and a line of words, for an answer that is cut short."""
        players = [
            f"{player}: {' | '.join(_play_text(signal, weights) for signal, weights in own)}"
            for player, own in zip(self.players, self.strategy, strict=True)
        ]
        where = f" if {self.condition}" if conditional and not self.condition.is_always() else ""
        return self.to_document(conditional), "; ".join(players) + where

    def to_document(self, conditional: bool) -> dict[str, Any]:
        """One entry of ``equilibria`` in the JSON of the format."""
        document: dict[str, Any] = {
            "support": supports_document(self.players, self.support),
            "strategy": {n: behaviour_document(b) for n, b in zip(self.players, self.strategy, strict=True)},
            "belief_support": {n: sorted(b) for n, b in zip(self.players, self.belief_support, strict=True)},
            "belief": {n: weights_document(b) for n, b in zip(self.players, self.belief, strict=True)},
            "dimension": self.dimension,
            "pure": self.pure,
            "uniform": self.uniform,
            "strict": self.strict,
        }
        if self.self_confirming_where is not None:
            document |= self.self_confirming_where.to_document("self_confirming")
        elif self.self_confirming is not None:
            document["self_confirming"] = self.self_confirming
        if self.survives is not None:
            document |= self.survives.to_document("survives_correct_specification")
        if self.dimension:
            document["conditions"] = list(self.set_conditions)
            document["vertices"] = [
                {n: [behaviour_document(b) for b in corners] for n, corners in zip(self.players, piece, strict=True)}
                for piece in self.vertices
            ]
        if conditional:
            document["condition"] = str(self.condition)
            if not self.witnessed:
                document["witnessed"] = False
        return document


@dataclass(frozen=True, slots=True)
class OpenSupports:
    """A profile of supports with which further equilibria were neither found nor excluded, and where."""

    players: tuple[str, ...]
    support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    condition: Condition
    witnessed: bool = True
    reason: str = "mixed equilibria with these supports solve a polynomial system; fix every parameter"

    def to_document(self) -> dict[str, Any]:
        """One entry of ``undecided``."""
        document = {
            "what": "equilibria",
            "support": supports_document(self.players, self.support),
            "reason": self.reason,
        }
        if not self.condition.is_always():
            document["condition"] = str(self.condition)
        return document if self.witnessed else document | {"witnessed": False}


@dataclass(frozen=True, slots=True)
class OpenCount:
    """So many profiles of supports, all inside one product of sets of actions, on which nothing is listed; and why."""

    players: tuple[str, ...]
    inside: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
    count: int
    reason: str

    def to_document(self) -> dict[str, Any]:
        """One entry of ``undecided``."""
        inside = supports_document(self.players, self.inside)
        return {"what": "equilibria", "supports": self.count, "inside": inside, "reason": self.reason}


def _play_text(signal: str, weights: Weights) -> str:
    played_actions = ", ".join(f"{action} {weight}" for action, weight in weights if str(weight) != "0")
    return f"{signal} -> {played_actions}" if signal else played_actions


def supports_document(
    players: tuple[str, ...], support: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]
) -> dict[str, Any]:
    """Player -> sorted actions, or player -> signal -> sorted actions."""
    return {
        name: {s: sorted(a) for s, a in own} if own[0][0] else sorted(own[0][1])
        for name, own in zip(players, support, strict=True)
    }


def exact_value(value: Value) -> dict[str, Any]:
    """An exact number of the format, algebraic numbers as ``root(polynomial, index)``."""
    approx = float_or_none(value) if isinstance(value, AlgebraicNumber) else approximate(value)
    return {"exact": str(value), "approx": approx}


def weights_document(weights: Weights) -> dict[str, Any]:
    """Name -> exact number."""
    return {name: exact_value(value) for name, value in weights}


def behaviour_document(behaviour: Behaviour) -> dict[str, Any]:
    """Action -> exact number, or signal -> action -> exact number."""
    if len(behaviour) == 1 and behaviour[0][0] == "":
        return weights_document(behaviour[0][1])
    return {signal: weights_document(weights) for signal, weights in behaviour}


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
