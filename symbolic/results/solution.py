"""The answer of `solve` as data, the same for every kind of game.

Sets of pure strategies (of plans, with signals) are by player, so that one player has a set of one entry; nodes of the
transition graph are profiles of them, comma-joined. Conditions are `ALWAYS` where no parameter is free.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ..cells.atoms import AtomTable
from ..cells.cases import Case
from ..cells.undecided import Undecided
from ..game.game import Game
from . import graphs
from .equilibrium import Equilibrium, Names, NameSets
from .equilibrium_documents import equilibrium_document, fits_document, names_document, undecided_document
from .fits import Minimizers
from .shown import shown_as

if TYPE_CHECKING:
    import networkx

_BEGIN = ("format", "game", "at")
_STRUCTURE = ("rationalizable", "rounds", "transitions", "absorbing", "closed", "cycles")
_ORDERS = (
    (*_BEGIN, "parameters", "equilibria", *_STRUCTURE, "theta", "undecided", "cycles_complete_to_length",
     "rationalizable_bounds"),
    (*_BEGIN, "equilibria", "undecided", "parameters", *_STRUCTURE, "cycles_complete_to_length"),
    (*_BEGIN, "equilibria", "cycles_complete_to_length", "boundaries_covered", "parameters", *_STRUCTURE, "undecided"),
)  # fmt: skip
"""The order of keys in documents: with families of models, with tables of several players, and of one agent."""


@dataclass(frozen=True, repr=False)
class Solution:
    """Everything `solve` finds.

    Attributes
    ----------
    game : with the parameters fixed that `at` gives
    engine : the room of the engine that answered: "finite", "signs" or "algebraic"
    profiles : the nodes of the transition graph, in order
    equilibria : all of them, but for what `undecided` names
    rationalizable, rounds, closed : sets by player, case by case
    transitions, absorbing, cycles : edges, sets and cycles of profiles, case by case
    cycle_lengths : up to which length `cycles` lists all, where that is asked
    undecided : what was not settled, item by item; all else is complete. Of what has no case and is named here nothing
        is said, in JSON it is null
    boundaries_covered : False where there are too many sign vectors to list those with zeros: then every condition is
        exact up to the sets where an atom vanishes, of which nothing is said
    bounds : pure strategies that certainly are rationalizable, and those that may be, where that is undecided
    pure_fits : for one player, the best fits to each pure strategy, where models come in families and they are known
    table : the atoms of a finite engine; it is no part of the answer and is left behind in pickles

    Examples
    --------
    >>> rows = {"*": {"good": "p", "bad": "1 - p"}}
    >>> game = Game.from_dict({"format": 1, "name": "one", "parameters": {"p": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["stay", "go"], "outcomes": ["good", "bad"], "truth": rows,
    ...     "payoff": {"stay": {"good": 1, "bad": 0}, "go": {"good": 0, "bad": 1}},
    ...     "models": {"right": {"predicts": rows}}}}})
    >>> from berknash.symbolic.solving.solve import solve
    >>> solve(game, {"p": "2/3"})
    <Solution of 'one': 1 equilibrium entry>
    >>> print(solve(game, {"p": "2/3"}).to_dot().splitlines()[-2])
      "stay" -> "stay";
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    engine: str
    profiles: Names
    equilibria: tuple[Equilibrium, ...]
    rationalizable: tuple[Case[NameSets], ...]
    rounds: tuple[Case[tuple[NameSets, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[Names], ...]
    closed: tuple[Case[NameSets], ...]
    cycles: tuple[Case[Names], ...]
    cycle_lengths: tuple[Case[int], ...] = ()
    undecided: tuple[Undecided, ...] = ()
    boundaries_covered: bool = True
    bounds: tuple[NameSets, NameSets] | None = None
    pure_fits: tuple[tuple[str, Minimizers], ...] = ()
    table: AtomTable | None = field(default=None, compare=False)

    @property
    def free(self) -> Names:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @property
    def players(self) -> Names:
        """The names of the players, in playing order."""
        return tuple(p.name for p in self.game.players)

    @property
    def is_plain(self) -> bool:
        """Whether there is one player, and no signal."""
        return len(self.game.players) == 1 and not self.game.signals

    @property
    def has_tables(self) -> bool:
        """Whether it is one agent with finitely many models, of which a report compares divergences and payoffs."""
        return self.engine == "finite" and self.is_plain

    def is_open(self, what: str) -> bool:
        """Whether a part, such as "cycles", is left open as a whole."""
        return not self._cases()[what] and any(entry.what == what for entry in self.undecided)

    def _cases(self) -> dict[str, tuple[Case[Any], ...]]:
        return {
            "rationalizable": self.rationalizable,
            "transitions": self.transitions,
            "absorbing": self.absorbing,
            "closed": self.closed,
            "cycles": self.cycles,
        }

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format."""
        conditional = bool(self.free)
        complete = min((c.value for c in self.cycle_lengths), default=len(self.profiles))
        document: dict[str, Any] = {
            "format": 1,
            "game": self.game.name,
            "at": {name: str(value) for name, value in self.at},
            "equilibria": [equilibrium_document(e, conditional) for e in self.equilibria],
            "rationalizable": self._members("rationalizable", self._by_player),
            "transitions": self._members("transitions", list, "edge"),
            "absorbing": self._members("absorbing", list, "set"),
            "closed": self._members("closed", self._closed, "set"),
            "cycles": self._members("cycles", list, "cycle"),
        }
        if conditional:
            document["parameters"] = list(self.free)
        else:
            document["rationalizable"] = self._by_player(self.rationalizable[0].value) if self.rationalizable else None
            document["rounds"] = [self._by_player(sets) for case in self.rounds for sets in case.value]
        if complete < len(self.profiles):
            document["cycles_complete_to_length"] = complete
        if not self.boundaries_covered:
            document["boundaries_covered"] = False
        if self.undecided or self.engine != "finite":
            agent = self.players[0] if self.is_plain else None
            document["undecided"] = [undecided_document(entry, agent) for entry in self.undecided]
        if self.bounds is not None:
            document["rationalizable_bounds"] = {
                name: {"contains": list(inner), "within": list(outer)}
                for name, inner, outer in zip(self.players, *self.bounds, strict=True)
            }
        if self.is_plain and (self.engine == "algebraic" or self.pure_fits):
            (player,) = self.players
            document["theta"] = {player: {action: fits_document(fits) for action, fits in self.pure_fits}}
            if not self.rationalizable:
                document["rationalizable"] = {player: None}
        order = _ORDERS[(self.engine == "finite") + (self.has_tables)]
        return {key: document[key] for key in order if key in document}

    def _members(self, what: str, written: Callable[[Any], Any], key: str = "") -> list[Any] | None:
        """The values of a part, with their conditions where parameters are free; None where it is open."""
        if self.is_open(what):
            return None
        cases = self._cases()[what]
        if not self.free:
            return [written(case.value) for case in cases]
        found = []
        for case in cases:
            document = {key: written(case.value)} if key else written(case.value)
            document["condition"] = str(case.condition)
            found.append(document if case.witnessed else document | {"witnessed": False})
        return found

    def _by_player(self, sets: NameSets) -> dict[str, list[str]]:
        return names_document(self.players, sets)

    def _closed(self, sets: NameSets) -> list[str] | dict[str, list[str]]:
        return list(sets[0]) if len(sets) == 1 else self._by_player(sets)

    def to_latex(self) -> str:
        """The game, its equilibria and structure as a LaTeX fragment."""
        return shown_as("solution_latex", self)

    def _repr_html_(self) -> str:
        return shown_as("solution_html", self)

    def to_networkx(self) -> networkx.DiGraph:
        """The transition graph as a networkx DiGraph; edges carry their condition as text."""

        import networkx  # for start-up: slow to load

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.profiles)
        for case in self.transitions:
            graph.add_edge(*case.value, condition=str(case.condition))
        return graph

    def to_dot(self) -> str:
        """The transition graph in the DOT language of Graphviz, the same text every time."""
        return graphs.to_dot(self)

    def to_graphml(self) -> str:
        """The transition graph as GraphML, edges with their condition, the same text every time."""
        return graphs.to_graphml(self)

    def __repr__(self) -> str:
        count = len(self.equilibria)
        free = f"; free: {', '.join(self.free)}" if self.free else ""
        return f"<Solution of {self.game.name!r}: {count} equilibrium entr{'y' if count == 1 else 'ies'}{free}>"

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "table"}
