"""A relation between values at one equilibrium, as claims about the parameters (`proofs.claims.at_equilibria`).

The loss is the largest of several functions, which is a case each. What is affine in a value holds on all mixtures iff
it does at their ends: so beliefs in two models, sets of best fits, and the continua of one agent are decided at theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from ...symbolic.algebra.elements import element_of
from ...symbolic.algebra.number_field import Real
from ...symbolic.algebra.ring import Element, Ring
from ...symbolic.algebra.text import element_expression
from ...symbolic.cells.domain import SIGNS_OF, difference
from ...symbolic.decomposition import AlgebraicNumber
from ...symbolic.errors import NotSupportedError
from ...symbolic.expressions.reading import (
    ZERO,
    Expression,
    Relation,
    add,
    multiply,
    number,
    substitute,
    symbols_of,
)
from ...symbolic.game.game import Game
from ...symbolic.results.equilibrium import Equilibrium
from ...symbolic.solving.welfare import Welfare, Worth, welfare_of
from .claim_pieces import TRUE, Open, Piece, all_of, any_of, as_claim, negated, under
from .definedness import FALSE
from .language import Claim, Compare, Connective, relations_of

MORE_FITS = "there is more than one best fit"
_SEVERAL = ("believed_payoff", "coordinate")
_PAYOFFS = ("true_payoff", "loss", "believed_payoff")

Plain = tuple[tuple[str, Expression], ...]
"""Weights in closed form."""


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


class AtOne:
    """The relation at one entry of a solution; `names` are those of `value_names` that it speaks of."""

    def __init__(
        self, game: Game, equilibrium: Equilibrium, worth: Welfare, names: Mapping[str, tuple[int, str, str]]
    ) -> None:
        self.game, self.equilibrium, self.worth, self.names = game, equilibrium, worth, names
        self.parameters = [p.name for p in game.parameters]

    def pieces(self, inside: Claim) -> Iterator[Piece]:
        """What must hold for the claim to hold at the whole entry, of several claims each by itself."""
        if isinstance(inside, Connective) and inside.word == "and":
            for part in inside.parts:
                used = {name for relation in relations_of(part) for name in symbols_of(difference(relation))}
                names = {name: value for name, value in self.names.items() if name in used}
                yield from AtOne(self.game, self.equilibrium, self.worth, names).pieces(part)
            return
        if not self.names:
            yield inside
            return
        if self.worth.numbers:
            yield Open(TRUE, "a weight is the root of a polynomial, which no relation writes")
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
                    yield Open(TRUE, f"{name}: {own.note}")
                    return
                if own.convex:
                    yield from _overlaps(cases, convex, f"{name}: {own.note or MORE_FITS}")
                else:
                    # Between two best fits payoffs may be anything.
                    points = [_Case(as_claim(where), {model: ZERO, **dict(at)}) for where, model, at in own.fits]
                    yield from self._told_once(points, name)
                lists.append(cases)
            for model in dict.fromkeys(of for what, of in wanted.values() if what == "coordinate"):
                coordinates = [n for n, (what, of) in wanted.items() if (what, of) == ("coordinate", model)]
                fits = [(where, dict(at)) for where, name, at in own.fits if name == model]
                if not own.fits:
                    yield Open(TRUE, f"the best fits of {model} are not told")
                    return
                cases = [_Case(as_claim(where), {n: at[n] for n in coordinates}) for where, at in fits]
                yield from _overlaps(cases, convex, f"{', '.join(coordinates)}: {MORE_FITS}")
                yield from _uncovered([as_claim(where) for where, *_ in own.fits], f"best fits of {model}")
                lists.append(cases)
        for combination in product(*lists):
            values = {**plain, **{name: value for case in combination for name, value in case.values.items()}}
            given = all_of([case.given for case in combination])
            yield under(given, self._put_in(inside, values))

    def _losses(self, worth: Worth) -> list[tuple[Claim, Expression]]:
        """Each value that the loss may have, with where it is the largest."""
        values = list(dict.fromkeys(loss for _, loss in worth.losses))
        return [
            (all_of([self._compared(Relation(value, ">=", other)) for other in values if other != value]), value)
            for value in values
        ]

    def _believed(self, name: str, worth: Worth) -> list[_Case] | None:
        """Each belief among whose mixtures are those that support the equilibrium; None where they are not known."""
        if worth.supporting is None:
            return None
        return [
            _Case(all_of([as_claim(where), *map(self._compared, guards)]), {name: value})
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
                differ = any_of([self._compared(gap) for gap in gaps])
            if differ != FALSE:
                yield Open(all_of([one.given, other.given, differ]), f"{name}: {MORE_FITS}")

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
        ring, element = element_of(Ring.of_parameters(self.parameters), gap)
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
            yield Open(TRUE, f"{inside} is not decided on the continuum {self.equilibrium!r}")
            return
        for piece in corners:
            worths = [self._at_corner(corner) for corner in piece]
            if any(worth.numbers for worth in worths):
                yield Open(TRUE, "a corner of a continuum is the root of a polynomial")
                return
            for weight in (weight for corner in piece for _, weight in corner):
                if symbols_of(weight):
                    reason = f"a corner of the continuum {self.equilibrium!r} may lie on its rim"
                    yield Open(self._signed(weight, "=="), reason)
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
                yield Open(TRUE, f"{named['believed_payoff']}: {first.note}")
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
            yield under(all_of([given, belief.given]), self._all_along(relation.operator, gaps, corners))

    def _all_along(self, operator: str, gaps: Sequence[Expression], corners: Sequence[Plain]) -> Claim:
        """Whether an affine function with these values at the corners compares with zero wherever all are played."""
        if operator == "!=":
            return Connective("or", tuple(self._all_along(sign, gaps, corners) for sign in "<>"))
        weak = all_of([self._signed(gap, {"<": "<=", ">": ">="}.get(operator, operator)) for gap in gaps])
        if operator not in "<>":
            return weak
        # It vanishes on the mixtures of the corners where it does; one in which all are played is to be none of them.
        supports = [{action for action, weight in corner if weight != ZERO} for corner in corners]
        every = set().union(*supports)
        choices = [c for size in range(len(corners)) for c in combinations(range(len(corners)), size + 1)]
        full = [chosen for chosen in choices if set().union(*(supports[place] for place in chosen)) == every]
        return all_of(
            [weak, *(any_of([self._signed(gaps[place], operator) for place in chosen]) for chosen in full)]
        )

    def _at_corner(self, corner: Plain) -> Welfare:
        (part,) = self.equilibrium.parts
        there = replace(self.equilibrium, parts=(replace(part, strategy=(("", corner),)),))
        return welfare_of(self.game, there)

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
            yield Open(all_of([one.given, other.given]), reason)


def _uncovered(conditions: Sequence[Claim], what: str) -> Iterator[Piece]:
    """Open where none of the conditions under which something is told holds."""
    told = any_of(conditions)
    if told != TRUE:
        yield Open(negated(told), f"{what}: no closed form")


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


def _compares(number: Fraction, operator: str) -> bool:
    return (number > 0) - (number < 0) in SIGNS_OF[operator]
