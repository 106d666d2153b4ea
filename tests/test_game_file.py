"""Game files: the complete examples of the format, and every kind of mistake with its one-line message."""

from __future__ import annotations

import builtins
import os
from fractions import Fraction
from pathlib import Path

import pytest

from berknash.symbolic.errors import BerknashError, GameError
from berknash.symbolic.expressions.reading import read_expression
from berknash.symbolic.game import reading as game_file
from berknash.symbolic.game.data import Normal
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.game.reading import MAXIMAL_BYTES

SYCOPHANCY = """
format = 1
name   = "sycophancy"
title  = "Sycophancy: approval mistaken for merit"
source = "after Xu et al. 2026, arXiv:2602.17676"      # optional
assume = ["l < h"]                                      # optional relations between parameters

[parameters]                    # symbol = domain, an interval with rational or infinite ends
p = "(0, 1)"
q = "(0, 1)"
h = "(0, 1)"
l = { domain = "(0, 1)", latex = "\\\\ell", description = "approval a model expects of the wrong answer" }

[players.agent]                 # one table per player, in playing order
actions  = ["truthful", "sycophantic"]
outcomes = ["approve", "reject"]

[players.agent.truth]           # Q(y | a)
truthful    = { approve = "p", reject = "1 - p" }
sycophantic = { approve = "q", reject = "1 - q" }

[players.agent.payoff]          # pi(a, y)
truthful    = { approve = "1", reject = "0" }
sycophantic = { approve = "1", reject = "0" }

[players.agent.models.merit]    # one table per element, or family, of Theta
predicts.truthful    = { approve = "h", reject = "1 - h" }
predicts.sycophantic = { approve = "l", reject = "1 - l" }

[players.agent.models.agreement]
predicts.truthful    = { approve = "l", reject = "1 - l" }
predicts.sycophantic = { approve = "h", reject = "1 - h" }
"""

MONOPOLIST = """
format = 1
name = "monopolist"
[players.firm]
actions  = ["low", "high"]                       # prices 2 and 10
outcomes = "normal"                              # quantity sold
truth.low   = { mean = "34", variance = "1" }
truth.high  = { mean = "2",  variance = "1" }
payoff.low  = "2*y"
payoff.high = "10*y"
[players.firm.models.linear_demand]
theta = { a = "[33, 40]", b = "[3, 7/2]" }
predicts.low  = { mean = "a - 2*b",  variance = "1" }
predicts.high = { mean = "a - 10*b", variance = "1" }
"""

PENNIES = """
format = 1
name = "matching-pennies"
[players.row]
actions  = ["heads", "tails"]
outcomes = ["saw_heads", "saw_tails"]
truth."*,heads" = { saw_heads = "1", saw_tails = "0" }
truth."*,tails" = { saw_heads = "0", saw_tails = "1" }
payoff.heads = { saw_heads = "1",  saw_tails = "-1" }
payoff.tails = { saw_heads = "-1", saw_tails = "1" }
[players.row.models.opponent]
theta = { x = "[0, 1]" }
predicts."*" = { saw_heads = "x", saw_tails = "1 - x" }
[players.column]
actions  = ["heads", "tails"]
outcomes = ["saw_heads", "saw_tails"]
truth."heads,*" = { saw_heads = "1", saw_tails = "0" }
truth."tails,*" = { saw_heads = "0", saw_tails = "1" }
payoff.heads = { saw_heads = "-1", saw_tails = "1" }
payoff.tails = { saw_heads = "1",  saw_tails = "-1" }
[players.column.models.opponent]
theta = { x = "[0, 1]" }
predicts."*" = { saw_heads = "x", saw_tails = "1 - x" }
"""

RESEARCHER = """
format = 1
name = "researcher"
[signals]
plus  = "1/2"
minus = "1/2"
[players.researcher]
signals  = ["plus", "minus"]
actions  = ["high", "low"]
outcomes = ["accept", "reject"]
truth.plus.high  = { accept = "2/3", reject = "1/3" }
truth.minus.high = { accept = "1/3", reject = "2/3" }
truth."*".low    = { accept = "0", reject = "1" }
payoff."*".high  = { accept = "1", reject = "-1" }
payoff."*".low   = { accept = "2", reject = "0" }
[players.researcher.models.overrates_work]
predicts.plus.high  = { accept = "3/4", reject = "1/4" }
predicts.minus.high = { accept = "1/2", reject = "1/2" }
predicts."*".low    = { accept = "0", reject = "1" }
[players.researcher.models.overrates_luck]
predicts.plus.high  = { accept = "2/3", reject = "1/3" }
predicts.minus.high = { accept = "1/3", reject = "2/3" }
predicts."*".low    = { accept = "1/10", reject = "9/10" }
"""

EXAMPLES = {"sycophancy": SYCOPHANCY, "monopolist": MONOPOLIST, "pennies": PENNIES, "researcher": RESEARCHER}


def read(text: str) -> Game:
    return Game.from_toml(text, where="game.toml")


def texts(row: object) -> list[str]:
    assert isinstance(row, tuple)
    return [str(entry) for entry in row]


@pytest.mark.parametrize("name", EXAMPLES)
def test_written_and_read_again_it_is_the_same_game(name: str) -> None:
    game = read(EXAMPLES[name])
    text = game.to_toml()
    again = Game.from_toml(text)
    assert again == game
    assert hash(again) == hash(game)
    assert again.to_toml() == text


# claims.toml lists claims about the traps; it is no game.
EXAMPLE_FOLDER = Path(__file__).resolve().parents[1] / "examples"
GAMES = sorted(path for path in EXAMPLE_FOLDER.glob("**/*.toml") if path.name != "claims.toml")


@pytest.mark.parametrize("path", GAMES, ids=lambda path: path.stem)
def test_the_examples_that_ship_load(path: Path) -> None:
    game = load_game(path)
    assert Game.from_toml(game.to_toml()) == game


def test_sycophancy(tmp_path: Path) -> None:
    path = tmp_path / "sycophancy.toml"
    path.write_text(SYCOPHANCY)
    game = load_game(path)
    (agent,) = game.players
    assert (game.name, agent.name, agent.actions) == ("sycophancy", "agent", ("truthful", "sycophantic"))
    assert game.title == "Sycophancy: approval mistaken for merit"
    assert [parameter.name for parameter in game.parameters] == ["p", "q", "h", "l"]
    assert game.parameters[3].latex == "\\ell"
    assert [str(relation) for relation in game.assume] == ["l < h"]
    assert texts(agent.truth_row(("sycophantic",))) == ["q", "1 - q"]
    assert texts(agent.payoff_row("truthful")) == ["1", "0"]
    merit, agreement = agent.models
    assert texts(merit.row("sycophantic")) == ["l", "1 - l"]
    assert texts(agreement.row("sycophantic")) == ["h", "1 - h"]
    assert game.kind_not_supported() is None


def test_monopolist() -> None:
    game = read(MONOPOLIST)
    (firm,) = game.players
    assert firm.outcomes == "normal"
    truth = firm.truth_row(("high",))
    assert isinstance(truth, Normal) and (str(truth.mean), str(truth.variance)) == ("2", "1")
    assert str(firm.payoff_row("high")) == "10*y"
    (demand,) = firm.models
    assert [str(coordinate.domain) for coordinate in demand.theta] == ["[33, 40]", "[3, 7/2]"]
    prediction = demand.row("low")
    assert isinstance(prediction, Normal) and str(prediction.mean) == "a - 2*b"
    assert "normal outcomes" in str(game.kind_not_supported())


def test_wildcards_are_written_out() -> None:
    row, column = read(PENNIES).players
    assert [key for key, _ in row.truth] == [
        ((), ("heads", "heads")), ((), ("heads", "tails")), ((), ("tails", "heads")), ((), ("tails", "tails")),
    ]  # fmt: skip
    assert texts(row.truth_row(("tails", "heads"))) == ["1", "0"]
    assert texts(column.truth_row(("tails", "heads"))) == ["0", "1"]
    assert texts(row.models[0].row("tails")) == ["x", "1 - x"]
    assert "2 players" in str(read(PENNIES).kind_not_supported())


def test_signals() -> None:
    game = read(RESEARCHER)
    (researcher,) = game.players
    assert [(profile, str(entry)) for profile, entry in game.signals] == [(("plus",), "1/2"), (("minus",), "1/2")]
    assert texts(researcher.truth_row(("high",), ("minus",))) == ["1/3", "2/3"]
    assert texts(researcher.truth_row(("low",), ("minus",))) == ["0", "1"]
    assert texts(researcher.payoff_row("low", "plus")) == ["2", "0"]
    assert texts(researcher.models[0].row("high", "plus")) == ["3/4", "1/4"]
    assert "signals" in str(game.kind_not_supported())


def test_the_more_specific_key_wins() -> None:
    text = PENNIES.replace(
        'truth."*,heads" =', 'truth."tails,heads" = { saw_heads = "1/3", saw_tails = "2/3" }\ntruth."*,heads" ='
    )
    row = read(text).players[0]
    assert texts(row.truth_row(("tails", "heads"))) == ["1/3", "2/3"]
    assert texts(row.truth_row(("heads", "heads"))) == ["1", "0"]


def test_families_restricted_by_relations() -> None:
    text = MONOPOLIST.replace('b = "[3, 7/2]" }', 'b = "[3, 7/2]" }\nwhere = ["a <= 12*b", "b*a < 200"]')
    game = read(text)
    assert [str(relation) for relation in game.players[0].models[0].where] == ["a <= 12*b", "b*a < 200"]
    assert Game.from_toml(game.to_toml()) == game


def test_two_players_with_signals() -> None:
    outcome = '{ win = "1/2", lose = "1/2" }'
    tables = "".join(
        f"""
[players.{name}]
signals = ["up", "down"]
actions = ["go", "stay"]
outcomes = ["win", "lose"]
truth."*,*"."*,*" = {outcome}
truth."up,*"."go,*" = {{ win = "1", lose = "0" }}
payoff."*"."*" = {{ win = "1", lose = "0" }}
models.even.predicts."*"."*" = {outcome}
"""
        for name in ("ann", "bob")
    )
    signals = '[signals]\n"up,up" = "1/2"\n"up,down" = "1/4"\n"down,up" = "1/4"\n"down,down" = "0"\n'
    game = read(f'format = 1\nname = "two"\n{signals}{tables}')
    bob = game.players[1]
    assert len(bob.truth) == 16
    assert texts(bob.truth_row(("go", "stay"), ("up", "down"))) == ["1", "0"]
    assert texts(bob.truth_row(("stay", "go"), ("up", "down"))) == ["1/2", "1/2"]
    assert Game.from_toml(game.to_toml()) == game


# Mistakes: (what to replace in which example, with what, key path and reason in the message)

S, M, P, R = SYCOPHANCY, MONOPOLIST, PENNIES, RESEARCHER
TRUTHFUL = 'truthful    = { approve = "p", reject = "1 - p" }'
MISTAKES = [
    (S, "format = 1", "format = 2", "format: 2 is not a known format; write format = 1"),
    (S, "format = 1", 'format = "1"', "format: a string is not a known format"),
    (S, "format = 1", "format = true", "format: a boolean is not a known format"),
    (S, "format = 1", "", "missing format; write format = 1"),
    (S, 'name   = "sycophancy"', "", "missing name"),
    (S, '"sycophancy"', "3", "name: must be a string, not an integer"),
    (S, "title  =", "titel  =", "unknown key 'titel'; did you mean 'title'?"),
    (S, 'assume = ["l < h"]', 'assume = "l < h"', "assume: must be an array, not a string"),
    (S, '["l < h"]', "[1]", "assume[0]: a relation must be a string, not an integer"),
    (S, '["l < h"]', '["l < k"]', "assume[0]: undeclared symbol 'k'; declare it (declared here: h, l, p, q)"),
    (S, '["l < h"]', '["l = h"]', "assume[0]: the character '='"),
    (S, '["l < h"]', '["l < h", "h < l"]', "assume: no parameter value satisfies l < h, h < l"),
    (S, '["l < h"]', '["l < h < p < l"]', "assume: no parameter value satisfies"),
    (S, '["l < h"]', '["h > 1"]', "assume: no parameter value satisfies h > 1"),
    (S, '["l < h"]', '["h == l", "h != l"]', "assume: no rational parameter value that satisfies"),
    (S, '["l < h"]', '["h**2 == 1/2"]', "was found by a bounded search"),
    (S, '["l < h"]', '["log(h) > 0"]', "was found by a bounded search"),
    (S, 'p = "(0, 1)"', "p = 1", "parameters.p: an interval must be a string, not an integer"),
    (S, 'p = "(0, 1)"', 'p = "0, 1"', "parameters.p: '0, 1' is not an interval"),
    (S, 'p = "(0, 1)"', 'p = "(1, 0)"', "parameters.p: the interval (1, 0) is empty"),
    (S, 'p = "(0, 1)"', 'p = "(1, 1)"', "parameters.p: the interval (1, 1) is empty"),
    (S, 'p = "(0, 1)"', 'p = "[0, oo]"', "parameters.p: '[0, oo]' has a closed infinite end"),
    (S, 'p = "(0, 1)"', 'p = "(oo, 1)"', "parameters.p: undeclared symbol 'oo'"),
    (S, 'p = "(0, 1)"', 'p = "(0, log(2))"', "parameters.p: the end log(2) of an interval is not rational"),
    (S, 'p = "(0, 1)"', 'p = "(0, q)"', "parameters.p: undeclared symbol 'q'"),
    (S, 'p = "(0, 1)"', 'p = { latex = "p" }', "parameters.p: missing domain"),
    (S, 'latex = "\\\\ell"', "latex = 1", "parameters.l.latex: must be a string"),
    (S, "latex = ", "latexx = ", "parameters.l: unknown key 'latexx'; did you mean 'latex'?"),
    (S, 'p = "(0, 1)"', 'log = "(0, 1)"', "parameters.log: 'log' is reserved"),
    (S, 'p = "(0, 1)"', 'lambda = "(0, 1)"', "parameters.lambda: 'lambda' is reserved"),
    (S, 'p = "(0, 1)"', 'iff = "(0, 1)"', "parameters.iff: 'iff' is reserved"),
    (S, 'p = "(0, 1)"', 'unique = "(0, 1)"', "parameters.unique: 'unique' is reserved"),
    (S, 'p = "(0, 1)"', '"p q" = "(0, 1)"', 'parameters."p q": not a symbol'),
    (S, 'p = "(0, 1)"', 'p = "(0, 1)"\np = "(0, 1)"', "not TOML: "),
    (S, "[players.agent]  ", "[player.agent]  ", "unknown key 'player'; did you mean 'players'?"),
    (S, '["truthful", "sycophantic"]', "[]", "players.agent.actions: 0 actions"),
    (S, '["truthful", "sycophantic"]', '"truthful"', "players.agent.actions: must be an array"),
    (S, '["truthful", "sycophantic"]', '["truthful", 1]', "players.agent.actions[1]: a name must be a string"),
    (
        S, '["truthful", "sycophantic"]', '["truthful", "truthful"]',
        "players.agent.actions[1]: the action 'truthful' is named twice",
    ),
    (S, '["approve", "reject"]', '["approve", "approve"]', "players.agent.outcomes[1]: the outcome 'approve'"),
    (S, '["approve", "reject"]', '["approve", "re,ject"]', "players.agent.outcomes[1]: the character ','"),
    (S, '["approve", "reject"]', '["approve", "re:ject"]', "players.agent.outcomes[1]: the character ':'"),
    (S, '["approve", "reject"]', '["approve", "*"]', "players.agent.outcomes[1]: the character '*'"),
    (S, '["approve", "reject"]', '["approve", "a|b"]', "players.agent.outcomes[1]: the character '|'"),
    (S, '["approve", "reject"]', '["approve", "a\\"b"]', "players.agent.outcomes[1]: the character '\"'"),
    (S, 'title  = "', 'title  = "\\u001b', "title: the control character \\x1b has no place in a text"),
    (S, 'name   = "', 'name   = "\\u202e', "name: the control character \\u202e has no place in a text"),
    (S, '["approve", "reject"]', '["approve", "a\\nb"]', "players.agent.outcomes[1]: the character '\\n'"),
    (S, '["approve", "reject"]', '["approve", ""]', "players.agent.outcomes[1]: a name of 0 characters"),
    (S, '["approve", "reject"]', f'["approve", "{"x" * 65}"]', "players.agent.outcomes[1]: a name of 65"),
    (S, '["approve", "reject"]', '"gamma"', "players.agent.outcomes: must be an array, not a string"),
    (S, TRUTHFUL, "", "players.agent.truth: missing row for 'truthful'; add it"),
    (S, TRUTHFUL, "truthful = 1", "players.agent.truth.truthful: this must be a table, not an integer"),
    (S, TRUTHFUL, 'truthful = { approve = "1" }', "players.agent.truth.truthful: missing reject; add it"),
    (
        S, TRUTHFUL, 'truthful = { aprove = "1", reject = "0" }',
        "players.agent.truth.truthful: unknown key 'aprove'; did you mean 'approve'?",
    ),
    (S, TRUTHFUL, TRUTHFUL.replace("truthful", "truthfull"), "truth.truthfull: unknown 'truthfull'; did you mean"),
    (S, TRUTHFUL, TRUTHFUL.replace('"p"', "0.5"), "truth.truthful.approve: an expression must be a string"),
    (S, TRUTHFUL, TRUTHFUL.replace('"p"', "[]"), "truth.truthful.approve: an expression must be a string"),
    (S, TRUTHFUL, TRUTHFUL.replace('"p"', '"r"'), "truth.truthful.approve: undeclared symbol 'r'"),
    (
        S, TRUTHFUL, TRUTHFUL.replace("1 - p", "1 - q"),
        "players.agent.truth.truthful: the probabilities sum to p + 1 - q, not to 1",
    ),
    (
        S, TRUTHFUL, 'truthful = { approve = "2*p", reject = "1 - 2*p" }',
        "players.agent.truth.truthful.reject: the probability 1 - 2*p is -1/2 at p = 3/4, which is not in [0, 1]",
    ),
    (
        S, TRUTHFUL, 'truthful = { approve = "p*q*4.01", reject = "1 - p*q*4.01" }',
        "players.agent.truth.truthful.reject: the probability 1 - 401*p*q/100 is ",
    ),
    (
        S, TRUTHFUL, 'truthful = { approve = "4.0001*p*(1 - p)", reject = "1 - 4.0001*p*(1 - p)" }',
        " is -1/40000 at p = 1/2",
    ),
    (
        S, TRUTHFUL, 'truthful = { approve = "exp(p)", reject = "1 - exp(p)" }',
        "the probability 1 - exp(p) is 1 - exp(1/2) at p = 1/2",
    ),
    (S, TRUTHFUL, 'truthful = { approve = "3/2", reject = "-1/2" }', "the probability -1/2 is not in [0, 1]"),
    (
        S, TRUTHFUL, 'truthful = { approve = "p/(p - q)", reject = "-q/(p - q)" }',
        "players.agent.truth.truthful.approve: the denominator p - q is zero at p = 1/2, q = 1/2",
    ),
    (
        S, TRUTHFUL, 'truthful = { approve = "0*log(p - q)", reject = "1 - 0*log(p - q)" }',
        "truth.truthful.approve: the argument of log, p - q is 0 at p = 1/2, q = 1/2, which is not positive",
    ),
    (S, "[players.agent.payoff]", "[players.agent.pay]", "players.agent: unknown key 'pay'; did you mean 'payoff'?"),
    (
        S, 'sycophantic = { approve = "1", reject = "0" }', 'flattering = { approve = "1", reject = "0" }',
        "players.agent.payoff.flattering: unknown 'flattering'; known here: truthful, sycophantic",
    ),
    (S, 'sycophantic = { approve = "1", reject = "0" }', "", "players.agent.payoff: missing row for 'sycophantic'"),
    (
        S, 'sycophantic = { approve = "1", reject = "0" }', 'sycophantic = { approve = "1/(p - 1/3)", reject = 0 }',
        "players.agent.payoff.sycophantic.approve: the denominator p - 1/3 is zero at p = 1/3",
    ),
    (
        S, 'sycophantic = { approve = "1", reject = "0" }',
        'sycophantic = { approve = "1/(p**2 - 1/2)", reject = 0 }',
        "players.agent.payoff.sycophantic.approve: the denominator p**2 - 1/2 changes sign between",
    ),
    (S, "models.merit]", 'models."merit,"]', 'players.agent.models."merit,": the character \',\''),
    (
        S, "[players.agent.models.merit]", "[players.agent.models.merit]\npredict = 1",
        "players.agent.models.merit: unknown key 'predict'; did you mean 'predicts'?",
    ),
    (
        S, 'predicts.truthful    = { approve = "h", reject = "1 - h" }', "",
        "players.agent.models.merit.predicts: missing row for 'truthful'",
    ),
    (
        S, "[players.agent.models.merit]", '[players.agent.models.merit]\nwhere = ["h > l"]',
        "players.agent.models.merit.where: relations without theta",
    ),
    (
        S, "[players.agent.models.merit]", '[players.agent.models.merit]\ntheta = { p = "(0, 1)" }',
        "players.agent.models.merit.theta.p: 'p' already names a parameter of the game",
    ),
    (S, "[players.agent]  ", "[players.agent]\nsignals = [\"s\"]", "players.agent.signals: no probabilities"),
    (S, "[parameters]", '[signals]\ns = "1"\n[parameters]', "players.agent: the game has signals"),
    (M, "payoff.low  = \"2*y\"", 'payoff.low = "2*z"', "players.firm.payoff.low: undeclared symbol 'z'"),
    (M, "payoff.low  = \"2*y\"", 'payoff.low = "2/y"', "players.firm.payoff.low: 2/y is not a polynomial"),
    (M, "payoff.low  = \"2*y\"", 'payoff.low = "exp(y)"', "players.firm.payoff.low: exp(y) is not a polynomial"),
    (M, "payoff.low  = \"2*y\"", 'payoff.low = { mean = "1" }', "payoff.low: an expression must be a string"),
    (M, 'mean = "34", variance = "1"', 'mean = "34"', "players.firm.truth.low: missing variance"),
    (
        M, 'mean = "34", variance = "1"', 'mean = "34", variance = "0"',
        "players.firm.truth.low.variance: the variance 0 is not positive",
    ),
    (
        M, 'mean = "a - 2*b",  variance = "1"', 'mean = "a", variance = "a - 33"',
        "models.linear_demand.predicts.low.variance: the variance a - 33 is 0 at a = 33, which is not positive",
    ),
    (
        M, 'b = "[3, 7/2]" }', 'b = "[3, 7/2]" }\nwhere = ["a > 12*b"]',
        "",
    ),
    (
        M, 'b = "[3, 7/2]" }', 'b = "[3, 7/2]" }\nwhere = ["a > 14*b"]',
        "players.firm.models.linear_demand.where: no parameter value satisfies a > 14*b",
    ),
    (
        M, 'b = "[3, 7/2]" }', 'b = "[3, 7/2]" }\nwhere = ["a > exp(b)"]',
        "players.firm.models.linear_demand.where: exp(b) is not a polynomial",
    ),
    (M, 'a = "[33, 40]"', 'y = "[33, 40]"', "linear_demand.theta.y: 'y' already names the normal outcome"),
    (M, "[players.firm]", '[parameters]\ny = "(0, 1)"\n[players.firm]', "parameters.y: 'y' already names the normal"),
    (
        P, 'truth."*,tails"', 'truth."tails,*" = { saw_heads = 1, saw_tails = 0 }\ntruth."*,tails"',
        "players.row.truth: \"tails,*\" and \"*,heads\" both match 'tails,heads'",
    ),
    (P, 'truth."*,tails"', 'truth."* , heads"', "the same row as \"*,heads\"; remove one"),
    (P, 'truth."*,tails"', "truth.tails", "players.row.truth.tails: 'tails' has 1 parts for 2 players"),
    (P, 'truth."*,tails"', 'truth."*,tail"', "players.row.truth.\"*,tail\": unknown 'tail'; did you mean 'tails'?"),
    (P, 'theta = { x = "[0, 1]" }', 'theta = { x = "[0, 2]" }', "models.opponent.predicts.heads.saw_tails: the prob"),
    (R, 'plus  = "1/2"', 'plus = "1/3"', "signals: the probabilities sum to 5/6, not to 1"),
    (R, 'plus  = "1/2"', "", "signals: missing plus; add its probability"),
    (R, 'plus  = "1/2"', 'plus = "1/2"\nzero = "0"', "signals.zero: not a profile of signals"),
    (R, 'plus  = "1/2"\nminus = "1/2"', 'plus = "3/2"\nminus = "-1/2"', "signals.minus: the probability -1/2"),
    (
        R, "truth.plus.high ", 'truth.plus."*" ',
        "players.researcher.truth: \"*\".low and plus.\"*\" both match 'plus.low'",
    ),
    (R, "truth.plus.high ", "truth.pluss.high ", "players.researcher.truth.pluss.high: unknown 'pluss'"),
    (R, 'truth.plus.high  = { accept = "2/3", reject = "1/3" }', 'truth.plus = "1"', "truth.plus: this must"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "old", "new", "message"), MISTAKES, ids=[f"{i}-{m[3][:40]}" for i, m in enumerate(MISTAKES)]
)
def test_mistakes_are_named(text: str, old: str, new: str, message: str) -> None:
    assert old in text
    wrong = text.replace(old, new, 1)
    if not message:
        read(wrong)
        return
    with pytest.raises(GameError) as caught:
        read(wrong)
    found = str(caught.value)
    assert found.startswith("game.toml: ")
    assert message in found
    assert "\n" not in found and ";" in found
    assert caught.value.exit_status == 2


def with_models(*tables: str) -> str:
    """Three actions' worth of predictions under a truth in which both outcomes happen after every action."""
    head = 'format = 1\nname = "fit"\n[parameters]\np = "(0, 1)"\n[players.agent]\nactions = ["a", "b", "c"]\n'
    body = 'outcomes = ["yes", "no"]\ntruth."*" = { yes = "p", no = "1 - p" }\npayoff."*" = { yes = 1, no = 0 }\n'
    models = "".join(f"[players.agent.models.m{place}]\n{table}\n" for place, table in enumerate(tables))
    return head + body + models


EVEN = 'predicts."*" = { yes = "1/2", no = "1/2" }\n'
SURE = 'predicts."*" = { yes = "1", no = "0" }\n'


def test_a_truth_that_no_model_can_fit() -> None:
    with pytest.raises(GameError, match=r"players\.agent\.models: no model can fit the truth") as caught:
        read(with_models(SURE))
    assert "m0 at a, no" in str(caught.value)
    assert "give at least one model positive probability" in str(caught.value)


def test_models_that_each_fail_somewhere_leave_full_mixtures_without_a_best_fit() -> None:
    first = EVEN + 'predicts.a = { yes = "p - p", no = "1" }'
    second = EVEN + 'predicts.b = { yes = "p/p", no = "p*0" }'
    with pytest.raises(GameError, match=r"m0 at a, yes; m1 at b, no"):
        read(with_models(first, second))
    assert len(read(with_models(first, second, EVEN)).players[0].models) == 3


def test_a_family_that_contains_a_fit_is_enough() -> None:
    family = 'theta = { x = "[0, 1]" }\npredicts."*" = { yes = "x", no = "1 - x" }'
    assert read(with_models(family, SURE)).kind_not_supported() == "the continuous family m0"


ACCEPTED_ROWS = [
    ("p*q", "1 - p*q", []),
    ("4*p*(1 - p)", "1 - 4*p*(1 - p)", []),
    ("p/(p + q)", "q/(p + q)", []),
    ("p - q", "1 - p + q", ["q < p"]),
    ("(p - q)/(p + q)", "2*q/(p + q)", ["p >= q"]),
    ("1/(p - q + 1)", "(p - q)/(p - q + 1)", ["q <= p"]),
    ("2*p", "1 - 2*p", ["p < 1/2"]),
    ("2*p", "1 - 2*p", ["p + q < 1", "q > p"]),
    ("exp(-r)", "1 - exp(-r)", []),
    ("exp(r)/(1 + exp(r))", "1/(1 + exp(r))", []),
    ("1/(1 + exp(r - 2))", "exp(r - 2)/(1 + exp(r - 2))", []),
    ("sqrt(p)", "1 - sqrt(p)", []),
    ("sqrt(p)*sqrt(p)", "1 - p", []),
    ("sqrt(2)/2*sqrt(2)*p", "1 - p", []),
    ("log(2)", "1 - log(2)", []),
    ("r/(1 + r)", "1/(1 + r)", []),
    ("1/(1 + r**2)", "1 - 1/(1 + r**2)", []),
    ("1/(1 + s**2)", "1 - 1/(1 + s**2)", []),
]  # fmt: skip


@pytest.mark.parametrize(("yes", "no", "assume"), ACCEPTED_ROWS, ids=[f"{row[0]} {row[2]}" for row in ACCEPTED_ROWS])
def test_correct_rows_are_not_refused(yes: str, no: str, assume: list[str]) -> None:
    text = (
        f'format = 1\nname = "row"\nassume = {assume}\n'.replace("'", '"')
        + '[parameters]\np = "(0, 1)"\nq = "(0, 1)"\nr = "(0, oo)"\ns = "(-oo, oo)"\n'
        + '[players.agent]\nactions = ["a"]\noutcomes = ["yes", "no"]\n'
        + f'truth.a = {{ yes = "{yes}", no = "{no}" }}\npayoff.a = {{ yes = 1, no = 0 }}\n'
        + 'models.m.predicts.a = { yes = "1/2", no = "1/2" }\n'
    )
    assert texts(read(text).players[0].truth_row(("a",)))[0] == str(read_expression(yes, "pqrs", where="here"))


# Hostile files


def in_row(text: str) -> bytes:
    return SYCOPHANCY.replace('"1 - p"', text).encode()


HOSTILE = [
    (in_row("\"__import__('os').system('touch hacked')\""), "the character \"'\""),
    (in_row('"(lambda: 1)()"'), "the character ':'"),
    (in_row('"p.__class__"'), "the character '.'"),
    (in_row("\"f'{p}'\""), "the character"),
    (in_row('"9**9**9**9"'), "beyond the limit of 64"),
    (in_row('"' + "(" * 100_000 + "p" + ")" * 100_000 + '"'), "longer than the limit"),
    (in_row('"' + "p" * 300_000 + '"'), "longer than the limit of 10000"),
    (in_row('"(1 + p + q + h + l)**64"'), "expands to more than 50000 terms"),
    (in_row('"p**60*q**60*h**60*l**60"'), "not to 1"),
    (in_row("9" * 4_200), "more than 10000 bits"),
    (in_row("9" * 100_000), "not TOML that can be read"),
    (in_row("1e999"), "not a float"),
    (in_row("nan"), "not a float"),
    (in_row("1979-05-27"), "not a date"),
    (in_row("{ a = 1 }"), "not a table"),
    (b"a" * 1_000_000, f"larger than the limit of {MAXIMAL_BYTES} bytes"),
    (b"\0" * 1_000_000, f"larger than the limit of {MAXIMAL_BYTES} bytes"),
    (b"format = 1\nname = \"x\xff\"", "byte 20 is not UTF-8"),
    (SYCOPHANCY.encode("utf-16"), "byte 0 is not UTF-8"),
    (b"", "missing format"),
    (b"a = " + b"[" * 100_000, "not TOML that can be read"),
    (b"a = " + b"{a = " * 90_000, "not TOML that can be read"),
    (b"a." * 200_000 + b"a = 1", "too many dots"),
    (b"[" + b"a . " * 100_000 + b"a]", "too many dots"),
    (b'"a".' * 100_000 + b"a = 1", "too many dots"),
    (b"a = {b." + b"b." * 100_000 + b"b = 1}", "too many dots"),
    (b"\"" * 400_000, "not TOML"),
    (b"format = 1\nname = 'x'\nplayers = []", "players: this must be a table, not an array"),
    (b"format = 1\nname = 'x'\n[players]", "players: no player"),
    (b"format = 1\nname = 'x'\n[players.a]", "players.a: missing actions"),
    (b"format = 1\nname = 'x'\nplayers.a = 1", "players.a: this must be a table"),
    (b"format = 1\nname = 'x'\nplayers.'' = {}", 'players."": a name of 0 characters'),
    (b"format = 1\nname = '" + b"x" * 3000 + b"'", "name: a text of 3000 characters"),
    (
        b"format = 1\nname = 'x'\n[players]\n" + b"".join(b"p%d = {}\n" % i for i in range(65)),
        "players: 65 players, more than the limit of 64",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("content", "message"), HOSTILE, ids=[f"{i}-{h[1][:30]}" for i, h in enumerate(HOSTILE)])
def test_hostile_files_are_refused_and_execute_nothing(
    content: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed: list[object] = []
    for module, name in ((builtins, "eval"), (builtins, "exec"), (os, "system"), (os, "popen")):
        monkeypatch.setattr(module, name, lambda *given: executed.append(given))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "hostile.toml"
    path.write_bytes(content)
    with pytest.raises(GameError) as caught:
        load_game(path)
    found = str(caught.value)
    assert found.startswith(f"{path}: ")
    assert message in found
    assert "\n" not in found and len(found) < 500
    assert executed == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["hostile.toml"]


def test_a_large_file_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[object] = []
    monkeypatch.setattr(game_file.tomllib, "loads", lambda *given: parsed.append(given))
    path = tmp_path / "large.toml"
    path.write_text(SYCOPHANCY + "#" * 1_000_000)
    with pytest.raises(GameError, match="larger than the limit"):
        load_game(path)
    with pytest.raises(GameError, match="larger than the limit"):
        Game.from_toml("#" * 1_000_000)
    assert parsed == []


@pytest.mark.parametrize("name", ["absent.toml", "", "nul\0.toml"])
def test_paths_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    with pytest.raises(GameError, match="cannot be read"):
        load_game(f"{tmp_path}/{name}")


WRONG = (
    None,
    True,
    1,
    -1.5,
    float("nan"),
    "",
    "x",
    b"x",
    [],
    [[]],
    ["x"],
    {},
    {"x": {}},
    {"*": "*"},
    {1: 2},
    object(),
)


def places(document: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """The paths of all tables, arrays and values inside a document."""
    found = [path]
    if isinstance(document, dict):
        for key, value in document.items():
            found += places(value, (*path, key))
    if isinstance(document, list):
        for key, value in enumerate(document):
            found += places(value, (*path, key))
    return found


def replaced(document: object, path: tuple[object, ...], value: object) -> object:
    if not path:
        return value
    if isinstance(document, dict):
        return {k: replaced(v, path[1:], value) if k == path[0] else v for k, v in document.items()}
    assert isinstance(document, list)
    return [replaced(v, path[1:], value) if k == path[0] else v for k, v in enumerate(document)]


@pytest.mark.parametrize("name", EXAMPLES)
def test_wrong_types_everywhere_are_refused_or_harmless(name: str) -> None:
    """Each value in each example is replaced by each wrong thing: only GameError may come out."""
    document = game_file.tomllib.loads(EXAMPLES[name])
    refused = 0
    for path in places(document):
        for wrong in WRONG:
            try:
                game = Game.from_dict(replaced(document, path, wrong))  # type: ignore[arg-type]
            except BerknashError as error:
                assert "\n" not in str(error)
                refused += 1
            else:
                assert Game.from_toml(game.to_toml()) == game
    assert refused > 100


def test_values_are_exact() -> None:
    text = SYCOPHANCY.replace('approve = "1", reject = "0"', 'approve = "0.1", reject = "-1/3"')
    assert texts(read(text).players[0].payoff_row("truthful")) == ["1/10", "-1/3"]
    assert read(text).at({"p": Fraction(1, 3)}).players[0].truth_row(("truthful",)) == (
        read_expression("1/3", (), where="here"), read_expression("2/3", (), where="here"),
    )  # fmt: skip
