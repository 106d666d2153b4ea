"""When two branches of local minima have the same value on a whole interval, and linear ties in closed form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ...algebra.log_values import LogValue, compare
from ...algebra.number_field import Real, same
from ...algebra.rewritings import logarithm
from ...algebra.ring import Ring, irreducible_factors
from ...algebra.text import element_expression
from ...decomposition import algebraic
from ...forms.laws import value_at
from .branches import Branch


def different(branches: list[Branch], sample: Fraction) -> list[Branch]:
    """One of each group of branches that are proved to have the same value everywhere."""
    kept: list[Branch] = []
    for branch in branches:
        if not any(identical(branch, other, sample) for other in kept):
            kept.append(branch)
    return kept


def identical(first: Branch, second: Branch, sample: Fraction) -> bool:
    """Whether two branches are proved to have the same value on a whole interval.

    Proved when every function that K is made of satisfies the same irreducible equation over Q(s) on both branches
    and has the same value at the sample, where the equations have no double root.
    """
    one, two = first.at(sample), second.at(sample)
    if compare(one.value, two.value) != 0:
        return False
    for action in first.pair:
        left, right = first.family.divergences[action], second.family.divergences[action]
        if left is None or right is None or len(left.logs) != len(right.logs):
            return False
        mine = [(Fraction(1), left.rational), *left.logs]
        theirs = [(Fraction(1), right.rational), *right.logs]
        for (c, f), (d, g) in zip(mine, theirs, strict=True):
            if c != d or not same(value_at(f, one.candidate.theta), value_at(g, two.candidate.theta)):
                return False
            equations = _equation(first, f, sample), _equation(second, g, sample)
            if equations[0] is None or equations[0] != equations[1]:
                return False
    return True


def _equation(branch: Branch, function: Any, sample: Fraction) -> str | None:
    """The irreducible polynomial in (r, s) of the values r of a function along a branch, as text; None: unknown."""
    if branch.constant:
        state = branch.at(sample)
        value = value_at(function, state.candidate.theta)
        return f"constant {value.algebraic()}"
    if branch.curve is None or branch.hull is None:
        return None
    ring = branch.hull.ring
    local = branch.hull.restricted(function)
    if local.rational() is not None:
        return f"constant {algebraic(local.rational())}"
    place = ring.index("t")
    variable = ring.context.gens()[place]
    relation = local.numerator - variable * local.denominator
    eliminated = branch.curve.resultant(relation, "u0")
    value = value_at(function, branch.at(sample).candidate.theta)
    matching = []
    for factor, _ in irreducible_factors(eliminated)[1]:
        if factor.degrees()[place] <= 0:
            continue
        discriminant = factor.discriminant("t") if factor.degrees()[place] > 1 else factor.context().constant(1)
        at_sample = value_at_share(discriminant, ring, sample)
        if at_sample == 0:
            return None
        images = [Real.of(0)] * len(ring.generators)
        images[ring.index("s")], images[place] = Real.of(sample), value
        total = Real.of(0)
        for exponents, coefficient in factor.to_dict().items():
            term = Real.of(int(coefficient))
            for k, exponent in enumerate(exponents):
                if exponent:
                    term = term * images[k] ** int(exponent)
            total = total + term
        if total.is_zero():
            oriented = factor if factor.leading_coefficient() > 0 else -factor
            matching.append(oriented.project_to_context(Ring.of_parameters(["s", "t"]).context))
    return str(matching[0]) if len(matching) == 1 else None


def value_at_share(polynomial: Any, ring: Ring, share: Fraction) -> Fraction:
    """A polynomial in s alone at a rational share."""
    place = ring.index("s")
    return sum(
        (int(c) * share ** int(exponents[place]) for exponents, c in polynomial.to_dict().items()),
        start=Fraction(0),
    )


def closed_form(
    start: tuple[LogValue, LogValue], stop: tuple[LogValue, LogValue]
) -> tuple[str | None, str | None]:
    """``D(0) / (D(0) - D(1))`` and one minus it, for the linear difference D of rational entries; else None."""
    ring = Ring.of_parameters(["y"])
    parts = []
    for pair in (start, stop):
        total = ring.constant(0)
        for value, sign in zip(pair, (1, -1), strict=True):
            exact = value.rational.rational()
            if exact is None:
                return None, None
            total = total + ring.constant(sign * exact)
            for coefficient, argument in value.logs:
                weight, base = coefficient.rational(), argument.rational()
                if weight is None or base is None:
                    return None, None
                ring, term = logarithm(ring, ring.constant(base))
                total = total + ring.constant(sign * weight) * term
        parts.append(total)
    width = parts[0] - parts[1]
    return (
        str(element_expression(ring, parts[0] / width)),
        str(element_expression(ring, -parts[1] / width)),
    )
