"""Facts about logarithms that a proof may use, proposed by samples and proved by polynomial facts.

Three kinds, in the order in which they are tried:

* comparisons: ``sum n_i log g_i > 0`` iff ``prod g_i^(n_i) > 1``, a polynomial inequality (for numbers: integers);
* tangents: ``log x <= x - 1``, hence Gibbs' inequality;
* series: ``log x = 2 artanh((x - 1)/(x + 1))`` cut after a few terms, with a bound on the rest.

The forms to compare come from the goal: its logarithms one by one and in pairs, its coefficients, and
its values at the ends of the intervals of those parameters that occur in no logarithm. Near the zero of a form that is
linear in one parameter, the simplest fraction between zero and end keeps the powers small (Stern 1858, Brocot 1861).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product as cartesian
from typing import Protocol

from flint import fmpq

from ...symbolic.algebra.ring import prime_factors
from ...symbolic.floats import nearest_float
from .facts import Combined, Compared, Fact, Polynomial, Series, Space, Tangent
from .samples import Samples, evaluated
from .sign_facts import Constraint, Elimination


class Knowledge(Protocol):
    """What is known so far, and can be proved from it (`proofs.search.reasoning`)."""

    @property
    def space(self) -> Space: ...

    @property
    def given(self) -> Sequence[Fact]: ...

    @property
    def samples(self) -> Samples: ...

    def facts(self) -> Iterable[Fact]: ...

    def known(self, polynomial: Polynomial, relation: str) -> Fact | None: ...

    def add(self, fact: Fact) -> Fact: ...

    def prove(self, polynomial: Polynomial, relation: str, deep: bool = False) -> Fact | None: ...

Powers = tuple[tuple[str, int], ...]

LARGEST_POWER = 20_000
LARGEST_SYMBOLIC_POWER = 6


def comparisons(knowledge: Knowledge, polynomial: Polynomial) -> list[Fact]:
    """Facts ``sum n_i L_i > 0``, ``>= 0`` or ``== 0`` that the goal suggests."""
    logs = _logs_near(knowledge, polynomial)
    forms: list[Powers] = [((name, 1),) for name in logs]
    forms += [((a, 1), (b, -1)) for i, a in enumerate(logs) for b in logs[i + 1 :]]
    forms += _forms_of_goal(knowledge, polynomial)
    if knowledge.space.log_free(polynomial):
        # A goal about parameters, from what is given about logarithms: those facts at the goal's own zero.
        for fact in knowledge.given:
            if not knowledge.space.log_free(fact.polynomial):
                forms += _forms_of_goal(knowledge, fact.polynomial, _roots(polynomial))
    if any(sum(m[len(knowledge.space.parameters) :]) > 1 for m in polynomial.monoms()):
        forms += _ratio_bounds(knowledge, logs)
    compared = (compare(knowledge, form) for form in dict.fromkeys(forms))
    return [fact for fact in compared if fact is not None]


def compare(knowledge: Knowledge, powers: Powers) -> Fact | None:
    """The comparison of the product of the powers with 1, if it has one sign and that can be proved."""
    form = linear_form(knowledge, powers)
    for relation in (">", "==", ">="):
        for sign in (1, -1) if relation != "==" else (1,):
            if knowledge.known(form * sign, relation) is not None:
                return knowledge.known(form * sign, relation)
    over, under = _over_and_under(knowledge, powers)
    if over is None or under is None:
        return None
    difference = over - under
    sign, relation = 1, ">"
    if difference.is_constant():
        number = difference.leading_coefficient() if not difference.is_zero() else fmpq(0)
        sign, relation = (1 if number > 0 else -1, ">") if number != 0 else (1, "==")
    else:
        signs = knowledge.samples.signs(difference)
        if signs in (frozenset({-1}), frozenset({-1, 0})):
            sign = -1
        if signs == frozenset({0}):
            relation = "=="
        elif signs in (frozenset({0, 1}), frozenset({0, -1})):
            relation = ">="
        elif len(signs) != 1:
            return None
    premise = None
    if not difference.is_constant():
        premise = knowledge.prove(difference * sign, relation, deep=False)
        if premise is None:
            return None
    turned = tuple((name, power * sign) for name, power in powers)
    return knowledge.add(Fact(form * sign, relation, Compared(turned, premise)))


def equal_logarithms(knowledge: Knowledge) -> list[Fact]:
    """Equalities between logarithms that follow from known equalities of parameters.

    An argument that becomes equal to another gives ``L_i == L_j``; one that becomes a number, ``L_i == sum n_j L_j``
    over the logarithms of its primes.
    """
    space = knowledge.space
    given = [
        Constraint(f.polynomial, "==") for f in knowledge.given if f.relation == "==" and space.log_free(f.polynomial)
    ]
    elimination = Elimination(given)
    reduced = [elimination.reduce(argument) for argument in space.arguments]
    numbers = {
        int(_number(argument)): name
        for name, argument in zip(space.logs, space.arguments, strict=True)
        if argument.is_constant()
    }
    forms: list[Powers] = []
    for i, (name, argument) in enumerate(zip(space.logs, reduced, strict=True)):
        if argument.is_constant() and not space.arguments[i].is_constant():
            powers = _in_primes(_number(argument), numbers)
            if powers is not None:
                forms.append(((name, 1), *((prime, -power) for prime, power in powers)))
                continue
        pairs = zip(space.logs[i + 1 :], reduced[i + 1 :], strict=True)
        forms += [((name, 1), (other, -1)) for other, value in pairs if value == argument]
    compared = (compare(knowledge, form) for form in forms)
    return [fact for fact in compared if fact is not None and fact.relation == "=="]


def _in_primes(value: Fraction, names: Mapping[int, str]) -> Powers | None:
    """The logarithm of a positive number over the logarithms of primes there are, None if one is missing."""
    if value <= 0:
        return None
    powers: dict[str, int] = {}
    for part, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime, power in prime_factors(part):
            if prime not in names:
                return None
            powers[names[prime]] = powers.get(names[prime], 0) + sign * power
    return tuple(powers.items())


def tangents(knowledge: Knowledge, polynomial: Polynomial) -> list[Fact]:
    """``log x <= x - 1`` for the logarithms near the goal, their inverses, and quotients of two."""
    logs = _logs_near(knowledge, polynomial)
    forms: list[Powers] = [((name, sign),) for name in logs for sign in (1, -1)]
    if len(logs) <= 8:
        forms += [((a, 1), (b, -1)) for a in logs for b in logs if a != b]
    found = []
    for powers in forms:
        over, under = _over_and_under(knowledge, powers)
        if over is None or under is None:
            continue
        difference = over - under
        form = difference - under * linear_form(knowledge, powers)
        premise, strict = None, difference.is_constant() and not difference.is_zero()
        if not difference.is_constant():
            for sign in (1, -1):
                if knowledge.samples.signs(difference) == {sign}:
                    premise = knowledge.prove(difference * sign, ">", deep=False)
        strict = strict or premise is not None
        relation = ">" if strict else ">="
        known = knowledge.known(form, relation)
        found.append(known or knowledge.add(Fact(form, relation, Tangent(powers, premise))))
    return found


def numerical(knowledge: Knowledge, polynomial: Polynomial) -> Combined | None:
    """A refutation of ``f <= 0`` for f a positive number, linear in logarithms of numbers, by partial sums alone.

    Each logarithm is replaced by a partial sum on the side that makes f smaller; what remains is a rational number. No
    linear program is needed, so f may be as small as the partial sums can tell.
    """
    space = knowledge.space
    width = len(space.parameters)
    coefficients: dict[str, Fraction] = {}
    for exponents, value in polynomial.to_dict().items():
        if any(exponents[:width]) or sum(exponents) > 1:
            return None
        if sum(exponents) == 1:
            name = space.logs[next(v for v, e in enumerate(exponents) if e) - width]
            argument = space.arguments[space.logs.index(name)]
            if not argument.is_constant() or _number(argument) == 1:
                return None
            coefficients[name] = Fraction(int(value.p), int(value.q))
    for order in (6, 12, 24, 40):
        terms: list[tuple[Fraction, tuple[tuple[Fact | None, int], ...], Polynomial | None]] = []
        terms.append((Fraction(1), ((None, 1),), None))
        rest = polynomial
        for name, coefficient in coefficients.items():
            turned = 1 if _number(space.arguments[space.logs.index(name)]) > 1 else -1
            powers = ((name, turned),)
            over, under = _over_and_under(knowledge, powers)
            assert over is not None and under is not None
            side = "lower" if coefficient * turned > 0 else "upper"
            form = series_form(over, under, linear_form(knowledge, powers), order, side)
            slope = form.derivative(width + space.logs.index(name)).leading_coefficient()
            weight = coefficient / Fraction(int(slope.p), int(slope.q))
            fact = Fact(form, ">", Series(powers, order, side, None))
            terms.append((weight, ((fact, 1),), None))
            rest -= form * fmpq(weight.numerator, weight.denominator)
        left = _number(rest) if not rest.is_zero() else Fraction(0)
        if left > 0:
            known = [(w, ((knowledge.add(f), 1),), s) for w, ((f, _),), s in terms if f is not None]
            return Combined((terms[0], *known, (left, (), None)), ())
    return None


def series(knowledge: Knowledge, polynomial: Polynomial) -> list[Fact]:
    """Partial sums below and above the logarithms near the goal: many terms for numbers, one for functions."""
    found = []
    for powers in _series_forms(knowledge, _logs_near(knowledge, polynomial)):
        over, under = _over_and_under(knowledge, powers)
        if over is None or under is None:
            continue
        difference = over - under
        if difference.is_constant():
            if difference.is_zero():
                continue
            if difference.leading_coefficient() < 0:
                powers, over, under = tuple((name, -power) for name, power in powers), under, over
            ratio = nearest_float(Fraction(_number(over) - _number(under)) / (_number(over) + _number(under)))
            # A ratio that rounds to 0 or 1 has no logarithm to divide by: the ends of the range of orders.
            order = 1 if ratio < 1e-6 else 40 if ratio > 1 - 1e-6 else math.ceil(-6 / math.log10(ratio)) // 2
            orders: Sequence[int] = (min(40, max(1, order)),)
            premise = None
        else:
            signs = knowledge.samples.signs(difference)
            if signs == {-1}:
                powers, over, under = tuple((name, -power) for name, power in powers), under, over
                difference = -difference
            elif signs != {1}:
                continue
            premise = knowledge.prove(difference, ">", deep=False)
            if premise is None:
                continue
            orders = (0, 1) if int(difference.total_degree()) > 1 else (0, 1, 2)
        for order, side in cartesian(orders, ("lower", "upper")):
            form = series_form(over, under, linear_form(knowledge, powers), order, side)
            known = knowledge.known(form, ">")
            found.append(known or knowledge.add(Fact(form, ">", Series(powers, order, side, premise))))
    return found


def series_form(over: Polynomial, under: Polynomial, form: Polynomial, order: int, side: str) -> Polynomial:
    """The polynomial that the series rule says is positive (see `check.Kernel.series`)."""
    less, more = over - under, over + under
    bound = form * 0
    for index in range(order):
        bound += less ** (2 * index + 1) * more ** (2 * (order - index)) * fmpq(2, 2 * index + 1)
    left = form * more ** (2 * order + 1)
    if side == "lower":
        return left - bound
    both = over * under * 4
    return both * bound + less ** (2 * order + 1) * more**2 * fmpq(2, 2 * order + 1) - both * left


def linear_form(knowledge: Knowledge, powers: Powers) -> Polynomial:
    """``sum n_i L_i``."""
    total = knowledge.space.context.constant(0)
    for name, power in powers:
        total += knowledge.space.log(name) * power
    return total


def _number(polynomial: Polynomial) -> Fraction:
    value = polynomial.leading_coefficient()
    return Fraction(int(value.p), int(value.q))


def _over_and_under(knowledge: Knowledge, powers: Powers) -> tuple[Polynomial | None, Polynomial | None]:
    """Products of the powers with positive and with negative exponents; None where they get too large."""
    space = knowledge.space
    sides = [space.context.constant(1), space.context.constant(1)]
    for name, power in powers:
        argument = space.arguments[space.logs.index(name)]
        limit = LARGEST_POWER if argument.is_constant() else LARGEST_SYMBOLIC_POWER
        if abs(power) > limit:
            return None, None
        sides[power < 0] *= argument ** abs(power)
    return sides[0], sides[1]


def _logs_near(knowledge: Knowledge, polynomial: Polynomial) -> list[str]:
    """The goal's logarithms, and those of given facts that share one with it."""
    space = knowledge.space
    near = set(space.logs_in(polynomial))
    for fact in knowledge.given:
        logs = space.logs_in(fact.polynomial)
        if logs & near:
            near |= logs
    return [name for name in space.logs if name in near]


def _roots(polynomial: Polynomial) -> dict[int, Fraction]:
    """The zero of a polynomial that is linear in one variable and has no other, by variable."""
    degrees = polynomial.degrees()
    if sum(degrees) != 1:
        return {}
    terms = {sum(m): Fraction(int(c.p), int(c.q)) for m, c in polynomial.to_dict().items()}
    return {list(degrees).index(1): -terms.get(0, Fraction(0)) / terms[1]}


def _forms_of_goal(
    knowledge: Knowledge, polynomial: Polynomial, roots: Mapping[int, Fraction] | None = None
) -> list[Powers]:
    """Linear forms in logarithms that the goal becomes at ends of intervals, and its coefficients."""
    space = knowledge.space
    width = len(space.parameters)
    if any(sum(m[width:]) > 1 for m in polynomial.monoms()):
        return []
    inside = {
        v
        for name in space.logs_in(polynomial)
        for v, degree in enumerate(space.arguments[space.logs.index(name)].degrees()[:width])
        if degree
    }
    outside = [v for v in range(width) if polynomial.degrees()[v] and v not in inside]
    pieces: dict[tuple[int, ...], Polynomial] = {}
    for exponents, coefficient in polynomial.to_dict().items():
        key = tuple(int(exponents[v]) for v in outside)
        rest = tuple(0 if v in outside else e for v, e in enumerate(exponents))
        part = space.context.from_dict({rest: coefficient})
        pieces[key] = pieces.get(key, part * 0) + part
    forms = [_as_powers(knowledge, piece) for piece in pieces.values()]
    if len(outside) <= 3:
        ends = [_ends(knowledge, v, polynomial, len(outside) == 1) for v in outside]
        for place, v in enumerate(outside):
            if roots and v in roots:
                ends[place] = [roots[v]]
        for corner in cartesian(*ends):
            value = polynomial
            for v, end in zip(outside, corner, strict=True):
                value = value.subs({str(space.context.gens()[v]): fmpq(end.numerator, end.denominator)})
            forms.append(_as_powers(knowledge, value))
    return [form for form in forms if form]


def _as_powers(knowledge: Knowledge, form: Polynomial) -> Powers:
    """The integer exponents of a homogeneous linear form in logarithms, () where it is none."""
    space = knowledge.space
    width = len(space.parameters)
    coefficients: dict[str, Fraction] = {}
    for exponents, coefficient in form.to_dict().items():
        if any(exponents[:width]) or sum(exponents) != 1:
            return ()
        name = space.logs[next(v for v, e in enumerate(exponents) if e) - width]
        coefficients[name] = Fraction(int(coefficient.p), int(coefficient.q))
    if not coefficients:
        return ()
    common = math.lcm(*(value.denominator for value in coefficients.values()))
    shared = math.gcd(*(int(value * common) for value in coefficients.values()))
    scaled = {name: int(value * common) // shared for name, value in coefficients.items()}
    return tuple((name, scaled[name]) for name in space.logs if name in scaled)


def _ends(knowledge: Knowledge, variable: int, polynomial: Polynomial, alone: bool) -> list[Fraction]:
    """Rational ends of the parameter's interval, replaced by simpler fractions towards the goal's zero."""
    ends: list[Fraction] = []
    for fact in knowledge.facts():
        degrees = fact.polynomial.degrees()
        if degrees[variable] == 1 and sum(degrees) == 1 and fact.relation != "!=":
            ends += _roots(fact.polynomial).values()
    ends = sorted(set(ends))
    if not alone or polynomial.degrees()[variable] != 1 or not len(knowledge.samples.points):
        return ends[:6]
    zero = _zero_in(knowledge, polynomial, variable)
    result: list[Fraction] = []
    for end in ends:
        result.append(end)
        if zero is not None and abs(nearest_float(end) - zero) > 1e-12 and end.denominator > 12:
            middle = (zero * 3 + nearest_float(end)) / 4
            result.append(simplest_between(Fraction(middle), end))
    return result[:12]


def _zero_in(knowledge: Knowledge, polynomial: Polynomial, variable: int) -> float | None:
    """The value of the parameter at which the goal, linear in it, vanishes, where that is one number."""
    points = knowledge.samples.points[:3].copy()
    points[:, variable] = 0.0
    constant = evaluated(polynomial, points)[0]
    slope = evaluated(polynomial.derivative(variable), points)[0]
    if (slope == 0).any():
        return None
    zeros = -constant / slope
    return float(zeros[0]) if abs(zeros - zeros[0]).max() < 1e-9 else None


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The fraction with the least denominator in the closed interval with these ends (in any order).

    >>> simplest_between(Fraction(405, 1000), Fraction(4137, 10000))
    Fraction(7, 17)
    """
    low, high = min(low, high), max(low, high)
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    whole = math.ceil(low)
    if whole <= high:
        return Fraction(whole)
    floor = whole - 1
    return floor + 1 / simplest_between(1 / (high - floor), 1 / (low - floor))


def _ratio_bounds(knowledge: Knowledge, logs: Iterable[str]) -> list[Powers]:
    """For pairs of logarithms of numbers: comparisons of small multiples that bound their quotient on both sides."""
    space = knowledge.space
    numbers = [name for name in logs if space.arguments[space.logs.index(name)].is_constant()]
    forms: list[Powers] = []
    for i, a in enumerate(numbers):
        for b in numbers[i + 1 :]:
            first, second = (math.log(_number(space.arguments[space.logs.index(n)])) for n in (a, b))
            quotient = Fraction(second / first)
            for most in (4, 40):
                near = quotient.limit_denominator(most)
                step = Fraction(1, most * most // 2)
                for bound in (near - step, near + step):
                    simple = simplest_between(bound, (bound + quotient) / 2)
                    forms.append(((a, -simple.numerator), (b, simple.denominator)))
    return forms


def _series_forms(knowledge: Knowledge, logs: Sequence[str]) -> list[Powers]:
    """Single logarithms; quotients of two functions."""
    space = knowledge.space
    functions = [name for name in logs if not space.arguments[space.logs.index(name)].is_constant()]
    forms: list[Powers] = [((name, 1),) for name in logs]
    if len(functions) <= 4:
        forms += [((a, 1), (b, -1)) for i, a in enumerate(functions) for b in functions[i + 1 :]]
    return forms
