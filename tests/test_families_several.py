"""Several families and single models with free parameters: conditions by hand, and against the engine at points."""

from __future__ import annotations

import random
import sys
from fractions import Fraction
from math import log
from pathlib import Path
from typing import Any

import pytest

from berknash.proofs.claims.when import when
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game
from berknash.symbolic.results.solution import Solution
from berknash.symbolic.results.structure import Component
from berknash.symbolic.solving.engines import solve_by_engines
from berknash.symbolic.solving.family_phases import family_phases

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

from free_families import at_point, disagreements, free_game, holds_at, point


def coin(p: str) -> dict[str, str]:
    return {"y": p, "n": f"1 - ({p})"}


def law(mean: str, variance: str = "1") -> dict[str, str]:
    return {"mean": mean, "variance": variance}


def build(parameters: dict[str, str], models: dict[str, Any], **agent: Any) -> Game:
    return Game.from_dict(
        {"format": 1, "name": "draft", "parameters": parameters, "players": {"agent": {**agent, "models": models}}}
    )


def believer(
    payoff: dict[str, Any] | None = None,
    parameters: dict[str, str] | None = None,
    truth: tuple[str, str] = ("p", "q"),
) -> Game:
    """A coin of bias p or q is bet on; the agent thinks of biases from 3/5 to 3/4, or of 1/4."""
    return build(
        parameters or {"p": "(0, 1)", "q": "(0, 1)"},
        {"biased": {"theta": {"x": "[3/5, 3/4]"}, "predicts": {"*": coin("x")}},
         "low": {"predicts": {"*": coin("1/4")}}},
        actions=["heads", "tails"], outcomes=["y", "n"],
        truth={"heads": coin(truth[0]), "tails": coin(truth[1])},
        payoff=payoff or {"heads": {"y": 1, "n": 0}, "tails": {"y": 0, "n": 1}},
    )  # fmt: skip


def listed(free: Solution) -> list[tuple[Any, ...]]:
    return [(e.support, e.belief_support, e.strict, str(e.condition)) for e in free.equilibria]


def lists_at(free: Solution, at: dict[str, Fraction], name: str) -> list[Any]:
    return [case.value for case in getattr(free, name) if holds_at(case.condition, at)]


def test_a_family_beside_a_single_model_by_hand() -> None:
    """heads is optimal iff the bias believed in is at least 1/2, so under the family and not under the single model.

    The best of the family below 3/5 is 3/5, which fits a coin of bias p as well as 1/4 does iff
    p log(3/5) + (1 - p) log(2/5) = p log(1/4) + (1 - p) log(3/4), so p log(9/2) = log(15/8).
    A tie makes both actions optimal for some belief, so both are replies, and either is an equilibrium there.
    """
    free = solve_by_engines(believer())
    edge = "log(15/8)/log(9/2)"
    assert [entry for entry in listed(free) if len(entry[0]) == 1] == [
        (("heads",), ("biased", "low"), False, f"p == {edge}"),
        (("heads",), ("biased",), True, f"p > {edge}"),
        (("tails",), ("low",), True, f"q < {edge}"),
        (("tails",), ("biased", "low"), False, f"q == {edge}"),
    ]
    at = {"p": Fraction(2, 5), "q": Fraction(2, 5)}  # log(15/8) / log(9/2) = 0.4179...
    for shift, reply in ((Fraction(0), "tails"), (Fraction(1, 50), "heads")):
        here = {name: value + shift for name, value in at.items()}
        assert sorted(lists_at(free, here, "transitions")) == [("heads", reply), ("tails", reply)]
        assert lists_at(free, here, "absorbing") == [(reply,)]
        assert lists_at(free, here, "closed") == [((reply,),)]
    # Opposite sides: heads leads to heads and tails to tails, or each to the other.
    both = {"p": Fraction(1, 2), "q": Fraction(1, 3)}
    assert lists_at(free, both, "absorbing") == [("heads",), ("tails",)]
    around = {"p": Fraction(1, 3), "q": Fraction(1, 2)}
    assert lists_at(free, around, "cycles") == [("heads", "tails")]
    assert lists_at(free, around, "rationalizable") == [(("heads", "tails"),)]


def test_the_mixture_at_a_tie_has_logarithms() -> None:
    """The family fits better iff the mean truth (1 - s) p + s q is above log(15/8) / log(9/2) = 0.4179..., being at 3/5

    there. So a mixture of heads and tails needs the mean truth to be that number, and p and q on both sides of it.
    """
    free = solve_by_engines(believer())
    mean = log(15 / 8) / log(9 / 2)
    sides = (Fraction(1, 3), Fraction(1, 2)), (Fraction(7, 10), Fraction(1, 5)), (Fraction(9, 10), Fraction(1, 9))
    for p, q in sides:
        (entry,) = [e for e in at_point(free, {"p": p, "q": q}).equilibria if len(e.support) == 2]
        assert entry.entry.belief_support == ("biased", "low")
        assert dict(entry.strategy)["tails"] == pytest.approx((mean - p) / (q - p))
    here = at_point(free, {"p": Fraction(3, 5), "q": Fraction(1, 2)})
    assert [e.support for e in here.equilibria] == [("heads",)] and here.undecided == []


def test_a_parameter_in_the_payoffs() -> None:
    """tails pays r for n: under a bias x heads is optimal iff x >= (1 - x) r, so x >= r / (1 + r).

    With the truth 7/10 the family fits exactly, and heads is a best reply iff 7/10 >= (3/10) r, so iff r <= 7/3.
    """
    free = solve_by_engines(
        believer({"heads": {"y": 1, "n": 0}, "tails": {"y": 0, "n": "r"}}, {"r": "(0, 4)"}, ("7/10", "7/10"))
    )
    assert [entry for entry in listed(free) if len(entry[0]) == 1] == [
        (("heads",), ("biased",), True, "r < 7/3"),
        (("heads",), ("biased",), False, "r == 7/3"),
        (("tails",), ("biased",), False, "r == 7/3"),
        (("tails",), ("biased",), True, "r > 7/3"),
    ]


def two_lines() -> Game:
    """The same mean after both actions, or opposite ones; b pays nothing, a the outcome."""
    theta = {"x": "[-10, 10]"}
    return build(
        {"p": "(-5, 5)", "q": "(-5, 5)"},
        {"same": {"theta": theta, "predicts": {"*": law("x")}},
         "opposite": {"theta": theta, "predicts": {"a": law("x"), "b": law("-x")}}},
        actions=["a", "b"], outcomes="normal", truth={"a": law("p"), "b": law("q")}, payoff={"a": "y", "b": "0"},
    )  # fmt: skip


def test_two_normal_families_by_hand() -> None:
    """Both families fit each action exactly, a at x = p, b at x = q or x = -q, one of which is not positive.

    So a is an equilibrium iff p >= 0, and b always, never the only reply. With weights 1 - s, s the divergences are
    s (1 - s) (p - q)**2 / 2 and s (1 - s) (p + q)**2 / 2. For p q > 0 the first is less, and its mean (1 - s) p + s q
    has the sign of both; for p q < 0 the second, and (1 - s) p - s q has the sign of p. So nothing is indifferent. For
    q = 0 both means have the sign of p. For p = 0 they are s q and -s q: every mixture is an equilibrium; that is found
    where q = 0 too, so that no best fit moves.
    """
    free = solve_by_engines(two_lines())
    assert [entry for entry in listed(free) if entry[0] == ("a",)] == [
        (("a",), ("opposite", "same"), False, "p == 0"),
        (("a",), ("opposite", "same"), True, "p > 0"),
    ]
    for p, q in ((2, 3), (-2, 3), (2, -3), (-1, -1), (0, 1), (1, 0), (0, 0)):
        at = {"p": Fraction(p), "q": Fraction(q)}
        here = at_point(free, at)
        expected = ([("a", "a")] if p >= 0 else []) + ([("a", "b")] if p <= 0 else []) + [("b", "a"), ("b", "b")]
        assert sorted(c.value for c in here.transitions) == expected
        mixed = [("a", "b")] if p == q == 0 else []
        assert sorted(e.support for e in here.equilibria) == ([("a",)] if p >= 0 else []) + mixed + [("b",)]
        assert all(e.dimension == 1 for e in here.equilibria if e.support == ("a", "b"))
        assert [u.names for u in here.undecided if u.what == "equilibria"] == ([("a", "b")] if p == 0 != q else [])


def test_a_mixture_at_a_quadratic_tie() -> None:
    """The truth is 1 after a and -1 after b. The family x after both has 4 s (1 - s), at x = 1 - 2 s, and the model m,

    -m has (1 - m)**2 for all s. a pays the outcome: the model favours it, the family does for s < 1/2. So they have to
    tie at s > 1/2: s = (1 + sqrt(2 m - m**2)) / 2. The family fits either action alone exactly: both are locked in.
    """
    free = solve_by_engines(build(
        {"m": "(0, 1)"},
        {"same": {"theta": {"x": "[-3, 3]"}, "predicts": {"*": law("x")}},
         "single": {"predicts": {"a": law("m"), "b": law("-m")}}},
        actions=["a", "b"], outcomes="normal", truth={"a": law("1"), "b": law("-1")}, payoff={"a": "y", "b": "0"},
    ))  # fmt: skip
    assert free.undecided == ()
    assert [(e.support, e.strict, e.condition.is_always()) for e in free.equilibria] == [
        (("a",), True, True), (("b",), True, True), (("a", "b"), False, True)
    ]  # fmt: skip
    mixed = free.equilibria[-1]
    assert mixed.belief_support == ("same", "single") and [v.model for v in mixed.theta.vertices] == ["same", "single"]
    for m in (Fraction(1, 5), Fraction(2, 3)):
        (entry,) = [e for e in at_point(free, {"m": m}).equilibria if len(e.support) == 2]
        assert dict(entry.strategy)["b"] == pytest.approx((1 + (2 * m - m * m) ** 0.5) / 2)


def test_what_is_open_is_named_with_its_condition() -> None:
    free = solve_by_engines(two_lines())
    document = free.to_json()
    entries = [entry for entry in document["undecided"] if entry["what"] == "equilibria"]
    assert entries and all(entry["support"] == {"agent": ["a", "b"]} and entry["where"] for entry in entries)
    assert {part["model"] for entry in document["equilibria"] for part in entry["theta"]["agent"]} == {
        "same", "opposite"
    }  # fmt: skip


def test_phases_and_claims_of_the_believer() -> None:
    """Four phases around the point where both truths are the threshold t; there alone every mixture is an equilibrium.

    heads is the only equilibrium iff it is one and tails is not, which also excludes mixtures: p >= t and q > t.
    """
    edge = "log(15/8)/log(9/2)"
    diagram = family_phases(believer())
    assert {str(p.condition): p.structure.rationalizable for p in diagram.phases} == {
        f"p > {edge} and q > {edge}": (("heads",),),
        f"p < {edge} and q < {edge}": (("tails",),),
        f"p > {edge} and q < {edge}": (("heads", "tails"),),
        f"p < {edge} and q > {edge}": (("heads", "tails"),),
    }
    both = Component(((("", ("heads", "tails")),),), (("biased", "low"),), 1)
    assert [str(p.condition) for p in diagram.strata if both in p.structure.supports] == [
        f"p == {edge} and q == {edge}"
    ]
    assert not any(p.structure.undecided for p in (*diagram.phases, *diagram.strata))
    assert str(when(believer(), "unique(heads)")) == f"p >= {edge} and q > {edge}"
    assert str(when(believer(), "strict(tails)")) == f"q < {edge}"


def test_a_claim_on_what_is_open_is_refused_unless_a_hypothesis_excludes_it() -> None:
    with pytest.raises(NotSupportedError, match=r"undecided: equilibria with support \{a, b\}: where p == 0"):
        when(two_lines(), "equilibrium_support(a, b)")
    assert str(when(two_lines(), "p != 0 => not equilibrium_support(a, b)")) == "always"
    open_at = {p.structure.undecided for p in family_phases(two_lines()).phases}
    assert all(what != "equilibria" for found in open_at for what, _ in found)


@pytest.mark.parametrize(
    ("kind", "seed"),
    [("binary two", 0), ("binary two", 3), ("normal two", 0), ("normal two", 1), ("normal mixed", 0),
     ("normal mixed", 3), ("binary mixed", 0), ("binary mixed", 1)],
)  # fmt: skip
def test_random_games_agree_at_points(kind: str, seed: int) -> None:
    """Against the engine at fixed parameters, and against the grids of benchmarks/families.py."""
    game = free_game(seed, kind, 2)
    free = solve_by_engines(game)
    rng = random.Random(seed)
    for _ in range(4):
        at = point(rng, game)
        assert disagreements(game, free, at)[1] == [], at
