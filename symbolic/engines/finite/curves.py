"""Sets of mixed equilibria in three and more unknown weights: points, curves and a surface, joined where they touch.

The equations of every choice of labels are split into points and charts (`branches`). On a chart all relations are
polynomials in one or two free weights; the cells of a decomposition on which some choice of labels is satisfied, joined
where they touch, are its parts. Solutions are closed inside the open support, and so are the parts, hence two of them
touch iff they share a point: the graphs of two curves meet in finitely many points, or are the same curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpz_mpoly_ctx

from ...algebra.points import RealPoint, real_points
from ...algebra.ring import Polynomial
from ...combinatorics.dynamics import connected
from ...combinatorics.shape import Sets
from ...decomposition import AlgebraicNumber, decompose
from ...decomposition.roots import algebraic
from ...errors import NotSupportedError
from .branches import Chart, Quotient, factors_of, plain, solves, split
from .systems import System

Chosen = Sequence[tuple[Sets, System]]
End = Fraction | AlgebraicNumber


@dataclass(frozen=True)
class Part:
    """A connected closed part of the solutions on one chart, or a point.

    Attributes
    ----------
    labels : the choices of labels that hold somewhere on it
    sampled : one that holds at the sample
    sample : a point of it
    chart : None for a point
    dimension : 0 for a point
    ends : for a curve, the ends of the free weight: value and whether the end belongs to the part
    """

    labels: tuple[Sets, ...]
    sampled: Sets
    sample: RealPoint
    chart: Chart | None = None
    dimension: int = 0
    ends: tuple[tuple[End, bool], ...] = ()


def connected_parts(chosen: Chosen, minimal: set[Sets]) -> list[list[Part]]:
    """The connected components of the solutions of these systems in the open support, each as its parts.

    Parameters
    ----------
    chosen : choices of labels with their systems, rational coefficients throughout
    minimal : the choices of which every solution satisfies one

    Raises NotSupportedError where the sets are of another kind.
    """
    chosen = [(labels, plain(system)) for labels, system in chosen]
    points: list[RealPoint] = []
    charts: list[Chart] = []
    for labels, system in chosen:
        if labels in minimal:
            more_points, more_charts = split(system)
            points += more_points
            charts += [chart for chart in more_charts if chart not in charts]
    if any(len(chart.free) > 2 for chart in charts):
        raise NotSupportedError("the equilibria with these supports fill a set of three or more dimensions")
    parts: list[Part] = []
    for chart in charts:
        if len(chart.free) == 2 and len(charts) > 1:
            raise NotSupportedError("the equilibria with these supports are a surface that others may touch")
        parts += _on_chart(chart, chosen)
    surface = any(len(chart.free) == 2 for chart in charts)
    if surface and len(parts) > 1:
        raise NotSupportedError("the equilibria with these supports are several pieces of a surface")
    for point in points:
        if not any(_contains(part, point) for part in parts):
            parts.append(_point(point, chosen))
    # The cells of a surface are told apart already, and points beside it do not touch it.
    pairs = [(a, b) for b in range(len(parts)) for a in range(b) if not surface and _touch(parts[a], parts[b])]
    return [[parts[k] for k in group] for group in connected(range(len(parts)), pairs)]


def equations_of(part: Part, system: System) -> tuple[System, tuple[tuple[str, End], ...]]:
    """The equations of a part over the weights of a system, and the relations of its free weight to its ends."""
    assert part.chart is not None
    # Inequalities depend on the choice of labels; the part's ends, or the caller, say where they hold.
    equations = replace(plain(system), equations=tuple(part.chart.equations()), inequalities=())
    if not part.ends:
        return equations, ()
    (low, low_held), (high, high_held) = part.ends
    return replace(equations, weights=()), (
        (">=" if low_held else ">", low),
        ("<=" if high_held else "<", high),
    )


def _point(point: RealPoint, chosen: Chosen) -> Part:
    labels = tuple(labels for labels, system in chosen if solves(system, point))
    return Part(labels, labels[0], point)


def _on_chart(chart: Chart, chosen: Chosen) -> list[Part]:
    """The connected parts on a chart of one or two dimensions."""
    names = [f"weight_{k}" for k in chart.free]
    context = fmpz_mpoly_ctx.get(names, Ordering.degrevlex)
    polynomials: list[Polynomial] = []
    known: dict[str, int] = {}

    def asked(polynomial: Polynomial) -> int:
        """The place of a polynomial's sign in the sign vectors."""
        terms = {
            tuple(int(powers[k]) for k in chart.free): int(c) for powers, c in polynomial.to_dict().items()
        }  # only the free weights occur
        inside = context.from_dict(terms)
        if str(inside) not in known:
            known[str(inside)] = len(polynomials)
            polynomials.append(inside)
        return known[str(inside)]

    def signed(quotient: Quotient) -> int:
        return asked(quotient[0] * quotient[1])

    weights = [w for _, w in chosen[0][1].weights]
    positive = [signed(chart.pulled(w)) for w in weights]
    bottoms = [asked(bottom) for _, bottom in chart.values if not bottom.is_constant()]
    if len(chart.free) == 2:
        never = [f for w in weights for f in factors_of(chart.pulled(w)[0])]
        # A denominator that vanishes inside the support could hide a limit of the surface.
        if any(f not in never for _, bottom in chart.values for f in factors_of(bottom)):
            raise NotSupportedError("the equilibria with these supports are a surface with a pole")
    relations = [
        (
            labels,
            [signed(chart.pulled(e)) for e in system.equations],
            [signed(chart.pulled(f)) for f in system.inequalities],
        )
        for labels, system in chosen
    ]
    # The zero polynomial has no place in a decomposition; its sign is known.
    moving = [k for k, p in enumerate(polynomials) if not p.is_constant()]
    result = decompose([polynomials[k] for k in moving], names, [(0, 1)] * len(names), full=True)

    def sign(cell: Any, place: int) -> int:
        if place in moving:
            return int(cell.sign_vector[moving.index(place)])
        value = 0 if polynomials[place].is_zero() else int(polynomials[place].leading_coefficient())
        return (value > 0) - (value < 0)

    good: dict[int, tuple[Sets, ...]] = {}
    for cell in result.cells:
        if all(sign(cell, k) > 0 for k in positive) and all(sign(cell, k) for k in bottoms):
            labels = tuple(
                own
                for own, equal, least in relations
                if all(sign(cell, k) == 0 for k in equal) and all(sign(cell, k) >= 0 for k in least)
            )
            if labels:
                good[cell.index] = labels
    cells = {cell.index: cell for cell in result.cells}
    line = [cell.index for cell in sorted(result.cells, key=lambda c: c.position)]
    parts = []
    for group in connected(sorted(good), result.adjacency):
        members = sorted((cells[k] for k in group), key=lambda c: (-c.dimension, c.position))
        reached = tuple(dict.fromkeys(own for cell in members for own in good[cell.index]))
        first = members[0]
        ends = _ends([cells[k] for k in line], set(group)) if len(chart.free) == 1 else ()
        dimension = first.dimension
        sample = _lifted(chart, first.sample)
        parts.append(Part(reached, good[first.index][0], sample, chart if dimension else None, dimension, ends))
    return parts


def _ends(line: Sequence[Any], group: set[int]) -> tuple[tuple[End, bool], ...]:
    """The ends of consecutive cells of an interval: those that belong to it, or the points beside it."""
    places = [k for k, cell in enumerate(line) if cell.index in group]
    first, last = places[0], places[-1]
    found: list[tuple[End, bool]] = []
    for place, beside, border in ((first, first - 1, Fraction(0)), (last, last + 1, Fraction(1))):
        if line[place].dimension == 0:
            found.append((line[place].sample[0], True))
        elif 0 <= beside < len(line):
            found.append((line[beside].sample[0], False))
        else:
            found.append((border, False))
    return tuple(found)


def _lifted(chart: Chart, sample: Sequence[Any]) -> RealPoint:
    """The point of a chart at exact values of its free weights, at most one of them irrational."""
    context = chart.values[0][0].context()
    irrational = [k for k, value in zip(chart.free, sample, strict=True) if not isinstance(value, Fraction)]
    if len(irrational) > 1 or any(not isinstance(value, Fraction | AlgebraicNumber) for value in sample):
        raise NotSupportedError("no point of a set of equilibria has a closed form here; perturb a payoff")
    fixed = []
    for k, value in zip(chart.free, sample, strict=True):
        number = algebraic(value) if isinstance(value, Fraction) else value
        fixed.append(number.equation(context.gen(k)))
    points = real_points([*chart.equations(), *fixed], context, len(chart.values))
    assert points is not None
    wanted = tuple(sample)
    return next(p for p in points if all(_coordinate(p, k) == v for k, v in zip(chart.free, wanted, strict=True)))


def _coordinate(point: RealPoint, place: int) -> AlgebraicNumber:
    return point.number(point.coordinates[place])


def _contains(part: Part, point: RealPoint) -> bool:
    """Whether a solution is a point of the part."""
    if part.chart is None:
        numbers = range(len(point.coordinates))
        return all(_coordinate(part.sample, k) == _coordinate(point, k) for k in numbers)
    if any(point.sign(e) != 0 for e in part.chart.equations()):
        return False
    if not part.ends:
        return True
    value = _coordinate(point, part.chart.free[0])
    (low, low_held), (high, high_held) = part.ends
    return (value > low or (low_held and value == low)) and (value < high or (high_held and value == high))


def _touch(first: Part, second: Part) -> bool:
    """Whether two closed parts share a point."""
    if first.chart is None or second.chart is None:
        part, point = (first, second) if second.chart is None else (second, first)
        return _contains(part, point.sample)
    context = first.chart.values[0][0].context()
    meets = real_points([*first.chart.equations(), *second.chart.equations()], context, len(first.chart.values))
    if meets is None:
        # The same curve: intervals that meet contain each other's sample or one of each other's ends.
        meets = [first.sample, second.sample, *_held(first), *_held(second)]
    return any(_contains(first, p) and _contains(second, p) for p in meets)


def _held(part: Part) -> list[RealPoint]:
    assert part.chart is not None
    return [_lifted(part.chart, (value,)) for value, held in part.ends if held]
