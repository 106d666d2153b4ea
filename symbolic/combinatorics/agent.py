"""A finite one-agent decision problem given by signs: best fits, best replies, and the operator ``Gamma``.

The signs are those of the bordered minors of ``K`` and ``U`` (see `envelopes`). Everything is asked for lazily, and
cheap questions come first, because a symbolic solver has to split its cases at every sign that is asked for: pure
actions before mixtures, single models before beliefs on several, large minors before small ones (`tied_sets`).
Exact on knife edges: ties are ties (Esponda & Pouzo 2016, Def. 1; 2025 for ``Gamma``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from ..algebra.ring import Element
from .envelopes import Minor, Vertex
from .tied_sets import rank_of_differences, tied_vertices

Set = tuple[int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Face:
    """All of an envelope whose weights have exactly this support and whose optimal rows include these ties."""

    support: Set
    ties: Set
    vertices: tuple[Vertex, ...]

    def within(self, ties: Set) -> Face | None:
        """The part of the face at which these rows tie as well, None when it is empty."""
        return _face(tuple(v for v in self.vertices if set(ties) <= set(v.ties)), self.support)


class Problem:
    """A finite decision problem given by signs, with its envelopes computed on demand.

    Parameters
    ----------
    action_count, model_count : sizes
    finite : ``finite[t][a]`` says whether ``K[t][a]`` is finite
    divergence_minor : sign of ``W_K(S, R)``, S actions, R models, ``|R| = |S| + 1``
    payoff_minor : sign of ``W_U(R, S)``, R models, S actions, ``|S| = |R| + 1`` (columns are models)
    sign_of : sign of any element of the game's ring, for claims that also speak of parameters
    """

    def __init__(
        self,
        action_count: int,
        model_count: int,
        finite: Sequence[Sequence[bool]],
        divergence_minor: Minor,
        payoff_minor: Minor,
        sign_of: Callable[[Element], int] | None = None,
    ) -> None:
        self.actions = tuple(range(action_count))
        self.models = tuple(range(model_count))
        self.finite = tuple(tuple(row) for row in finite)
        self._divergence_minor = divergence_minor
        self._payoff_minor = payoff_minor
        self.sign_of = sign_of
        self._strategies: dict[tuple[Set, Set], tuple[Vertex, ...]] = {}
        self._beliefs: dict[tuple[Set, Set], tuple[Vertex, ...]] = {}
        self._belief_faces: dict[tuple[Set, Set], Face | None] = {}
        self._fits: dict[int, Set] = {}
        self._replies: dict[tuple[int, Set], bool] = {}
        self._in_gamma: dict[tuple[int, Set], bool] = {}

    def knowing(self, earlier: Problem) -> Problem:
        """The problem with all that was found when only some of its signs were known; they have to agree."""
        self._strategies = dict(earlier._strategies)
        self._beliefs = dict(earlier._beliefs)
        self._belief_faces = dict(earlier._belief_faces)
        self._fits = dict(earlier._fits)
        self._replies = dict(earlier._replies)
        self._in_gamma = dict(earlier._in_gamma)
        return self

    def _payoff_loss(self, models: Set, actions: Set) -> int:
        """The upper envelope of U is the lower one of -U: one sign for each column of U."""
        return self._payoff_minor(models, actions) * (-1 if len(models) % 2 else 1)

    # Strategies and fits

    def models_finite_on(self, support: Set) -> Set:
        """Models whose divergence is finite at every action of the support; only they can fit best there."""
        return tuple(t for t in self.models if all(self.finite[t][a] for a in support))

    def best_fits(self, action: int) -> Set:
        """``Theta*`` at one action played for sure; empty where every divergence is infinite."""
        if action not in self._fits:
            self._fits[action] = self._best_fits(action)
        return self._fits[action]

    def _best_fits(self, action: int) -> Set:
        best: list[int] = []
        for model in self.models_finite_on((action,)):
            order = self._divergence_minor((action,), (best[0], model)) if best else -1
            if order < 0:
                best = [model]
            elif order == 0:
                best.append(model)
        return tuple(best)

    def strategies_of(self, support: Set, ties: Set) -> tuple[Vertex, ...]:
        """Vertices of the strategies on this support at which these models tie for the best fit.

        Only models that are finite on the whole support compete. At a vertex on a proper face a model that is
        infinite elsewhere may fit better still; only what `strategy_face` says of the interior is true of Theta*.
        """
        key = (support, ties)
        if key not in self._strategies:
            competing = self.models_finite_on(support)
            self._strategies[key] = tied_vertices(competing, support, ties, self._divergence_minor)
        return self._strategies[key]

    def strategy_face(self, support: Set, ties: Set) -> Face | None:
        """``{sigma in the interior of Delta(support) : ties inside Theta*(sigma)}``, or None when it is empty."""
        return _face(self.strategies_of(support, ties), support)

    def minimizer_sets(self, support: Set) -> tuple[Set, ...]:
        """The maximal sets ``Theta*(sigma)`` over sigma in the interior of ``Delta(support)``."""
        if len(support) == 1:
            best = self.best_fits(support[0])
            return (best,) if best else ()
        models = self.models_finite_on(support)
        sets: list[Set] = []
        for size in range(len(models), 0, -1):
            for ties in combinations(models, size):
                if any(set(ties) <= set(other) for other in sets):
                    continue
                if self.strategy_face(support, ties) is not None:
                    sets.append(ties)
        return tuple(sets)

    def dimension(self, face: Face) -> int:
        """``|S| - 1 - rank`` of the differences of what ties: the dimension of a non-empty strategy face."""
        if len(face.vertices) <= 2:
            return len(face.vertices) - 1
        return len(face.support) - 1 - rank_of_differences(face.support, face.ties, self._divergence_minor)

    # Beliefs and replies

    def beliefs_for(self, models: Set, actions: Set) -> tuple[Vertex, ...]:
        """Vertices of the beliefs on these models for which all these actions are optimal: support = models."""
        key = (models, actions)
        if key not in self._beliefs:
            self._beliefs[key] = tied_vertices(self.actions, models, actions, self._payoff_loss)
        return self._beliefs[key]

    def belief_face(self, support: Set, ties: Set) -> Face | None:
        """``{mu in the interior of Delta(support) : ties inside F(mu)}``, or None when it is empty."""
        key = (support, ties)
        if key not in self._belief_faces:
            self._belief_faces[key] = self._belief_face(support, ties)
        return self._belief_faces[key]

    def _belief_face(self, support: Set, ties: Set) -> Face | None:
        if len(ties) > len(support):
            # The same minors decide about other supports, and most of them do not vanish.
            for wider in combinations(self.models, len(ties) - 1):
                if set(support) <= set(wider) and self._payoff_minor(wider, ties) != 0:
                    return None
        return _face(self.beliefs_for(support, ties), support)

    def is_best_at(self, action: int, model: int) -> bool:
        """Whether the action is optimal for the belief that is sure of the model."""
        return all(self._compare(action, other, model) >= 0 for other in self.actions if other != action)

    def replies_at(self, model: int) -> Set:
        """``F`` at the belief that is sure of the model."""
        best = [self.actions[0]]
        for action in self.actions[1:]:
            order = self._compare(action, best[0], model)
            if order > 0:
                best = [action]
            elif order == 0:
                best.append(action)
        return tuple(best)

    def _compare(self, action: int, other: int, model: int) -> int:
        """The sign of ``U(action, model) - U(other, model)``."""
        low, high = min(action, other), max(action, other)
        return self._payoff_minor((model,), (low, high)) * (1 if action == high else -1)

    def is_best_reply_on(self, action: int, models: Set) -> bool:
        """Whether the action is optimal for some belief on these models."""
        key = (action, models)
        if key not in self._replies:
            self._replies[key] = any(self.is_best_at(action, t) for t in models) or (
                len(models) > 1 and bool(self.beliefs_for(models, (action,)))
            )
        return self._replies[key]

    def best_replies_on(self, models: Set) -> Set:
        """``F(Delta T)``: actions optimal for some belief on these models."""
        if len(models) == 1:
            return self.replies_at(models[0])
        return tuple(a for a in self.actions if self.is_best_reply_on(a, models))

    def robust_replies_on(self, models: Set) -> Set:
        """Actions optimal for **every** belief on these models: optimal under each single one."""
        robust = set(self.actions)
        for model in models:
            robust &= set(self.replies_at(model))
        return tuple(sorted(robust))

    # The operator

    def gamma(self, actions: Set) -> Set:
        """``Gamma(B)``: best replies to beliefs on the best fits of some mixture of B."""
        return tuple(a for a in self.actions if self.in_gamma(a, actions))

    def in_gamma(self, action: int, actions: Set) -> bool:
        """Whether the action is in ``Gamma(B)``."""
        key = (action, actions)
        if key not in self._in_gamma:
            self._in_gamma[key] = any(self.is_best_reply_on(action, m) for m in self._fits_of_mixtures(actions))
        return self._in_gamma[key]

    def _fits_of_mixtures(self, actions: Set) -> Iterator[Set]:
        """Sets of models such that each is inside some ``Theta*(sigma)``, and each ``Theta*(sigma)`` inside one.

        Sigma ranges over the mixtures of these actions, those of few actions first.
        """
        everywhere_finite = all(all(row) for row in self.finite)
        for size in range(1, len(actions) + 1):
            for support in combinations(actions, size):
                if size == 1:
                    yield self.best_fits(support[0])
                elif everywhere_finite:
                    # Theta* is upper hemicontinuous: what fits best inside fits best at a vertex of the envelope.
                    yield from self._ties_at_vertices(support)
                else:
                    # With infinite divergences Theta* jumps at the faces of the simplex.
                    yield from self.minimizer_sets(support)

    def _ties_at_vertices(self, support: Set) -> Iterator[Set]:
        """What ties at the vertices of the lower envelope of K that give all of the support some weight."""
        seen: set[Set] = set()
        for basis in combinations(self.models, len(support)):
            for vertex in self.strategies_of(support, basis):
                if vertex.support == support and vertex.ties not in seen:
                    seen.add(vertex.ties)
                    yield vertex.ties


def _face(vertices: tuple[Vertex, ...], support: Set) -> Face | None:
    """The face that these vertices span, if its interior has this support."""
    if not vertices or set().union(*(v.support for v in vertices)) != set(support):
        return None
    held = set(vertices[0].ties).intersection(*(v.ties for v in vertices))
    return Face(support, tuple(sorted(held)), vertices)
