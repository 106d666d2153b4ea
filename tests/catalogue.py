"""One catalogue of games with their true answers, derived by hand; every test file may draw on it.

A `PointTruth` is a game with every parameter fixed and its whole structure: all equilibria with exact strategies,
the models that support them, rationalizable set, transition graph, absorbing and minimal closed sets, cycles.
A `PhaseTruth` is a game with free parameters, the condition of every listed phase, and the point truth that has
the structure of the phase. The derivation stands next to each entry.

Notation of the entries: sets are words joined by blanks, sets of sets are separated by `|`, `a>b` is an edge of the
transition graph. K(t, a) is the divergence of model t after action a up to a term common to all models, U(a, t) the
subjective payoff, and kl(x, y) = x log(x/y) + (1 - x) log((1 - x)/(1 - y)).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import mpmath

from berknash.symbolic.game.game import Game, load_game

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DIGITS = 60
TIE = mpmath.mpf(10) ** -40


@dataclass(frozen=True)
class EquilibriumTruth:
    """A component of the equilibria on one support; `strategy` is None where it is a continuum."""

    support: tuple[str, ...]
    belief_support: tuple[str, ...]
    strategy: tuple[tuple[str, str], ...] | None
    dimension: int


@dataclass(frozen=True)
class PointTruth:
    """A game at a point, and everything that is true there."""

    id: str
    game: str
    at: tuple[tuple[str, str], ...]
    equilibria: tuple[EquilibriumTruth, ...]
    rationalizable: tuple[str, ...]
    transitions: tuple[tuple[str, str], ...]
    absorbing: tuple[tuple[str, ...], ...]
    closed: tuple[tuple[str, ...], ...]
    cycles: tuple[tuple[str, ...], ...]
    rounds: int | None = None

    def structure(self) -> dict[str, Any]:
        """The combinatorial part, in one canonical shape."""
        return {
            "equilibria": sorted((e.support, e.belief_support) for e in self.equilibria),
            "rationalizable": self.rationalizable,
            "transitions": sorted(self.transitions),
            "absorbing": sorted(self.absorbing),
            "closed": sorted(self.closed),
            "cycles": sorted(rotated(c) for c in self.cycles),
        }


@dataclass(frozen=True)
class Region:
    """A phase or stratum: its condition, a point truth with its structure, and closed forms by support."""

    condition: str
    point: str
    strategies: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


@dataclass(frozen=True)
class PhaseTruth:
    """The phases (and, where `strata` is not None, all strata) of a game over its free parameters.

    `points` are parameter values, boundary points among them, at which conditions are compared.
    """

    id: str
    game: str
    at: tuple[tuple[str, str], ...]
    phases: tuple[Region, ...]
    strata: tuple[Region, ...] | None = None
    points: tuple[tuple[tuple[str, str], ...], ...] = field(default=())


@dataclass(frozen=True)
class ClaimTruth:
    """The exact condition for a claim, derived by hand."""

    id: str
    game: str
    at: tuple[tuple[str, str], ...]
    claim: str
    condition: str


@dataclass(frozen=True)
class TheoremTruth:
    """A statement about all parameter values, true (``proved``) or false (``refuted``)."""

    id: str
    game: str
    statement: str
    status: str


def rotated(cycle: tuple[str, ...]) -> tuple[str, ...]:
    """The cycle from its first name in the alphabet on."""
    start = cycle.index(min(cycle))
    return (*cycle[start:], *cycle[:start])


def words(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split()))


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """ "a=1/2 b=1/2" as pairs."""
    return tuple((part.split("=", 1)[0], part.split("=", 1)[1]) for part in text.split())


def sets(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(words(part) for part in text.split("|") if part.split())


def equilibrium(strategy: str, beliefs: str, dimension: int = 0) -> EquilibriumTruth:
    """ "a" is pure, "a=1/3 b=2/3" mixed; with a dimension only the support is given, "a b"."""
    if dimension:
        return EquilibriumTruth(words(strategy), words(beliefs), None, dimension)
    weights = pairs(strategy) if "=" in strategy else ((strategy, "1"),)
    return EquilibriumTruth(tuple(sorted(a for a, _ in weights)), words(beliefs), weights, 0)


def point(
    name: str,
    game: str,
    at: str,
    *equilibria: EquilibriumTruth,
    rational: str,
    edges: str,
    absorbing: str,
    closed: str,
    cycles: str = "",
    rounds: int | None = None,
) -> PointTruth:
    return PointTruth(
        name,
        game,
        pairs(at),
        equilibria,
        words(rational),
        tuple((e.split(">")[0], e.split(">")[1]) for e in edges.split()),
        sets(absorbing),
        sets(closed),
        tuple(tuple(part.split()) for part in cycles.split("|") if part.split()),
        rounds,
    )


def region(condition: str, name: str, **strategies: str) -> Region:
    """Keywords are supports joined by underscores, values their closed forms "a=... b=..." without blanks."""
    return Region(
        condition, name, tuple((" ".join(sorted(k.split("_"))), pairs(v)) for k, v in strategies.items())
    )


def finite(
    name: str,
    outcomes: str,
    truth: str,
    payoff: str,
    models: Mapping[str, str],
    parameters: Mapping[str, str] | None = None,
) -> Game:
    """A game from rows written "a: 1/2 1/2; b: 1/4 3/4", one entry per outcome."""

    def table(text: str) -> dict[str, dict[str, str]]:
        rows = {}
        for row in text.split(";"):
            action, entries = row.split(":")
            rows[action.strip()] = dict(zip(outcomes.split(), entries.split(), strict=True))
        return rows

    agent = {
        "actions": list(table(truth)),
        "outcomes": outcomes.split(),
        "truth": table(truth),
        "payoff": table(payoff),
        "models": {model: {"predicts": table(text)} for model, text in models.items()},
    }
    document = {"format": 1, "name": name, "parameters": dict(parameters or {}), "players": {"agent": agent}}
    return Game.from_dict(document, where=name)


# An evaluator of conditions and expressions that shares no code with the engine.


def evaluate(text: str, values: Mapping[str, Fraction]) -> Any:
    """The value of an expression (Fraction or mpmath number) or the truth of a condition at a point."""
    with mpmath.workdps(DIGITS):
        return _value(ast.parse(text.strip(), mode="eval").body, values)


def holds(condition: str, values: Mapping[str, Fraction]) -> bool:
    """Whether a condition of the claim syntax holds; values closer than 1e-40 are equal."""
    result = evaluate(condition, values)
    assert isinstance(result, bool), condition
    return result


def same(left: str, right: str, values: Mapping[str, Fraction] | None = None) -> bool:
    """Whether two expressions agree at a point: exactly if both are rational there, else to 40 digits."""
    return holds(f"({left}) == ({right})", values or {})


def number(value: Any) -> Any:
    """A Fraction as an mpmath number; others as they are."""
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else value


def _value(node: ast.expr, values: Mapping[str, Fraction]) -> Any:
    match node:
        case ast.Constant(int(constant)):
            return Fraction(constant)
        case ast.Name(name):
            return values[name]
        case ast.UnaryOp(ast.USub(), inner):
            return -_value(inner, values)
        case ast.BinOp(left, ast.Pow(), right):
            exponent = _value(right, values)
            return _value(left, values) ** int(exponent)
        case ast.BinOp(left, operator, right):
            a, b = _value(left, values), _value(right, values)
            if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
                a, b = number(a), number(b)
            return {
                ast.Add: lambda: a + b,
                ast.Sub: lambda: a - b,
                ast.Mult: lambda: a * b,
                ast.Div: lambda: a / b,
            }[type(operator)]()
        case ast.Call(ast.Name(function), [argument]):
            return getattr(mpmath, function)(number(_value(argument, values)))
        case ast.BoolOp(operator, parts):
            truths = [_value(part, values) for part in parts]
            return all(truths) if isinstance(operator, ast.And) else any(truths)
        case ast.Compare(left, operators, rights):
            sides = [_value(side, values) for side in (left, *rights)]
            return all(
                _compare(operator, a, b) for operator, a, b in zip(operators, sides, sides[1:], strict=False)
            )
    raise AssertionError(f"not in the syntax of conditions: {ast.dump(node)}")


def _compare(operator: ast.cmpop, a: Any, b: Any) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        sign = (a > b) - (a < b)
    else:
        difference = number(a) - number(b)
        sign = 0 if abs(difference) < TIE else 1 if difference > 0 else -1
    allowed = {ast.Lt: (-1,), ast.LtE: (-1, 0), ast.Eq: (0,), ast.NotEq: (-1, 1), ast.GtE: (0, 1), ast.Gt: (1,)}
    return sign in allowed[type(operator)]


# Games that are not files


def _inline() -> dict[str, Game]:
    games = [
        # Both actions show the same, and under n they pay the same; m, which moves with a, makes v better.
        finite(
            "boundary_set",
            "y n",
            "u: 1/3 2/3; v: 1/3 2/3",
            "u: 1 0; v: 0 1",
            {
                "m": "u: (1/2-a)**2 1-(1/2-a)**2; v: (1/2-a)**2 1-(1/2-a)**2",
                "n": "u: 1/2 1/2; v: 1/2 1/2",
            },
            {"a": "(0, 1/2)"},
        ),
        # The true model alone: Theta* = {true} everywhere, U = (3/4, 1/2, 3/4), so c and a tie for the best.
        finite(
            "two_best",
            "y n",
            "a: 3/4 1/4; b: 1/2 1/2; c: 3/4 1/4",
            "a: 1 0; b: 1 0; c: 1 0",
            {"true": "a: 3/4 1/4; b: 1/2 1/2; c: 3/4 1/4"},
        ),
        # A model that rules out the loss fits perfectly until the risk is taken.
        finite(
            "dogma",
            "none win loss",
            "safe: 1 0 0; risky: 0 9/10 1/10",
            "safe: 0 0 0; risky: 0 1 -9",
            {
                "dogma": "safe: 1 0 0; risky: 0 1 0",
                "sober": "safe: 1 0 0; risky: 0 1/2 1/2",
            },
        ),
        # Triples with equal sum 13 and equal product 36: (1, 6, 6) and (2, 2, 9).
        finite(
            "thirteen",
            "x y z",
            "a: 1/3 1/3 1/3; b: 1/3 1/3 1/3",
            "a: 1 0 0; b: 1/2 1/2 0",
            {
                "one": "a: 1/13 6/13 6/13; b: 1/13 6/13 6/13",
                "two": "a: 2/13 2/13 9/13; b: 2/13 2/13 9/13",
            },
        ),
        # Equal roots written in two ways.
        finite(
            "roots",
            "y",
            "a: 1; b: 1; c: 1",
            "a: sqrt(2)*sqrt(3); b: sqrt(6); c: sqrt(2)+sqrt(3)-1",
            {"true": "a: 1; b: 1; c: 1"},
        ),
        # Expected logarithms: (log 4 + log 9)/2 = log 6.
        finite(
            "kelly",
            "up down",
            "bet: 1/2 1/2; keep: 1/2 1/2; sell: 1/2 1/2",
            "bet: log(4) log(9); keep: log(6) log(6); sell: exp(1/2) exp(1/2)",
            {"true": "bet: 1/2 1/2; keep: 1/2 1/2; sell: 1/2 1/2"},
        ),
        # 27/10 < e < 30/11.
        finite(
            "euler",
            "y n",
            "low: 9/10 1/10; e: 1/2 1/2; high: 10/11 1/11",
            "low: 3 0; e: exp(1) exp(1); high: 3 0",
            {"true": "low: 9/10 1/10; e: 1/2 1/2; high: 10/11 1/11"},
        ),
        # Two rounds of elimination.
        finite(
            "two_rounds",
            "y n",
            "a: 1/2 1/2; b: 1/2 1/2; c: 1/2 1/2",
            "a: 1 0; b: 0 1; c: -1 -1",
            {
                "good": "a: 3/4 1/4; b: 3/4 1/4; c: 1/16 15/16",
                "bad": "a: 1/8 7/8; b: 1/8 7/8; c: 1/2 1/2",
            },
        ),
        # Mixing reveals a model that neither action alone reveals.
        finite(
            "compromise",
            "y n",
            "a: 3/4 1/4; b: 3/4 1/4; c: 1/2 1/2",
            "a: 0 1; b: 0 1; c: 5/8 5/8",
            {
                "for_b": "a: 3/4 1/4; b: 1/4 3/4; c: 1/4 3/4",
                "for_a": "a: 1/4 3/4; b: 3/4 1/4; c: 1/4 3/4",
                "for_c": "a: 1/2 1/2; b: 1/2 1/2; c: 1/2 1/2",
            },
        ),
        # Two separate mixed equilibria on one support.
        finite(
            "two_mixtures",
            "y n",
            "a: 1/2 1/2; b: 1/2 1/2",
            "a: 1 0; b: -7/16 9/16",
            {
                "first": "a: 1/2 1/2; b: 1/8 7/8",
                "middle": "a: 1/4 3/4; b: 1/4 3/4",
                "last": "a: 1/8 7/8; b: 1/2 1/2",
            },
        ),
        # The trap with the truthful action written twice.
        finite(
            "doubled_action",
            "approve reject",
            "truthful: 7/10 3/10; sycophantic: 3/5 2/5; honest: 7/10 3/10",
            "truthful: 1 0; sycophantic: 1 0; honest: 1 0",
            {
                "merit": "truthful: 4/5 1/5; sycophantic: 1/5 4/5; honest: 4/5 1/5",
                "agreement": "truthful: 1/5 4/5; sycophantic: 4/5 1/5; honest: 1/5 4/5",
            },
        ),
        # The trap with the model "merit" written twice.
        finite(
            "doubled_model",
            "approve reject",
            "truthful: 7/10 3/10; sycophantic: 3/5 2/5",
            "truthful: 1 0; sycophantic: 1 0",
            {
                "merit": "truthful: 4/5 1/5; sycophantic: 1/5 4/5",
                "desert": "truthful: 4/5 1/5; sycophantic: 1/5 4/5",
                "agreement": "truthful: 1/5 4/5; sycophantic: 4/5 1/5",
            },
        ),
        # Divergences infinite at different actions.
        finite(
            "blind_spots",
            "x y z",
            "left: 1/2 1/2 0; right: 1/2 0 1/2; middle: 1/2 1/4 1/4",
            "left: 0 0 0; right: 0 0 4; middle: 1 0 1",
            {
                "no_y": "left: 1 0 0; right: 1/2 0 1/2; middle: 1/2 0 1/2",
                "no_z": "left: 1/2 1/2 0; right: 1 0 0; middle: 1/2 1/2 0",
                "wide": "left: 1/3 1/3 1/3; right: 1/3 1/3 1/3; middle: 1/3 1/3 1/3",
            },
        ),
        # No equilibrium at all: the divergence of "blind" is infinite as soon as left is played at all.
        finite(
            "no_equilibrium",
            "x y",
            "left: 1 0; right: 1/2 1/2",
            "left: 0 1; right: 0 1",
            {
                "blind": "left: 0 1; right: 1/2 1/2",
                "wide": "left: 1/2 1/2; right: 1/4 3/4",
            },
        ),
        # The trap paid in another currency: r for an approval.
        finite(
            "scaled_trap",
            "approve reject",
            "truthful: p 1-p; sycophantic: q 1-q",
            "truthful: r 0; sycophantic: r 0",
            {
                "merit": "truthful: 4/5 1/5; sycophantic: 1/5 4/5",
                "agreement": "truthful: 1/5 4/5; sycophantic: 4/5 1/5",
            },
            {"p": "(0, 1)", "q": "(0, 1)", "r": "(0, oo)"},
        ),
        # A difference of payoffs that touches zero without changing sign.
        finite(
            "touching",
            "y n",
            "risky: 1/2 1/2; safe: 1/2 1/2",
            "risky: (2*p-1)**2 (2*p-1)**2; safe: 0 0",
            {"true": "risky: 1/2 1/2; safe: 1/2 1/2"},
            {"p": "(0, 1)"},
        ),
        # Square root of a parameter; the threshold is where sqrt(w) = 3/2.
        finite(
            "square_root",
            "y n",
            "safe: 1/2 1/2; risky: 1/2 1/2",
            "safe: sqrt(w) sqrt(w); risky: 3 0",
            {"true": "safe: 1/2 1/2; risky: 1/2 1/2"},
            {"w": "(0, 9)"},
        ),
        # Exponential utility: 1 - exp(-k) for sure against an even chance of 1.
        finite(
            "cara",
            "y n",
            "safe: 1/2 1/2; risky: 1/2 1/2",
            "safe: 1-exp(-k) 1-exp(-k); risky: 1 0",
            {"true": "safe: 1/2 1/2; risky: 1/2 1/2"},
            {"k": "(0, 5)"},
        ),
    ]
    return {game.name: game for game in games}


@cache
def game_of(name: str) -> Game:
    """The game with this name: a file under examples/, or one written in this module."""
    for path in (EXAMPLES / f"{name}.toml", EXAMPLES / "literature" / f"{name}.toml"):
        if path.exists():
            return load_game(path)
    return _inline()[name]


# Truths at points

HALF = "h=4/5 l=1/5"  # both thresholds are 1/2
SIXTHS = "h=4/5 l=2/5"  # thresholds log(3)/log(6) = 0.6131...
SEVENTHS = "h=6/7 l=3/7"  # h/l = 2 and (1-l)/(1-h) = 4: the thresholds are log(4)/log(8) = 2/3, exactly

_SAFE = {
    "rational": "truthful",
    "edges": "truthful>truthful sycophantic>truthful",
    "absorbing": "truthful",
    "closed": "truthful",
}
_UNSAFE = {
    "rational": "sycophantic",
    "edges": "truthful>sycophantic sycophantic>sycophantic",
    "absorbing": "sycophantic",
    "closed": "sycophantic",
}
_COEXISTENCE = {
    "rational": "truthful sycophantic",
    "edges": "truthful>truthful sycophantic>sycophantic",
    "absorbing": "truthful | sycophantic",
    "closed": "truthful | sycophantic",
}
_SWING = {
    "rational": "truthful sycophantic",
    "edges": "truthful>sycophantic sycophantic>truthful",
    "absorbing": "truthful sycophantic",
    "closed": "truthful sycophantic",
    "cycles": "truthful sycophantic",
}
_EVERYTHING = {
    "rational": "truthful sycophantic",
    "edges": "truthful>truthful truthful>sycophantic sycophantic>sycophantic sycophantic>truthful",
    "absorbing": "truthful sycophantic",
    "closed": "truthful sycophantic",
    "cycles": "truthful sycophantic",
}
_MERIT = equilibrium("truthful", "merit")
_AGREEMENT = equilibrium("sycophantic", "agreement")

# The canonical trap (Xu et al. 2026, arXiv:2602.17676). Write D(x) = x log(h/l) - (1 - x) log((1-l)/(1-h)). Then
# K(agreement) - K(merit) is D(p) after truthful and -D(q) after sycophantic, and D(x) > 0 iff x exceeds
# log((1-l)/(1-h)) / log(h(1-l)/(l(1-h))). Merit recommends truthful and agreement sycophantic, both strictly; with
# probability mu on merit the payoffs are mu h + (1-mu) l against mu l + (1-mu) h, equal iff mu = 1/2.
# A mixture needs the tie sigma(truthful) D(p) = sigma(sycophantic) D(q):
# sigma(truthful) = D(q)/(D(p) + D(q)), inside (0, 1) iff D(p) and D(q) have the same sign.
# With l = 1 - h: D(x) = (2x - 1) log(h/l), so sigma(truthful) = (2q - 1)/(2(p + q - 1)).
_TRAP = (
    point("trap-safe", "sycophancy", f"p=7/10 q=3/10 {HALF}", _MERIT, **_SAFE, rounds=2),
    point("trap-unsafe", "sycophancy", f"p=3/10 q=7/10 {HALF}", _AGREEMENT, **_UNSAFE, rounds=2),
    # (2q-1)/(2(p+q-1)) = (1/5)/(3/5)
    point(
        "trap-coexistence",
        "sycophancy",
        f"p=7/10 q=3/5 {HALF}",
        _MERIT,
        _AGREEMENT,
        equilibrium("truthful=1/3 sycophantic=2/3", "merit agreement"),
        **_COEXISTENCE,
        rounds=1,
    ),
    # (-1/5)/(-3/5)
    point(
        "trap-cycle",
        "sycophancy",
        f"p=3/10 q=2/5 {HALF}",
        equilibrium("truthful=1/3 sycophantic=2/3", "merit agreement"),
        **_SWING,
    ),
    # D(p) = 0: after truthful both models fit, so truthful is held up by any belief with mu(merit) >= 1/2 and
    # sycophantic is a reply too. A mixture would need sigma(sycophantic) D(q) = 0.
    point(
        "trap-edge-low",
        "sycophancy",
        f"p=1/2 q=3/10 {HALF}",
        equilibrium("truthful", "merit agreement"),
        rational="truthful sycophantic",
        edges="truthful>truthful truthful>sycophantic sycophantic>truthful",
        absorbing="truthful sycophantic",
        closed="truthful sycophantic",
        cycles="truthful sycophantic",
    ),
    point(
        "trap-edge-high",
        "sycophancy",
        f"p=1/2 q=7/10 {HALF}",
        equilibrium("truthful", "merit agreement"),
        _AGREEMENT,
        rational="truthful sycophantic",
        edges="truthful>truthful truthful>sycophantic sycophantic>sycophantic",
        absorbing="sycophantic",
        closed="sycophantic",
    ),
    point(
        "trap-edge-right",
        "sycophancy",
        f"p=7/10 q=1/2 {HALF}",
        _MERIT,
        equilibrium("sycophantic", "merit agreement"),
        rational="truthful sycophantic",
        edges="truthful>truthful sycophantic>truthful sycophantic>sycophantic",
        absorbing="truthful",
        closed="truthful",
    ),
    point(
        "trap-edge-left",
        "sycophancy",
        f"p=3/10 q=1/2 {HALF}",
        equilibrium("sycophantic", "merit agreement"),
        rational="truthful sycophantic",
        edges="truthful>sycophantic sycophantic>truthful sycophantic>sycophantic",
        absorbing="truthful sycophantic",
        closed="truthful sycophantic",
        cycles="truthful sycophantic",
    ),
    # D(p) = D(q) = 0: both models fit every mixture, and mu = 1/2 makes every mixture optimal.
    point(
        "trap-corner",
        "sycophancy",
        f"p=1/2 q=1/2 {HALF}",
        equilibrium("truthful", "merit agreement"),
        equilibrium("sycophantic", "merit agreement"),
        equilibrium("truthful sycophantic", "merit agreement", dimension=1),
        **_EVERYTHING,
    ),
    # Thresholds log(3)/log(6) = 0.61315: D(x) = x log 6 - log 3.
    point("trap-log-safe", "sycophancy", f"p=31/50 q=61/100 {SIXTHS}", _MERIT, **_SAFE),
    point("trap-log-unsafe", "sycophancy", f"p=61/100 q=31/50 {SIXTHS}", _AGREEMENT, **_UNSAFE),
    point(
        "trap-log-coexistence",
        "sycophancy",
        f"p=7/10 q=13/20 {SIXTHS}",
        _MERIT,
        _AGREEMENT,
        equilibrium(
            "truthful=(13*log(6)-20*log(3))/(27*log(6)-40*log(3)) "
            "sycophantic=(14*log(6)-20*log(3))/(27*log(6)-40*log(3))",
            "merit agreement",
        ),
        **_COEXISTENCE,
    ),
    point(
        "trap-log-cycle",
        "sycophancy",
        f"p=3/5 q=1/2 {SIXTHS}",
        equilibrium(
            "truthful=(5*log(6)-10*log(3))/(11*log(6)-20*log(3)) "
            "sycophantic=(6*log(6)-10*log(3))/(11*log(6)-20*log(3))",
            "merit agreement",
        ),
        **_SWING,
    ),
    # 2**2 = 4: at p = 2/3 the likelihoods agree although three logarithms occur.
    point(
        "trap-power-edge",
        "sycophancy",
        f"p=2/3 q=1/3 {SEVENTHS}",
        equilibrium("truthful", "merit agreement"),
        rational="truthful sycophantic",
        edges="truthful>truthful truthful>sycophantic sycophantic>truthful",
        absorbing="truthful sycophantic",
        closed="truthful sycophantic",
        cycles="truthful sycophantic",
    ),
    point(
        "trap-power-corner",
        "sycophancy",
        f"p=2/3 q=2/3 {SEVENTHS}",
        equilibrium("truthful", "merit agreement"),
        equilibrium("sycophantic", "merit agreement"),
        equilibrium("truthful sycophantic", "merit agreement", dimension=1),
        **_EVERYTHING,
    ),
    # A trillionth to the right of the edge: D(p) = log(8) 10**-12.
    point(
        "trap-power-near",
        "sycophancy",
        f"p=2000000000003/3000000000000 q=1/3 {SEVENTHS}",
        _MERIT,
        **_SAFE,
    ),
)

# Hallucination. K(ignorant) - K(capable) = (2p-1) log 3 after answer and -(2q-1) log 3 after abstain.
# Under capable: answer 3/4 - c/4, abstain 1/4; under ignorant: answer 1/4 - 3c/4 < 3/4, abstain 3/4.
# A mixture with both models: sigma(answer)(2p-1) = sigma(abstain)(2q-1), belief capable (2+3c)/(4+2c) for c < 2.
_HALLUCINATION = (
    # In truth answering is worth 3/5 - (3/2)(2/5) = 0 against 1/4 for abstaining, and yet it is locked in.
    point(
        "hallucination-locked",
        "hallucination",
        "p=3/5 q=1/4 c=3/2",
        equilibrium("answer", "capable"),
        rational="answer",
        edges="abstain>answer answer>answer",
        absorbing="answer",
        closed="answer",
    ),
    # (2q-1)/(2(p+q-1)) = (-1/5)/(-4/5)
    point(
        "hallucination-swing",
        "hallucination",
        "p=1/5 q=2/5 c=1",
        equilibrium("answer=1/4 abstain=3/4", "capable ignorant"),
        rational="abstain answer",
        edges="abstain>answer answer>abstain",
        absorbing="abstain answer",
        closed="abstain answer",
        cycles="abstain answer",
    ),
    # (1/5)/(4/5)
    point(
        "hallucination-both",
        "hallucination",
        "p=4/5 q=3/5 c=1",
        equilibrium("answer", "capable"),
        equilibrium("abstain", "ignorant"),
        equilibrium("answer=1/4 abstain=3/4", "capable ignorant"),
        rational="abstain answer",
        edges="abstain>abstain answer>answer",
        absorbing="abstain | answer",
        closed="abstain | answer",
    ),
    # c > 2: under capable 3/4 - 3/4 = 0 < 1/4 too.
    point(
        "hallucination-fined",
        "hallucination",
        "p=4/5 q=1/4 c=3",
        equilibrium("abstain", "capable"),
        rational="abstain",
        edges="abstain>abstain answer>abstain",
        absorbing="abstain",
        closed="abstain",
    ),
    point(
        "hallucination-abstains",
        "hallucination",
        "p=1/5 q=3/5 c=1",
        equilibrium("abstain", "ignorant"),
        rational="abstain",
        edges="abstain>abstain answer>abstain",
        absorbing="abstain",
        closed="abstain",
    ),
    # c = 2: under capable both pay 1/4. Abstaining is held up by capable; a mixture only by capable alone, which
    # fits iff -(3/5) sigma(answer) + (1/5) sigma(abstain) >= 0, that is sigma(answer) <= 1/4: an interval.
    point(
        "hallucination-tie",
        "hallucination",
        "p=1/5 q=2/5 c=2",
        equilibrium("abstain", "capable"),
        equilibrium("abstain answer", "capable", dimension=1),
        rational="abstain answer",
        edges="abstain>abstain abstain>answer answer>abstain",
        absorbing="abstain answer",
        closed="abstain answer",
        cycles="abstain answer",
    ),
)

# Deception locked in. K(watchful) - K(lax) after deceive is (1-r) log(9/8) - r log 2, positive iff
# r < log(9/8)/log(9/4) = 0.1452; after honest the models agree. U(deceive): lax 9/10 - c/10, watchful 4/5 - c/5.
_LOCKED = (
    point(
        "deception-unlikely",
        "deception_locked_in",
        "r=1/20 c=2",
        equilibrium("deceive", "lax"),
        rational="deceive",
        edges="honest>deceive deceive>deceive",
        absorbing="deceive",
        closed="deceive",
    ),
    point(
        "deception-almost-certain-detection",
        "deception_locked_in",
        "r=99/100 c=29/10",
        equilibrium("deceive", "watchful"),
        rational="deceive",
        edges="honest>deceive deceive>deceive",
        absorbing="deceive",
        closed="deceive",
    ),
    # c = 5: lax 2/5, watchful -1/5, honest 1/5. After honest both models fit, so both actions are replies.
    point(
        "deception-lax-world",
        "deception_locked_in",
        "r=1/10 c=5",
        equilibrium("deceive", "lax"),
        equilibrium("honest", "lax watchful"),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>deceive",
        absorbing="deceive",
        closed="deceive",
    ),
    point(
        "deception-watched",
        "deception_locked_in",
        "r=1/5 c=5",
        equilibrium("honest", "lax watchful"),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>honest",
        absorbing="deceive honest",
        closed="deceive honest",
        cycles="deceive honest",
    ),
    # c = 3: watchful makes them tie at 1/5, lax pays 3/5 for deceiving; every mixture is held up by watchful.
    point(
        "deception-tie",
        "deception_locked_in",
        "r=1/2 c=3",
        equilibrium("honest", "watchful"),
        equilibrium("deceive", "watchful"),
        equilibrium("deceive honest", "watchful", dimension=1),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>deceive deceive>honest",
        absorbing="deceive honest",
        closed="deceive honest",
        cycles="deceive honest",
    ),
    point(
        "deception-deterred",
        "deception_locked_in",
        "r=1/20 c=8",
        equilibrium("honest", "lax watchful"),
        rational="honest",
        edges="honest>honest deceive>honest",
        absorbing="honest",
        closed="honest",
    ),
)

# Indeterminacy. U(deceive) = 3/5 under unwatched, -3/5 under watched; only deceiving tells them apart, and it
# favours unwatched iff r < 1/2.
_INDETERMINACY = (
    # unwatched is exactly right; honesty survives on a belief that nothing corrects (a self-confirming equilibrium
    # that no correct belief supports, Fudenberg & Levine 1993).
    point(
        "indeterminacy-low-risk",
        "deception_indeterminacy",
        "r=1/5 w=0",
        equilibrium("deceive", "unwatched"),
        equilibrium("honest", "unwatched watched"),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>deceive",
        absorbing="deceive",
        closed="deceive",
    ),
    point(
        "indeterminacy-high-risk",
        "deception_indeterminacy",
        "r=4/5 w=0",
        equilibrium("honest", "unwatched watched"),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>honest",
        absorbing="deceive honest",
        closed="deceive honest",
        cycles="deceive honest",
    ),
    # r = 1/2: the models fit every mixture equally; mu = 1/2 makes the actions tie.
    point(
        "indeterminacy-even",
        "deception_indeterminacy",
        "r=1/2 w=0",
        equilibrium("honest", "unwatched watched"),
        equilibrium("deceive", "unwatched watched"),
        equilibrium("deceive honest", "unwatched watched", dimension=1),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>deceive deceive>honest",
        absorbing="deceive honest",
        closed="deceive honest",
        cycles="deceive honest",
    ),
    # w = 3/5: deceiving is optimal under unwatched alone, honesty under every belief.
    point(
        "indeterminacy-tie",
        "deception_indeterminacy",
        "r=1/2 w=3/5",
        equilibrium("honest", "unwatched watched"),
        equilibrium("deceive", "unwatched"),
        equilibrium("deceive honest", "unwatched", dimension=1),
        rational="deceive honest",
        edges="honest>honest honest>deceive deceive>deceive deceive>honest",
        absorbing="deceive honest",
        closed="deceive honest",
        cycles="deceive honest",
    ),
    point(
        "indeterminacy-well-paid",
        "deception_indeterminacy",
        "r=1/3 w=4/5",
        equilibrium("honest", "unwatched watched"),
        rational="honest",
        edges="honest>honest deceive>honest",
        absorbing="honest",
        closed="honest",
    ),
    point(
        "indeterminacy-badly-paid",
        "deception_indeterminacy",
        "r=1/2 w=-4/5",
        equilibrium("deceive", "unwatched watched"),
        rational="deceive",
        edges="honest>deceive deceive>deceive",
        absorbing="deceive",
        closed="deceive",
    ),
)

# Three styles. At every action the model of the style itself predicts 3/4 (divergence A), of the next style 1/4 (B),
# of the style before 1/2 (C): B - C = p log 2 - (1-p) log(3/2) = log 2 - (1-p) log 3, A - C = log 2 - p log 3,
# A - B = (1-2p) log 3. On styles (i, i+1) with weights (s, 1-s) the divergences of the models of i, i+1, i+2 are
# A s + C (1-s), A (1-s) + B s, B (1-s) + C s. Payoffs under the models (brief, thorough, playful):
# brief (3/4, 1/4, 1/2) + b, thorough (1/2, 3/4, 1/4), playful (1/4, 1/2, 3/4).
# The uniform mixture makes all models tie; belief ((1-4b)/3, (1+4b)/3, 1/3) makes all styles tie: b < 1/4.
_UNIFORM = equilibrium(
    "brief=1/3 thorough=1/3 playful=1/3", "brief_pleases thorough_pleases playful_pleases"
)
_THREE = (
    # B least: the data of each style favour the next one's model. Two styles cannot be mixed: a tie of the models of
    # i and i+1 leaves the third below them, and the other pairs of models do not make these two styles the best.
    point(
        "styles-forward",
        "three_cycle",
        "p=1/5 b=1/8",
        _UNIFORM,
        rational="brief thorough playful",
        edges="brief>thorough thorough>playful playful>brief",
        absorbing="brief thorough playful",
        closed="brief thorough playful",
        cycles="brief thorough playful",
    ),
    point(
        "styles-backward",
        "three_cycle",
        "p=1/2 b=1/8",
        _UNIFORM,
        rational="brief thorough playful",
        edges="brief>playful playful>thorough thorough>brief",
        absorbing="brief thorough playful",
        closed="brief thorough playful",
        cycles="brief playful thorough",
    ),
    # A least. On (i, i+1) the models of both tie at
    # s = (A-C)/((A-C)+(A-B)) = (p log 3 - log 2)/((3p-1) log 3 - log 2),
    # for p = 4/5: (4 log 3 - 5 log 2)/(7 log 3 - 5 log 2); the third model is worse there.
    point(
        "styles-locked",
        "three_cycle",
        "p=4/5 b=1/8",
        equilibrium("brief", "brief_pleases"),
        equilibrium("thorough", "thorough_pleases"),
        equilibrium("playful", "playful_pleases"),
        equilibrium(
            "brief=log(81/32)/log(2187/32) thorough=log(27)/log(2187/32)", "brief_pleases thorough_pleases"
        ),
        equilibrium(
            "thorough=log(81/32)/log(2187/32) playful=log(27)/log(2187/32)", "thorough_pleases playful_pleases"
        ),
        equilibrium(
            "playful=log(81/32)/log(2187/32) brief=log(27)/log(2187/32)", "playful_pleases brief_pleases"
        ),
        _UNIFORM,
        rational="brief thorough playful",
        edges="brief>brief thorough>thorough playful>playful",
        absorbing="brief | thorough | playful",
        closed="brief | thorough | playful",
    ),
    # 1/4 < b: playful is never best (-mu1/2 + mu2/4 + mu3/4 < b). The models of thorough and playful tie on
    # (brief, thorough) at s = (A-B)/((A-B)+(C-B)) = (3/5) log 3/((7/5) log 3 - log 2); belief 7/9 on thorough's.
    point(
        "styles-two-cycle",
        "three_cycle",
        "p=1/5 b=1/3",
        equilibrium(
            "brief=log(27)/log(2187/32) thorough=log(81/32)/log(2187/32)", "thorough_pleases playful_pleases"
        ),
        rational="brief thorough",
        edges="brief>thorough thorough>brief playful>brief",
        absorbing="brief thorough",
        closed="brief thorough",
        cycles="brief thorough",
    ),
    point(
        "styles-brief",
        "three_cycle",
        "p=1/5 b=2/3",
        equilibrium("brief", "thorough_pleases"),
        rational="brief",
        edges="brief>brief thorough>brief playful>brief",
        absorbing="brief",
        closed="brief",
    ),
)

_INLINE = (
    # a and c pay 3/4 under the only model, b pays 1/2.
    point(
        "two-best",
        "two_best",
        "",
        equilibrium("a", "true"),
        equilibrium("c", "true"),
        equilibrium("a c", "true", dimension=1),
        rational="a c",
        edges="a>a a>c b>a b>c c>a c>c",
        absorbing="a c",
        closed="a c",
        cycles="a c",
        rounds=2,
    ),
    # After safe both models fit perfectly: risky pays 1 under dogma, -4 under sober, safe 0. After risky, and after
    # any mixture, dogma is ruled out. Mixtures would need a tie under sober alone.
    point(
        "dogma",
        "dogma",
        "",
        equilibrium("safe", "dogma sober"),
        rational="risky safe",
        edges="safe>safe safe>risky risky>safe",
        absorbing="risky safe",
        closed="risky safe",
        cycles="risky safe",
    ),
    # The likelihoods (1*6*6)**(1/3) and (2*2*9)**(1/3) are equal: both models fit everything. U(a) = 1/13 or 2/13,
    # U(b) = 7/26 or 2/13: b is optimal under every belief, a under "two" alone.
    point(
        "thirteen",
        "thirteen",
        "",
        equilibrium("a", "two"),
        equilibrium("b", "one two"),
        equilibrium("a b", "two", dimension=1),
        rational="a b",
        edges="a>a a>b b>a b>b",
        absorbing="a b",
        closed="a b",
        cycles="a b",
    ),
    # sqrt 2 sqrt 3 = sqrt 6 = 2.449..., sqrt 2 + sqrt 3 - 1 = 2.146...
    point(
        "roots",
        "roots",
        "",
        equilibrium("a", "true"),
        equilibrium("b", "true"),
        equilibrium("a b", "true", dimension=1),
        rational="a b",
        edges="a>a a>b b>a b>b c>a c>b",
        absorbing="a b",
        closed="a b",
        cycles="a b",
    ),
    # log 6 = 1.7917..., exp(1/2) = 1.6487...
    point(
        "kelly",
        "kelly",
        "",
        equilibrium("bet", "true"),
        equilibrium("keep", "true"),
        equilibrium("bet keep", "true", dimension=1),
        rational="bet keep",
        edges="bet>bet bet>keep keep>bet keep>keep sell>bet sell>keep",
        absorbing="bet keep",
        closed="bet keep",
        cycles="bet keep",
    ),
    # 2.7 < 2.71828 < 2.7272...
    point(
        "euler",
        "euler",
        "",
        equilibrium("high", "true"),
        rational="high",
        edges="low>high e>high high>high",
        absorbing="high",
        closed="high",
    ),
    # After a or b good fits better (kl(1/2, 3/4) = (1/2) log(4/3) against kl(1/2, 1/8) = (1/2) log(16/7)), after c
    # bad fits exactly. Good recommends a (3/4 against 1/4), bad b (7/8 against 1/8), c pays -1. So Gamma(A) = {a, b},
    # Gamma({a, b}) = {a}: two rounds.
    point(
        "two-rounds",
        "two_rounds",
        "",
        equilibrium("a", "good"),
        rational="a",
        edges="a>a b>a c>b",
        absorbing="a",
        closed="a",
        rounds=3,
    ),
    # K: after a for_b is exact, for_a costs kl(3/4, 1/4) = (1/2) log 3 = 0.549, for_c kl(3/4, 1/2) = 0.131; after b
    # the other way around; after c for_c is exact. At equal weights on a and b for_c fits best (0.131 against 0.275).
    # U(a) = 1/4, 3/4, 1/2 and U(b) = 3/4, 1/4, 1/2 under for_b, for_a, for_c; c pays 5/8. So a -> b -> a is a sink
    # of the graph, but mixing the two leads to c: {a, b} is not closed. A belief that makes a and b tie gives
    # 1/2 < 5/8, and on {a, c} for_a is never a best fit, so c is the only equilibrium.
    point(
        "compromise",
        "compromise",
        "",
        equilibrium("c", "for_c"),
        rational="a b c",
        edges="a>b b>a c>c",
        absorbing="a b | c",
        closed="c",
        cycles="a b",
    ),
    # With s on a: first = -(1/2)(s log(1/4) + (1-s) log(7/64)), middle = -(1/2) log(3/16), last mirrored. first and
    # middle tie at s = log(12/7)/log(16/7) = 0.652, middle and last at 1 - s. U(a) - U(b) = P(y|a) + P(y|b) - 9/16:
    # 1/16, -1/16, 1/16. So first recommends a, middle b, last a; equal weights on two neighbours make a and b tie.
    point(
        "two-mixtures",
        "two_mixtures",
        "",
        equilibrium("a", "first"),
        equilibrium("a=log(12/7)/log(16/7) b=log(4/3)/log(16/7)", "first middle"),
        equilibrium("a=log(4/3)/log(16/7) b=log(12/7)/log(16/7)", "middle last"),
        rational="a b",
        edges="a>a b>a",
        absorbing="a",
        closed="a",
        # Gamma({a, b}) = {a, b} but Gamma({b}) = {a}: b survives only in mixtures.
    ),
    # Only the sum of the two copies matters: 1/3 on them together.
    point(
        "doubled-action",
        "doubled_action",
        "",
        equilibrium("truthful", "merit"),
        equilibrium("honest", "merit"),
        equilibrium("sycophantic", "agreement"),
        equilibrium("truthful honest", "merit", dimension=1),
        equilibrium("truthful=1/3 sycophantic=2/3", "merit agreement"),
        equilibrium("honest=1/3 sycophantic=2/3", "merit agreement"),
        equilibrium("truthful honest sycophantic", "merit agreement", dimension=1),
        rational="truthful honest sycophantic",
        edges="truthful>truthful truthful>honest honest>truthful honest>honest sycophantic>sycophantic",
        absorbing="truthful honest | sycophantic",
        closed="truthful honest | sycophantic",
        cycles="truthful honest",
    ),
    point(
        "doubled-model",
        "doubled_model",
        "",
        equilibrium("truthful", "merit desert"),
        equilibrium("sycophantic", "agreement"),
        equilibrium("truthful=1/3 sycophantic=2/3", "merit desert agreement"),
        rational="truthful sycophantic",
        edges="truthful>truthful sycophantic>sycophantic",
        absorbing="truthful | sycophantic",
        closed="truthful | sycophantic",
    ),
    # K = oo for no_y after left and middle, for no_z after right and middle. So no_z explains left exactly, no_y
    # explains right exactly, wide explains every mixture of left with right and everything with middle.
    # U (left, right, middle): no_y (0, 2, 1), no_z (0, 0, 1/2), wide (0, 4/3, 2/3).
    # left -> no_z -> middle; right -> no_y -> right; middle -> wide -> right.
    point(
        "blind-spots",
        "blind_spots",
        "",
        equilibrium("right", "no_y"),
        rational="right",
        edges="left>middle right>right middle>right",
        absorbing="right",
        closed="right",
        rounds=3,
    ),
    # Theorem 1 of Esponda & Pouzo 2016 assumes that no model rules out what happens (or that such models are limits
    # of others). "blind" fits right exactly and recommends left (1 against 1/2); after left, and after every mixture,
    # it is ruled out, and wide recommends right (3/4 against 1/2). So best fits jump and there is no equilibrium.
    point(
        "no-equilibrium",
        "no_equilibrium",
        "",
        rational="left right",
        edges="left>right right>left",
        absorbing="left right",
        closed="left right",
        cycles="left right",
    ),
    # (2p - 1)**2 > 0 but at p = 1/2.
    *(
        point(
            f"touching-{where}",
            "touching",
            f"p={p}",
            equilibrium("risky", "true"),
            rational="risky",
            edges="risky>risky safe>risky",
            absorbing="risky",
            closed="risky",
        )
        for where, p in (("left", "1/3"), ("right", "3/4"))
    ),
    point(
        "touching-tie",
        "touching",
        "p=1/2",
        equilibrium("risky", "true"),
        equilibrium("safe", "true"),
        equilibrium("risky safe", "true", dimension=1),
        rational="risky safe",
        edges="safe>safe safe>risky risky>safe risky>risky",
        absorbing="risky safe",
        closed="risky safe",
        cycles="risky safe",
    ),
    # sqrt(9/4) = 3/2 = (3 + 0)/2
    point(
        "square-root-tie",
        "square_root",
        "w=9/4",
        equilibrium("safe", "true"),
        equilibrium("risky", "true"),
        equilibrium("risky safe", "true", dimension=1),
        rational="risky safe",
        edges="safe>safe safe>risky risky>safe risky>risky",
        absorbing="risky safe",
        closed="risky safe",
        cycles="risky safe",
    ),
    point(
        "square-root-below",
        "square_root",
        "w=2",
        equilibrium("risky", "true"),
        rational="risky",
        edges="safe>risky risky>risky",
        absorbing="risky",
        closed="risky",
    ),
    point(
        "square-root-above",
        "square_root",
        "w=3",
        equilibrium("safe", "true"),
        rational="safe",
        edges="safe>safe risky>safe",
        absorbing="safe",
        closed="safe",
    ),
    # 1 - exp(-k) < 1/2 iff k < log 2 = 0.693...
    point(
        "cara-below",
        "cara",
        "k=69/100",
        equilibrium("risky", "true"),
        rational="risky",
        edges="safe>risky risky>risky",
        absorbing="risky",
        closed="risky",
    ),
    point(
        "cara-above",
        "cara",
        "k=7/10",
        equilibrium("safe", "true"),
        rational="safe",
        edges="safe>safe risky>safe",
        absorbing="safe",
        closed="safe",
    ),
)

# The literature on a grid; each file tells its story.
_LITERATURE = (
    # Regression to the mean. Payoff differences: harsh over fair delta_c - delta_p - k, kind below fair always (k > 0).
    # After fair "both" is exact. After harsh only the effect of criticism is seen: none costs kl(1/2, 2/3) =
    # (1/2) log(9/8) = 0.059, +1/6 costs (1/2) kl(1/2, 5/6) = (1/4) log(9/5) = 0.147, so praise_hurts and no_effect fit.
    # After kind likewise no_effect and criticism_helps. On fair and harsh "both" and "praise_hurts" tie where
    # (1-s) log(64/45) = s log(9/8) for s on fair; the belief is 6k - 1 on both.
    point(
        "instructor-tempted",
        "regression_to_the_mean",
        "k=1/10",
        equilibrium("harsh", "praise_hurts no_effect"),
        rational="fair harsh",
        edges="fair>harsh harsh>harsh harsh>fair kind>fair kind>harsh",
        absorbing="fair harsh",
        closed="fair harsh",
        cycles="fair harsh",
        rounds=2,
    ),
    point(
        "instructor-wavering",
        "regression_to_the_mean",
        "k=1/4",
        equilibrium("fair=log(64/45)/log(8/5) harsh=log(9/8)/log(8/5)", "both praise_hurts"),
        rational="fair harsh",
        edges="fair>harsh harsh>fair kind>fair",
        absorbing="fair harsh",
        closed="fair harsh",
        cycles="fair harsh",
    ),
    point(
        "instructor-fair",
        "regression_to_the_mean",
        "k=2/5",
        equilibrium("fair", "both"),
        rational="fair",
        edges="fair>fair harsh>fair kind>fair",
        absorbing="fair",
        closed="fair",
    ),
    # Naive buyer. low -> worst, middle -> lower_two, high -> all_three, each exactly; a mixture with high rules both
    # others out, one of low and middle rules worst out and prefers lower_two. Payoffs times 3:
    # worst g, 2g-2, 3g-6; lower_two g+1/2, 2g-1, 3g-9/2; all_three g+1, 2g, 3g-3.
    point(
        "buyer-unravels",
        "adverse_selection_naive",
        "g=5/4",
        equilibrium("low", "worst"),
        rational="low",
        edges="low>low middle>low high>middle",
        absorbing="low",
        closed="low",
        rounds=3,
    ),
    point(
        "buyer-two-offers",
        "adverse_selection_naive",
        "g=7/4",
        equilibrium("low", "worst"),
        equilibrium("middle", "lower_two"),
        rational="low middle",
        edges="low>low middle>middle high>middle",
        absorbing="low | middle",
        closed="low | middle",
        rounds=2,
    ),
    point(
        "buyer-middle",
        "adverse_selection_naive",
        "g=5/2",
        equilibrium("middle", "lower_two"),
        rational="middle",
        edges="low>middle middle>middle high>middle",
        absorbing="middle",
        closed="middle",
    ),
    # g = 3/2: low and middle tie under lower_two, which fits every mixture of them.
    point(
        "buyer-tie",
        "adverse_selection_naive",
        "g=3/2",
        equilibrium("low", "worst"),
        equilibrium("middle", "lower_two"),
        equilibrium("low middle", "lower_two", dimension=1),
        rational="low middle",
        edges="low>low middle>middle middle>low high>middle",
        absorbing="low",
        closed="low",
    ),
    point(
        "buyer-high-after-a-while",
        "adverse_selection_naive",
        "g=15/4",
        equilibrium("high", "all_three"),
        rational="high",
        edges="low>middle middle>high high>high",
        absorbing="high",
        closed="high",
        rounds=3,
    ),
    # Cursed buyer: payoffs times 3 are g + chi, 2g - 1 + chi, 3g - 3.
    point(
        "cursed-low",
        "adverse_selection_cursed",
        "g=1/2 chi=1/2",
        equilibrium("low", "cursed"),
        rational="low",
        edges="low>low middle>low high>low",
        absorbing="low",
        closed="low",
    ),
    point(
        "cursed-middle",
        "adverse_selection_cursed",
        "g=12/5 chi=1/2",
        equilibrium("middle", "cursed"),
        rational="middle",
        edges="low>middle middle>middle high>middle",
        absorbing="middle",
        closed="middle",
    ),
    point(
        "cursed-high",
        "adverse_selection_cursed",
        "g=13/5 chi=1/2",
        equilibrium("high", "cursed"),
        rational="high",
        edges="low>high middle>high high>high",
        absorbing="high",
        closed="high",
    ),
    point(
        "cursed-tie",
        "adverse_selection_cursed",
        "g=5/2 chi=1/2",
        equilibrium("middle", "cursed"),
        equilibrium("high", "cursed"),
        equilibrium("high middle", "cursed", dimension=1),
        rational="high middle",
        edges="low>middle low>high middle>middle middle>high high>middle high>high",
        absorbing="high middle",
        closed="high middle",
        cycles="high middle",
    ),
    # Overconfidence. U(high) - U(low) = market/16 - k. low -> market_1, high -> market_2, both exactly. They tie at
    # weight A/(A+B) on high with A = kl(5/16, 3/8), B = kl(1/2, 3/8) = (1/2) log(16/15); market_3 is above both there.
    point(
        "overconfident-trap",
        "overconfidence",
        "k=1/10",
        equilibrium("low", "market_1"),
        equilibrium("high", "market_2"),
        equilibrium(
            "high=(5*log(5/6)+11*log(11/10))/(5*log(5/6)+11*log(11/10)+8*log(16/15)) "
            "low=8*log(16/15)/(5*log(5/6)+11*log(11/10)+8*log(16/15))",
            "market_1 market_2",
        ),
        rational="high low",
        edges="low>low high>high",
        absorbing="low | high",
        closed="low | high",
    ),
    # In truth high effort is worth 3/16 > 1/6 more.
    point(
        "overconfident-resigned",
        "overconfidence",
        "k=1/6",
        equilibrium("low", "market_1"),
        rational="low",
        edges="low>low high>low",
        absorbing="low",
        closed="low",
        rounds=2,
    ),
    point(
        "overconfident-eager",
        "overconfidence",
        "k=1/20",
        equilibrium("high", "market_2"),
        rational="high",
        edges="low>high high>high",
        absorbing="high",
        closed="high",
    ),
    # Monopolist. K(steep) - K(flat) is log 2 - x log 3 at the low price and y log 3 - log(3/2) at the high one, so the
    # models tie at sigma(low) = (log(3/2)/log 3 - y)/(1 - x - y); belief 2/3 on steep.
    # x = 1/2, y = 1/4: (log(3/2) - log(3)/4)/(log(3)/4) = log(27/16)/log(3).
    point(
        "monopolist-cycle",
        "monopolist_two_demands",
        "x=1/2 y=1/4",
        equilibrium("low=log(27/16)/log(3) high=log(16/9)/log(3)", "steep flat"),
        rational="high low",
        edges="low>high high>low",
        absorbing="high low",
        closed="high low",
        cycles="high low",
    ),
    point(
        "monopolist-low",
        "monopolist_two_demands",
        "x=2/3 y=1/3",
        equilibrium("low", "steep"),
        rational="low",
        edges="low>low high>low",
        absorbing="low",
        closed="low",
    ),
    point(
        "monopolist-high",
        "monopolist_two_demands",
        "x=1/2 y=2/5",
        equilibrium("high", "flat"),
        rational="high",
        edges="low>high high>high",
        absorbing="high",
        closed="high",
    ),
    # x = 3/4, y = 1/2: (log(3/2)/log 3 - 1/2)/(-1/4) = 2 - 4 log(3/2)/log(3) = log(16/9)/log(3).
    point(
        "monopolist-both",
        "monopolist_two_demands",
        "x=3/4 y=1/2",
        equilibrium("low", "steep"),
        equilibrium("high", "flat"),
        equilibrium("low=log(16/9)/log(3) high=log(27/16)/log(3)", "steep flat"),
        rational="high low",
        edges="low>low high>high",
        absorbing="high | low",
        closed="high | low",
    ),
    # Misread tax. kl(1/4, 1/2) = (3/4) log 3 - log 2 after little, kl(1/2, 1/4) = log 2 - (1/2) log 3 after much: the
    # models tie at sigma(little) = (4 log 2 - 2 log 3)/log 3.
    point(
        "worker-wavering",
        "misread_tax",
        "e=3/5",
        equilibrium("little=log(16/9)/log(3) much=log(27/16)/log(3)", "quarter half"),
        rational="little much",
        edges="little>much much>little",
        absorbing="little much",
        closed="little much",
        cycles="little much",
    ),
    # In truth the second unit leaves 1/4 < 2/5.
    point(
        "worker-overworks",
        "misread_tax",
        "e=2/5",
        equilibrium("much", "half"),
        rational="much",
        edges="little>much much>much",
        absorbing="much",
        closed="much",
    ),
    point(
        "worker-rests",
        "misread_tax",
        "e=4/5",
        equilibrium("little", "quarter"),
        rational="little",
        edges="little>little much>little",
        absorbing="little",
        closed="little",
    ),
    # e = 3/4: the tie under quarter alone; quarter fits iff sigma(little) is at least log(16/9)/log(3).
    point(
        "worker-tie",
        "misread_tax",
        "e=3/4",
        equilibrium("little", "quarter"),
        equilibrium("little much", "quarter", dimension=1),
        rational="little much",
        edges="little>little little>much much>little",
        absorbing="little much",
        closed="little much",
        cycles="little much",
    ),
    point(
        "coin-biased",
        "berk_coin",
        "p=501/1000",
        equilibrium("heads", "favours_heads"),
        rational="heads",
        edges="heads>heads tails>heads",
        absorbing="heads",
        closed="heads",
    ),
    point(
        "coin-fair",
        "berk_coin",
        "p=1/2",
        equilibrium("heads", "favours_heads favours_tails"),
        equilibrium("tails", "favours_heads favours_tails"),
        equilibrium("heads tails", "favours_heads favours_tails", dimension=1),
        rational="heads tails",
        edges="heads>heads heads>tails tails>heads tails>tails",
        absorbing="heads tails",
        closed="heads tails",
        cycles="heads tails",
    ),
    # good is exactly right at t = 2/3: high is worth 1 > 3/5, and low is still an equilibrium.
    point(
        "price-untried",
        "untried_price",
        "t=2/3",
        equilibrium("low", "good poor"),
        equilibrium("high", "good"),
        rational="high low",
        edges="low>low low>high high>high",
        absorbing="high",
        closed="high",
    ),
    point(
        "price-rightly-untried",
        "untried_price",
        "t=1/3",
        equilibrium("low", "good poor"),
        rational="high low",
        edges="low>low low>high high>low",
        absorbing="high low",
        closed="high low",
        cycles="high low",
    ),
)

# With t = (1/2 - a)**2 the divergences are -(log t + 2 log(1 - t))/3 and -log(1/8)/3: n fits all play better iff
# t (1 - t)**2 < 1/8, and then everything is an equilibrium; where m does, only v.
_BOUNDARY_SET = (
    point(
        "boundary-set-all",
        "boundary_set",
        "a=1/10",
        equilibrium("u", "n"),
        equilibrium("v", "n"),
        equilibrium("u v", "n", dimension=1),
        rational="u v",
        edges="u>u u>v v>u v>v",
        absorbing="u v",
        closed="u v",
        cycles="u v",
    ),
    point(
        "boundary-set-pinned",
        "boundary_set",
        "a=1/100",
        equilibrium("v", "m"),
        rational="v",
        edges="u>v v>v",
        absorbing="v",
        closed="v",
    ),
)

POINTS: tuple[PointTruth, ...] = (
    *_BOUNDARY_SET,
    *_TRAP,
    *_HALLUCINATION,
    *_LOCKED,
    *_INDETERMINACY,
    *_THREE,
    *_INLINE,
    *_LITERATURE,
)


# Truths over parameters

_T = "log((1-l)/(1-h))/log(h*(1-l)/(l*(1-h)))"


def _d(x: str) -> str:
    return f"({x}*log(h/l)-(1-{x})*log((1-l)/(1-h)))"


_MIXED = f"truthful={_d('q')}/({_d('p')}+{_d('q')}) sycophantic={_d('p')}/({_d('p')}+{_d('q')})"
_MIXED_HALF = "truthful=(2*q-1)/(2*(p+q-1)) sycophantic=(2*p-1)/(2*(p+q-1))"
_R = "log(9/8)/log(9/4)"
_P1, _P2 = "log(3/2)/log(3)", "log(2)/log(3)"
_M1, _M2 = "log(3/(4*(1-m)))/log(3*m/(1-m))", "log(4*(1-m))/log(3*(1-m)/m)"

PHASES: tuple[PhaseTruth, ...] = (
    PhaseTruth(
        "boundary-set",
        "boundary_set",
        (),
        (
            region("(1/2-a)**2*(1-(1/2-a)**2)**2 < 1/8", "boundary-set-all"),
            region("(1/2-a)**2*(1-(1/2-a)**2)**2 > 1/8", "boundary-set-pinned"),
        ),
    ),
    # Section 4 of the theory: with l = 1 - h all thresholds are 1/2.
    PhaseTruth(
        "trap-half",
        "sycophancy",
        pairs(HALF),
        (
            region("p > 1/2 and q < 1/2", "trap-safe"),
            region("p < 1/2 and q > 1/2", "trap-unsafe"),
            region("p > 1/2 and q > 1/2", "trap-coexistence", truthful_sycophantic=_MIXED_HALF),
            region("p < 1/2 and q < 1/2", "trap-cycle", truthful_sycophantic=_MIXED_HALF),
        ),
        (
            region("p == 1/2 and q < 1/2", "trap-edge-low"),
            region("p == 1/2 and q > 1/2", "trap-edge-high"),
            region("p > 1/2 and q == 1/2", "trap-edge-right"),
            region("p < 1/2 and q == 1/2", "trap-edge-left"),
            region("p == 1/2 and q == 1/2", "trap-corner"),
        ),
    ),
    PhaseTruth(
        "trap-symbolic",
        "sycophancy",
        (),
        (
            region(f"p > {_T} and q < {_T}", "trap-safe"),
            region(f"p < {_T} and q > {_T}", "trap-unsafe"),
            region(f"p > {_T} and q > {_T}", "trap-coexistence", truthful_sycophantic=_MIXED),
            region(f"p < {_T} and q < {_T}", "trap-cycle", truthful_sycophantic=_MIXED),
        ),
        (
            region(f"p == {_T} and q < {_T}", "trap-edge-low"),
            region(f"p == {_T} and q > {_T}", "trap-edge-high"),
            region(f"p > {_T} and q == {_T}", "trap-edge-right"),
            region(f"p < {_T} and q == {_T}", "trap-edge-left"),
            region(f"p == {_T} and q == {_T}", "trap-corner"),
        ),
        tuple(
            pairs(f"p={p} q={q} {models}")
            for models in (HALF, SEVENTHS)
            for p in ("1/3", "1/2", "2/3", "3/4")
            for q in ("1/3", "1/2", "2/3", "3/4")
        ),
    ),
    # Abstaining with the belief "capable" and with "ignorant" are different structures; the open phases are
    # listed in full, the strata are compared through the points below.
    PhaseTruth(
        "hallucination",
        "hallucination",
        (),
        (
            region("q < 1/2 and p > 1/2 and c < 2", "hallucination-locked"),
            region(
                "q < 1/2 and p < 1/2 and c < 2",
                "hallucination-swing",
                answer_abstain="answer=(2*q-1)/(2*(p+q-1)) abstain=(2*p-1)/(2*(p+q-1))",
            ),
            region(
                "q > 1/2 and p > 1/2 and c < 2",
                "hallucination-both",
                answer_abstain="answer=(2*q-1)/(2*(p+q-1)) abstain=(2*p-1)/(2*(p+q-1))",
            ),
            region("q < 1/2 and c > 2", "hallucination-fined"),
            region("q > 1/2 and (c > 2 or p < 1/2)", "hallucination-abstains"),
        ),
        None,
        tuple(
            pairs(f"p={p} q={q} c={c}")
            for p in ("1/3", "1/2", "2/3")
            for q in ("1/3", "1/2", "2/3")
            for c in ("1", "2", "3")
        ),
    ),
    # At c = 3 honesty is optimal under watchful only; c = 7 with r above the threshold changes nothing, because
    # lax is then a best fit at no mixture with deceive; after honest both actions were replies already.
    PhaseTruth(
        "deception-locked-in",
        "deception_locked_in",
        (),
        (
            region(f"r < {_R} and c < 3", "deception-unlikely"),
            region(f"r > {_R} and c < 3", "deception-almost-certain-detection"),
            region(f"r < {_R} and c > 3 and c < 7", "deception-lax-world"),
            region(f"r > {_R} and c > 3 and c <= 7", "deception-watched"),
            region("c > 7", "deception-deterred"),
        ),
        None,
        tuple(pairs(f"r={r} c={c}") for r in ("1/7", "1/6", "29/200", "73/500") for c in ("2", "3", "5", "7", "8")),
    ),
    PhaseTruth(
        "deception-indeterminacy",
        "deception_indeterminacy",
        (),
        (
            region("r < 1/2 and w < 3/5 and w > -3/5", "indeterminacy-low-risk"),
            region("r > 1/2 and w <= 3/5 and w > -3/5", "indeterminacy-high-risk"),
            region("w > 3/5", "indeterminacy-well-paid"),
        ),
        None,
        tuple(
            pairs(f"r={r} w={w}") for r in ("1/3", "1/2", "2/3") for w in ("-4/5", "-3/5", "0", "3/5", "4/5")
        ),
    ),
    PhaseTruth(
        "three-styles",
        "three_cycle",
        (),
        (
            region(f"p < {_P1} and b < 1/4", "styles-forward"),
            region(f"p > {_P1} and p < {_P2} and b < 1/4", "styles-backward"),
            region(
                f"p > {_P2} and b < 1/4",
                "styles-locked",
                brief_thorough="brief=(p*log(3)-log(2))/((3*p-1)*log(3)-log(2)) "
                "thorough=(2*p-1)*log(3)/((3*p-1)*log(3)-log(2))",
            ),
            region(f"p < {_P1} and b > 1/4 and b < 1/2", "styles-two-cycle"),
            region(f"p < {_P1} and b > 1/2", "styles-brief"),
        ),
        None,
        tuple(pairs(f"p={p} b={b}") for p in ("1/3", "1/2", "2/3") for b in ("1/5", "1/4", "1/3", "1/2", "2/3")),
    ),
    # The structures of the three styles at b < 1/4; the argument with A, B, C above does not use m = 1/2 except in
    # A - C = log(4(1-m)) - p log(3(1-m)/m) and B - C = p log(4m) - (1-p) log(3/(4(1-m))). On (i, i+1) the weight on i
    # is (A-C)/((A-C)+(A-B)); beliefs on the two models with (3/4 - m) mu = (1/2) mu' make the two styles tie.
    PhaseTruth(
        "three-styles-middle",
        "three_cycle_middle",
        (),
        (
            region(f"p < {_M1}", "styles-forward"),
            region(f"p > {_M1} and p < {_M2}", "styles-backward"),
            region(
                f"p > {_M2}",
                "styles-locked",
                brief_thorough=(
                    "brief=(log(4*(1-m))-p*log(3*(1-m)/m))/(log(4*(1-m))-p*log(3*(1-m)/m)+(1-2*p)*log(3)) "
                    "thorough=(1-2*p)*log(3)/(log(4*(1-m))-p*log(3*(1-m)/m)+(1-2*p)*log(3))"
                ),
            ),
        ),
        None,
        tuple(pairs(f"p={p} m={m}") for p in ("1/3", "2/5", "1/2", "3/5", "2/3") for m in ("3/10", "1/2", "7/10")),
    ),
    PhaseTruth(
        "touching",
        "touching",
        (),
        (region("p != 1/2", "touching-left"),),
        (region("p == 1/2", "touching-tie"),),
        (pairs("p=1/2"), pairs("p=1/3")),
    ),
    PhaseTruth(
        "square-root",
        "square_root",
        (),
        (region("w < 9/4", "square-root-below"), region("w > 9/4", "square-root-above")),
        (region("w == 9/4", "square-root-tie"),),
        (pairs("w=9/4"), pairs("w=2")),
    ),
    PhaseTruth(
        "cara",
        "cara",
        (),
        (region("k < log(2)", "cara-below"), region("k > log(2)", "cara-above")),
        None,
        (pairs("k=69/100"), pairs("k=7/10")),
    ),
    PhaseTruth(
        "instructor",
        "regression_to_the_mean",
        (),
        (
            region("k < 1/6", "instructor-tempted"),
            region(
                "k > 1/6 and k < 1/3",
                "instructor-wavering",
                fair_harsh="fair=log(64/45)/log(8/5) harsh=log(9/8)/log(8/5)",
            ),
            region("k > 1/3", "instructor-fair"),
        ),
        None,
        (pairs("k=1/6"), pairs("k=1/3")),
    ),
    PhaseTruth(
        "naive-buyer",
        "adverse_selection_naive",
        (),
        (
            region("g > 1 and g < 3/2", "buyer-unravels"),
            region("g > 3/2 and g < 2", "buyer-two-offers"),
            region("g > 2 and g < 3", "buyer-middle"),
            region("g > 7/2 and g < 4", "buyer-high-after-a-while"),
        ),
        None,
        tuple(pairs(f"g={g}") for g in ("1", "3/2", "2", "3", "7/2", "4", "5")),
    ),
    PhaseTruth(
        "cursed-buyer",
        "adverse_selection_cursed",
        (),
        (
            region("g < 1", "cursed-low"),
            region("g > 1 and g < 2 + chi", "cursed-middle"),
            region("g > 2 + chi", "cursed-high"),
        ),
        None,
        tuple(pairs(f"g={g} chi={chi}") for g in ("1", "9/4", "5/2", "3") for chi in ("1/4", "1/2")),
    ),
    PhaseTruth(
        "overconfident",
        "overconfidence",
        (),
        (
            region("k < 1/16", "overconfident-eager"),
            region("k > 1/16 and k < 1/8", "overconfident-trap"),
            region("k > 1/8", "overconfident-resigned"),
        ),
        None,
        (pairs("k=1/16"), pairs("k=1/8"), pairs("k=1/10"), pairs("k=1/20")),
    ),
    PhaseTruth(
        "monopolist",
        "monopolist_two_demands",
        (),
        (
            region(
                f"x < {_P2} and y < {_P1}",
                "monopolist-cycle",
                high_low="low=(log(3/2)/log(3)-y)/(1-x-y) high=(log(2)/log(3)-x)/(1-x-y)",
            ),
            region(f"x > {_P2} and y < {_P1}", "monopolist-low"),
            region(f"x < {_P2} and y > {_P1}", "monopolist-high"),
            region(f"x > {_P2} and y > {_P1}", "monopolist-both"),
        ),
        None,
        tuple(pairs(f"x={x} y={y}") for x in ("1/2", "63/100", "16/25") for y in ("9/25", "37/100", "1/2")),
    ),
    PhaseTruth(
        "worker",
        "misread_tax",
        (),
        (
            region("e < 1/2", "worker-overworks"),
            region("e > 1/2 and e < 3/4", "worker-wavering"),
            region("e > 3/4", "worker-rests"),
        ),
        None,
        (pairs("e=1/2"), pairs("e=3/4")),
    ),
    PhaseTruth(
        "coin",
        "berk_coin",
        (),
        (region("p > 1/2", "coin-biased"),),
        None,
        (pairs("p=1/2"),),
    ),
    PhaseTruth(
        "untried",
        "untried_price",
        (),
        (region("t > 1/2", "price-untried"), region("t < 1/2", "price-rightly-untried")),
        None,
        (pairs("t=1/2"),),
    ),
)

# Claims. The derivations are those of the games above; "=" marks where a boundary belongs to the condition: an action
# that ties is still optimal, a model that ties still fits, so equilibria and edges include their boundary, strictness
# and uniqueness exclude it.
_CLAIMS = (
    ("sycophancy", "", "strict(truthful)", f"p > {_T}"),
    ("sycophancy", "", "strict(sycophantic)", f"q > {_T}"),
    ("sycophancy", "", "equilibrium(truthful)", f"p >= {_T}"),
    # On the edge p = T the only equilibrium is still truthful, though not a strict one.
    ("sycophancy", "", "unique(truthful)", f"p >= {_T} and q < {_T}"),
    ("sycophancy", "", "rationalizable_only(truthful)", f"p > {_T} and q < {_T}"),
    ("sycophancy", "", "rationalizable(sycophantic)", f"p <= {_T} or q >= {_T}"),
    ("sycophancy", "", "cycle(truthful, sycophantic)", f"p <= {_T} and q <= {_T}"),
    ("sycophancy", "", "unique_support(truthful, sycophantic)", f"p < {_T} and q < {_T}"),
    (
        "sycophancy",
        HALF,
        "equilibrium_support(truthful, sycophantic)",
        "(p > 1/2 and q > 1/2) or (p < 1/2 and q < 1/2) or (p == 1/2 and q == 1/2)",
    ),
    ("hallucination", "", "strict(answer)", "p > 1/2 and c < 2"),
    # answer is a reply to capable only (c <= 2), and capable fits somewhere unless q > 1/2 > p.
    ("hallucination", "", "rationalizable_only(abstain)", "c > 2 or (q > 1/2 and p < 1/2)"),
    # Misaligned and locked in: truth prefers abstaining by p - c (1 - p) < q.
    (
        "hallucination",
        "",
        "strict(answer) and p - c*(1 - p) < q",
        "p > 1/2 and c < 2 and p - c*(1 - p) < q",
    ),
    ("deception_locked_in", "", "strict(deceive)", f"c < 3 or (c < 7 and r < {_R})"),
    ("deception_locked_in", "", "unique(deceive)", "c < 3"),
    ("deception_locked_in", "", "equilibrium(honest)", "c >= 3"),
    ("deception_locked_in", "", "rationalizable_only(honest)", "c > 7"),
    ("deception_indeterminacy", "", "rationalizable(deceive)", "w <= 3/5"),
    ("deception_indeterminacy", "", "equilibrium(honest)", "w >= -3/5"),
    ("deception_indeterminacy", "", "strict(honest)", "w > 3/5"),
    ("deception_indeterminacy", "", "strict(deceive)", "w < -3/5 or (r < 1/2 and w < 3/5)"),
    # thorough -> playful needs 3/4 >= 1/2 + b under the model of playful.
    ("three_cycle", "", "cycle(brief, thorough, playful)", f"p <= {_P1} and b <= 1/4"),
    # The best fits to brief are its own model, playful's, thorough's as p falls; brief is strictly best under them
    # always, for b > 1/4, for b > 1/2.
    ("three_cycle", "", "strict(brief)", f"p > {_P2} or (p > {_P1} and b > 1/4) or b > 1/2"),
    ("regression_to_the_mean", "", "strict(fair)", "k > 1/3"),
    ("regression_to_the_mean", "", "equilibrium(harsh)", "k <= 1/6"),
    ("regression_to_the_mean", "", "cycle(fair, harsh)", "k <= 1/3"),
    ("adverse_selection_naive", "", "strict(low)", "g < 2"),
    ("adverse_selection_naive", "", "unique(low)", "g < 3/2"),
    ("adverse_selection_naive", "", "strict(middle)", "g > 3/2 and g < 7/2"),
    ("adverse_selection_naive", "", "strict(high)", "g > 3"),
    ("adverse_selection_cursed", "", "unique(middle)", "g > 1 and g < 2 + chi"),
    ("overconfidence", "", "strict(low)", "k > 1/16"),
    ("overconfidence", "", "unique(low)", "k > 1/8"),
    ("monopolist_two_demands", "", "cycle(low, high)", f"x <= {_P2} and y <= {_P1}"),
    ("misread_tax", "", "cycle(little, much)", "e >= 1/2 and e <= 3/4"),
    ("berk_coin", "", "unique(heads)", "p > 1/2"),
    ("untried_price", "", "equilibrium(low)", "t > 0"),
    ("untried_price", "", "closed(high)", "t > 1/2"),
)
# Families that fall apart into blocks; the derivations stand in the game files and in test_families_blocks.py.
_CLAIMS += (
    # Weight is not identified while dieting, so a free weight may be thought unhealthy as much as one likes.
    ("dieters_dilemma", "", "equilibrium(diet)", "kappa <= 1/2"),
    ("dieters_dilemma", "", "equilibrium(free)", "kappa > 0"),
    ("dieters_dilemma", "", "strict(free)", "kappa > 1/2"),
    # r = 1/(1 + sigma(diet)) and the tie at r = 2 kappa give sigma(diet) = 1/(2 kappa) - 1.
    ("dieters_dilemma", "", "equilibrium_support(diet, free)", "kappa > 1/4 and kappa < 1/2"),
    ("three_offers", "", "equilibrium(a)", "k <= 1/2"),
    ("three_offers", "", "equilibrium(c)", "k >= 1/2"),
    ("three_offers", "", "equilibrium_support(a, c)", "k == 1/2"),
    ("opt_out", "", 'equilibrium("sure:answer|unsure:answer")', "t <= 11/20"),
    ("opt_out", "", 'equilibrium("sure:abstain|unsure:abstain")', "t > 0"),
    ("cournot_slope", "", 'strict("q3,q4") and strict("q4,q3")', "d > 1/3"),
    # The best fit to A is x = p/(1 - p), and A is at least as good as B iff x/(1 + x) >= 2 x/(1 + 2 x) - k.
    ("bradley_terry", "p=3/5", "equilibrium(A)", "k >= 3/20"),
    ("bradley_terry", "p=3/5", "equilibrium(B)", "k <= 1/6"),
)

CLAIMS = tuple(
    ClaimTruth(f"{game}: {claim}", game, pairs(at), claim, condition) for game, at, claim, condition in _CLAIMS
)

# Theorems and non-theorems, after the claims of Xu et al. 2026 (arXiv:2602.17676).
_THEOREMS = (
    ("sycophancy", "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful) and strict(truthful)", "proved"),
    ("sycophancy", "h + l == 1 and p < 1/2 and q > 1/2 => unique(sycophantic)", "proved"),
    ("sycophancy", "h + l == 1 and p > 1/2 and q > 1/2 => strict(truthful) and strict(sycophantic)", "proved"),
    (
        "sycophancy",
        "h + l == 1 and p < 1/2 and q < 1/2 => "
        "cycle(truthful, sycophantic) and unique_support(truthful, sycophantic)",
        "proved",
    ),
    # Without l = 1 - h the threshold moves: h = 4/5, l = 2/5 has it at 0.613.
    ("sycophancy", "p > 1/2 and q < 1/2 => unique(truthful)", "refuted"),
    # Better data for the truth do not rescue a misspecified agent: p > q is not enough.
    ("sycophancy", "p > q => rationalizable_only(truthful)", "refuted"),
    ("hallucination", "p > 1/2 and q < 1/2 and c < 2 => unique(answer) and strict(answer)", "proved"),
    ("hallucination", "p - c*(1 - p) < q => rationalizable(abstain)", "refuted"),
    ("hallucination", "c > 2 => rationalizable_only(abstain)", "proved"),
    ("hallucination", "independent_of(c)", "refuted"),
    ("deception_locked_in", "c < 3 => unique(deceive) and strict(deceive)", "proved"),
    ("deception_locked_in", "c < 4 => unique(deceive)", "refuted"),
    ("deception_locked_in", "r > 9/10 and c > 5 => rationalizable_only(honest)", "refuted"),
    (
        "deception_indeterminacy",
        "w > -3/5 and w < 3/5 => rationalizable(deceive) and equilibrium(honest) and not strict(honest)",
        "proved",
    ),
    ("deception_indeterminacy", "r > 1/2 and w > 0 => rationalizable_only(honest)", "refuted"),
    ("scaled_trap", "independent_of(r)", "proved"),
    ("adverse_selection_cursed", "g > 2 and g < 2 + chi => unique(middle)", "proved"),
    ("overconfidence", "k > 1/8 => unique(low) and strict(low)", "proved"),
    ("overconfidence", "k < 3/16 => equilibrium(high)", "refuted"),
)
THEOREMS = tuple(
    TheoremTruth(f"{game}: {statement}", game, statement, status) for game, statement, status in _THEOREMS
)

# The document of the format, letter by letter.
FORMAT_DOCUMENT: dict[str, Any] = {
    "format": 1,
    "game": "sycophancy",
    "at": {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"},
    "equilibria": [
        {
            "support": {"agent": ["truthful"]},
            "strategy": {
                "agent": {
                    "truthful": {"exact": "1", "approx": 1.0},
                    "sycophantic": {"exact": "0", "approx": 0.0},
                }
            },
            "belief_support": {"agent": ["merit"]},
            "dimension": 0,
            "pure": True,
            "strict": True,
        }
    ],
    "rationalizable": {"agent": ["truthful"]},
    "transitions": [["sycophantic", "truthful"], ["truthful", "truthful"]],
    "absorbing": [["truthful"]],
    "closed": [["truthful"]],
    "cycles": [],
}
