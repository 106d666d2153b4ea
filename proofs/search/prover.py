"""Proof of a claim for all parameters by case distinctions on signs, or its refutation at a rational point.

At a place of the proof the claim is evaluated with what is known: relations and determinants whose sign is proved.
Where that leaves it open, the first expression that was in the way is split into negative, zero and positive, unless
what is known is contradictory. Where it makes the claim false, exact rational points of that place are counterexamples.
The evaluation is the checker's own (`check.truth_value`, `check.Structure`), with signs searched instead of read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import combinations
from math import inf
from typing import Any

from ..check import SIGNS_OF, Rejected, Structure, Unsettled, check
from .algebraic import algebraic_points
from .coordinates import Coordinate
from .evaluation import claim_at as claim_at
from .evaluation import evaluate_claim
from .facts import GIVEN, Fact, Holds, Node, Polynomial, Refuted, Split, Writer
from .points import rational_points
from .questions import Answer as Answer
from .questions import Disproved as Disproved
from .questions import Limits as Limits
from .questions import Minor as Minor
from .questions import Proved as Proved
from .questions import Question as Question
from .questions import Undecided as Undecided
from .reasoning import Knowledge
from .sign_facts import Constraint

FEW_CELLS = 300  # of a decomposition that is tried before the long search for a proof
MOST_CELLS = 3_000  # and of one that is tried when that search found nothing


class _FoundPoint(Exception):
    def __init__(self, point: Mapping[str, Coordinate]) -> None:
        super().__init__("counterexample")
        self.point = dict(point)


class _Stuck(Exception):
    pass


def decide(question: Question, limits: Limits | None = None) -> Answer:
    """Prove the claim for all parameters, or find a point where it fails.

    A proof is returned only after the checker has accepted its certificate; a point only after exact evaluation.
    """
    search = _Search(question, limits or Limits())
    knowledge = question.setting.knowledge(question.assumptions)
    knowledge.work = search.work
    try:
        search.look_for_counterexample(knowledge)
        if len(question.setting.space.parameters) == 1:
            search.look_for_algebraic_counterexample(knowledge)
        proof = search.node(knowledge, 0)
    except _FoundPoint as found:
        return Disproved(found.point)
    except _Stuck as stuck:
        if search.work.late():
            return Undecided(str(stuck))
        try:
            search.look_for_algebraic_counterexample(knowledge, MOST_CELLS)
        except _FoundPoint as found:
            return Disproved(found.point)
        except _Stuck as late:
            return Undecided(str(late))
        return Undecided(str(stuck))
    certificate = certificate_of(question, proof)
    try:
        return Proved(certificate, check(certificate), proof)
    except Rejected as error:
        return Undecided(f"the checker rejected the certificate that was found: {error}")


def certificate_of(question: Question, proof: Node) -> dict[str, Any]:
    """The certificate of a proof, as JSON values."""
    setting = question.setting
    writer, numbers = Writer(setting.space), setting.numbers()
    for fact in question.assumptions:
        numbers[fact] = len(numbers)
    return {
        **setting.header(),
        "assumptions": [[writer.text(fact.polynomial), fact.relation] for fact in question.assumptions],
        "game": question.game,
        "claim": question.claim,
        "proof": writer.node(proof, numbers),
    }


class _Search:
    def __init__(self, question: Question, limits: Limits) -> None:
        self.question = question
        self.limits = limits
        self.nodes = 0
        self.helpers: list[Polynomial] = []
        self.work = limits.work()

    def look_for_counterexample(self, knowledge: Knowledge, borders: Sequence[Polynomial] = ()) -> None:
        """Raise `_FoundPoint` if the claim is false at one of a few rational points, some of them near borders."""
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in knowledge.given]
        for point in rational_points(self.question.setting.space, constraints, 60, borders):
            self.in_time()
            if claim_at(self.question, point) is False:
                raise _FoundPoint(point)

    def look_for_algebraic_counterexample(self, knowledge: Knowledge, most_cells: int = FEW_CELLS) -> None:
        """Raise `_FoundPoint` if the claim is false at a sample of the cells of an exact decomposition."""
        constraints = [Constraint(fact.polynomial, fact.relation) for fact in knowledge.given]
        asked: dict[str, Polynomial] = {}
        for top, bottom in self.question.relations.values():
            asked |= {str(part): part for part in (top, bottom)}
        space = self.question.setting.space
        left = self.work.deadline.left()
        for point in algebraic_points(space, constraints, lambda: list(asked.values()), most_cells, left):
            self.in_time()
            if claim_at(self.question, point, asked) is False:
                raise _FoundPoint(point)

    def in_time(self) -> None:
        """Raise `_Stuck` if the time is up."""
        if self.work.late():
            after = f" after {self.limits.seconds:g} seconds" if self.limits.seconds < inf else " when its time was up"
            raise _Stuck(f"the search stopped{after}")

    def used_up(self) -> str:
        """Which products were used up."""
        if self.work.left < 0:
            return f"the search stopped at its limit of {self.limits.products:g} products of facts"
        return "the search stopped when the products of facts for all claims together were used up"

    def node(self, knowledge: Knowledge, depth: int, splits: tuple[Polynomial, ...] = ()) -> Node:
        """A proof of the claim from what is known here."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise _Stuck(f"the search stopped at its limit of {self.limits.nodes} cases")
        if self.work.used_up():
            raise _Stuck(self.used_up())
        self.in_time()
        if not len(knowledge.samples.points):
            refuted = knowledge.contradiction()
            if refuted is not None:
                return Node(tuple(knowledge.new), Refuted(refuted))
        blockers: list[Polynomial] = []
        for deep in (False, True):
            if deep:
                self.look_for_counterexample(knowledge, blockers[:2])
                if depth == 0:
                    self.look_for_algebraic_counterexample(knowledge)
            state = SignsAsked(knowledge, splits, deep)
            value = state.value(self.question)
            if value is True and not state.undefined:
                return Node(tuple(knowledge.new), Holds(minimal_products(self.question, knowledge.given, state)))
            if value is False:
                self.look_for_counterexample(knowledge)
                refuted = knowledge.contradiction(deep)
                if refuted is not None:  # samples near a place are no sign that it exists
                    return Node(tuple(knowledge.new), Refuted(refuted))
                raise _Stuck("the claim fails in a case of which no rational point was found")
            if not state.blockers:
                refuted = knowledge.contradiction(deep)
                if refuted is not None:
                    return Node(tuple(knowledge.new), Refuted(refuted))
                raise _Stuck(
                    "a sign in the claim, or the independence of a parameter, was not settled by what is known"
                )
            blockers = state.blockers
            changing = [b for b in state.blockers if len(knowledge.samples.signs(b)) > 1]
            changing += [f.polynomial for f in knowledge.given if f.relation == "!=" and f.polynomial not in splits]
            if changing:
                return self.split(knowledge, changing[0], depth, splits)
            rare = next((b for b in blockers if b not in splits and knowledge.may_change(b)), None)
            if rare is not None:
                return self.split(knowledge, rare, depth, splits)
        # Everything in the way seems to have one sign here, but no proof was found: perhaps it may vanish.
        for blocker in blockers:
            if blocker not in splits and any(knowledge.prove(side, ">=") for side in (blocker, -blocker)):
                return self.split(knowledge, blocker, depth, splits)
        # Or perhaps there is a proof in smaller cases.
        self.look_for_counterexample(knowledge)
        helper = _helper(knowledge, blockers[0], splits)
        if helper is None or self.helpers_left(splits) == 0:
            raise _Stuck(f"the sign of {self.text(blockers[0])} was not proved")
        self.helpers.append(helper)
        return self.split(knowledge, helper, depth, splits)

    def helpers_left(self, splits: tuple[Polynomial, ...]) -> int:
        """How many more splits on guessed expressions are allowed on this path."""
        return max(0, 4 - sum(split in self.helpers for split in splits))

    def split(self, knowledge: Knowledge, chosen: Polynomial, depth: int, splits: tuple[Polynomial, ...]) -> Node:
        """Three cases by the sign of the chosen expression."""
        if depth >= self.limits.depth:
            self.look_for_counterexample(knowledge)
            raise _Stuck(f"more than {depth} nested cases")
        cases = []
        for sign in (-1, 0, 1):
            fact = Fact(-chosen if sign < 0 else chosen, ">" if sign else "==", GIVEN)
            child = knowledge.child(fact, sign)
            cases.append((fact, self.node(child, depth + 1, (*splits, chosen))))
        return Node(tuple(knowledge.new), Split(chosen, tuple(cases)))

    def text(self, polynomial: Polynomial) -> str:
        return Writer(self.question.setting.space).text(polynomial)


class SignsAsked:
    """What one evaluation asked: products of facts that answered, expressions that are in the way."""

    def __init__(self, knowledge: Knowledge, splits: tuple[Polynomial, ...], deep: bool) -> None:
        self.knowledge = knowledge
        self.deep = deep
        self.splits = splits
        self.blockers: list[Polynomial] = []
        self.used: dict[tuple[tuple[Fact, int], ...], None] = {}
        self.undefined = False  # whether a denominator of the claim may vanish: the checker accepts no such end

    def value(self, question: Question) -> bool | None:
        """Kleene's value of the claim by what is proved here."""
        still_open = partial(bool, self.blockers)
        return evaluate_claim(
            question, self.minor_sign, self.minor_sign, self.relation, still_open, self.independent
        )

    def minor_sign(self, polynomial: Polynomial) -> int:
        found = self.knowledge.sign(polynomial, self.deep)
        if found is None:
            self.block(polynomial)
            raise Unsettled
        sign, product = found
        self.use(product)
        return sign

    def use(self, product: tuple[tuple[Fact, int], ...]) -> None:
        if product:
            self.used[product] = None

    def block(self, polynomial: Polynomial) -> None:
        for factor in self.knowledge.undecided_factors(polynomial):
            if factor not in self.blockers:
                self.blockers.append(factor)

    def relation(self, top: Polynomial, bottom: Polynomial, operator: str) -> bool | None:
        """Prove the relation or its opposite, whichever the samples suggest."""
        below = self.knowledge.sign(bottom, self.deep)
        if below is None or below[0] == 0:
            self.undefined = True
            self.block(bottom)
            return None
        self.use(below[1])
        oriented = top * below[0]
        signs = self.knowledge.samples.signs(oriented)
        if operator in (">=", "<=") and signs <= SIGNS_OF[operator] and self.weakly(oriented, operator):
            return True
        found = self.knowledge.sign(oriented, self.deep)
        if found is not None:
            self.use(found[1])
            return found[0] in SIGNS_OF[operator]
        for answer, wanted in ((True, operator), (False, OPPOSITE[operator])):
            # Both signs at random points say that the zero was missed, not that there is none.
            missed = wanted == "!=" and len(signs) > 1
            if signs <= SIGNS_OF[wanted] and not missed and self.weakly(oriented, wanted):
                return answer
        self.block(top)
        return None

    def weakly(self, polynomial: Polynomial, operator: str) -> bool:
        """Whether the relation is proved as a whole, its factors having no sign of their own."""
        turned = -polynomial if operator.startswith("<") else polynomial
        fact = self.knowledge.prove(turned, operator.replace("<", ">"), self.deep)
        if fact is not None:
            self.use(((fact, 1),))
        return fact is not None

    def independent(self, structure: Structure, name: str) -> bool | None:
        """True where the signs settle the structure and no split on the way mentions the parameter."""
        structure.everything()
        space = self.knowledge.space
        place = space.parameters.index(name)

        def mentions(polynomial: Polynomial) -> bool:
            inside = [space.arguments[space.logs.index(log)] for log in space.logs_in(polynomial)]
            return any(part.degrees()[place] for part in (polynomial, *inside))

        return None if any(mentions(split) for split in self.splits) else True


def minimal_products(
    question: Question, given: Sequence[Fact], state: SignsAsked
) -> tuple[tuple[tuple[Fact, int], ...], ...]:
    """The products that the claim needs beside given facts: each is left out if the rest still gives the claim."""
    kept = list(state.used)
    for product in reversed(kept[:]):
        fewer = [other for other in kept if other != product]
        if _given_by(question, _Table(given, fewer), state):
            kept = fewer
    return tuple(kept)


def _given_by(question: Question, table: _Table, state: SignsAsked) -> bool:
    defined = True

    def relation(top: Polynomial, bottom: Polynomial, operator: str) -> bool | None:
        nonlocal defined
        below, above = table.possible(bottom), table.possible(top)
        if 0 in below:
            defined = False
            return None
        signs = {a * b for a in above for b in below}
        return True if signs <= SIGNS_OF[operator] else (None if signs & SIGNS_OF[operator] else False)

    value = evaluate_claim(question, table.sign, table.sign, relation, independent=state.independent)
    return value is True and defined


class _Table:
    """Signs that facts and products of facts give, looked up by polynomial as the checker does."""

    def __init__(self, given: Sequence[Fact], products: Sequence[tuple[tuple[Fact, int], ...]]) -> None:
        self.signs: dict[str, frozenset[int]] = {}
        for product in [*(((fact, 1),) for fact in given), *products]:
            if not product:
                continue
            polynomial, signs = product[0][0].polynomial.context().constant(1), frozenset({1})
            for fact, power in product:
                polynomial *= fact.polynomial**power
                signs = frozenset(a * b**power for a in signs for b in SIGNS_OF[fact.relation])
            key, orientation = self.key(polynomial)
            turned = frozenset(sign * orientation for sign in signs)
            self.signs[key] = self.signs.get(key, frozenset({-1, 0, 1})) & turned

    @staticmethod
    def key(polynomial: Polynomial) -> tuple[str, int]:
        leading = polynomial.leading_coefficient() if not polynomial.is_zero() else 1
        return str(polynomial / leading), 1 if leading > 0 else -1

    def possible(self, polynomial: Polynomial) -> frozenset[int]:
        if polynomial.is_constant():
            value = polynomial.leading_coefficient() if not polynomial.is_zero() else 0
            return frozenset({(value > 0) - (value < 0)})
        key, orientation = self.key(polynomial)
        return frozenset(sign * orientation for sign in self.signs.get(key, frozenset({-1, 0, 1})))

    def sign(self, polynomial: Polynomial) -> int:
        signs = self.possible(polynomial)
        if len(signs) != 1:
            raise Unsettled
        return min(signs)


OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}


def _helper(knowledge: Knowledge, blocker: Polynomial, splits: tuple[Polynomial, ...]) -> Polynomial | None:
    """An expression to split on where a sign that seems constant is not proved: a simple one that changes sign."""
    space = knowledge.space
    generators = space.context.gens()
    inside = {v for log in space.logs_in(blocker) for v, d in enumerate(_argument(knowledge, log).degrees()) if d}
    used = [v for v in range(len(space.parameters)) if blocker.degrees()[v] or v in inside]
    candidates = [generators[a] - generators[b] for a, b in combinations(used, 2)]
    candidates += [generators[a] + generators[b] - 1 for a, b in combinations(used, 2)]
    if len(knowledge.samples.points):
        for v in used:
            column = knowledge.samples.points[:, v]
            middle = Fraction(float((column.min() + column.max()) / 2)).limit_denominator(8)
            candidates.append(generators[v] * middle.denominator - middle.numerator)
    for candidate in candidates:
        if candidate not in splits and {1, -1} <= knowledge.samples.signs(candidate):
            return candidate
    return None


def _argument(knowledge: Knowledge, log: str) -> Polynomial:
    return knowledge.space.arguments[knowledge.space.logs.index(log)]
