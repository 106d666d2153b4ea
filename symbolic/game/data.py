"""The parts of a game, as data: what players do, what happens, what they believe possible."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ..algebra.parameters import Parameter
from ..expressions.reading import Expression, Relation

Profile: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Normal:
    """The normal law with this mean and variance."""

    mean: Expression
    variance: Expression


Row: TypeAlias = tuple[Expression, ...] | Normal
PayoffRow: TypeAlias = tuple[Expression, ...] | Expression


@dataclass(frozen=True, slots=True)
class Model:
    """One element of Theta, or a family of them where `theta` is not empty.

    `predicts` holds ((own signal or "", own action), row) in the player's order; `where` restricts theta.
    """

    name: str
    predicts: tuple[tuple[tuple[str, str], Row], ...]
    theta: tuple[Parameter, ...] = ()
    where: tuple[Relation, ...] = ()
    _rows: dict[tuple[str, str], Row] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rows", dict(self.predicts))

    def row(self, action: str, signal: str | None = None) -> Row:
        """What the model predicts after the player's own action (and signal): probabilities, or a Normal."""
        return self._rows[signal or "", action]


@dataclass(frozen=True, slots=True)
class Player:
    """A player: the truth over profiles, the payoff over own outcomes, and the class of models.

    `truth` holds ((signal profile, action profile), row) in lexicographic order of the players' lists, with
    () for the signal profile of a game without signals; `payoff` holds ((own signal or "", own action), row)
    where a row is one expression per outcome, or one polynomial in y for normal outcomes.
    """

    name: str
    actions: tuple[str, ...]
    outcomes: tuple[str, ...] | Literal["normal"]
    truth: tuple[tuple[tuple[Profile, Profile], Row], ...]
    payoff: tuple[tuple[tuple[str, str], PayoffRow], ...]
    models: tuple[Model, ...]
    signals: tuple[str, ...] = ()
    _truth: dict[tuple[Profile, Profile], Row] = field(init=False, repr=False, compare=False)
    _payoff: dict[tuple[str, str], PayoffRow] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_truth", dict(self.truth))
        object.__setattr__(self, "_payoff", dict(self.payoff))

    def truth_row(self, action_profile: Profile, signal_profile: Profile | None = None) -> Row:
        """The true law of the player's outcome at a profile of everybody's actions (and signals)."""
        return self._truth[signal_profile or (), action_profile]

    def payoff_row(self, action: str, signal: str | None = None) -> PayoffRow:
        """The payoff of the player's own action at each outcome, or as a polynomial in y."""
        return self._payoff[signal or "", action]


@dataclass(frozen=True, slots=True)
class GameData:
    """All entries of a game, whether it is well formed or not; `symbolic.game.game.Game` is a game that is.

    `signals` holds (signal profile, probability) for each profile of private signals, in the players' order.
    """

    name: str
    players: tuple[Player, ...]
    parameters: tuple[Parameter, ...] = ()
    assume: tuple[Relation, ...] = ()
    signals: tuple[tuple[Profile, Expression], ...] = ()
    title: str | None = None
    source: str | None = None
