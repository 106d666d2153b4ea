"""Linear relations in the weights that cut out a set of equilibria, without those that say nothing.

All weights that occur are positive, and those of one row (a strategy, or the reply to one signal) sum to 1. A relation

    constant + sum_k coefficient_k * weight_k  >= 0   (or == 0)

says nothing about the weights where its coefficients are the same along each row: it is then about the parameters
alone, and the condition of the case says it. It says nothing either where it asks for ``>=`` and is nowhere negative
at the corners of the weights, and where it is a multiple of another one by a factor of one sign. All of this is asked
where the set is printed: on the parts of the domain where the condition of the case holds (`condition_parts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from .algebra import Element
from .condition_parts import ConditionPart
from .domain import Domain
from .printing import element_expression

_MOST_CORNERS = 64


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

    def on(self, part: ConditionPart) -> WeightRelation:
        """The relation as it reads where the parameters that the part fixes have their values."""
        terms = tuple(tuple((name, part.element(c)) for name, c in row) for row in self.terms)
        return WeightRelation(terms, part.element(self.constant), self.equal)


def telling(
    relations: Sequence[WeightRelation], parts: Sequence[ConditionPart]
) -> tuple[WeightRelation, ...]:
    """The relations that say something, multiples of one another once; together they say the same as all.

    Parameters
    ----------
    relations : over the same weights, in the same order
    parts : where in the domain the set is; signs of coefficients and factors must be known all over it to be used

    Examples
    --------
    >>> from .algebra import Ring
    >>> from .condition_parts import whole
    >>> ring = Ring.of_parameters([])
    >>> def relation(first, second, equal=False):
    ...     row = (("s", ring.constant(first)), ("t", ring.constant(second)))
    ...     return WeightRelation((row,), ring.constant(0), equal)
    >>> given = [relation(1, -1), relation(2, -2), relation(0, 3), relation(5, 5), relation(-1, 2)]
    >>> [str(c.rational()) for r in telling(given, [whole(Domain(ring, (), ()))]) for _, c in r.terms[0]]
    ['1', '-1', '-1', '2']
    """
    kept: list[tuple[WeightRelation, tuple[WeightRelation, ...]]] = []
    # An equation makes its multiples superfluous, whichever comes first.
    for relation in sorted(dict.fromkeys(relations), key=lambda r: not r.equal):
        if not relation.is_about_weights():
            continue
        here = tuple(relation.on(part) for part in parts)
        if all(
            _says_nothing(own, part) or any(_follows(own, others[place], part) for _, others in kept)
            for place, (own, part) in enumerate(zip(here, parts, strict=True))
        ):
            continue
        kept.append((relation, here))
    told = {relation for relation, _ in kept}
    return tuple(r for r in dict.fromkeys(relations) if r in told)


def relation_text(relation: WeightRelation, domain: Domain) -> str:
    """The relation in the syntax of the format.

    >>> from .algebra import Ring
    >>> ring = Ring.of_parameters([])
    >>> row = (("sigma(a)", ring.constant(2)), ("sigma(b)", ring.constant(-1)))
    >>> relation_text(WeightRelation((row,), ring.constant(0), False), Domain(ring, (), ()))
    '(2)*sigma(a) + (-1)*sigma(b) >= 0'
    """
    parts = [] if relation.constant.is_zero() else [f"({element_expression(domain.ring, relation.constant)})"]
    for row in relation.terms:
        parts += [f"({element_expression(domain.ring, c)})*{name}" for name, c in row if not c.is_zero()]
    return f"{' + '.join(parts)} {'==' if relation.equal else '>='} 0"


def _says_nothing(relation: WeightRelation, part: ConditionPart) -> bool:
    """Whether the relation is about the parameters alone, or nowhere negative where it asks for no more."""
    gaps = (c - row[0][1] for row in relation.terms for _, c in row[1:])
    if all(gap.is_zero() or part.signs(gap) == {0} for gap in gaps):
        return True
    return not relation.equal and all(part.signs(value) <= {0, 1} for value in _corner_values(relation))


def _corner_values(relation: WeightRelation) -> Sequence[Element]:
    """What the form is worth where one weight of each row is 1; with too many corners, parts that they are sums of."""
    rows = [[c for _, c in row] for row in relation.terms]
    if prod(map(len, rows)) > _MOST_CORNERS:
        return relation.coefficients
    return [sum(chosen, start=relation.constant) for chosen in product(*rows)]


def _follows(relation: WeightRelation, other: WeightRelation, part: ConditionPart) -> bool:
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
    signs = part.signs(factor)
    # Zero, or a pole, at some parameters would make one of the two say less there.
    return signs == {1} or (signs == {-1} and other.equal)
