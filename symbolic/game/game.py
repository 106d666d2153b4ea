"""The game of a misspecified agent, as an immutable object with exact symbolic entries.

A game (Esponda & Pouzo 2016, Econometrica 84(3), section 2) gives each player actions A, outcomes Y, the true
law Q(y | profile of signals, profile of actions), the payoff pi(a, y), and a class Theta of subjective models
Q_theta(y | own signal, own action). Theta is a tuple of `Model`s; one with `theta` is a continuous family.
Entries are expressions in the game's parameters, each with an interval for its domain, restricted by the
relations in `assume`. Outcomes are finite, or a real number with normal law (`outcomes="normal"`).

`Game(...)`, `Game.from_dict`, `Game.from_toml` and `load_game` all check that the game is well formed;
`game.at` fixes parameters exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from os import PathLike

from ..arguments import check_values
from ..errors import GameError
from ..expressions.exact_values import read_value
from ..expressions.reading import Relation, brief, located, number, substitute, symbols_of
from ..plain_text import shown
from .checks import check_domain, check_game, holds
from .data import GameData, Normal, PayoffRow, Player, Row
from .reading import MAXIMAL_BYTES, read_document, read_game, read_text
from .writing import write_game


@dataclass(frozen=True, slots=True)
class Game(GameData):
    """A game with exact symbolic entries; see the module's docstring.

    Raises GameError, naming the key path, unless the game is well formed.
    """

    def __post_init__(self) -> None:
        check_game(self)

    @classmethod
    def from_dict(cls, document: Mapping[str, object], *, where: str = "game") -> Game:
        """The game described by a dictionary of the shape of the game file; raises GameError.

        >>> rows = {"stay": {"good": "p", "bad": "1 - p"}}
        >>> game = Game.from_dict({
        ...     "format": 1, "name": "one action", "parameters": {"p": "(0, 1)"},
        ...     "players": {"agent": {
        ...         "actions": ["stay"], "outcomes": ["good", "bad"], "truth": rows,
        ...         "payoff": {"stay": {"good": 1, "bad": 0}},
        ...         "models": {"even": {"predicts": {"stay": {"good": "1/2", "bad": "1/2"}}}}}}})
        >>> [str(entry) for entry in game.at({"p": "0.7"}).players[0].truth_row(("stay",))]
        ['7/10', '3/10']
        """
        entries = read_game(document, where=where)
        with located(where):
            return cls(*(getattr(entries, entry.name) for entry in fields(GameData)))

    @classmethod
    def from_toml(cls, text: str, *, where: str = "game") -> Game:
        """The game described by the text of a game file; raises GameError."""

        return read_game_text(text, where=where)

    def to_toml(self) -> str:
        """The game as the text of a normalized game file: wildcards written out, numbers exact."""
        return write_game(self)

    def at(self, values: Mapping[str, Fraction | int | str]) -> Game:
        """The game with some parameters fixed at exact values, which leave `parameters`.

        Relations of `assume` that become constant are dropped. Raises GameError for an unknown name, a value
        that is not rational or outside its domain, and values that contradict `assume`.
        """
        check_values(values)
        known = {parameter.name: parameter for parameter in self.parameters}
        exact: dict[str, Fraction] = {}
        for name, given in values.items():
            if name not in known:
                free = ", ".join(known) or "none"
                raise GameError(f"at {name}: unknown parameter {shown(str(name))}; the parameters are {free}")
            exact[name] = value = read_value(given, where=f"at {name}")
            if not known[name].domain.contains(value):
                shown_value, domain = brief(number(value)), known[name].domain
                raise GameError(f"at {name}: {shown_value} lies outside the domain {domain}; choose a value inside")
        place = "at " + ", ".join(f"{name}={brief(number(value))}" for name, value in exact.items())
        with located(place):
            assume = []
            for relation in self.assume:
                fixed = _at_relation(relation, exact)
                if symbols_of(fixed.left) | symbols_of(fixed.right):
                    assume.append(fixed)
                elif not holds(fixed):
                    raise GameError(f"the values contradict the assumption {brief(relation)}; choose others")
            parameters = tuple(parameter for parameter in self.parameters if parameter.name not in exact)
            check_domain(parameters, tuple(assume), "assume")
            return _unchecked(
                self,
                players=tuple(_at_player(player, exact) for player in self.players),
                parameters=parameters,
                assume=tuple(assume),
                signals=tuple((profile, substitute(entry, exact)) for profile, entry in self.signals),
            )

    @property
    def has_tables(self) -> bool:
        """Whether two finite tables, of divergences and payoffs, say everything: one player without signals, whose
        models are finitely many; outcomes may be normal."""
        return len(self.players) == 1 and not self.signals and not any(m.theta for m in self.players[0].models)

    def kind_not_supported(self) -> str | None:
        """Why the game is beyond one player without signals, finite outcomes and models; else None."""
        if len(self.players) > 1:
            return f"{len(self.players)} players"
        if self.signals:
            return "private signals"
        player = self.players[0]
        families = [model.name for model in player.models if model.theta]
        if player.outcomes == "normal":
            beside = f" and the continuous family {families[0]}" if families else ""
            return f"normal outcomes{beside}"
        for model in player.models:
            if model.theta:
                return f"the continuous family {model.name}"
        return None


def restricted(game: Game, relations: Sequence[Relation]) -> Game:
    """The game on the part of its domain where the relations hold too; whether there is one is not checked."""
    return _unchecked(game, assume=(*game.assume, *relations))


def _unchecked(game: Game, **changes: object) -> Game:
    """The game with fields replaced; a restriction of a checked game needs no second check."""
    changed = object.__new__(Game)
    for name in (entry.name for entry in fields(Game)):
        object.__setattr__(changed, name, changes.get(name, getattr(game, name)))
    return changed


def _at_relation(relation: Relation, values: Mapping[str, Fraction]) -> Relation:
    left, right = substitute(relation.left, values), substitute(relation.right, values)
    return Relation(left, relation.operator, right)


def _at_row(row: Row, values: Mapping[str, Fraction]) -> Row:
    if isinstance(row, Normal):
        return Normal(substitute(row.mean, values), substitute(row.variance, values))
    return tuple(substitute(entry, values) for entry in row)


def _at_payoff(row: PayoffRow, values: Mapping[str, Fraction]) -> PayoffRow:
    if isinstance(row, tuple):
        return tuple(substitute(entry, values) for entry in row)
    return substitute(row, values)


def _at_player(player: Player, values: Mapping[str, Fraction]) -> Player:
    models = tuple(
        replace(
            model,
            predicts=tuple((key, _at_row(row, values)) for key, row in model.predicts),
            where=tuple(_at_relation(relation, values) for relation in model.where),
        )
        for model in player.models
    )
    return replace(
        player,
        truth=tuple((key, _at_row(row, values)) for key, row in player.truth),
        payoff=tuple((key, _at_payoff(row, values)) for key, row in player.payoff),
        models=models,
    )


def load_game(path: str | PathLike[str]) -> Game:
    """The game in the file; raises GameError, one line that starts with the file's name."""
    where, text = read_text(path, MAXIMAL_BYTES)
    return read_game_text(text, where=where)


def read_game_text(text: str, *, where: str) -> Game:
    """The game described by the text of a game file; raises GameError.

    >>> read_game_text("format = 2", where="draft.toml")
    Traceback (most recent call last):
        ...
    berknash.symbolic.errors.GameError: draft.toml: format: 2 is not a known format; write format = 1
    """
    return Game.from_dict(read_document(text, where=where), where=where)
