"""The strategic form of a game with private signals, several players, or both.

A *plan* of player i is a function from i's signals to i's actions (one action when there are no signals), a *profile*
is one plan for each player. With a joint law p of signals (Esponda & Pouzo 2016, Econometrica 84(3), section 2)

    K_i(t, m) = - sum_s p(s) sum_y Q_i(y | s, m(s)) log Q_t(y | s_i, m_i(s_i))
    U_i(m_i, t) = sum_s p_i(s_i) sum_y Q_t(y | s_i, m_i(s_i)) pi_i(s_i, m_i(s_i), y)

are additive over signals, so mixtures of plans and behaviour strategies with the same play have the same K, and a plan
is optimal for a belief exactly when each of its actions is optimal after its signal, every signal of a player having
positive probability. Signal profiles of probability zero identically drop out. All entries are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ..algebra.elements import element_of
from ..algebra.rewritings import logarithm, reduce_roots
from ..algebra.ring import Element, Ring, lift
from ..errors import BudgetError, NotSupportedError
from ..expressions.reading import Expression
from ..game.data import Normal, Player, Profile, Row
from ..game.game import Game

PLAN_LIMIT = 64
PROFILE_LIMIT = 4_096

Plan = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One player of a strategic form.

    Attributes
    ----------
    name, signals, actions : as in the game; signals is empty when there are none
    plans : every plan, an action for each signal, in lexicographic order of the player's lists
    models : names of the elements of Theta
    fit : ``fit[t][profile]`` = K_i (None = infinite), or None for a player whose models are a family
    payoff : ``payoff[plan][t]`` = U_i; for a family ``payoff[plan][others]``, what the player expects of the plan
        when the others play that profile of plans (see `families`)
    correct : for a family, whether it reproduces the truth after every signal and action
    """

    name: str
    signals: tuple[str, ...]
    actions: tuple[str, ...]
    plans: tuple[Plan, ...]
    models: tuple[str, ...]
    fit: tuple[tuple[Element | None, ...], ...] | None
    payoff: tuple[tuple[Element, ...], ...]
    correct: bool = False

    def plan_name(self, plan: int) -> str:
        """The plan as the format writes it: ``high``, or ``plus:high|minus:low`` with signals."""
        if not self.signals:
            return self.plans[plan][0]
        return "|".join(f"{s}:{a}" for s, a in zip(self.signals, self.plans[plan], strict=True))


@dataclass(frozen=True, slots=True)
class StrategicForm:
    """All players' forms over one ring, and what must be positive on the domain for them to be right.

    ``profiles`` are tuples of plan indices in lexicographic order; ``positive`` holds (element, reason) pairs.
    """

    ring: Ring
    players: tuple[Form, ...]
    profiles: tuple[tuple[int, ...], ...]
    positive: tuple[tuple[Element, str], ...]

    def profile_name(self, profile: tuple[int, ...]) -> str:
        """A profile as the format writes it: ``"heads,tails"``, ``"plus:high|minus:low"``."""
        return ",".join(p.plan_name(k) for p, k in zip(self.players, profile, strict=True))

    def others(self, player: int) -> tuple[tuple[int, ...], ...]:
        """The profiles of the other players' plans, in lexicographic order."""
        return tuple(product(*(range(len(f.plans)) for j, f in enumerate(self.players) if j != player)))


class Entries:
    """The exact values of a game's expressions over a ring that grows as they are read."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self._values: dict[Expression, Element] = {}

    def value(self, expression: Expression) -> Element:
        """The element of an expression."""
        if expression not in self._values:
            self.ring, self._values[expression] = element_of(self.ring, expression)
        return lift(self._values[expression], self.ring.context)

    def log(self, element: Element) -> Element:
        """``log|element|``."""
        self.ring, value = logarithm(self.ring, lift(element, self.ring.context))
        return lift(value, self.ring.context)

    def zero(self) -> Element:
        """Zero over the ring so far."""
        return self.ring.constant(0)

    def row(self, row: Row) -> tuple[Element, ...]:
        """The probabilities of a row over finitely many outcomes."""
        if isinstance(row, Normal):
            raise NotSupportedError(
                "normal outcomes together with signals or several players have no closed form here"
            )
        values = [self.value(entry) for entry in row]
        return tuple(lift(v, self.ring.context) for v in values)

    def times(self, first: Element, second: Element) -> Element:
        """The product over the ring so far."""
        return lift(first, self.ring.context) * lift(second, self.ring.context)

    def total(self, terms: list[Element]) -> Element:
        """The sum, with the relations of square roots applied."""
        result = self.zero()
        for term in terms:
            result = result + lift(term, self.ring.context)
        return reduce_roots(self.ring, result)


def signal_profiles(game: Game, entries: Entries) -> tuple[tuple[Profile, Element], ...]:
    """Signal profiles whose probability is not zero identically; one empty profile without signals."""
    if not game.signals:
        return (((), entries.ring.constant(1)),)
    law = [(profile, entries.value(probability)) for profile, probability in game.signals]
    return tuple((profile, lift(p, entries.ring.context)) for profile, p in law if not p.is_zero())


def plans_of(player: Player) -> tuple[Plan, ...]:
    """All plans of a player; raises BudgetError beyond `PLAN_LIMIT`."""
    count = len(player.actions) ** max(1, len(player.signals))
    if count > PLAN_LIMIT:
        raise BudgetError(
            f"player {player.name} has {count} plans (actions ** signals), more than the limit of {PLAN_LIMIT}; "
            "use fewer signals or actions"
        )
    return tuple(product(player.actions, repeat=max(1, len(player.signals))))


def acts(player: Player, plan: Plan, signals: Profile, place: int) -> str:
    """The action of a plan at a signal profile."""
    return plan[player.signals.index(signals[place])] if signals else plan[0]


def marginal(law: tuple[tuple[Profile, Element], ...], place: int, signal: str, entries: Entries) -> Element:
    """The probability of one player's own signal ("" without signals)."""
    return entries.total([p for profile, p in law if not profile or profile[place] == signal])


def expected_payoff(player: Player, signal: str, action: str, row: tuple[Element, ...], entries: Entries) -> Element:
    """The payoff of an action after a signal when outcomes have these probabilities."""
    rewards = player.payoff_row(action, signal)
    if not isinstance(rewards, tuple):
        raise NotSupportedError("a payoff in y needs normal outcomes; give one payoff for each outcome")
    return entries.total([entries.times(q, entries.value(reward)) for q, reward in zip(row, rewards, strict=True)])
