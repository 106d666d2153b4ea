"""Linear relations in the weights that cut out a set of equilibria, without those that say nothing.

All weights that occur are positive, and those of one row (a strategy, or the reply to one signal) sum to 1. A relation

    constant + sum_k coefficient_k * weight_k  >= 0   (or == 0)

says nothing about the weights where its coefficients are the same along each row: it is then about the parameters
alone, and the condition of the case says it. It says nothing either where all its coefficients are at least zero and
it asks for ``>=``, and where it is a multiple of another one, by a factor of one sign on the whole domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..algebra.ring import Element
from ..algebra.text import element_expression
from ..cells.domain import Domain
from ..cells.undecided import attempt


@dataclass(frozen=True, slots=True)
class WeightRelation:
    """``constant + sum of coefficients times weights``, non-negative or (where `equal`) zero.

    `terms` are rows of (name of the weight, coefficient); the weights of a row sum to 1 and all of them are listed.
    """

    terms: tuple[tuple[tuple[str, Element], ...], ...]
    constant: Element
    equal: bool

    @property
    def coefficients(self) -> tuple[Element, ...]:
        """The constant, then all coefficients in order."""
        return (self.constant, *(c for row in self.terms for _, c in row))

    def is_about_weights(self) -> bool:
        """Whether the coefficients differ along some row."""
        return any(not (c - row[0][1]).is_zero() for row in self.terms for _, c in row)


def telling(relations: Sequence[WeightRelation], domain: Domain) -> tuple[WeightRelation, ...]:
    """The relations that say something, multiples of one another once; together they say the same as all.

    Parameters
    ----------
    relations : over the same weights, in the same order
    domain : the parameters, on all of which signs of coefficients and factors must be known to be used

    Examples
    --------
    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters([])
    >>> def relation(first, second, equal=False):
    ...     row = (("s", ring.constant(first)), ("t", ring.constant(second)))
    ...     return WeightRelation((row,), ring.constant(0), equal)
    >>> given = [relation(1, -1), relation(2, -2), relation(0, 3), relation(5, 5), relation(-1, 2)]
    >>> [str(c.rational()) for r in telling(given, Domain(ring, (), ())) for _, c in r.terms[0]]
    ['1', '-1', '-1', '2']
    """
    kept: list[WeightRelation] = []
    # An equation makes its multiples superfluous, whichever comes first.
    for relation in sorted(relations, key=lambda r: not r.equal):
        if not relation.is_about_weights() or (not relation.equal and _never_negative(relation, domain)):
            continue
        if any(_follows(relation, other, domain) for other in kept):
            continue
        kept.append(relation)
    return tuple(r for r in dict.fromkeys(relations) if r in kept)


def relation_text(relation: WeightRelation, domain: Domain) -> str:
    """The relation in the syntax of the format.

    >>> from berknash.symbolic.algebra.ring import Ring
    >>> ring = Ring.of_parameters([])
    >>> row = (("sigma(a)", ring.constant(2)), ("sigma(b)", ring.constant(-1)))
    >>> relation_text(WeightRelation((row,), ring.constant(0), False), Domain(ring, (), ()))
    '(2)*sigma(a) + (-1)*sigma(b) >= 0'
    """
    parts = [] if relation.constant.is_zero() else [f"({element_expression(domain.ring, relation.constant)})"]
    for row in relation.terms:
        parts += [f"({element_expression(domain.ring, c)})*{name}" for name, c in row if not c.is_zero()]
    return f"{' + '.join(parts)} {'==' if relation.equal else '>='} 0"


def _never_negative(relation: WeightRelation, domain: Domain) -> bool:
    return all((_sign(c, domain) or 0) >= 0 and _sign(c, domain) is not None for c in relation.coefficients)


def _follows(relation: WeightRelation, other: WeightRelation, domain: Domain) -> bool:
    """Whether a relation is a multiple of another one and follows from it."""
    factor: Element | None = None
    for mine, theirs in zip(relation.coefficients, other.coefficients, strict=True):
        if theirs.is_zero():
            if not mine.is_zero():
                return False
            continue
        if factor is None:
            factor = mine / theirs
        if not (mine - factor * theirs).is_zero():
            return False
    if factor is None or (relation.equal and not other.equal):
        return False
    sign = _sign(factor, domain)
    # Zero, or a pole, at some parameters would make one of the two say less there.
    return sign is not None and (sign > 0 or (sign < 0 and other.equal))


def _sign(element: Element, domain: Domain) -> int | None:
    """The sign on the whole domain where it is known."""
    return attempt(lambda: domain.definite_sign(element))[0]
