"""Solutions of one-agent games with families of models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from ..algebra.enclosed import Enclosed
from ..algebra.number_field import Real
from ..cells.cases import Case
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import Undecided
from ..expressions.reading import Expression
from ..game.game import Game
from .answers import Answer
from .family_documents import _symbolic, fits_document, number_document, weights_document
from .fits import CertifiedFits, Minimizers, TiedShare

Named = tuple[tuple[str, Expression], ...]

Weight = Real | TiedShare | Enclosed | str


class NamedAgent(Protocol):
    """What a solution tells of the agent that it is about."""

    @property
    def player(self) -> str: ...

    @property
    def actions(self) -> tuple[str, ...]: ...


class AgentWithParameters(NamedAgent, Protocol):
    """An agent whose data are functions of free parameters."""

    @property
    def parameters(self) -> tuple[str, ...]: ...


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
    self_confirming : some best fit predicts the path of play exactly (at the point given); None where undecided
    survives : whether it is an equilibrium of the correctly specified game too
    status : "exact", or "certified" where the mixture is an isolated root known by certified enclosure
    """

    support: tuple[str, ...]
    strategy: tuple[tuple[str, Weight], ...]
    belief_support: tuple[str, ...]
    belief: tuple[tuple[str, Real | Enclosed], ...]
    theta: Minimizers | CertifiedFits
    dimension: int
    uniform: bool
    strict: bool
    set_conditions: tuple[str, ...] = ()
    status: str = "exact"
    self_confirming: bool | None = False
    condition: Any = ALWAYS
    witnessed: bool = True
    survives: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1


@dataclass(frozen=True)
class FamilySolution:
    """Everything `solve_families` finds; the shape of `symbolic.engines.finite.agent_engine.Solution` with no free
    parameter.

    `undecided` lists what the engine could not settle; where it is empty the answer is the whole one. Supports that it
    does not name are covered. Where the rationalizable set is among it, `rationalizable` is empty and
    `rationalizable_bounds` holds actions that certainly are in the set, and those that may be. `pure_fits` are the best
    fits to each pure strategy, where they are known.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    agent: NamedAgent = field(repr=False, compare=False)
    equilibria: tuple[FamilyEquilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    rounds: tuple[Case[tuple[tuple[str, ...], ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...] = ()
    rationalizable_bounds: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    pure_fits: tuple[tuple[str, Minimizers], ...] = field(default=(), repr=False, compare=False)

    @property
    def free(self) -> tuple[str, ...]:
        """No parameter is free."""
        return ()

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with the best fits under "theta"."""

        return solution_document(self)

    def to_networkx(self) -> Any:
        """The transition graph as a networkx DiGraph."""
        import networkx

        graph = networkx.DiGraph(name=self.game.name)
        graph.add_nodes_from(self.agent.actions)
        graph.add_edges_from(case.value for case in self.transitions)
        return graph


@dataclass(frozen=True, slots=True)
class FreeEquilibrium:
    """An equilibrium in closed form and the exact condition under which it exists.

    `theta` holds the vertices of the set of best fits, each with the condition under which it is one. Continua carry
    `set_conditions`: a mixture belongs to them where one of these holds; a pure equilibrium whose best fit has no
    closed form carries its equation there. `fitted` is the model of each vertex where there are several models, empty
    where there is one. `self_confirming`: whether one model predicts all of the path of play
    exactly; None where that depends on the parameters (then `self_confirming_where` says on which) or is not known.
    """

    support: tuple[str, ...]
    strategy: Named
    belief_support: tuple[str, ...]
    theta: tuple[tuple[Named, Condition], ...]
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition
    set_conditions: tuple[str, ...] = ()
    witnessed: bool = True
    survives: Answer | None = None
    self_confirming: bool | None = None
    self_confirming_where: Answer | None = None
    fitted: tuple[str, ...] = ()

    @property
    def pure(self) -> bool:
        """Whether one action is played for sure."""
        return len(self.support) == 1


@dataclass(frozen=True)
class FreeSolution:
    """What `solve_free` finds, in the shape of `symbolic.engines.finite.agent_engine.Solution`; `undecided` as in
    `FamilySolution`.

    Where something is open under a condition alone, the entry says under which, and the cases cover the rest.
    """

    game: Game
    at: tuple[tuple[str, Fraction], ...]
    agent: AgentWithParameters = field(repr=False, compare=False)
    equilibria: tuple[FreeEquilibrium, ...]
    rationalizable: tuple[Case[tuple[str, ...]], ...]
    transitions: tuple[Case[tuple[str, str]], ...]
    absorbing: tuple[Case[tuple[str, ...]], ...]
    closed: tuple[Case[tuple[str, ...]], ...]
    cycles: tuple[Case[tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...] = ()

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return self.agent.parameters

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with conditions."""

        return free_document(self)


def equilibrium_document(equilibrium: FamilyEquilibrium, player: str) -> dict[str, Any]:
    """One entry of ``equilibria``."""
    document: dict[str, Any] = {
        "support": {player: list(equilibrium.support)},
        "strategy": {player: weights_document(equilibrium.strategy)},
        "belief_support": {player: list(equilibrium.belief_support)},
        "belief": {player: {name: number_document(weight) for name, weight in equilibrium.belief}},
        "theta": {player: fits_document(equilibrium.theta)},
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


def solution_document(solution: FamilySolution) -> dict[str, Any]:
    """The whole of `solve --json`."""
    player = solution.agent.player
    open_questions = {entry.what for entry in solution.undecided}

    def sets(cases: Any, what: str) -> list[list[str]] | None:
        return None if what in open_questions else [list(case.value) for case in cases]

    document: dict[str, Any] = {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "equilibria": [equilibrium_document(e, player) for e in solution.equilibria],
        "rationalizable": {
            player: list(solution.rationalizable[0].value) if solution.rationalizable else None
        },
        "rounds": [{player: list(r)} for case in solution.rounds for r in case.value],
        "transitions": [list(case.value) for case in solution.transitions],
        "absorbing": sets(solution.absorbing, "absorbing"),
        "closed": sets(solution.closed, "closed"),
        "cycles": sets(solution.cycles, "cycles"),
        "theta": {player: {action: fits_document(fits) for action, fits in solution.pure_fits}},
        "undecided": [entry.to_document(player) for entry in solution.undecided],
    }
    if solution.rationalizable_bounds is not None:
        inner, outer = solution.rationalizable_bounds
        document["rationalizable_bounds"] = {player: {"contains": list(inner), "within": list(outer)}}
    return document


def free_document(solution: FreeSolution) -> dict[str, Any]:
    """The whole of `solve --json` with free parameters."""
    player = solution.agent.player
    entries = []
    for e in solution.equilibria:
        document: dict[str, Any] = {
            "support": {player: list(e.support)},
            "strategy": {player: _symbolic(e.strategy)},
            "belief_support": {player: list(e.belief_support)},
            "theta": {
                player: [
                    {
                        "model": model,
                        "vertices": [
                            {"point": _symbolic(v), "condition": str(c)}
                            for k, (v, c) in enumerate(e.theta) if not e.fitted or e.fitted[k] == model
                        ],
                    }
                    for model in dict.fromkeys(e.fitted or e.belief_support[:1])
                ]
            },
            "dimension": e.dimension,
            "pure": e.pure,
            "uniform": e.uniform,
            "strict": e.strict,
            "condition": str(e.condition),
        }
        if not e.witnessed:
            document["witnessed"] = False
        if e.survives is not None:
            document |= e.survives.to_document("survives_correct_specification")
        if e.self_confirming_where is not None:
            document |= e.self_confirming_where.to_document("self_confirming")
        else:
            document["self_confirming"] = e.self_confirming
        if e.set_conditions:
            document["conditions"] = list(e.set_conditions)
        entries.append(document)

    open_questions = {entry.what for entry in solution.undecided}

    def members(cases: Any, key: str, what: str = "") -> list[dict[str, Any]] | None:
        if what in open_questions and not cases:
            return None
        return [{key: list(case.value), "condition": str(case.condition)} for case in cases]

    return {
        "format": 1,
        "game": solution.game.name,
        "at": {name: str(value) for name, value in solution.at},
        "parameters": list(solution.free),
        "equilibria": entries,
        "rationalizable": members(solution.rationalizable, player, "rationalizable"),
        "transitions": members(solution.transitions, "edge"),
        "absorbing": members(solution.absorbing, "set", "absorbing"),
        "closed": members(solution.closed, "set", "closed"),
        "cycles": members(solution.cycles, "cycle", "cycles"),
        "undecided": [entry.to_document(player) for entry in solution.undecided],
    }
