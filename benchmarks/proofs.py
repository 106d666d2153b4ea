"""Times of proof search, checking and Coq: run with ``python benchmarks/proofs.py [--no-coq]``.

Prints one line for each statement of the catalogue, with medians and maxima; then every phase and stratum of the
canonical trap with symbolic p, q, h, l, and three claims about deception and rewards (theory of Berk-Nash equilibrium:
Esponda & Pouzo 2016, 2025; the claims: Xu et al. 2026, arXiv:2602.17676), each proved, accepted by the checker and,
all of one game in a file, by coqc. Times are of the processor, so that a busy machine does not matter.
"""

from __future__ import annotations

import resource
import shutil
import sys
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from berknash.proofs.check import check
from berknash.proofs.claims.conjectures import phase_theorem
from berknash.proofs.claims.prove import question_of
from berknash.proofs.coq.checking import check_coq
from berknash.proofs.coq.games import game_batch
from berknash.proofs.search.prover import Disproved, Proved, Question, decide
from berknash.proofs.search.statements import decide_statement
from berknash.symbolic.game.game import Game, load_game
from berknash.symbolic.solving.phases import phases

HERE = Path(__file__).parent.parent
CATALOGUE = HERE / "tests" / "sign_statements.toml"
CLAIMS = (
    ("deception_locked_in", "c < 3 => strict(deceive) and unique(deceive)"),
    ("deception_indeterminacy", "w > -3/5 and w < 3/5 => rationalizable(honest) and rationalizable(deceive)"),
)


def statements() -> int:
    """Decide every statement of the catalogue; the number that is decided wrongly or not at all."""
    entries = tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["statement"]
    times: dict[bool, list[float]] = {True: [], False: []}
    checks: list[float] = []
    wrong = 0
    decide_statement({"x": "(0, 1)"}, [], "x < 2")  # imports are not what is measured
    for entry in entries:
        start = time.process_time()
        answer = decide_statement(entry["parameters"], entry["hypotheses"], entry["claim"])
        spent = time.process_time() - start
        times[entry["truth"]].append(spent)
        if isinstance(answer, Proved):
            checks.append(checked(answer))
        right = isinstance(answer, Proved if entry["truth"] else Disproved)
        wrong += not right
        detail = getattr(answer, "reason", "")
        mark = "" if right else "WRONG "
        print(f"{spent:8.3f} s  {mark}{entry['name']}  {type(answer).__name__} {detail}", flush=True)
    for truth, values in times.items():
        print(f"{'true' if truth else 'false'}: {len(values)}, median {median(values):.3f} s, most {max(values):.3f} s")
    print(f"checker: median {median(checks):.4f} s, most {max(checks):.4f} s; wrong or undecided: {wrong}")
    return wrong


def checked(answer: Proved) -> float:
    """The seconds in which the checker accepts the certificate."""
    start = time.process_time()
    check(answer.certificate)
    return time.process_time() - start


def theorems(title: str, claims: Mapping[str, tuple[Game, str]], coq: bool) -> int:
    """Prove claims about games, check their certificates, and all of them in one Coq file; the number that fails."""
    proved: dict[str, tuple[Question, Proved]] = {}
    failures = 0
    for name, (game, claim) in claims.items():
        start = time.process_time()
        question = question_of(game, claim)
        answer = decide(question)
        spent = time.process_time() - start
        if not isinstance(answer, Proved):
            failures += 1
            print(f"{spent:8.3f} s  WRONG {title} {name}  {answer}")
            continue
        proved[name] = (question, answer)
        print(
            f"{spent:8.3f} s  {title} {name}: proved; checker {checked(answer):.4f} s, {answer.ends} cases", flush=True
        )
    if coq:
        text = game_batch(proved)
        start = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        verdict = check_coq(text)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - start
        failures += not verdict.accepted
        outcome = f"accepts {len(verdict.theorems)} theorems" if verdict.accepted else f"REJECTS: {verdict.message}"
        print(f"{spent:8.3f} s  {title}: coqc {outcome}, {len(text):,} characters", flush=True)
    return failures


def main() -> int:
    """Everything; 1 if something is wrong or undecided."""
    coq = "--no-coq" not in sys.argv and shutil.which("coqc") is not None
    wrong = statements()
    trap = load_game(HERE / "examples" / "sycophancy.toml")
    diagram = phases(trap)
    pieces = [("phase", piece) for piece in diagram.phases] + [("stratum", piece) for piece in diagram.strata]
    phase_claims = {
        f"{kind}_{piece.name}": (trap, str(phase_theorem(piece, trap))) for kind, piece in pieces
    }
    wrong += theorems("trap", phase_claims, coq)
    claims = {name: (load_game(HERE / "examples" / f"{name}.toml"), claim) for name, claim in CLAIMS}
    scaled = trap.to_toml().replace('approve = "1", reject = "0"', 'approve = "k", reject = "0"')
    claims["scaled_rewards"] = (
        Game.from_toml(scaled.replace("[parameters]", '[parameters]\nk = "(0, oo)"')),
        "independent_of(k)",
    )
    wrong += theorems("claim", claims, coq)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
