"""The cylindrical decomposition of a domain of one or two parameters as a whole, with its regions, for areas."""

from __future__ import annotations

from collections.abc import Sequence

from ..decomposition import Decomposition, Limits, decompose
from .atoms import AtomTable
from .blocks import allowed, is_degenerate
from .decomposition_input import box_of, constants_of

_PLANE = 2


def is_decomposable(table: AtomTable, free: Sequence[str]) -> bool:
    """Whether one or two parameters are free and none occurs inside a logarithm, root or exponential."""
    if len(free) > _PLANE or any(is_degenerate(table.domain, name) for name in free):
        return False
    return all(g.argument is None or g.argument.rational() is not None for g in table.ring.generators)


def domain_decomposition(
    table: AtomTable, order: Sequence[str], full: bool = True, limits: Limits | None = None
) -> Decomposition:
    """The cylindrical decomposition of the box by all atoms found so far and the assumptions of the domain."""
    ring = table.ring
    guards = [
        part
        for constraint in table.domain.constraints
        for part in (constraint.element.numerator, constraint.element.denominator)
    ]
    polynomials = [*table.atoms, *(ring.polynomial(g).numerator for g in guards)]
    if not polynomials:
        polynomials = [ring.context.constant(1)]
    return decompose(polynomials, list(order), box_of(table.domain), constants_of(ring), full, limits)


def split_vector(table: AtomTable, vector: Sequence[int]) -> tuple[tuple[int, ...], bool]:
    """The signs of the atoms in a sign vector of `domain_decomposition`, and whether the assumptions hold there."""
    count = len(table.atoms)
    return tuple(vector[:count]), allowed(table.domain.constraints, vector[count:])
