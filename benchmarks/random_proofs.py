"""Proofs of true claims about random games: run with ``python benchmarks/random_proofs.py [--games N] [--seed S]``.

Each game has two actions, chances of success p and q, and three models whose predictions are ugly rational numbers.
Five claims that hold on the whole domain are drawn for each: one that follows from the meaning of its words, two that
speak of the structure alone, two under hypotheses about the parameters with random bounds. Whether a claim is true is
asked of the exact cells, which are not what is measured. Without a seed a new one is drawn, and printed. Times are of
the processor. Printed are the shares decided and proved with a certificate, the times, and what has no certificate.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from random import Random, SystemRandom
from statistics import median

from berknash.proofs.claims.claim_proofs import prove_claim
from berknash.proofs.claims.on_cells import claim_on_cells
from berknash.symbolic.game.game import Game

WORDS = (
    "strict({a}) => rationalizable({a})",
    "strict({a}) => equilibrium({a})",
    "unique({a}) => equilibrium({a})",
    "equilibrium({a}) => rationalizable({a})",
    "rationalizable(a0) or rationalizable(a1)",
)
STRUCTURE = (
    "unique({a}) => strict({a})",
    "not (strict(a0) and strict(a1))",
    "rationalizable_only({a}) => unique({a})",
    "not rationalizable({a}) => unique({b})",
    "equilibrium(a0) or equilibrium(a1) or equilibrium_support(a0, a1)",
    "cycle(a0, a1) => not strict({a})",
    "cycle(a0, a1) => equilibrium_support(a0, a1)",
    "strict(a0) and strict(a1) => equilibrium_support(a0, a1)",
    "unique_support(a0, a1) => closed(a0, a1)",
    "absorbing(a0, a1) => not equilibrium({a})",
)
UNDER = ("p {r} {x}", "q {r} {x}", "p {r} {x} and q {s} {y}", "p {r} q", "p + q {r} {z}")
THEN = (
    "equilibrium({a})",
    "strict({a})",
    "unique({a})",
    "not equilibrium({a})",
    "rationalizable({a})",
    "not strict({a})",
    "rationalizable_only({a})",
    "equilibrium(a0) or equilibrium(a1)",
    "not cycle(a0, a1)",
    "not equilibrium_support(a0, a1)",
)
TRIES = 60


def random_game(source: Random) -> Game:
    """Two actions with chances p and q, three models with ugly rational predictions."""

    def row(good: str) -> dict[str, str]:
        return {"good": good, "bad": f"1 - ({good})"}

    def chances() -> dict[str, str]:
        whole = source.randint(5, 40)
        return row(f"{source.randint(1, whole - 1)}/{whole}")

    models = {f"m{k}": {"predicts": {a: chances() for a in ("a0", "a1")}} for k in range(3)}
    agent = {
        "actions": ["a0", "a1"],
        "outcomes": ["good", "bad"],
        "truth": {"a0": row("p"), "a1": row("q")},
        "payoff": {a: {"good": source.randint(5, 12), "bad": source.randint(-4, 3)} for a in ("a0", "a1")},
        "models": models,
    }
    parameters = {"p": "(0, 1)", "q": "(0, 1)"}
    return Game.from_dict({"format": 1, "name": "strangers", "parameters": parameters, "players": {"agent": agent}})


def claims(source: Random) -> Iterator[tuple[str, ...]]:
    """Kinds of claims, each a supply of claims to choose a true one from."""

    def filled(text: str) -> str:
        a, b = source.sample(("a0", "a1"), 2)
        r, s = (source.choice((">", "<", ">=", "<=")) for _ in range(2))
        x, y = (f"{source.randint(1, 19)}/20" for _ in range(2))
        return text.format(a=a, b=b, r=r, s=s, x=x, y=y, z=f"{source.randint(2, 38)}/20")

    yield tuple(filled(source.choice(WORDS)) for _ in range(TRIES))
    for _ in range(2):
        yield tuple(filled(source.choice(STRUCTURE)) for _ in range(TRIES))
    for _ in range(2):
        yield tuple(filled(f"{source.choice(UNDER)} => {source.choice(THEN)}") for _ in range(TRIES))


def true_claims(game: Game, source: Random) -> list[str]:
    """Five claims that hold on every cell, none with hypotheses that hold nowhere."""
    chosen: list[str] = []
    for supply in claims(source):
        for claim in supply:
            values = [cell.value for cell in claim_on_cells(game, claim).cells] if claim not in chosen else []
            if values and all(true for true, _ in values) and any(supposed for _, supposed in values):
                chosen.append(claim)
                break
    return chosen


def main() -> int:
    """The benchmark; 1 if a true claim is refuted or left open."""
    parser = argparse.ArgumentParser(description="proofs of true claims about random games")
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = SystemRandom().randrange(10**6) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    times: list[float] = []
    decided = certified = 0
    for number in range(arguments.games):
        source = Random(f"{seed} {number}")
        game = random_game(source)
        for claim in true_claims(game, source):
            start = time.process_time()
            verdict = prove_claim(game, claim)
            times.append(time.process_time() - start)
            right = verdict.status in ("proved", "vacuous")
            decided += right
            certified += verdict.certificate is not None
            if not right or verdict.certificate is None:
                print(f"{times[-1]:8.2f} s  game {number}, {claim}: {verdict.status} {verdict.reason}", flush=True)
    many = len(times)
    print(
        f"{arguments.games} games, {many} true claims: {decided / many:.1%} decided, {certified / many:.1%} with "
        f"certificate; median {median(times):.2f} s, worst {max(times):.2f} s, all {sum(times):.0f} s"
    )
    return 0 if decided == many else 1


if __name__ == "__main__":
    sys.exit(main())
