"""Families of models that reproduce what they average, recognized exactly.

Let a player's one model be a family whose rows ``q_k(theta)``, k = (own signal, own action), are affine in theta on a
convex domain D. Keys with the same row form a *class*: the player bundles them and fits their average truth. When

1. the average truth of a class does not depend on the player's own play: it holds all actions after its signals and
   the truth after them does not depend on the action, or all its keys have the same truth;
2. for every profile b of the others' plans some ``theta_b`` in D reproduces every class's average truth exactly;
3. theta is determined by the classes that any one plan of the player visits;

then by convexity and Gibbs' inequality ``Theta*(sigma) = {sum_b sigma(b) theta_b}``: the fit is unique, affine in what
the others do, and the player best-replies to the game with payoffs ``u(m, b) = U(m, theta_b)``. With one class for
each key that is the correctly specified case, Nash equilibrium (Esponda & Pouzo 2016, section 4); coarser
classes give analogy-based expectations (Jehiel 2005). Outcomes whose probabilities keep the same proportions for every
theta count as one: only their total is fitted, which gives full cursedness (Eyster & Rabin 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..algebra.rewritings import reduce_roots
from ..algebra.ring import Element, lift
from ..errors import NotSupportedError
from ..game.data import Player, Profile
from ..game.game import Game
from .affine import Family, Key, lifted, read_family, sums
from .all_laws import correct_form
from .entries import Entries, Form, Plan, acts, expected_payoff, marginal
from .reproducing_fit import FamilyFit

Law = tuple[tuple[Profile, Element], ...]


def family_form(
    game: Game, place: int, plans: tuple[tuple[Plan, ...], ...], law: Law, entries: Entries
) -> tuple[Form, list[tuple[Element, str]]]:
    """The form of a player with a recognized family, and what must be positive for it to be right.

    Raises NotSupportedError, naming the condition that fails, when the family is not recognized.
    """
    plain = correct_form(game, place, plans, entries)
    if plain is not None:
        return plain, []
    player = game.players[place]
    family = read_family(game, player, entries)
    weights = {s: marginal(law, place, s, entries) for s in player.signals or ("",)}
    others = list(product(*(own for j, own in enumerate(plans) if j != place)))
    truths = [
        {
            (signal, action): _mass(game, place, signal, action, profile, law, entries)
            for signal in player.signals or ("",)
            for action in player.actions
        }
        for profile in others
    ]
    averages = [_averages(family, player, truth, weights, entries) for truth in truths]
    solver = FamilyFit(game, family, entries)
    thetas = [solver.theta(average) for average in averages]
    visited = [
        sorted({family.class_of((s, a)) for s, a in zip(player.signals or ("",), plan, strict=True)})
        for plan in plans[place]
    ]
    for classes in visited:
        if not solver.determined_by(classes):
            raise NotSupportedError(
                f"the family {family.model.name} of player {player.name} is not identified by every plan; "
                "self-confirming sets of families are not solved, write finitely many models"
            )
    closed = all(_holds_all_actions(keys, player) for keys in family.classes)
    if not closed and not _perfectly_observed(family, averages, entries):
        raise NotSupportedError(
            f"the family {family.model.name} of player {player.name} predicts differently after its own actions and "
            "does not observe the others perfectly; its fit to correlated play is not solved"
        )
    payoff, correct = _payoffs(player, family, plans[place], thetas, truths, weights, entries)
    names = (family.model.name,)
    form = Form(player.name, player.signals, player.actions, plans[place], names, None, payoff, correct)
    return form, []


def _payoffs(
    player: Player,
    family: Family,
    plans: tuple[Plan, ...],
    thetas: list[tuple[Element, ...]],
    truths: list[dict[Key, tuple[Element, ...]]],
    weights: dict[str, Element],
    entries: Entries,
) -> tuple[tuple[tuple[Element, ...], ...], bool]:
    """``u(m, b) = sum_s p(s) sum_y q(y | s, m(s), theta_b) pi``, and whether the predictions are the truth."""
    gains: list[dict[Key, Element]] = []
    correct = True
    for theta, truth in zip(thetas, truths, strict=True):
        gain = {}
        for key, mass in truth.items():
            signal, action = key
            row = tuple(
                reduce_roots(entries.ring, lifted(entry, entries).at([lift(t, entries.ring.context) for t in theta]))
                for entry in family.rows[family.class_of(key)]
            )
            expected = [entries.times(weights[signal], q) for q in row]
            correct = correct and all(
                reduce_roots(entries.ring, e - lift(w, entries.ring.context)).is_zero()
                for e, w in zip(expected, mass, strict=True)
            )
            gain[key] = expected_payoff(player, signal, action, tuple(expected), entries)
        gains.append(gain)
    table = tuple(
        tuple(entries.total([gain[s, a] for s, a in zip(player.signals or ("",), plan, strict=True)]) for gain in gains)
        for plan in plans
    )
    return table, correct


def _mass(
    game: Game, place: int, signal: str, action: str, others: tuple[Plan, ...], law: Law, entries: Entries
) -> tuple[Element, ...]:
    """``sum over s with s_i = signal of p(s) Q_i(. | s, (action, others(s)))``, by outcome."""
    player = game.players[place]
    totals: list[list[Element]] = [[] for _ in player.outcomes]
    for profile, probability in law:
        if profile and profile[place] != signal:
            continue
        rest = list(others)
        played = []
        for j, other in enumerate(game.players):
            played.append(action if j == place else acts(other, rest.pop(0), profile, j))
        for slot, q in enumerate(entries.row(player.truth_row(tuple(played), profile))):
            totals[slot].append(entries.times(probability, q))
    return tuple(entries.total(terms) for terms in totals)


def _holds_all_actions(keys: tuple[Key, ...], player: Player) -> bool:
    return all((signal, action) in keys for signal, _ in keys for action in player.actions)


def _averages(
    family: Family,
    player: Player,
    truth: dict[Key, tuple[Element, ...]],
    weights: dict[str, Element],
    entries: Entries,
) -> tuple[tuple[Element, ...], ...]:
    """The average truth of every class, which must not depend on the player's own play."""
    context = entries.ring.context
    found = []
    grouped: dict[Key, tuple[Element, ...]] = {}
    for place, keys in enumerate(family.classes):
        grouped.update({key: sums(truth[key], family.groups[place], entries) for key in keys})
    truth = grouped
    for keys in family.classes:
        if _holds_all_actions(keys, player):
            signals = list(dict.fromkeys(signal for signal, _ in keys))
            representatives = [(s, player.actions[0]) for s in signals]
            ok = all(_same(truth[s, a], truth[s, player.actions[0]], entries) for s in signals for a in player.actions)
        else:
            representatives = [keys[0]]
            # Truth masses are compared as conditional probabilities: cross-multiplied with the signals' weights.
            ok = all(
                _same(
                    tuple(entries.times(q, weights[keys[0][0]]) for q in truth[key]),
                    tuple(entries.times(q, weights[key[0]]) for q in truth[keys[0]]),
                    entries,
                )
                for key in keys
            )
        if not ok:
            raise NotSupportedError(
                f"the family {family.model.name} of player {player.name} bundles situations whose truth depends on "
                "the player's own play; its fit is not linear and is not solved"
            )
        total = entries.total([weights[s] for s, _ in representatives])
        width = len(truth[keys[0]])
        found.append(
            tuple(
                lift(entries.total([truth[key][y] for key in representatives]), context) / lift(total, context)
                for y in range(width)
            )
        )
    return tuple(found)


def _same(first: Sequence[Element], second: Sequence[Element], entries: Entries) -> bool:
    context = entries.ring.context
    return all(
        reduce_roots(entries.ring, lift(a, context) - lift(b, context)).is_zero()
        for a, b in zip(first, second, strict=True)
    )


def _perfectly_observed(family: Family, averages: list[tuple[tuple[Element, ...], ...]], entries: Entries) -> bool:
    """Whether each class tells the others' profiles apart with certainty or not at all, in the same way.

    Then ``log q_c(y)`` is ``log x_g + log Q(y | g)`` for the group g of profiles that y reveals, and the fit to any
    correlated play is its marginal on the groups.
    """
    partition: list[tuple[int, ...]] | None = None
    for place in range(len(family.classes)):
        rows = [average[place] for average in averages]
        groups: list[int] = []
        leaders: list[int] = []
        for k, row in enumerate(rows):
            same = next((g for g, leader in enumerate(leaders) if _same(row, rows[leader], entries)), None)
            if same is None:
                if any(
                    not a.is_zero() and not b.is_zero()
                    for leader in leaders
                    for a, b in zip(row, rows[leader], strict=True)
                ):
                    return False
                same = len(leaders)
                leaders.append(k)
            groups.append(same)
        if partition is not None and [tuple(groups)] != partition:
            return False
        partition = [tuple(groups)]
    return True
