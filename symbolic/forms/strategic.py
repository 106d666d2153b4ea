"""The strategic form of a game with private signals, several players, or both, read from the game."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from ..algebra.ring import Element, lift
from ..errors import BudgetError, NotSupportedError
from ..game.data import Model, Player, Profile
from ..game.game import Game
from ..game.parameter_space import game_ring
from .entries import (
    PROFILE_LIMIT,
    Entries,
    Form,
    Plan,
    StrategicForm,
    acts,
    expected_payoff,
    marginal,
    plans_of,
    signal_profiles,
)


def strategic_form(game: Game) -> StrategicForm:
    """The strategic form of any game with finitely many outcomes.

    Raises NotSupportedError, naming the reason, for normal outcomes, for families of models that are not
    recognized (`families`) and for signals of probability zero; BudgetError beyond the limits on plans and profiles.

    Examples
    --------
    >>> rows = {"stay": {"good": "1/2", "bad": "1/2"}}
    >>> game = Game.from_dict({
    ...     "format": 1, "name": "one plan", "signals": {"sun": "1/3", "rain": "2/3"},
    ...     "players": {"agent": {
    ...         "signals": ["sun", "rain"], "actions": ["stay"], "outcomes": ["good", "bad"], "truth": {"*": rows},
    ...         "payoff": {"*": {"stay": {"good": 1, "bad": 0}}},
    ...         "models": {"even": {"predicts": {"*": rows}}}}}})
    >>> form = strategic_form(game)
    >>> form.players[0].plan_name(0), str(form.players[0].payoff[0][0].rational())
    ('sun:stay|rain:stay', '1/2')
    """
    entries = Entries(game_ring(game))
    law = signal_profiles(game, entries)
    plans = tuple(plans_of(player) for player in game.players)
    count = 1
    for own in plans:
        count *= len(own)
    if count > PROFILE_LIMIT:
        raise BudgetError(f"{count} profiles of plans, more than the limit of {PROFILE_LIMIT}; use fewer actions")
    positive: list[tuple[Element, str]] = []
    positive.extend(_signals_happen(game, law, entries))
    forms: list[Form] = []
    for place, player in enumerate(game.players):
        if any(model.theta for model in player.models):
            from .reproducing import family_form  # for start-up

            form, needed = family_form(game, place, plans, law, entries)
            positive.extend(needed)
        else:
            form = _finite_form(game, place, plans, law, entries, positive)
        forms.append(form)
    context = entries.ring.context
    return StrategicForm(
        entries.ring,
        tuple(lifted_form(form, context) for form in forms),
        tuple(product(*(range(len(own)) for own in plans))),
        tuple(dict.fromkeys((lift(e, context), why) for e, why in positive if e.rational() != 1)),
    )


def lifted_form(form: Form, context: object) -> Form:
    """The form with all entries over a larger context."""
    fit = form.fit
    if fit is not None:
        fit = tuple(tuple(None if e is None else lift(e, context) for e in row) for row in fit)
    payoff = tuple(tuple(lift(e, context) for e in row) for row in form.payoff)
    return Form(form.name, form.signals, form.actions, form.plans, form.models, fit, payoff, form.correct)


def _signals_happen(
    game: Game, law: tuple[tuple[Profile, Element], ...], entries: Entries
) -> Iterator[tuple[Element, str]]:
    for place, player in enumerate(game.players):
        for signal in player.signals:
            probability = marginal(law, place, signal, entries)
            where = f"the signal {signal} of player {player.name}"
            if probability.is_zero():
                raise NotSupportedError(f"{where} has probability 0, so nothing decides what follows it; remove it")
            yield probability, f"the probability of {where}"


def _finite_form(
    game: Game,
    place: int,
    plans: tuple[tuple[Plan, ...], ...],
    law: tuple[tuple[Profile, Element], ...],
    entries: Entries,
    positive: list[tuple[Element, str]],
) -> Form:
    player = game.players[place]
    surprises = {
        (t, signals, actions): _cross_entropy(player, model, place, signals, actions, probability, entries, positive)
        for t, model in enumerate(player.models)
        for signals, probability in law
        for actions in product(*(other.actions for other in game.players))
    }
    fit = []
    for t in range(len(player.models)):
        row: list[Element | None] = []
        for profile in product(*plans):
            parts = []
            for signals, _ in law:
                played = tuple(
                    acts(p, m, signals, j) for j, (p, m) in enumerate(zip(game.players, profile, strict=True))
                )
                parts.append(surprises[t, signals, played])
            finite = [part for part in parts if part is not None]
            row.append(entries.total(finite) if len(finite) == len(parts) else None)
        fit.append(tuple(row))
    gains: dict[tuple[int, str, str], Element] = {}
    for t, model in enumerate(player.models):
        for signal in player.signals or ("",):
            weight = marginal(law, place, signal, entries)
            for action in player.actions:
                gain = expected_payoff(player, signal, action, entries.row(model.row(action, signal)), entries)
                gains[t, signal, action] = entries.times(weight, gain)
    payoff = tuple(
        tuple(
            entries.total([gains[t, s, a] for s, a in zip(player.signals or ("",), plan, strict=True)])
            for t in range(len(player.models))
        )
        for plan in plans[place]
    )
    names = tuple(model.name for model in player.models)
    return Form(player.name, player.signals, player.actions, plans[place], names, tuple(fit), payoff)


def _cross_entropy(
    player: Player,
    model: Model,
    place: int,
    signals: Profile,
    actions: Profile,
    probability: Element,
    entries: Entries,
    positive: list[tuple[Element, str]],
) -> Element | None:
    """``- p(s) sum_y Q(y | s, a) log Q_t(y | own s, own a)``, None when it is infinite."""
    truth = entries.row(player.truth_row(actions, signals))
    believed = entries.row(model.row(actions[place], signals[place] if signals else ""))
    parts: list[Element] = []
    for truly, expected in zip(truth, believed, strict=True):
        weight = entries.times(truly, probability)
        if weight.is_zero():
            continue
        if expected.is_zero():
            positive.append((weight, f"the probability of what the model {model.name} rules out"))
            return None
        positive.append((expected, f"the probability predicted by the model {model.name}"))
        parts.append(-entries.times(weight, entries.log(expected)))
    return entries.total(parts)
