"""Conditions for claims, against the game solved at points: by the exact engine and by the numerical one."""

from __future__ import annotations

import random
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest

from berknash.numeric.solver import NumericalStructure, numerical_structure
from berknash.numeric.tables import evaluate
from berknash.proofs.claims.when import when
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.cells.projections import projections
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import BerknashError, GameError, NotSupportedError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.forms.decision_atoms import atom_table
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases
from berknash.testing import random_parametric_game

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def trap() -> Game:
    return load_game(ROOT / "examples" / "sycophancy.toml")


def holds(condition: Condition, values: Mapping[str, Fraction]) -> bool:
    """The condition at a rational point, by 60 digits and a tie of 1e-40: independent of the exact engine."""
    with mpmath.workdps(60):
        point = {n: mpmath.mpf(v.numerator) / v.denominator for n, v in values.items()}

        def true(relation: object) -> bool:
            gap = evaluate(relation.left, point) - evaluate(relation.right, point)  # type: ignore[attr-defined]
            sign = 0 if abs(gap) < mpmath.mpf(10) ** -40 else (1 if gap > 0 else -1)
            return {
                "<": sign < 0, "<=": sign <= 0, "==": sign == 0, "!=": sign != 0, ">=": sign >= 0, ">": sign > 0
            }[relation.operator]  # type: ignore[attr-defined]  # fmt: skip

        return any(all(true(r) for r in conjunction) for conjunction in condition.alternatives)


# Each predicate about the first action (or the first two), read off a structure recomputed from the definition.
READINGS = {
    "equilibrium({0})": lambda s, a: [a[0]] in s.supports,
    "equilibrium_support({0}, {1})": lambda s, a: sorted(a[:2]) in s.supports,
    "unique({0})": lambda s, a: s.supports == [[a[0]]],
    "unique_support({0}, {1})": lambda s, a: bool(s.supports) and all(x == sorted(a[:2]) for x in s.supports),
    "rationalizable({0})": lambda s, a: a[0] in s.rationalizable,
    "rationalizable_only({0}, {1})": lambda s, a: sorted(s.rationalizable) == sorted(a[:2]),
    "strict({0})": lambda s, a: [t for t in s.transitions if t[0] == a[0]] == [[a[0], a[0]]],
    "absorbing({0}, {1})": lambda s, a: sorted(a[:2]) in s.absorbing,
    "closed({0})": lambda s, a: [a[0]] in s.closed,
    "cycle({0}, {1})": lambda s, a: sorted(a[:2]) in [sorted(c) for c in s.cycles if len(c) == 2],
}


class _Read:
    """A numerical structure with plain lists."""

    def __init__(self, structure: NumericalStructure) -> None:
        document = structure.to_json()

        def plain(value: object) -> object:
            return next(iter(value.values())) if isinstance(value, dict) else value

        self.supports = [sorted(s) for s in dict.fromkeys(tuple(sorted(plain(x))) for x in document["supports"])]  # type: ignore[call-overload]
        self.rationalizable = plain(document["rationalizable"])
        self.transitions = [list(t) for t in document["transitions"]]
        self.absorbing = [sorted(plain(s)) for s in document["absorbing"]]  # type: ignore[call-overload]
        self.closed = [sorted(plain(s)) for s in document["closed"]]  # type: ignore[call-overload]
        self.cycles = [list(c) for c in document["cycles"]]


@pytest.mark.parametrize("seed", range(12))
def test_conditions_agree_with_the_definition_at_points(seed: int) -> None:
    generator = random.Random(1000 + seed)
    game = random_parametric_game(generator, 1)
    (player,) = game.players
    if len(player.actions) < 2:
        game = random_parametric_game(random.Random(5000 + seed), 1)
        (player,) = game.players
    (parameter,) = game.parameters
    low, high = parameter.domain.low or Fraction(0), parameter.domain.high or Fraction(1)
    points = [low + (high - low) * Fraction(generator.randint(1, d - 1), d) for d in (2, 3, 4, 5, 7, 12)]
    tried = 0
    for text, reading in READINGS.items():
        if len(player.actions) < 2 and "{1}" in text:
            continue
        claim = text.format(*player.actions)
        answer = when(game, claim)
        for value in points:
            structure = _Read(numerical_structure(game.at({parameter.name: value})))
            expected = reading(structure, player.actions)
            assert holds(answer.condition, {parameter.name: value}) == expected, (claim, value)
            tried += 1
    assert tried >= 20


def test_relations_join_the_claim(trap: Game) -> None:
    at = {"h": "4/5", "l": "1/10"}
    assert str(when(trap, "p > q and strict(sycophantic)", at)) == "p > q and q > log(9/2)/(2*log(6))"
    assert str(when(trap, "p > 2/3 => p > 1/3", at)) == "always"
    assert str(when(trap, "p > 2/3 and p < 1/3", at)) == "never"


def test_every_parameter_fixed_gives_always_or_never(trap: Game) -> None:
    at = {"p": "7/10", "q": "3/10", "h": "4/5", "l": "1/5"}
    assert str(when(trap, "unique(truthful)", at)) == "always"
    assert str(when(trap, "unique(sycophantic)", at)) == "never"


def test_families_are_answered_from_their_solution() -> None:
    """The misspecified monopolist mixes (Nyarko 1991)."""
    monopolist = load_game(ROOT / "examples" / "literature" / "monopolist.toml")
    assert str(when(monopolist, "unique_support(low, high)")) == "always"
    assert str(when(monopolist, "strict(low)")) == "never"


def test_what_cannot_be_answered_is_refused(trap: Game) -> None:
    with pytest.raises(NotSupportedError):
        when(load_game(ROOT / "examples" / "literature" / "monopolist.toml"), "strict(low)", within=["p"])
    with pytest.raises(GameError):
        when(trap, "strict(truthful, sycophantic) and")
    with pytest.raises(GameError):
        when(trap, "equilibrium_support(truthful, truthful)")
    with pytest.raises(BerknashError):
        when(trap, "strict(nobody)")


def test_groups_refute_signs_that_one_parameter_excludes() -> None:
    game = load_game(ROOT / "examples" / "three_cycle.toml")
    table = atom_table(game)
    table.complete()
    known = projections(table)
    groups = known.groups
    assert {g.parameters for g in groups} >= {("p",), ("b",)}
    in_p = next(g for g in groups if g.parameters == ("p",))
    vectors = {cell.signs for cell in in_p.cells}
    assert all(known.closed(dict(v)) is not None for v in vectors)
    first = dict(next(iter(sorted(vectors))))
    flipped = [{**first, atom: -sign} for atom, sign in first.items()]
    occurring = [dict(v) for v in vectors]
    assert any(f not in occurring and known.closed(f) is None for f in flipped)


def test_phases_over_a_parameter_say_the_same_as_when(trap: Game) -> None:
    at = {"h": "4/5", "l": "1/10", "q": "1/3"}
    diagram = phases(trap, ["p"], at)
    unique = [p for p in diagram.phases if [c.support for c in p.structure.supports] == [((("", ("truthful",)),),)]]
    assert [str(p.condition) for p in unique] == [str(when(trap, "strict(truthful) and unique(truthful)", at))]


def test_relations_that_the_others_imply_are_left_out() -> None:
    """Both models must deter; the lax one expects less by assumption, so that its condition is enough."""
    game = load_game(ROOT / "examples" / "traps" / "deception.toml")
    found = when(game, "rationalizable_only(honest)", {"w": "1/5", "c": "1", "s": "1"})
    assert str(found) == "x > 2/5"
    both = when(game, "x > 2/5 and y > 2/5 and a < 1/2", {"w": "1/5", "c": "1", "s": "1"})
    assert sorted(map(str, both.condition.alternatives[0])) == ["a < 1/2", "x > 2/5"]
    assert str(when(game, "y > 2/5", {"w": "1/5", "c": "1", "s": "1"})) == "y > 2/5"


# Numbers built from numbers: no parameter occurs in them, however deep their roots, logarithms and exponentials go.
NESTED = (
    *("exp(sqrt(2))", "exp(exp(1))", "log(1 + sqrt(2))", "log(1 + exp(1))", "sqrt(log(2))", "sqrt(2 + sqrt(2))"),
    *("exp(log(2)**2)", "exp(log(2)/3)", "sqrt(exp(1) + 1)", "exp(sqrt(2)) - exp(1)", "log(log(3))", "exp(-sqrt(3))"),
)


@pytest.mark.parametrize("text", NESTED)
def test_constants_of_any_depth_have_their_sign_beside_a_free_parameter(text: str) -> None:
    game = two_payoffs({"x": "(0, 1)"}, f"{text} - 1")
    value = evaluate(read_expression(text, [], where="the constant"), {})
    for bound in ("0", "1/2", "1", "2", "15"):
        limit = mpmath.mpf(Fraction(bound).numerator) / Fraction(bound).denominator
        assert str(when(game, f"{text} > {bound}")) == ("always" if value > limit else "never")
        assert str(when(game, f"{text} == {bound}")) == "never"
        assert str(when(game, f"x*({text} - {bound}) < 0")) == ("always" if value < limit else "never")
    assert str(when(game, "strict(u)")) == ("always" if value > 1 else "never")
    assert [e.support for e in solve(game).equilibria] == [("u",) if value > 1 else ("v",)]
    assert [e.support for e in solve(game, at={"x": "1/3"}).equilibria] == [("u",) if value > 1 else ("v",)]


def two_payoffs(parameters: dict[str, str], first: str) -> Game:
    """One model that is right; u pays the first payoff on both outcomes, v nothing."""
    row = {"y": "1/3", "n": "2/3"}
    return Game.from_dict(
        {
            "format": 1,
            "name": "numbers",
            "parameters": parameters,
            "players": {
                "agent": {
                    "actions": ["u", "v"],
                    "outcomes": ["y", "n"],
                    "truth": {"*": row},
                    "payoff": {"u": {"y": first, "n": first}, "v": {"y": "0", "n": "0"}},
                    "models": {"m": {"predicts": {"*": row}}},
                }
            },
        }
    )
