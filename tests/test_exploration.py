"""Ranked claims: what holds everywhere is proved, what is said to fail fails at the point given."""

from __future__ import annotations

from pathlib import Path

import pytest

import berknash as bn
from berknash.proofs.exploration import EVERYWHERE, EXCEPT_BOUNDARIES, NEAR_MISS

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


@pytest.mark.parametrize(
    ("name", "over", "at"),
    [("sycophancy", ["p", "q"], {"h": "4/5", "l": "1/5"}), ("three_cycle", None, {}), ("hallucination", None, {})],
)
def test_ranks_agree_with_when_and_with_the_counterexamples(
    name: str, over: list[str] | None, at: dict[str, str]
) -> None:
    game = bn.load(str(EXAMPLES / f"{name}.toml"))
    found = bn.conjectures(game, over, at)
    assert found
    assert [c.holds for c in found] == sorted(
        (c.holds for c in found), key=[EVERYWHERE, EXCEPT_BOUNDARIES, NEAR_MISS].index
    )
    fixed = game.at(at) if at else game
    free = [p.name for p in fixed.parameters]
    for conjecture in found[:12]:
        assert (str(bn.when(fixed, conjecture.claim)) == "always") == (conjecture.holds == EVERYWHERE)
        for _, sample in conjecture.fails_at:
            values = dict(sample)
            if set(values) == set(free) and not any("log" in v or "~" in v or "sqrt" in v for v in values.values()):
                assert str(bn.when(fixed, conjecture.claim, values)) == "never"


def test_the_trap_has_no_pure_equilibrium_in_one_phase_only() -> None:
    game = bn.load(str(EXAMPLES / "sycophancy.toml"))
    found = bn.conjectures(game, ["p", "q"], {"h": "4/5", "l": "1/5"})
    misses = [c.claim for c in found if c.holds == NEAR_MISS]
    assert "not cycle(truthful, sycophantic)" in misses
    assert all(c.fails_at for c in found if c.holds != EVERYWHERE)
