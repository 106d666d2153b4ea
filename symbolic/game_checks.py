"""What makes a game well formed: rows that are probabilities, a domain with a point, models that can fit.

A row must sum to 1 identically: decided exactly, on rational functions in the parameters and in the generators
that stand for logarithms, roots and exponentials. An entry must be non-negative wherever the domain and
`assume` allow (with the sum that bounds it by 1), a variance positive, a denominator not zero, an argument of
log positive, of sqrt non-negative. These signs are proved by factors and Bernstein coefficients
(`box_signs`), with exponentials and roots replaced by their ranges; otherwise points of a bounded search, exact
bisection included, are tested exactly. A point found refuses the game, with the point in the message. What is
neither proved nor refuted within the bound is accepted: the checks never refuse a correct game, and may miss a
fault where parameters sit inside logarithms, or where relations touch a zero in a way that no factor shows.

A truth can be fitted when some model has finite divergence at every profile: otherwise every model is ruled
out by some play, and full mixtures have no best fit (Esponda & Pouzo 2016, Assumption 1).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from .box_signs import Cell, Coefficients, Effort, Exponents, explore
from .errors import GameError, UndecidedError
from .expressions import (
    Apply,
    Expression,
    Number,
    Power,
    Product,
    Relation,
    Sum,
    add,
    fold,
    located,
    multiply,
    number,
    substitute,
    symbols_of,
)
from .game import Game, Interval, Model, Normal, Parameter, Player

if TYPE_CHECKING:
    from .algebra import Element, Polynomial, Ring

MAXIMAL_TERMS = 50_000
MAXIMAL_PRODUCTS = 20_000
TOTAL_EFFORT = 200_000
DOMAIN_EFFORT = 100_000
MAXIMAL_SAMPLES = 120
MAXIMAL_TRIALS = 2_000
COMBINED = 3

Point = Mapping[str, Fraction]


def check_game(game: Game) -> None:
    """Raises GameError, with the key path, unless the game is well formed in the sense of this module."""
    effort = Effort(TOTAL_EFFORT)
    domain = Domain(game.parameters, game.assume, effort)
    domain.check_not_empty("assume")
    checker = _Checker(domain)
    if game.signals:
        checker.row([entry for _, entry in game.signals], "signals")
    for player in game.players:
        _check_player(game, player, checker, effort)


def check_domain(parameters: tuple[Parameter, ...], assume: tuple[Relation, ...], where: str) -> None:
    """Raises GameError when no value of the parameters satisfies the relations, or none is found."""
    if assume:
        Domain(parameters, assume, Effort(DOMAIN_EFFORT)).check_not_empty(where)


def holds(relation: Relation) -> bool:
    """Whether a relation without symbols is true; exact, or UndecidedError at the limit of precision.

    >>> from .expressions import read_relation
    >>> holds(read_relation("log(8) == 3*log(2)", (), where="here")[0])
    True
    """
    return Domain((), (relation,), Effort(0)).satisfied({})


def _check_player(game: Game, player: Player, checker: _Checker, effort: Effort) -> None:
    place = f"players.{player.name}"
    for (signals, actions), truth in player.truth:
        checker.any_row(truth, f"{place}.truth.{_key(signals, actions)}")
    for (signal, action), payoff in player.payoff:
        where = f"{place}.payoff.{_key((signal,) if signal else (), (action,))}"
        if isinstance(payoff, tuple):
            for entry in payoff:
                checker.defined(entry, where)
        else:
            _check_polynomial(payoff, {"y"}, where)
            checker.defined(substitute(payoff, {"y": Fraction(1)}), where)
    for model in player.models:
        where = f"{place}.models.{model.name}"
        own = checker
        if model.theta:
            for relation in model.where:
                for side in (relation.left, relation.right):
                    _check_polynomial(side, {coordinate.name for coordinate in model.theta}, f"{where}.where")
            own = _Checker(Domain(game.parameters + model.theta, game.assume + model.where, effort))
            own.domain.check_not_empty(f"{where}.where")
        elif model.where:
            raise GameError(f"{where}.where: relations without theta; declare theta or use assume")
        for (signal, action), row in model.predicts:
            own.any_row(row, f"{where}.predicts.{_key((signal,) if signal else (), (action,))}")
    _check_fit(game, player, checker, place)


def _key(signals: Sequence[str], actions: Sequence[str]) -> str:
    return ".".join(",".join(part) for part in (signals, actions) if part)


def _check_polynomial(expression: Expression, names: set[str], where: str) -> None:
    """Refuses an expression in which one of the names stands in a denominator, log, exp or sqrt."""
    stack: list[Expression] = [expression]
    while stack:
        match stack.pop():
            case Sum(terms=parts) | Product(factors=parts):
                stack.extend(parts)
            case Power(base=base, exponent=exponent):
                if exponent < 0 and symbols_of(base) & names:
                    raise GameError(f"{where}: {expression} is not a polynomial; remove the quotient")
                stack.append(base)
            case Apply(function=function, argument=argument):
                if symbols_of(argument) & names:
                    raise GameError(f"{where}: {expression} is not a polynomial; remove {function}")
            case _:
                pass


def _check_fit(game: Game, player: Player, checker: _Checker, place: str) -> None:
    """Refuses a truth that makes every model's divergence infinite at some action profile of its own."""
    if player.outcomes == "normal":
        return
    possible = {profile for profile, entry in game.signals if not checker.vanishes(entry)}
    index = next(i for i, other in enumerate(game.players) if other.name == player.name)
    ruled_out: dict[str, str] = {}
    for model in player.models:
        fault = _infinite_at(model, player, index, possible, checker)
        if fault is None:
            return
        ruled_out[model.name] = fault
    listed = "; ".join(f"{name} at {fault}" for name, fault in list(ruled_out.items())[:3])
    raise GameError(
        f"{place}.models: no model can fit the truth, every divergence is infinite ({listed}"
        f"{'; ...' if len(ruled_out) > 3 else ''}); "
        "give at least one model positive probability to every outcome that can happen"
    )


def _infinite_at(
    model: Model, player: Player, index: int, possible: set[tuple[str, ...]], checker: _Checker
) -> str | None:
    """The first profile and outcome that the truth allows and the model rules out, identically."""
    for (signals, actions), truth in player.truth:
        if signals and signals not in possible:
            continue
        row = model.row(actions[index], signals[index] if signals else None)
        if isinstance(truth, Normal) or isinstance(row, Normal):
            continue
        for outcome, happens, predicted in zip(player.outcomes, truth, row, strict=True):
            if checker.vanishes(predicted) and not checker.vanishes(happens):
                return f"{_key(signals, actions)}, {outcome}"
    return None


# Domains


class Domain:
    """The points of a box that satisfy relations, with the exact tests and the bounded search on it."""

    def __init__(
        self, parameters: Sequence[Parameter], relations: Sequence[Relation], effort: Effort
    ) -> None:
        from .algebra import Ring

        self.names = tuple(parameter.name for parameter in parameters)
        self.box = tuple(parameter.domain for parameter in parameters)
        self.relations = tuple(relations)
        self.effort = effort
        self.ring: Ring = Ring.of_parameters(self.names)
        self._differences: list[tuple[Element, str]] | None = None
        self._samples: list[dict[str, Fraction]] | None = None
        self._proved_empty = False

    def element(self, expression: Expression) -> Element:
        """The exact element of an expression; GameError when it is too large or divides by zero identically."""
        from .tables import element_of

        check_size(expression)
        try:
            self.ring, value = element_of(self.ring, expression)
        except ZeroDivisionError:
            raise GameError(
                f"{expression} divides by zero or takes log of it identically; correct it"
            ) from None
        return value

    def differences(self) -> list[tuple[Element, str]]:
        """The relations as `element operator 0` with operator one of > >= == !=."""
        if self._differences is None:
            self._differences = []
            for relation in self.relations:
                left, right, operator = relation.left, relation.right, relation.operator
                if operator in ("<", "<="):
                    left, right, operator = right, left, operator.replace("<", ">")
                difference = add([left, multiply([number(-1), right])])
                self._differences.append((self.element(difference), operator))
        return self._differences

    def sign(self, element: Element, point: Point) -> int | None:
        """The exact sign at a point; None where the element has no value or the sign is not decided."""
        from .signs import Point as ExactPoint

        try:
            return ExactPoint(self.ring, point).sign(element)
        except (ZeroDivisionError, UndecidedError):
            return None

    def satisfied(self, point: Point) -> bool:
        """Whether the point lies in the box and satisfies every relation."""
        if not all(
            interval.contains(point[name]) for name, interval in zip(self.names, self.box, strict=True)
        ):
            return False
        return all(
            _true(self.sign(difference, point), operator) for difference, operator in self.differences()
        )

    def constraints(self) -> list[tuple[dict[Exponents, int], bool]]:
        """Polynomials that are positive (True) or non-negative (False) on the domain, sums of pairs included."""
        found: list[tuple[Polynomial, bool]] = []
        for element, operator in self.differences():
            if operator == "!=" or not self.polynomial(element):
                continue
            product = element.numerator * element.denominator
            found.append((product, operator == ">"))
            if operator == "==":
                found.append((-product, False))
        sums = [
            (sum(part for part, _ in parts), any(strict for _, strict in parts))
            for size in range(1, COMBINED + 1)
            for parts in itertools.combinations(found[:8], size)
        ]
        if len(found) > COMBINED:
            sums.append((sum(part for part, _ in found), any(strict for _, strict in found)))
        return [(self.terms(part), strict) for part, strict in sums]

    def polynomial(self, element: Element) -> bool:
        """Whether the element is a rational function of the parameters alone."""
        count = len(self.names)
        return all(
            not any(exponents[count:])
            for part in (element.numerator, element.denominator)
            for exponents in part.to_dict()
        ) or not any(g.kind != "parameter" for g in self.ring.generators)

    def terms(self, polynomial: Polynomial) -> dict[Exponents, int]:
        """The terms of a polynomial in the parameters alone."""
        count = len(self.names)
        return {
            tuple(map(int, exponents))[:count]: int(coefficient)
            for exponents, coefficient in polynomial.to_dict().items()
        }

    def check_not_empty(self, where: str) -> None:
        """Raises GameError when the domain is proved empty, or when the bounded search finds no point of it."""
        if not self.relations:
            return
        with located(where):
            if self.samples():
                return
            listed = ", ".join(map(str, self.relations[:6])) + (", ..." if len(self.relations) > 6 else "")
            if self._proved_empty:
                raise GameError(f"no parameter value satisfies {listed}; correct the relations or domains")
            raise GameError(
                f"no rational parameter value that satisfies {listed} was found by a bounded search; "
                "simplify the relations or domains"
            )

    def samples(self) -> list[dict[str, Fraction]]:
        """Points of the domain, found by a bounded deterministic search; empty only if none was found."""
        if self._samples is None:
            self._samples = []
            for values in itertools.islice(_grid(self.box), MAXIMAL_TRIALS):
                point = self._repaired(dict(zip(self.names, values, strict=True)))
                if point is not None and self.satisfied(point) and point not in self._samples:
                    self._samples.append(point)
                    if len(self._samples) >= MAXIMAL_SAMPLES:
                        break
            if not self._samples and self.names:
                self._bisect()
        return self._samples

    def _repaired(self, point: dict[str, Fraction]) -> dict[str, Fraction] | None:
        """The point with each equation that is linear in some symbol solved for that symbol."""
        solved: set[str] = set()
        for element, operator in self.differences():
            if operator != "==" or not self.polynomial(element):
                continue
            terms = self.terms(element.numerator)
            for axis, name in reversed(list(enumerate(self.names))):
                if name in solved or max((exponents[axis] for exponents in terms), default=0) != 1:
                    continue
                slope, rest = Fraction(0), Fraction(0)
                for exponents, coefficient in terms.items():
                    value = Fraction(coefficient)
                    for other, power in enumerate(exponents):
                        if other != axis:
                            value *= point[self.names[other]] ** power
                    if exponents[axis]:
                        slope += value
                    else:
                        rest += value
                if slope != 0:
                    point[name] = -rest / slope
                    solved.add(name)
                    break
        return point

    def _bisect(self) -> None:
        constraints = self.constraints()
        if not constraints:
            return

        def found(values: tuple[Fraction, ...]) -> bool:
            point = self._repaired(dict(zip(self.names, values, strict=True)))
            if point is None or not self.satisfied(point):
                return False
            assert self._samples is not None
            self._samples.append(point)
            return True

        outcome = explore(
            [terms for terms, _ in constraints],
            self.box,
            lambda cell: _excluded(cell.polynomials, constraints),
            found,
            Effort(DOMAIN_EFFORT),
        )
        self._proved_empty = outcome is True


def _true(sign: int | None, operator: str) -> bool:
    if sign is None:
        return False
    return {">": sign > 0, ">=": sign >= 0, "==": sign == 0, "!=": sign != 0}[operator]


def _excluded(
    polynomials: Sequence[Coefficients], constraints: Sequence[tuple[dict[Exponents, int], bool]]
) -> bool:
    return any(
        coefficients.never_positive() if strict else max(coefficients.values) < 0
        for coefficients, (_, strict) in zip(polynomials, constraints, strict=True)
    )


def _grid(box: Sequence[Interval]) -> Iterator[tuple[Fraction, ...]]:
    """Points of a box, coarse ones first: equal fractions of every axis, then all combinations, then odd ones."""
    axes = [_values(interval) for interval in box]
    yield tuple(axis[0] for axis in axes)
    for step in range(1, max(map(len, axes), default=1)):
        yield tuple(axis[step % len(axis)] for axis in axes)
    for width in (3, 5, 9):
        if width ** len(axes) <= MAXIMAL_TRIALS:
            yield from itertools.product(*(axis[:width] for axis in axes))
    # Halton's sequence in bases that are primes: every part of the box is met, with points in general position.
    primes = [p for p in range(2, 400) if all(p % q for q in range(2, p))]
    for step in range(1, MAXIMAL_TRIALS):
        shares = (_radical_inverse(step, primes[axis % len(primes)]) for axis in range(len(axes)))
        yield tuple(_at_share(interval, share) for interval, share in zip(box, shares, strict=True))


def _values(interval: Interval) -> list[Fraction]:
    shares = [Fraction(k, d) for d, k in ((2, 1), (4, 1), (4, 3), (16, 1), (16, 15), (3, 1), (3, 2))]
    shares += [Fraction(1, 1000), Fraction(999, 1000)]
    values = [_at_share(interval, share) for share in shares]
    if interval.low is not None and not interval.low_open:
        values.insert(3, interval.low)
    if interval.high is not None and not interval.high_open:
        values.insert(3, interval.high)
    return list(dict.fromkeys(values))


def _at_share(interval: Interval, share: Fraction) -> Fraction:
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + share / (1 - share)
    if high is not None:
        return high - (1 - share) / share
    return share / (1 - share) - (1 - share) / share


def _radical_inverse(step: int, base: int) -> Fraction:
    value, scale = Fraction(0), Fraction(1)
    while step:
        step, digit = divmod(step, base)
        scale /= base
        value += digit * scale
    return value


def check_size(expression: Expression) -> None:
    """Raises GameError for an expression that would expand to an unreasonable number of terms.

    The bound counts monomials: degree d in n symbols has at most C(n + d, n) of them.
    """
    generators: set[Expression] = set()

    def apply(function: str, argument: tuple[int, int]) -> tuple[int, int]:
        if max(argument) > MAXIMAL_PRODUCTS:
            raise GameError("the argument of a function is of a very high degree; simplify it")
        return 1, 1

    def total(parts: list[tuple[int, int]]) -> tuple[int, int]:
        below = sum(low for _, low in parts)
        return max(high + below - low for high, low in parts), below

    above, below = fold(
        expression,
        lambda value: (0, 0),
        lambda name: (1, 0),
        total,
        lambda parts: (sum(high for high, _ in parts), sum(low for _, low in parts)),
        lambda base, n: (base[0] * n, base[1] * n) if n >= 0 else (base[1] * -n, base[0] * -n),
        apply,
    )
    _gather(expression, generators)
    count = max(1, len(symbols_of(expression)) + len(generators))
    if math.comb(max(above, below) + count, count) > MAXIMAL_TERMS:
        raise GameError(
            f"the expression expands to more than {MAXIMAL_TERMS} terms (degree {max(above, below)} in {count}"
            " symbols); simplify it"
        )


def _gather(expression: Expression, found: set[Expression]) -> None:
    match expression:
        case Sum(terms=parts) | Product(factors=parts):
            for part in parts:
                _gather(part, found)
        case Power(base=base):
            _gather(base, found)
        case Apply(argument=argument):
            found.add(expression)
            _gather(argument, found)
        case _:
            pass


# Signs on domains


class _Checker:
    """Checks expressions on one domain, each only once."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain
        self._seen: set[object] = set()
        self._zero: dict[Expression, bool] = {}
        self._strict: list[tuple[dict[Exponents, int], bool]] | None = None

    def vanishes(self, expression: Expression) -> bool:
        """Whether the expression is zero identically."""
        if isinstance(expression, Number):
            return expression.value == 0
        if expression not in self._zero:
            own = self.domain
            if not symbols_of(expression) <= set(own.names):
                names = sorted(symbols_of(expression))
                line = Interval(None, None, True, True)
                own = Domain([Parameter(name, line) for name in names], (), Effort(0))
            self._zero[expression] = own.element(expression).is_zero()
        return self._zero[expression]

    def any_row(self, row: tuple[Expression, ...] | Normal, where: str) -> None:
        if isinstance(row, tuple):
            self.row(row, where)
        elif row not in self._seen:
            self._seen.add(row)
            self.defined(row.mean, where)
            self.sign(row.variance, where, "the variance", strict=True)

    def row(self, entries: Sequence[Expression], where: str) -> None:
        """Refuses entries that do not sum to 1 identically or that can be negative on the domain."""
        if tuple(entries) in self._seen:
            return
        self._seen.add(tuple(entries))
        total = add(entries)
        with located(where):
            difference = self.domain.element(add([total, Number(Fraction(-1))]))
        if not difference.is_zero():
            raise GameError(
                f"{where}: the probabilities sum to {_cut(total)}, not to 1; make them sum to 1 identically"
            )
        for entry in entries:
            self.sign(entry, where, "the probability", strict=False)

    def defined(self, expression: Expression, where: str) -> None:
        """Refuses an expression with a zero denominator or a function outside its domain somewhere."""
        if expression in self._seen:
            return
        self._seen.add(expression)
        match expression:
            case Sum(terms=parts) | Product(factors=parts):
                for part in parts:
                    self.defined(part, where)
            case Power(base=base, exponent=exponent):
                self.defined(base, where)
                if exponent <= 0:
                    self._never_zero(base, where)
            case Apply(function=function, argument=argument):
                self.defined(argument, where)
                if function != "exp":
                    name = f"the argument of {function}"
                    self.sign(argument, where, name, strict=function == "log")
            case _:
                pass

    def sign(self, expression: Expression, where: str, what: str, *, strict: bool) -> None:
        """Refuses an expression that is negative (or zero, where strict) at some point of the domain."""
        self.defined(expression, where)
        if ("sign", expression, strict) in self._seen:
            return
        self._seen.add(("sign", expression, strict))
        with located(where):
            element = self.domain.element(expression)
        if _proved(self, element, strict):
            return
        point = self._counterexample(element, strict)
        if point is None:
            return
        bound = "positive" if strict else "in [0, 1]" if what == "the probability" else "non-negative"
        value = _cut(substitute(expression, point))
        text = f"{what} {_cut(expression)}" + (f" is {value} at {_named(point, expression)}" if point else "")
        remedy = "restrict the domain with assume, or correct it"
        raise GameError(f"{where}: {text}, which is not {bound}; {remedy}")

    def _never_zero(self, base: Expression, where: str) -> None:
        with located(where):
            element = self.domain.element(base)
        if element.is_zero():
            raise GameError(f"{where}: the denominator {_cut(base)} is zero identically; correct it")
        if _proved(self, element, True) or _proved(self, -element, True):
            return
        signs: dict[int, Point] = {}
        for point in self.domain.samples() if self.domain.names else [{}]:
            sign = self.domain.sign(element, point)
            if sign is not None:
                signs.setdefault(sign, point)
        if 0 in signs:
            where_zero = _named(signs[0], base)
            raise GameError(
                f"{where}: the denominator {_cut(base)} is zero at {where_zero}; exclude it with assume"
            )
        if 1 in signs and -1 in signs and not self.domain.relations:
            # The box is connected, so the denominator vanishes on the way from one point to the other.
            first, second = _named(signs[1], base), _named(signs[-1], base)
            raise GameError(
                f"{where}: the denominator {_cut(base)} changes sign between {first} and {second}; "
                "exclude its zero with assume"
            )

    def constraints(self) -> list[tuple[dict[Exponents, int], bool]]:
        if self._strict is None:
            self._strict = self.domain.constraints()
        return self._strict

    def _counterexample(self, element: Element, strict: bool) -> Point | None:
        def violated(point: Point) -> bool:
            sign = self.domain.sign(element, point)
            return sign is not None and (sign < 0 or (strict and sign == 0))

        for point in self.domain.samples() if self.domain.names else [{}]:
            if violated(point):
                return point
        if not self.domain.polynomial(element) or not self.domain.names:
            return None
        witness: list[Point] = []

        def found(values: tuple[Fraction, ...]) -> bool:
            point = dict(zip(self.domain.names, values, strict=True))
            if violated(point) and self.domain.satisfied(point):
                witness.append(point)
            return bool(witness)

        goal = self.domain.terms(element.numerator * element.denominator)
        constraints = self.constraints()
        explore(
            [goal, *(terms for terms, _ in constraints)],
            self.domain.box,
            lambda cell: cell.polynomials[0].never_negative() or _excluded(cell.polynomials[1:], constraints),
            found,
            self.domain.effort,
        )
        return witness[0] if witness else None


def _named(point: Point, expression: Expression) -> str:
    names = symbols_of(expression)
    return ", ".join(f"{name} = {value}" for name, value in point.items() if name in names) or "every point"


def _cut(expression: Expression) -> str:
    text = str(expression)
    return text if len(text) <= 60 else text[:57] + "..."


def _proved(checker: _Checker, element: Element, strict: bool) -> bool:
    """Whether the element is proved non-negative (positive, where strict) on the checker's domain."""
    domain = checker.domain
    value = element.rational()
    if value is not None:
        return value > 0 or (value == 0 and not strict)
    sign = 1
    for part in (element.numerator, element.denominator):
        content, factors = part.factor()
        sign *= 1 if content > 0 else -1
        for factor, power in factors:
            if power % 2 == 0:
                # A square is non-negative; for a strict claim it must not vanish either.
                if strict and not _factor_sign(checker, factor, True):
                    return False
                continue
            # Denominators are checked for zeros on their own, so their weak sign is their sign.
            found = _factor_sign(checker, factor, strict)
            if found == 0:
                return False
            sign *= found
    return sign > 0


def _factor_sign(checker: _Checker, factor: Polynomial, strict: bool) -> int:
    """1 or -1 when a factor is proved to have this (weak, or where asked strict) sign; 0 when it is not."""
    domain = checker.domain
    from .algebra import Element

    one = factor.context().constant(1)
    if not domain.polynomial(Element(factor, one)):
        return _generator_sign(checker, factor, strict)
    terms = domain.terms(factor)
    constraints = checker.constraints()
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        if any(_multiple(oriented, known) and (positive or not strict) for known, positive in constraints):
            return sign
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}

        def settled(cell: Cell) -> bool:
            goal = cell.polynomials[0]
            if goal.positive(cell.closed) if strict else goal.never_negative():
                return True
            return _excluded(cell.polynomials[1:], constraints)

        def hopeless(values: tuple[Fraction, ...], oriented: dict[Exponents, int] = oriented) -> bool:
            value = sum(
                (
                    coefficient * math.prod(map(pow, values, exponents), start=Fraction(1))
                    for exponents, coefficient in oriented.items()
                ),
                Fraction(0),
            )
            if value > 0 or (value == 0 and not strict):
                return False
            return not constraints or domain.satisfied(dict(zip(domain.names, values, strict=True)))

        share = Effort(min(domain.effort.left, TOTAL_EFFORT // 20))
        before = share.left
        outcome = explore(
            [oriented, *(known for known, _ in constraints)], domain.box, settled, hopeless, share
        )
        domain.effort.left -= before - max(share.left, 0)
        if outcome is True:
            return sign
    return 0


def _multiple(left: Mapping[Exponents, int], right: Mapping[Exponents, int]) -> bool:
    """Whether left is a positive multiple of right."""
    if left.keys() != right.keys() or not left:
        return False
    ratios = {Fraction(left[key], right[key]) for key in left}
    return len(ratios) == 1 and ratios.pop() > 0


def _generator_sign(checker: _Checker, factor: Polynomial, strict: bool) -> int:
    """The sign of a factor with logarithms, roots or exponentials, replaced by the ranges proved for them."""
    domain = checker.domain
    box = list(domain.box)
    for position, generator in enumerate(domain.ring.generators):
        if generator.argument is None:
            continue
        used = position < factor.context().nvars() and any(
            exponents[position] for exponents in factor.to_dict()
        )
        box.append(_range(checker, generator.kind, generator.argument) if used else _LINE)
    variables = factor.context().nvars()
    if variables > len(box) or domain.relations:
        return 0
    terms = {tuple(map(int, exponents)): int(c) for exponents, c in factor.to_dict().items()}
    for sign in (1, -1):
        oriented = {exponents: sign * coefficient for exponents, coefficient in terms.items()}
        outcome = explore(
            [oriented],
            box[:variables],
            lambda cell: (
                cell.polynomials[0].positive(cell.closed) if strict else cell.polynomials[0].never_negative()
            ),
            lambda values: False,
            Effort(TOTAL_EFFORT // 200),
        )
        if outcome is True:
            return sign
    return 0


_LINE = Interval(None, None, True, True)


def _range(checker: _Checker, kind: str, argument: Element) -> Interval:
    """An interval that contains the generator on the whole domain."""
    zero, one = Fraction(0), Fraction(1)
    context = argument.numerator.context()
    from .algebra import Element

    unit = Element(context.constant(1), context.constant(1))
    if kind == "exp":
        if _proved(checker, argument, False):
            return Interval(one, None, False, True)
        return Interval(zero, one if _proved(checker, -argument, False) else None, True, False)
    if kind == "sqrt":
        high = one if _proved(checker, unit - argument, False) else None
        return Interval(zero, high, False, high is None)
    if _proved(checker, argument - unit, False):
        return Interval(zero, None, False, True)
    below = _proved(checker, unit - argument, False) and _proved(checker, argument, False)
    return Interval(None, zero, True, False) if below else _LINE
