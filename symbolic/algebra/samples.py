"""Exact sample points, also where a boundary has no rational point.

A sample gives every parameter a value in the field of constants ``Q(log 2, log 3, ..., sqrt 2, ...)``: rational
coordinates, and where an equation such as ``p*log(4) = log(2)`` had to be solved, quotients of logarithms.
Signs at a sample are exact (`symbolic.algebra.signs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mpoly_ctx

from ..expressions.reading import Expression
from .rewritings import exponential, logarithm, reduce_roots, square_root
from .ring import Element, Polynomial, Ring, evaluate, lift
from .signs import Point
from .text import element_expression


class Sample:
    """Constants for all parameters of a ring.

    Examples
    --------
    >>> ring = Ring.of_parameters(["p"])
    >>> sample = Sample(ring, {"p": Fraction(1, 3)})
    >>> sample.sign(ring.parameter("p") - ring.constant(Fraction(1, 3)))
    0
    >>> str(sample.expression("p"))
    '1/3'
    """

    def __init__(self, ring: Ring, values: Mapping[str, Fraction]) -> None:
        self.ring = ring
        self.constants = Ring.of_parameters([])
        self.values: dict[str, Element] = {n: self.constants.constant(v) for n, v in values.items()}
        self._images: list[Element] | None = None
        self._unusable: tuple[str, ...] = ()
        self._enclosed: _Enclosed | None = None

    def solved_for(self, name: str, polynomial: Polynomial) -> Sample | None:
        """The sample moved along one coordinate onto a zero of a polynomial that is linear in it.

        None when the polynomial is not linear in the coordinate, its coefficient vanishes at the sample, or a
        logarithm would be taken of an irrational number.
        """
        position = self.ring.index(name)
        degrees = polynomial.degrees()
        if int(degrees[position]) != 1 or self._inside_generator(name, polynomial):
            return None
        slope = lift(Element(polynomial.derivative(position), polynomial.context().constant(1)), self.ring.context)
        rest = self.ring.polynomial(polynomial) - slope * self.ring.parameter(name)
        bottom, top = self._value(slope), self._value(rest)
        if bottom is None or top is None or bottom.is_zero():
            return None
        moved = Sample(self.ring, {})
        moved.constants = self.constants
        moved.values = {**self.values, name: -(top / bottom)}
        return moved

    def _inside_generator(self, name: str, polynomial: Polynomial) -> bool:
        position = self.ring.index(name)
        for i, degree in enumerate(polynomial.degrees()):
            argument = self.ring.generators[i].argument
            if degree > 0 and argument is not None:
                for part in (argument.numerator, argument.denominator):
                    degrees = part.degrees()
                    if position < len(degrees) and int(degrees[position]) > 0:
                        return True
        return False

    def _generator_images(self) -> list[Element] | None:
        if self._images is None:
            images: list[Element] = []
            for generator in self.ring.generators:
                if generator.argument is None:
                    images.append(lift(self.values[generator.name], self.constants.context))
                    continue
                one = self.constants.constant(1)
                try:
                    inner = evaluate(generator.argument.numerator, images, one) / evaluate(
                        generator.argument.denominator, images, one
                    )
                except ZeroDivisionError:
                    return None
                if inner.rational() is None and generator.kind != "exp":
                    # A transcendental argument: allowed only if nobody asks for it.
                    images.append(self.constants.constant(0))
                    self._unusable = (*self._unusable, generator.name)
                    continue
                if inner.is_zero() and generator.kind == "log":
                    return None
                rule = {"log": logarithm, "sqrt": square_root, "exp": exponential}[generator.kind]
                self.constants, image = rule(self.constants, inner)
                images = [lift(i, self.constants.context) for i in [*images, image]]
            self._images = images
        return self._images

    def _value(self, element: Element) -> Element | None:
        images = self._generator_images()
        if images is None:
            return None
        one = self.constants.constant(1)
        parts = []
        for polynomial in (element.numerator, element.denominator):
            for i, degree in enumerate(polynomial.degrees()):
                if degree > 0 and self.ring.generators[i].name in self._unusable:
                    return None
            parts.append(reduce_roots(self.constants, evaluate(polynomial, images, one)))
        if parts[1].is_zero():
            return None
        return parts[0] / parts[1]

    def sign(self, element: Element) -> int | None:
        """The exact sign of an element at the sample, None where it is not defined or not computable here.

        Raises UndecidedError at the limit of precision.
        """
        if self._enclosed is None:
            self._enclosed = _Enclosed(self.ring, self.constants, self.values)
        # A ball that stays away from zero decides without the value.
        ball = self._enclosed.ball(element)
        if ball > 0 or ball < 0:
            return 1 if ball > 0 else -1
        value = self._value(element)
        if value is None:
            return None
        if value.is_zero():
            return 0
        return Point(self.constants, {}).sign(value)

    def polynomial_sign(self, polynomial: Polynomial) -> int | None:
        """The exact sign of a polynomial at the sample."""
        return self.sign(self.ring.polynomial(polynomial))

    def expression(self, name: str) -> Expression:
        """The exact value of a coordinate."""
        return element_expression(self.constants, self.values[name])

    def rational(self) -> dict[str, Fraction] | None:
        """All coordinates as Fractions, or None when one is irrational."""
        values = {name: value.rational() for name, value in self.values.items()}
        if any(v is None for v in values.values()):
            return None
        return {n: v for n, v in values.items() if v is not None}

    def coordinate(self, name: str) -> Fraction | Expression:
        """The same, as a Fraction where it is rational."""
        exact = self.values[name].rational()
        return self.expression(name) if exact is None else exact


class _Enclosed(Point):
    """A point whose parameters are constants of another ring, each known by a ball."""

    def __init__(self, ring: Ring, constants: Ring, values: Mapping[str, Element]) -> None:
        super().__init__(ring, dict.fromkeys(values, Fraction(0)))
        self._constants, self._elements = Point(constants, {}), values

    def _parameter_ball(self, name: str) -> Any:
        return self._constants.ball(self._elements[name])


def on_zero_sets(
    sample: Sample, equations: Sequence[Polynomial], order: Sequence[str]
) -> Sample | None:
    """The sample moved onto the common zeros of some polynomials, each solved for its own coordinate.

    Coordinates are tried in the given order, each used once; None when this simple scheme does not work.
    """
    if not equations:
        return sample
    first, rest = equations[0], equations[1:]
    if sample.polynomial_sign(first) == 0:
        return on_zero_sets(sample, rest, order)
    for name in order:
        moved = sample.solved_for(name, first)
        if moved is None:
            continue
        finished = on_zero_sets(moved, rest, [n for n in order if n != name])
        if finished is not None and all(finished.polynomial_sign(e) == 0 for e in equations):
            return finished
    return None


class RationalZeroSets:
    """The common zeros of polynomials in the parameters, reached from rational points along coordinates.

    As `on_zero_sets`, in rational numbers alone; of the points only those at which other polynomials in the parameters
    have given signs.

    Examples
    --------
    >>> ring = Ring.of_parameters(["p", "q"])
    >>> p, q = ring.context.gens()
    >>> half = Fraction(1, 2)
    >>> sets = RationalZeroSets([p - 3 * q], ring)
    >>> [{n: str(v) for n, v in point.items()} for point in sets.reached({"p": half, "q": half}, ["p", "q"])]
    [{'p': '3/2', 'q': '1/2'}, {'p': '1/2', 'q': '1/6'}]
    >>> sets = RationalZeroSets([p - 3 * q], ring, [(p - 1, -1)])
    >>> [{n: str(v) for n, v in point.items()} for point in sets.reached({"p": half, "q": half}, ["p", "q"])]
    [{'p': '1/2', 'q': '1/6'}]
    """

    def __init__(
        self, equations: Sequence[Polynomial], ring: Ring, signs: Sequence[tuple[Polynomial, int]] = ()
    ) -> None:
        context = fmpq_mpoly_ctx.get(ring.context.names(), ring.context.ordering())
        self._equations = [context.from_dict(equation.to_dict()) for equation in equations]
        self._signs = [(context.from_dict(polynomial.to_dict()), sign) for polynomial, sign in signs]
        self._linear = [[int(degree) == 1 for degree in equation.degrees()] for equation in equations]
        self._places = {name: ring.index(name) for name in ring.parameters}
        self._width = len(ring.context.gens())

    def reached(self, values: Mapping[str, Fraction], order: Sequence[str]) -> Iterator[dict[str, Fraction]]:
        """The point moved onto all zero sets, each way of solving one equation after another for a coordinate."""
        point = [fmpq(0)] * self._width
        for name, value in values.items():
            point[self._places[name]] = fmpq(value.numerator, value.denominator)
        for found in self._moved(point, 0, [self._places[name] for name in order]):
            values_there = ((polynomial(*found), sign) for polynomial, sign in self._signs)
            if not all((value > 0) - (value < 0) == sign for value, sign in values_there):
                continue
            yield {name: _fraction(found[place]) for name, place in self._places.items()}

    def _moved(self, point: list[fmpq], number: int, places: list[int]) -> Iterator[list[fmpq]]:
        if number == len(self._equations):
            yield point
            return
        equation = self._equations[number]
        if equation(*point) == 0:
            yield from self._moved(point, number + 1, places)
            return
        for place in places:
            if not self._linear[number][place]:
                continue
            moved = list(point)
            moved[place] = fmpq(0)
            at_zero = equation(*moved)
            moved[place] = fmpq(1)
            slope = equation(*moved) - at_zero
            if slope == 0:
                continue
            moved[place] = -at_zero / slope
            for found in self._moved(moved, number + 1, [other for other in places if other != place]):
                if all(later(*found) == 0 for later in self._equations[number:]):
                    yield found


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
