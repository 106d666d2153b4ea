"""An equilibrium as data: one part for each player, the same for every kind of game.

Strategies are by own signal; without signals the only one is "". For one player without signals the properties
`support`, `strategy`, `belief` and `belief_support` leave out player and signal, as in ``support == ("truthful",)``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from ..algebra.enclosed import Enclosed
from ..algebra.number_field import Real
from ..cells.conditions import ALWAYS, Condition
from ..decomposition import AlgebraicNumber
from ..expressions.reading import Expression
from .answers import Answer
from .fits import CertifiedFits, FitsByCase, Minimizers, Share, TiedShare
from .shown import shown_as

Names: TypeAlias = tuple[str, ...]
NameSets: TypeAlias = tuple[Names, ...]
"""A set of names for each player."""

Weight: TypeAlias = Expression | AlgebraicNumber | Real | Enclosed | TiedShare | str
"""An exact number, or a certified one; text is what a tied share leaves."""

Weights: TypeAlias = tuple[tuple[str, Weight], ...]
Behaviour: TypeAlias = tuple[tuple[str, Weights], ...]
Support: TypeAlias = tuple[tuple[str, Names], ...]
"""The actions played after each own signal."""

BestFits: TypeAlias = Minimizers | CertifiedFits | FitsByCase
Joint: TypeAlias = tuple[tuple[tuple[int, int, str], Expression | AlgebraicNumber], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What an equilibrium says of one player.

    Attributes
    ----------
    player : the name
    support : the actions played after each signal
    strategy : the weights after each signal, or one point of the set where the equilibrium is a continuum
    belief_support : models with weight in some supporting belief
    belief : one supporting belief; empty where none is the same throughout the condition, None where none is told
    fits : the best fits, where models come in families and they are known
    """

    player: str
    support: Support
    strategy: Behaviour
    belief_support: Names
    belief: Weights | None = None
    fits: BestFits | None = None

    @property
    def actions(self) -> Names:
        """The actions played by a player who sees no signal."""
        return self.support[0][1]

    @property
    def weights(self) -> Weights:
        """The strategy of a player who sees no signal."""
        return self.strategy[0][1]


@dataclass(frozen=True, slots=True, repr=False)
class Equilibrium:
    """One connected component of the Berk-Nash equilibria with one profile of supports.

    Attributes
    ----------
    parts : player by player, in playing order
    dimension : dimension of the set (0: a point)
    uniform, strict : for a pure equilibrium, whether it is uniform and uniformly strict (locked in)
    condition : where it exists; `witnessed`: a point where it does is known
    set_conditions : describe the set when it is no point, one line for each piece
    pieces : when it is no point, by piece and player the corners, where they are known
    status : "exact", or "certified" where the mixture is an isolated root known by certified enclosure
    survives : whether it is an equilibrium of the correctly specified game too (`symbolic.definition.specification`)
    self_confirming : whether beliefs predict what is played exactly (Fudenberg & Levine 1993); None when that depends
        on parameters left free, or is not known
    confirms : the same as an answer with its condition or the reason why it is not known, where there is one
    in_families : whether models come in families, whose best fits are then told
    joint : all weights in one number field, by (player, place of the signal, action), where that is needed
    """

    parts: tuple[Part, ...]
    dimension: int
    uniform: bool
    strict: bool
    condition: Condition = ALWAYS
    witnessed: bool = True
    set_conditions: tuple[str, ...] = ()
    pieces: tuple[tuple[tuple[Behaviour, ...], ...], ...] = ()
    status: str = "exact"
    survives: Answer | None = None
    self_confirming: bool | None = None
    confirms: Answer | None = None
    in_families: bool = False
    joint: Joint = field(default=(), compare=False)

    @property
    def is_plain(self) -> bool:
        """Whether there is one player, and no signal."""
        return len(self.parts) == 1 and self.parts[0].support[0][0] == ""

    @property
    def pure(self) -> bool:
        """Whether every player plays one action after each signal."""
        return all(len(actions) == 1 for part in self.parts for _, actions in part.support)

    @property
    def players(self) -> Names:
        """The names of the players, in playing order."""
        return tuple(part.player for part in self.parts)

    @property
    def support(self) -> Names | tuple[Support, ...]:
        """The actions played: by player and signal, where there are several or signals."""
        return self.parts[0].actions if self.is_plain else tuple(part.support for part in self.parts)

    @property
    def strategy(self) -> Weights | tuple[Behaviour, ...]:
        """The weights of actions: by player and signal, where there are several or signals."""
        return self.parts[0].weights if self.is_plain else tuple(part.strategy for part in self.parts)

    @property
    def belief_support(self) -> Names | NameSets:
        """Models with weight in some supporting belief: by player, where there are several or signals."""
        return self.parts[0].belief_support if self.is_plain else tuple(part.belief_support for part in self.parts)

    @property
    def belief(self) -> Weights | tuple[Weights, ...]:
        """One supporting belief: by player, where there are several or signals."""
        return (self.parts[0].belief or ()) if self.is_plain else tuple(part.belief or () for part in self.parts)

    @property
    def theta(self) -> BestFits | tuple[BestFits | None, ...] | None:
        """The best fits: by player, where there are several or signals."""
        return self.parts[0].fits if self.is_plain else tuple(part.fits for part in self.parts)

    @property
    def vertices(self) -> tuple[Weights, ...] | tuple[tuple[tuple[Behaviour, ...], ...], ...]:
        """The corners of a continuum: by piece and player, where there are several or signals."""
        if not self.is_plain:
            return self.pieces
        return tuple(corner[0][1] for piece in self.pieces for corner in piece[0])

    def as_strategy(self) -> dict[str, dict[str, Weight] | dict[str, dict[str, Weight]]]:
        """By player, and signal where there are any, weights in one number field, as `is_equilibrium` reads them.

        (For one player without signals it reads ``dict(equilibrium.strategy)``.)
        """
        if self.joint:
            rows: dict[str, dict[str, dict[str, Weight]]] = {part.player: {} for part in self.parts}
            for (player, place, action), value in self.joint:
                part = self.parts[player]
                rows[part.player].setdefault(part.strategy[place][0], {})[action] = value
        else:
            rows = {part.player: {s: dict(w) for s, w in part.strategy} for part in self.parts}
        return {name: own.get("", own) for name, own in rows.items()}

    def __repr__(self) -> str:
        kind = "pure" if self.pure else "mixed" if not self.dimension else f"continuum of dimension {self.dimension}"
        return f"<Equilibrium on {support_text(self.parts)}: {kind}>"

    def _repr_latex_(self) -> str:
        return f"${shown_as('equilibrium_latex', self)}$"


def plain_part(
    player: str,
    support: Names,
    strategy: Weights,
    belief_support: Names,
    belief: Weights | None = None,
    fits: BestFits | None = None,
) -> Part:
    """The part of a player who sees no signal."""
    return Part(player, (("", support),), (("", strategy),), belief_support, belief, fits)


def plain_weights(weights: Iterable[tuple[str, Weight]]) -> Weights:
    """The weights without what is needed to refine a share further."""
    plain = Expression | AlgebraicNumber | Real | Enclosed | str
    return tuple((name, weight if isinstance(weight, plain) else Share.of(weight)) for name, weight in weights)


def support_text(parts: tuple[Part, ...]) -> str:
    """The actions played: ``{a, b}``, or ``one {a}, two plus: {a}, minus: {b}``."""

    def sets(support: Support) -> str:
        return ", ".join((f"{s}: " if s else "") + "{" + ", ".join(actions) + "}" for s, actions in support)

    if len(parts) == 1:
        return sets(parts[0].support)
    return ", ".join(f"{part.player} {sets(part.support)}" for part in parts)
