r"""Each player of a game with signals, several players, or both, as one agent that learns from profiles.

For a profile m of plans and a joint law p of signals (Esponda & Pouzo 2016, Econometrica 84(3), section 2)

    K_i(theta, m) = sum_s p(s) K_i(theta; s, m(s)),    K_i(theta, sigma) = sum_m sigma(m) K_i(theta, m)
    U_i(m_i, theta) = sum_{s_i} p_i(s_i) E_theta[pi_i(s_i, m_i(s_i), y)]

so player i fits like a single agent whose "actions" are the profiles, played with probability sigma(m): everything
that `families` knows of best fits, of their change along mixtures, and of best replies to beliefs on them holds for
that agent. Its payoff after m is that of i's own plan, so profiles with the same plan of i tie. Product measures give
the equilibria, all measures give Gamma over correlated play (Esponda & Pouzo 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import combinations, product
from math import prod

from ..algebra.ring import Element, Ring
from ..errors import BudgetError, NotSupportedError
from ..expressions.reading import Expression, brief
from ..game.data import Model, Player, Profile
from ..game.game import Game
from ..limits import FAMILY_PAIRS, SolveLimits, check_supports
from .entries import Plan, acts, plans_of
from .laws import Agent, Divergence, Family, Prediction, family_of, prediction_of, rational_element, theta_ring

Support = tuple[tuple[tuple[int, ...], ...], ...]

PROFILE_LIMIT = 128

Sets = tuple[tuple[int, ...], ...]
"""For each player a set of plans."""

SignalLaw = tuple[tuple[Profile, Fraction], ...]


@dataclass(frozen=True)
class Players:
    """All players as agents over one list of profiles.

    Attributes
    ----------
    plans : by player, an action for each own signal (for the one signal "" without signals)
    profiles : tuples of plan indices, in lexicographic order; they are the "actions" of every agent
    agents : by player
    objective : ``objective[i][m]``, what profile m really yields player i in expectation
    """

    game: Game
    plans: tuple[tuple[Plan, ...], ...]
    profiles: tuple[tuple[int, ...], ...]
    agents: tuple[Agent, ...]
    objective: tuple[tuple[Fraction, ...], ...]

    @cached_property
    def place(self) -> dict[tuple[int, ...], int]:
        """The index of each profile."""
        return {profile: k for k, profile in enumerate(self.profiles)}

    def inside(self, sets: Sets) -> tuple[int, ...]:
        """The indices of the profiles whose plans lie in the sets."""
        return tuple(self.place[profile] for profile in product(*sets))

    def plans_in(self, player: int, indices: Sequence[int]) -> tuple[int, ...]:
        """The player's own plans in these profiles."""
        return tuple(sorted({self.profiles[k][player] for k in indices}))

    def plan_name(self, player: int, plan: int) -> str:
        """The plan as the format writes it: ``high``, or ``plus:high|minus:low`` with signals."""
        return plan_name(self.game.players[player], self.plans[player][plan])

    def profile_name(self, index: int) -> str:
        """A profile as the format writes it: ``"heads,tails"``."""
        return self.agents[0].actions[index]


def plan_name(player: Player, plan: Plan) -> str:
    """A plan as the format writes it."""
    if not player.signals:
        return plan[0]
    return "|".join(f"{s}:{a}" for s, a in zip(player.signals, plan, strict=True))


def read_players(game: Game) -> Players:
    """The players of a game whose parameters are all fixed.

    Raises NotSupportedError, naming what, for free parameters, entries that are not rational, and signals that never
    come; BudgetError for more than `PROFILE_LIMIT` profiles of plans.
    """
    if game.parameters:
        names = ", ".join(p.name for p in game.parameters)
        raise NotSupportedError(
            f"free parameters {names}: continuous families with several players or signals are solved at fixed "
            "parameters, unless they reproduce what the others do; fix them with --at"
        )
    plans = tuple(plans_of(player) for player in game.players)
    count = prod(map(len, plans))
    if count > PROFILE_LIMIT:
        raise BudgetError(f"{count} profiles of plans, more than the limit of {PROFILE_LIMIT}; use fewer actions")
    law = _signal_law(game)
    profiles = tuple(product(*(range(len(own)) for own in plans)))
    named = tuple(
        ",".join(plan_name(p, own[k]) for p, own, k in zip(game.players, plans, profile, strict=True))
        for profile in profiles
    )
    agents: list[Agent] = []
    objective: list[tuple[Fraction, ...]] = []
    for place, player in enumerate(game.players):
        objective.append(tuple(_true_payoff(game, place, plans, profile, law) for profile in profiles))
        families = tuple(_family(game, place, model, plans, profiles, law) for model in player.models)
        agents.append(Agent(player.name, named, player.outcomes == "normal", families))
    return Players(game, plans, profiles, tuple(agents), tuple(objective))


def _signal_law(game: Game) -> SignalLaw:
    """Signal profiles with their probabilities; one empty profile without signals."""
    if not game.signals:
        return (((), Fraction(1)),)
    ring = Ring.of_parameters(["y"])
    law = tuple((profile, _number(ring, probability)) for profile, probability in game.signals)
    for place, player in enumerate(game.players):
        for signal in player.signals:
            if not any(p for profile, p in law if profile[place] == signal):
                raise NotSupportedError(
                    f"the signal {signal} of player {player.name} has probability 0, so nothing decides what follows "
                    "it; remove it"
                )
    return tuple((profile, p) for profile, p in law if p)


def _number(ring: Ring, expression: Expression) -> Fraction:
    value = rational_element(ring, expression).rational()
    if value is None:
        raise NotSupportedError(f"the probability {brief(expression)} is not a number; fix the parameters")
    return value


def _actions(
    game: Game, plans: tuple[tuple[Plan, ...], ...], profile: tuple[int, ...], signals: Profile
) -> tuple[str, ...]:
    """Everybody's actions under a profile of plans at a signal profile."""
    played = [own[k] for own, k in zip(plans, profile, strict=True)]
    return tuple(acts(p, m, signals, j) for j, (p, m) in enumerate(zip(game.players, played, strict=True)))


def _true_payoff(
    game: Game, place: int, plans: tuple[tuple[Plan, ...], ...], profile: tuple[int, ...], law: SignalLaw
) -> Fraction:
    """``sum_s p(s) E_Q[pi_i]`` under the true laws."""
    player, ring = game.players[place], Ring.of_parameters(["y"])
    total = Fraction(0)
    for signals, probability in law:
        actions = _actions(game, plans, profile, signals)
        truth = player.truth_row(actions, signals)
        payoff = player.payoff_row(actions[place], signals[place] if signals else "")
        value = prediction_of(ring, truth, truth, payoff).payoff.rational()
        if value is None:
            raise NotSupportedError(f"a payoff of player {player.name} is not a number; fix the parameters")
        total += probability * value
    return total


def _family(
    game: Game,
    place: int,
    model: Model,
    plans: tuple[tuple[Plan, ...], ...],
    profiles: tuple[tuple[int, ...], ...],
    law: SignalLaw,
) -> Family:
    """One model or family of a player, with a divergence and a payoff for each profile."""
    player, ring = game.players[place], theta_ring(model)
    # Predictions after one signal profile and one action profile serve all profiles of plans.
    known: dict[tuple[Profile, Profile], Prediction] = {}
    predictions: list[Prediction] = []
    gains: dict[int, Element] = {}
    for profile in profiles:
        parts: list[tuple[str, Fraction, Prediction]] = []
        for signals, probability in law:
            actions = _actions(game, plans, profile, signals)
            if (signals, actions) not in known:
                own = (actions[place], signals[place] if signals else "")
                known[signals, actions] = prediction_of(
                    ring, player.truth_row(actions, signals), model.row(*own), player.payoff_row(*own)
                )
            parts.append((signals[place] if signals else "", probability, known[signals, actions]))
        plan = profile[place]
        if plan not in gains:
            gains[plan] = sum((ring.constant(p) * part.payoff for _, p, part in parts), start=ring.constant(0))
        affine = all(part.affine for _, _, part in parts)
        predictions.append(Prediction(_total(ring, parts), gains[plan], affine, _misfits(ring, player, parts)))
    return family_of(model, ring, predictions)


def _total(ring: Ring, parts: Sequence[tuple[str, Fraction, Prediction]]) -> Divergence | None:
    """``sum_s p(s) K(theta; s, m(s))``."""
    rational = ring.constant(0)
    logs: dict[Element, Fraction] = {}
    for _, probability, part in parts:
        if part.divergence is None:
            return None
        rational = rational + ring.constant(probability) * part.divergence.rational
        for coefficient, argument in part.divergence.logs:
            logs[argument] = logs.get(argument, Fraction(0)) + probability * coefficient
    return Divergence(rational, tuple((c, argument) for argument, c in logs.items()))


def _misfits(
    ring: Ring, player: Player, parts: Sequence[tuple[str, Fraction, Prediction]]
) -> tuple[Element, ...]:
    """What vanishes where theta predicts the player's outcomes exactly.

    For finitely many outcomes the gaps add up over what the others see, after each own signal; mixtures of normal laws
    are normal only where they are all the same.
    """
    if player.outcomes == "normal":
        return tuple(gap for _, _, part in parts for gap in part.misfits)
    found: list[Element] = []
    for signal in player.signals or ("",):
        rows = [[ring.constant(p) * gap for gap in part.misfits] for own, p, part in parts if own == signal]
        found += [sum(column, start=ring.constant(0)) for column in zip(*rows, strict=True)]
    return tuple(found)


def supports_of(game: Game, limits: SolveLimits | None = None) -> list[Support]:
    """Profiles of supports, small ones first; raises BudgetError before anything is listed where they are too many."""
    counts = [(2 ** len(player.actions) - 1) ** max(1, len(player.signals)) for player in game.players]
    check_supports(prod(counts), FAMILY_PAIRS if limits is None else limits.pairs)
    own: list[list[tuple[tuple[int, ...], ...]]] = []
    for player in game.players:
        actions = range(len(player.actions))
        subsets = [s for size in range(1, len(actions) + 1) for s in combinations(actions, size)]
        own.append(list(product(subsets, repeat=max(1, len(player.signals)))))
    return sorted(product(*own), key=lambda s: (sum(len(a) for player in s for a in player), s))


def plan_sets(players: Players, support: Support) -> Sets:
    """By player, the plans whose actions all lie in the support."""
    return sets_of(players.game, players.plans, support)


def sets_of(game: Game, all_plans: Sequence[Sequence[Plan]], support: Support) -> Sets:
    """The same where the plans of each player are listed."""
    found = []
    for player, plans, own in zip(game.players, all_plans, support, strict=True):
        allowed = [{player.actions[a] for a in actions} for actions in own]
        found.append(
            tuple(k for k, plan in enumerate(plans) if all(a in s for a, s in zip(plan, allowed, strict=True)))
        )
    return tuple(found)
