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
values put in. The loss is the largest of several functions, which is a case each. What is affine in a value holds on
all mixtures iff it does at their ends: so beliefs in two models, sets of best fits, and the continua of one agent are
decided at their ends. What is beyond that, or left open by the solution, is open where its condition holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from math import prod
from typing import Any

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.number_field import Real
from ...symbolic.algebra.ring import Element, Ring
from ...symbolic.algebra.text import element_expression
from ...symbolic.cells.conditions import Condition
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.cells.undecided import Undecided
from ...symbolic.decomposition import AlgebraicNumber
from ...symbolic.errors import GameError, NotSupportedError
from ...symbolic.expressions.reading import (
    ONE,
    ZERO,
    Expression,
    Relation,
    add,
    multiply,
    number,
    substitute,
    symbols_of,
)
from ...symbolic.game.definedness import requirements
from ...symbolic.game.game import Game
from ...symbolic.limits import SolveLimits
from ...symbolic.results.equilibrium import Equilibrium
from ...symbolic.results.solution import Solution
from ...symbolic.solving.solve import solve
from ...symbolic.solving.welfare import Welfare, Worth, welfare, welfare_of
from .definedness import FALSE
from .language import AtEquilibria, Claim, Compare, Connective, about_values, relations_of
from .predicates import NameSets, by_signal, sets_of

MORE_FITS = "there is more than one best fit"
TRUE = Compare(Relation(ZERO, "<", ONE))
_SEVERAL = ("believed_payoff", "coordinate")
_PAYOFFS = ("true_payoff", "loss", "believed_payoff")


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


@dataclass(frozen=True, slots=True)
class _Open:
    """What is not known, where a claim holds."""

    where: Claim
    reason: str


Piece = Claim | _Open
"""What must hold, or what is open."""

Plain = tuple[tuple[str, Expression], ...]
"""Weights in closed form."""


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
                    if isinstance(piece, _Open):
                        self.reasons.append(piece.reason)
                        parts += [_negated(piece.where)] if low else []
                    else:
                        parts.append(piece)
                together = _all_of(parts)
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
        names = self._names(claim)
        solution = self.solution
        if not solution.boundaries_covered:
            yield _Open(TRUE, "the solution leaves boundaries out")
        for entry in solution.undecided:
            about = wanted is None or self._may_be(entry, wanted)
            if entry.what in ("equilibria", "cells") and about:
                yield _Open(_as_claim(entry.condition), str(entry))
        for equilibrium, worth in zip(solution.equilibria, welfare(solution), strict=True):
            if wanted is None or _sets(equilibrium) == wanted:
                given = _as_claim(equilibrium.condition)
                for piece in _AtOne(self, equilibrium, worth, names).pieces(claim.inside):
                    yield _under(given, piece)

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


def value_names(game: Game) -> dict[str, tuple[int, str, str]]:
    """The names of values at equilibria: the player's place, what it is, and of what.

    >>> rows = {"*": {"y": "1/2", "n": "1/2"}}
    >>> game = Game.from_dict({"format": 1, "name": "one", "players": {"agent": {
    ...     "actions": ["stay", "go"], "outcomes": ["y", "n"], "truth": rows,
    ...     "payoff": {"*": {"y": 1, "n": 0}}, "models": {"right": {"predicts": rows}}}}})
    >>> list(value_names(game))
    ['true_payoff', 'loss', 'believed_payoff', 'weight_stay', 'weight_go']
    """
    names: dict[str, tuple[int, str, str]] = {}
    twice: set[str] = set()

    def add(name: str, place: int, what: str, of: str) -> None:
        if name in names:
            twice.add(name)
        names[name] = (place, what, of)

    for place, player in enumerate(game.players):
        whose = f"_{player.name}" if len(game.players) > 1 else ""
        for payoff in _PAYOFFS:
            add(payoff + whose, place, payoff, "")
        for signal in player.signals or ("",):
            for action in player.actions:
                own = f"_{signal}" if signal else ""
                add(f"weight{whose}{own}_{action}", place, "weight", f"{signal}\n{action}")
        for model in player.models:
            for coordinate in model.theta:
                add(coordinate.name, place, "coordinate", model.name)
    return {name: value for name, value in names.items() if name not in twice and name.isidentifier()}


@dataclass(frozen=True, slots=True)
class _Case:
    """Where a value is this one."""

    given: Claim
    values: Mapping[str, Expression]


class _AtOne:
    """The relation at one entry of a solution."""

    def __init__(self, reading: _Reading, equilibrium: Equilibrium, worth: Welfare, names: Sequence[str]) -> None:
        self.reading, self.equilibrium, self.worth = reading, equilibrium, worth
        self.names = {name: reading.values[name] for name in names}

    def pieces(self, inside: Claim) -> Iterator[Piece]:
        """What must hold for the claim to hold at the whole entry, of several claims each by itself."""
        if isinstance(inside, Connective) and inside.word == "and":
            for part in inside.parts:
                used = {name for relation in relations_of(part) for name in symbols_of(difference(relation))}
                names = [name for name in self.names if name in used]
                yield from _AtOne(self.reading, self.equilibrium, self.worth, names).pieces(part)
            return
        if not self.names:
            yield inside
            return
        if self.worth.numbers:
            yield _Open(TRUE, "a weight is the root of a polynomial, which no relation writes")
            return
        if self.equilibrium.dimension:
            yield from self._along(inside)
            return
        yield from self._at_point(inside)

    def _at_point(self, inside: Claim) -> Iterator[Piece]:
        """The relation for each case of the values at a single strategy."""
        lists: list[list[_Case]] = []
        plain: dict[str, Expression] = {}
        for place, own in enumerate(self.worth.players):
            wanted = {name: (what, of) for name, (whose, what, of) in self.names.items() if whose == place}
            part = self.equilibrium.parts[place]
            for name, (what, of) in wanted.items():
                if what == "true_payoff":
                    plain[name] = own.true_payoff
                elif what == "weight":
                    signal, action = of.split("\n")
                    plain[name] = _closed(dict(dict(part.strategy)[signal])[action])
                elif what == "loss":
                    lists.append([_Case(given, {name: loss}) for given, loss in self._losses(own)])
            # At the ends of a set an inequation does not say that it holds between them.
            several = [name for name, (what, _) in wanted.items() if what in _SEVERAL]
            convex = _is_affine_in(inside, several) and not _is_inequation(inside)
            for name in (name for name, (what, _) in wanted.items() if what == "believed_payoff"):
                cases = self._believed(name, own)
                if cases is None:
                    yield _Open(TRUE, f"{name}: {own.note}")
                    return
                if own.convex:
                    yield from _overlaps(cases, convex, f"{name}: {own.note or MORE_FITS}")
                else:
                    # Between two best fits payoffs may be anything.
                    points = [_Case(_as_claim(where), {model: ZERO, **dict(at)}) for where, model, at in own.fits]
                    yield from self._told_once(points, name)
                lists.append(cases)
            for model in dict.fromkeys(of for what, of in wanted.values() if what == "coordinate"):
                coordinates = [n for n, (what, of) in wanted.items() if (what, of) == ("coordinate", model)]
                fits = [(where, dict(at)) for where, name, at in own.fits if name == model]
                if not own.fits:
                    yield _Open(TRUE, f"the best fits of {model} are not told")
                    return
                cases = [_Case(_as_claim(where), {n: at[n] for n in coordinates}) for where, at in fits]
                yield from _overlaps(cases, convex, f"{', '.join(coordinates)}: {MORE_FITS}")
                yield from _uncovered([_as_claim(where) for where, *_ in own.fits], f"best fits of {model}")
                lists.append(cases)
        for combination in product(*lists):
            values = {**plain, **{name: value for case in combination for name, value in case.values.items()}}
            given = _all_of([case.given for case in combination])
            yield _under(given, self._put_in(inside, values))

    def _losses(self, worth: Worth) -> list[tuple[Claim, Expression]]:
        """Each value that the loss may have, with where it is the largest."""
        values = list(dict.fromkeys(loss for _, loss in worth.losses))
        return [
            (_all_of([self._compared(Relation(value, ">=", other)) for other in values if other != value]), value)
            for value in values
        ]

    def _believed(self, name: str, worth: Worth) -> list[_Case] | None:
        """Each belief among whose mixtures are those that support the equilibrium; None where they are not known."""
        if worth.supporting is None:
            return None
        return [
            _Case(_all_of([_as_claim(where), *map(self._compared, guards)]), {name: value})
            for where, guards, value in worth.supporting
        ]

    def _compared(self, relation: Relation) -> Claim:
        return self._signed(_gap(relation, {}), relation.operator)

    def _told_once(self, points: Sequence[_Case], name: str) -> Iterator[Piece]:
        """Open where there is more than one best fit, or none that is told."""
        yield from _uncovered([point.given for point in points], name)
        for one, other in combinations(points, 2):
            if one.values.keys() != other.values.keys():
                differ: Claim = TRUE
            else:
                gaps = [Relation(value, "!=", other.values[key]) for key, value in one.values.items()]
                differ = _any_of([self._compared(gap) for gap in gaps])
            if differ != FALSE:
                yield _Open(_all_of([one.given, other.given, differ]), f"{name}: {MORE_FITS}")

    def _put_in(self, inside: Claim, values: Mapping[str, Expression]) -> Claim:
        """The claim with its values, in relations between total terms."""
        match inside:
            case Compare(relation):
                return self._signed(_gap(relation, values), relation.operator)
            case Connective(word, parts):
                return Connective(word, tuple(self._put_in(part, values) for part in parts))
        raise TypeError(f"not a relation: {inside!r}")

    def _signed(self, gap: Expression, operator: str) -> Claim:
        """``gap operator 0`` without denominators: these vanish nowhere where the equilibrium exists."""
        ring, element = element_of(Ring.of_parameters(self.reading.parameters), gap)
        constant = element.rational()
        if constant is not None:
            return TRUE if _compares(constant, operator) else FALSE
        one = ring.context.constant(1)
        top, bottom = Element(element.numerator, one), element.denominator
        if not bottom.is_constant():
            top = top if operator in ("==", "!=") else top * Element(bottom, one)
        elif bottom.leading_coefficient() < 0:
            top = top * ring.constant(-1)
        return Compare(Relation(element_expression(ring, top), operator, ZERO))

    def _along(self, inside: Claim) -> Iterator[Piece]:
        """The relation on all of a continuum of one agent: what is affine along it is decided at its corners."""
        corners = self._corners()
        movable = {"true_payoff", "loss", "weight", "believed_payoff"}
        if (
            not corners
            or not isinstance(inside, Compare)
            or any(what not in movable for _, what, _ in self.names.values())
            or not _is_affine_in(inside, list(self.names))
        ):
            yield _Open(TRUE, f"{inside} is not decided on the continuum {self.equilibrium!r}")
            return
        for piece in corners:
            worths = [self._at_corner(corner) for corner in piece]
            if any(worth.numbers for worth in worths):
                yield _Open(TRUE, "a corner of a continuum is the root of a polynomial")
                return
            for weight in (weight for corner in piece for _, weight in corner):
                if symbols_of(weight):
                    reason = f"a corner of the continuum {self.equilibrium!r} may lie on its rim"
                    yield _Open(self._signed(weight, "=="), reason)
            yield from self._on_polytope(inside.relation, piece, worths)

    def _on_polytope(
        self, relation: Relation, corners: Sequence[Plain], worths: Sequence[Welfare]
    ) -> Iterator[Piece]:
        """The relation where all actions are played, in a polytope of strategies with these corners."""
        first = worths[0].players[0]
        named = {what: name for name, (_, what, _) in self.names.items()}
        # What is truly best is the same all along; and so is what is expected where all beliefs expect the same.
        losses = self._losses(first) if "loss" in named else [(TRUE, ZERO)]
        beliefs = [_Case(TRUE, {})]
        if "believed_payoff" in named:
            found = self._believed(named["believed_payoff"], first)
            if found is None or not first.convex:
                yield _Open(TRUE, f"{named['believed_payoff']}: {first.note}")
                return
            beliefs = found
            yield from _overlaps(beliefs, False, f"{named['believed_payoff']}: {first.note}")
        for (given, loss), belief in product(losses, beliefs):
            gaps = []
            for corner, worth in zip(corners, worths, strict=True):
                (own,), weights = worth.players, dict(corner)
                moved = add([loss, first.true_payoff, multiply([number(-1), own.true_payoff])])
                values = {
                    name: weights[of.split("\n")[1]] if what == "weight"
                    else {"true_payoff": own.true_payoff, "loss": moved}[what]
                    for name, (_, what, of) in self.names.items() if what != "believed_payoff"
                }  # fmt: skip
                gaps.append(_gap(relation, {**values, **belief.values}))
            yield _under(_all_of([given, belief.given]), self._all_along(relation.operator, gaps, corners))

    def _all_along(self, operator: str, gaps: Sequence[Expression], corners: Sequence[Plain]) -> Claim:
        """Whether an affine function with these values at the corners compares with zero wherever all are played."""
        if operator == "!=":
            return Connective("or", tuple(self._all_along(sign, gaps, corners) for sign in "<>"))
        weak = _all_of([self._signed(gap, {"<": "<=", ">": ">="}.get(operator, operator)) for gap in gaps])
        if operator not in "<>":
            return weak
        # It vanishes on the mixtures of the corners where it does; one in which all are played is to be none of them.
        supports = [{action for action, weight in corner if weight != ZERO} for corner in corners]
        every = set().union(*supports)
        choices = [c for size in range(len(corners)) for c in combinations(range(len(corners)), size + 1)]
        full = [chosen for chosen in choices if set().union(*(supports[place] for place in chosen)) == every]
        return _all_of(
            [weak, *(_any_of([self._signed(gaps[place], operator) for place in chosen]) for chosen in full)]
        )

    def _at_corner(self, corner: Plain) -> Welfare:
        (part,) = self.equilibrium.parts
        there = replace(self.equilibrium, parts=(replace(part, strategy=(("", corner),)),))
        return welfare_of(self.reading.game, there)

    def _corners(self) -> list[tuple[Plain, ...]]:
        if not self.equilibrium.is_plain:
            return []
        found = []
        for piece in self.equilibrium.pieces:
            for own in piece:
                corners = [tuple((a, _closed(w)) for a, w in corner[0][1]) for corner in own]
                found.append(tuple(corners))
        return found


def _gap(relation: Relation, values: Mapping[str, Expression]) -> Expression:
    """Left minus right, with the values put in."""
    left, right = (substitute(side, values) for side in (relation.left, relation.right))
    return difference(Relation(left, relation.operator, right))


def _overlaps(cases: Sequence[_Case], convex: bool, reason: str) -> Iterator[Piece]:
    """Open where two cases hold together with different values, unless what is affine in them is asked."""
    for one, other in combinations(cases, 2) if not convex else ():
        if dict(one.values) != dict(other.values):
            yield _Open(_all_of([one.given, other.given]), reason)


def _uncovered(conditions: Sequence[Claim], what: str) -> Iterator[Piece]:
    """Open where none of the conditions under which something is told holds."""
    told = _any_of(conditions)
    if told != TRUE:
        yield _Open(_negated(told), f"{what}: no closed form")


def _is_affine_in(inside: Claim, names: Sequence[str]) -> bool:
    """Whether the claim is one relation whose sides are affine in these values together."""
    if not isinstance(inside, Compare):
        return False
    gap = difference(inside.relation)
    ring, element = element_of(Ring.of_parameters(sorted(symbols_of(gap))), gap)
    places = [ring.index(name) for name in names if name in symbols_of(gap)]
    if any(int(element.denominator.degrees()[place]) > 0 for place in places):
        return False
    return all(sum(int(exponents[p]) for p in places) <= 1 for exponents in element.numerator.to_dict())


def _is_inequation(inside: Claim) -> bool:
    return isinstance(inside, Compare) and inside.relation.operator == "!="


def _closed(weight: Any) -> Expression:
    """A weight in closed form."""
    if isinstance(weight, Expression):
        return weight
    found = Real.of(weight).expression() if isinstance(weight, Real | AlgebraicNumber) else None
    if found is None:
        raise NotSupportedError("a corner of a continuum is the root of a polynomial, which no relation writes")
    return found


def _sets(equilibrium: Equilibrium) -> tuple[NameSets, ...]:
    return tuple(tuple(tuple(sorted(actions)) for _, actions in part.support) for part in equilibrium.parts)


def _as_claim(condition: Condition) -> Claim:
    if condition.is_always():
        return TRUE
    return _any_of([_all_of([Compare(relation) for relation in part]) for part in condition.alternatives])


def _all_of(parts: Sequence[Claim]) -> Claim:
    kept = list(dict.fromkeys(part for part in parts if part != TRUE))
    if FALSE in kept:
        return FALSE
    return TRUE if not kept else kept[0] if len(kept) == 1 else Connective("and", tuple(kept))


def _any_of(parts: Sequence[Claim]) -> Claim:
    kept = list(dict.fromkeys(part for part in parts if part != FALSE))
    if TRUE in kept:
        return TRUE
    return FALSE if not kept else kept[0] if len(kept) == 1 else Connective("or", tuple(kept))


def _negated(claim: Claim) -> Claim:
    return FALSE if claim == TRUE else TRUE if claim == FALSE else Connective("not", (claim,))


def _under(given: Claim, piece: Piece) -> Piece:
    """What must hold, or is open, where something is given."""
    if isinstance(piece, _Open):
        return _Open(_all_of([given, piece.where]), piece.reason)
    if given == TRUE or piece == TRUE:
        return piece
    return Connective("=>", (given, piece))


def _compares(number: Fraction, operator: str) -> bool:
    return (number > 0) - (number < 0) in SIGNS_OF[operator]
