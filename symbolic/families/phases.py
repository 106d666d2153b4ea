"""Phases of a game with continuous families of models.

The atoms of the conditions of a solution (`condition_signs`) cut the parameter domain into cells, on each of which
every condition is true or false throughout. As `symbolic.phases` for finitely many models, cells with the same
structure make up a phase when one of them is open, a stratum otherwise. What the solution leaves undecided somewhere is
part of the structure there: two cells are one phase only where they leave the same open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ..conditions import Condition
from ..decomposition.limits import Limits
from ..documents import exact_number
from ..errors import DefectError
from ..free_parameters import free_parameters
from ..game import Game
from ..phase_groups import AtomBoundary, PhaseGroup, grouped
from ..players.cells import PlayersCell, players_cells
from .condition_signs import ConditionSigns
from .free_solution import FreeEquilibrium, FreeSolution
from .parametric import solve_free

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class FamilyStructure:
    """What is the same throughout a phase, by names of actions and models.

    Attributes
    ----------
    supports : (actions played, models believed, dimension) of every component of the equilibria
    rationalizable : None where it is not decided
    undecided : (kind, names) of what is not decided (`symbolic.undecided`): there may be more of it than is listed
    """

    supports: tuple[tuple[Names, Names, int], ...]
    rationalizable: Names | None
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[Names, ...]
    closed: tuple[Names, ...]
    cycles: tuple[Names, ...]
    undecided: tuple[tuple[str, Names], ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The structure in the shape of the format."""
        document: dict[str, Any] = {
            "supports": [list(s) for s in dict.fromkeys(support for support, _, _ in self.supports)],
            "belief_supports": [list(believed) for _, believed, _ in self.supports],
            "rationalizable": None if self.rationalizable is None else list(self.rationalizable),
            "transitions": [list(edge) for edge in self.transitions],
            "absorbing": [list(s) for s in self.absorbing],
            "closed": [list(s) for s in self.closed],
            "cycles": [list(c) for c in self.cycles],
        }
        if self.undecided:
            document["undecided"] = [{"what": what, "names": list(names)} for what, names in self.undecided]
        return document


@dataclass(frozen=True, slots=True)
class FamilyPhase:
    """A phase, or a stratum of lower dimension.

    Attributes
    ----------
    name : roman numeral for phases, arabic for strata
    condition : exact; holds at every point of it and at no other point of the domain
    sample : an exact point, coordinate by coordinate as text of the format; empty where none was found
    equilibria : in closed form; the condition of one that does not exist throughout the phase is its own, otherwise
        that of the phase
    witnessed : whether a point of every cell of it is known
    """

    name: str
    dimension: int
    condition: Condition
    sample: tuple[tuple[str, str], ...]
    structure: FamilyStructure
    equilibria: tuple[FreeEquilibrium, ...]
    witnessed: bool


@dataclass(frozen=True)
class FamilyDiagram:
    """The exact phase decomposition of a game with families of models over its free parameters."""

    game: Game
    parameters: tuple[str, ...]
    at: tuple[tuple[str, Fraction], ...]
    boundaries: tuple[AtomBoundary, ...]
    phases: tuple[FamilyPhase, ...]
    strata: tuple[FamilyPhase, ...]
    engine: str
    solution: FreeSolution = field(repr=False, compare=False)

    @property
    def is_undecided(self) -> bool:
        """Whether something was left open."""
        return bool(self.solution.undecided)

    def to_json(self) -> dict[str, Any]:
        """The diagram in the JSON shape of the format."""
        return {
            "format": 1,
            "game": self.game.name,
            "parameters": list(self.parameters),
            "at": {name: str(value) for name, value in self.at},
            "engine": self.engine,
            "boundaries": [boundary.to_document() for boundary in self.boundaries],
            "phases": [{"name": p.name} | self._phase(p) | self._equilibria(p) for p in self.phases],
            "strata": [{"dimension": p.dimension} | self._phase(p) for p in self.strata],
            "undecided": {"measure": 0.0, "boxes": []} | self._open(),
        }

    def _open(self) -> dict[str, Any]:
        """What the solution leaves undecided, with the reasons."""
        player = self.solution.agent.player
        parts = [entry.to_document(player) for entry in self.solution.undecided]
        return {"parts": parts} if parts else {}

    def _phase(self, phase: FamilyPhase) -> dict[str, Any]:
        document = {
            "condition": str(phase.condition),
            "sample": dict(phase.sample),
            "structure": phase.structure.to_document(),
        }
        return document if phase.witnessed else document | {"witnessed": False}

    def _equilibria(self, phase: FamilyPhase) -> dict[str, Any]:
        player = self.solution.agent.player
        listed = []
        for e in phase.equilibria:
            document: dict[str, Any] = {
                "support": {player: list(e.support)},
                "belief_support": {player: list(e.belief_support)},
                "dimension": e.dimension,
                "strategy": {player: {action: str(weight) for action, weight in e.strategy}},
                "theta": {
                    player: [
                        {"point": {n: exact_number(v) for n, v in vertex}, "condition": str(where)}
                        for vertex, where in e.theta
                    ]
                },
            }
            listed.append(document if e.condition == phase.condition else document | {"condition": str(e.condition)})
        return {"equilibria": listed}

    def __repr__(self) -> str:
        counts = f"{len(self.phases)} phases, {len(self.strata)} strata"
        return f"<FamilyDiagram of {self.game.name!r} over {', '.join(self.parameters)}: {counts}>"


Answer = tuple[FamilyStructure, tuple[int, ...]]


def family_phases(
    game: Game,
    over: Sequence[str] | None = None,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: Limits | None = None,
) -> FamilyDiagram:
    """The exact phase decomposition of a game with families of models over its free parameters.

    Parameters, errors and the meaning of the result are those of `symbolic.phases.phases`.

    What the solution with free parameters leaves undecided is named in the structures.

    Raises BudgetError beyond the limits, which hold for the cells and not for the solution.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> diagram = family_phases(game)
    >>> for phase in (*diagram.phases, *diagram.strata):
    ...     print(phase.name, phase.condition, phase.structure.rationalizable, len(phase.equilibria))
    I q > 1/2 ('bet',) 1
    II q < 1/2 ('pass',) 1
    1 q == 1/2 ('bet', 'pass') 3
    """
    asked = free_parameters(game, over, at)
    solution = solve_free(game, at)
    signs = ConditionSigns(solution)
    budget = Limits() if limits is None else limits
    lists = (solution.rationalizable, solution.transitions, solution.absorbing, solution.closed, solution.cycles)

    def question(problem: Any) -> Answer:
        there = tuple(k for k, e in enumerate(solution.equilibria) if signs.holds(problem, e.condition))
        kept, *rest = (tuple(sorted(signs.values(problem, cases))) for cases in lists)
        left_open = tuple(sorted({
            (u.what, u.names) for u in solution.undecided if u.where is None or signs.holds(problem, u.where)
        }))  # fmt: skip
        if len(kept) != ("rationalizable" not in {what for what, _ in left_open}):
            raise DefectError(f"{game.name}: {len(kept)} rationalizable sets at one point; please report the game")
        found = {(e.support, e.belief_support, e.dimension) for e in (solution.equilibria[k] for k in there)}
        transitions, absorbing, closed, cycles = rest
        structure = FamilyStructure(
            tuple(sorted(found)), kept[0] if kept else None, transitions, absorbing, closed, cycles, left_open
        )
        return structure, there

    # The table answers as that of a strategic form does; only the kind of its problem differs.
    cells, engine = players_cells(signs.table, asked.preferred, question, budget)  # type: ignore[arg-type]
    found = grouped(signs.table, asked.preferred, cells, lambda cell: cell.value[0], budget)
    return FamilyDiagram(
        game=solution.game,
        parameters=asked.over,
        at=solution.at,
        boundaries=found.boundaries,
        phases=tuple(_phase(solution, group) for group in found.phases),
        strata=tuple(_phase(solution, group) for group in found.strata),
        engine=engine,
        solution=solution,
    )


def _phase(solution: FreeSolution, group: PhaseGroup[FamilyStructure, PlayersCell[Answer]]) -> FamilyPhase:
    listed = sorted({k for cell in group.cells for k in cell.value[1]})
    equilibria = []
    for k in listed:
        throughout = all(k in cell.value[1] for cell in group.cells)
        entry = solution.equilibria[k]
        equilibria.append(replace(entry, condition=group.condition) if throughout else entry)
    return FamilyPhase(
        name=group.name,
        dimension=group.dimension,
        condition=group.condition,
        sample=group.best.sample,
        structure=group.structure,
        equilibria=tuple(equilibria),
        witnessed=group.witnessed,
    )
