"""Several players, or signals, with a family in one coordinate each, symbolic in free parameters.

Every player learns from profiles like one agent (`agents`), here one whose divergence is convex in a coordinate of an
interval (`symbolic.engines.signs.agent`). In every cell of signs of the parameters
(`symbolic.cells.question_cells`) the pure equilibria, Gamma over correlated play and what follows from it are exact.
Where one player mixes two actions, let g(P) and g(Q) be the slopes of the divergence at the theta where their payoffs
tie, after the two profiles: the only mixture that fits this theta gives the second g(P) / (g(P) - g(Q)), and the
others' conditions are linear in the mixture.
Supports with more unknown weights are excluded where the slopes' signs cannot balance, and named undecided elsewhere
(Esponda & Pouzo 2016, Definition 1; Esponda & Pouzo 2025 for Gamma).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from ...algebra.ring import Element, Ring
from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...combinatorics.dynamics import absorbing_sets, listed_cycles
from ...combinatorics.product_sets import closure, minimal_sets, rationalizable_rounds
from ...errors import BudgetError, NotSupportedError
from ...expressions.reading import Expression, multiply
from ...forms.entries import acts, plans_of
from ...forms.profiles import PROFILE_LIMIT, Sets, plan_name, sets_of, supports_of
from ...forms.theta_interval import Place
from ...game.data import Model, Normal
from ...game.game import Game
from .agent import LineAgent, Situation, line_family_of, with_convex_laws
from .fits import Line
from .ranges import Range

Weights = tuple[tuple[Element, ...], ...]
"""By player, the weight of each plan."""


@dataclass(frozen=True, slots=True)
class FoundEquilibrium:
    """An equilibrium at a sign vector: the plans played, all weights, the best fits by player where they are known."""

    support: Sets
    weights: Weights
    theta: tuple[tuple[Expression, ...], ...]
    uniform: bool
    strict: bool


@dataclass(frozen=True, slots=True)
class SignedAnswer:
    """Everything at a sign vector, in numbers of plans and profiles; `open` are supports that are not decided."""

    equilibria: tuple[FoundEquilibrium, ...]
    open: tuple[Sets, ...]
    rounds: tuple[Sets, ...]
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[tuple[int, ...], ...]
    closed: tuple[Sets, ...]
    cycles: tuple[tuple[int, ...], ...]


class LinePlayers:
    """The players of a game as agents on a line, and their answers at sign vectors."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.plans = tuple(plans_of(player) for player in game.players)
        if prod(map(len, self.plans)) > PROFILE_LIMIT:
            raise BudgetError(f"more than {PROFILE_LIMIT} profiles of plans; use fewer actions")
        self.profiles = tuple(product(*(range(len(own)) for own in self.plans)))
        self.place = {profile: k for k, profile in enumerate(self.profiles)}
        self.plan_names = tuple(
            tuple(plan_name(p, plan) for plan in own) for p, own in zip(game.players, self.plans, strict=True)
        )
        self.names = tuple(
            ",".join(own[k] for own, k in zip(self.plan_names, profile, strict=True)) for profile in self.profiles
        )
        self.supports = tuple(
            (sets_of(game, self.plans, support), sum(len(a) - 1 for own in support for a in own))
            for support in supports_of(game)
        )
        names = tuple(p.name for p in game.parameters)
        agents = []
        for j, player in enumerate(game.players):
            if len(player.models) != 1 or not player.models[0].theta:
                raise NotSupportedError(
                    f"{player.name} has several models; with free parameters each player needs one family alone"
                )
            (model,) = player.models
            situations = [self._situation(j, model, k) for k in range(len(self.profiles))]
            agents.append(with_convex_laws(line_family_of(player.name, model, names, situations)))
        self.agents: tuple[LineAgent, ...] = tuple(agents)
        affine = all(agent.is_affine for agent in agents)
        self.functions = None if affine else Functions(agents[0].ring)

    def _situation(self, place: int, model: Model, index: int) -> Situation:
        """What a player sees under a profile; with signals, each signal profile with each outcome is an outcome.

        The slopes of the divergence do not change when a prediction is multiplied by a number, so predictions stand
        without the probabilities of the signals; payoffs are weighted instead.
        """
        game, player = self.game, self.game.players[place]
        played = [own[k] for own, k in zip(self.plans, self.profiles[index], strict=True)]
        if not game.signals:
            actions = tuple(plan[0] for plan in played)
            own = actions[place]
            return self.names[index], player.truth_row(actions), model.row(own), player.payoff_row(own)
        truths: list[Expression] = []
        predictions: list[Expression] = []
        payoffs: list[Expression] = []
        for signals, probability in game.signals:
            actions = tuple(acts(p, m, signals, j) for j, (p, m) in enumerate(zip(game.players, played, strict=True)))
            truth, row = player.truth_row(actions, signals), model.row(actions[place], signals[place])
            reward = player.payoff_row(actions[place], signals[place])
            if isinstance(truth, Normal) or isinstance(row, Normal) or not isinstance(reward, tuple):
                raise NotSupportedError("normal outcomes with signals and free parameters have no closed form here")
            truths += [multiply([probability, q]) for q in truth]
            predictions += row
            payoffs += [multiply([probability, value]) for value in reward]
        return self.names[index], tuple(truths), tuple(predictions), tuple(payoffs)

    def answer(self, sign: Sign) -> SignedAnswer:
        """Everything where elements of the ring of the parameters have these signs."""
        return _AtSigns(self, [Line(agent, sign, self.functions) for agent in self.agents]).answer()

    @property
    def ring(self) -> Ring:
        """The ring of the answers so far."""
        return self.agents[0].ring if self.functions is None else self.functions.ring

    def inside(self, sets: Sets) -> tuple[int, ...]:
        """The profiles of a product set."""
        return tuple(self.place[profile] for profile in product(*sets))


class _AtSigns:
    def __init__(self, problem: LinePlayers, lines: Sequence[Line]) -> None:
        self.problem, self.lines = problem, lines
        self.ring = problem.agents[0].ring

    def gamma(self, sets: Sets) -> Sets:
        """Best replies to correlated play of a product set."""
        inside = self.problem.inside(sets)
        return tuple(
            tuple(sorted({self.problem.profiles[k][j] for k in line.gamma(inside)}))
            for j, line in enumerate(self.lines)
        )

    def answer(self) -> SignedAnswer:
        problem = self.problem
        everything: Sets = tuple(tuple(range(len(own))) for own in problem.plans)
        single = [tuple((k,) for k in profile) for profile in problem.profiles]
        edges = tuple((k, target) for k, own in enumerate(single) for target in problem.inside(self.gamma(own)))
        nodes = tuple(range(len(single)))
        found: list[FoundEquilibrium] = []
        still_open: list[Sets] = []
        for support, unknown in problem.supports:
            if unknown == 0:
                found += self._pure(support)
            elif not self._can_balance(support):
                continue
            elif unknown == 1 and (mixture := self._one_mixes(support)) is not None:
                found += mixture
            else:
                still_open.append(support)
        return SignedAnswer(
            tuple(found),
            tuple(still_open),
            rationalizable_rounds(everything, self.gamma),
            edges,
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(nodes, edges))),
            minimal_sets(closure(own, self.gamma) for own in single),
            listed_cycles(len(nodes), edges)[0],
        )

    def _pure(self, support: Sets) -> list[FoundEquilibrium]:
        (index,) = self.problem.inside(support)
        own = [line.pure(index) for line in self.lines]
        if any(e is None for e in own):
            return []
        known = [e for e in own if e is not None]
        zero, one = self.ring.constant(0), self.ring.constant(1)
        weights = tuple(
            tuple(one if k in plans else zero for k in range(len(all_plans)))
            for all_plans, plans in zip(self.problem.plans, support, strict=True)
        )
        strict = self.gamma(support) == support
        theta = tuple(tuple(point[0] for point in e.theta) for e in known)
        return [FoundEquilibrium(support, weights, theta, all(e.uniform for e in known), strict)]

    def _can_balance(self, support: Sets) -> bool:
        """Whether every player's best fit to some mixture with this support may make the plans optimal together."""
        inside = self.problem.inside(support)
        for line in self.lines:
            if not all(line.heard[k] for k in inside):
                if not self._may_be_optimal(line, inside):
                    return False
                continue
            if not any(self._is_reached(line, inside, low, high) for low, high in line.common(inside)):
                return False
        return True

    def _may_be_optimal(self, line: Line, inside: Sequence[int]) -> bool:
        """Whether best fits to these profiles may make them optimal; beliefs on all of Theta where none is heard."""
        if any(line.heard[k] for k in inside):
            return bool(line.common(tuple(inside)))
        return line.is_believable(tuple(inside))

    def _is_reached(self, line: Line, inside: Sequence[int], low: Place, high: Place) -> bool:
        """Whether the best fits to correlated play of these profiles, all heard, may reach an interval."""
        return not (
            (low.side >= 0 and all(line.slope_sign(k, low) > 0 for k in inside))
            or (high.side <= 0 and all(line.slope_sign(k, high) < 0 for k in inside))
        )

    def _one_mixes(self, support: Sets) -> list[FoundEquilibrium] | None:
        """The equilibria in which one player mixes two plans; None where they are not known."""
        mixing = next(j for j, own in enumerate(support) if len(own) == 2)
        pair = self.problem.inside(support)
        line = self.lines[mixing]
        if not all(line.heard[k] for k in pair):
            return None if self._may_be_optimal(line, pair) else []  # data that tell nothing: there may be a continuum
        found = []
        for low, high in line.common(pair):
            if low != high or low.side:
                return None  # an interval of thetas, or an end: there may be a continuum
            here = self._mixing_at(support, mixing, low)
            if here is None:
                return None
            found += here
        return found

    def _mixing_at(self, support: Sets, mixing: int, tie: Place) -> list[FoundEquilibrium] | None:
        """The equilibrium in which the best fit of the player who mixes is at a tie; None where it is not known."""
        pair, line = self.problem.inside(support), self.lines[mixing]
        first, second = (line.slope(k, tie) for k in pair)
        if first is None or second is None:
            return None
        signs = (line.sign(first), line.sign(second))
        if signs == (0, 0):
            return None
        if signs[0] * signs[1] >= 0:
            return []
        share = first / (first - second)
        for j, other in enumerate(self.lines):
            if j == mixing:
                continue
            holds = self._fits_between(other, pair, share)
            if holds is None:
                return None
            if not holds:
                return []
        zero, one = self.ring.constant(0), self.ring.constant(1)
        weights = []
        for j, (all_plans, plans) in enumerate(zip(self.problem.plans, support, strict=True)):
            row = [zero] * len(all_plans)
            if j == mixing:
                row[plans[0]], row[plans[1]] = one - share, share
            else:
                row[plans[0]] = one
            weights.append(tuple(row))
        assert tie.value is not None
        theta: tuple[tuple[Expression, ...], ...] = tuple(
            (line.expression(tie.value),) if j == mixing else () for j in range(len(self.lines))
        )
        return [FoundEquilibrium(support, tuple(weights), theta, False, False)]

    def _fits_between(self, line: Line, pair: tuple[int, ...], share: Element) -> bool | None:
        """Whether a player's best fit to the mixture makes the own plan optimal; None: not known."""
        if not all(line.heard[k] for k in pair):
            return None if self._may_be_optimal(line, pair) else False
        found = [self._lies_in(line, pair, share, piece) for piece in line.common(pair)]
        return True if True in found else None if None in found else False

    def _lies_in(self, line: Line, pair: Sequence[int], share: Element, piece: Range) -> bool | None:
        """Whether a player's best fit to the mixture lies in an interval; None: not known."""
        for place, side in ((piece[0], -1), (piece[1], 1)):
            if place.side == side:
                continue
            order = self._slope_sign(line, pair, share, place)
            if order is None:
                return None
            if order * side < 0:
                return False
        return True

    def _slope_sign(self, line: Line, pair: Sequence[int], share: Element, place: Place) -> int | None:
        """The sign of the slope of the divergence of the mixture at a place."""
        first, second = (line.slope(k, place) for k in pair)
        if first is None or second is None:
            return None
        one = self.ring.constant(1)
        return line.sign((one - share) * first + share * second)
