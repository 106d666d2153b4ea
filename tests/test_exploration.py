"""Ranked claims: what holds everywhere is proved, what is said to fail fails at the point given."""

from __future__ import annotations

from pathlib import Path

import pytest

import berknash as bn
from berknash.proofs.check import check
from berknash.proofs.claims.exploration import EVERYWHERE, EXCEPT_BOUNDARIES, NEAR_MISS
from berknash.proofs.search.prover import Limits

RANKS = [EVERYWHERE, EXCEPT_BOUNDARIES, NEAR_MISS]
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.mark.parametrize(
    ("name", "over", "at"),
    [("sycophancy", ["p", "q"], {"h": "4/5", "l": "1/5"}), ("three_cycle", None, {}), ("hallucination", None, {})],
)
def test_ranks_agree_with_when_and_with_the_counterexamples(
    name: str, over: list[str] | None, at: dict[str, str]
) -> None:
    game = bn.load(str(EXAMPLES / f"{name}.toml"))
    found = [c for c in bn.conjectures(game, over, at, prove=False) if c.holds in RANKS]
    assert found
    assert [c.holds for c in found] == sorted((c.holds for c in found), key=RANKS.index)
    fixed = game.at(at) if at else game
    free = [p.name for p in fixed.parameters]
    for conjecture in found[:12]:
        assert (str(bn.when(fixed, conjecture.claim)) == "always") == (conjecture.holds == EVERYWHERE)
        for _, sample in conjecture.fails_at:
            values = dict(sample)
            if set(values) == set(free) and not any("log" in v or "~" in v or "sqrt" in v for v in values.values()):
                assert str(bn.when(fixed, conjecture.claim, values)) == "never"


def test_phases_are_theorems_and_every_statement_has_a_certificate() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    at = {"h": "4/5", "l": "1/5"}
    found = bn.conjectures(game, ["p", "q"], at)
    diagram = bn.phases(game, ["p", "q"], at)
    pieces = [*(f"phase {p.name}" for p in diagram.phases), *(f"stratum {p.name}" for p in diagram.strata)]
    assert [c.holds for c in found[: len(pieces)]] == pieces
    for conjecture in found:
        assert conjecture.verdict is not None
        assert conjecture.verdict.status == "proved"
        assert conjecture.verdict.certificate is not None
        assert check(conjecture.verdict.certificate) == conjecture.verdict.proof[1].ends  # type: ignore[index]
        if conjecture.fails_at:
            assert conjecture.statement.startswith("not ")
            assert str(bn.when(game.at(at), conjecture.claim)) != "always"


def test_limits_leave_a_statement_without_certificate_and_say_so() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    found = bn.conjectures(game, ["p", "q"], {"h": "4/5", "l": "1/5"}, limits=Limits(nodes=2))
    verdicts = [c.verdict for c in found if c.verdict is not None]
    assert {verdict.status for verdict in verdicts} == {"proved"}
    bare = [verdict for verdict in verdicts if verdict.certificate is None]
    assert bare and all("no certificate: the search stopped at its limit of 1 cases" in v.reason for v in bare)


def test_the_trap_has_no_pure_equilibrium_in_one_phase_only() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    found = bn.conjectures(game, ["p", "q"], {"h": "4/5", "l": "1/5"}, prove=False)
    misses = [c.claim for c in found if c.holds == NEAR_MISS]
    assert "not cycle(truthful, sycophantic)" in misses
    assert all(c.fails_at for c in found if c.holds in (EXCEPT_BOUNDARIES, NEAR_MISS))
