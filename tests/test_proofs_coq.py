"""Coq accepts what is written for it, and the check rejects what rests on anything unproved.

Machines without coqc skip what runs it; the project's checks install it, and its absence is a failure there.
"""

from __future__ import annotations

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from berknash.proofs.claims.conjectures import phase_theorem
from berknash.proofs.claims.prove import question_of
from berknash.proofs.coq.checking import check_coq
from berknash.proofs.coq.files import statement_file
from berknash.proofs.coq.games import game_batch, game_file
from berknash.proofs.coq.scaling import ScalingWriter
from berknash.proofs.coq.sentences import outline
from berknash.proofs.search.facts import Holds, Node
from berknash.proofs.search.prover import Proved, Question, decide
from berknash.proofs.search.statements import read_statement
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases

HERE = Path(__file__).parent
CATALOGUE = tomllib.loads((HERE / "sign_statements.toml").read_text(encoding="utf-8"))["statement"]
REALS = "Require Import Reals Lra.\nOpen Scope R_scope.\n"


@pytest.mark.needs("coqc")
def test_the_true_statements_are_theorems_of_coq() -> None:
    theorems = {}
    for number, entry in enumerate(entry for entry in CATALOGUE if entry["truth"]):
        question = read_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
        answer = decide(question)
        assert isinstance(answer, Proved)
        theorems[f"statement_{number}"] = (question, answer)
    text = statement_file(theorems)
    assert "series_above" in text  # logarithms bounded by partial sums of a series
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    assert len(verdict.theorems) == len(theorems) >= 50


@pytest.mark.needs("coqc")
def test_every_phase_of_the_trap_is_a_theorem_of_coq() -> None:
    game = load_game(HERE.parent / "examples" / "sycophancy.toml")
    diagram = phases(game)
    theorems = {}
    for piece in (*diagram.phases, *diagram.strata):
        question = question_of(game, phase_theorem(piece, game))
        answer = decide(question)
        assert isinstance(answer, Proved)
        theorems[f"piece_{piece.name}"] = (question, answer)
    text = game_batch(theorems)
    assert "Definition BNE" in text
    assert "ln" in text
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    assert len(verdict.theorems) == 9


SAFE = "h + l == 1 and p > 1/2 and q < 1/2 => "
CYCLE = "h + l == 1 and p < 1/2 and q < 1/2 => "
TRAP_CLAIMS = (
    SAFE + "rationalizable(truthful) and not rationalizable(sycophantic) and not equilibrium(sycophantic)",
    SAFE + "not unique(sycophantic) and not strict(sycophantic) and not cycle(truthful, sycophantic)",
    SAFE + "not rationalizable_only(sycophantic) and not rationalizable_only(truthful, sycophantic)",
    SAFE + "absorbing(truthful) and not absorbing(sycophantic) and not absorbing(truthful, sycophantic)",
    SAFE + "closed(truthful) and not closed(sycophantic) and not closed(truthful, sycophantic)",
    CYCLE + "not rationalizable_only(truthful) and not closed(truthful) and not unique(truthful)",
)
# A model that rules out a bad outcome has infinite divergence where that happens: looking refutes it.
LOOK: dict[str, Any] = {
    "format": 1,
    "name": "look",
    "parameters": {"p": "(0, 1)", "k": "(0, oo)"},
    "players": {
        "agent": {
            "actions": ["look", "skip"],
            "outcomes": ["good", "bad"],
            "truth": {"*": {"good": "1 - p", "bad": "p"}},
            "payoff": {"look": {"good": "k", "bad": 0}, "skip": {"good": 0, "bad": "k"}},
            "models": {
                "certain": {
                    "predicts": {"look": {"good": "1", "bad": "0"}, "skip": {"good": "1/3", "bad": "2/3"}},
                },
                "even": {"predicts": {"*": {"good": "1/2", "bad": "1/2"}}},
            },
        }
    },
}


def proved(game: Game, claim: str) -> tuple[Question, Proved]:
    question = question_of(game, claim)
    answer = decide(question)
    assert isinstance(answer, Proved), answer
    return question, answer


@pytest.mark.needs("coqc")
def test_every_predicate_and_its_negation_has_a_coq_proof() -> None:
    trap, look = load_game(HERE.parent / "examples" / "sycophancy.toml"), Game.from_dict(LOOK)
    claims = [(trap, claim) for claim in TRAP_CLAIMS]
    claims += [(look, "equilibrium(look) and not unique(look) and rationalizable_only(look, skip)")]
    text = game_batch({f"claim_{number}": proved(*entry) for number, entry in enumerate(claims)})
    assert "impossible_1_1" in text
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    assert len(verdict.theorems) == len(claims)


@pytest.mark.needs("coqc")
def test_independence_is_a_theorem_about_two_values_of_the_parameter() -> None:
    """C4 in small: scaling the reward leaves equilibria with their beliefs, and Gamma of every set, as they are."""
    bet = Game.from_dict(
        {
            "format": 1,
            "name": "bet",
            "parameters": {"p": "(0, 1)", "k": "(0, oo)"},
            "players": {
                "agent": {
                    "actions": ["bet", "pass"],
                    "outcomes": ["win", "lose"],
                    "truth": {"*": {"win": "p", "lose": "1 - p"}},
                    "payoff": {"bet": {"win": "k", "lose": "-k"}, "pass": {"win": 0, "lose": 0}},
                    "models": {"hopeful": {"predicts": {"*": {"win": "2/3", "lose": "1/3"}}}},
                }
            },
        }
    )
    text = game_file(*proved(bet, "independent_of(k) and unique(bet)"))
    assert "forall k_other : R" in text
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    wrong = text.replace("Definition G_1_1 : R := k.", "Definition G_1_1 : R := k - 1.")
    assert wrong != text
    assert not check_coq(wrong).accepted


@pytest.mark.needs("coqc")
def test_a_scale_of_all_payoffs_is_one_without_cases() -> None:
    """C4: the lemma on scales settles the whole structure for all environments and models, in a short file."""
    game = load_game(HERE.parent / "examples" / "traps" / "sycophancy.toml")
    claim = "b < 1/2 => independent_of(r) and (p > q or independent_of(r))"
    question = question_of(game, claim)
    text = game_file(question, Proved({}, 1, Node((), Holds(()))))  # its cases are not looked at
    assert "destruct (Rtotal_order" not in text and "forall r_other : R" in text
    verdict = check_coq(text)
    assert verdict.accepted, verdict.message
    for entry in ("b * r + r", "b * r + d * r"):
        wrong = text.replace(f":= {entry}.", f":= {entry} + p.")
        assert wrong != text
        assert not check_coq(wrong).accepted


@pytest.mark.parametrize("name", ["b", "d", "h", "p", "w"])
def test_other_parameters_are_no_scales(name: str) -> None:
    """Nor is one that may be negative, although every payoff is a multiple of it."""
    game = load_game(HERE.parent / "examples" / "traps" / "sycophancy.toml")
    if name == "w":
        document = deepcopy(LOOK)
        document["parameters"]["w"] = "(-1, 1)"
        document["players"]["agent"]["payoff"] = {"look": {"good": "w", "bad": 0}, "skip": {"good": 0, "bad": "w"}}
        game = Game.from_dict(document)
    assert not ScalingWriter(question_of(game, f"independent_of({name})")).settles()


@pytest.mark.needs("coqc")
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


@pytest.mark.needs("coqc")
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
        "Hypothesis f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Variable f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Conjecture f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Module Type T.\nParameter f : False.\nEnd T.\nModule F (X : T).\n"
        "Theorem a : 1 = 2.\ndestruct X.f.\nQed.\nEnd F.",
        "Module Classical_Prop.\nAxiom classic : False.\nEnd Classical_Prop.\n"  # the name of an allowed axiom
        "Theorem a : 1 = 2.\ndestruct Classical_Prop.classic.\nQed.",
        'Definition s := "(*"%string.\nModule Classical_Prop.\nAxiom classic : False.\nEnd Classical_Prop.\n'
        "Theorem a : 1 = 2.\ndestruct Classical_Prop.classic.\nQed.",
        "Theorem a : True.\nexact I.\nQed.",
        "Theorem a : forall x : nat, x = x.\nreflexivity.\nQed.",
        "Theorem a : False -> 1 = 2.\nintros [].\nQed.",
        'Redirect "out" Print nat.\nTheorem a : forall x : nat, x = 0 \\/ x <> 0.\ndestruct x; auto.\nQed.',
        'Declare ML Module "other".\nTheorem a : forall x : nat, x = 0 \\/ x <> 0.\ndestruct x; auto.\nQed.',
        "Unset Guard Checking.\nFixpoint f (n : nat) : False := f n.\nTheorem a : 1 = 2.\ndestruct (f 0).\nQed.",
    ],
)
def test_what_proves_nothing_is_rejected(text: str) -> None:
    assert not check_coq(text).accepted


@pytest.mark.needs("coqc")
def test_real_numbers_are_allowed() -> None:
    verdict = check_coq(f"{REALS}Theorem square : forall x : R, 0 <= x * x.\nProof. intro x. nra. Qed.\n")
    assert verdict.accepted, verdict.message
    assert verdict.theorems == ("square",)


def test_theorems_in_modules_are_found() -> None:
    text = "Module A.\nTheorem x : 1 = 1. Qed.\nEnd A.\n(* Theorem no : True. *)\nTheorem y : 1 = 1. Qed.\n"
    assert outline(text).theorems == ("A.x", "y")
