"""Misspecified 2 x 3 and 3 x 2 games, truth by the whole profile: the engine against a numerical search."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy
import pytest


def load_benchmark() -> ModuleType:
    path = Path(__file__).resolve().parent.parent / "benchmarks" / "misspecified.py"
    specification = importlib.util.spec_from_file_location("misspecified", path)
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


MISSPECIFIED = load_benchmark()


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_the_search_by_the_definition_finds_what_is_reported(seed: int) -> None:
    """Numbers of even seeds are of few values, so that divergences and payoffs tie; both shapes are drawn."""
    counts = MISSPECIFIED.compared(seed)
    assert counts["games"] == 1 and counts["found"] > 0 and counts["disagreements"] == 0


def test_the_search_rejects_what_is_no_equilibrium() -> None:
    """Pure play passes exactly where the search finds it, and somewhere it does not."""
    game = MISSPECIFIED.drawn(1001)
    numbers = [MISSPECIFIED.Numbers(game, place) for place in (0, 1)]
    found = MISSPECIFIED.searched(numbers, 1001)
    assert found and all(MISSPECIFIED.passes(numbers, play) for play in found)
    wrong = 0
    for first in range(2):
        for second in range(3):
            sizes = (first, second)
            play = [numpy.eye(x.actions)[k % x.actions] for x, k in zip(numbers, sizes, strict=True)]
            reported = any(all(numpy.allclose(a, b) for a, b in zip(play, own, strict=True)) for own in found)
            assert reported == MISSPECIFIED.passes(numbers, play)
            wrong += not reported
    assert wrong
