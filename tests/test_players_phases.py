"""Phases of games with signals or several players: derived by hand, and against the solution at points."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from catalogue import game_of, holds
from test_players import three_players

from berknash.cli import main
from berknash.proofs.claims.when import when
from berknash.symbolic.decomposition.limits import Limits
from berknash.symbolic.errors import BudgetError, GameError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.solving.profile_phases import players_phases
from berknash.symbolic.solving.solve import phases, solve

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def coordination() -> Game:
    """Both gain a if both play a1, b if both play a2, and nothing otherwise."""
    matrix = [["a", "0"], ["0", "b"]]
    return from_payoff_matrices([matrix, matrix], parameters={"a": "(-1, 1)", "b": "(-1, 1)"})


def researcher() -> Game:
    """The researcher of the format with the probability r of a good sign left free."""
    text = (LITERATURE / "researcher.toml").read_text()
    text = text.replace('plus  = "1/2"', 'plus = "r"').replace('minus = "1/2"', 'minus = "1 - r"')
    return Game.from_toml(text.replace('name = "researcher"', 'name = "researcher"\nparameters = { r = "(0, 1)" }'))


def test_coordination_has_four_phases() -> None:
    """a, b > 0: both meeting points and a mixture; one positive: that one; both negative: apart, and a mixture."""
    diagram = phases(coordination())
    found = {str(p.condition): sorted(p.structure.supports) for p in diagram.phases}
    one, two, both = (("a1",), ("a1",)), (("a2",), ("a2",)), (("a1", "a2"), ("a1", "a2"))
    apart = [(("a1",), ("a2",)), (("a2",), ("a1",))]
    supports = {
        condition: [tuple(own[0][1] for own in component.support) for component in known]
        for condition, known in found.items()
    }
    assert supports == {
        "a > 0 and b > 0": [one, both, two],
        "a > 0 and b < 0": [one],
        "a < 0 and b > 0": [two],
        "a < 0 and b < 0": [apart[0], both, apart[1]],
    }
    assert {str(b.solved) for b in diagram.boundaries} == {"a == 0", "b == 0"}
    mixed = next(e for p in diagram.phases for e in p.equilibria if not e.pure)
    assert str(mixed.parts[0].strategy[0][1][0][1]) == "b/(a + b)"
    # The axes without the origin in four pieces, and the origin, where everybody is indifferent.
    assert sorted(p.dimension for p in diagram.strata) == [0, 1, 1, 1, 1]


def test_the_analogy_based_novice_changes_at_one() -> None:
    """Jehiel 2005, as in `test_players`: risk iff c < 1."""
    diagram = phases(load_game(LITERATURE / "analogy_based.toml"))
    assert [str(p.condition) for p in diagram.phases] == ["c < 1", "c > 1"]
    assert [str(p.condition) for p in diagram.strata] == ["c == 1"]
    document = diagram.to_json()
    assert document["phases"][0]["structure"]["rationalizable"] == {
        "novice": ["first:risk|second:risk"],
        "expert": ["first:left|second:right"],
    }
    assert document["phases"][1]["structure"]["supports"] == [
        {"novice": {"first": ["pass"], "second": ["pass"]}, "expert": {"first": ["left"], "second": ["right"]}}
    ]


def test_a_threshold_with_logarithms_is_exact() -> None:
    """At play (high, low) the two models fit equally well at one r.

    K(luck) - K(work) = (1 - r) log(10/9) - r [2/3 log(8/9) + 1/3 log(4/3)] and the bracket is
    log(256/243)/3: they tie at r = 3 log(10/9) / (log(256/243) + 3 log(10/9)), and 256/243 (10/9)**3 = 256000/177147.
    """
    diagram = phases(researcher())
    (stratum,) = diagram.strata
    assert dict(stratum.sample) == {"r": "3*log(10/9)/log(256000/177147)"}
    assert Fraction(256, 243) * Fraction(10, 9) ** 3 == Fraction(256000, 177147)


@pytest.mark.parametrize("game", [coordination(), researcher()], ids=["coordination", "researcher"])
def test_every_point_lies_in_one_phase_with_the_structure_found_there(game: Game) -> None:
    diagram = phases(game)
    draw = random.Random(game.name)
    names = [p.name for p in game.parameters]
    for k in range(12):
        at: dict[str, Any] = {
            n: Fraction(draw.randint(1, 6), 7) * (1 if n == "r" else draw.choice([-1, 0, 1])) for n in names
        }
        (phase,) = [p for p in (*diagram.phases, *diagram.strata) if holds(str(p.condition), at)]
        named = phase.structure.to_document()
        here = solve(game, at).to_json()
        own = [p.name for p in game.players]
        listed = [e["support"] if len(own) > 1 else e["support"][own[0]] for e in here["equilibria"]]
        assert sorted(named["supports"], key=str) == sorted(
            (s for i, s in enumerate(listed) if s not in listed[:i]), key=str
        )
        for key in ("transitions", "absorbing", "cycles"):
            assert sorted(named[key]) == sorted(here[key]), (k, key)
        assert sorted(named["closed"], key=str) == sorted(here["closed"], key=str)
        expected = here["rationalizable"] if len(own) > 1 else here["rationalizable"][own[0]]
        assert named["rationalizable"] == expected


def test_samples_lie_in_their_phases() -> None:
    diagram = phases(coordination(), over=["b"])
    for phase in (*diagram.phases, *diagram.strata):
        assert holds(str(phase.condition), {n: Fraction(v) for n, v in phase.sample})


def test_what_has_no_phases_is_said() -> None:
    game = coordination()
    with pytest.raises(GameError, match="unknown parameter"):
        phases(game, over=["c"])
    with pytest.raises(GameError, match="no parameter is free"):
        phases(game, at={"a": "1/2", "b": "1/3"})


def test_what_stays_open_on_a_phase_is_named() -> None:
    """The first of three wants an odd number of a1, the others are indifferent: on edges of the cube all is linear."""
    nothing = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    first = [[["t", 0], [0, 1]], [[0, 1], ["t", 0]]]
    diagram = phases(from_payoff_matrices([first, nothing, nothing], parameters={"t": "(0, 1)"}))
    (phase,) = diagram.pieces
    two = ("a1", "a2")
    played = {tuple(own for ((_, own),) in support) for support in phase.structure.open_supports}
    assert played == {(("a1",), two, two), (two, two, two), (("a2",), two, two)}
    assert len(phase.equilibria) == 16 and diagram.is_undecided
    assert all("polynomial system" in entry.reason for entry in diagram.parts)


def square_roots() -> Game:
    """Two want to match those before them, the first compares both playing a1 with a sure w: all mix at sqrt(w)."""
    one = [[[1, 0], [0, 0]], [["w", "w"], ["w", "w"]]]
    two = [[[(int(k == 0) - int(i == 0)) * int(j == 0) for k in range(2)] for j in range(2)] for i in range(2)]
    three = [[[(int(i == 0) - int(j == 0)) * int(k == 0) for k in range(2)] for j in range(2)] for i in range(2)]
    return from_payoff_matrices([one, two, three], parameters={"w": "(0, 2)"})


def test_phases_with_square_roots_of_a_parameter() -> None:
    """q r = w, r = p, q = p: a mixture at p = sqrt(w) as long as w < 1."""
    diagram = phases(square_roots())
    weights = {
        str(p.condition): [str(e.parts[0].strategy[0][1][0][1]) for e in p.equilibria if len(e.play[0][0][1]) > 1]
        for p in diagram.phases
    }
    assert weights == {"w > 1": [], "w < 1": ["sqrt(w)"]}
    assert [str(s.condition) for s in diagram.strata] == ["w == 1"]
    everything = ", ".join(f'"{a},{b},{c}"' for a in ("a1", "a2") for b in ("a1", "a2") for c in ("a1", "a2"))
    assert str(when(square_roots(), f"equilibrium_support({everything})").condition) == "w < 1"


@pytest.mark.parametrize(("seed", "top"), [(0, 9), (1, 9), (5, 9), (60, 2), (63, 2)])
def test_phases_with_quadratics_agree_with_the_solution_at_points(seed: int, top: int) -> None:
    """Each point lies in one phase, whose supports and equilibria are those of the game there, unless named open."""
    game = three_players(seed, top, 1)
    diagram = phases(game)
    assert not any(p.structure.open_supports for p in diagram.phases)
    for k in range(1, 12, 2):
        at = {"t": Fraction(k * top, 12)}
        (phase,) = [p for p in (*diagram.phases, *diagram.strata) if holds(str(p.condition), at)]
        here = solve(game, at)
        assert not here.undecided
        named = phase.structure.to_document()
        left = named.get("undecided_supports", [])
        listed = {str(e["support"]) for e in here.to_json()["equilibria"] if e["support"] not in left}
        assert listed == {str(s) for s in named["supports"] if s not in left}
        if phase in diagram.phases:
            assert sum(holds(str(e.condition or phase.condition), at) for e in phase.equilibria) == len(here.equilibria)


def test_logarithms_of_two_parameters_are_decomposed_for_profiles_too() -> None:
    """One agent as the only player of a profile: the certified decomposition gives the phases of the agent."""
    game = game_of("three_cycle_middle")
    alone, profiles = phases(game), players_phases(game)
    assert profiles.engine == alone.engine == "certified decomposition with logarithms"
    assert profiles.coverage.everything and len(profiles.strata) == len(alone.strata)
    assert [str(phase.condition) for phase in profiles.phases] == [str(phase.condition) for phase in alone.phases]


def test_limits_stop_with_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    stages: list[str] = []
    phases(coordination(), limits=Limits(progress=lambda stage, done, total: stages.append(stage)))
    assert stages and stages[-1] == "conditions of phases"
    with pytest.raises(BudgetError, match="more than 3 cells"):
        phases(coordination(), limits=Limits(max_cells=3))
    with pytest.raises(BudgetError, match="seconds"):
        phases(coordination(), limits=Limits(seconds=0))
    path = str(LITERATURE / "analogy_based.toml")
    assert main(["phases", path, "--limit-cells", "1"]) == 3
    assert "more than 1 cells" in capsys.readouterr().err
    assert main(["phases", path, "--limit-cells", "100", "--limit-seconds", "100"]) == 0


@pytest.mark.parametrize("over, at, message", [
    (["c", "d"], None, "--over d: unknown parameter; the parameters are c"),
    (["c"], {"c": "1/2"}, "--over c: also fixed by --at"),
    (None, {"c": "1/2"}, "no parameter is free"),
])  # fmt: skip
def test_over_and_at_are_checked(over: Any, at: Any, message: str) -> None:
    with pytest.raises(GameError, match=message):
        phases(load_game(LITERATURE / "analogy_based.toml"), over, at)
