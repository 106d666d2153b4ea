"""Coq accepts what is written for it, and the check rejects what rests on anything unproved.

Machines without coqc cannot run these tests; the project's checks install it, and its absence is a failure there.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from berknash.proofs.conjectures import phase_theorem
from berknash.proofs.coq.files import check_coq, statement_file, theorem_names
from berknash.proofs.coq.games import game_batch, game_file
from berknash.proofs.prove import question_of
from berknash.proofs.search.prover import Proved, decide
from berknash.proofs.search.statements import read_statement
from berknash.symbolic.errors import NotSupportedError
from berknash.symbolic.game_file import load_game
from berknash.symbolic.phases import phases

HERE = Path(__file__).parent
CATALOGUE = tomllib.loads((HERE / "sign_statements.toml").read_text(encoding="utf-8"))["statement"]
REALS = "Require Import Reals Lra.\nOpen Scope R_scope.\n"


def test_the_true_statements_are_theorems_of_coq() -> None:
    theorems = {}
    left_out = []
    for number, entry in enumerate(entry for entry in CATALOGUE if entry["truth"]):
        question = read_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
        answer = decide(question)
        assert isinstance(answer, Proved)
        try:
            statement_file({"one": (question, answer)})
        except NotSupportedError:
            left_out.append(entry["name"])
            continue
        theorems[f"statement_{number}"] = (question, answer)
    assert len(left_out) <= 3, left_out  # series of logarithms have no Coq form
    verdict = check_coq(statement_file(theorems))
    assert verdict.accepted, verdict.message
    assert len(verdict.theorems) == len(theorems) >= 47


def test_every_phase_of_the_trap_is_a_theorem_of_coq() -> None:
    game = load_game(HERE.parent / "examples" / "sycophancy.toml")
    diagram = phases(game)
    theorems = {}
    for piece in (*diagram.phases, *diagram.strata):
        question = question_of(game, phase_theorem(piece, game.players[0].actions))
        answer = decide(question)
        assert isinstance(answer, Proved)
        theorems[f"piece_{piece.name}"] = (question, answer)
    text = game_batch(theorems)
    assert "Definition BNE" in text
    assert "ln" in text
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    assert len(verdict.theorems) == 9


def test_a_wrong_theorem_about_the_trap_is_rejected() -> None:
    game = load_game(HERE.parent / "examples" / "sycophancy.toml")
    question = question_of(game, "h + l == 1 and p > 1/2 and q < 1/2 => unique(truthful)")
    answer = decide(question)
    assert isinstance(answer, Proved)
    text = game_file(question, answer)
    assert check_coq(text).accepted
    for old, new in (("unique_1", "unique_2"), ("Definition G_1_1 : R := 1.", "Definition G_1_1 : R := - 1.")):
        wrong = text.replace(old, new)
        if old == "unique_1":  # the same name, the other action
            wrong = text.replace("0 < s1 /\\ s2 = 0", "s1 = 0 /\\ 0 < s2")
        assert wrong != text
        assert not check_coq(wrong).accepted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(* Theorem a : True. *)",
        "Theorem a : 1 = 2.\nAdmitted.",
        "Lemma b : 1 = 2.\nAdmitted.\nTheorem a : 1 = 2.\nexact b.\nQed.",
        "Axiom f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Parameter f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Module M.\nAxiom f : False.\nEnd M.\nTheorem a : 1 = 2.\ndestruct M.f.\nQed.",
        "Theorem a : 1 = 2.\nProof. reflexivity. Qed.",
        "Theorem a : 1 = 1.\nreflexivity.\nQed.\n(*",
        "Theorem a : 1 = 1.\nreflexivity.\nQed.\nQuit.",
        "Theorem a : 1 = 1.\nreflexivity.\n",
        "Unset Guard Checking.\nFixpoint f (n : nat) : False := f n.\nTheorem a : 1 = 2.\ndestruct (f 0).\nQed.",
    ],
)
def test_what_proves_nothing_is_rejected(text: str) -> None:
    assert not check_coq(text).accepted


def test_real_numbers_are_allowed() -> None:
    verdict = check_coq(f"{REALS}Theorem square : forall x : R, 0 <= x * x.\nProof. intro x. nra. Qed.\n")
    assert verdict.accepted, verdict.message
    assert verdict.theorems == ("square",)


def test_theorems_in_modules_are_found() -> None:
    text = "Module A.\nTheorem x : True. exact I. Qed.\nEnd A.\n(* Theorem no : True. (* *) *)\nTheorem y : True."
    assert theorem_names(text) == ["A.x", "y"]
