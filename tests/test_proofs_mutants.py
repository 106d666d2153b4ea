"""Every mutant of a valid certificate is rejected: thousands of small changes, one at a time."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from berknash.proofs.check import Rejected, check, check_text
from berknash.proofs.claims.prove import prove
from berknash.proofs.search.prover import Proved
from berknash.proofs.search.statements import decide_statement
from berknash.symbolic.game.game import load_game

HERE = Path(__file__).parent
CATALOGUE = tomllib.loads((HERE / "sign_statements.toml").read_text(encoding="utf-8"))["statement"]
TRUE = [entry for entry in CATALOGUE if entry["truth"]]
GAME_CLAIMS = (
    "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful)",
    "h + l == 1 and p < 1/2 and q < 1/2 => unique_support(truthful, sycophantic) and cycle(truthful, sycophantic)",
)


def statement_certificate(entry: dict[str, Any]) -> dict[str, Any]:
    answer = decide_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
    assert isinstance(answer, Proved)
    return answer.certificate


def game_certificate(claim: str) -> dict[str, Any]:
    answer = prove(load_game(HERE.parent / "examples" / "sycophancy.toml"), claim)
    assert isinstance(answer, Proved)
    return answer.certificate


def combination_mutants(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Changed coefficients, dropped terms, changed powers and places, changed multipliers."""

    def changed(key: str, place: int, value: Any) -> dict[str, Any]:
        result = copy.deepcopy(record)
        if value is None:
            del result[key][place]
        else:
            result[key][place] = value
        return result

    for place, (coefficient, factors, square) in enumerate(record["terms"]):
        yield changed("terms", place, None)
        for number in (Fraction(coefficient) + Fraction(1, 7), Fraction(coefficient) / 2, -Fraction(coefficient)):
            yield changed("terms", place, [str(number), factors, square])
        yield changed("terms", place, [coefficient, factors, "3" if square is None else f"({square}) + 1"])
        for index, (number, power) in enumerate(factors):
            yield changed("terms", place, [coefficient, factors[:index] + factors[index + 1 :], square])
            for other in ([number, power + 1], [number, power + 2], [number + 1, power], [number - 1, power]):
                yield changed("terms", place, [coefficient, [*factors[:index], other, *factors[index + 1 :]], square])
    for place, (number, multiplier) in enumerate(record["equalities"]):
        yield changed("equalities", place, None)
        yield changed("equalities", place, [number, f"({multiplier}) + 1"])


def fact_mutants(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if "fact" in record:
        yield from combination_mutants(record)
        yield {**record, "fact": f"({record['fact']}) - 1/1000000"}
        yield {**record, "fact": f"-({record['fact']})"}
        return
    kind = next(name for name in ("log", "tangent", "series") if name in record)
    for place, (name, power) in enumerate(record[kind]):
        if len(record[kind]) > 1 or kind != "log":  # twice a logarithm has the same sign
            yield {**record, kind: [*record[kind][:place], [name, power + 1], *record[kind][place + 1 :]]}
        yield {**record, kind: [*record[kind][:place], [name, -power], *record[kind][place + 1 :]]}
    if record["premise"] is not None:
        yield {**record, "premise": record["premise"] + 1}
        if kind != "tangent":  # without a premise the tangent is weak, which can be enough
            yield {**record, "premise": None}
    if kind == "series":
        yield {**record, "side": "lower" if record["side"] == "upper" else "upper"}
        yield {**record, "order": record["order"] + 1}


def list_mutants(entries: list[Any], inner: Any) -> Iterator[list[Any]]:
    for place, entry in enumerate(entries):
        yield entries[:place] + entries[place + 1 :]
        for mutant in inner(entry):
            yield [*entries[:place], mutant, *entries[place + 1 :]]


def product_mutants(product: list[Any]) -> Iterator[list[Any]]:
    yield product[1:]
    for place, (number, power) in enumerate(product):
        yield [*product[:place], [number + 1, power], *product[place + 1 :]]


def node_mutants(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    end = node["end"]
    for facts in list_mutants(node["facts"], fact_mutants):
        yield {**node, "facts": facts}
    if "refuted" in end:
        for mutant in combination_mutants(end["refuted"]):
            yield {**node, "end": {"refuted": mutant}}
    elif "holds" in end:
        for products in list_mutants(end["holds"], product_mutants):
            yield {**node, "end": {"holds": products}}
    else:
        cases = end["cases"]
        yield {**node, "end": {**end, "cases": cases[:2]}}
        yield {**node, "end": {**end, "cases": [cases[2], cases[1], cases[0]]}}
        yield {**node, "end": {**end, "split": f"({end['split']}) + 1/3"}}
        for place, case in enumerate(cases):
            for mutant in node_mutants(case):
                yield {**node, "end": {**end, "cases": [*cases[:place], mutant, *cases[place + 1 :]]}}


def mutants(certificate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("positive",):
        for value in list_mutants(certificate[key], fact_mutants):
            yield {**certificate, key: value}
    for node in node_mutants(certificate["proof"]):
        yield {**certificate, "proof": node}
    for place, (name, argument, premise) in enumerate(certificate["logs"]):
        for entry in ([name, f"2*({argument})", premise], [name, argument, None if premise is not None else 0]):
            logs = [*certificate["logs"][:place], entry, *certificate["logs"][place + 1 :]]
            yield {**certificate, "logs": logs}
        if premise is not None:
            domain = copy.deepcopy(certificate["domain"])
            if premise < len(domain):
                domain[premise][1] = ">="  # a logarithm's argument that may be zero
                yield {**certificate, "domain": domain}
    for place, (text, powers) in enumerate(certificate["log_table"]):
        entry = [text, [[name, power + 1] for name, power in powers]]
        yield {
            **certificate,
            "log_table": [*certificate["log_table"][:place], entry, *certificate["log_table"][place + 1 :]],
        }
    yield {**certificate, "claim": ["not", certificate["claim"]]}
    yield {**certificate, "claim": ["<", "1", "0"]}
    yield {**certificate, "format": 2}
    yield {key: value for key, value in certificate.items() if key != "assumptions"}


def claim_mutants(certificate: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The goal shifted, strict where it was weak, turned round."""
    operator, left, right = certificate["claim"]
    shift = "-" if operator.startswith(">") else "+"
    yield {**certificate, "claim": [operator, f"({left}) {shift} 1/1000000", right]}
    yield {**certificate, "claim": [operator.translate(str.maketrans("<>", "><")), left, right]}


def accepted(certificates: Iterator[dict[str, Any]], original: dict[str, Any]) -> tuple[int, list[str]]:
    count, survivors = 0, []
    reference = json.dumps(original)
    for mutant in certificates:
        text = json.dumps(mutant)
        if text == reference:
            continue
        count += 1
        try:
            check_text(text)
        except Rejected:
            continue
        survivors.append(text)
    return count, survivors


def test_thousands_of_mutants_of_statements_are_rejected() -> None:
    total = 0
    for entry in TRUE:
        certificate = statement_certificate(entry)
        for source in (mutants, claim_mutants):
            count, survivors = accepted(source(certificate), certificate)
            total += count
            assert not survivors, (entry["name"], survivors[:1], json.dumps(certificate))
    assert total > 2000


@pytest.mark.parametrize("claim", GAME_CLAIMS)
def test_mutants_of_game_certificates_are_rejected(claim: str) -> None:
    certificate = game_certificate(claim)
    count, survivors = accepted(mutants(certificate), certificate)
    assert survivors == []
    assert count > 100
    for key in ("truth", "payoff", "predicts"):
        for mutant in game_mutants(certificate, key):
            with pytest.raises(Rejected):
                check(mutant)


def game_mutants(certificate: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Something swapped or turned: another game, in which the claim is false."""
    names = list(certificate["game"]["predicts"])[:1] if key == "predicts" else [key]
    for name in names:
        game = copy.deepcopy(certificate["game"])
        table = game["predicts"][name] if key == "predicts" else game[key]
        first, second = list(table)[:2]
        if key == "truth":
            table[first] = {"approve": table[first]["reject"], "reject": table[first]["approve"]}
        elif key == "payoff":
            table[first] = {**table[first], "approve": "-1"}
        else:
            table[first], table[second] = table[second], table[first]
        yield {**certificate, "game": game}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"format": 1, "format": 1}',
        "[" * 100_000,
        '{"format": 1.5}',
        '{"format": NaN}',
        "1" * 5000,
    ],
)
def test_what_is_no_certificate_is_rejected(text: str) -> None:
    with pytest.raises(Rejected):
        check_text(text)


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os')",
        "p**p",
        "2**99999999",
        "(" * 500 + "p" + ")" * 500,
        "p/0",
        "p/(p - p)",
        "p +",
        "p q",
        "log(p)",
        "0.5",
        "p" * 300_000,
        "((p + 1)**200)**200",
    ],
)
def test_expressions_that_are_not_expressions_are_rejected(expression: str) -> None:
    certificate = statement_certificate(TRUE[0])
    with pytest.raises(Rejected):
        check({**certificate, "claim": [">", expression, "0"]})
