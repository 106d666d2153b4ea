"""Coq files written to deceive: what no file written here has is refused, and coqc is not believed blindly.

The first defence is the list of allowed sentences; the tests of the second, with coqc, leave the first out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from berknash.cli import main
from berknash.proofs.coq import checking
from berknash.proofs.coq.checking import NOT_WRITTEN_HERE, CoqMissingError, check_coq, check_file
from berknash.proofs.coq.prelude import PRELUDE, SERIES
from berknash.proofs.coq.sentences import ForeignSentenceError, Outline, outline

REALS = "Require Import Reals Lra.\nOpen Scope R_scope.\n"
LIE = "Theorem a : 1 = 2.\nProof. lra. Qed.\n"
TRUE = "Theorem a : forall x : R, 0 <= x * x.\nProof. intro x. nra. Qed.\n"
COMMANDS = """\
Axiom f : False.|Axioms f g : False.|Parameter f : False.|Parameters f : False.|Conjecture f : False.
Local Axiom f : False.|Global Axiom f : False.|Polymorphic Axiom f : False.|#[local] Axiom f : False.
#[global] Axiom f : False.|#[universes(polymorphic)] Definition f := 1.|#[using="x", local] Definition f := 1.
#[program] Definition f := 1.|#[bypass_check(guard)] Fixpoint f (n : nat) : False := f n.
#[bypass_check(universes)] Definition f := 1.|#[bypass_check(positivity)] Inductive f : Prop := c : (f -> False) -> f.
Unset Guard Checking.|Unset Universe Checking.|Unset Positivity Checking.|Set Universe Polymorphism.
Set Printing All.|Set Warnings "none".|Set Definitional UIP.|Set Impredicative Set.|Set Nested Proofs Allowed.
Unset Printing Notations.|Global Unset Guard Checking.|Local Set Primitive Projections.|Test Universe Checking.
Notation "( 'tt' , x )" := tt.|Notation tt := I.|Infix ">" := Rlt.|Reserved Notation "x > y".
Local Notation R := nat.|Notation R := nat.|Tactic Notation "lra" := idtac.|Delimit Scope nat_scope with R.
Close Scope R_scope.|Open Scope nat_scope.|Local Open Scope R_scope.|Bind Scope nat_scope with R.
Coercion INR : nat >-> R.|Canonical Structure f := 1.|Existing Instance f.|Instance f : 1 = 1 := eq_refl.
Class f := g : False.|Context (f : False).|Section S. Context (f : False). End S.|Hint Resolve f.|Opaque ln.
Transparent ln.|Strategy opaque [ln].|Arguments ln x.|Implicit Types x : nat.|Generalizable All Variables.
Module M. Axiom f : False. End M. Import M.|Import Rdefinitions.|Export Reals.|Include Reals.
Module Type T. Parameter f : False. End T.|Module F (X : T). End F.|Module M := Reals.|Module M : T. End M.
Module Import M. End M.|Module Export M. End M.|Section S.|Module M.|End S.|Section S. End T.
Require Import Classical.|Require Export Reals.|Require Reals.|From Coq Require Import Reals.|Require Import theorem.
Require Import Ltac2.|Require Import Coq.Compat.AdmitAxiom.|Load "other".|Load other.|Declare ML Module "other".
Add LoadPath ".".|Add Rec LoadPath "/".|Add ML Path "/".|Cd "/".|Cd.|Pwd.|Drop.|Quit.|Abort.|Goal 1 = 2.
Redirect "out" Print nat.|Print Universes "out".|Print Universes Subgraph (Set) "out".|Print nat.|Check nat.
Extraction "out" nat.|Recursive Extraction nat.|Extraction Library Reals.|Separate Extraction nat.
Compute 1.|Eval cbv in 1.|Search nat.|About nat.|Locate nat.|Show.|Undo.|Restart.|Reset a.|Back 1.|Inspect 1.
Time Definition f := 1.|Timeout 1 Definition f := 1.|Fail Definition f := 2.|Fail|Succeed Definition f := 1.
Print Assumptions a.|Ltac lie := idtac.|Ltac lie := idtac "Axioms:".|Ltac2 lie () := ().|Local Ltac lie := idtac.
Fixpoint f (n : nat) : False := f n.|CoFixpoint f : False := f.|Inductive f : Prop := c : (f -> False) -> f.
Variant f := c.|Record f := { c : False }.|Structure f := { c : False }.|Let f := 1.|Example f : 1 = 1.
Definition f : False.|Program Definition f := 1.|Remark f : False.|Fact f : False.|Proposition f : False.
Lemma f := I.|Theorem f : 1 = 2 := I.|Variable f : R.|Variables f : R.|Hypothesis f : 0 < 1.
Section S. Variable f : False. End S.|Section S. Variables f : nat. End S.|Section S. Variable f : Prop. End S.
Section S. Hypothesis cheat : forall P : Prop, P. End S.|Section S. Hypothesis f : False. End S.
Section S. Hypothesis f : exists x, x < 0. End S.|Section S. Hypothesis f : y < 0. End S.
Section S. Let f := 1. End S.|Scheme f := Induction for nat Sort Prop.|Register nat as f.|Primitive f := 1.
Symbol f : nat.|Rewrite Rule f := 1.|Comments f.|Definition f := Type.|Definition f : Set := nat.
Definition f (x : Type) := x.|Obligation Tactic := idtac.|Create HintDb f.|Derive f SuchThat (f = 1) As g.
Universe u.|Constraint Set < u.|Functional Scheme f := Induction for g Sort Prop.|Save f.|Qed.|Admitted.|Defined.
Theorem f : 1 = 1. Admitted.|Theorem f : 1 = 1. Proof. admit. Admitted.|Theorem f : 1 = 1. reflexivity. Defined.
Theorem f : 1 = 1. Proof using f. Qed.|Theorem f : 1 = 1. Proof I.|Theorem f : 1 = 1. Proof with auto. Qed.
Theorem f : 1 = 1. Proof. Abort.|Theorem f : 1 = 1. Proof. { Axiom g : False. } Qed.|Theorem f : 1 = 1. Proof.
Theorem f : 1 = 1. - Axiom g : False. Qed.|Theorem f : 1 = 1. all: Axiom g : False. Qed.|lra.
Theorem f : 1 = 1. 1: Axiom g : False. Qed.|Theorem f : 1 = 1. Proof. Proof. Qed.|Theorem f : 1 = 1. Save f.
Theorem f : 1 = 1. native_compute. Qed.|Theorem f : 1 = 1. idtac "Closed under the global context". Qed.
Theorem f : 1 = 1. Proof. Fail lra. Qed.|Theorem f : 1 = 1. Unset Guard Checking. Qed.|Theorem f : 1 = 1. Show. Qed.
Definition f := 1.. Axiom g : False.|Definition f := 1.(* *) Axiom g : False.|Definition f := 1
(* (* *) Axiom f : False. (* *) *)|(* " *) Axiom f : False. (* " *)|Definition s := "(*". Axiom f : False. (* " *)
(* open|(* one (* two *)|Definition f := "x".|#[using="a"] Axiom f : False.|#[using="a"] Theorem f : 1 = 1. Qed.
Definition \u211d := R.|Theorem \u0430 : 1 = 1. Qed.|Definition f :=\u00a01.|Definition f := 1.\r|Definition f :=\x0c1.
Definition f := 1.\x00|Definition f := \x1b[2J1.|Theorem f\u200b : 1 = 1. Qed.
"""
ATTACKS = [attack for line in COMMANDS.strip("\n").split("\n") for attack in line.split("|")]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sentence_that_no_file_written_here_has_is_refused(attack: str) -> None:
    """Before or after a theorem, alone or between others; coqc is not asked."""
    for text in (f"{REALS}{TRUE}{attack}\n", f"{REALS}{attack}\n{TRUE}", f"{PRELUDE}{SERIES}{attack}\n{TRUE}"):
        verdict = check_coq(text)
        assert not verdict.accepted
        assert verdict.message.startswith(NOT_WRITTEN_HERE)
        assert verdict.message.isprintable() and verdict.message.isascii()


def test_the_attacks_are_many_and_what_they_are_put_into_is_not_refused() -> None:
    assert len(set(ATTACKS)) > 200
    for text in (REALS + TRUE, PRELUDE + SERIES + TRUE):
        assert outline(text).theorems == ("a",)


WRITTEN = """\
Module M. Section Game. Variables p q : R. Hypothesis H : 0 < p + ln q.
(* action 1 is caf\u00e9; it's (one) *)
#[using="p q"] Definition f (x : R) : R := p * x.
Definition g : Prop := forall a b : R, a = b /\\ ~ f a < 2.
Lemma b : 0 < p + ln q.
Proof using All.
  assert (X : 0 < 1).
  { lra. }
  - exact H.
  all: first [lra | idtac]. }
Qed.
Corollary c (x : R) : x = x. reflexivity. Qed.
Theorem d : x.y = 1. Qed.
End Game. End M. Theorem e : 1 = 1. Proof. reflexivity. Qed.
"""


def test_sentences_that_are_written_here_are_read_with_their_places() -> None:
    found = outline(PRELUDE + SERIES + WRITTEN)
    assert found.theorems == ("M.c", "M.d", "e")
    assert {"f", "g", "b", "c", "d", "e", "area", "series_above"} <= set(found.names)
    assert "M" not in found.names
    with pytest.raises(ForeignSentenceError, match="line 15: Axiom"):
        outline(WRITTEN + "Axiom f : False.\n")


def test_one_character_more_or_less_hides_no_command() -> None:
    """Whatever single character is put in or left out, an axiom in the text is seen."""
    text = "Definition f := 1. (* a *) Axiom g : False. Theorem e : 1 = 1. Proof. exact I. Qed.\n"
    for place in range(len(text) + 1):
        for character in "\n .\"'(*)#[]{}-:=\\A1":
            for changed in (text[:place] + character + text[place:], text[:place] + character + text[place + 1 :]):
                before, axiom, after = changed.partition("Axiom g")
                try:
                    outline(changed)
                except ForeignSentenceError:
                    continue
                # What is accepted has the axiom in a comment that was made longer, or in the middle of a sentence.
                in_comment = before.rfind("(*") > before.rfind("*)") and "*)" in after
                last = re.sub(r"\(\*.*?\*\)", " ", before).rstrip(" \n")
                assert not axiom or in_comment or not last.endswith("."), changed


def test_long_files_are_read_in_time_or_refused() -> None:
    many = "".join(f"Definition x_{k} : R := {k}.\n" for k in range(20_000)) + TRUE
    assert len(outline(many).names) == 20_001
    assert "characters" in check_coq(" " * (checking.MOST_BYTES + 1)).message
    assert not check_coq("(*" * 200_000).accepted
    assert not check_coq("{" * 200_000 + ". ").accepted


def test_without_coqc_the_message_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checking.shutil, "which", lambda name: None)
    with pytest.raises(CoqMissingError, match="coqc is not installed"):
        check_coq(REALS + TRUE)
    path = tmp_path / "theorem.v"
    path.write_text(REALS + TRUE, encoding="utf-8")
    assert main(["check", str(path)]) == 2
    assert "coqc is not installed" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"Axiom f : False.", b"", b"\x1b[2J", None])
def test_the_command_answers_in_one_line(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x\ny.v"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    unreadable = content is None or content.startswith(b"\xff")
    assert main(["check", str(path)]) == (2 if unreadable else 1)
    written = capsys.readouterr()
    assert written.out == ""
    assert len(written.err.splitlines()) == 1 and written.err.strip().isprintable()


@pytest.mark.needs("coqc")
def test_the_statements_are_printed_as_coq_reads_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verdict = check_coq(REALS + TRUE)
    assert verdict.accepted, verdict.message
    assert verdict.statements == ("forall x : R, 0 <= x * x",)
    path = tmp_path / "theorem.v"
    section = "Section S. Variables p : R. Hypothesis H : 1 < p.\nTheorem b : 0 < p.\nProof. lra. Qed. End S.\n"
    path.write_text(REALS + section, encoding="utf-8")
    assert check_file(str(path)) == 0
    assert "b: forall p : R, 1 < p -> 0 < p" in capsys.readouterr().out


@pytest.mark.needs("coqc")
@pytest.mark.parametrize("name", ["R", "Rlt", "ln"])
def test_names_of_the_library_keep_their_meaning(name: str) -> None:
    plain = "Theorem a : 0 < 1.\nProof. lra. Qed.\n"
    taken = f"Lemma {name} : 0 < 1.\nProof. lra. Qed.\n"
    for text in (f"{taken}{plain}", f"Module M. {taken}{plain} End M.\n"):
        verdict = check_coq(REALS + text)
        assert not verdict.accepted
        assert f"{name} is a name of the standard library" in verdict.message


@pytest.mark.needs("coqc")
@pytest.mark.parametrize(
    "text",
    [
        "Theorem a : 1 = 2.\nAdmitted.\nFail",
        "Theorem a : 1 = 2.\nAdmitted.\n",
        "Axiom f : False.\nTheorem a : 1 = 2.\ndestruct f.\nQed.",
        "Theorem a : 1 = 2.\nAdmitted.\nNotation \"( 'tt' , x )\" := tt.",
        "Theorem a : 1 = 2.\nAdmitted.\nModule M. Theorem a : 1 = 1. reflexivity. Qed. End M.\nImport M.",
        "Module Classical_Prop. Axiom classic : False. End Classical_Prop.\n"
        "Theorem a : 1 = 2.\ndestruct Classical_Prop.classic.\nQed.",
        "Module Coq. Module Logic. Module Classical_Prop.\nAxiom classic : False.\n"
        "End Classical_Prop. End Logic. End Coq.\nTheorem a : 1 = 2.\ndestruct Coq.Logic.Classical_Prop.classic.\nQed.",
        "Unset Guard Checking.\nFixpoint f (n : nat) : False := f n.\nTheorem a : 1 = 2.\ndestruct (f 0).\nQed.",
        "Unset Universe Checking.\nDefinition f : Type := let T := Type in (T : T).\n"
        "Theorem a : f = f.\nreflexivity.\nQed.",
        "Section S. Hypothesis cheat : forall P : Prop, P.\nTheorem a : True.\nexact I.\nQed. End S.",
    ],
)
def test_what_coq_says_is_enough_without_the_list(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second file alone sees axioms, under whatever name, and switches that were off."""
    monkeypatch.setattr(checking, "outline", lambda text: Outline(("a",), ()))
    monkeypatch.setattr(checking, "entries_of", lambda text: ())
    assert not check_coq(text).accepted


@pytest.mark.needs("coqc")
def test_long_computations_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SECONDS", 4)
    verdict = check_coq(
        "Require Import ZArith.\nTheorem a : 2 ^ 2 ^ 2 ^ 2 ^ 2 ^ 2 = O.\nProof. vm_compute. reflexivity. Qed.\n"
    )
    assert not verdict.accepted
    assert "notation" not in verdict.message


@pytest.mark.needs("coqc")
def test_configuration_of_the_user_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither a coqrc, nor a project file, nor a library of the user's own in place of the standard one."""
    (tmp_path / "_CoqProject").write_text("-noinit\n", encoding="utf-8")
    (tmp_path / ".coqrc").write_text("Axiom f : False.\n", encoding="utf-8")
    (tmp_path / "Reals.v").write_text("Axiom f : False.\n", encoding="utf-8")
    for name in ("HOME", "COQPATH", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("COQLIB", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    verdict = check_coq(REALS + TRUE)
    assert verdict.accepted, verdict.message
