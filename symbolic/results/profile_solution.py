"""Solutions of games with signals or several players and finitely many models, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..cells.cases import Case
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import Undecided
from ..decomposition import AlgebraicNumber
from ..expressions.reading import Expression
from ..forms.minors import PlayersTable
from ..game.game import Game
from .answers import Answer
from .equilibrium import Equilibrium, Names, NameSets, Part
from .equilibrium_documents import equilibrium_document, equilibrium_words
from .solution import Solution

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

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return all(len(actions) == 1 for player in self.support for _, actions in player)

    def answer(self) -> Equilibrium:
        """The same as an equilibrium of any kind of game."""
        rows = zip(self.players, self.support, self.strategy, self.belief_support, self.belief, strict=True)
        return Equilibrium(
            parts=tuple(Part(name, own, b, tuple(sorted(models)), belief) for name, own, b, models, belief in rows),
            dimension=self.dimension,
            uniform=self.uniform,
            strict=self.strict,
            condition=self.condition,
            witnessed=self.witnessed,
            set_conditions=self.set_conditions,
            pieces=self.vertices,
            survives=self.survives,
            self_confirming=self.self_confirming,
            confirms=self.self_confirming_where,
            joint=self.joint,
        )

    def as_strategy(self) -> dict[str, Any]:
        """The strategy in the form that `is_equilibrium` reads, all weights in one number field."""
        return self.answer().as_strategy()

    def noted(self, conditional: bool) -> tuple[dict[str, Any], str]:
        """The document and a line of words, for an answer that is cut short."""
        return self.to_document(conditional), equilibrium_words(self.answer(), conditional)

    def to_document(self, conditional: bool) -> dict[str, Any]:
        """One entry of ``equilibria`` in the JSON of the format."""
        return equilibrium_document(self.answer(), conditional)


@dataclass(frozen=True)
class PlayersSolution:
    """Everything `solve_players` finds; sets of plans are by player, profiles are comma-joined plan names.

    Conditions are `ALWAYS` where no parameter is free. `closed` and `rationalizable` hold one sorted tuple of plan
    names for each player. `cycle_lengths` says up to which length `cycles` lists them all: graphs with many ties have
    more simple cycles than can be listed. `undecided` names the supports on which further equilibria were neither found
    nor excluded, with the condition under which that is so; all others are covered. `unlisted` are the parts of the
    structure that are left out because they are too large, named in `undecided` too.
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
    undecided: tuple[Undecided, ...] = ()
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

    def answer(self) -> Solution:
        """The same as the answer for any kind of game."""
        return Solution(
            game=self.game,
            at=self.at,
            engine="finite",
            profiles=self.profiles,
            equilibria=tuple(e.answer() for e in self.equilibria),
            rationalizable=self.rationalizable,
            rounds=self.rounds,
            transitions=self.transitions,
            absorbing=self.absorbing,
            closed=self.closed,
            cycles=self.cycles,
            cycle_lengths=self.cycle_lengths,
            undecided=self.undecided,
        )

    def to_json(self) -> dict[str, Any]:
        """The solution in the JSON shape of the format."""
        return self.answer().to_json()

    def __repr__(self) -> str:
        count = len(self.equilibria)
        free = f"; free: {', '.join(self.free)}" if self.free else ""
        return f"<PlayersSolution of {self.game.name!r}: {count} equilibrium entr{'y' if count == 1 else 'ies'}{free}>"


def profile_name(table: PlayersTable, profile: tuple[int, ...]) -> str:
    """A profile of plans as the format writes it: ``"heads,tails"``, ``"plus:high|minus:low"``."""
    return ",".join(p.plan_name(k) for p, k in zip(table.form.players, profile, strict=True))
