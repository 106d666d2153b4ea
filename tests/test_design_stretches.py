"""Conditions on one parameter: stretches hold the points that satisfy them, and are written by their ends."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from flint import fmpz_poly

from berknash.proofs.design.stretches import Stretch, stretches_of
from berknash.proofs.paper.conditions import enclosing_decimals, one_parameter_words
from berknash.proofs.typeset.latex import inline_latex
from berknash.proofs.typeset.markup import notation_of
from berknash.symbolic.algebra.parameters import Interval, read_interval
from berknash.symbolic.cells.conditions import Condition
from berknash.symbolic.cells.domain import SIGNS_OF, difference
from berknash.symbolic.decomposition.roots import real_roots
from berknash.symbolic.expressions.reading import Number, Symbol, read_relation, substitute
from berknash.symbolic.game.game import load_game

UNIT = Interval(Fraction(0), Fraction(1), True, True)
QUARTICS = (
    "10000*l**4 - 11000*l**3 + 100*l**2 + 90*l + 81 > 0",
    "10000*l**4 - 21000*l**3 + 11100*l**2 - 10*l - 9 > 0",
)
CASES = [
    [QUARTICS],
    [(QUARTICS[0],), (QUARTICS[1], "l != 1/4")],
    [("l**3 - l + 1/5 <= 0", "l != 1/2")],
    [("(2*l - 1)**2 <= 0",)],
    [("(2*l - 1)**2 > 0",)],
    [("l < 1/3",), ("l >= 2/3",), ("l == 1/2",)],
    [("1/3 - l > 0",), ("1/3 - l <= 0",)],
    [("l**2 > 1",)],
    [()],
    [],
]


def _condition(alternatives: list[tuple[str, ...]]) -> Condition:
    return Condition(tuple(tuple(r for text in c for r in read_relation(text, ["l"], where="")) for c in alternatives))


def _satisfied(condition: Condition, value: Fraction) -> bool:
    """By substitution, one relation at a time."""

    def sign(relation: object) -> int:
        result = substitute(difference(relation), {"l": value})  # type: ignore[arg-type]
        assert isinstance(result, Number)
        return (result.value > 0) - (result.value < 0)

    return any(all(sign(r) in SIGNS_OF[r.operator] for r in c) for c in condition.alternatives)


def _inside(one: Stretch, value: Fraction) -> bool:
    below = one.lower is None or one.lower < value or (one.lower_closed and one.lower == value)
    return below and (one.upper is None or one.upper > value or (one.upper_closed and one.upper == value))


@pytest.mark.parametrize("alternatives", CASES)
def test_a_point_lies_on_a_stretch_where_it_satisfies_the_condition(alternatives: list[tuple[str, ...]]) -> None:
    condition = _condition(alternatives)
    stretches = stretches_of(condition, "l", UNIT)
    assert stretches is not None
    for place in range(1, 240):
        value = Fraction(place, 240)
        assert sum(_inside(one, value) for one in stretches) == _satisfied(condition, value)


def test_what_is_no_condition_of_polynomials_has_no_stretches() -> None:
    assert stretches_of(_condition([("log(l) < 1",)]), "l", UNIT) is None
    assert stretches_of(_condition([("1/l < 3",)]), "l", UNIT) is None
    assert stretches_of(_condition([("l**2 > 0",)]), "l", read_interval("[0, 1)", where="")) is None


def test_decimals_enclose_one_root_only() -> None:
    close = fmpz_poly([-2, 0, 1]) * 10**10 + fmpz_poly([0, 1])
    for root in (*real_roots(close), *real_roots(fmpz_poly([2 * 10**8 - 1, -2 * 10**8 * 2, 2 * 10**8]))):
        below, above = map(Fraction, enclosing_decimals(root))
        assert below < above and root > below and root < above
        assert sum(below < float(other) < above for other in real_roots(root.polynomial)) == 1


def test_long_conditions_are_written_by_named_roots() -> None:
    notation = notation_of(load_game(Path(__file__).parents[1] / "examples" / "traps" / "sycophancy.toml"))
    words = inline_latex(one_parameter_words(_condition([QUARTICS]), "l", UNIT, notation))
    assert words.startswith(r"$\xi_{1} < \ell < \xi_{2}$, where")
    assert "between $0.0297$ and $0.0298$" in words and words.count("only root of") == 2
    solved = _condition([("l < 1/3",)])
    assert Symbol("l") == solved.alternatives[0][0].left
    assert inline_latex(one_parameter_words(solved, "l", UNIT, notation)) == r"$\ell < \frac{1}{3}$"
