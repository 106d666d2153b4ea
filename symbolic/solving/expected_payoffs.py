"""What players expect of their actions at given play: truly, and under the models that an equilibrium believes in.

By signal and action, always times the probability of the signal, as functions of the weights of everybody's actions.
The definitions are those of `symbolic.solving.welfare`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from ..algebra.ring import Element, lift
from ..algebra.text import element_expression
from ..cells.conditions import ALWAYS, Condition
from ..cells.undecided import attempt
from ..errors import NotSupportedError
from ..expressions.reading import Expression, substitute
from ..forms.entries import Entries, StrategicForm, expected_payoff, marginal
from ..forms.laws import expected_payoff as normal_expectation
from ..forms.strategic import strategic_form
from ..game.data import Model, Normal, Player, Row
from ..game.game import Game
from ..results.equilibrium import Part

MIXED_BELIEFS = "more than one model fits best, and they expect different payoffs"
NO_ONE_BELIEF = "more than one model fits best, and the belief is not told"

Strategies = Mapping[tuple[int, str, str], Element]
"""The weight of an action of a player, by place, after a signal."""

Expected = dict[tuple[str, str], Element]
"""By signal and action, what is expected of the action times the probability of the signal."""

Signed = tuple[Element, str]
"""An element and how it compares with zero."""


@dataclass(frozen=True, slots=True)
class Believed:
    """What is expected under beliefs that support an equilibrium.

    Attributes
    ----------
    told : what the belief that is printed expects, case by case; empty where that is not told
    supporting : where and what beliefs expect among whose mixtures are all that support it; None where not known
    convex : whether mixtures of those `supporting` that hold together support it as well
    note : why `told` is empty, or not what all beliefs expect
    """

    told: tuple[tuple[Condition, Element], ...] = ()
    supporting: tuple[tuple[Condition, tuple[Signed, ...], Element], ...] | None = None
    convex: bool = False
    note: str = ""


def sure(value: Element) -> Believed:
    """The same whatever is believed."""
    return Believed(((ALWAYS, value),), ((ALWAYS, (), value),), True)


def played(entries: Entries, place: int, strategies: Strategies, values: Expected) -> Element:
    """What is expected of the strategy of a player."""
    return entries.total([entries.times(strategies[place, s, a], value) for (s, a), value in values.items()])


def reward(entries: Entries, player: Player, signal: str, action: str, row: Row) -> Element:
    """The expected payoff of an action after a signal, under a law over outcomes or a normal one."""
    if isinstance(row, Normal):
        payoff = player.payoff_row(action, signal)
        assert isinstance(payoff, Expression)
        mean, variance = entries.value(row.mean), entries.value(row.variance)
        return normal_expectation(entries.ring, payoff, lift(mean, entries.ring.context), variance)
    return expected_payoff(player, signal, action, entries.row(row), entries)


def true_gains(game: Game, entries: Entries, place: int, law: Any, strategies: Strategies) -> Expected:
    """What each action is truly worth after each signal, times the probability of the signal."""
    player = game.players[place]
    terms: dict[tuple[str, str], list[Element]] = {}
    for signals, probability in law:
        own = signals[place] if signals else ""
        seen = [signals[j] if signals else "" for j in range(len(game.players))]
        for actions in product(*(other.actions for other in game.players)):
            found = terms.setdefault((own, actions[place]), [])
            others = [strategies[j, seen[j], a] for j, a in enumerate(actions) if j != place]
            if any(weight.is_zero() for weight in others):
                continue
            value = reward(entries, player, own, actions[place], player.truth_row(actions, signals or None))
            for weight in (probability, *others):
                value = entries.times(value, weight)
            found.append(value)
    return {key: entries.total(found) for key, found in terms.items()}


class Believing:
    """What one player expects of each action under the models that an equilibrium believes in."""

    def __init__(
        self, game: Game, entries: Entries, place: int, part: Part, law: Any, strategies: Strategies
    ) -> None:
        self.game, self.entries, self.place, self.part = game, entries, place, part
        self.law, self.strategies = law, strategies
        self.player: Player = game.players[place]

    def told(self, belief: Mapping[str, Expression], fits: tuple[Any, ...]) -> Believed:
        """What is expected under the beliefs that support the equilibrium.

        `fits` are the best fits of families: condition, model, coordinates, the name that beliefs give them, and
        whether it is a vertex of all of them.
        """
        if any(not condition.is_always() for condition, *_ in fits):
            cases = tuple((condition, self.worth(self.expected(model, dict(at)))) for condition, model, at, *_ in fits)
            return Believed(cases, tuple((condition, (), value) for condition, value in cases))
        models = {model.name: model for model in self.player.models}
        if fits:
            points = {point: self.expected(model, dict(at)) for _, model, at, point, _ in fits}
        elif all(not models[name].theta for name in self.part.belief_support):
            points = {name: self.expected(name, {}) for name in self.part.belief_support}
        else:
            average, _ = attempt(self._average)
            return Believed(note="its best fits have no closed form") if average is None else sure(average)
        worth = {name: self.worth(values) for name, values in points.items()}
        first, *rest = worth.values()
        if all(self._less(other, first).is_zero() for other in rest):
            return sure(first)
        believed = {name: weight for name, weight in belief.items() if str(weight) != "0"}
        told: tuple[tuple[Condition, Element], ...] = ()
        if believed and believed.keys() <= worth.keys():
            terms = [self.entries.times(self.entries.value(w), worth[name]) for name, w in believed.items()]
            told = ((ALWAYS, self.entries.total(terms)),)
        supporting = tuple(self._of_two(*points.values())) if len(points) == 2 else None
        return Believed(told, supporting, True, MIXED_BELIEFS if told else NO_ONE_BELIEF)

    def worth(self, values: Expected) -> Element:
        """What is expected of the strategy."""
        return played(self.entries, self.place, self.strategies, values)

    def _less(self, first: Element, second: Element) -> Element:
        return self.entries.total([first, self.entries.times(self.entries.ring.constant(-1), second)])

    def _of_two(self, one: Expected, other: Expected) -> Iterator[tuple[Condition, tuple[Signed, ...], Element]]:
        """The ends of the beliefs in two models that make every action played a best reply.

        Such an end believes in one model, or makes an action that is played tie with another one.
        """
        times, less = self.entries.times, self._less
        rows: list[tuple[Element, Element, str]] = []
        for signal, actions in self.part.support:
            first = actions[0]
            for action in self.player.actions:
                if action != first:
                    mine, theirs = (less(values[signal, first], values[signal, action]) for values in (one, other))
                    rows.append((mine, theirs, "==" if action in actions else ">="))
        yield ALWAYS, tuple((mine, relation) for mine, _, relation in rows), self.worth(one)
        yield ALWAYS, tuple((theirs, relation) for _, theirs, relation in rows), self.worth(other)
        for number, (mine, theirs, _) in enumerate(rows):
            gap = less(theirs, mine)
            if gap.is_zero():
                continue
            mixed = less(times(theirs, self.worth(one)), times(mine, self.worth(other)))
            for sign in (1, -1):
                factor = self.entries.ring.constant(sign)
                guards = [(times(factor, gap), ">"), (times(factor, theirs), ">="), (times(factor, mine), "<=")]
                guards += [
                    (times(factor, less(times(theirs, a), times(mine, b))), relation)
                    for place, (a, b, relation) in enumerate(rows)
                    if place != number
                ]
                yield ALWAYS, tuple(guards), times(mixed, gap ** -1)

    def expected(self, name: str, at: Mapping[str, Expression]) -> Expected:
        """What an element of a model class expects."""
        model = next(m for m in self.player.models if m.name == name)
        found: Expected = {}
        for signal in self.player.signals or ("",):
            chance = marginal(self.law, self.place, signal, self.entries)
            for action in self.player.actions:
                row = _row_at(model, action, signal, at)
                value = reward(self.entries, self.player, signal, action, row)
                found[signal, action] = self.entries.times(chance, value)
        return found

    def _average(self) -> Element:
        """What a family expects of the strategy that reproduces the average of what the others do."""
        form = strategic_form(self.game)
        own, entries = form.players[self.place], self.entries
        if own.fit is not None:
            raise NotSupportedError("no family that reproduces averages")
        terms = []
        for number, others in enumerate(form.others(self.place)):
            places = [j for j in range(len(form.players)) if j != self.place]
            weight = self._chance(form, dict(zip(places, others, strict=True)))
            for plan in range(len(own.plans)) if not weight.is_zero() else ():
                value = entries.value(element_expression(form.ring, own.payoff[plan][number]))
                terms.append(entries.times(entries.times(weight, self._chance(form, {self.place: plan})), value))
        return entries.total(terms)

    def _chance(self, form: StrategicForm, plans: Mapping[int, int]) -> Element:
        """The probability that players, by place, do what their plans say."""
        weight = self.entries.ring.constant(1)
        for j, plan in plans.items():
            player = form.players[j]
            for signal, action in zip(player.signals or ("",), player.plans[plan], strict=True):
                weight = self.entries.times(weight, self.strategies[j, signal, action])
        return weight


def _row_at(model: Model, action: str, signal: str, at: Mapping[str, Expression]) -> Row:
    row = model.row(action, signal or None)
    if isinstance(row, Normal):
        return Normal(substitute(row.mean, at), substitute(row.variance, at))
    return tuple(substitute(entry, at) for entry in row)
