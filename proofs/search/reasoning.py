"""What is known at a place of a proof, and the search for more: signs of polynomials in parameters and logarithms.

`Knowledge` holds facts and sample points. It proves ``f > 0``, ``f >= 0``, ``f == 0`` by refuting the negation
(`sign_facts`), with facts about logarithms added in stages (`log_facts`): comparisons, tangents, series. Floating-point
samples only say what is worth trying.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from .facts import Combined, Fact, Polynomial, Space
from .log_facts import comparisons, equal_logarithms, numerical, series, tangents
from .points import sign_at
from .samples import Samples, sample, towards
from .sign_facts import Combination, Constraint, Effort, Elimination, negation, refute
from .work import Work

MOST_FACTS = {2: 100, 4: 40}  # with more facts than this, an effort of that extra degree is hopeless
EFFORTS = (
    Effort(1, 500, 0),
    Effort(1, 400),
    Effort(2, 1000, 1),
    Effort(2, 1200, rich=True),
    Effort(4, 2500),
)


class Knowledge:
    """Facts over a space, with the points where they hold.

    Parameters
    ----------
    space : the variables
    given : what holds by domain, assumption and the splits on the way
    found : facts already derived from those
    samples : points at which all of them seem to hold
    work : what may still be tried and until when, shared with all other places of the proof
    """

    def __init__(
        self,
        space: Space,
        given: Sequence[Fact],
        found: Sequence[Fact] = (),
        samples: Samples | None = None,
        work: Work | None = None,
    ) -> None:
        self.space = space
        self.given = list(given)
        self.found = list(found)
        self.new: list[Fact] = []
        self.work = work or Work()
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in given]
        self.samples = sample(space, constraints) if samples is None else samples
        self._tried: dict[tuple[str, str, bool], Fact | None] = {}
        self._equalities: list[Fact] | None = None

    def child(self, start: Fact, sign: int) -> Knowledge:
        """Knowledge in the case that the split polynomial has this sign; `start` is the case's own fact."""
        given = [*self.given, start]
        narrowed = self.samples.where(start.polynomial, 1) if sign else None
        if narrowed is not None and len(narrowed.points) < 50:
            again = sample(self.space, [Constraint(fact.polynomial, fact.relation) for fact in given])
            narrowed = max(again, narrowed, key=lambda samples: len(samples.points))
        return Knowledge(self.space, given, [*self.found, *self.new], narrowed, self.work)

    def may_change(self, polynomial: Polynomial) -> bool:
        """Whether points of both signs are known, or are found in steps from those known and join the samples."""
        missing = {1, -1} - self.samples.signs(polynomial)
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in self.given]
        for sign in sorted(missing):
            found = towards(self.space, constraints, self.samples, polynomial, sign)
            if not len(found.points):
                return False
            self.samples = self.samples.and_(found)
        return True

    def facts(self) -> list[Fact]:
        """Everything known, in the order in which a certificate may use it."""
        return [*self.given, *self.found, *self.new]

    def add(self, fact: Fact) -> Fact:
        """Record a fact; an equal one that is already known is returned instead."""
        for other in self.facts():
            if other.relation == fact.relation and other.polynomial == fact.polynomial:
                return other
        self.new.append(fact)
        return fact

    def known(self, polynomial: Polynomial, relation: str) -> Fact | None:
        """A known fact that says this up to a positive factor."""
        for fact in self.facts():
            if fact.relation == relation and _same_direction(fact.polynomial, polynomial, relation):
                return fact
        return None

    def prove(self, polynomial: Polynomial, relation: str, deep: bool = False) -> Fact | None:
        """A fact ``polynomial relation 0`` (up to a positive factor), or None where the search found none."""
        found = self.known(polynomial, relation)
        if found is not None:
            return found
        key = (str(polynomial), relation, deep)
        if key not in self._tried:
            self._tried[key] = None
            self._tried[key] = self._search(polynomial, relation, deep)
        return self._tried[key]

    def _search(self, polynomial: Polynomial, relation: str, deep: bool) -> Fact | None:
        if relation == "==":
            return self._equal(polynomial)
        goal = Constraint(polynomial, relation)
        reason = numerical(self, polynomial) if relation in (">", ">=") and self.space.logs_in(polynomial) else None
        reason = reason or self.refutation(negation(goal), EFFORTS if deep else EFFORTS[:3])
        return None if reason is None else self.add(Fact(polynomial, relation, reason))

    def _equal(self, polynomial: Polynomial) -> Fact | None:
        """``f == 0`` where f is visibly in the ideal of the equalities."""
        for facts in self._stages(polynomial):
            equalities = [fact for fact in facts if fact.relation == "=="]
            constraints = [Constraint(fact.polynomial, "==") for fact in equalities]
            elimination = Elimination(constraints)
            found = _in_ideal(polynomial, elimination, constraints)
            if found is not None:
                pairs = tuple((equalities[i], m) for i, m in sorted(found.items()) if m != 0)
                return self.add(Fact(polynomial, "==", Combined((), pairs)))
        return None

    def contradiction(self, deep: bool = False) -> Combined | None:
        """A refutation of what is known, or None where the search found none."""
        last = self.given[-1] if self.given else None
        if last is None:
            return None
        return self.refutation(None, EFFORTS if deep else EFFORTS[:3])

    def refutation(self, extra: Constraint | None, efforts: Sequence[Effort]) -> Combined | None:
        """Refute what is known together with one more constraint (in the result, the fact None)."""
        about = extra.polynomial if extra is not None else self.given[-1].polynomial
        stages: list[list[Fact]] = []
        for effort in efforts:
            for facts in stages if stages else _recorded(self._stages(about), stages):
                if self.work.late():
                    return None
                if len(facts) > MOST_FACTS.get(effort.extra_degree, 1000):
                    continue
                if effort.rich and not self.space.log_free(about):
                    continue
                if not self.work.spend(effort.most_terms):
                    return None
                found = self._refuted(facts, extra, effort)
                if found is not None:
                    return found
        return None

    def _refuted(self, facts: Sequence[Fact], extra: Constraint | None, effort: Effort) -> Combined | None:
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in facts]
        places: list[Fact | None] = list(facts)
        if extra is not None:
            constraints.append(extra)
            places.append(None)
        else:
            # What came last is what may contradict the rest: the search starts from its variables.
            place = facts.index(self.given[-1])
            constraints.append(constraints.pop(place))
            places.append(places.pop(place))
        asked = tuple((str(item.polynomial), item.relation) for item in constraints)
        key = (self.space.parameters, self.space.logs, effort, asked)
        found = self.work.once(key, lambda: refute(constraints, effort, self.work.late))
        return None if found is None else with_facts(found, places)

    def _stages(self, polynomial: Polynomial) -> Iterator[list[Fact]]:
        """Known facts near a polynomial, with more and more facts about its logarithms."""
        logs = self.space.logs_in(polynomial)
        if not logs:
            base = [fact for fact in self.facts() if self.space.log_free(fact.polynomial)]
            yield base
            if any(not self.space.log_free(fact.polynomial) for fact in self.given):
                near = self._near(polynomial)
                yield _merged(near, comparisons(self, polynomial), comparisons(self, self.given[-1].polynomial))
            return
        near = self._near(polynomial)
        yield near
        for extend in (comparisons, tangents, series):
            before = len(self.new)
            added = extend(self, polynomial)
            if added or len(self.new) > before:
                near = _merged(near, added, self._near(polynomial))
                yield near

    def _near(self, polynomial: Polynomial) -> list[Fact]:
        """All given facts, and the found ones whose logarithms all occur here or in given facts."""
        logs = set(self.space.logs_in(polynomial))
        for fact in self.given:
            logs |= self.space.logs_in(fact.polynomial)
        derived = [
            fact
            for fact in [*self.found, *self.new]
            if self.space.logs_in(fact.polynomial) <= logs and int(fact.polynomial.total_degree()) <= 3
        ]
        return [*self.given, *derived]

    def sign(self, polynomial: Polynomial, deep: bool = False) -> tuple[int, tuple[tuple[Fact, int], ...]] | None:
        """The proved sign of a polynomial and the product of facts that gives it, or None.

        The polynomial is split into irreducible factors; each needs a fact of its own. Where equalities are known, it
        is split again after they have been used.
        """
        if polynomial.is_zero():
            return 0, ()
        found = self._sign_by_factors(polynomial, deep)
        reduced = self.reduced(polynomial)
        if found is not None or reduced == polynomial:
            return found
        if reduced.is_zero():
            fact = self.prove(polynomial, "==")
            return None if fact is None else (0, ((fact, 1),))
        found = ((1 if _leading(reduced) > 0 else -1), ()) if reduced.is_constant() else None
        found = found or self._sign_by_factors(reduced, deep)
        if found is None:
            return None
        whole = self._transferred(polynomial, reduced, *found)
        return None if whole is None else (found[0], ((whole, 1),))

    def _sign_by_factors(self, polynomial: Polynomial, deep: bool) -> tuple[int, tuple[tuple[Fact, int], ...]] | None:
        content, factors = polynomial.factor()
        sign = 1 if content > 0 else -1
        product: list[tuple[Fact, int]] = []
        for factor, power in factors:
            found = self.factor_sign(factor, deep)
            if found is not None:
                product.append((found[1], int(power)))
                sign *= found[0] ** int(power)
            elif sign != 0 and self.samples.signs(factor) != {0}:
                return None  # a later zero would decide all the same, but no sample suggests one
        if sign == 0:
            whole = self.prove(polynomial, "==")
            return None if whole is None else (0, ((whole, 1),))
        return (sign, tuple(product)) if len(product) == len(factors) else None

    def _transferred(
        self, polynomial: Polynomial, reduced: Polynomial, sign: int, product: tuple[tuple[Fact, int], ...]
    ) -> Fact | None:
        """The fact about a polynomial that equals, by equalities, one whose sign is known."""
        if sign == 0:
            return self.prove(polynomial, "==")
        goal = polynomial * sign
        known = self.known(goal, ">")
        if known is not None:
            return known
        total = polynomial.context().constant(1)
        for fact, power in product:
            total *= fact.polynomial**power
        scale = rational(_leading(reduced * sign)) / rational(_leading(total))
        if scale < 0:
            return None
        equalities = self.equalities()
        constraints = [Constraint(fact.polynomial, "==") for fact in equalities]
        multipliers = Elimination(constraints).multipliers(goal - reduced * sign, constraints)
        if multipliers is None:
            return None
        terms = ((Fraction(1), ((None, 1),), None), (scale, product, None))
        pairs = tuple((equalities[i], m) for i, m in sorted(multipliers.items()) if m != 0)
        return self.add(Fact(goal, ">", Combined(terms, pairs)))

    def equalities(self) -> list[Fact]:
        """The known equalities, those between logarithms that follow from them included."""
        if self._equalities is None:
            self._equalities = []
            if any(fact.relation == "==" for fact in self.facts()):
                equal_logarithms(self)
            self._equalities = [fact for fact in self.facts() if fact.relation == "=="]
        return self._equalities

    def reduced(self, polynomial: Polynomial) -> Polynomial:
        """The polynomial with the known equalities used to remove variables."""
        equalities = self.equalities()
        if not equalities:
            return polynomial
        return Elimination([Constraint(fact.polynomial, "==") for fact in equalities]).reduce(polynomial)

    def likely_signs(self, polynomial: Polynomial) -> frozenset[int]:
        """The signs at the samples; of a number, however small, its sign."""
        names = self.space.parameters
        used = [self.space.arguments[self.space.logs.index(log)] for log in self.space.logs_in(polynomial)]
        if any(polynomial.degrees()[: len(names)]) or not all(argument.is_constant() for argument in used):
            return self.samples.signs(polynomial)
        sign = sign_at(self.space, polynomial, dict.fromkeys(names, Fraction(1)))
        return self.samples.signs(polynomial) if sign is None else frozenset({sign})

    def factor_sign(self, factor: Polynomial, deep: bool = False) -> tuple[int, Fact] | None:
        """The proved sign of one factor and its fact; the fact is about the factor or its negative."""
        signs = self.likely_signs(factor)
        for sign in (1, -1):
            if signs <= {sign}:
                fact = self.prove(factor * sign, ">", deep)
                if fact is not None:
                    return sign, fact
        if signs <= {0}:
            fact = self.prove(factor, "==", deep)
            if fact is not None:
                return 0, fact
        return None

    def undecided_factors(self, polynomial: Polynomial) -> list[Polynomial]:
        """Irreducible factors whose sign is not settled here, the simplest first."""
        polynomial = self.reduced(polynomial)
        if polynomial.is_zero():
            return []
        open_factors = [f for f, _ in polynomial.factor()[1] if self.factor_sign(f) is None]
        return sorted(open_factors, key=lambda f: (int(f.total_degree()), len(f), str(f)))


def _recorded(stages: Iterator[list[Fact]], record: list[list[Fact]]) -> Iterator[list[Fact]]:
    for facts in stages:
        record.append(facts)
        yield facts


def _merged(*lists: Sequence[Fact]) -> list[Fact]:
    return list(dict.fromkeys(fact for facts in lists for fact in facts))


def with_facts(found: Combination, places: Sequence[Fact | None]) -> Combined:
    terms = tuple(
        (term.coefficient, tuple((places[i], power) for i, power in term.factors), term.square) for term in found.terms
    )
    return Combined(terms, tuple((places[i], multiplier) for i, multiplier in found.equalities))


def _in_ideal(
    polynomial: Polynomial, elimination: Elimination, constraints: Sequence[Constraint]
) -> dict[int, Polynomial] | None:
    """Multipliers of the equalities: by substitution, then as a multiple of one that could not be substituted."""
    reduced = elimination.reduce(polynomial)
    if reduced.is_zero():
        return elimination.multipliers(polynomial, constraints)
    for index in elimination.left:
        quotient, rest = divmod(reduced, elimination.reduce(constraints[index].polynomial))
        if rest == 0:
            found = elimination.multipliers(polynomial - quotient * constraints[index].polynomial, constraints)
            if found is not None:
                found[index] = found.get(index, 0) + quotient
            return found
    return None


def _same_direction(first: Polynomial, second: Polynomial, relation: str) -> bool:
    if first == second:
        return True
    if first.is_zero() or second.is_zero() or len(first) != len(second):
        return False
    ratio: Any = first.leading_coefficient() / second.leading_coefficient()
    if ratio < 0 and relation not in ("==", "!="):
        return False
    return bool(first == second * ratio)


def rational(value: Any) -> Fraction:
    """A flint rational as a Fraction."""
    return Fraction(int(value.p), int(value.q))


def _leading(polynomial: Polynomial) -> Any:
    return polynomial.leading_coefficient()
