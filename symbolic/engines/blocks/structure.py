"""The structure of a game whose families fall apart into blocks: Gamma over correlated play, and what follows.

Best replies to one profile of plans are exact. The fits to all correlated play of a set lie in a box around those to
its profiles. A plan that no belief on the corners of the box makes optimal is no reply; it is one where only one block
moves, whose fits then take all values between; along two profiles it is decided by the zeros of all functions that
matter. What these leave open lies between two bounds of Gamma; where both give the same set it is that set, elsewhere
it is named as not decided (Esponda & Pouzo 2025).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, pairwise, product
from math import prod
from typing import Any

from ...algebra.signs import Sign
from ...algebra.surds import Functions
from ...algebra.unknown_systems import roots_between
from ...algebra.unknowns import Unknowns
from ...cells.undecided import attempt
from ...combinatorics.dynamics import absorbing_sets, listed_cycles
from ...combinatorics.product_sets import closure, minimal_sets, rationalizable_rounds
from ...errors import BudgetError
from ...forms.entries import Plan, plans_of
from ...forms.profiles import PROFILE_LIMIT, Sets, plan_name
from .checked import Found, Support
from .fits import Fits, Values
from .form import Block, Line, Play
from .supports import Supports

SUPPORT_LIMIT = 600
SHARE = -1  # the unknown share of the second of two profiles

Open = tuple[str, Any, str]
"""What is not decided: kind, the support or names, the reason."""


@dataclass(frozen=True, slots=True)
class PlayAnswer:
    """Everything at a sign vector; what is not decided is listed by `open`, and empty."""

    equilibria: tuple[tuple[Found, bool], ...]
    rationalizable: Sets | None
    edges: tuple[tuple[int, int], ...]
    absorbing: tuple[tuple[int, ...], ...]
    closed: tuple[Sets, ...]
    cycles: tuple[tuple[int, ...], ...]
    open: tuple[Open, ...]


class Profiles:
    """The plans of the players and their profiles."""

    def __init__(self, play: Play) -> None:
        self.play, game = play, play.game
        self.plans: tuple[tuple[Plan, ...], ...] = tuple(plans_of(player) for player in game.players)
        if prod(map(len, self.plans)) > PROFILE_LIMIT:
            raise BudgetError(f"more than {PROFILE_LIMIT} profiles of plans; use fewer actions")
        self.profiles = tuple(product(*(range(len(own)) for own in self.plans)))
        self.plan_names = tuple(
            tuple(plan_name(p, plan) for plan in own) for p, own in zip(game.players, self.plans, strict=True)
        )
        self.names = tuple(
            ",".join(own[k] for own, k in zip(self.plan_names, profile, strict=True)) for profile in self.profiles
        )
        subsets = [
            [s for size in range(1, len(node.actions) + 1) for s in combinations(range(len(node.actions)), size)]
            for node in play.nodes
        ]
        if prod(map(len, subsets)) > SUPPORT_LIMIT:
            raise BudgetError(f"more than {SUPPORT_LIMIT} supports; use fewer actions")
        self.supports: tuple[Support, ...] = tuple(sorted(product(*subsets), key=lambda s: (sum(map(len, s)), s)))

    def played(self, player: int, plan: int) -> dict[int, tuple[int, ...]]:
        """The action at each node of a player."""
        nodes = self.play.nodes_of(player)
        return {
            node: (self.play.nodes[node].actions.index(action),)
            for node, action in zip(nodes, self.plans[player][plan], strict=True)
        }

    def support(self, profile: Sequence[int]) -> Support:
        """A profile of plans as a support."""
        chosen: dict[int, tuple[int, ...]] = {}
        for player, plan in enumerate(profile):
            chosen.update(self.played(player, plan))
        return tuple(chosen[node] for node in range(len(self.play.nodes)))


def play_answer(profiles: Profiles, sign: Sign, functions: Functions) -> PlayAnswer:
    """The equilibria and the structure where elements of the ring of the parameters have these signs; exact."""
    return _Structure(profiles, Fits(profiles.play, sign, functions)).answer()


class _Structure:
    def __init__(self, profiles: Profiles, fits: Fits) -> None:
        self.profiles, self.fits = profiles, fits
        self.supports = Supports(fits)
        self.open: list[Open] = []
        self.everything: Sets = tuple(tuple(range(len(own))) for own in profiles.plans)
        self._replies: dict[tuple[int, int], tuple[int, ...] | None] = {}
        self._corners: dict[tuple[int, tuple[int, ...], int], list[Values]] = {}
        self._bounds: dict[tuple[int, tuple[int, ...]], tuple[frozenset[int], frozenset[int]]] = {}

    def answer(self) -> PlayAnswer:
        """All of it."""
        names, single = self.profiles.names, [tuple((k,) for k in p) for p in self.profiles.profiles]
        edges: list[tuple[int, int]] = []
        strict: dict[int, bool] = {}
        unknown = ""
        for number, own in enumerate(single):
            found = [self.replies(player, number) for player in range(len(own))]
            if any(r is None for r in found):
                unknown = "a best fit has no closed form; fix the parameters with --at"
                self.open += [("transition", (names[number], other), unknown) for other in names]
                continue
            sets = tuple(r or () for r in found)
            strict[number] = sets == own
            edges += [(number, k) for k in self._inside(sets)]
        equilibria: list[tuple[Found, bool]] = []
        pure = {self.profiles.support(p): k for k, p in enumerate(self.profiles.profiles)}
        for support in self.profiles.supports:
            here, reason = attempt(partial(self.supports.equilibria, support))
            if here is None:
                self.open.append(("equilibria", support, reason))
            else:
                equilibria += [(f, strict.get(pure.get(support, -1), False)) for f in here]
        if unknown:
            self.open += [(what, (), unknown) for what in ("absorbing", "cycles", "rationalizable", "closed")]
            return PlayAnswer(tuple(equilibria), None, tuple(edges), (), (), (), tuple(self.open))
        nodes = tuple(range(len(single)))
        return PlayAnswer(
            tuple(equilibria),
            self._rationalizable(equilibria),
            tuple(edges),
            tuple(sorted(tuple(sorted(s)) for s in absorbing_sets(nodes, edges))),
            self._closed(single),
            listed_cycles(len(nodes), tuple(edges))[0],
            tuple(self.open),
        )

    # Replies

    def _seen(self, number: int) -> dict[int, Unknowns]:
        return self.supports.situations(self.supports.symbolic(self.profiles.support(self.profiles.profiles[number])))

    def replies(self, player: int, number: int) -> tuple[int, ...] | None:
        """The plans of a player that are best replies to a profile; None where that is not known."""
        key = player, number
        if key not in self._replies:
            models, _ = attempt(lambda: self.fits.models(player, self._seen(number), {}))
            self._replies[key] = None if models is None else tuple(
                plan for plan in self.everything[player]
                if self.fits.is_optimal(player, self.profiles.played(player, plan), models)
            )  # fmt: skip
        return self._replies[key]

    def _inside(self, sets: Sets) -> tuple[int, ...]:
        return tuple(
            k for k, p in enumerate(self.profiles.profiles) if all(a in s for a, s in zip(p, sets, strict=True))
        )

    def bounds(self, player: int, inside: tuple[int, ...]) -> tuple[frozenset[int], frozenset[int]]:
        """What is, and what may be a best reply of a player to correlated play of profiles."""
        key = player, inside
        if key not in self._bounds:
            sure = {plan for k in inside for plan in self.replies(player, k) or ()}
            for pair in combinations(inside, 2) if len(inside) > 2 else ():
                sure |= self.bounds(player, pair)[0]
            left = [plan for plan in self.everything[player] if plan not in sure]
            may = set(sure)
            if left and len(inside) > 1:
                found, _ = attempt(lambda: self._between(player, inside, left))
                now, perhaps = (set[int](), set(left)) if found is None else found
                if perhaps != now and len(inside) == 2:
                    along, _ = attempt(lambda: self._along(player, inside, left))
                    now, perhaps = (now, perhaps) if along is None else (along, along)
                sure, may = sure | now, may | perhaps
            self._bounds[key] = frozenset(sure), frozenset(may)
        return self._bounds[key]

    def _vertices(self, player: int, block: Block, number: int) -> list[Values]:
        key = player, block.unknowns, number
        if key not in self._corners:
            learner = self.fits.play.learners[player]
            self._corners[key] = self.fits.vertices(learner, block, self._seen(number), {})
        return self._corners[key]

    def _between(self, player: int, inside: Sequence[int], plans: Sequence[int]) -> tuple[set[int], set[int]]:
        """Bounds from the box around the fits to the profiles."""
        learner = self.fits.play.learners[player]
        corners: list[list[Values]] = []
        moving = 0
        alone = True
        for block in learner.blocks:
            if self.supports.relevant[player].isdisjoint(block.unknowns):
                continue
            lists = [self._vertices(player, block, k) for k in inside]
            kept: list[Values] = []
            for values in (v for own in lists for v in own):
                if not any(self._same(values, known) for known in kept):
                    kept.append(values)
            moves = len(kept) > 1 and not all(len(own) == len(kept) for own in lists)
            moving += moves
            alone = alone and (moves or len(kept) == 1)
            corners.append(kept)
        models = [{k: v for part in chosen for k, v in part.items()} for chosen in product(*corners)]
        differences = [
            learner.difference(node, a, b)
            for node in self.fits.play.nodes_of(player)
            for a, b in combinations(range(len(self.fits.play.nodes[node].actions)), 2)
        ]
        if any(self.supports.is_curved(learner, d) for d in differences):
            return self._on_line(player, models, plans, differences)
        may = {p for p in plans if self.fits.is_optimal(player, self.profiles.played(player, p), models)}
        return (set(may) if moving <= 1 and alone else set()), may

    def _same(self, first: Values, second: Values) -> bool:
        return not any(self.fits.sign(first[k] - second[k]) for k in first)

    def _on_line(
        self, player: int, models: Sequence[Values], plans: Sequence[int], differences: Sequence[Unknowns]
    ) -> tuple[set[int], set[int]]:
        """With payoffs that are curved in the one block that counts, a coordinate."""
        relevant = self.supports.relevant[player]
        blocks = [b for b in self.fits.play.learners[player].blocks if not relevant.isdisjoint(b.unknowns)]
        if len(blocks) != 1 or not isinstance(blocks[0], Line):
            return set(), set(plans)
        (unknown,) = blocks[0].unknowns
        fits = [model[unknown] for model in models]
        points = list(fits)
        for difference in differences:
            coefficients = [part.value(self.fits.zero) for part in difference.by_powers(unknown)]
            for root in roots_between(coefficients, (None, None), self.fits.sign, self.fits.functions) or []:
                points += [root] if {1, -1} <= {self.fits.sign(root - fit) for fit in fits} else []
        found = {
            plan for plan in plans
            if any(self.fits.is_best(player, self.profiles.played(player, plan), {unknown: x}) for x in points)
        }  # fmt: skip
        return found, set(found)

    def _along(self, player: int, pair: Sequence[int], plans: Sequence[int]) -> set[int]:
        """Which plans are best replies to some mixture of two profiles."""
        share, one = Unknowns.of(SHARE, self.fits.one), Unknowns.constant(self.fits.one)
        seen: dict[int, Unknowns] = {}
        for number, weight in zip(pair, (one - share, share), strict=True):
            for situation, chance in self._seen(number).items():
                added = chance * weight
                seen[situation] = seen[situation] + added if situation in seen else added
        marks = self.supports.cuts(self.supports.marking({}, seen, {}, (player,)), SHARE)
        half = self.fits.functions.ring.constant(2)
        ends = [self.fits.zero, *marks, self.fits.one]
        found: set[int] = set()
        for x in [*marks, *((a + b) / half for a, b in pairwise(ends))]:
            here = self.supports.at(seen, {SHARE: x})
            models = self.fits.models(player, here, {})
            found |= {p for p in plans if self.fits.is_optimal(player, self.profiles.played(player, p), models)}
        return found

    # Sets

    def _gamma(self, sets: Sets, outer: bool) -> Sets:
        inside = self._inside(sets)
        return tuple(tuple(sorted(self.bounds(j, inside)[outer])) for j in range(len(sets)))

    def _rationalizable(self, equilibria: Sequence[tuple[Found, bool]]) -> Sets | None:
        low = rationalizable_rounds(self.everything, lambda sets: self._gamma(sets, False))[-1]
        high = rationalizable_rounds(self.everything, lambda sets: self._gamma(sets, True))[-1]
        if low == high:
            return low
        # Equilibria are played within the rationalizable set.
        for found, _ in equilibria:
            low = tuple(
                tuple(sorted({*own, *(plan for plan in self.everything[j] if self._plays(found, j, plan))}))
                for j, own in enumerate(low)
            )
        if low == high:
            return low
        self.open.append(("rationalizable", (), "best replies to some mixtures have no closed form"))
        return None

    def _plays(self, found: Found, player: int, plan: int) -> bool:
        return all(a in found.support[node] for node, (a,) in self.profiles.played(player, plan).items())

    def _closed(self, single: Sequence[Sets]) -> tuple[Sets, ...]:
        low = [closure(own, lambda sets: self._gamma(sets, False)) for own in single]
        high = [closure(own, lambda sets: self._gamma(sets, True)) for own in single]
        if low != high:
            # Each true closure lies between its bounds, so minimal sets that are minimal for both are so for it.
            smallest = minimal_sets(high)
            if smallest == minimal_sets(low):
                return smallest
            self.open.append(("closed", (), "best replies to some mixtures have no closed form"))
            return ()
        return minimal_sets(low)
