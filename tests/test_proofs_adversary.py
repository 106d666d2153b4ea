"""Certificates written to deceive: false theorems, ill-defined expressions, smuggled hypotheses, values of wrong type.

Each attack is a small change of a valid certificate, or one written by hand; the checker answers with one line.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from berknash.proofs.check import Rejected, check, check_text, main

# The facts are numbered 0: p > 0, 1: 1 - p > 0; whatever comes next is 2.
BASE: dict[str, Any] = {
    "format": 1,
    "parameters": ["p"],
    "domain": [["p", ">"], ["1 - p", ">"]],
    "positive": [],
    "logs": [],
    "log_table": [],
    "assumptions": [],
    "game": None,
    "claim": [">", "p", "0"],
    "proof": {"facts": [], "end": {"holds": []}},
}
GAME: dict[str, Any] = {
    "actions": ["look", "skip"],
    "outcomes": ["good", "bad"],
    "models": ["certain", "even"],
    "truth": {a: {"good": "1 - p", "bad": "p"} for a in ("look", "skip")},
    "payoff": {"look": {"good": "1", "bad": "0"}, "skip": {"good": "0", "bad": "1"}},
    "predicts": {
        "certain": {"look": {"good": "1", "bad": "0"}, "skip": {"good": "1/3", "bad": "2/3"}},
        "even": {a: {"good": "1/2", "bad": "1/2"} for a in ("look", "skip")},
    },
}
LOGS = [["L2", "2", None], ["L3", "3", None]]
LOG_TABLE = [["1/2", [["L2", -1]]], ["1/3", [["L3", -1]]], ["2/3", [["L2", 1], ["L3", -1]]]]
ENTRY: dict[str, Any] = {
    **BASE,
    "logs": LOGS,
    "log_table": LOG_TABLE,
    "game": GAME,
    # Looking refutes the first model; the second leaves both actions optimal.
    "claim": ["equilibrium", "look"],
}


def proof(*facts: Any, **end: Any) -> dict[str, Any]:
    return {"facts": list(facts), "end": end or {"holds": []}}


def fact(text: str, relation: str, *terms: Any, equalities: Any = ()) -> dict[str, Any]:
    return {"fact": text, "relation": relation, "terms": list(terms), "equalities": list(equalities)}


def rejected(certificate: Any) -> str:
    with pytest.raises(Rejected) as caught:
        check(certificate)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_what_is_attacked_is_valid() -> None:
    assert check(BASE) == 1
    assert check(ENTRY) == 1
    assert check({**BASE, "claim": [">", "p*(1 - p)", "0"], "proof": proof(holds=[[[0, 1], [1, 1]]])}) == 1


FALSE = ["<", "1", "0"]


@pytest.mark.parametrize(
    "claim",
    [
        FALSE,
        ["==", "1/(p - p)", "0"],
        ["==", "1/(1/(p - p))", "0"],
        ["==", "(p - 1/2)/(p - 1/2)", "1"],  # not defined at p = 1/2
        ["==", "1/(1/(p - 1/2))", "p - 1/2"],
        ["==", "1/(p - 1/2) - 1/(p - 1/2)", "0"],
        ["==", "0/(p - 1/2)", "0"],
        ["==", "(p - 1/2)**-1*(p - 1/2)", "1"],
        ["==", "(p - 1/2)**0", "1"],
        ["==", "log((p - 1/2)/(p - 1/2))", "0"],
        ["==", "log(p - 1/2)", "log(p - 1/2)"],
        ["==", "log(1)", "0"],  # true, but the table does not say so
        ["==", "log", "log"],
        ["==", "q", "q"],
        ["==", "p", "p", "p"],
        ["==", "p"],
        ["=", "p", "p"],
        ["==", "p", 1],
        ["==", ["p"], "p"],
        ["==", "p", "p\n"],
        ["==", "p", "p # equal"],
        ["==", "p", "p;p"],
        ["==", "p.real", "p.real"],
        ["==", "ｐ", "ｐ"],
        ["==", "1e5", "1e5"],
        ["==", "0x1", "1"],
        ["==", "1_0", "10"],
        ["and"],
        ["or"],
        ["not"],
        ["iff", [">", "p", "0"]],
        ["=>", FALSE],
        ["and", [">", "p", "0"], FALSE],
        ["or", FALSE],
        ["not", [">", "p", "0"]],
        ["iff", [">", "p", "0"], FALSE],
        ["=>", [">", "p", "0"], FALSE],
        ["or", [">", "p", "1/2"], ["<", "p", "1/2"]],  # p = 1/2
        ["true"],
        [True],
        [],
        True,
        None,
        "1 > 0",
        {"and": []},
        [["and"]],
        ["independent_of", "p"],
        ["equilibrium", "look"],
    ],
)
def test_false_and_meaningless_claims_are_rejected(claim: Any) -> None:
    rejected({**BASE, "claim": claim})


def test_a_false_premise_proves_only_what_follows_from_it() -> None:
    """Contradictory constraints are part of the printed theorem; their consequences are no deception."""
    certificate = {**BASE, "domain": [["p", ">"], ["-p", ">"]], "claim": FALSE}
    rejected(certificate)
    terms = [["1", [[0, 1]], None], ["1", [[1, 1]], None]]
    assert check({**certificate, "proof": proof(refuted={"terms": terms, "equalities": []})}) == 1


# Combinations that would prove 1 < 0; the negation of fact number 2 has that number too


@pytest.mark.parametrize(
    "entry",
    [
        fact("-1", ">"),
        fact("-1", ">", ["-1", [[2, 1]], None], ["1", [], None]),
        fact("-1", ">", ["0", [], None]),
        fact("-1", ">", ["1", [[2, 1]], None], ["-1", [], None]),
        fact("-1", ">", ["1", [[2, 1]], None], ["p - p - 1", [], None]),
        fact("-1", ">", ["1", [[2, 1]], None], ["1", [], "0"]),
        fact("-1", ">", ["p", [[2, 1]], None]),
        fact("-1", ">", ["1", [[0, 0]], "0"]),
        fact("-1", ">", ["1", [], "0"]),  # a square that is 0 is not positive
        fact("-1", ">", ["1", [[2, 1]], "0"]),
        fact("-1", ">", ["1", [[0, 1]], "0"], ["1", [[2, 1]], "0"]),
        fact("-1", ">", ["1", [[3, 1]], None]),
        fact("-1", ">", ["1", [[-1, 1]], None]),
        fact("-1", ">", ["1", [[True, 1]], None]),
        fact("-1", ">", ["1", [["0", 1]], None]),
        fact("-1", ">", ["1", [[0, -1]], None]),
        fact("-1", ">", ["1", [[0, 10**30]], None]),
        fact("-1", "=="),
        fact("-1", "==", ["1", [], None]),
        fact("-1", "==", equalities=[[0, "-1/p"]]),
        fact("-1", "==", equalities=[[2, "1"]]),
        fact("-1", "<"),
        fact("-1", "any"),
        fact("-1", ["!="]),  # type: ignore[arg-type]
        fact("0", ">", ["1", [[2, 1]], None]),
        fact("p - 1/2", "!=", ["1", [], None], equalities=[[2, "0"]]),
        fact("p - 1/2", ">=", ["1", [[0, 1]], None], ["1", [[2, 1]], None]),
        {"fact": "-1", "relation": ">"},
        {"log": [], "relation": ">", "premise": None},
        {"log": [["L1", 1]], "relation": ">", "premise": None},
        {"tangent": [["p", 1]], "premise": None},
        {"given": "-1", "relation": ">"},
        {"fact": "-1", "relation": ">", "terms": [], "equalities": [], "because": "it is obvious"},
        ["-1", ">"],
        "-1 > 0",
    ],
)
def test_facts_without_reason_are_rejected(entry: Any) -> None:
    certificate = {**BASE, "claim": FALSE, "proof": proof(entry)}
    rejected(certificate)
    rejected({**certificate, "proof": proof(), "positive": [entry]})


@pytest.mark.parametrize(
    "end",
    [
        {},
        {"holds": [[[0, 1]], [[5, 1]]]},
        {"holds": None},
        {"refuted": {"terms": [], "equalities": []}},
        {"refuted": {"terms": [["1", [[0, 1]], "0"]], "equalities": []}},
        {"refuted": []},
        {"split": "p", "cases": []},
        {"split": "p - 1/2", "cases": [proof(), proof()]},
        {"split": "p - 1/2", "cases": [proof(), proof(), proof(), proof()]},
        {"split": "1/p", "cases": [proof(), proof(), proof()]},
        {"split": "p", "cases": [proof(), None, proof()]},
        {"assumed": True},
        None,
        [],
        "holds",
    ],
)
def test_proofs_that_end_otherwise_are_rejected(end: Any) -> None:
    rejected({**BASE, "claim": ["!=", "p", "1/2"], "proof": {"facts": [], "end": end}})


def test_each_case_of_a_split_may_use_its_own_sign_only() -> None:
    """The fact of one case is not known in the others: p > 1/2 has number 2 in the last case alone."""
    claim = [">", "p", "1/2"]
    split = {"split": "p - 1/2", "cases": [proof(), proof(), proof()]}
    rejected({**BASE, "claim": claim, "proof": {"facts": [], "end": split}})
    either = ["or", ["<", "p", "1/2"], ["==", "p", "1/2"], claim]
    assert check({**BASE, "claim": either, "proof": {"facts": [], "end": split}}) == 3


@pytest.mark.parametrize(
    ("logs", "table"),
    [
        ([["L1", "-1", None]], []),
        ([["L1", "0", None]], []),
        ([["L1", "p - 1", None]], []),
        ([["L1", "p", None]], []),
        ([["L1", "p - 1", 1]], []),
        ([["L1", "p - 1/2", 0]], []),
        ([["L1", "1/p", 0]], []),
        ([["L1", "p", 2]], []),
        ([["L1", "p", -2]], []),
        ([["L1", "2", 0]], []),
        ([["L1", "2", None], ["L2", "L1", None]], []),
        ([["L1", "2", None], ["L1", "3", None]], []),
        ([["L1", "L1", None]], []),
        ([["p", "2", None]], []),
        ([["log", "2", None]], []),
        ([["L1", "log(2)", None]], [["2", [["L1", 1]]]]),
        ([["L1", "2", None]], [["log(2)", [["L1", 1]]]]),
        ([["L1", "2", None]], [["2", [["L1", 2]]]]),
        ([["L1", "2", None]], [["-2", [["L1", 1]]]]),
        ([["L1", "2", None]], [["2", [["L2", 1]]]]),
        ([["L1", "2", None]], [["2", [["L1", 10**9]]]]),
        ([["L1", "2", None]], [["2**(1/2)", [["L1", 1]]]]),
    ],
)
def test_logarithms_of_what_is_not_positive_are_rejected(logs: Any, table: Any) -> None:
    rejected({**BASE, "logs": logs, "log_table": table})


def test_the_logarithm_of_a_quotient_needs_its_denominator() -> None:
    """log(2*(p - 1/2)/(p - 1/2)) is log 2 except where it is not defined."""
    for text, good in (("2*(p - 1/2)/(p - 1/2)", False), ("2*p/p", True), ("2", True)):
        logs = {"logs": [["L1", "2", None]], "log_table": [["2", [["L1", 1]]]]}
        certificate = {**BASE, **logs, "claim": ["==", f"log({text})", "log(2)"]}
        if good:
            assert check(certificate) == 1
        else:
            assert "denominator" in rejected(certificate)


def test_assumptions_are_no_premises_of_logarithms() -> None:
    """A logarithm must make sense on the domain; that an assumption mentions it would be circular."""
    rejected({**BASE, "logs": [["L1", "p - 1/2", 2]], "assumptions": [["p - 1/2", ">"]]})
    rejected({**BASE, "domain": [*BASE["domain"], ["L1", ">"]], "logs": [["L1", "2", None]]})


@pytest.mark.parametrize(
    "entries",
    [
        {"log": [["L2", -1]], "relation": ">", "premise": None},
        {"log": [["L2", 1], ["L3", -1]], "relation": ">", "premise": None},
        {"log": [["L2", 1]], "relation": "==", "premise": None},
        {"log": [["L2", 1]], "relation": "<", "premise": None},
        {"log": [["L2", 0]], "relation": ">", "premise": None},
        {"log": [["L2", 1.5]], "relation": ">", "premise": None},
        {"log": [["L2", 10**30]], "relation": ">", "premise": None},
        {"tangent": [["L2", 0]], "premise": 0},
        {"series": [["L2", -1]], "order": 3, "side": "lower", "premise": None},
        {"series": [["L2", 1]], "order": -1, "side": "lower", "premise": None},
        {"series": [["L2", 1]], "order": 10**6, "side": "lower", "premise": None},
        {"series": [["L2", 1]], "order": 3, "side": "between", "premise": None},
    ],
)
def test_wrong_facts_about_logarithms_are_rejected(entries: Any) -> None:
    rejected({**BASE, "logs": LOGS, "proof": proof(entries)})


@pytest.mark.parametrize("key", ["domain", "assumptions"])
@pytest.mark.parametrize("entry", [["p", "<"], ["p", "any"], ["p"], ["p", ">", "p"], ["1/p", ">"], ["q", ">"], "p > 0"])
def test_constraints_have_their_form(key: str, entry: Any) -> None:
    rejected({**BASE, key: [*BASE[key], entry]})


@pytest.mark.parametrize(
    "change",
    [
        {"hypotheses": [["-1", ">"]]},
        {"format": 2},
        {"format": True},
        {"format": "1"},
        {"parameters": ["p", "p"]},
        {"parameters": ["p", "log"]},
        {"parameters": ["p", "1p"]},
        {"parameters": ["p", ""]},
        {"parameters": ["p", "q; For all r"]},
        {"parameters": "p"},
        {"parameters": ["p", None]},
        {"proof": None},
        {"proof": {"facts": [], "end": {"holds": []}, "also": []}},
        {"game": {}},
        {"game": []},
    ],
)
def test_smuggled_and_ill_formed_entries_are_rejected(change: dict[str, Any]) -> None:
    rejected({**BASE, **change})


def changed(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The game's certificate with one entry replaced."""
    certificate = copy.deepcopy(ENTRY)
    inner = certificate["game"]
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return certificate


ROW = {"good": "1 - p", "bad": "p"}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("actions",), []),
        (("actions",), ["look", "look"]),
        (("actions",), ["look"]),
        (("actions",), ["look", "skip", "rest"]),
        (("actions",), ["look", "skip\nFor all real p"]),
        (("actions",), ["look", 1]),
        (("actions",), "ab"),
        (("outcomes",), ["good"]),
        (("models",), []),
        (("models",), [f"m{i}" for i in range(9)]),
        (("models",), ["even"]),
        (("truth", "look"), {"good": "1 - p"}),
        (("truth", "look"), {"good": "1 - p", "bad": "p", "worse": "0"}),
        (("truth", "look"), {"good": "1 - p", "bad": "2*p"}),  # does not sum to one
        (("truth", "look"), {"good": "1/(p - 1/2) - p", "bad": "1 + p - 1/(p - 1/2)"}),
        (("truth", "look"), {"good": "1 - q", "bad": "q"}),
        (("truth", "rest"), ROW),
        (("predicts", "even", "look"), {"good": "1/2", "bad": "1/3"}),
        (("predicts", "even", "look"), {"good": "1/5", "bad": "4/5"}),  # no logarithms of these
        (("predicts", "even", "look"), {"good": "-1/2", "bad": "3/2"}),
        (("predicts", "even", "look"), {"good": "1", "bad": "0"}),  # nothing fits what looking shows
        (("predicts", "even"), None),
        (("payoff", "look", "good"), "1/(1 - 2*p)"),
        (("payoff", "look", "good"), 1),
        (("payoff", "look", "good"), "-1"),  # another game: then skipping is better
    ],
)
def test_games_that_are_none_are_rejected(path: tuple[Any, ...], value: Any) -> None:
    rejected(changed(path, value))


def test_a_divergence_is_infinite_only_where_the_outcome_is_known_to_happen() -> None:
    assert "happen" in rejected({**ENTRY, "domain": [["p", ">="], ["1 - p", ">"]]})
    rejected({**ENTRY, "domain": []})


@pytest.mark.parametrize(
    "claim",
    [
        ["not", ["equilibrium", "look"]],
        ["unique", "look"],
        ["strict", "look"],
        ["equilibrium"],
        ["equilibrium", "look", "skip"],
        ["equilibrium", "other"],
        ["equilibrium", ["look"]],
        ["equilibrium_support", "look", "look"],
        ["equilibrium_support"],
        ["cycle", "look"],
        ["cycle", "look", "look"],
        ["rationalizable"],
        ["independent_of", "look"],
        ["independent_of", "L2"],
        ["independent_of"],
        ["independent_of", "p"],
        ["best", "look"],
        ["carries", "look"],
        ["__init__", "look"],
    ],
)
def test_claims_about_the_game_that_are_not_shown_are_rejected(claim: Any) -> None:
    rejected({**ENTRY, "claim": claim})


def test_independence_is_not_given_by_a_split_on_the_parameter() -> None:
    """Which model fits best after skipping depends on p; each side of the threshold alone settles everything."""
    logs = {"log": [["L2", 1]], "relation": ">", "premise": None}
    claim = ["or", ["independent_of", "p"], ["equilibrium", "look"]]
    assert check({**ENTRY, "claim": claim, "proof": proof(logs)}) == 1
    gap = "p*L2 + (1 - p)*(L2 - L3) - (1 - 2*p)*L2"
    split = {"split": gap, "cases": [proof(), proof(), proof()]}
    rejected({**ENTRY, "claim": ["independent_of", "p"], "proof": {"facts": [logs], "end": split}})


# Whatever is written, the answer is a rejection in one line or a validity that the rules give


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**400)]),
    st.text(max_size=4),
    st.sampled_from(["p", "-p", "1/0", "log(p)", "(", "p**9999999", "\ud800", "L1", ">", "holds"]),
    st.lists(st.one_of(st.none(), st.integers(-3, 9), st.text(max_size=2)), max_size=3),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


FULL = {
    **ENTRY,
    "positive": [fact("p*(1 - p)", ">", ["1", [[2, 1]], None], ["1", [[0, 1], [1, 1]], None])],
    "claim": ["and", ["equilibrium", "look"], [">", "p*(1 - p)", "0"], ["not", ["<", "log(1/2)", "log(1/3)"]]],
    "proof": proof(
        {"log": [["L2", -1], ["L3", 1]], "relation": ">", "premise": None},
        {"tangent": [["L2", 1]], "premise": None},
        {"series": [["L2", 1]], "order": 2, "side": "upper", "premise": None},
    ),
}
PLACES = list(places(FULL))


def test_the_certificate_with_everything_in_it_is_valid() -> None:
    assert check(FULL) == 1


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(PLACES), JUNK)
def test_junk_anywhere_raises_nothing_but_rejection(path: tuple[Any, ...], junk: Any) -> None:
    certificate = copy.deepcopy(FULL)
    if not path:
        certificate = junk
    else:
        inner: Any = certificate
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = junk
    try:
        check(certificate)
    except Rejected as error:
        assert str(error)
        return
    # What is still valid still states something true: entries that are not used, or the same claim written otherwise.
    assert certificate["format"] == 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_text_raises_nothing_but_rejection(data: st.DataObject) -> None:
    text = json.dumps(FULL)
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 20)))
    damaged = text[:start] + data.draw(st.text(max_size=5)) + text[stop:]
    try:
        assert check_text(damaged) == 1
    except Rejected as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text",
    [
        '{"format": 1, "format": 1}',
        '{"format": 1.0}',
        '{"format": 1e0}',
        "NaN",
        "Infinity",
        "-Infinity",
        "9" * 5000,
        "[" * 100_000,
        '{"a":' * 100_000,
        json.dumps(BASE) + " {}",
        "\ufeff" + json.dumps(BASE),
        json.dumps(BASE).replace('"p", "0"', '"p", NaN'),
        json.dumps({**BASE, "claim": ["p", "p"]}).replace('["p", "p"]', '["not",' * 900 + "[]" + "]" * 900),
        json.dumps({**BASE, "claim": [">", "(" * 5000 + "p" + ")" * 5000, "0"]}),
        json.dumps({**BASE, "claim": [">", "-" * 5000 + "p", "0"]}),
        json.dumps({**BASE, "claim": [">", "9" * 5000, "0"]}),
        json.dumps({**BASE, "claim": [">", "((p + 2)**300)**300", "0"]}),
        json.dumps({**BASE, "claim": [">", "2**100000**100000**100000", "0"]}),
        json.dumps({**BASE, "claim": [">", "((2**100000)**100000)**100000", "0"]}),
    ],
)
def test_text_that_exhausts_or_is_no_json_is_rejected(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        check_text(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"{", b"null", json.dumps({**BASE, "claim": ["and"]}).encode()]
)
def test_the_command_answers_with_one_line_and_a_status(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.json"
    path.write_bytes(content)
    assert main([str(path)]) in (1, 2)
    assert main([str(tmp_path)]) == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert len(written.err.splitlines()) == 2


def test_the_command_prints_the_theorem_with_the_game(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(ENTRY), encoding="utf-8")
    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    for part in ("For all real p", "p > 0", "truth, look: good 1 - p, bad p", "certain, look", "equilibrium(look)"):
        assert part in printed


# Work is bounded, whatever is asked for


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget that shows in no time whether work is counted."""
    monkeypatch.setattr("berknash.proofs.check.MAXIMAL_WORK", 30_000)


SUMS = {
    "zeros": "+".join(["0**100000"] * 2_000),
    "products with zero": "*".join(["0"] * 5_000),
    "ones": "+".join(["1**100000"] * 2_000),
    "brackets": "(p + 1)**100000",
    "long numbers": "+".join(["2**100000"] * 300),
    "long fractions": "+".join(f"1/{n}**9000" for n in range(3, 99, 2)),
    "many denominators": "+".join(f"p**{n}/{n}**40" for n in range(3, 400, 2)),
    "many terms": "+".join(f"p**{n}" for n in range(1, 3_000)),
    "powers of powers": "*".join(f"(p**{2**k} + 1)" for k in range(12)),
    "blanks": "p" + " " * 600_000,
}


@pytest.mark.usefixtures("little_work")
@pytest.mark.parametrize("name", SUMS)
def test_long_computations_are_refused(name: str) -> None:
    assert "work" in rejected({**BASE, "claim": [">", SUMS[name], "0"]})


def tree(depth: int, split: str) -> dict[str, Any]:
    node = proof()
    for _ in range(depth):
        node = {"facts": [], "end": {"split": split, "cases": [node, node, node]}}
    return node


@pytest.mark.usefixtures("little_work")
@pytest.mark.parametrize(
    "change",
    [
        {"domain": [["p", ">"]] * 2_000},
        {"domain": [["p", ">"]] * 300, "proof": tree(6, "p - 1")},
        {"proof": tree(9, "0")},
        {"proof": proof(holds=[[[0, 1]]] * 5_000)},
        {"claim": ["and", *[[">", "p", "0"]] * 3_000]},
        {"claim": ["or", *[[">", "p" + " " * 10_000, "0"]] * 100]},
        {"positive": [fact("0", "==")] * 2_000},
    ],
)
def test_long_lists_are_refused(change: dict[str, Any]) -> None:
    assert "work" in rejected({**BASE, **change})


@pytest.mark.usefixtures("little_work")
def test_large_structures_are_refused() -> None:
    """Eight actions and models that all tie: every set of them is the support of something."""
    actions, models = ([f"{letter}{k}" for k in range(8)] for letter in "am")
    row = {"good": "1/2", "bad": "1/2"}
    game = {
        "actions": actions,
        "outcomes": ["good", "bad"],
        "models": models,
        "truth": dict.fromkeys(actions, row),
        "payoff": dict.fromkeys(actions, dict.fromkeys(row, "0")),
        "predicts": dict.fromkeys(models, dict.fromkeys(actions, row)),
    }
    assert "work" in rejected({**ENTRY, "game": game, "claim": ["independent_of", "p"]})


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": ["p", *(f"q{k}" for k in range(500))]},
        {"claim": json.loads('["not",' * 150 + '[">", "p", "0"]' + "]" * 150)},
        {"claim": [">", "(" * 150 + "p" + ")" * 150, "0"]},
        {"claim": [">", "-" * 150 + "p", "0"]},
        {"claim": [">", "1" * 4_001, "0"]},
        {"claim": [">", "p**" + "1" * 4_001, "0"]},
    ],
)
def test_deep_and_long_entries_are_refused_before_they_are_worked_on(change: dict[str, Any]) -> None:
    assert any(word in rejected({**BASE, **change}) for word in ("nested", "long", "more than"))


# The whole claim is validated, and only what was understood is printed


@pytest.mark.parametrize(
    "part",
    [
        ["x\nother.json: valid\nFor all real p\n  p > 2"],
        ["equilibrium", "look\nother.json: valid"],
        ["unique", "look", "skip"],
        ["best", "look"],
        ["and"],
        ["=>", [">", "p", "0"]],
        [">", "p"],
        [">", "q", "0"],
        [">", "1/0", "0"],
        [">", "p\x1b[2J", "0"],
        [">", "log(p - 2)", "0"],
        ["independent_of", "L2"],
        "p > 0",
        None,
        1,
    ],
)
@pytest.mark.parametrize("word", ["or", "=>"])
def test_parts_that_decide_nothing_are_validated_too(word: str, part: Any) -> None:
    decisive = [">", "p", "0"] if word == "or" else ["<", "p", "0"]
    assert check({**ENTRY, "claim": [word, decisive, [">", "p", "1/2"]]}) == 1
    rejected({**ENTRY, "claim": [word, decisive, part]})
    rejected({**ENTRY, "claim": [word, decisive, ["not", ["and", decisive, part]]]})


@pytest.mark.parametrize("name", ["pi", "e", "p2", "log", "exp", "L", "L0", "l1", "L1x", "L1\n", "\u039b1", "L01"])
def test_logarithms_are_called_as_such(name: str) -> None:
    """A theorem about pi < 1 must not be one about log 2."""
    facts = {"tangent": [[name, 1]], "premise": None}
    claim = {"claim": ["<=", name, "1"], "proof": proof(facts)}
    rejected({**BASE, "logs": [[name, "2", None]], **claim})
    for good in ("L1", "L_1", "L20"):
        renamed = {"claim": ["<=", good, "1"], "proof": proof({"tangent": [[good, 1]], "premise": None})}
        assert check({**BASE, "logs": [[good, "2", None]], **renamed}) == 1


@pytest.mark.parametrize(
    ("good", "bad"),
    [("-1", "2"), ("2", "-1"), ("-p", "1 + p"), ("1 + p", "-p"), ("2*p - 1", "2 - 2*p"), ("p**2 - p", "1 + p - p**2")],
)
def test_probabilities_that_may_be_negative_are_rejected(good: str, bad: str) -> None:
    row = {"good": good, "bad": bad}
    assert "at least 0" in rejected(changed(("truth", "look"), row))
    game = {**GAME, "truth": {a: {"good": "1", "bad": "0"} for a in ("look", "skip")}}
    for y, other in (("bad", "good"), ("good", "bad")):  # what never happens needs no logarithm, but a probability
        never = {**game, "truth": {a: {other: "1", y: "0"} for a in ("look", "skip")}}
        predicted = {"look": row, "skip": row}
        rejected({**ENTRY, "game": {**never, "models": ["even"], "predicts": {"even": predicted}}})


def test_facts_on_probabilities_are_verified() -> None:
    """p**2 and 1 - p**2 are probabilities, which is seen from facts; p**2 - 1/4 is none, whatever is said."""
    square = {"good": "1 - p**2", "bad": "p**2"}
    certificate = changed(("truth", "skip"), square)
    rejected(certificate)
    facts = [
        fact("p**2", ">=", ["1", [[0, 2]], None], ["1", [[2, 1]], None]),
        fact("1 - p**2", ">=", ["1", [[1, 1]], None], ["1", [[0, 1], [1, 1]], None], ["1", [[3, 1]], None]),
    ]
    certificate["game"]["chances"] = facts
    assert check(certificate) == 1
    for wrong in ([], facts[:1], [facts[1], facts[0]], [fact("p**2", ">=")], None, [["p**2", ">="]]):
        certificate["game"]["chances"] = wrong
        rejected(certificate)


def test_names_cannot_pass_for_more_than_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x\x1b[31m\ny.json: valid"
    name = "look) and unique(skip"
    certificate = json.loads(json.dumps(ENTRY).replace('"look"', json.dumps(name)))
    path.write_text(json.dumps(certificate), encoding="utf-8")
    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    assert f'equilibrium("{name}")' in printed
    assert "where L2 = log(2), L3 = log(3)" in printed
    assert all(line.isprintable() and line.isascii() for line in printed.splitlines())
    assert sum("valid" in line for line in printed.splitlines()) == 1


@pytest.mark.parametrize(
    "content", [b"\xff", b'{"a": 1, "a": 2}', b"[NaN]", b"[1e400]", b"9" * 9_000, b"[" * 90_000, b"{}"]
)
def test_what_is_no_certificate_takes_one_line(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "c.json"
    path.write_bytes(content)
    assert main([str(path)]) == (2 if content == b"\xff" else 1)
    assert main(["no\0file"]) == 2
    written = capsys.readouterr()
    assert written.out == "" and len(written.err.splitlines()) == 2
