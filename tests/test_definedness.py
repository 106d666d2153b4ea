"""Terms without a value: refused with term and place, or decided under the hypotheses before them."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from random_claims import ROWS, SQUARE, claims, compared, square_game

from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.when import when
from berknash.proofs.design.designs import design
from berknash.symbolic.algebra.parameters import Parameter, read_interval
from berknash.symbolic.errors import GameError, NotSupportedError, UndecidedError
from berknash.symbolic.expressions.reading import read_expression, read_relation
from berknash.symbolic.game.definedness import Requirement, Supposed, requirements, undefined
from berknash.symbolic.game.game import Game

UNIT = {"p": "(0, 1)", "q": "(0, 1)"}
BOTH: list[Callable[[Game, str], Any]] = [when, prove_claim]


@pytest.mark.parametrize("ask", BOTH)
@pytest.mark.parametrize(
    ("claim", "term", "place"),
    [
        ("log(p-1) <= 0", "log(p - 1)", "at p = 1/2"),
        ("sqrt(p-2) > 0", "sqrt(p - 2)", "at p = 1/2"),
        ("log(p-q) > 0 or log(p-q) <= 0", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("log(log(p)) > 0", "log(log(p))", "at p = 1/2"),
        ("1/(p-p) > 0", "1/(p - p)", "at p = 1/2"),
        ("1/(p-q) > 0", "1/(p - q)", "at p = 1/2, q = 1/2"),
        ("1/(2*p**2 - 1) > 0", "1/(2*p**2 - 1)", "if p == sqrt(2)/2"),
        ("p >= q => log(p-q) < 0", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("p > q and log(q-p) > 0", "log(q - p)", "at p = 1/2, q = 1/4"),
        ("log(p-q) < 0 and p > q", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("p > q iff log(p-q) < 0", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("not log(p-q) < 0", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("p < q or log(p-q) < 0", "log(p - q)", "at p = 1/2, q = 1/2"),
        ("strict(stay) => log(p-q) < 0", "log(p - q)", "at p = 1/2, q = 1/2"),
    ],
)
def test_a_term_without_a_value_is_named_with_the_place(
    ask: Callable[[Game, str], Any], claim: str, term: str, place: str
) -> None:
    with pytest.raises(GameError, match="^claim: " + re.escape(f"{term} is undefined {place}, where ")) as caught:
        ask(square_game(), claim)
    assert "\n" not in str(caught.value) and caught.value.exit_status == 2


@pytest.mark.parametrize(
    ("claim", "condition", "verdict"),
    [
        ("p > q => log(p-q) < 0", "0 < 1", "proved"),
        ("p > q and log(p-q) < 0", "p - q > 0", "refuted"),
        ("p <= q or log(p-q) < 0", "0 < 1", "proved"),
        ("p != q and 1/(p-q) > 2", "p > q and p < (2*q + 1)/2", "refuted"),
        ("p > 1/2 => log(p - 1/3) < 0", "0 < 1", "proved"),
        ("p > 1 => log(p - 1) > 0", "0 < 1", "vacuous"),
        ("(p > 3/4 and q > 3/4) => log(p*q - 1/2) < 0", "0 < 1", "proved"),
        ("p > 1/2 and (q < 1/2 or log(p - 1/2) < 0)", "p - 1/2 > 0", "refuted"),
        ("p/p == 1", "0 < 1", "proved"),
        ("log((p - 1)*(q - 1)) < 0", "0 < 1", "proved"),
    ],
)
def test_a_term_under_a_hypothesis_is_decided(claim: str, condition: str, verdict: str) -> None:
    assert str(when(square_game(), claim).condition) == condition
    assert prove_claim(square_game(), claim).status == verdict


@pytest.mark.parametrize(
    ("claim", "condition", "verdict"),
    [
        ("log(p+q) >= 0", "p >= 1 - q", "refuted"),
        ("log(p*q) > 0", "p > 1/q", "refuted"),
        ("p/p == 1", "0 < 1", "proved"),
    ],
)
def test_when_and_prove_agree_on_positive_numbers(claim: str, condition: str, verdict: str) -> None:
    game = square_game("(0, oo)", "(0, oo)")
    assert str(when(game, claim).condition) == condition
    assert prove_claim(game, claim).status == verdict


@pytest.mark.parametrize("ask", BOTH)
@pytest.mark.parametrize("claim", ["p/p == 1", "log(p+q) >= 0", "log(p*q) > 0", "1/(p - p) > 0"])
def test_when_and_prove_refuse_the_same_on_all_numbers(ask: Callable[[Game, str], Any], claim: str) -> None:
    with pytest.raises(GameError, match="is undefined at p = 0"):
        ask(square_game("(-oo, oo)", "(-oo, oo)"), claim)


def test_a_refutation_under_a_hypothesis_is_a_point_of_it() -> None:
    verdict = prove_claim(square_game(), "p > 1/2 => log(p - 1/2) > -2")
    assert verdict.status == "refuted" and verdict.certificate is None
    point = dict(verdict.counterexample)
    assert isinstance(point["p"], Fraction) and point["p"] > Fraction(1, 2)
    # exp(-2) lies between 0.135 and 0.136.
    assert point["p"] - Fraction(1, 2) < Fraction(136, 1000)


def test_within_says_that_the_term_is_conditional() -> None:
    with pytest.raises(NotSupportedError, match=r"log\(p - q\) has a value under a hypothesis only"):
        when(square_game(), "p > q => log(p - q) < 0", within=["p"])


def test_requirements_stand_in_the_order_of_reading() -> None:
    (inner, outer) = requirements(read_expression("log(1 - sqrt(p))", ["p"], where="here"))
    assert (str(inner.relation), str(outer.relation)) == ("p >= 0", "1 - sqrt(p) > 0")
    assert str(outer.violation) == "1 - sqrt(p) <= 0"
    assert [str(r.relation) for r in requirements(read_expression("log(p)**0", ["p"], where="here"))] == [
        "p > 0",
        "log(p) != 0",
    ]


def _asked(text: str, *given: str, domain: dict[str, str] | None = None) -> Any:
    names = domain or UNIT
    parameters = [Parameter(name, read_interval(interval, where="")) for name, interval in names.items()]
    relations = tuple(link for relation in given for link in read_relation(relation, names, where=""))
    *_, last = requirements(read_expression(text, names, where=""))
    return undefined(parameters, (), last, Supposed(relations))


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("sqrt(p*log(p) + 1/2)", ()),  # the least value of p*log(p) is -1/e = -0.3678...
        ("1/(p**3 - 2)", ()),
        ("log(p*q - 1/2)", ("p > 3/4", "q > 2/3")),
        ("log(1 - exp(-p))", ()),
        ("log(log(p)**2)", ()),
    ],
)
def test_terms_with_a_value_everywhere(text: str, given: tuple[str, ...]) -> None:
    assert _asked(text, *given) is None


@pytest.mark.parametrize(
    "text",
    ["log(sqrt(x**2 + 2))", "sqrt((exp(x) - sqrt(x**2))**2 + 5/7)", "1/(1 + exp(x))"],
)
def test_terms_with_a_value_by_their_shape(text: str) -> None:
    assert _asked(text, domain={"x": "(-oo, oo)"}) is None


@pytest.mark.parametrize(
    ("text", "given", "place"),
    [
        ("log(2 - exp(p))", (), "at p = 3/4"),
        ("sqrt(p*log(p) + 1/3)", (), "at p = 1/2"),  # 1/3 < 1/e, and log(1/2)/2 < -1/3
        ("1/(2*p**3 - 1)", (), "if 2*p**3 - 1 == 0"),
        ("log(p*q - 1/2)", ("p >= 3/4", "q >= 2/3"), "at p = 3/4, q = 2/3"),
        ("1/(log(p) + 1)", (), "if log(p) + 1 == 0"),
    ],
)
def test_terms_without_a_value_somewhere(text: str, given: tuple[str, ...], place: str) -> None:
    assert _asked(text, *given).place == place


def test_a_root_in_a_logarithm_beside_parameters_in_order() -> None:
    """Three parameters tied by assumptions: the table of relations has neither actions nor models to count."""
    parameters = [Parameter(name, read_interval("(0, 1)", where="")) for name in "hml"]
    ordered = [link for r in ("l < h", "l < m", "m < h") for link in read_relation(r, "hml", where="")]
    *_, last = requirements(read_expression("log(sqrt(h))", "h", where=""))
    assert undefined(parameters, ordered, last) is None


def test_what_is_not_decided_is_not_answered() -> None:
    with pytest.raises(UndecidedError, match=r"whether log\(exp\(x\) - x\) has a value everywhere"):
        _asked("log(exp(x) - x)", domain={"x": "(-oo, oo)"})


# The same in game files.


def _game(**changes: Any) -> Game:
    document: dict[str, Any] = {
        "format": 1, "name": "file", "parameters": {"p": "(0, 1)", "q": "(0, 1)"}, "assume": changes.get("assume", []),
        "players": {"agent": {
            "actions": ["stay"], "outcomes": ["win", "lose"],
            "truth": changes.get("truth", ROWS),
            "payoff": {"stay": {"win": changes.get("payoff", "1"), "lose": "0"}},
            "models": {"even": {"predicts": changes.get("predicts", ROWS)}}}},
    }  # fmt: skip
    document["parameters"] |= changes.get("parameters", {})
    return Game.from_dict(document)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"assume": ["log(p - q) < 0"]}, "assume: log(p - q) is undefined at p = 1/2, q = 1/2"),
        ({"assume": ["log(p - q) < 0", "p > q"]}, "assume: log(p - q) is undefined"),
        ({"assume": ["1/(p - p) > 0"]}, "assume: 1/(p - p) is undefined"),
        ({"payoff": "log(p - q)"}, "players.agent.payoff.stay.win: the argument of log, p - q"),
        ({"payoff": "1/(2*p**2 - 1)"}, "players.agent.payoff.stay.win: the denominator 2*p**2 - 1 changes sign"),
        ({"payoff": "sqrt(p - 2)"}, "players.agent.payoff.stay.win: the argument of sqrt, p - 2"),
        (
            {"truth": {"*": {"win": "p/(p + q - 1)", "lose": "1 - p/(p + q - 1)"}}},
            "players.agent.truth.stay.win: the denominator p + q - 1",
        ),
        (
            {"predicts": {"*": {"win": "1/2 + 0*log(p - q)", "lose": "1/2"}}},
            "players.agent.models.even.predicts.stay.win: the argument of log",
        ),
        ({"parameters": {"p": "(1/0, 1)"}}, "division by zero"),
        ({"parameters": {"p": "(log(0), 1)"}}, "log(0) is not a real number"),
    ],
)
def test_game_files_with_terms_without_a_value(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(GameError) as caught:
        _game(**changes)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_assumptions_may_guard_those_after_them() -> None:
    game = _game(assume=["p > q", "log(p - q) < -1"], payoff="log(p - q)")
    assert game.at({"p": "1/2", "q": "1/4"}).assume == ()


def test_a_payoff_whose_value_is_not_decided_is_not_computed_with() -> None:
    with pytest.raises(UndecidedError, match=r"^game: players.agent.payoff.stay.win: whether log\(exp\(x\) - x\)"):
        _game(parameters={"x": "(-oo, oo)"}, payoff="log(exp(x) - x)")


def test_the_region_of_a_design() -> None:
    game = Game.from_dict({
        "format": 1, "name": "urn", "parameters": {"p": "(0, 1)", "g": "(1/2, 1)"},
        "players": {"agent": {
            "actions": ["bet", "pass"], "outcomes": ["win", "lose"],
            "truth": {"*": {"win": "p", "lose": "1 - p"}},
            "payoff": {"bet": {"win": 1, "lose": -1}, "pass": {"win": 0, "lose": 0}},
            "models": {"good": {"predicts": {"*": {"win": "g", "lose": "1 - g"}}},
                       "bad": {"predicts": {"*": {"win": "1/3", "lose": "2/3"}}}}}}})  # fmt: skip
    with pytest.raises(GameError, match=r"^--in: log\(p - 1/2\) is undefined at p = 1/2"):
        design(game, "bet", ["p"], ["g"], "log(p - 1/2) < 0", verify=False)
    with pytest.raises(NotSupportedError, match=r"^--in: log\(p - 1/2\) has a value under the relations"):
        design(game, "bet", ["p"], ["g"], "p > 1/2 and log(p - 1/2) < 0", verify=False)


# Against the definition.


def test_random_claims_agree_with_the_definition_at_points() -> None:
    game = square_game()
    ended = [compared(text, game) for text in claims(7, 16)]
    assert ended.count("answered") >= 8 and ended.count("refused") >= 2 and "undecided" not in ended


def test_random_claims_in_two_parameters_are_refused_where_they_say_nothing() -> None:
    game = square_game()
    texts = [text for text in claims(3, 60, SQUARE) if "log" not in text and "sqrt" not in text]
    ended = [compared(text, game) for text in texts[:8]]
    assert len(ended) == 8 and set(ended) <= {"answered", "refused"}


def test_a_requirement_says_when_it_is_violated() -> None:
    (relation,) = read_relation("p > 0", ["p"], where="")
    asked = Requirement(read_expression("sqrt(p)", ["p"], where=""), relation.left, ">=")
    assert (str(asked.relation), str(asked.violation)) == ("p >= 0", "p < 0")
