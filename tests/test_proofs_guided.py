"""Proofs guided by the cells: constants in logarithms of numbers, claims that follow from what their words mean."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import combinations
from random import Random
from typing import Any

import mpmath
import pytest

from berknash.numeric.solver import numerical_structure
from berknash.proofs.check import Meaning, Rejected, area, check, check_text, logarithm
from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.verdict import Verdict
from berknash.proofs.coq.games import game_file
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game.game import Game

WORDS = "strict(a1) => rationalizable(a1)"
TRUE = (
    "p > 9/10 and q < 1/10 => equilibrium(a0)",
    "equilibrium(a0) or equilibrium(a1) or equilibrium_support(a0, a1)",
    "p >= 1/20 and p < 19/20 and not rationalizable(a0) => unique(a1)",
)


def drawn(seed: int, actions: int = 2, fixed: bool = False) -> Game:
    """Three models with ugly rational predictions; chances of the first two actions free, or drawn too."""
    source = Random(seed)

    def row(good: str) -> dict[str, str]:
        return {"good": good, "bad": f"1 - ({good})"}

    def chances() -> dict[str, str]:
        whole = source.randint(5, 40)
        return row(f"{source.randint(1, whole - 1)}/{whole}")

    names = [f"a{k}" for k in range(actions)]
    free = {} if fixed else {"a0": row("p"), "a1": row("q")}
    agent = {
        "actions": names,
        "outcomes": ["good", "bad"],
        "truth": {a: free.get(a) or chances() for a in names},
        "payoff": {a: {"good": source.randint(5, 12), "bad": source.randint(-4, 3)} for a in names},
        "models": {f"m{k}": {"predicts": {a: chances() for a in names}} for k in range(3)},
    }
    parameters = {} if fixed else {"p": "(0, 1)", "q": "(0, 1)"}
    return Game.from_dict({"format": 1, "name": "drawn", "parameters": parameters, "players": {"agent": agent}})


@cache
def verdict(seed: int, claim: str) -> Verdict:
    return prove_claim(drawn(seed), claim)


def certificates() -> Iterator[dict[str, Any]]:
    """Short certificates with constants."""
    for seed in range(3):
        for claim in TRUE[:2]:
            found = verdict(seed, claim).certificate
            if found is not None and "constant" in json.dumps(found):
                yield copy.deepcopy(found)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("claim", [*TRUE, WORDS])
def test_what_is_true_of_generic_numbers_has_a_certificate(seed: int, claim: str) -> None:
    found = verdict(seed, claim)
    if found.status == "refuted":
        assert found.counterexample
        return
    assert found.status in ("proved", "vacuous")
    assert found.certificate is not None
    assert check(found.certificate) > 0


def test_some_of_these_certificates_rest_on_constants() -> None:
    assert len(list(certificates())) >= 3


def test_an_enclosure_holds_the_logarithm() -> None:
    source = Random(1)
    with mpmath.workdps(400):
        for _ in range(300):
            number = Fraction(*(source.randint(1, 10 ** source.randint(1, 30)) for _ in range(2)))
            for precision in (64, 512, 1024):
                low, high = logarithm(number, precision)
                value = mpmath.log(mpmath.mpf(number.numerator) / number.denominator) * mpmath.mpf(2) ** precision
                assert low <= value <= high
                assert high - low <= 2 * abs(number.numerator.bit_length() - number.denominator.bit_length()) + 4
        for y in (Fraction(0), Fraction(1, 3), Fraction(-1, 3), Fraction(1, 10**30)):
            low, high = area(y, 64)
            value = 2 * mpmath.atanh(mpmath.mpf(y.numerator) / y.denominator)
            assert low <= value * 2**64 <= high


# What a constant may be


def statement(constant: str, logs: list[list[Any]] | None = None) -> dict[str, Any]:
    """The claim that a constant is positive, proved by its sign alone; L1 = log(2), L2 = log(3), L3 = log(x)."""
    default: list[list[Any]] = [["L1", "2", None], ["L2", "3", None], ["L3", "x", 0]]
    words = constant.replace("L1", "log(2)").replace("L2", "log(3)").replace("L3", "log(x)")
    return {
        "format": 1,
        "parameters": ["x"],
        "domain": [["x", ">"]],
        "positive": [],
        "logs": logs or default,
        "log_table": [["2", [["L1", 1]]], ["3", [["L2", 1]]], ["x", [["L3", 1]]]],
        "assumptions": [],
        "game": None,
        "claim": [">", words, "0"],
        "proof": {"facts": [{"constant": constant}], "end": {"holds": []}},
    }


@pytest.mark.parametrize(
    "constant",
    ["L1", "L2 - L1", "12*L1 - 7*L2 - 3/5", "L1*L2 - 19/25", "L2**3 - L1**3", "8*L2 - 5*L1 - 5", "1",
     "L1 - 6931471805599453/10000000000000000"],
)  # fmt: skip
def test_a_constant_is_positive_by_its_enclosure(constant: str) -> None:
    assert check(statement(constant)) == 1


@pytest.mark.parametrize(
    "constant",
    ["-L1", "L1 - L2", "0", "-1", "L1 - L1", "2*L1 - log(4)", "L3", "x", "L1 + x", "L1*L3", "L9", "1/L1",
     "L1 - 7/10", "L1 - 6931471805599454/10000000000000000"],
)
def test_what_is_not_seen_to_be_positive_is_rejected(constant: str) -> None:
    with pytest.raises(Rejected):
        check(statement(constant))


def test_equal_logarithms_are_not_told_apart_for_ever() -> None:
    logs: list[list[Any]] = [["L1", "2", None], ["L2", "4", None], ["L3", "x", 0]]
    certificate = statement("2*L1 - L2", logs)
    certificate["log_table"][1] = ["4", [["L2", 1]]]
    certificate["claim"] = [">", "2*log(2) - log(4)", "0"]
    with pytest.raises(Rejected, match="positive"):
        check(certificate)


# Mutants


def changed_constants(value: Any) -> Iterator[Any]:
    """Copies with one constant turned, shifted, or left out."""
    if isinstance(value, dict):
        if "constant" in value:
            text = value["constant"]
            yield {"constant": f"-({text})"}
            yield {"constant": f"({text}) - 1000"}
            yield {"constant": f"({text}) + p"}
            yield {"constant": f"({text}) + 1/1000000"}
            yield {"constant": text, "relation": ">"}
            yield {"constant": [text]}
        for key, inner in value.items():
            for mutant in changed_constants(inner):
                yield {**value, key: mutant}
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            if isinstance(inner, dict) and "constant" in inner:
                yield [*value[:place], *value[place + 1 :]]
            for mutant in changed_constants(inner):
                yield [*value[:place], mutant, *value[place + 1 :]]


def test_certificates_with_changed_constants_are_rejected() -> None:
    count = 0
    for certificate in certificates():
        for place, proof in enumerate(changed_constants(certificate["proof"])):
            if place % 11:  # each is checked whole: some of every kind are enough
                continue
            count += 1
            with pytest.raises(Rejected):
                check_text(json.dumps({**certificate, "proof": proof}))
    assert count > 20


def test_other_logarithms_are_rejected() -> None:
    for certificate in certificates():
        for place, (name, argument, premise) in enumerate(certificate["logs"]):
            for entry in ([name, f"2*({argument})", premise], [name, f"-({argument})", premise], [name, argument, 0]):
                logs = [*certificate["logs"][:place], entry, *certificate["logs"][place + 1 :]]
                with pytest.raises(Rejected):
                    check({**certificate, "logs": logs})


# What the words mean


def meant(claim: Any, game: Any = None) -> dict[str, Any]:
    """A certificate that a claim about a game follows from what its words mean."""
    found = verdict(0, WORDS).certificate
    assert found is not None
    return {**found, "claim": claim, "proof": {"facts": [], "end": {"meaning": None}}}


FOLLOWS = (
    ["=>", ["strict", "a0"], ["rationalizable", "a0"]],
    ["=>", ["strict", "a0"], ["equilibrium", "a0"]],
    ["=>", ["unique", "a0"], ["equilibrium", "a0"]],
    ["=>", ["unique", "a0"], ["not", ["equilibrium_support", "a0", "a1"]]],
    ["not", ["and", ["unique", "a0"], ["unique", "a1"]]],
    ["=>", ["rationalizable_only", "a0"], ["not", ["cycle", "a0", "a1"]]],
    ["=>", ["closed", "a0", "a1"], ["rationalizable_only", "a0", "a1"]],
    ["iff", ["closed", "a0"], ["absorbing", "a0"]],
    ["or", ["rationalizable", "a0"], ["rationalizable", "a1"]],
    ["=>", ["and", ["<", "p", "1/2"], ["equilibrium_support", "a0", "a1"]], ["rationalizable", "a1"]],
    ["or", ["<", "0", "p"], ["strict", "a0"]],
)
DOES_NOT = (
    ["=>", ["rationalizable", "a0"], ["equilibrium", "a0"]],
    ["=>", ["equilibrium", "a0"], ["strict", "a0"]],
    ["=>", ["equilibrium", "a0"], ["unique", "a0"]],
    ["not", ["and", ["strict", "a0"], ["strict", "a1"]]],
    ["=>", ["unique", "a0"], ["strict", "a0"]],
    ["=>", ["cycle", "a0", "a1"], ["equilibrium_support", "a0", "a1"]],
    ["=>", ["strict", "a0"], ["rationalizable", "a1"]],
    ["or", ["<", "p", "1/2"], ["strict", "a0"]],
    ["=>", ["strict", "a0"], ["independent_of", "p"]],
    ["strict", "a0"],
    ["=>", ["rationalizable_only", "a0"], ["unique", "a0"]],
    ["or", ["=>", ["strict", "a0"], ["equilibrium", "a0"]], ["<", "1/(p - q)", "0"]],
)


@pytest.mark.parametrize("claim", FOLLOWS, ids=json.dumps)
def test_what_follows_from_the_words_is_accepted(claim: Any) -> None:
    assert check(meant(claim)) == 1


@pytest.mark.parametrize("claim", [c for c in DOES_NOT if "1/(p - q)" not in json.dumps(c)], ids=json.dumps)
def test_what_does_not_follow_from_the_words_is_rejected(claim: Any) -> None:
    with pytest.raises(Rejected, match="meaning"):
        check(meant(claim))


@pytest.mark.parametrize(
    "end", [{"meaning": 0}, {"meaning": True}, {"meaning": []}, {"meaning": None, "holds": []}, {"meanings": None}]
)
def test_other_ends_are_rejected(end: Any) -> None:
    certificate = meant(["strict", "a0"])
    with pytest.raises(Rejected):
        check({**certificate, "proof": {"facts": [], "end": end}})


def test_words_mean_nothing_without_a_game() -> None:
    certificate = statement("L1")
    with pytest.raises(Rejected, match="no game"):
        check({**certificate, "proof": {"facts": [], "end": {"meaning": None}}})


@pytest.mark.parametrize("seed", range(40))
def test_what_is_true_in_a_game_is_allowed_by_the_meaning(seed: int) -> None:
    """The truth values of all predicates at once, in games with two to four actions, by the definition."""
    game = drawn(seed, actions=2 + seed % 3, fixed=True)
    (player,) = game.players
    found = numerical_structure(game)
    subsets = [names for size in range(1, len(player.actions) + 1) for names in combinations(player.actions, size)]
    truth = {}
    for names in subsets:
        truth[Meaning.fact("equilibrium_support", names)] = names in found.supports
        truth[Meaning.fact("unique_support", names)] = found.supports == (names,)
        truth[Meaning.fact("rationalizable_only", names)] = found.rationalizable == names
        truth[Meaning.fact("absorbing", names)] = names in found.absorbing
        truth[Meaning.fact("closed", names)] = names in found.closed
        if len(names) > 1:
            edges = zip(names, [*names[1:], names[0]], strict=True)
            truth[Meaning.fact("cycle", names)] = all(edge in found.transitions for edge in edges)
    for name in player.actions:
        truth[Meaning.fact("rationalizable", [name])] = name in found.rationalizable
        assert truth[Meaning.fact("closed", [name])] == (name in found.uniformly_strict)
        assert truth[Meaning.fact("absorbing", [name])] == (name in found.uniformly_strict)
    assert Meaning(player.actions).allows(truth)


def test_a_claim_that_follows_from_its_words_has_words_but_no_coq_file() -> None:
    found = verdict(0, WORDS)
    assert found.certificate is not None and found.certificate["proof"]["end"] == {"meaning": None}
    assert found.proof is not None and "by what the words mean" in found.to_latex()
    with pytest.raises(NotSupportedError, match="the meaning of their words"):
        game_file(*found.proof)


def test_a_proof_with_constants_has_words() -> None:
    verdicts = [verdict(0, claim) for claim in TRUE]
    found = next(v for v in verdicts if v.proof is not None and "constant" in json.dumps(v.certificate))
    assert found.proof is not None and "as intervals around its logarithms show" in found.to_latex()
    with pytest.raises(NotSupportedError, match="intervals around logarithms"):
        game_file(*found.proof)
