"""The best fits ``Theta*(sigma) = argmin_theta sum_a sigma(a) K(theta, a)`` of an agent with model families.

Each family is searched hull by hull (`symbolic.definition.hulls`): stationary points are the real solutions of a
polynomial system, exact algebraic points. Where every prediction is affine in theta and Theta is a polyhedron, K is
convex, and a point is a best fit iff minus the gradient lies in the normal cone (Karush-Kuhn-Tucker): no values are
compared. Otherwise all stationary points are compared (`symbolic.algebra.log_values`). Different families are always
compared by value. What play does not identify stays a set: Theta* is a union of polytopes, each given by all its
vertices, equations and inequalities (Esponda & Pouzo 2016, section 2; White 1982 for the estimation of misspecified
models).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from ..algebra.log_values import LogValue, compare
from ..algebra.number_field import ONE, ZERO, Real, same
from ..algebra.systems import common_field
from ..algebra.text import element_text
from ..decomposition import AlgebraicNumber
from ..errors import GameError, NotSupportedError, UndecidedError
from ..forms.laws import Agent, Family, value_at
from ..results.fits import Minimizers, Piece, Point
from .extremes import payoff_extremes
from .fibres import curves_along, fibre_minima
from .hulls import Vector, kernel, null_space
from .stationary import Candidate, candidates, divergence_value, is_convex, minimal, satisfies_kkt
from .unbounded import check_bounded

Weight = Fraction | int | AlgebraicNumber | Real


def kl_minimizers(agent: Agent, weights: Mapping[str, Weight] | Sequence[Weight]) -> Minimizers:
    """The exact set of best fits to play of a mixed strategy.

    Parameters
    ----------
    agent : from `agent_of`
    weights : sigma, by action name (missing ones are 0) or in the order of the actions; rational or algebraic

    Raises
    ------
    GameError for weights that are no strategy and where no model has finite divergence; NotSupportedError when the
    minimum is not attained or stationary points are not isolated; BudgetError, UndecidedError as `solve_system`
    and `compare`.

    Examples
    --------
    >>> from berknash.symbolic.forms.laws import agent_of
    >>> from berknash.symbolic.game.game import Game
    >>> rows = {"good": "x", "bad": "1 - x"}
    >>> game = Game.from_dict({"format": 1, "name": "coin", "players": {"agent": {
    ...     "actions": ["toss"], "outcomes": ["good", "bad"], "truth": {"toss": {"good": "2/3", "bad": "1/3"}},
    ...     "payoff": {"toss": {"good": 1, "bad": 0}},
    ...     "models": {"coin": {"theta": {"x": "[0, 1/2]"}, "predicts": {"toss": rows}}}}}})
    >>> found = kl_minimizers(agent_of(game), {"toss": 1})
    >>> str(found.pieces[0].vertices[0]), found.method
    ('coin(x = 1/2)', 'moment match, projected')
    """
    sigma = as_weights(agent, weights)
    return best_fits(agent, sigma)


def as_weights(agent: Agent, weights: Mapping[str, Weight] | Sequence[Weight]) -> tuple[Real, ...]:
    """The strategy as numbers of one field; GameError unless it is one."""
    if isinstance(weights, Mapping):
        unknown = sorted(set(weights) - set(agent.actions))
        if unknown:
            raise GameError(
                f"unknown action {unknown[0]!r} in the strategy; the actions are {', '.join(agent.actions)}"
            )
        given: list[Weight] = [weights.get(action, 0) for action in agent.actions]
    else:
        given = list(weights)
        if len(given) != len(agent.actions):
            raise GameError(f"{len(given)} weights for {len(agent.actions)} actions; give one for each")
    sigma = tuple(common_field([Real.of(w) for w in given]))
    if any(w.sign() < 0 for w in sigma) or not (sum(sigma, start=ZERO) - ONE).is_zero():
        raise GameError("the weights of a strategy must be non-negative and sum to 1; correct them")
    return sigma


@dataclass(frozen=True, slots=True)
class _Fit:
    """The best fits within one family."""

    family: Family
    kernel: tuple[Vector, ...]
    winners: tuple[Candidate, ...]
    method: str


def best_fits(agent: Agent, sigma: tuple[Real, ...]) -> Minimizers:
    """`kl_minimizers` for weights that are known to be a strategy over one field."""
    fits = [fit for family in agent.families if (fit := _family_fit(family, sigma)) is not None]
    if not fits:
        raise GameError("every model rules out something that happens under this strategy; no best fit exists")
    best: list[tuple[_Fit, LogValue | None]] = []
    for fit in fits:
        value = divergence_value(fit.family, fit.winners[0]) if len(fits) > 1 else None
        order = -1
        if best and value is not None and best[0][1] is not None:
            order = compare(value, best[0][1])
        if order < 0:
            best = [(fit, value)]
        elif order == 0:
            best.append((fit, value))
    pieces: list[Piece] = []
    payoffs: list[list[Real]] = [[] for _ in agent.actions]
    for fit, _ in best:
        for group in _pieces(fit):
            piece = _piece(fit, group)
            if piece is None:
                continue
            pieces.append(piece)
            thetas = [candidate.theta for candidate in group]
            if piece.dimension:
                extremes = payoff_extremes(fit.family, fit.kernel, thetas)
                if extremes:
                    thetas += extremes
                    pieces[-1] = replace(piece, extremes=tuple(_point(fit.family, theta) for theta in extremes))
            for theta in thetas:
                for a, payoff in enumerate(fit.family.payoffs):
                    payoffs[a].append(value_at(payoff, theta))
    if not pieces:
        raise NotSupportedError(
            f"the best fit of {best[0][0].family.name} is not attained: it lies on an open end of theta; close it"
        )
    method = best[0][0].method
    if len(agent.families) > 1:
        method += "; families compared by value"
    return Minimizers(sigma, tuple(pieces), tuple(map(tuple, payoffs)), method)


def _family_fit(family: Family, sigma: tuple[Real, ...]) -> _Fit | None:
    support = [a for a, w in enumerate(sigma) if not w.is_zero()]
    if any(family.divergences[a] is None for a in support):
        return None
    fixed = kernel(family, support)
    convex = is_convex(family, support)
    check_bounded(family, fixed, convex)
    if curves_along(family, fixed):
        ends = fibre_minima(family, fixed, sigma)
        return _Fit(family, tuple(fixed), tuple(ends), _method(family, False)) if ends else None
    found = candidates(family, fixed, sigma)
    if not found:
        return None
    if convex:
        winners = [c for c in found if satisfies_kkt(family, c)]
        if not winners:
            raise UndecidedError(f"no stationary point of {family.name} satisfies the conditions for a minimum")
    else:
        winners = minimal(family, found)
    return _Fit(family, tuple(fixed), tuple(winners), _method(family, convex))


def _method(family: Family, convex: bool) -> str:
    if not family.dimension:
        return "single model"
    if not convex:
        return "stationary points compared"
    normal = any(d is not None and not d.rational.is_zero() for d in family.divergences)
    return "weighted least squares, projected" if normal else "moment match, projected"


def _pieces(fit: _Fit) -> list[list[Candidate]]:
    """The winners grouped by what they predict: equal modulo the kernel."""
    if not fit.kernel:
        return [[winner] for winner in fit.winners]
    forms = null_space(list(fit.kernel), fit.family.dimension)
    groups: list[tuple[list[Real], list[Candidate]]] = []
    for winner in fit.winners:
        image = [_form_at(form, winner.theta) for form in forms]
        for known, group in groups:
            if all(map(same, known, image)):
                group.append(winner)
                break
        else:
            groups.append((image, [winner]))
    return [group for _, group in groups]


def _form_at(form: Vector, theta: Sequence[Real]) -> Real:
    total = ZERO
    for weight, value in zip(form, theta, strict=True):
        if weight != 0:
            total = total + Real.of(Fraction(int(weight.p), int(weight.q))) * value
    return total


def _piece(fit: _Fit, group: Sequence[Candidate]) -> Piece | None:
    """The polytope with these vertices; None when it lies on an open end of Theta."""
    family = fit.family
    outside = [_is_excluded(family, candidate.theta) for candidate in group]
    if all(outside) and len(group) == 1:
        return None
    if any(outside):
        raise NotSupportedError(
            f"the best fits of {family.name} reach an open end of theta, where they are no closed set; close the end"
        )
    vertices = tuple(_point(family, candidate.theta) for candidate in group)
    dimension = _affine_dimension([c.theta for c in group])
    equations: list[str] = []
    if dimension:
        for form in null_space(list(fit.kernel), family.dimension):
            scale = next(w for w in form if w != 0)
            left = _linear_text(family, [w / scale for w in form])
            right = _form_at(tuple(w / scale for w in form), group[0].theta)
            equations.append(f"{left} == {right}")
    inequalities = tuple(c.text for c in family.constraints) if dimension else ()
    return Piece(family.name, vertices, dimension, tuple(equations), inequalities)


def _point(family: Family, theta: Sequence[Real]) -> Point:
    return Point(family.name, tuple(zip(family.coordinates, theta, strict=True)))


def _affine_dimension(points: Sequence[Sequence[Real]]) -> int:
    """The dimension of the affine hull of points, whose numbers may lie in different fields."""
    width = len(points[0])
    flat = common_field([entry for point in points for entry in point])
    table = [flat[k * width : (k + 1) * width] for k in range(len(points))]
    return real_rank([[x - y for x, y in zip(point, table[0], strict=True)] for point in table[1:]])


def _linear_text(family: Family, form: Sequence[Any]) -> str:
    total = family.ring.constant(0)
    for name, weight in zip(family.coordinates, form, strict=True):
        total = total + family.ring.constant(Fraction(int(weight.p), int(weight.q))) * family.ring.parameter(
            name
        )
    return element_text(family.ring, total)


def _is_excluded(family: Family, theta: Sequence[Real]) -> bool:
    strict = any(c.strict and value_at(c.polynomial, theta).is_zero() for c in family.constraints)
    return strict or any(value_at(e, theta).is_zero() for e in family.excluded)


def real_rank(rows: Sequence[Sequence[Real]]) -> int:
    """The rank of a matrix of exact real numbers."""
    if not rows:
        return 0
    width = len(rows[0])
    flat = common_field([entry for row in rows for entry in row])
    table = [flat[k * width : (k + 1) * width] for k in range(len(rows))]
    found = 0
    for column in range(width):
        pivot = next((k for k in range(found, len(table)) if not table[k][column].is_zero()), None)
        if pivot is None:
            continue
        table[found], table[pivot] = table[pivot], table[found]
        for k in range(found + 1, len(table)):
            weight = table[k][column] / table[found][column]
            table[k] = [a - weight * b for a, b in zip(table[k], table[found], strict=True)]
        found += 1
    return found
