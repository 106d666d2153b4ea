"""Games and claims with logarithms, roots and exponentials, drawn, and their printed conditions against the definition.

The payoffs do not depend on the outcome, and one model predicts exactly: which actions are best at a point is then the
comparison of the payoffs as they are written, computed there with many digits. Every relation of every condition that
`when`, `solve` or `phases` prints must be defined at every point of the domain at which payoffs and claim are, and the
condition must say what the comparison says. Domains are negative, unbounded and around zero, with and without
``assume``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

from .numeric.confirm import in_domain
from .numeric.tables import evaluate
from .proofs.claims.language import read_claim, relations_of
from .proofs.claims.when import when
from .symbolic.algebra.parameters import Parameter
from .symbolic.cells.conditions import Condition
from .symbolic.errors import GameError
from .symbolic.expressions.reading import Expression, read_expression
from .symbolic.game.game import Game
from .symbolic.results.diagram import PhaseDiagram
from .symbolic.results.solution import Solution

Choose: TypeAlias = Callable[[int, int], int]
Values: TypeAlias = dict[str, Fraction]

_DIGITS = 60
_DOMAINS = (
    "(0, 1)", "(-3, -1)", "(-1, 0)", "(0, oo)", "(-oo, 0)", "(1, oo)", "(-2, 2)", "(-oo, oo)", "[-2, -1]", "(-oo, -1)",
    "(1/2, 3]",
)  # fmt: skip
_ORDERS = ("a < b", "b < a", "a < 2*b", "a + b < 0", "b - a > 1/3")


@dataclass(frozen=True, slots=True)
class Case:
    """A game whose actions u, v (and w) have these payoffs."""

    game: Game
    payoffs: tuple[tuple[str, Expression], ...]

    @property
    def names(self) -> list[str]:
        """The free parameters."""
        return [p.name for p in self.game.parameters]

    def points(self, choose: Choose, count: int) -> Iterator[Values]:
        """Rational points of the domain, many near its ends and at small numbers."""
        for _ in range(count):
            values = {p.name: _number_in(choose, p) for p in self.game.parameters}
            with mpmath.workdps(_DIGITS):
                if in_domain(self.game, {n: mpmath.mpf(v.numerator) / v.denominator for n, v in values.items()}, 0):
                    yield values

    def best(self, values: Values) -> frozenset[str] | None:
        """The actions with the highest payoff, None where two payoffs are too close to be told apart."""
        with mpmath.workdps(_DIGITS):
            gains = {name: evaluate(payoff, values) for name, payoff in self.payoffs}
            top = max(gains.values())
            room = mpmath.mpf(10) ** (-_DIGITS // 2) * (1 + abs(top))
            if any(0 < top - gain < room for gain in gains.values()):
                return None
            return frozenset(name for name, gain in gains.items() if gain == top)


@dataclass(slots=True)
class Counts:
    """What was evaluated, and what was wrong: one line for every defect."""

    conditions: int = 0
    evaluations: int = 0
    defects: list[str] = field(default_factory=list)

    def condition(self, condition: Condition, values: Values, expected: bool | None, what: str) -> None:
        """Evaluates every relation of a condition at a point, and compares the truth with what is expected."""
        self.evaluations += 1
        try:
            found = holds_at(condition, values)
        except GameError as error:
            self.defects.append(f"{what}: {condition} is undefined at {_shown(values)}: {error}")
            return
        if expected is not None and found is not None and found != expected:
            self.defects.append(f"{what}: {condition} is {found} at {_shown(values)}, by the definition {expected}")


def holds_at(condition: Condition, values: Mapping[str, Fraction]) -> bool | None:
    """Whether a condition holds at a point, its relations evaluated as written; None where numbers nearly tie.

    A conjunction is read from the left up to the first relation that fails, as in a claim; every alternative is read.
    Raises GameError where a relation that is read is undefined.
    """
    alternatives: list[list[bool | None]] = []
    with mpmath.workdps(_DIGITS):
        for conjunction in condition.alternatives:
            alternatives.append([])
            for relation in conjunction:
                alternatives[-1].append(_relation(relation.left, relation.operator, relation.right, values))
                if alternatives[-1][-1] is False:
                    break
    if any(all(truth is True for truth in parts) for parts in alternatives):
        return True
    return None if any(None in parts and False not in parts for parts in alternatives) else False


def _relation(left: Expression, operator: str, right: Expression, values: Mapping[str, Fraction]) -> bool | None:
    low, high = evaluate(left, values), evaluate(right, values)
    gap = low - high
    if abs(gap) < mpmath.mpf(10) ** (-_DIGITS // 2) * (1 + abs(low) + abs(high)):
        return None if gap != 0 else operator in ("<=", "==", ">=")
    return operator in (("<", "<=", "!=") if gap < 0 else (">", ">=", "!="))


def _shown(values: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _number_in(choose: Choose, parameter: Parameter) -> Fraction:
    low, high = parameter.domain.low, parameter.domain.high
    size = choose(2, 12)
    share = Fraction(choose(1, size - 1), size)
    far = Fraction(choose(1, 60), choose(1, 9))
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is not None:
        return low + far
    if high is not None:
        return high - far
    return far if choose(0, 1) else -far


def draw_case(choose: Choose, actions: int, parameters: int) -> Case:
    """A game with such payoffs; raises GameError where a payoff drawn is not defined on the domain drawn."""
    names = ["a", "b"][:parameters]
    domains = {name: _DOMAINS[choose(0, len(_DOMAINS) - 1)] for name in names}
    if parameters > 1 and choose(0, 1):
        # One domain for both, so that an order between them says something.
        domains = dict.fromkeys(names, domains["a"])
    assume = [_ORDERS[choose(0, len(_ORDERS) - 1)]] if parameters > 1 and choose(0, 2) else []
    chosen = ["u", "v", "w"][:actions]
    payoffs = {action: "0" if place == 1 else draw_term(choose, names) for place, action in enumerate(chosen)}
    half = {"*": {"y": "1/2", "n": "1/2"}}
    game = Game.from_dict(
        {
            "format": 1,
            "name": "drawn",
            "parameters": domains,
            "assume": assume,
            "players": {
                "agent": {
                    "actions": chosen,
                    "outcomes": ["y", "n"],
                    "truth": half,
                    "payoff": {action: {"y": text, "n": text} for action, text in payoffs.items()},
                    "models": {"m": {"predicts": half}},
                }
            },
        }
    )
    return Case(game, tuple((a, read_expression(text, names, where=a)) for a, text in payoffs.items()))


def draw_claim(choose: Choose, names: Sequence[str]) -> str:
    """Such a function is positive, after relations that exclude the zeros of its polynomials, as text."""
    used: list[str] = []
    term = draw_term(choose, names, used)
    return " and ".join([*(f"{inner} != 0" for inner in dict.fromkeys(used)), f"{term} > 0"])


def draw_term(choose: Choose, names: Sequence[str], used: list[str] | None = None) -> str:
    """A function of the parameters with a logarithm, root or exponential of a polynomial, as text.

    The polynomials drawn are added to `used`.
    """
    constant = f"{choose(-9, 9)}/{choose(1, 4)}"
    scale = (1, 2, -1, -3)[choose(0, 3)]
    inner, second = _polynomial(choose, names), _polynomial(choose, names)
    if used is not None:
        used += [inner, second]
    power = (1, 2, 2, 4)[choose(0, 3)]
    kind = choose(0, 7)
    if kind <= 2:
        return f"{scale}*log(({inner})**{power}) + {constant}"
    if kind == 3:
        return f"{scale}*log(({inner})**2*({second})**2) - log(({inner})**2) + {constant}"
    if kind == 4:
        return f"{scale}*sqrt(({inner})**{power}) + {constant}"
    if kind == 5:
        return f"{scale}*exp({inner}) + {constant}"
    if kind == 6:
        return f"{scale}*exp(log(({inner})**{power})/2) + {constant}"
    return f"sqrt(({inner})**{power}) - ({second}) + {constant}"


def _polynomial(choose: Choose, names: Sequence[str]) -> str:
    name = names[choose(0, len(names) - 1)]
    other = names[choose(0, len(names) - 1)]
    number = f"{choose(-3, 3)}/{choose(1, 3)}"
    if other == name:
        other = "1/2"
    return (name, f"{name} - {number}", f"{name} - {other} + {number}", f"{name} - {other}", f"{name}**2 + {number}",
            f"2*{name} + {number}", f"{name}*{other}", f"1 - {name}")[choose(0, 7)]  # fmt: skip


def check_claim(case: Case, text: str, choose: Choose, points: int, counts: Counts) -> None:
    """The condition of ``when`` for a conjunction of relations or ``strict(...)``, evaluated at points."""
    condition = when(case.game, text).condition
    counts.conditions += 1
    relations = relations_of(read_claim(text, case.names, [a for a, _ in case.payoffs]))
    for values in case.points(choose, points):
        expected: bool | None
        try:
            best = case.best(values)
            if relations:
                expected = True
                for relation in relations:
                    with mpmath.workdps(_DIGITS):
                        found = _relation(relation.left, relation.operator, relation.right, values)
                    expected = found if found is not True else expected
                    if found is False:
                        break  # what follows may be undefined there
            else:
                expected = None if best is None else best == {text.removeprefix("strict(").removesuffix(")")}
        except GameError:
            continue  # the claim itself is not defined there
        counts.condition(condition, values, expected, f"when {text} in {_described(case)}")


def check_solution(case: Case, solution: Solution, choose: Choose, points: int, counts: Counts) -> None:
    """The conditions of the pure equilibria and of the rationalizable sets."""
    counts.conditions += len(solution.equilibria)
    for values in case.points(choose, points):
        best = case.best(values)
        for action, _ in case.payoffs:
            entries = [e for e in solution.equilibria if e.support == (action,)]
            whole = Condition(tuple(c for e in entries for c in e.condition.alternatives))
            counts.condition(whole, values, None if best is None else action in best, f"solve {_described(case)}")


def check_phases(case: Case, diagram: PhaseDiagram, choose: Choose, points: int, counts: Counts) -> None:
    """The conditions of phases and strata: the rationalizable set is that of the best actions."""
    pieces: list[Any] = [*diagram.phases, *diagram.strata]
    counts.conditions += len(pieces)
    for values in case.points(choose, points):
        best = case.best(values)
        for piece in pieces:
            names = frozenset(piece.structure.rationalizable[0])
            expected = None if best is None else names == best
            counts.condition(piece.condition, values, expected, f"phase {_described(case)}")


def _described(case: Case) -> str:
    domains = ", ".join(f"{p.name} in {p.domain}" for p in case.game.parameters)
    assumed = "".join(f", {relation}" for relation in case.game.assume)
    return f"[{domains}{assumed}; " + "; ".join(f"{a}: {payoff}" for a, payoff in case.payoffs) + "]"
