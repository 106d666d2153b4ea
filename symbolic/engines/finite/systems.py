"""The polynomial system of one profile of supports, at fixed parameters.

Unknowns are the behaviour weights of each player on its support, all but the last after each signal. The value of a
label (a model's divergence, or for a family minus a plan's expected payoff) is a polynomial, linear in each player's
weights after each signal; sigma is an equilibrium with labels T iff for every player the labels in T have equal values
and no other is smaller. A linear form on a product of simplices is bounded by its values at pure profiles: labels that
are never optimal in the interior, or always tie, are recognized there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import lcm
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from ...algebra.constants import Numbers
from ...algebra.ring import Element, Polynomial, irreducible_factors, moved
from ...combinatorics.shape import Set, Sets
from ...errors import NotSupportedError
from ...forms.minors import PlayersTable

Slot = tuple[int, int, str]
"""Player, place of the signal, action."""


@dataclass(frozen=True, slots=True)
class System:
    """Equations ``e = 0`` and inequalities ``f >= 0`` between the weights, and the weights that must be positive.

    Attributes
    ----------
    context : variables first, then the generators of constants that occur in coefficients
    slots : what each variable is the weight of
    weights : every weight of the support as a polynomial
    equations, inequalities : cleared of positive denominators
    """

    context: Any
    slots: tuple[Slot, ...]
    weights: tuple[tuple[Slot, Polynomial], ...]
    equations: tuple[Polynomial, ...]
    inequalities: tuple[Polynomial, ...]

    @property
    def rational(self) -> bool:
        """Whether no transcendental or algebraic constant occurs in the coefficients."""
        count = len(self.slots)
        return all(
            not any(int(e) for e in exponents[count:])
            for p in (*self.equations, *self.inequalities)
            for exponents in p.to_dict()
        )


class Systems:
    """Builds the systems of one game at fixed parameters."""

    def __init__(self, table: PlayersTable) -> None:
        self.table = table
        self.form = table.form
        self.numbers = Numbers()
        self._signs: dict[tuple[int, int, int, int], int | None] = {}

    def sign_of(self, element: Element) -> int:
        """The exact sign of a constant of the game."""
        return self.numbers.sign_over(self.table.ring, element)

    def columns(self, player: int, supports: Sets) -> list[tuple[int, Set]]:
        """The columns of a player's label values inside the supports, with the players' plans there."""
        if self.form.players[player].fit is not None:
            profiles = self.form.profiles
            inside = supports
        else:
            profiles = self.form.others(player)
            inside = tuple(s for j, s in enumerate(supports) if j != player)
        return [
            (k, profile)
            for k, profile in enumerate(profiles)
            if all(plan in own for plan, own in zip(profile, inside, strict=True))
        ]

    def value(self, player: int, label: int, column: int) -> Element | None:
        """The value of a label at a pure column, smaller is better; None when infinite."""
        form = self.form.players[player]
        return form.fit[label][column] if form.fit is not None else -form.payoff[label][column]

    def allowed(self, player: int, supports: Sets) -> Set:
        """Labels whose value is finite on the whole support."""
        form = self.form.players[player]
        if form.fit is None:
            return tuple(range(len(form.plans)))
        columns = self.columns(player, supports)
        return tuple(t for t, row in enumerate(form.fit) if all(row[k] is not None for k, _ in columns))

    def sign(self, player: int, label: int, reference: int, column: int) -> int:
        """The sign of ``value(label) - value(reference)`` at a pure column."""
        key = (player, label, reference, column)
        if key not in self._signs:
            high, low = self.value(player, label, column), self.value(player, reference, column)
            assert high is not None and low is not None
            self._signs[key] = self.numbers.sign_over(self.table.ring, high - low)
        sign = self._signs[key]
        assert sign is not None
        return sign

    def system(self, supports: Sets, labels: Sets) -> System | None:
        """The system of these supports and labels, None when pure profiles show that it has no solution."""
        equations: list[tuple[int, int, int]] = []
        inequalities: list[tuple[int, int, int]] = []
        for player, tied in enumerate(labels):
            reference = tied[0]
            for label in self.allowed(player, supports):
                if label == reference:
                    continue
                signs = {self.sign(player, label, reference, k) for k, _ in self.columns(player, supports)}
                if signs == {0}:
                    continue
                if label in tied:
                    if not {-1, 1} <= signs:
                        return None
                    equations.append((player, label, reference))
                elif -1 in signs:
                    if 1 not in signs:
                        return None
                    inequalities.append((player, label, reference))
        return self._built(supports, equations, inequalities)

    def _built(
        self, supports: Sets, equations: list[tuple[int, int, int]], inequalities: list[tuple[int, int, int]]
    ) -> System:
        slots, ranges = self.slots(supports)
        generators = [g.name for g in self.table.ring.generators]
        names = [f"weight_{k}" for k in range(len(slots))] + generators
        context = fmpz_mpoly_ctx.get(names, Ordering.degrevlex)
        weights: dict[Slot, Polynomial] = {}
        for (player, place), actions in ranges.items():
            rest = context.constant(1)
            for action in actions[:-1]:
                gen = context.gen(slots.index((player, place, action)))
                weights[player, place, action] = gen
                rest -= gen
            weights[player, place, actions[-1]] = rest
        return System(
            context,
            tuple(slots),
            tuple(weights.items()),
            tuple(self._cleared(self._difference(context, weights, supports, *triple)) for triple in equations),
            tuple(self._cleared(self._difference(context, weights, supports, *triple)) for triple in inequalities),
        )

    def _cleared(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial divided by its factors in constants alone, up to their sign: it keeps zeros and sign."""
        count = sum(1 for name in polynomial.context().names() if name.startswith("weight_"))
        if polynomial.is_zero() or not any(int(d) for d in polynomial.degrees()[count:]):
            return polynomial
        content, factors = irreducible_factors(polynomial)
        total = polynomial.context().constant(content)
        for factor, power in factors:
            if any(int(d) for d in factor.degrees()[:count]):
                total *= factor**power
            else:
                constant = self.table.ring.polynomial(moved(factor, self.table.ring.context))
                total *= self.sign_of(constant) ** power
        return total

    def slots(self, supports: Sets) -> tuple[list[Slot], dict[tuple[int, int], list[str]]]:
        """The unknowns, and the actions of the support after each signal."""
        slots: list[Slot] = []
        ranges: dict[tuple[int, int], list[str]] = {}
        for player, (form, plans) in enumerate(zip(self.form.players, supports, strict=True)):
            for place in range(max(1, len(form.signals))):
                used = {form.plans[k][place] for k in plans}
                actions = [a for a in form.actions if a in used]
                ranges[player, place] = actions
                slots.extend((player, place, a) for a in actions[:-1])
        return slots, ranges

    def _difference(
        self, context: Any, weights: dict[Slot, Polynomial], supports: Sets, player: int, label: int, reference: int
    ) -> Polynomial:
        """``value(label) - value(reference)`` in the weights, times a positive integer."""
        terms: list[tuple[Polynomial, Element]] = []
        members = [j for j in range(len(supports)) if self.form.players[player].fit is not None or j != player]
        denominators = [1]
        for column, profile in self.columns(player, supports):
            high, low = self.value(player, label, column), self.value(player, reference, column)
            assert high is not None and low is not None
            gap = high - low
            if gap.is_zero():
                continue
            if not gap.denominator.is_constant():
                raise NotSupportedError(
                    "mixed equilibria with quotients of transcendental constants are not solved; use rational numbers"
                )
            denominators.append(int(gap.denominator.leading_coefficient()))
            weight = context.constant(1)
            for j, plan in zip(members, profile, strict=True):
                for place, action in enumerate(self.form.players[j].plans[plan]):
                    weight *= weights[j, place, action]
            terms.append((weight, gap))
        scale = lcm(*denominators)
        total = context.constant(0)
        for weight, gap in terms:
            total += weight * moved(gap.numerator, context) * (scale // int(gap.denominator.leading_coefficient()))
        return total


def supports_of(table: PlayersTable) -> list[Sets]:
    """Profiles of supports, small ones first."""
    return sorted(product(*table.shape.supports), key=lambda s: (sum(map(len, s)), s))
