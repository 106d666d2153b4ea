"""Claims about games: proved with certificates, refuted at exact points, read without evaluating anything."""

from __future__ import annotations

import itertools
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.proofs.check import Structure, check_text, truth_value
from berknash.proofs.claims.conjectures import phase_theorem
from berknash.proofs.claims.language import Claim, as_lists, evaluate, read_claim
from berknash.proofs.claims.prove import certified_refutation, prove, question_of
from berknash.proofs.search.prover import Disproved, Limits, Proved, Undecided, claim_at
from berknash.symbolic.engines.finite.agent_engine import solve
from berknash.symbolic.errors import GameError, UndecidedError
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases

EXAMPLES = Path(__file__).parent.parent / "examples"
GAP_P = "p*log(h/l) + (1 - p)*log((1 - h)/(1 - l))"
GAP_Q = "q*log(h/l) + (1 - q)*log((1 - h)/(1 - l))"


def example(name: str) -> Game:
    return load_game(EXAMPLES / f"{name}.toml")


# The canonical trap (theory, section 4), boundaries included; with l = 1 - h the thresholds are 1/2.
TRAP_TRUE = [
    "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful) and strict(truthful)",
    "h + l == 1 and p < 1/2 and q > 1/2 => unique(sycophantic) and strict(sycophantic)",
    "h + l == 1 and p > 1/2 and q > 1/2 => strict(truthful) and strict(sycophantic)"
    " and equilibrium_support(truthful, sycophantic)",
    "h + l == 1 and p < 1/2 and q < 1/2 => unique_support(truthful, sycophantic) and cycle(truthful, sycophantic)",
    "h + l == 1 => (unique(truthful) iff p >= 1/2 and q < 1/2)",
    f"unique_support(truthful, sycophantic) iff {GAP_P} < 0 and {GAP_Q} < 0",
    f"cycle(truthful, sycophantic) iff {GAP_P} <= 0 and {GAP_Q} <= 0",
    f"strict(truthful) iff {GAP_P} > 0",
    "p == q => not unique(truthful) and not unique(sycophantic)",
]
TRAP_FALSE = [
    "h + l == 1 => (unique(truthful) iff p > 1/2 and q < 1/2)",  # fails at p = 1/2 only
    f"unique(truthful) iff {GAP_P} > 0 and {GAP_Q} < 0",
    "p > 1/2 and q < 1/2 => unique(truthful)",  # the threshold is 1/2 only when h + l = 1
    "strict(truthful) or strict(sycophantic)",
    "strict(sycophantic)",
    "independent_of(p)",
    "p > 1/2 => independent_of(h)",
]


@pytest.mark.parametrize("claim", TRAP_TRUE)
def test_what_holds_in_the_trap_is_proved(claim: str) -> None:
    answer = prove(example("sycophancy"), claim)
    assert isinstance(answer, Proved), answer
    assert check_text(json.dumps(answer.certificate)) == answer.ends


@pytest.mark.parametrize("claim", TRAP_FALSE)
def test_what_fails_in_the_trap_is_refuted_at_an_exact_point(claim: str) -> None:
    game = example("sycophancy")
    answer = prove(game, claim)
    assert isinstance(answer, Disproved), answer
    assert claim_at(question_of(game, claim), answer.point) is False
    if "independent_of" not in claim:
        refutation = certified_refutation(game, claim, answer.point)
        assert isinstance(refutation, Proved), refutation
        assert check_text(json.dumps(refutation.certificate)) == refutation.ends


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        # C3: deception is locked in whatever the objective risk r, since every model understates it.
        ("deception_locked_in", "c < 3 => strict(deceive) and unique(deceive)"),
        # C3, indeterminacy: honest play teaches nothing, so both actions stay rationalizable, for every r.
        ("deception_indeterminacy", "w > -3/5 and w < 3/5 => rationalizable(honest)"),
        # Rewards decide nothing about the best fit: the data do.
        ("three_cycle", "b < 1/4 and p < 1/3 => unique_support(brief, thorough, playful)"),
    ],
)
def test_claims_of_the_literature(name: str, claim: str) -> None:
    answer = prove(example(name), claim)
    assert isinstance(answer, Proved), answer
    assert check_text(json.dumps(answer.certificate)) == answer.ends


def test_what_deception_is_held_up_by_depends_on_the_risk_but_deception_does_not() -> None:
    """C3 again: the same action is locked in for every r, on beliefs that follow r."""
    answer = prove(example("deception_locked_in"), "c < 3 => independent_of(r)")
    assert isinstance(answer, Disproved)


THRESHOLD = "log((1 - x)/(1 - y))/log(y*(1 - x)/(x*(1 - y)))"
AUDITED = [
    # the hypothesis is refuted before its second bound is read; the second bound's denominator is needed all the same
    f"a < {THRESHOLD} and v < -(y*c + 2*y + w - 2)/((c + 2)*(1 - y)) and v < (1 - y)/(c + w + 1 - y)"
    " => unique(deceive)",
    # holds on the edge x == (1 - w)/(c + 1) too, where v is a single number: no case there has a sample
    f"a > {THRESHOLD} and v >= 1/(c + 2) and v <= (1 - x)/(c + w + 1 - x) and y > (1 - w)/(c + 1) => unique(comply)",
    # deceiving can beat complying under audited, but only in a corner that random points miss: both cases are needed
    f"a < {THRESHOLD} and v > (1 - x)/(c + w + 1 - x) and y < (1 - w)/(c + 1) => unique(conditional)",
    # a case of the split contradicts x < y, and shows itself only by a denominator that is 0 there
    f"a == {THRESHOLD} and v < -(y*c + 2*y + w - 2)/((c + 2)*(1 - y)) and v < (1 - y)/(c + w + 1 - y)"
    " => unique(deceive)",
]


@pytest.mark.parametrize("claim", AUDITED)
def test_hypotheses_with_fractions_are_proved_to_be_defined(claim: str) -> None:
    answer = prove(example("traps/deception_audits"), claim, Limits(nodes=300, products=60_000))
    assert isinstance(answer, Proved)
    assert check_text(json.dumps(answer.certificate)) == answer.ends


def test_scaling_every_reward_changes_nothing() -> None:
    """C4: with payoffs multiplied by k > 0 the structure does not depend on k."""
    text = example("sycophancy").to_toml()
    scaled = text.replace('approve = "1", reject = "0"', 'approve = "k", reject = "0"')
    scaled = scaled.replace("[parameters]", '[parameters]\nk = "(0, oo)"')
    assert scaled != text
    answer = prove(Game.from_toml(scaled), "independent_of(k)")
    assert isinstance(answer, Proved), answer


@pytest.mark.parametrize("name", ["sycophancy", "deception_locked_in", "deception_indeterminacy", "hallucination"])
def test_every_phase_and_stratum_is_a_theorem(name: str) -> None:
    game = example(name)
    diagram = phases(game)
    for piece in (*diagram.phases, *diagram.strata):
        claim = phase_theorem(piece, game)
        answer = prove(game, claim)
        assert isinstance(answer, Proved), (piece.name, str(claim), answer)


def jump(domain: str) -> Game:
    return Game.from_dict(
        {
            "format": 1,
            "name": "jump",
            "parameters": {"p": domain},
            "players": {
                "agent": {
                    "actions": ["look", "skip"],
                    "outcomes": ["good", "bad"],
                    "truth": {"*": {"good": "1 - p", "bad": "p"}},
                    "payoff": {"look": {"good": 1, "bad": 0}, "skip": {"good": 0, "bad": 1}},
                    "models": {
                        "certain": {
                            "predicts": {
                                "look": {"good": "1", "bad": "0"},
                                "skip": {"good": "1/3", "bad": "2/3"},
                            }
                        },
                        "even": {"predicts": {"*": {"good": "1/2", "bad": "1/2"}}},
                    },
                }
            },
        }
    )


def test_a_model_that_rules_out_what_happens_fits_only_where_it_is_not_tried() -> None:
    """Looking refutes `certain`; skipping does not, and fits it best iff bad outcomes are frequent."""
    game = jump("(0, 1)")
    claims = ["equilibrium(look)", "equilibrium(skip)", "unique(look)", "strict(skip)", "rationalizable(skip)"]
    for value in (Fraction(1, 10), Fraction(1, 3), Fraction(1, 2), Fraction(9, 10)):
        solved = solve(game.at({"p": value}))
        supports = [sorted(e.support) for e in solved.equilibria]
        assert claim_at(question_of(game, "equilibrium(look)"), {"p": value}) is (["look"] in supports)
        assert claim_at(question_of(game, "equilibrium(skip)"), {"p": value}) is (["skip"] in supports)
    for claim in claims:
        answer = prove(game, claim)
        assert isinstance(answer, Proved | Disproved), (claim, answer)


def test_an_infinite_divergence_is_not_taken_for_granted_where_its_outcome_may_not_happen() -> None:
    """At p = 0 the bad outcome never happens, and the model that rules it out is right."""
    with pytest.raises(UndecidedError):
        question_of(jump("[0, 1)"), "equilibrium(look)")


def test_assumptions_with_logarithms_are_hypotheses(tmp_path: Path) -> None:
    # log(3)/log(4) = 0.7925: what holds above it is proved, and no counterexample lies below it.
    text = (EXAMPLES / "sycophancy.toml").read_text()
    first, assume = text.index("assume"), 'assume = ["l < h", "p*log(4) > log(3)"]'
    path = tmp_path / "game.toml"
    path.write_text(text[:first] + assume + text[text.index("\n", first) :])
    game = load_game(path).at({"h": Fraction(4, 5), "l": Fraction(1, 5)})
    for claim in ("p > 79/100", "strict(truthful)"):
        answer = prove(game, claim)
        assert isinstance(answer, Proved), claim
        assert check_text(json.dumps(answer.certificate)) == answer.ends
    answer = prove(game, "p > 4/5")
    assert isinstance(answer, Disproved)
    value = answer.point["p"]
    assert isinstance(value, Fraction) and Fraction(79, 100) < value <= Fraction(4, 5)


def test_limits_give_undecided_with_a_reason() -> None:
    answer = prove(example("sycophancy"), TRAP_TRUE[4], Limits(nodes=2))
    assert isinstance(answer, Undecided)
    assert "2" in answer.reason or "cases" in answer.reason


# The checker's structure against the definition, on random exact games


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """K[t][a] and U[a][t] with small entries, so that ties are frequent."""
    actions, models = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    entry = st.integers(-2, 2).map(Fraction)
    k = [[draw(entry) for _ in range(actions)] for _ in range(models)]
    u = [[draw(entry) for _ in range(models)] for _ in range(actions)]
    return k, u


def structure_of(k: list[list[Fraction]], u: list[list[Fraction]]) -> Structure:
    actions = [f"a{i}" for i in range(len(u))]
    models = [f"t{i}" for i in range(len(k))]

    def sign(kind: str, columns: tuple[str, ...], rows: tuple[str, ...]) -> int:
        table = k if kind == "K" else u
        matrix = [[Fraction(1), *(table[int(r[1:])][int(c[1:])] for c in columns)] for r in rows]
        value = determinant(matrix)
        return (value > 0) - (value < 0)

    return Structure(actions, models, sign)


def determinant(matrix: list[list[Fraction]]) -> Fraction:
    size = len(matrix)
    total = Fraction(0)
    for order in itertools.permutations(range(size)):
        swaps = sum(order[i] > order[j] for i in range(size) for j in range(i + 1, size))
        term = Fraction(-1 if swaps % 2 else 1)
        for row, column in enumerate(order):
            term *= matrix[row][column]
        total += term
    return total


def feasible(equalities: list[list[Fraction]], inequalities: list[list[Fraction]], width: int) -> bool:
    """Whether w > 0 with sum 1, e.w == 0, g.w >= 0 exists: the mean of the closed polytope's vertices."""
    rows = [*inequalities, *[[Fraction(int(i == j)) for j in range(width)] for i in range(width)]]
    vertices = []
    needed = width - 1
    for count in range(min(needed, len(rows)) + 1):
        for active in itertools.combinations(rows, count):
            point = solved_system([*equalities, *active, [Fraction(1)] * width], width)
            if point is None:
                continue
            if all(sum(a * b for a, b in zip(row, point, strict=True)) >= 0 for row in rows):
                vertices.append(point)
    return bool(vertices) and all(any(v[i] > 0 for v in vertices) for i in range(width))


def solved_system(rows: list[list[Fraction]], width: int) -> list[Fraction] | None:
    """The unique solution of row.w = 0 for all but the last row, last.w = 1; None if there is none or many."""
    matrix = [[*row, Fraction(int(i == len(rows) - 1))] for i, row in enumerate(rows)]
    rank = 0
    for column in range(width):
        pivot = next((i for i in range(rank, len(matrix)) if matrix[i][column] != 0), None)
        if pivot is None:
            return None
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        matrix[rank] = [x / matrix[rank][column] for x in matrix[rank]]
        for i in range(len(matrix)):
            if i != rank:
                factor = matrix[i][column]
                matrix[i] = [x - factor * y for x, y in zip(matrix[i], matrix[rank], strict=True)]
        rank += 1
    if any(row[width] != 0 for row in matrix[rank:]):
        return None
    return [matrix[i][width] for i in range(width)]


def carries_by_definition(k: list[list[Fraction]], u: list[list[Fraction]], support: tuple[int, ...]) -> bool:
    models = range(len(k))
    for size in range(1, len(k) + 1):
        for beliefs in itertools.combinations(models, size):
            base = beliefs[0]
            difference = {t: [k[t][a] - k[base][a] for a in support] for t in models}
            fits = feasible(
                [difference[t] for t in beliefs[1:]],
                [difference[t] for t in models if t not in beliefs],
                len(support),
            )
            one = support[0]
            gain = {a: [u[one][t] - u[a][t] for t in beliefs] for a in range(len(u))}
            plays = feasible(
                [gain[a] for a in support[1:]], [gain[a] for a in range(len(u)) if a not in support], len(beliefs)
            )
            if fits and plays:
                return True
    return False


@settings(max_examples=120, deadline=None)
@given(tables())
def test_the_checkers_equilibria_are_those_of_the_definition(
    pair: tuple[list[list[Fraction]], list[list[Fraction]]],
) -> None:
    k, u = pair
    structure = structure_of(k, u)
    for size in range(1, len(u) + 1):
        for support in itertools.combinations(range(len(u)), size):
            names = frozenset(f"a{i}" for i in support)
            assert structure.carries(names) == carries_by_definition(k, u, support), (k, u, support)


@settings(max_examples=80, deadline=None)
@given(tables(), st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=2))
def test_best_fits_are_those_of_the_definition_where_divergences_are_infinite(
    pair: tuple[list[list[Fraction]], list[list[Fraction]]], infinite: set[tuple[int, int]]
) -> None:
    """A model fits best where its divergence is finite and no model with finite divergence has a smaller one."""
    k, u = pair
    plain = structure_of(k, u)
    structure = Structure(
        plain.actions, plain.models, plain.sign, lambda t, a: (int(t[1:]), int(a[1:])) not in infinite
    )
    best: dict[frozenset[str], list[frozenset[str]]] = {}
    for support in nonempty(len(u)):
        finite = [t for t in range(len(k)) if all((t, a) not in infinite for a in support)]
        chosen = frozenset(f"a{a}" for a in support)
        best[chosen] = []
        for models in nonempty(len(k)):
            gaps = {t: [k[t][a] - k[models[0]][a] for a in support] for t in finite}
            fits = set(models) <= set(finite) and feasible(
                [gaps[t] for t in models[1:]], [gaps[t] for t in finite if t not in models], len(support)
            )
            names = frozenset(f"t{t}" for t in models)
            assert structure.attains("K", chosen, names) == fits, (k, infinite, support, models)
            best[chosen] += [names] if fits else []
    for actions in nonempty(len(u)):
        inside = frozenset(f"a{a}" for a in actions)
        beliefs = [models for part, sets in best.items() if part <= inside for models in sets]
        replies = frozenset(a for a in structure.actions if any(optimal(u, a, models) for models in beliefs))
        assert structure.gamma(inside) == replies


def nonempty(count: int) -> list[tuple[int, ...]]:
    return [part for size in range(1, count + 1) for part in itertools.combinations(range(count), size)]


def optimal(u: list[list[Fraction]], action: str, models: frozenset[str]) -> bool:
    """Whether some belief with exactly this support makes the action optimal."""
    one, places = int(action[1:]), sorted(int(t[1:]) for t in models)
    gains = [[u[one][t] - u[a][t] for t in places] for a in range(len(u)) if a != one]
    return feasible([], gains, len(places))


@settings(max_examples=60, deadline=None)
@given(tables())
def test_equilibria_exist_and_lie_in_the_rationalizable_set(
    pair: tuple[list[list[Fraction]], list[list[Fraction]]],
) -> None:
    structure = structure_of(*pair)
    supports = structure.supports()
    assert supports  # Esponda & Pouzo 2016, theorem 1
    rationalizable = structure.rationalizable()
    assert all(support <= rationalizable for support in supports)
    assert rationalizable <= structure.gamma(rationalizable)


# The language


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("p>1/2 and q<1/2 => unique(a)", "(p > 1/2 and q < 1/2) => unique(a)"),
        ("not (p > 1/2 or q == p)", "not (p > 1/2 or q == p)"),
        ("(p + q)/2 > 1 or (p > q)", "(p + q)/2 > 1 or p > q"),
        ("((p + q)) > 1", "p + q > 1"),
        ("0 < p < q", "0 < p and p < q"),
        ('strict("b c")', 'strict("b c")'),
        ("p > 1 => q > 1 => p > q", "p > 1 => (q > 1 => p > q)"),
        ("cycle(a, 'b c')", 'cycle(a, "b c")'),
        ("log(p) < 0 iff independent_of(q)", "log(p) < 0 iff independent_of(q)"),
    ],
)
def test_claims_are_read(text: str, printed: str) -> None:
    claim = read_claim(text, ["p", "q"], ["a", "b c"])
    assert str(claim) == printed
    assert as_lists(read_claim(printed, ["p", "q"], ["a", "b c"])) == as_lists(claim)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "p",
        "p > ",
        "r > 1",
        "unique(c)",
        "unique(a, a)",
        "unique()",
        "unique(a",
        "strict(a, 'b c')",
        "cycle(a)",
        "equal(a)",
        "p > 1 and",
        "and p > 1",
        "(p > 1",
        "p > 1)",
        "p > 1 q > 1",
        "independent_of(a)",
        "p > __import__('os')",
        "p.real > 1",
        "(" * 300 + "p > 1" + ")" * 300,
        "not " * 300 + "p > 1",
        "p > 1 & q > 1",
        "$",
    ],
)
def test_what_is_no_claim_gives_one_line(text: str) -> None:
    with pytest.raises(GameError) as caught:
        read_claim(text, ["p", "q"], ["a", "b c"])
    assert "\n" not in str(caught.value)


def test_kleene_values_agree_with_the_checkers() -> None:
    claims = ["p > 1 and q > 1", "p > 1 or q > 1", "p > 1 => q > 1", "p > 1 iff q > 1", "not p > 1"]
    for text, first, second in itertools.product(claims, (True, False, None), (True, False, None)):
        claim: Claim = read_claim(text, ["p", "q"], [])
        values = {"p": first, "q": second}
        ours = evaluate(claim, lambda atom: values[str(atom)[0]])  # noqa: B023
        theirs = truth_value(as_lists(claim), lambda atom: values[atom[1]])  # noqa: B023
        assert ours is theirs
