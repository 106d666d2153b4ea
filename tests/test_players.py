"""Several players: known answers with citations, properties, and agreement between independent routes."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from catalogue import holds

from berknash.symbolic.algebra.signs import approximate
from berknash.symbolic.combinatorics.dynamics import listed_cycles
from berknash.symbolic.decomposition import AlgebraicNumber
from berknash.symbolic.definition.play import is_equilibrium
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.engines.finite.engine import solve_players
from berknash.symbolic.engines.finite.nonlinear import mixed_equilibria
from berknash.symbolic.engines.finite.structure import structure_and_findings
from berknash.symbolic.errors import BudgetError, GameError, NotSupportedError
from berknash.symbolic.expressions.reading import substitute
from berknash.symbolic.forms.minors import players_table
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.interchange.normal_form import from_payoff_matrices
from berknash.symbolic.limits import SolveLimits
from berknash.symbolic.results.equilibrium_documents import undecided_document
from berknash.symbolic.results.solution import Solution
from berknash.testing import random_game, random_knife_edge_game

LITERATURE = Path(__file__).parent.parent / "examples" / "literature"


def strategies(solution: Solution) -> list[tuple[tuple[str, ...], ...]]:
    """Every equilibrium as the weights of each player's actions, as text."""
    return [tuple(tuple(str(v) for _, v in own[0][1]) for own in e.strategy) for e in solution.equilibria]


def named(name: str, **at: str) -> Solution:
    return solve_players(load_game(LITERATURE / f"{name}.toml"), at=at)


def test_matching_pennies_has_one_equilibrium() -> None:
    """von Neumann 1928."""
    solution = named("matching_pennies")
    assert strategies(solution) == [(("1/2", "1/2"), ("1/2", "1/2"))]
    document = solution.to_json()
    assert document["cycles"] == [["heads,heads", "heads,tails", "tails,tails", "tails,heads"]]
    assert document["closed"] == [{"row": ["heads", "tails"], "column": ["heads", "tails"]}]
    assert document["equilibria"][0]["belief_support"] == {"row": ["opponent"], "column": ["opponent"]}


def test_defection_is_dominant_for_all_payoffs_in_order() -> None:
    """The prisoners' dilemma: t > r > p > s suffices, whatever the numbers."""
    solution = named("prisoners_dilemma")
    assert strategies(solution) == [(("0", "1"), ("0", "1"))]
    assert solution.equilibria[0].strict and solution.equilibria[0].condition.is_always()
    assert [case.value for case in solution.rationalizable] == [(("defect",), ("defect",))]


def test_battle_of_the_sexes_has_three_equilibria() -> None:
    """Luce & Raiffa 1957: two pure ones, and each goes to the favourite with probability a/(1 + a)."""
    solution = named("battle_of_the_sexes")
    mixed = (("a/(a + 1)", "1/(a + 1)"), ("1/(a + 1)", "a/(a + 1)"))
    assert strategies(solution) == [(("1", "0"), ("1", "0")), (("0", "1"), ("0", "1")), mixed]
    assert all(e.condition.is_always() for e in solution.equilibria)
    assert [e.strict for e in solution.equilibria] == [True, True, False]


@pytest.mark.parametrize("loss", ["1/2", "1", "3"])
def test_rock_paper_scissors_has_one_equilibrium_for_every_loss(loss: str) -> None:
    assert strategies(named("rock_paper_scissors")) == [(("1/3",) * 3,) * 2]
    assert strategies(named("rock_paper_scissors", b=loss)) == [(("1/3",) * 3,) * 2]


def test_a_degenerate_game_has_a_known_continuum() -> None:
    """Row's actions pay alike against the left column only: all mixtures against it are equilibria.

    A = [[1, 1], [1, 0]] for both: the set of Nash equilibria is the two edges of the square at a1.
    """
    solution = solve_players(from_payoff_matrices([[[1, 1], [1, 0]], [[1, 1], [1, 0]]]))
    edges = [e for e in solution.equilibria if e.dimension == 1]
    assert [e.support for e in edges] == [
        ((("", ("a1",)),), (("", ("a1", "a2")),)),
        ((("", ("a1", "a2")),), (("", ("a1",)),)),
    ]
    assert len(solution.equilibria) == 5 and all(e.dimension == 0 for e in solution.equilibria if e.pure)
    corners = edges[1].vertices[0][0]
    assert [tuple(str(v) for _, v in own[0][1]) for own in corners] == [("1", "0"), ("0", "1")]


def test_a_game_of_equal_payoffs_is_one_full_square() -> None:
    solution = solve_players(from_payoff_matrices([[[0, 0], [0, 0]]] * 2))
    assert sorted(e.dimension for e in solution.equilibria) == [0] * 4 + [1] * 4 + [2]


def test_staying_out_is_self_confirming_but_not_nash() -> None:
    """Fudenberg & Levine 1993: nothing reveals that going in would pay."""
    solution = named("self_confirming")
    document = solution.to_json()
    supports = [e["support"] for e in document["equilibria"]]
    assert supports == [
        {"entrant": ["out"], "incumbent": ["friendly"]},
        {"entrant": ["in"], "incumbent": ["friendly"]},
    ]
    assert document["equilibria"][0]["belief_support"]["entrant"] == ["optimist", "pessimist"]
    assert [e["strict"] for e in document["equilibria"]] == [False, True]
    # Out shows nothing, so its models fit it exactly; the optimist is wrong by 1/10 about what it sees after in.
    assert [e["self_confirming"] for e in document["equilibria"]] == [True, False]
    assert document["rationalizable"] == {"entrant": ["in", "out"], "incumbent": ["friendly"]}
    assert document["closed"] == [{"entrant": ["in"], "incumbent": ["friendly"]}]
    nash = solve_players(from_payoff_matrices([[[2, 2], [3, 0]], [[1, 0], [1, 0]]]))
    assert strategies(nash) == [(("0", "1"), ("1", "0"))]


def test_bundling_two_states_gives_the_analogy_based_equilibrium() -> None:
    """Jehiel 2005: expecting 1/2 in both states, the risk is taken iff c < 1; a Nash player always takes it."""
    document = named("analogy_based").to_json()
    strict = {str(e["support"]["novice"]): e["condition"] for e in document["equilibria"] if e["strict"]}
    assert strict == {
        "{'first': ['risk'], 'second': ['risk']}": "c < 1",
        "{'first': ['pass'], 'second': ['pass']}": "c > 1",
    }
    fine = (LITERATURE / "analogy_based.toml").read_text().replace('theta = { x = "[0, 1]" }',
                                                                  'theta = { x = "[0, 1]", z = "[0, 1]" }')  # fmt: skip
    fine = fine.replace('predicts."*"."*" = { saw_left = "x", saw_right = "1 - x" }',
                        'predicts.first."*"  = { saw_left = "x", saw_right = "1 - x" }\n'
                        'predicts.second."*" = { saw_left = "z", saw_right = "1 - z" }')  # fmt: skip
    nash = solve_players(Game.from_toml(fine)).to_json()
    assert [e["support"]["novice"] for e in nash["equilibria"]] == [{"first": ["risk"], "second": ["risk"]}]
    assert nash["equilibria"][0]["condition"] == "0 < 1"


def test_a_cursed_buyer_buys_lemons() -> None:
    """Eyster & Rabin 2005: quality and sale taken for independent, the buyer accepts below the average value 2."""
    solution = named("cursed_lemons")
    trade = [e for e in solution.to_json()["equilibria"] if e["support"]["buyer"] == {"none": ["accept"]}]
    assert [(e["support"]["seller"], e["strict"], e["condition"]) for e in trade] == [
        ({"low": ["sell"], "high": ["keep"]}, True, "0 < 1")
    ]
    # With models that may hold any joint law of quality and sale, the buyer knows that only lemons are sold.
    text = (LITERATURE / "cursed_lemons.toml").read_text()
    text = text.replace('theta = { x = "[0, 1]" }', 'theta = { x = "[0, 1]", z = "[0, 1]" }')
    text = text.replace('high_sold = "x/2", high_kept = "(1 - x)/2"', 'high_sold = "z/2", high_kept = "(1 - z)/2"')
    informed = solve_players(Game.from_toml(text), at={"p": "1"})
    assert all(e.self_confirming for e in informed.equilibria)
    cursed = named("cursed_lemons", p="1").equilibria
    assert {e.support[1][0][1]: e.self_confirming for e in cursed} == {("accept",): False, ("decline",): True}
    assert all(e.support[1] == (("none", ("decline",)),) for e in informed.equilibria)


def test_three_players_may_mix_with_irrational_weights() -> None:
    """A 2 x 2 x 2 game whose totally mixed equilibrium solves a quadratic: derived by hand.

    With p, q, r the weights of first actions, the players are indifferent iff q r = 1/2, r = p, q = p: p**2 = 1/2.
    """
    one = [[[1, 0], [0, 0]], [["1/2", "1/2"], ["1/2", "1/2"]]]
    two = [[[0, 1], [1, 0]], [[0, 0], [0, 1]]]
    three = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    # Player 2 gains r - p from the first action, player 3 gains p - q.
    for i in range(2):
        for j in range(2):
            for k in range(2):
                p, q, r = (int(v == 0) for v in (i, j, k))
                two[i][j][k] = (r - p) * q
                three[i][j][k] = (p - q) * r
    solution = solve_players(from_payoff_matrices([one, two, three]))
    mixed = [s for s, e in zip(strategies(solution), solution.equilibria, strict=True) if not e.pure]
    assert (("sqrt(2)/2", "1 - sqrt(2)/2"),) * 3 in mixed
    assert all(is_equilibrium(solution.game, e.as_strategy()) for e in solution.equilibria)


def random_matrices(seed: int, shape: Sequence[int], top: int) -> list[Any]:
    draw = random.Random(seed)

    def array(sizes: Sequence[int]) -> Any:
        return [array(sizes[1:]) for _ in range(sizes[0])] if sizes else draw.randint(0, top)

    return [array(shape) for _ in shape]


@pytest.mark.parametrize("seed", range(12))
def test_generic_three_player_games_have_an_odd_number_of_equilibria(seed: int) -> None:
    """Wilson 1971: in almost every finite game the number of equilibria is finite and odd."""
    solution = solve_players(from_payoff_matrices(random_matrices(seed, (2, 2, 2), 10_000)))
    assert all(e.dimension == 0 for e in solution.equilibria)
    assert len(solution.equilibria) % 2 == 1


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("top", [1, 9])
def test_the_linear_engine_and_the_polynomial_one_agree_on_two_player_games(seed: int, top: int) -> None:
    game = from_payoff_matrices(random_matrices(seed, (2 + seed % 2, 3), top))
    solution = solve_players(game)
    found = {(e.support, e.dimension) for e in solution.equilibria if not e.pure}
    assert {(e.support, e.dimension) for e in mixed_equilibria(players_table(game))} == found
    points = {e.strategy for e in solution.equilibria if not e.pure and not e.dimension}
    assert {e.strategy for e in mixed_equilibria(players_table(game)) if not e.dimension} == points


def misspecified(seed: int, actions: int = 2, models: int = 2) -> Game:
    """Two players whose models see own actions only, though the truth depends on both: fits are bilinear."""
    draw = random.Random(seed)
    names = [f"a{k}" for k in range(actions)]

    def law() -> dict[str, str]:
        good = Fraction(draw.randint(1, 9), 10)
        return {"good": str(good), "bad": str(1 - good)}

    def player() -> dict[str, Any]:
        return {
            "actions": names,
            "outcomes": ["good", "bad"],
            "truth": {f"{a},{b}": law() for a in names for b in names},
            "payoff": {a: {"good": draw.randint(0, 4), "bad": draw.randint(-2, 2)} for a in names},
            "models": {f"m{k}": {"predicts": {a: law() for a in names}} for k in range(models)},
        }

    return Game.from_dict({"format": 1, "name": f"seed {seed}", "players": {"one": player(), "two": player()}})


@pytest.mark.parametrize("seed", range(40))
def test_misspecified_pairs_have_an_equilibrium_and_all_pass_the_definition(seed: int) -> None:
    """Existence is Theorem 1 of Esponda & Pouzo 2016; mixed ones solve equations with logarithms."""
    game = misspecified(seed, models=2 + seed % 2)
    solution = solve_players(game)
    assert solution.equilibria
    assert all(is_equilibrium(game, e.as_strategy()) for e in solution.equilibria)
    supports = {e.support for e in solution.equilibria}
    for x in range(5):
        for y in range(5):
            weights = (Fraction(x, 4), Fraction(y, 4))
            profile = {p: {"a0": w, "a1": 1 - w} for p, w in zip(("one", "two"), weights, strict=True)}
            if is_equilibrium(game, profile):
                assert tuple((("", ("a0",) * (w > 0) + ("a1",) * (w < 1)),) for w in weights) in supports


@pytest.mark.parametrize("seed", range(40))
def test_a_player_beside_nature_is_solved_as_alone(seed: int) -> None:
    """A second player without choices changes nothing, on knife edges and with infinite divergences too."""
    game = (random_game if seed % 2 else random_knife_edge_game)(random.Random(seed))
    document = tomllib.loads(game.to_toml())
    ((name, own),) = document["players"].items()
    nothing = {"there": "1"}
    nature = {
        "actions": ["be"],
        "outcomes": ["there"],
        "truth": {"*,be": nothing},
        "payoff": {"be": {"there": 0}},
        "models": {"only": {"predicts": {"be": nothing}}},
    }
    own = own | {"truth": {f"{a},be": row for a, row in own["truth"].items()}}
    both = Game.from_dict(document | {"players": {name: own, "nature": nature}})
    alone, found = solve(game).to_json(), solve_players(both).to_json()

    def entries(equilibria: list[dict[str, Any]]) -> list[Any]:
        return [
            (e["support"][name], e["belief_support"][name], e["dimension"], e["strict"], e["uniform"],
             None if e["dimension"] else e["strategy"][name])
            for e in equilibria
        ]  # fmt: skip

    assert sorted(entries(found["equilibria"]), key=str) == sorted(entries(alone["equilibria"]), key=str)
    assert found["rationalizable"][name] == alone["rationalizable"][name]
    assert found["transitions"] == [[f"{a},be", f"{b},be"] for a, b in alone["transitions"]]
    assert [entry[name] for entry in found["closed"]] == alone["closed"]


def test_the_structure_of_a_phase_follows_from_signs() -> None:
    table = players_table(load_game(LITERATURE / "battle_of_the_sexes.toml"))
    structure = structure_and_findings(table, table.problem(lambda atom: 1))[0]
    assert [supports for supports, _ in structure.supports] == [((0,), (0,)), ((0, 1), (0, 1)), ((1,), (1,))]
    assert structure.closed == (((0,), (0,)), ((1,), (1,)))


def test_what_is_beyond_the_engine_is_refused_by_name() -> None:
    text = (LITERATURE / "matching_pennies.toml").read_text()
    narrow = text.replace('theta = { x = "[0, 1]" }', 'theta = { x = "[1/4, 3/4]" }')
    with pytest.raises(NotSupportedError, match="opponent cannot reproduce what the others do: x would leave"):
        solve_players(Game.from_toml(narrow))
    curved = text.replace('saw_heads = "x", saw_tails = "1 - x"', 'saw_heads = "x**2", saw_tails = "1 - x**2"')
    with pytest.raises(NotSupportedError, match="not affine"):
        solve_players(Game.from_toml(curved))
    game = misspecified(0)
    free = game.to_toml().replace('name = "seed 0"', 'name = "free"\n[parameters]\nw = "(0, 1)"\n', 1)
    free = free.replace('payoff]\na0 = { good = "', 'payoff]\na0 = { good = "w + ', 1)
    with pytest.raises(NotSupportedError, match="give values for w"):
        is_equilibrium(Game.from_toml(free), {"one": {"a0": 1}, "two": {"a0": 1}})
    free = from_payoff_matrices([[["w"] * 9] * 9] * 2, parameters={"w": "(0, 1)"})
    with pytest.raises(BudgetError, match=r"261121 profiles of supports.*limit of 65536.*--limit-pairs 261121"):
        solve_players(free)


def test_many_envelopes_are_counted_together() -> None:
    """Each profile of supports has small envelopes; there is a limit on their sum, named with a remedy."""
    with pytest.raises(BudgetError, match=r"bases of all envelopes together.*limit of 20; .*--limit-bases 40"):
        solve_players(misspecified(3), limits=SolveLimits(bases=20))


def with_a_parameter(seed: int) -> Game:
    """A pair whose truth at one profile is free, or three players with two free payoffs."""
    if seed % 2:
        document = tomllib.loads(misspecified(seed).to_toml())
        document["parameters"] = {"w": "(0, 1)"}
        document["players"]["one"]["truth"]["a0,a1"] = {"good": "w", "bad": "1 - w"}
        return Game.from_dict(document)
    matrices = random_matrices(seed, (2, 2, 2), 6)
    matrices[0][0][0][0], matrices[2][1][0][1] = "6*w", "6*w + 1"
    return from_payoff_matrices(matrices, parameters={"w": "(0, 1)"})


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 8, 16, 20, 21, 23])
def test_nonlinear_games_with_free_parameters_agree_with_every_fixed_one(seed: int) -> None:
    """At each point the entries whose condition holds are the equilibria, but for the supports named as undecided."""
    game = with_a_parameter(seed)
    solution = solve_players(game)
    for value in [Fraction(k, 8) for k in range(1, 8)] + [Fraction(1, 3), Fraction(5, 6)]:
        at = {"w": value}
        open_here = {u.support for u in solution.undecided if holds(str(u.condition), at)}

        def listed(equilibria: Sequence[Any], without: set[Any] = open_here) -> list[str]:
            return sorted(
                str((e.support, e.dimension, e.belief_support, e.uniform, e.strict))
                for e in equilibria
                if e.support not in without
            )

        fixed = solve_players(game, at).equilibria
        assert listed([e for e in solution.equilibria if holds(str(e.condition), at)]) == listed(fixed)


@pytest.mark.parametrize("seed", [0, 1, 2, 4, 5, 9])
def test_flags_with_a_free_parameter_agree_with_every_fixed_one(seed: int) -> None:
    """Self-confirming, and surviving correct specification: the condition holds exactly where the flag is set."""
    game = with_a_parameter(seed)
    solution = solve_players(game)
    for at in ({"w": Fraction(k, 6)} for k in range(1, 6)):
        fixed = {e.support: e for e in solve_players(game, at).equilibria if not e.dimension}
        for e in solution.equilibria:
            if e.dimension or not holds(str(e.condition), at):
                continue
            for answer, expected in (
                (e.confirms, fixed[e.support].self_confirming),
                (e.survives, bool(fixed[e.support].survives)),
            ):
                assert answer is not None
                assert expected == (bool(answer) if answer.where is None else holds(str(answer.where), at))


def test_square_roots_of_a_parameter() -> None:
    """With q r = 1/2, r = p, q = p the three mix by sqrt(1/2); with 1/2 replaced by w the root is sqrt(w)."""
    one = [[[1, 0], [0, 0]], [["w", "w"], ["w", "w"]]]
    two = [[[(int(k == 0) - int(i == 0)) * int(j == 0) for k in range(2)] for j in range(2)] for i in range(2)]
    three = [[[(int(i == 0) - int(j == 0)) * int(k == 0) for k in range(2)] for j in range(2)] for i in range(2)]
    solution = solve_players(from_payoff_matrices([one, two, three], parameters={"w": "(0, 1)"}))
    assert not solution.undecided
    mixed = [e for e in solution.equilibria if all(len(own[0][1]) == 2 for own in e.support)]
    assert [str(e.condition) for e in mixed] == ["0 < 1"] and str(mixed[0].survives) == "yes"
    assert [[str(w) for _, w in own[0][1]] for own in mixed[0].strategy] == [["sqrt(w)", "1 - sqrt(w)"]] * 3
    at = solve_players(solution.game, {"w": "1/4"})
    assert (("1/2", "1/2"),) * 3 in strategies(at) and not at.undecided


def test_square_roots_of_three_parameters() -> None:
    """With q r = w, u r = p and p = v q: p**2 = u v w, q = p/v and r = p/u, which are below 1 iff u w < v, v w < u."""
    one = [[[1, 0], [0, 0]], [["w", "w"], ["w", "w"]]]
    two = [[[f"({int(k == 0)}*u - {int(i == 0)})*{1 - j}" for k in range(2)] for j in range(2)] for i in range(2)]
    three = [[[f"({int(i == 0)} - {int(j == 0)}*v)*{1 - k}" for k in range(2)] for j in range(2)] for i in range(2)]
    solution = solve_players(from_payoff_matrices([one, two, three], parameters=dict.fromkeys("uvw", "(0, 1)")))
    assert not solution.undecided
    (mixed,) = [e for e in solution.equilibria if all(len(own[0][1]) == 2 for own in e.support)]
    weights = [own[0][1][0][1] for own in mixed.strategy]
    draw = random.Random(0)
    for _ in range(40):
        at = {name: Fraction(draw.randint(1, 9), 10) for name in "uvw"}
        u, v, w = (float(at[name]) for name in "uvw")
        assert holds(str(mixed.condition), at) == (at["u"] * at["w"] < at["v"] and at["v"] * at["w"] < at["u"])
        found = [approximate(substitute(weight, at)) for weight in weights]  # type: ignore[arg-type]
        root = (u * v * w) ** 0.5
        assert found == [pytest.approx(value) for value in (root, root / v, root / u)]


def test_quadratics_with_logarithms_of_constants() -> None:
    """A misspecified pair whose fits differ by logarithms, with a free chance: closed forms hold at points."""
    document = tomllib.loads(misspecified(25).to_toml())
    document["parameters"] = {"w": "(0, 1)"}
    document["players"]["one"]["truth"]["a0,a1"] = {"good": "w", "bad": "1 - w"}
    solution = solve_players(Game.from_dict(document))
    assert not solution.undecided
    curved = [e for e in solution.equilibria if "sqrt" in str(e.strategy)]
    assert curved
    seen = 0
    for at in ({"w": Fraction(k, 12)} for k in range(1, 12)):
        fixed = solve_players(solution.game, at).equilibria

        def shares(e: Any, at: dict[str, Fraction] = at) -> list[float]:
            values = [own[0][1][0][1] for own in e.strategy]
            found = [v if isinstance(v, AlgebraicNumber) else approximate(substitute(v, at)) for v in values]
            return [float(v) for v in found if v is not None]

        here = [e for e in solution.equilibria if holds(str(e.condition), at)]
        seen += sum(e in curved for e in here)
        assert sorted(shares(e) for e in here) == [pytest.approx(row) for row in sorted(shares(e) for e in fixed)]
    assert seen


def three_players(seed: int, top: int, free: int) -> Game:
    """Two actions each, integer payoffs, some of them replaced by parameters t, u, v in (0, top)."""
    draw = random.Random(seed)
    matrices = random_matrices(seed, (2, 2, 2), top)
    for name in "tuv"[:free]:
        matrices[draw.randrange(3)][draw.randrange(2)][draw.randrange(2)][draw.randrange(2)] = name
    return from_payoff_matrices(matrices, parameters=dict.fromkeys("tuv"[:free], f"(0, {top})"))


@pytest.mark.parametrize(("seed", "top", "free"), [*((s, 9, 1) for s in range(8)), *((s, 2, 1) for s in range(60, 66)),
                                                   (201, 9, 2), (0, 9, 3), (3, 9, 3)])  # fmt: skip
def test_three_players_with_parameters_at_points(seed: int, top: int, free: int) -> None:
    """The closed forms, with square roots or not, are the equilibria at rational points, on every support decided."""
    game = three_players(seed, top, free)
    solution = solve_players(game)
    draw = random.Random(seed)
    for _ in range(4):
        at = {p.name: Fraction(draw.randint(1, 11) * top, 12) for p in game.parameters}
        fixed = solve_players(game, at)
        skipped = {e.support for e in fixed.undecided}
        skipped |= {e.support for e in solution.undecided if holds(str(e.condition), at)}
        here = [e for e in solution.equilibria if holds(str(e.condition), at) and e.support not in skipped]
        there = [e for e in fixed.equilibria if e.support not in skipped]
        assert sorted((e.support, e.dimension) for e in here) == sorted((e.support, e.dimension) for e in there)

        def weights(e: Any, at: dict[str, Fraction] = at) -> list[float]:
            found = [w for own in e.strategy for _, row in own for _, w in row]
            numbers = [w if isinstance(w, AlgebraicNumber) else approximate(substitute(w, at)) for w in found]
            return [float(w) for w in numbers if w is not None]

        mine, others = (sorted(weights(e) for e in listed if not e.dimension) for listed in (here, there))
        assert len(mine) == len(others)
        for one, two in zip(mine, others, strict=True):
            assert one == pytest.approx(two, abs=1e-9)


def test_supports_that_stay_open_are_named() -> None:
    """The third player never matters to the first two, whose ties leave a curve: no isolated points to write down."""
    one = [[["t", 0], [0, 1]], [[0, 1], ["t", 0]]]
    nothing = [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]
    solution = solve_players(from_payoff_matrices([one, nothing, nothing], parameters={"t": "(0, 1)"}))
    everyone = {f"player{k}": ["a1", "a2"] for k in (1, 2, 3)}
    (entry,) = [e for e in solution.undecided if undecided_document(e, None)["support"] == everyone]
    assert entry.condition.is_always() and "polynomial system" in entry.reason
    assert undecided_document(entry, None) in solution.to_json()["undecided"]


def test_three_players_with_a_degenerate_pair_have_a_continuum() -> None:
    """With player 3 at a2, a segment of mixtures of player 1's three actions keeps player 2 indifferent.

    The third player's inequality is bilinear there; it holds at both ends of the segment, and so throughout.
    """
    solution = solve_players(from_payoff_matrices(random_matrices(1, (3, 3, 2), 20)))
    assert not solution.undecided
    (segment,) = [e for e in solution.equilibria if e.dimension]
    assert segment.support[2] == (("", ("a2",)),)
    (first, second, third) = segment.vertices[0]
    assert len(first) == 2 and len(second) == len(third) == 1
    for k in range(5):
        share = Fraction(k, 4)
        mixed = {
            a: share * Fraction(str(w)) + (1 - share) * Fraction(str(v))
            for (a, w), (_, v) in zip(first[0][0][1], first[1][0][1], strict=True)
        }
        profile = {"player1": mixed, "player2": dict(second[0][0][1]), "player3": dict(third[0][0][1])}
        assert is_equilibrium(solution.game, profile)


@pytest.mark.parametrize("shape", [(3, 2, 2), (2, 2, 3)])
def test_larger_three_player_games_have_an_odd_number_of_equilibria(shape: tuple[int, ...]) -> None:
    for seed in range(2):
        solution = solve_players(from_payoff_matrices(random_matrices(seed, shape, 10_000)))
        assert len(solution.equilibria) % 2 == 1 and not solution.undecided


def test_the_definition_refuses_what_is_no_strategy() -> None:
    game = load_game(LITERATURE / "matching_pennies.toml")
    good = {"heads": "1/2", "tails": "1/2"}
    assert is_equilibrium(game, {"row": good, "column": good})
    assert not is_equilibrium(game, {"row": {"heads": 1}, "column": good})
    for bad, message in (
        ({"row": good}, "nothing for player column"),
        ({"row": good, "column": {"heads": "1/3"}}, "sum to 1"),
        ({"row": good, "column": {"heads": 0.5, "tails": 0.5}}, "not exact"),
        ({"row": good, "column": {"edge": 1}}, "no action 'edge'"),
        ({"row": good, "column": good, "third": good}, "no player 'third'"),
    ):
        with pytest.raises(GameError, match=message):
            is_equilibrium(game, bad)  # type: ignore[arg-type]


def test_cycles_are_listed_by_length_and_the_cut_is_said() -> None:
    complete = tuple((a, b) for a in range(9) for b in range(9))
    cycles, length = listed_cycles(9, complete)
    # 36 pairs, 168 triples, 756 cycles of length four; length five would pass the limit.
    assert (len(cycles), length) == (36 + 168 + 756, 4)
    document = solve_players(from_payoff_matrices([[[0] * 3] * 3] * 2)).to_json()
    assert document["cycles_complete_to_length"] == 4
    assert len(document["equilibria"]) == 49


def test_solutions_are_the_same_text_every_time() -> None:
    first, second = (str(named("rock_paper_scissors", b="2").to_json()) for _ in range(2))
    assert first == second


def test_three_players_with_an_even_number_of_equilibria() -> None:
    """Wilson 1971 gives regular games an odd number of equilibria; this one is not regular.

    With weights a, b, c on the first actions the equations of full support are, for players 3, 2 and 1,
    7ab - 18a - 9b + 6 = 0, 3 + 4a = (6 + 5a) c and 14 - 6b - 20c = 0, hence a (210 + 610a) = 0: the solution reaches
    the face a = 0 at b = 2/3, c = 1/2, where player 1 leaves a best reply unplayed.
    """
    payoffs = [
        [[[7, 13], [4, 19]], [[19, 5], [10, 5]]],
        [[[0, 10], [4, 3]], [[16, 10], [19, 7]]],
        [[[3, 17], [3, 15]], [[16, 19], [15, 9]]],
    ]
    solution = solve_players(from_payoff_matrices(payoffs))
    assert not solution.undecided and all(e.dimension == 0 for e in solution.equilibria)
    assert set(strategies(solution)) == {
        (("1", "0"), ("1", "0"), ("0", "1")),
        (("0", "1"), ("0", "1"), ("1", "0")),
        (("1/3", "2/3"), ("0", "1"), ("7/10", "3/10")),
        (("0", "1"), ("2/3", "1/3"), ("1/2", "1/2")),
    }


def test_a_symmetric_game_of_three_whose_mixture_is_irrational() -> None:
    """Each picks a or b; a pays 2 when both others pick a and 1 when neither does, b pays 1 when they differ.

    With weight p on a the others leave one indifferent iff 2p^2 + (1 - p)^2 = 2p(1 - p), that is 5p^2 - 4p + 1 = 0,
    which has no real root: a is better at every p, so the only symmetric equilibrium is all a. With 1/4 in place of 1
    for a alone it is 17p^2 - 10p + 1 = 0 with the roots p = (5 - 2 sqrt 2)/17 and (5 + 2 sqrt 2)/17. With 1/2 the
    others at a and b leave one indifferent iff (3a - 1)(3b - 1) = 0: whenever two play 1/3 the third is free, three
    lines of equilibria through one point (`test_players_curves`).
    """

    def symmetric(alone: Fraction) -> list[Any]:
        # what one gets from its own action and the number of others on a
        value = {(0, 2): Fraction(2), (0, 1): Fraction(0), (0, 0): alone, (1, 1): Fraction(1)}
        paid = [[[[Fraction(0)] * 2 for _ in range(2)] for _ in range(2)] for _ in range(3)]
        for profile in ((i, j, k) for i in range(2) for j in range(2) for k in range(2)):
            for player, own in enumerate(profile):
                others = sum(1 for other, action in enumerate(profile) if other != player and action == 0)
                paid[player][profile[0]][profile[1]][profile[2]] = value.get((own, others), Fraction(0))
        return paid

    def symmetric_mixtures(alone: Fraction) -> list[float]:
        found = set()
        for entry in solve_players(from_payoff_matrices(symmetric(alone))).equilibria:
            weights = [own[0][1][0][1] for own in entry.strategy]
            if len({str(w) for w in weights}) == 1 and len(entry.support[0][0][1]) == 2:
                first = weights[0]
                found.add(float(first) if isinstance(first, AlgebraicNumber) else float(approximate(first) or 0))
        return sorted(found)

    assert symmetric_mixtures(Fraction(1)) == []
    lines = solve_players(from_payoff_matrices(symmetric(Fraction(1, 2))))
    assert not lines.undecided and [e.dimension for e in lines.equilibria if len(e.set_conditions) == 3] == [1]
    expected = [(5 - 2 * 2**0.5) / 17, (5 + 2 * 2**0.5) / 17]
    assert symmetric_mixtures(Fraction(1, 4)) == [pytest.approx(p, abs=1e-12) for p in expected]
