"""Mixed equilibria on three or more actions, and best replies to their mixtures.

Let one family play with K convex in theta (`minimizers`), so that Theta*(sigma) is one point up to what play does not
identify. sigma with support S is then an equilibrium only if the payoffs of S tie at a point theta of some hull at
which the weighted gradient vanishes along the hull: polynomial equations in (u, sigma), linear in sigma. Where these
have finitely many solutions all of them are found by elimination (`systems`) and each is put to the definition.
Where they have infinitely many but the payoffs tie at finitely many points only, the mixtures that make such a
point the best fit are a polytope, found by linear programs. Supports that no belief on Theta can hold up are
discarded first. What lies beyond is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from typing import Any

from ...algebra.feasibility import belief_making_best, nonnegative_solution
from ...algebra.number_field import ONE, ZERO, Real, same
from ...algebra.ring import Element
from ...algebra.systems import InfinitelyManyError, solve_system
from ...cells.undecided import attempt
from ...definition.hulls import Hull, affine_constraints, affine_parts, along, hulls, kernel, stationarity
from ...definition.minimizers import best_fits, real_rank
from ...definition.replies import best_replies, supporting_belief
from ...definition.stationary import Candidate, divergence_gradient, is_convex, is_feasible
from ...definition.unbounded import recedes
from ...errors import NotSupportedError
from ...forms.laws import Agent, Family, value_at
from .tied_supports import CertifiedMixture, is_never_best, search

SAMPLE_DENOMINATOR = 6


@dataclass(frozen=True, slots=True)
class MixedSets:
    """What is known of the equilibria with one support; `reason` says why there may be more, "" when there are not."""

    found: tuple[MixedSet | CertifiedMixture, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FoundReplies:
    """Best replies found; `reason` says why there may be more, "" when there are not."""

    found: tuple[int, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MixedSet:
    """Equilibria with one support: a point (dimension 0), or a polytope of mixtures around `weights`."""

    weights: tuple[Real, ...]
    dimension: int
    conditions: tuple[str, ...] = ()


def mixed_on(agent: Agent, support: Sequence[int]) -> MixedSets:
    """All equilibria with exactly this support of three or more actions. Exact.

    Raises NotSupportedError, naming the support, where the argument of this module does not apply.
    """
    if not can_be_best(agent, support):
        return MixedSets(())
    playing = [f for f in agent.families if all(f.divergences[a] is not None for a in support)]
    names = ", ".join(agent.actions[a] for a in support)
    if len(playing) != 1 or not is_convex(playing[0], support):
        return _on_several_fits(agent, support)
    (family,) = playing
    fixed = kernel(family, support)
    differences = [family.payoffs[a] - family.payoffs[support[0]] for a in support[1:]]
    if any(not along(d, w, family.ring).is_zero() for d in differences for w in fixed):
        raise NotSupportedError(
            f"equilibria mixing {names}: their payoffs depend on what the mixture does not identify in {family.name}"
        )
    isolated: list[tuple[Real, ...]] = []
    continua: list[MixedSet] = []
    for hull in hulls(family, fixed, (*(f"w{k}" for k in range(len(support) - 1)), "t")):
        still = _still_point(agent, hull, support)
        if still is not None:
            # Strict convexity: this is the stationary point of the hull for every mixture.
            if all(value_at(d, still).is_zero() for d in differences):
                entry = _mixtures_fitted_by(agent, family, still, support)
                continua += [] if entry is None else [entry]
            continue
        try:
            isolated += _joint_solutions(agent, hull, support, differences)
        except InfinitelyManyError:
            continua += _around_points(agent, hull, support, differences, names)
    found = [MixedSet(w, 0) for w in _distinct(isolated) if _is_equilibrium(agent, w, support)]
    merged: list[MixedSet] = []
    for entry in continua:
        if _is_equilibrium(agent, entry.weights, support) and not any(
            other.conditions == entry.conditions for other in merged
        ):
            merged.append(entry)
    if merged:
        found = [entry for entry in found if not any(_fits_alike(agent, entry, other) for other in merged)]
    return MixedSets((*merged, *found))


def _on_several_fits(agent: Agent, support: Sequence[int]) -> MixedSets:
    """Several families or local minima: those on one point of a family in closed form, the others by search."""
    exact: list[tuple[Real, ...]] = []
    settled: list[int] = []
    for index, family in enumerate(agent.families):
        if any(family.divergences[a] is None for a in support):
            continue
        found, _ = attempt(partial(_on_one_point, agent, family, support))
        if found is not None:
            exact += found
            settled.append(index)
    certified, reason = search(agent, support, settled)
    points = [MixedSet(w, 0) for w in _distinct(exact) if _is_equilibrium(agent, w, support)]
    return MixedSets((*points, *certified), reason)


def _on_one_point(agent: Agent, family: Family, support: Sequence[int]) -> list[tuple[Real, ...]]:
    """All mixtures at which payoffs tie at a stationary point of one family, when these are finitely many."""
    differences = [family.payoffs[a] - family.payoffs[support[0]] for a in support[1:]]
    if kernel(family, support):
        raise NotSupportedError(f"play does not identify {family.name}")
    if not family.dimension:
        if all(d.is_zero() for d in differences):
            raise NotSupportedError(f"payoffs tie at {family.name}")
        return []
    found: list[tuple[Real, ...]] = []
    for hull in hulls(family, [], (*(f"w{k}" for k in range(len(support) - 1)), "t")):
        found += _joint_solutions(agent, hull, support, differences)
    return found


def _is_equilibrium(agent: Agent, weights: tuple[Real, ...], support: Sequence[int]) -> bool:
    return supporting_belief(best_fits(agent, weights), support) is not None


def _distinct(points: Sequence[tuple[Real, ...]]) -> list[tuple[Real, ...]]:
    kept: list[tuple[Real, ...]] = []
    for point in points:
        if not any(all(map(same, point, other)) for other in kept):
            kept.append(point)
    return kept


def _joint_solutions(
    agent: Agent, hull: Hull, support: Sequence[int], differences: Sequence[Element]
) -> list[tuple[Real, ...]]:
    """Mixtures in the interior that solve the whole system on one hull."""
    ring, size, free = hull.ring, hull.dimension, len(support) - 1
    last = ring.constant(1)
    weights: list[Element | None] = [None] * len(agent.actions)
    for k, action in enumerate(support[:-1]):
        weight = ring.parameter(f"w{k}")
        weights[action] = weight
        last = last - weight
    weights[support[-1]] = last
    system = stationarity(hull, weights)
    if system is None:
        return []
    equations = [*system.equations, *(hull.restricted(d).numerator for d in differences)]
    if any(not e.is_zero() and e.is_constant() for e in equations):
        return []
    count = size + free
    if system.nonzero:
        product_of = ring.parameter("t").numerator
        for factor in system.nonzero:
            product_of = product_of * factor
        equations.append(product_of - 1)
        count += 1
    found = []
    for point in solve_system(equations, count):
        inside = list(point[size : size + free])
        inside.append(ONE - sum(inside, start=ZERO))
        if any(w.sign() <= 0 for w in inside):
            continue
        full = [ZERO] * len(agent.actions)
        for action, weight_value in zip(support, inside, strict=True):
            full[action] = weight_value
        theta = tuple(value_at(value, point[:size]) for value in hull.theta)
        if is_feasible(hull.family, Candidate(theta, tuple(full)), full):
            found.append(tuple(full))
    return found


def _still_point(agent: Agent, hull: Hull, support: Sequence[int]) -> tuple[Real, ...] | None:
    """The point of the hull that is stationary for every action of the support alone, when there is one."""
    equations: list[Any] = []
    for action in support:
        unit = [hull.ring.constant(1) if a == action else None for a in range(len(agent.actions))]
        system = stationarity(hull, unit)
        if system is None:
            return None
        equations += system.equations
    if any(not e.is_zero() and e.is_constant() for e in equations):
        return None
    try:
        points = solve_system(equations, hull.dimension)
    except InfinitelyManyError:
        return None
    played = tuple(ONE if a in support else ZERO for a in range(len(agent.actions)))
    for point in points:
        theta = tuple(value_at(value, point) for value in hull.theta)
        if is_feasible(hull.family, Candidate(theta, played), played):
            return theta
    return None


def _around_points(
    agent: Agent, hull: Hull, support: Sequence[int], differences: Sequence[Element], names: str
) -> list[MixedSet]:
    """The mixtures that make a point of the hull with tied payoffs the best fit, where those points are isolated."""
    equations = [hull.restricted(d).numerator for d in differences]
    if any(not e.is_zero() and e.is_constant() for e in equations):
        return []
    try:
        points = solve_system(equations, hull.dimension)
    except InfinitelyManyError:
        raise NotSupportedError(
            f"equilibria mixing {names}: payoffs tie on a whole set of models of {hull.family.name} that many mixtures "
            "fit; perturb the game"
        ) from None
    found = []
    for point in points:
        theta = tuple(value_at(value, point) for value in hull.theta)
        unit = tuple(ONE if a in support else ZERO for a in range(len(agent.actions)))
        if is_feasible(hull.family, Candidate(theta, unit), unit):
            entry = _mixtures_fitted_by(agent, hull.family, theta, support)
            if entry is not None:
                found.append(entry)
    return found


def _mixtures_fitted_by(
    agent: Agent, family: Family, theta: tuple[Real, ...], support: Sequence[int]
) -> MixedSet | None:
    """The mixtures of the support under which theta satisfies the conditions for a minimum, if any is interior.

    They are linear in the weights: sum_a sigma(a) grad K_a is a non-negative combination of active normals.
    """
    gradients = []
    for action in support:
        unit = tuple(ONE if a == action else ZERO for a in range(len(agent.actions)))
        gradients.append(divergence_gradient(family, Candidate(theta, unit)))
    normals = []
    for constraint in (family.constraints[k] for k in affine_constraints(family)):
        if value_at(constraint.polynomial, theta).is_zero():
            parts, _ = affine_parts(constraint.polynomial, family.dimension)
            normals.append([Real.of(Fraction(int(p.p), int(p.q))) for p in parts])
    # Unknowns: sigma, multipliers; for each action the share of one at which it can be made positive.
    size = len(support)
    rows = [
        [g[k] for g in gradients] + [-n[k] for n in normals] for k in range(family.dimension)
    ]  # fmt: skip
    corners = []
    for place in range(size):
        unit_row = [ONE if k == place else ZERO for k in range(size + len(normals))]
        solution = nonnegative_solution([*rows, unit_row], [ZERO] * len(rows) + [ONE])
        if solution is None:
            return None
        corners.append(solution[:size])
    total = [sum((corner[k] for corner in corners), start=ZERO) for k in range(size)]
    scale = sum(total, start=ZERO)
    full = [ZERO] * len(agent.actions)
    for action, value in zip(support, total, strict=True):
        full[action] = value / scale
    conditions, dimension = _description(agent, family, theta, support, gradients, normals)
    return MixedSet(tuple(full), dimension, conditions)


def _description(
    agent: Agent,
    family: Family,
    theta: tuple[Real, ...],
    support: Sequence[int],
    gradients: Sequence[Sequence[Real]],
    normals: Sequence[Sequence[Real]],
) -> tuple[tuple[str, ...], int]:
    """The polytope in words, and its dimension: that of the weights modulo what the multipliers absorb."""
    rows = [[g[k] for g in gradients] for k in range(family.dimension)]
    absorbed = real_rank([list(n) for n in normals]) if normals else 0
    both = real_rank([[*row, *(n[k] for n in normals)] for k, row in enumerate(rows)])
    dimension = len(support) - 1 - (both - absorbed)
    parts = []
    for k, name in enumerate(family.coordinates):
        terms = [f"({rows[k][i]})*sigma({agent.actions[a]})" for i, a in enumerate(support) if not rows[k][i].is_zero()]
        sign = {n[k].sign() for n in normals if not n[k].is_zero()}
        relation = "==" if not sign else ">=" if sign == {1} else "<=" if sign == {-1} else "free"
        if terms and relation != "free":
            parts.append(f"{' + '.join(terms)} {relation} 0   [slope in {name}]")
    point = ", ".join(f"{n} = {v}" for n, v in zip(family.coordinates, theta, strict=True))
    return (f"best fit {family.name}({point})", *parts), dimension


def _fits_alike(agent: Agent, entry: MixedSet, around: MixedSet) -> bool:
    """Whether an isolated solution is a point of a continuum: it has the same best fit."""
    mine, other = (best_fits(agent, mixed.weights).vertices for mixed in (entry, around))
    return [str(v) for v in mine] == [str(v) for v in other]


def _vertices(family: Family) -> list[tuple[Real, ...]] | None:
    """The vertices of Theta when it is a bounded polyhedron, else None."""
    if len(affine_constraints(family)) < len(family.constraints) or family.excluded:
        return None
    normals = [affine_parts(c.polynomial, family.dimension)[0] for c in family.constraints]
    if family.dimension and recedes(normals, None, family.dimension):
        return None
    found = []
    for hull in hulls(family, [], ("t",)):
        if hull.dimension:
            continue
        theta = tuple(_exact(value) for value in hull.theta)
        if all(value_at(c.polynomial, theta).sign() >= 0 for c in family.constraints):
            found.append(theta)
    return found


def _exact(element: Element) -> Real:
    value = element.rational()
    assert value is not None
    return Real.of(value)


def _all_payoffs(agent: Agent, playing: Sequence[Family]) -> list[list[Real]] | None:
    """Payoffs at the vertices of Theta, which span those of all models when they are affine; else None."""
    columns: list[list[Real]] = [[] for _ in agent.actions]
    for family in playing:
        vertices = _vertices(family)
        if vertices is None or any(not _is_affine(p) for p in family.payoffs):
            return None
        for theta in vertices:
            for a, payoff in enumerate(family.payoffs):
                columns[a].append(value_at(payoff, theta))
    return columns


def _is_affine(element: Element) -> bool:
    return bool(element.denominator.is_constant()) and int(element.numerator.total_degree()) <= 1


def can_be_best(agent: Agent, actions: Sequence[int]) -> bool:
    """Whether some belief on all of Theta makes all the actions optimal; True when that is not known."""
    payoffs = _all_payoffs(agent, agent.families)
    return payoffs is None or belief_making_best(payoffs, actions) is not None


def best_replies_on_mixtures(agent: Agent, actions: Sequence[int], known: Sequence[int]) -> FoundReplies:
    """Gamma of three or more actions, given what mixtures of two of them already reach. Exact.

    Complete when nothing else can be a best reply to any belief on Theta, and for one convex family with one
    coordinate, whose best fit to a mixture lies between those to its actions, so that mixtures of two reach all of
    them. Otherwise further best replies are looked for at sample mixtures, each an exact proof of membership, and
    others are excluded by certified search; candidates that are left over are the `reason` of the answer.
    """
    found = set(known)
    left = [a for a in range(len(agent.actions)) if a not in found and can_be_best(agent, [a])]
    if not left:
        return FoundReplies(tuple(sorted(found)))
    playing = [f for f in agent.families if any(f.divergences[a] is not None for a in actions)]
    finite = all(divergence is not None for family in playing for divergence in family.divergences)
    if finite and len(playing) == 1 and playing[0].dimension <= 1 and is_convex(playing[0], actions):
        return FoundReplies(tuple(sorted(found)))
    for weights in _samples(agent, actions):
        fits, _ = attempt(partial(best_fits, agent, weights))
        if fits is None:
            break
        found.update(best_replies(fits))
        if all(a in found for a in left):
            return FoundReplies(tuple(sorted(found)))
    left = [a for a in left if a not in found and not is_never_best(agent, actions, a)]
    if not left:
        return FoundReplies(tuple(sorted(found)))
    names = ", ".join(agent.actions[a] for a in left)
    mixed = ", ".join(agent.actions[a] for a in actions)
    return FoundReplies(
        tuple(sorted(found)),
        f"whether {names} is a best reply to the best fit of some mixture of {mixed} was not decided within the limits",
    )


def _samples(agent: Agent, actions: Sequence[int]) -> Any:
    """Mixtures with small denominators whose support has at least three actions."""
    for size in range(3, len(actions) + 1):
        for chosen in combinations(actions, size):
            for parts in product(range(1, SAMPLE_DENOMINATOR), repeat=size):
                if sum(parts) != SAMPLE_DENOMINATOR:
                    continue
                weights = [ZERO] * len(agent.actions)
                for action, part in zip(chosen, parts, strict=True):
                    weights[action] = Real.of(Fraction(part, SAMPLE_DENOMINATOR))
                yield tuple(weights)
