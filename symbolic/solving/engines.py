"""The engines in the order in which they are asked, and the rule by which one of them answers.

An engine reads a game in its own form, or refuses it by a NotSupportedError that names what is beyond it; then it
solves what it has read, and may leave something open. The first that leaves nothing open answers, or else the first
whose answer is there, with what it leaves open as others decide it (`joined`). One agent and several players, free
parameters and fixed ones, all go this way.

Imports inside functions are there for start-up alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ..errors import BerknashError, BudgetError, DefectError, NotSupportedError, UndecidedError
from ..game.free_parameters import fixed_at
from ..game.game import Game
from ..limits import SolveLimits
from ..results.solution import Solution
from .joined import joined

if TYPE_CHECKING:
    from ..engines.blocks.form import Play
    from ..engines.signs.agent import LineAgent
    from ..engines.signs.hull_curves import FreeAgent
    from ..engines.signs.polyhedron_agent import ScalarAgent
    from ..engines.signs.profiles import LinePlayers
    from ..engines.signs.several_agent import SeveralAgent

Form = TypeVar("Form")


class Engine(Protocol[Form]):
    """One way to all equilibria and the structure of the games that it takes.

    Attributes
    ----------
    name : what it is good for, for people
    """

    @property
    def name(self) -> str: ...

    def read(self, game: Game) -> Form:
        """The game, some of whose parameters may be free, in the form of the engine.

        Raises NotSupportedError, naming what, for games beyond it; it should not take long to find that out.
        """

    def solve(self, game: Game, form: Form, limits: SolveLimits | None) -> Solution:
        """The solution of the game. Raises NotSupportedError, BudgetError or UndecidedError."""


class FiniteModels:
    """One agent with finitely many models."""

    name = "finitely many models"

    def read(self, game: Game) -> None:
        """Nothing but the game itself is needed."""
        if not game.has_tables:
            raise NotSupportedError("one agent with finitely many models is needed")

    def solve(self, game: Game, form: None, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.finite.agent_engine`; without free parameters every strategy passes the definition."""
        from ..engines.finite.agent_engine import solve

        solution = solve(game, None, limits)
        if not solution.free:
            verify(solution)
        return solution


class FiniteProfiles:
    """Several players or signals; finitely many models, or families that reproduce what they average."""

    name = "finitely many models of several players"

    def read(self, game: Game) -> None:
        """Nothing but the game itself is needed."""
        _check_profiles(game)

    def solve(self, game: Game, form: None, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.finite.engine`."""
        from ..engines.finite.engine import solve_players

        return solve_players(game, None, limits)


class OneLine:
    """One agent with one family in one coordinate, whose divergences are convex: supports of any size."""

    name = "a family on a line, by signs"

    def read(self, game: Game) -> LineAgent:
        """The family in terms of its coordinate."""
        from ..engines.signs.agent import read_line_agent

        _check_agent(game)
        return read_line_agent(game)

    def solve(self, game: Game, form: LineAgent, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.signs.engine`."""
        from ..engines.signs.engine import line_solution

        return line_solution(game, form, ())


class HullCurves:
    """One agent with one affine family, which parameters do not move: mixtures of two actions at most."""

    name = "curves of best fits on hulls, by signs"

    def read(self, game: Game) -> FreeAgent:
        """The family and its divergences."""
        from ..engines.signs.hull_curves import read_free_agent

        _check_agent(game)
        return read_free_agent(game)

    def solve(self, game: Game, form: FreeAgent, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.signs.hull_answer`."""
        from ..engines.signs.hull_answer import hull_solution

        return hull_solution(game, form, ())


class Polyhedron:
    """One agent with one family in any number of coordinates that predicts one number for each action; all affine."""

    name = "a family on a polyhedron, by signs"

    def read(self, game: Game) -> ScalarAgent:
        """The family as numbers."""
        from ..engines.signs.polyhedron_agent import read_scalar_agent

        _check_agent(game)
        return read_scalar_agent(game)

    def solve(self, game: Game, form: ScalarAgent, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.signs.polyhedron_engine`."""
        from ..engines.signs.polyhedron_engine import scalar_solution

        return scalar_solution(game, form, ())


class SeveralLines:
    """One agent with families in one coordinate each, polynomial in it, and single models: mixtures of two actions."""

    name = "families on a line and single models, by signs"

    def read(self, game: Game) -> SeveralAgent:
        """The models of the agent in terms of their coordinates."""
        from ..engines.signs.several_agent import read_several_agent

        _check_agent(game)
        return read_several_agent(game)

    def solve(self, game: Game, form: SeveralAgent, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.signs.several_solution`."""
        from ..engines.signs.several_solution import several_solution

        return several_solution(game, form, ())


class LineProfiles:
    """Several players or signals; every player has one family in one coordinate, and one player mixes two actions."""

    name = "families of several players on lines, by signs"

    def read(self, game: Game) -> LinePlayers:
        """The players as agents who learn from profiles."""
        from ..engines.signs.profiles import LinePlayers

        _check_family_profiles(game)
        return LinePlayers(game)

    def solve(self, game: Game, form: LinePlayers, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.signs.free_solution`."""
        from ..engines.signs.free_solution import line_players_solution

        return line_players_solution(form)


class BestFitsOfPlay:
    """Families that fall apart into blocks of coordinates, each fitted alone: one agent, several players, signals."""

    name = "best fits as functions of play"

    def read(self, game: Game) -> Play:
        """The families by blocks."""
        from ..engines.blocks.form import read_play

        return read_play(game)

    def solve(self, game: Game, form: Play, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.blocks.solution`."""
        from ..engines.blocks.solution import play_solution

        return play_solution(form, ())


class Algebra:
    """One agent whose parameters are fixed: families of any kind, by algebra and balls."""

    name = "families, by algebra"

    def read(self, game: Game) -> None:
        """Nothing but the game itself is needed."""
        _check_agent(game)
        _check_fixed(game)

    def solve(self, game: Game, form: None, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.algebraic.agent`."""
        from ..engines.algebraic.agent import solve_families

        return solve_families(game)


class AlgebraOfProfiles:
    """Several players or signals whose parameters are fixed: families of any kind, by algebra and balls."""

    name = "families of several players, by algebra"

    def read(self, game: Game) -> None:
        """Nothing but the game itself is needed."""
        _check_family_profiles(game)
        _check_fixed(game)

    def solve(self, game: Game, form: None, limits: SolveLimits | None) -> Solution:
        """`symbolic.engines.algebraic.engine`."""
        from ..engines.algebraic.engine import solve_player_families

        return solve_player_families(game, None, limits)


@dataclass(frozen=True, slots=True)
class Told(Generic[Form]):
    """An engine by signs where parameters are fixed: what it finds is told by the definition, or not at all."""

    engine: Engine[Form]

    @property
    def name(self) -> str:
        """That of the engine."""
        return f"{self.engine.name}, told at fixed parameters"

    def read(self, game: Game) -> Form:
        """As the engine does."""
        _check_fixed(game)
        return self.engine.read(game)

    def solve(self, game: Game, form: Form, limits: SolveLimits | None) -> Solution:
        """As the engine does, with the best fits and beliefs of every equilibrium (`told`)."""
        from .told import told

        return told(self.engine.solve(game, form, limits))


ENGINES: tuple[Engine[Any], ...] = (
    FiniteModels(), FiniteProfiles(), Told(OneLine()), Told(SeveralLines()), Told(Polyhedron()), Algebra(),
    AlgebraOfProfiles(), OneLine(), HullCurves(), Polyhedron(), SeveralLines(), LineProfiles(),
    BestFitsOfPlay(),
)  # fmt: skip


def has_families(game: Game) -> bool:
    """Whether some player predicts by a continuous family, or normal outcomes."""
    return any(p.outcomes == "normal" or any(m.theta for m in p.models) for p in game.players)


def solve_by_engines(
    game: Game,
    at: Mapping[str, Fraction | int | str] | None = None,
    limits: SolveLimits | None = None,
) -> Solution:
    """The answer of the first engine that leaves nothing open, or else of all together.

    Parameters
    ----------
    game, at, limits : as in `symbolic.solving.solve.solve`

    Raises NotSupportedError, BudgetError or UndecidedError with the words of the last engine that took the game and
    failed; where none took it, with those of the one that knows a remedy.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 1, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 2/3]"}, "predicts": {"*": rows}}}}}})
    >>> for e in solve_by_engines(game).equilibria:
    ...     print(e.support, e.dimension, "strict" if e.strict else "", "if", e.condition)
    ('bet',) 0  if q == 1/2
    ('bet',) 0 strict if q > 1/2
    ('pass',) 0 strict if q < 1/2
    ('pass',) 0  if q == 1/2
    ('bet', 'pass') 1  if q == 1/2
    >>> [(str(v.coordinates[0][1]), str(v.condition)) for v in solve_by_engines(game).equilibria[1].theta.vertices]
    [('q', 'q > 1/2 and q < 2/3'), ('2/3', 'q >= 2/3')]
    """
    fixed, values = fixed_at(game, at)
    best: Solution | None = None
    refusals: list[BerknashError] = []
    failures: list[BerknashError] = []
    for engine in ENGINES:
        reasons = refusals
        try:
            form = engine.read(fixed)
            reasons = failures
            found = engine.solve(fixed, form, limits)
        except (NotSupportedError, BudgetError, UndecidedError) as error:
            reasons.append(error)
            continue
        best = found if best is None or not found.undecided else joined(best, found)
        # What finite engines leave open is what limits were given for.
        if not best.undecided or isinstance(engine, FiniteModels | FiniteProfiles):
            break
    if best is None:
        raise _refused(fixed, refusals, failures)
    return replace(best, at=values)


def _refused(game: Game, refusals: Sequence[BerknashError], failures: Sequence[BerknashError]) -> BerknashError:
    """The error where no engine has an answer."""
    if _is_profile(game) and game.parameters and has_families(game):
        words = "; ".join(str(error) for error in (*failures, *refusals[-1:]))
        free = game.parameters[0].name
        return NotSupportedError(f"{words}; with every parameter fixed it is solved: --at {free}=...")
    return failures[-1] if failures else next((e for e in refusals if "--at" in str(e)), refusals[-1])


def _is_profile(game: Game) -> bool:
    return len(game.players) > 1 or bool(game.signals)


def _check_agent(game: Game) -> None:
    if _is_profile(game) or game.has_tables:
        raise NotSupportedError("one agent with families of models, or normal outcomes, is needed")


def _check_profiles(game: Game) -> None:
    if not _is_profile(game):
        raise NotSupportedError("several players or signals are needed")


def _check_family_profiles(game: Game) -> None:
    _check_profiles(game)
    if not has_families(game):
        raise NotSupportedError("families of models, or normal outcomes, are needed")


def _check_fixed(game: Game) -> None:
    if game.parameters:
        names = ", ".join(p.name for p in game.parameters)
        raise NotSupportedError(f"free parameters {names}: every parameter must be fixed")


def verify(solution: Solution) -> None:
    """Every equilibrium of one agent, without free parameters, passes the definition; DefectError otherwise."""
    from ..definition.agent import is_equilibrium

    for equilibrium in solution.equilibria:
        (part,) = equilibrium.parts
        strategy: dict[str, Any] = dict(part.weights)
        if not is_equilibrium(solution.game, strategy):
            raise DefectError(
                f"{solution.game.name}: the strategy on {', '.join(part.actions)} fails the definition; "
                "this is a defect of the program, please report the game"
            )
