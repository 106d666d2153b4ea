"""Solutions of games with signals or several players and families of models, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..algebra.number_field import Real
from ..cells.cases import Case
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import Undecided
from ..expressions.reading import Expression, Number
from ..forms.profiles import Players
from ..game.game import Game
from .answers import NO, YES, Answer
from .equilibrium import Equilibrium, NameSets, Part
from .family_solution import plain_weights
from .fits import FitsByCase, FitVertex, Minimizers, TiedShare
from .solution import Solution

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

    def answer(self) -> Equilibrium:
        """The same as an equilibrium of any kind of game."""
        rows = zip(
            self.players, self.support, self.strategy, self.belief_support, self.belief, self.theta, strict=True
        )
        return Equilibrium(
            parts=tuple(
                Part(name, own, tuple((s, plain_weights(w)) for s, w in behaviour), models, belief, fits)
                for name, own, behaviour, models, belief, fits in rows
            ),
            dimension=self.dimension,
            uniform=self.uniform,
            strict=self.strict,
            set_conditions=self.set_conditions,
            status=self.status,
            survives=self.survives,
            self_confirming=self.self_confirming,
            in_families=True,
        )

    def as_strategy(self) -> dict[str, Any]:
        """The strategy in the form that `is_equilibrium` reads."""
        return self.answer().as_strategy()


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

    def answer(self) -> Solution:
        """The same as the answer for any kind of game."""
        return Solution(
            game=self.game,
            at=self.at,
            engine="algebraic",
            profiles=self.profiles,
            equilibria=tuple(e.answer() for e in self.equilibria),
            rationalizable=self.rationalizable,
            rounds=self.rounds,
            transitions=self.transitions,
            absorbing=self.absorbing,
            closed=self.closed,
            cycles=self.cycles,
            cycle_lengths=(Case(ALWAYS, self.cycle_length),) if self.cycles else (),
            undecided=self.undecided,
            bounds=self.rationalizable_bounds,
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with the best fits under "theta"."""
        return self.answer().to_json()


@dataclass(frozen=True, slots=True)
class FreePlayersEquilibrium:
    """An equilibrium in closed form with the exact condition under which it exists; `theta` as in `FreeEquilibrium`.

    All weight of a belief lies on the one family that a player has. `confirms`: whether it is self-confirming.
   """

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
    survives: Answer | None = None
    confirms: Answer | None = None

    @property
    def pure(self) -> bool:
        """Whether every player plays one action."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)

    def answer(self, coordinates: Sequence[str]) -> Equilibrium:
        """The same as an equilibrium of any kind of game; the coordinates are those of the players' families."""
        rows = zip(
            self.players, self.support, self.strategy, self.belief_support, self.theta, coordinates, strict=True
        )
        return Equilibrium(
            parts=tuple(
                Part(name, own, behaviour, models, ((models[0], Number(Fraction(1))),), FitsByCase(
                    models, tuple(FitVertex(models[0], ((coordinate, value),), c) for value, c in points)
                ))
                for name, own, behaviour, models, points, coordinate in rows
            ),
            dimension=self.dimension,
            uniform=self.uniform,
            strict=self.strict,
            condition=self.condition,
            witnessed=self.witnessed,
            survives=self.survives,
            self_confirming=None if self.confirms is None else {YES: True, NO: False}.get(self.confirms.status),
            confirms=self.confirms,
            in_families=True,
        )  # fmt: skip


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
    undecided: tuple[Undecided, ...] = ()
    coordinates: tuple[str, ...] = field(default=(), repr=False)

    @property
    def free(self) -> tuple[str, ...]:
        """The parameters left free."""
        return tuple(p.name for p in self.game.parameters)

    @property
    def players(self) -> tuple[str, ...]:
        """The names of the players, in playing order."""
        return tuple(p.name for p in self.game.players)

    def answer(self) -> Solution:
        """The same as the answer for any kind of game."""
        return Solution(
            game=self.game,
            at=self.at,
            engine="signs",
            profiles=self.profiles,
            equilibria=tuple(e.answer(self.coordinates) for e in self.equilibria),
            rationalizable=self.rationalizable,
            rounds=(),
            transitions=self.transitions,
            absorbing=self.absorbing,
            closed=self.closed,
            cycles=self.cycles,
            undecided=self.undecided,
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format, with conditions."""
        return self.answer().to_json()
