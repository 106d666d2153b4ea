"""The definitions of a checked Coq file are those that are written here: another meaning under a known name is seen."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from test_proofs_coq import LOOK, SAFE, TRAP_CLAIMS, proved

from berknash.proofs.claims.prove import question_of
from berknash.proofs.coq.checking import NOT_WRITTEN_HERE, check_coq, check_file
from berknash.proofs.coq.games import game_batch, game_file
from berknash.proofs.coq.regenerated import entries_of
from berknash.proofs.coq.sentences import ForeignSentenceError, sentences
from berknash.proofs.search.facts import Holds, Node
from berknash.proofs.search.prover import Proved
from berknash.symbolic.game.game import Game, load_game

EXAMPLES = Path(__file__).parent.parent / "examples"
ENTRY = re.compile(r"Definition [QGP](?:_[0-9]+){2,3} : R := ")


@cache
def safe() -> str:
    """The file of a claim that speaks of equilibria."""
    return game_file(*proved(load_game(EXAMPLES / "sycophancy.toml"), SAFE + "unique(truthful)"))


@cache
def scale() -> str:
    """The file of a claim that speaks of independence, written without cases."""
    game = load_game(EXAMPLES / "traps" / "sycophancy.toml")
    claim = "b < 1/2 => independent_of(r) and (p > q or independent_of(r))"
    return game_file(question_of(game, claim), Proved({}, 1, Node((), Holds(()))))


@cache
def every() -> str:
    """Modules for predicates on sets, with a model that rules out what can happen."""
    trap, look = load_game(EXAMPLES / "sycophancy.toml"), Game.from_dict(LOOK)
    claims = [(trap, claim) for claim in TRAP_CLAIMS[3:]]
    claims += [(look, "equilibrium(look) and not unique(look) and rationalizable_only(look, skip)")]
    claims += [(look, "independent_of(k) or absorbing(look)")]
    return game_batch({f"claim_{number}": proved(*entry) for number, entry in enumerate(claims)})


def refused(text: str) -> str:
    """The message about the definitions of a text."""
    with pytest.raises(ForeignSentenceError) as caught:
        entries_of(text)
    return str(caught.value)


def test_what_is_written_is_what_is_compared() -> None:
    assert "Q_1_1 = p" in entries_of(safe()) and len(entries_of(safe())) == 16
    assert len(entries_of(every())) == 16 * 5 and "v_claim_0.Q_1_1 = p" in entries_of(every())
    assert any(entry.startswith("G_1_1 = ") for entry in entries_of(scale()))
    assert "possible_1_1" in every() and "Inductive reach" in every()


@pytest.mark.parametrize("written", [safe, scale, every])
def test_every_definition_but_an_entry_means_what_it_is_called(written: object) -> None:
    """Weakened, strengthened, left out or with another after it, each alone.

    Where a predicate of the claim is left out, coqc sees that it is missing.
    """
    assert callable(written)
    text = written()
    bare = [line for line in text.split("\n") if re.match(r'(?:#\[using="[^"]*"\] )?Definition ', line)]
    seen = 0
    for line in dict.fromkeys(bare):
        if "log_ratio" in line:
            continue
        head, body = line.removesuffix(".").split(" := ", 1)
        changes = [f"{line}\nDefinition other : R := 0.", *([] if "Definition claim_" in line else [""])]
        if not ENTRY.search(line):
            kind = "0" if ": R :=" in line else "True"
            changes += [f"{head} := {kind}.", f"{head} := ({body}).", line.replace(" : ", " (extra : R) : ", 1)]
            changes += [line.replace(a, b, 1) for a, b in ((" /\\ ", " \\/ "), ("<=", "<"), ("forall", "exists"))]
        else:
            changes += [f"{head} := let p := 1 in p.", f"{head} := K_1_1.", f"{head} := {body} : R."]
        for change in changes:
            if change != line:
                assert refused(text.replace(line, change, 1)), change
                seen += 1
    assert seen > 100


# Proofs after which the first theorem of the file is the last: what is stated is proved, and says nothing.
FORGED = {
    "0 <= 0": "unfold claim_unique_1. lra.",
    "(exists s1 s2 : R, strategy s1 s2 /\\ (0 < s1 /\\ s2 = 0))": (
        "unfold claim_unique_1, strategy. exists 1, 0. repeat split; lra."
    ),
}


@pytest.mark.parametrize("meaning", FORGED)
def test_a_theorem_about_another_notion_is_no_theorem_about_the_game(
    meaning: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = re.sub("(Definition claim_unique_1 : Prop := ).*", lambda match: f"{match[1]}{meaning}.", safe())
    start = text.index("Theorem main")
    text = f"{text[:start]}Theorem main : claim_unique_1.\nProof. {FORGED[meaning]} Qed.\nEnd Game.\n"
    path = tmp_path / "forged.v"
    path.write_text(text, encoding="utf-8")
    assert check_file(str(path)) == 1
    written = capsys.readouterr()
    assert "claim_unique_1 is defined otherwise" in written.err and NOT_WRITTEN_HERE in written.err
    assert written.out == ""


@pytest.mark.needs("coqc")
def test_the_entries_are_in_plain_sight(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "safe.v"
    path.write_text(safe(), encoding="utf-8")
    assert check_file(str(path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "    Q_1_2 = - p + 1" in lines and "    P_2_1_1 = l" in lines


def test_independence_is_from_what_the_theorem_assumes() -> None:
    """A premise that holds of the other value only where it is the value itself would make independence empty."""
    text = scale()
    definition = next(line for line in text.split("\n") if line.startswith("Definition claim_independent_of_"))
    head, binder, rest = definition.partition("forall r_other : R, ")
    assert rest
    for premise in ("r_other = r -> ", "r_other = 1 -> ", "False -> ", "r_other < 0 -> ", "0 < 0 -> ", "0 <= "):
        assert refused(text.replace(definition, f"{head}{binder}{premise}{rest}"))
    assert refused(text.replace(definition, f"{head}{binder}True."))
    premises = rest.split(" -> ")
    for place in range(len(premises) - 2):  # without the last one it is more that is to be proved
        fewer = " -> ".join(premises[:place] + premises[place + 1 :])
        assert refused(text.replace(definition, f"{head}{binder}{fewer}"))


def test_definitions_stand_where_they_are_written() -> None:
    """Not before a game, after it, in a section of another name, or around it; nor in the place of a bound."""
    game = safe()
    for text in (
        "Definition BNE : Prop := 0 <= 0.",
        "Module M. " * 3 + "End M. " * 3,
        "Section S.\n" * 20_000 + "End S.\n" * 20_000,
        f"{game}Definition other : Prop := BNE 1 0.",
        game.replace("Section Game", "Section Play").replace("End Game", "End Play"),
        game.replace("Definition fit_1", "Section Inner.\nDefinition fit_1").replace("End G", "End Inner.\nEnd G"),
        f"Module M.\nInductive reach (a b : nat) : Prop := | reach_one : edge a b -> reach a b.\n{game}End M.\n",
        re.sub(r"P_1_1_1\b", "P_1_1_999999999", game),
        re.sub(r"P_1_1_1\b", "P_1_1_9999999999999", game),
        game.replace("claim_unique_1", "claim_unique_3"),
        game.replace("claim_unique_1", "claim_unique"),
        game.replace("claim_unique_1", "claim_good_1"),
    ):
        assert text != game
        assert check_coq(f"{text}Theorem last : 0 <= 1.\nProof. lra. Qed.\n").message.startswith(NOT_WRITTEN_HERE)
    assert len(list(sentences(game))) > 50
