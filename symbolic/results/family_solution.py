"""Solutions of one-agent games with families of models, as data."""

from __future__ import annotations

from collections.abc import Sequence
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
from .equilibrium import Equilibrium, Names, NameSets, plain_part, plain_weights
from .fits import CertifiedFits, FitsByCase, FitVertex, Minimizers, TiedShare
from .solution import Solution

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

    def answer(self, player: str) -> Equilibrium:
        """The same as an equilibrium of any kind of game."""
        weights = plain_weights(self.strategy)
        part = plain_part(player, self.support, weights, self.belief_support, self.belief, self.theta)
        return Equilibrium(
            parts=(part,),
            dimension=self.dimension,
            uniform=self.uniform,
            strict=self.strict,
            set_conditions=self.set_conditions,
            status=self.status,
            survives=self.survives,
            self_confirming=self.self_confirming,
            in_families=True,
        )


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

    def answer(self) -> Solution:
        """The same as the answer for any kind of game."""
        return Solution(
            game=self.game,
            at=self.at,
            engine="algebraic",
            profiles=self.agent.actions,
            equilibria=tuple(e.answer(self.agent.player) for e in self.equilibria),
            rationalizable=of_one_player(self.rationalizable),
            rounds=tuple(Case(c.condition, tuple((own,) for own in c.value), c.witnessed) for c in self.rounds),
            transitions=self.transitions,
            absorbing=self.absorbing,
            closed=of_one_player(self.closed),
            cycles=self.cycles,
            undecided=self.undecided,
            bounds=None
            if self.rationalizable_bounds is None
            else ((self.rationalizable_bounds[0],), (self.rationalizable_bounds[1],)),
            pure_fits=self.pure_fits,
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with the best fits under "theta"."""
        return self.answer().to_json()


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

    def answer(self, player: str) -> Equilibrium:
        """The same as an equilibrium of any kind of game."""
        fitted = self.fitted or self.belief_support[:1] * len(self.theta)
        rows = zip(fitted, self.theta, strict=True)
        vertices = tuple(FitVertex(model, vertex, condition) for model, (vertex, condition) in rows)
        fits = FitsByCase(tuple(dict.fromkeys(fitted or self.belief_support[:1])), vertices)
        return Equilibrium(
            parts=(plain_part(player, self.support, self.strategy, self.belief_support, None, fits),),
            dimension=self.dimension,
            uniform=self.uniform,
            strict=self.strict,
            condition=self.condition,
            witnessed=self.witnessed,
            set_conditions=self.set_conditions,
            survives=self.survives,
            self_confirming=self.self_confirming,
            confirms=self.self_confirming_where,
            in_families=True,
        )


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

    def answer(self) -> Solution:
        """The same as the answer for any kind of game."""
        return Solution(
            game=self.game,
            at=self.at,
            engine="signs",
            profiles=self.agent.actions,
            equilibria=tuple(e.answer(self.agent.player) for e in self.equilibria),
            rationalizable=of_one_player(self.rationalizable),
            rounds=(),
            transitions=self.transitions,
            absorbing=self.absorbing,
            closed=of_one_player(self.closed),
            cycles=self.cycles,
            undecided=self.undecided,
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with conditions."""
        return self.answer().to_json()


def of_one_player(cases: Sequence[Case[Names]]) -> tuple[Case[NameSets], ...]:
    """Sets of the actions of one player, as sets by player."""
    return tuple(Case(case.condition, (case.value,), case.witnessed) for case in cases)
