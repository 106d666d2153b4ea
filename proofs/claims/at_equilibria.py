"""What claims say of values at equilibria, as claims about the parameters alone.

``holds_at(a, b; RELATION)`` says that the relation holds at every equilibrium in which exactly these actions are played
(with signals or several players: exactly this product of plans), ``every(RELATION)`` that it does at all equilibria.
Relations, joined by ``and``, ``or``, ``not``, may speak of parameters and of

    true_payoff, loss          what is truly expected, and how much more a best reply to the truth would bring
    believed_payoff            what is expected under a belief that supports the equilibrium: under each of them
    weight_a                   the weight of action a
    x                          a coordinate of a family of models: at every best fit

(of several players ``loss_NAME``, ``true_payoff_NAME``, ``believed_payoff_NAME`` and ``weight_NAME_a``; with signals
``weight_SIGNAL_a``). A solution says under which condition each equilibrium exists, and its values are exact functions
of the parameters (`symbolic.solving.welfare`): so the claim is that under each condition the relation holds with the
values put in (`proofs.claims.at_one_equilibrium`). What is beyond that, or left open by the solution, is open where its
condition holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from ...symbolic.cells.undecided import Undecided
from ...symbolic.errors import GameError
from ...symbolic.expressions.reading import (
    symbols_of,
)
from ...symbolic.game.definedness import requirements
from ...symbolic.game.game import Game
from ...symbolic.limits import SolveLimits
from ...symbolic.results.equilibrium import Equilibrium
from ...symbolic.results.solution import Solution
from ...symbolic.solving.solve import solve
from ...symbolic.solving.welfare import welfare
from .at_one_equilibrium import AtOne, value_names
from .claim_pieces import TRUE, Open, Piece, all_of, as_claim, negated, under
from .language import AtEquilibria, Claim, Connective, about_values, relations_of
from .predicates import NameSets, by_signal, sets_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """Claims about parameters that hold at most and at least where a claim does, and why they differ where they do."""

    sure: Claim
    possible: Claim
    reasons: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The first of the reasons, and how many there are beside."""
        more = len(self.reasons) - 1
        return "; ".join([*self.reasons[:1], *([f"and {more} more of this kind"] if more > 0 else [])])


def without_values(
    game: Game, claim: Claim, limits: SolveLimits | None = None, solution: Solution | None = None
) -> Bounds:
    """The claim with what it says of values at equilibria replaced by what that says of the parameters.

    Parameters: the game, its parameters fixed as they are to be; the claim; limits on `solve`; the solution, if it is
    known. Exact: the claim holds wherever `sure` does, and fails wherever `possible` fails.

    Raises GameError, one line, for names that are no values, and for relations with partial terms;
    otherwise as `solve`.

    Examples
    --------
    >>> from berknash.proofs.claims.language import read_claim
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 2, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 1/4]"}, "predicts": {"*": rows}}}}}})
    >>> claim = read_claim("holds_at(pass; loss <= 1/2)", ["q"], ["bet", "pass"])
    >>> print(without_values(game, claim).sure)
    (3*q - 1 >= 0 => 6*q - 3 <= 0)
    """
    reading = _Reading(game, solution or solve(game, limits=limits))
    sure, possible = (reading.replaced(claim, low) for low in (True, False))
    return Bounds(sure, possible, tuple(dict.fromkeys(reading.reasons)))


class _Reading:
    """Replaces what is said of values; keeps the reasons of what stays open."""

    def __init__(self, game: Game, solution: Solution) -> None:
        self.game, self.solution = game, solution
        self.parameters = [p.name for p in game.parameters]
        self.values = value_names(game)
        self.reasons: list[str] = []
        self._pieces: dict[AtEquilibria, tuple[Piece, ...]] = {}

    def replaced(self, claim: Claim, low: bool) -> Claim:
        """The claim where what is open is taken to fail (`low`) or to hold."""
        match claim:
            case AtEquilibria():
                pieces = self._pieces.setdefault(claim, tuple(self._read(claim)))
                parts = []
                for piece in pieces:
                    if isinstance(piece, Open):
                        self.reasons.append(piece.reason)
                        parts += [negated(piece.where)] if low else []
                    else:
                        parts.append(piece)
                together = all_of(parts)
                # Conditions under which equilibria exist are no hypotheses of the claim.
                implies = isinstance(together, Connective) and together.word == "=>"
                return Connective("and", (together,)) if implies else together
            case Connective("not", (part,)):
                return Connective("not", (self.replaced(part, not low),))
            case Connective("=>", (left, right)):
                return Connective("=>", (self.replaced(left, not low), self.replaced(right, low)))
            case Connective("iff", (left, right)) if about_values(claim):
                both = (Connective("=>", (left, right)), Connective("=>", (right, left)))
                return Connective("and", tuple(self.replaced(part, low) for part in both))
            case Connective(word, parts) if word != "iff":
                return Connective(word, tuple(self.replaced(part, low) for part in parts))
            case _:
                return claim

    def _read(self, claim: AtEquilibria) -> Iterator[Piece]:
        wanted = self._support(claim) if claim.arguments else None
        names = {name: self.values[name] for name in self._names(claim)}
        solution = self.solution
        if not solution.boundaries_covered:
            yield Open(TRUE, "the solution leaves boundaries out")
        for entry in solution.undecided:
            about = wanted is None or self._may_be(entry, wanted)
            if entry.what in ("equilibria", "cells") and about:
                yield Open(as_claim(entry.condition), str(entry))
        for equilibrium, worth in zip(solution.equilibria, welfare(solution), strict=True):
            if wanted is None or _sets(equilibrium) == wanted:
                given = as_claim(equilibrium.condition)
                for piece in AtOne(self.game, equilibrium, worth, names).pieces(claim.inside):
                    yield under(given, piece)

    def _support(self, claim: AtEquilibria) -> tuple[NameSets, ...]:
        """The actions played by each player after each signal."""
        for node in claim.arguments:
            if node not in self.solution.profiles:
                raise GameError(
                    f"claim: holds_at: unknown action {node}; there are {', '.join(self.solution.profiles[:8])}"
                )
        sets = sets_of(claim.arguments)
        played = tuple(by_signal(own) for own in sets)
        if any(len(own) != prod(map(len, actions)) for own, actions in zip(sets, played, strict=True)):
            raise GameError(f"claim: {claim}: no strategy has these plans for its support; add those in between")
        if prod(map(len, sets)) != len(claim.arguments):
            raise GameError(f"claim: {claim} is about a product of sets; list every profile of it")
        return played

    def _may_be(self, entry: Undecided, wanted: tuple[NameSets, ...]) -> bool:
        """Whether an open question may be about this support."""
        if not self.solution.is_plain or entry.supports:
            return True
        return not entry.names or entry.what != "equilibria" or tuple(sorted(entry.names)) == wanted[0][0]

    def _names(self, claim: AtEquilibria) -> tuple[str, ...]:
        """The names of values in the claim; raises GameError for others, and for terms that may have no value."""
        known = self.values
        found: dict[str, None] = {}
        for relation in relations_of(claim.inside):
            for side in (relation.left, relation.right):
                for name in sorted(symbols_of(side)):
                    if name in known and name in self.parameters:
                        raise GameError(f"claim: {name} is a parameter and a value at equilibria; rename the parameter")
                    if name in known:
                        found[name] = None
                    elif name not in self.parameters:
                        names = ", ".join([*known, *self.parameters])
                        raise GameError(f"claim: unknown name {name} in {claim}; there are {names}")
                for needed in requirements(side):
                    if symbols_of(needed.argument):
                        raise GameError(
                            f"claim: {relation}: {needed.term} may have no value; multiply out, or say it without log "
                            "and sqrt"
                        )
        return tuple(found)


def _sets(equilibrium: Equilibrium) -> tuple[NameSets, ...]:
    return tuple(tuple(tuple(sorted(actions)) for _, actions in part.support) for part in equilibrium.parts)
