r"""What equilibria are worth: true payoff, believed payoff, and the loss against the best plan under the truth.

At an equilibrium sigma with private signals s of joint law p (Esponda & Pouzo 2016, Econometrica 84(3), section 2) let

    G_i(s_i, a) = sum over s_-i, a_-i of p(s) prod_{j /= i} sigma_j(a_j | s_j) E_{Q_i(. | s, a)}[pi_i(s_i, a_i, y)]

be what action a is truly worth to player i after signal s_i, times the probability of the signal. Then

    true payoff      sum_{s_i} sum_a sigma_i(a | s_i) G_i(s_i, a)
    loss             max over plans m of sum_{s_i} G_i(s_i, m(s_i)), less the true payoff; 0 iff i plays a best reply
                     to what the others truly do
    believed payoff  the same expectation under a belief that supports the equilibrium, by the laws that the
                     models predict

All are rational functions of the weights and the entries of the game, so exact wherever the weights are; certified
between two rationals where a weight is. Of a continuum the values are those of the point that is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from flint import arb, fmpq

from ..algebra.elements import element_of
from ..algebra.enclosed import Enclosed
from ..algebra.enclosures import Enclosures
from ..algebra.number_field import Real
from ..algebra.ring import Element, Ring, lift
from ..algebra.text import element_expression
from ..cells.cases import Case, Cases
from ..cells.conditions import ALWAYS, Condition, LiteralPrinter
from ..cells.domain import SIGNS_OF, difference
from ..cells.question_cells import find_cells
from ..cells.region import DomainRegion
from ..decomposition import AlgebraicNumber
from ..expressions.reading import ZERO, Expression, Relation, Symbol, symbols_of
from ..forms.entries import Entries, plans_of, signal_profiles
from ..forms.profiles import plan_name
from ..game.game import Game
from ..game.parameter_space import game_ring
from ..results.answers import RelationTable
from ..results.equilibrium import Equilibrium, Part, Weight
from ..results.equilibrium_documents import number_document
from ..results.fits import CertifiedFits, FitsByCase, Minimizers
from ..results.solution import Solution
from .expected_payoffs import Believing, Expected, Strategies, played, true_gains

_PRECISION = 256
_EXACT = Expression | Real | AlgebraicNumber

Cased = tuple[tuple[Condition, Expression], ...]
"""Values in closed form, each with the condition under which it is one."""


@dataclass(frozen=True, slots=True)
class Worth:
    """What an equilibrium is worth to one player, exactly.

    Attributes
    ----------
    player : the name
    true_payoff : what is truly expected
    losses : what each plan is truly worth more against what the others do than what is played; the largest is the loss
    believed : what is expected under the belief that is printed, case by case; () where that is not told
    supporting : what beliefs that support the equilibrium expect, each with where it is one: of all others what is
        expected lies between them; None where that is not known
    convex : whether everything between those `supporting` that hold together is expected by such a belief too
    note : why `believed` is not told, or not the only one
    fits : the best fits that are told: the condition, the model and its coordinates
    """

    player: str
    true_payoff: Expression
    losses: tuple[tuple[str, Expression], ...]
    believed: Cased
    supporting: tuple[tuple[Condition, tuple[Relation, ...], Expression], ...] | None
    convex: bool
    note: str
    fits: tuple[tuple[Condition, str, tuple[tuple[str, Expression], ...]], ...]


@dataclass(frozen=True)
class Welfare:
    """What an equilibrium is worth to each player.

    `numbers` are the weights without a closed form, by the name of the symbol that stands for each in the expressions.
    """

    game: Game
    equilibrium: Equilibrium
    players: tuple[Worth, ...]
    numbers: Mapping[str, Weight]

    def loss_cases(self, worth: Worth) -> tuple[Case[Any], ...]:
        """The loss: one value for each condition, within that of the equilibrium, under which one plan is the best."""
        losses = list(dict.fromkeys(loss for _, loss in worth.losses))
        if self.numbers:
            balls = [self._ball(loss) for loss in losses]
            return (Case(ALWAYS, Enclosed(max(b.low for b in balls), max(b.high for b in balls))),)
        if len(losses) == 1:
            return (Case(ALWAYS, losses[0]),)
        return _largest(self.game, self.equilibrium.condition, losses)

    def number(self, value: Expression) -> dict[str, Any]:
        """A value as a number of the format; certified where a weight has no closed form."""
        return number_document(value if not symbols_of(value) & set(self.numbers) else self._ball(value))

    def _ball(self, value: Expression) -> Enclosed:
        ring, element = element_of(Ring.of_parameters(list(self.numbers)), value)
        return Enclosed.of(_WeightBalls(ring, self.numbers).ball(element, _PRECISION))

    def to_json(self) -> dict[str, Any]:
        """Player -> true payoff, believed payoff and loss; a list of cases where they depend on the parameters."""
        document: dict[str, Any] = {}
        for worth in self.players:
            entry: dict[str, Any] = {"true_payoff": self.number(worth.true_payoff), "believed_payoff": None}
            if worth.believed:
                entry["believed_payoff"] = self._cases(worth.believed)
            if worth.note:
                entry["believed_payoff_note"] = worth.note
            losses = [(case.condition, case.value) for case in self.loss_cases(worth)]
            document[worth.player] = entry | {"loss": self._cases(losses)}
        return document

    def _cases(self, cases: Sequence[tuple[Condition, Expression | Enclosed]]) -> Any:
        written = [
            (number_document(v) if isinstance(v, Enclosed) else self.number(v), str(condition))
            for condition, v in cases
        ]
        if len(written) == 1:
            return written[0][0]
        return [document | {"condition": condition} for document, condition in written]


def welfare(solution: Solution) -> tuple[Welfare, ...]:
    """What each equilibrium of a solution is worth; exact, or certified where the equilibrium is.

    Raises NotSupportedError for payoffs that are no polynomials in a normal outcome.

    Examples
    --------
    >>> rows = {"heads": "x", "tails": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "parameters": {"q": "(0, 1)"}, "players": {"agent": {
    ...     "actions": ["bet", "pass"], "outcomes": ["heads", "tails"],
    ...     "truth": {"*": {"heads": "q", "tails": "1 - q"}},
    ...     "payoff": {"bet": {"heads": 2, "tails": -1}, "pass": {"heads": 0, "tails": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 1/4]"}, "predicts": {"*": rows}}}}}})
    >>> from berknash.symbolic.solving.solve import solve
    >>> (only,) = welfare(solve(game))
    >>> [(str(case.value), str(case.condition)) for case in only.loss_cases(only.players[0])]
    [('3*q - 1', 'q >= 1/3'), ('0', 'q < 1/3')]
    """
    return tuple(welfare_of(solution.game, equilibrium) for equilibrium in solution.equilibria)


def welfare_of(game: Game, equilibrium: Equilibrium) -> Welfare:
    """What one equilibrium of a game is worth; as `welfare`."""
    return _Reading(game).welfare(equilibrium)


class _WeightBalls(Enclosures):
    """Enclosures of elements whose parameters are weights without a closed form."""

    def __init__(self, ring: Ring, numbers: Mapping[str, Weight]) -> None:
        super().__init__(ring, {name: Fraction(0) for name in ring.parameters})
        self._numbers = numbers

    def _parameter_ball(self, name: str) -> Any:
        weight = self._numbers[name]
        if isinstance(weight, Real | AlgebraicNumber):
            return weight.ball(_PRECISION)
        low, high = _bracket(weight)
        return arb(fmpq(low.numerator, low.denominator)).union(arb(fmpq(high.numerator, high.denominator)))


def _bracket(weight: Any) -> tuple[Fraction, Fraction]:
    if isinstance(weight, Enclosed):
        return weight.bracket
    low, high = weight.refined(60)
    return Fraction(low), Fraction(high)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What a tied share leaves of 1."""

    share: Any

    def refined(self, bits: int) -> tuple[Fraction, Fraction]:
        low, high = self.share.refined(bits)
        return 1 - high, 1 - low


class _Reading:
    """One game, whose entries are read into a ring that grows."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.names = [p.name for p in game.parameters]
        self.normal = any(player.outcomes == "normal" for player in game.players)

    def welfare(self, equilibrium: Equilibrium) -> Welfare:
        numbers: dict[str, Weight] = {}
        weights: dict[tuple[int, str, str], Expression] = {}
        for place, part in enumerate(equilibrium.parts):
            for signal, own in part.strategy:
                tie = next((w for _, w in own if not isinstance(w, _EXACT | Enclosed | str)), None)
                for action, weight in own:
                    value = _Rest(tie) if isinstance(weight, str) else weight
                    weights[place, signal, action] = self._symbol(value, numbers)
        points = [
            {name: self._symbol(w, numbers) for name, w in part.belief or () if not isinstance(w, str)}
            for part in equilibrium.parts
        ]
        fits = [self._fits(part, numbers) for part in equilibrium.parts]
        names = [*self.names, *numbers, *(["y"] if self.normal else [])]
        entries = Entries(Ring.of_parameters(names, DomainRegion(self.game.parameters, self.game.assume)))
        law = signal_profiles(self.game, entries)
        strategies = {key: entries.value(weight) for key, weight in weights.items()}
        worths = []
        for place, part in enumerate(equilibrium.parts):
            gains = true_gains(self.game, entries, place, law, strategies)
            worths.append(self._worth(entries, place, part, law, gains, strategies, points[place], fits[place]))
        return Welfare(self.game, equilibrium, tuple(worths), numbers)

    def _symbol(self, weight: Any, numbers: dict[str, Any]) -> Expression:
        """The weight in closed form, or a symbol that stands for it."""
        if isinstance(weight, Expression):
            return weight
        closed = Real.of(weight).expression() if isinstance(weight, Real | AlgebraicNumber) else None
        if closed is not None:
            return closed
        known = next((name for name, other in numbers.items() if other == weight), None)
        if known is None:
            known = f"weight{len(numbers)}"
            while known in self.names:
                known += "_"
            numbers[known] = weight
        return Symbol(known)

    def _fits(self, part: Part, numbers: dict[str, Weight]) -> tuple[Any, ...]:
        if isinstance(part.fits, FitsByCase):
            return tuple((v.condition, v.model, v.coordinates, "", True) for v in part.fits.vertices)
        if isinstance(part.fits, Minimizers | CertifiedFits):
            # Further points are there for payoffs alone, where these are not affine in theta.
            corners = set(map(str, part.fits.vertices))
            return tuple(
                (
                    ALWAYS, v.model, tuple((name, self._symbol(x, numbers)) for name, x in v.coordinates), str(v),
                    str(v) in corners,
                )
                for v in part.fits.points
            )  # fmt: skip
        return ()

    def _worth(
        self,
        entries: Entries,
        place: int,
        part: Part,
        law: Any,
        gains: Expected,
        strategies: Strategies,
        belief: Mapping[str, Expression],
        fits: tuple[Any, ...],
    ) -> Worth:
        player = self.game.players[place]
        signals = player.signals or ("",)

        def expression(element: Element) -> Expression:
            return element_expression(entries.ring, lift(element, entries.ring.context))

        true = played(entries, place, strategies, gains)
        rest = entries.times(entries.ring.constant(-1), true)
        losses = [
            (plan_name(player, plan), entries.total([rest, *(gains[s, a] for s, a in zip(signals, plan, strict=True))]))
            for plan in plans_of(player)
        ]
        believing = Believing(self.game, entries, place, part, law, strategies)
        found = believing.told(belief, fits)
        supporting = None
        if found.supporting is not None:
            supporting = tuple(
                (condition, tuple(Relation(expression(e), sign, ZERO) for e, sign in guards), expression(value))
                for condition, guards, value in found.supporting
            )
        return Worth(
            player.name,
            expression(true),
            tuple((name, expression(value)) for name, value in losses),
            tuple((condition, expression(value)) for condition, value in found.told),
            supporting,
            found.convex,
            found.note,
            tuple((condition, model, at) for condition, model, at, _, is_corner in fits if is_corner),
        )


def _largest(game: Game, condition: Condition, values: Sequence[Expression]) -> tuple[Case[Expression], ...]:
    """The largest of some values, case by case, where a condition holds."""
    ring = game_ring(game)
    elements = []
    for value in values:
        ring, element = element_of(ring, value)
        elements.append(element)
    gaps: dict[tuple[int, int], Element] = {}
    for i, j in combinations(range(len(values)), 2):
        gaps[i, j] = lift(elements[i], ring.context) - lift(elements[j], ring.context)
    alternatives = []
    for conjunction in condition.alternatives:
        literals = []
        for relation in conjunction:
            ring, element = element_of(ring, difference(relation))
            literals.append((element, SIGNS_OF[relation.operator]))
        alternatives.append(literals)
    table = RelationTable(game, ring)
    gaps = {key: lift(gap, table.ring.context) for key, gap in gaps.items()}
    alternatives = [[(lift(e, table.ring.context), signs) for e, signs in literals] for literals in alternatives]
    for element in (*gaps.values(), *(e for literals in alternatives for e, _ in literals)):
        table.kept_product(element)

    def question(problem: Any) -> int:
        if not any(all(problem.sign_of(e) in signs for e, signs in literals) for literals in alternatives):
            return -1
        best = 0
        for place in range(1, len(values)):
            if problem.sign_of(gaps[best, place]) < 0:
                best = place
        return best

    free = [p.name for p in game.parameters]
    cells = Cases(LiteralPrinter(table, free), find_cells(table, free, question).cells)
    found = {place: cells.where(place.__eq__) for place in range(len(values))}
    every = [inside for inside in found.values() if inside]
    return tuple(
        Case(cells.condition(inside, [k for other in every if other is not inside for k in other]), values[place])
        for place, inside in found.items()
        if inside
    )
